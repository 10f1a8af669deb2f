//! Checks that the client reads failures as recorded.

use polar_client::Error;
use polar_client::error::{ApiError, Detail, LocationSegment, ValidationIssue};
use polar_loopback::Recording;
use serde_json::{Value, json};

use super::judge::excerpt;

/// Returns the differences between a failure and the client's reading of it: a property of the recording, and a
/// description.
pub fn misread(recording: &Recording, error: &Error, api: &ApiError) -> Vec<(&'static str, String)> {
    let mut misread = Vec::new();
    let mut compare = |path, recorded: Value, read: Value| {
        if recorded != read {
            misread.push((path, format!("{} became {}", excerpt(&recorded), excerpt(&read))));
        }
    };
    compare("$.status", json!(recording.status), json!(error.status().map(|status| status.as_u16())));

    let body = &recording.response_body;
    let property = |name: &str| body.get(name).cloned();
    let name = property("error").filter(Value::is_string);
    compare("$.response_body.error", json!(name), json!(api.name));

    let (recorded, read) = match property("detail").or_else(|| property("error_description")) {
        Some(Value::Array(issues)) if issues.iter().all(is_issue) => {
            let recorded = issues.into_iter().map(known_of_issue).collect();
            (recorded, error.validation().iter().map(issue).collect())
        }
        Some(text @ Value::String(_)) => (text, json!(api.text())),
        detail => (detail.unwrap_or_default(), json_of(api.detail.as_ref())),
    };
    compare("$.response_body.detail", recorded, read);

    let raw = error.response().map(|response| String::from_utf8_lossy(&response.body)).unwrap_or_default();
    compare("$.response_body", String::from_utf8_lossy(&recording.response_bytes()).into(), raw.into());
    let seconds = |header: &String| header.parse::<u64>();
    // The meaning of a date depends on the clock.
    if let Ok(recorded) = recording.response_headers.get("retry-after").map(seconds).transpose() {
        let read = error.retry_after().map(|duration| duration.as_secs());
        compare("$.response_headers[\"retry-after\"]", json!(recorded), json!(read));
    }
    misread
}

/// Returns a detail as the API writes it.
fn json_of(detail: Option<&Detail>) -> Value {
    match detail {
        None => Value::Null,
        Some(Detail::Text(text)) => json!(text),
        Some(Detail::Validation(issues)) => issues.iter().map(issue).collect(),
        Some(Detail::Other(value)) => value.clone(),
        Some(_) => json!("a detail of a new kind"),
    }
}

/// Returns true if an element of a recorded detail is a validation issue.
fn is_issue(value: &Value) -> bool {
    value.get("type").is_some_and(Value::is_string) && value.get("loc").is_some_and(Value::is_array)
}

/// Returns an issue as the API writes it.
fn issue(issue: &ValidationIssue) -> Value {
    let segment = |segment: &LocationSegment| match segment {
        LocationSegment::Name(name) => json!(name),
        LocationSegment::Index(index) => json!(index),
        _ => json!("a segment of a new kind"),
    };
    let location: Value = issue.location.iter().map(segment).collect();
    let mut value = json!({"type": issue.kind, "loc": location, "msg": issue.message});
    for (name, property) in [("input", &issue.input), ("ctx", &issue.context)] {
        if let Some(property) = property {
            value[name] = property.clone();
        }
    }
    value
}

/// Returns the parts of a recorded issue that the client reads.
fn known_of_issue(issue: Value) -> Value {
    match issue {
        Value::Object(properties) => {
            let known = |name: &str| ["type", "loc", "msg", "input", "ctx"].contains(&name);
            properties.into_iter().filter(|(name, _)| known(name)).collect()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use polar_client::Operation;
    use polar_loopback::Recordings;

    use super::*;
    use crate::conformance::replay::Replay;

    fn fixture(name: &str) -> Recording {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/conformance");
        let recordings = Recordings::load(&folder).unwrap();
        recordings.iter().find(|recording| recording.name == name).unwrap().clone()
    }

    /// Returns the properties in which the client's reading differs between two failures.
    fn differences(answered: &Recording, recorded: &Recording) -> Vec<&'static str> {
        let operation = Operation::by_id(answered.operation_id.as_deref().unwrap()).unwrap();
        let error = Replay::start().unwrap().provoke(operation, answered, None).unwrap_err();
        let misread = misread(recorded, &error, error.api().unwrap());
        misread.into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn failures_are_read_as_recorded() {
        for name in [
            "customer_portal__customers__add_payment_method.bad_body",
            "customer_portal__license_keys__validate.429",
            "customer_portal__orders__get.unknown_id",
            "meters__list.bad_token",
        ] {
            assert_eq!(differences(&fixture(name), &fixture(name)), [] as [&str; 0], "{name}");
        }
    }

    #[test]
    fn answer_of_a_gateway_is_kept_as_it_came() {
        let mut recording = fixture("meters__list.bad_token");
        recording.status = 502;
        recording.response_headers.insert("content-type".to_owned(), "text/html".to_owned());
        recording.response_body = json!("<html>Bad Gateway</html>");
        assert_eq!(differences(&recording, &recording), [] as [&str; 0]);
        let mut other = recording.clone();
        other.response_body = json!("<html>Bad gateway</html>");
        assert_eq!(differences(&recording, &other), ["$.response_body"]);
    }

    #[test]
    fn another_status_name_or_text_is_told() {
        let answered = fixture("customer_portal__orders__get.unknown_id");
        let mut recorded = answered.clone();
        recorded.status = 410;
        recorded.response_body = json!({"error": "Gone", "detail": "Gone"});
        assert_eq!(
            differences(&answered, &recorded),
            ["$.status", "$.response_body.error", "$.response_body.detail", "$.response_body"]
        );
    }

    #[test]
    fn another_issue_is_told() {
        let answered = fixture("customer_portal__customers__add_payment_method.bad_body");
        for (property, value) in [
            ("type", json!("missing")),
            ("loc", json!(["body", 0])),
            ("msg", json!("?")),
            ("input", json!(null)),
            ("ctx", json!({"min": 1})),
        ] {
            let mut recorded = answered.clone();
            recorded.response_body["detail"][0][property] = value;
            let found = differences(&answered, &recorded);
            assert_eq!(found, ["$.response_body.detail", "$.response_body"], "{property}");
        }
    }

    #[test]
    fn another_time_to_wait_is_told() {
        let answered = fixture("customer_portal__license_keys__validate.429");
        let mut recorded = answered.clone();
        recorded.response_headers.insert("retry-after".to_owned(), "61".to_owned());
        assert_eq!(differences(&answered, &recorded), ["$.response_headers[\"retry-after\"]"]);
        recorded.response_headers.remove("retry-after");
        assert_eq!(differences(&answered, &recorded), ["$.response_headers[\"retry-after\"]"]);
    }
}
