//! Requests that the API rejects before it runs an operation, based on its document.
//!
//! The statuses and bodies are those of the real API. Rejections that depend on stored data, on credentials or on
//! limits of values are left to the test's handler.
//!
//! This reads the document by itself rather than with the code generator, whose mistakes it would otherwise share.

use std::path::Path;
use std::sync::OnceLock;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::{Reply, Request};

/// The folder of the documents that the client is generated from.
const DOCUMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi");

/// The maximum size of a body in bytes.
const LONGEST_BODY: usize = 10 * 1024 * 1024;

/// Returns the response to a request that no operation accepts; `None` if it is valid.
///
/// Rejects, in this order: a POST, PATCH or PUT without `Content-Length` (411), a body of more than 10 MiB (413), a
/// path with a missing or superfluous trailing slash (307), an unknown path (404) or method (405), a body with another
/// content type, and a path or body that does not match the document (422): ids that are not UUIDs or of another
/// version, missing properties, missing and unknown discriminators.
///
/// Paths outside of `/v1/` belong to other servers, such as the file storage. These require a `Content-Length`, too.
pub fn refusal(request: &Request) -> Option<Reply> {
    let has_length = request.header("content-length").is_some();
    if matches!(request.method.as_str(), "POST" | "PATCH" | "PUT") && !has_length {
        return Some(error(411, "LengthRequired", "The header Content-Length is missing."));
    }
    if !request.path.starts_with("/v1/") {
        return None;
    }
    if request.body.len() > LONGEST_BODY {
        return Some(error(413, "RequestBodyTooLarge", "The body has more than 10 MiB."));
    }
    // The router treats an escaped slash in a value as a separator, too.
    let path = percent_decode_str(&request.path).decode_utf8_lossy();
    let Some((operation, values)) = route(&request.method, &path) else {
        return Some(not_routed(request, &path));
    };
    let mut issues = Vec::new();
    for parameter in list(&operation["parameters"]).filter(|parameter| parameter["in"] == "path") {
        let name = parameter["name"].as_str().unwrap_or_default();
        let value = values.iter().find(|(other, _)| *other == name).map_or("", |(_, value)| value);
        let location = Location(vec![json!("path"), json!(name)]);
        inspect(&parameter["schema"], &json!(value), &location, &mut issues);
    }
    if let Some((media_type, content)) =
        operation["requestBody"]["content"].as_object().and_then(|all| all.iter().next())
    {
        let is_required = operation["requestBody"]["required"] == true;
        match body(request, media_type, is_required) {
            Ok(Some(body)) => inspect(&content["schema"], &body, &Location(vec![json!("body")]), &mut issues),
            Ok(None) => {}
            Err(BadBody::Form) => return Some(Reply::json(400, &json!({ "error": "invalid_request" }))),
            Err(BadBody::Json(issue)) => issues.push(issue),
        }
    }
    if issues.is_empty() {
        return None;
    }
    Some(Reply::json(422, &json!({ "error": "RequestValidationError", "detail": issues })))
}

/// Returns the issues of a value that does not match a schema, as in the `detail` of the API's response.
pub fn issues(schema: &Value, value: &Value) -> Vec<Value> {
    let mut issues = Vec::new();
    inspect(schema, value, &Location(vec![json!("body")]), &mut issues);
    issues
}

/// Returns the API's document of the client's default version.
pub fn document() -> &'static Value {
    static PARSED: OnceLock<Value> = OnceLock::new();
    PARSED.get_or_init(|| {
        let read = |name: &str| std::fs::read_to_string(Path::new(DOCUMENTS).join(name)).expect("a vendored document");
        let version = read("default-version");
        serde_json::from_str(&read(&format!("{}.json", version.trim()))).expect("the document is JSON")
    })
}

/// Returns the version of the API that is the default for requests without one.
pub fn current_version() -> &'static str {
    document()["info"]["version"].as_str().unwrap_or_default()
}

fn error(status: u16, name: &str, detail: &str) -> Reply {
    Reply::json(status, &json!({ "error": name, "detail": detail }))
}

/// Finds the operation of a path, and returns it with the path parameters.
fn route<'p>(method: &str, path: &'p str) -> Option<(&'static Value, Vec<(&'static str, &'p str)>)> {
    routes(path).find_map(|(item, values)| Some((item.get(method.to_ascii_lowercase())?, values)))
}

/// Returns the path items that match a path, those with the fewest parameters first.
fn routes(path: &str) -> impl Iterator<Item = (&'static Value, Vec<(&'static str, &str)>)> {
    let paths = document()["paths"].as_object().into_iter().flatten();
    let mut found: Vec<_> = paths.filter_map(|(template, item)| Some((item, values(template, path)?))).collect();
    found.sort_by_key(|(_, values)| values.len());
    found.into_iter()
}

/// Returns the path parameters of a path that matches a template.
fn values<'t, 'p>(template: &'t str, path: &'p str) -> Option<Vec<(&'t str, &'p str)>> {
    if template.split('/').count() != path.split('/').count() {
        return None;
    }
    let mut values = Vec::new();
    for (expected, found) in template.split('/').zip(path.split('/')) {
        match expected.strip_prefix('{').and_then(|expected| expected.strip_suffix('}')) {
            Some(name) if !found.is_empty() => values.push((name, found)),
            None if expected == found => {}
            _ => return None,
        }
    }
    Some(values)
}

/// Returns the response to an unknown path or method.
fn not_routed(request: &Request, path: &str) -> Reply {
    if routes(path).next().is_some() {
        return Reply::json(405, &json!({ "detail": "Method Not Allowed" }));
    }
    let toggle = |path: &str| path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
    if routes(&toggle(path)).next().is_some() {
        let query = request.target.strip_prefix(&request.path).unwrap_or_default();
        let host = request.header("host").unwrap_or_default();
        return Reply::new(307).header("location", format!("http://{host}{}{query}", toggle(&request.path)));
    }
    Reply::json(404, &json!({ "detail": "Not Found" }))
}

/// The reason why a body cannot be read.
enum BadBody {
    Json(Value),
    Form,
}

/// Returns the body of a request as JSON, with the fields of a form as an object; `None` if it is absent and optional.
fn body(request: &Request, media_type: &str, is_required: bool) -> Result<Option<Value>, BadBody> {
    let location = Location(vec![json!("body")]);
    let content_type = request.header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default();
    let is_expected = content_type.trim().eq_ignore_ascii_case(media_type);
    if media_type == "application/x-www-form-urlencoded" {
        let fields = request.form().into_iter().map(|(name, value)| (name, Value::String(value)));
        return if is_expected { Ok(Some(fields.collect())) } else { Err(BadBody::Form) };
    }
    if request.body.is_empty() {
        let issue = || location.issue("missing", "Field required", &Value::Null, None);
        return if is_required { Err(BadBody::Json(issue())) } else { Ok(None) };
    }
    if !is_expected {
        let text = String::from_utf8_lossy(&request.body);
        return Err(BadBody::Json(location.no_object(&json!(text))));
    }
    request.json().map(Some).map_err(|error| {
        let location = location.join(json!(error.column().saturating_sub(1)));
        let context = json!({ "error": error.to_string() });
        BadBody::Json(location.issue("json_invalid", "JSON decode error", &json!({}), Some(context)))
    })
}

/// Collects the issues of a value. Discriminators are checked first, then the variant that they select.
fn inspect(schema: &Value, value: &Value, location: &Location, issues: &mut Vec<Value>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document().pointer(reference.trim_start_matches('#'));
        return inspect(target.unwrap_or(&Value::Null), value, location, issues);
    }
    if let Some(discriminator) = schema["discriminator"].as_object() {
        return inspect_variant(discriminator, value, location, issues);
    }
    if let Some(branches) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
        return inspect_any(branches, value, location, issues);
    }
    match value {
        Value::Object(fields) if schema["properties"].is_object() => {
            inspect_object(schema, fields, location, issues);
        }
        Value::Array(elements) if schema["items"].is_object() => {
            for (index, element) in elements.iter().enumerate() {
                inspect(&schema["items"], element, &location.join(json!(index)), issues);
            }
        }
        Value::String(text) if schema["type"] == "string" => issues.extend(inspect_text(schema, text, location)),
        value if schema["type"] == "object" && !value.is_object() => issues.push(location.no_object(value)),
        _ => {}
    }
}

/// Checks a value against the variant that its discriminator selects.
fn inspect_variant(discriminator: &Map<String, Value>, value: &Value, location: &Location, issues: &mut Vec<Value>) {
    let name = discriminator.get("propertyName").and_then(Value::as_str).unwrap_or_default();
    let Value::Object(fields) = value else {
        return issues.push(location.no_object(value));
    };
    let Some(tag) = fields.get(name) else {
        let message = format!("Unable to extract tag using discriminator '{name}'");
        let context = json!({ "discriminator": format!("'{name}'") });
        return issues.push(location.issue("union_tag_not_found", &message, value, Some(context)));
    };
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let target = tag.as_str().and_then(|tag| mapping?.get(tag)?.as_str());
    match target.and_then(|target| document().pointer(target.trim_start_matches('#'))) {
        Some(variant) => inspect(variant, value, &location.join(tag.clone()), issues),
        None => {
            let tag = tag.as_str().map_or_else(|| tag.to_string(), str::to_owned);
            let expected: Vec<String> = mapping.into_iter().flatten().map(|(tag, _)| format!("'{tag}'")).collect();
            let expected = expected.join(", ");
            let message =
                format!("Input tag '{tag}' found using '{name}' does not match any of the expected tags: {expected}");
            let context = json!({ "discriminator": format!("'{name}'"), "tag": tag, "expected_tags": expected });
            issues.push(location.issue("union_tag_invalid", &message, value, Some(context)));
        }
    }
}

/// Checks a value against several schemas, of which one must match.
fn inspect_any(branches: &Value, value: &Value, location: &Location, issues: &mut Vec<Value>) {
    let is_null = |branch: &&Value| branch["type"] == "null";
    if value.is_null() && list(branches).any(|branch| is_null(&branch)) {
        return;
    }
    let mut all = Vec::new();
    for branch in list(branches).filter(|branch| !is_null(branch)) {
        let mut of_branch = Vec::new();
        inspect(branch, value, location, &mut of_branch);
        if of_branch.is_empty() {
            return;
        }
        all.append(&mut of_branch);
    }
    issues.append(&mut all);
}

fn inspect_object(schema: &Value, fields: &Map<String, Value>, location: &Location, issues: &mut Vec<Value>) {
    for name in list(&schema["required"]).filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            let whole = Value::Object(fields.clone());
            issues.push(location.join(json!(name)).issue("missing", "Field required", &whole, None));
        }
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = fields.get(name) {
            inspect(schema, value, &location.join(json!(name)), issues);
        }
    }
}

/// Returns the issue of a string that does not match its schema's id format or constant.
fn inspect_text(schema: &Value, text: &str, location: &Location) -> Option<Value> {
    let input = json!(text);
    if let Some(expected) = schema["const"].as_str().filter(|expected| *expected != text) {
        let context = json!({ "expected": format!("'{expected}'") });
        let message = format!("Input should be '{expected}'");
        return Some(location.issue("literal_error", &message, &input, Some(context)));
    }
    let format = schema["format"].as_str()?;
    if !matches!(format, "uuid" | "uuid4") {
        return None;
    }
    match uuid_version(text) {
        None => Some(location.issue("uuid_parsing", "Input should be a valid UUID", &input, None)),
        Some(version) if format == "uuid4" && version != '4' => {
            let context = json!({ "expected_version": 4 });
            Some(location.issue("uuid_version", "UUID version 4 expected", &input, Some(context)))
        }
        Some(_) => None,
    }
}

/// Returns the version digit of a UUID; `None` if the text is not a UUID.
fn uuid_version(text: &str) -> Option<char> {
    let digits: String = text.chars().filter(|letter| *letter != '-').collect();
    let is_uuid = digits.len() == 32 && digits.chars().all(|digit| digit.is_ascii_hexdigit());
    is_uuid.then(|| digits.chars().nth(12))?
}

/// The path to a value.
struct Location(Vec<Value>);

impl Location {
    fn join(&self, step: Value) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    fn issue(&self, kind: &str, message: &str, input: &Value, context: Option<Value>) -> Value {
        let mut issue = json!({ "type": kind, "loc": self.0, "msg": message, "input": input });
        if let Some(context) = context {
            issue["ctx"] = context;
        }
        issue
    }

    fn no_object(&self, input: &Value) -> Value {
        let message = "Input should be a valid dictionary or object to extract fields from";
        self.issue("model_attributes_type", message, input, None)
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0eaa044b-4da8-4737-af3a-aefc02729b2a";

    fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request {
        let path = target.split('?').next().unwrap_or_default();
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut headers: Vec<(String, String)> = headers.iter().map(owned).collect();
        headers.push(("Host".to_owned(), "127.0.0.1:1".to_owned()));
        headers.push(("Content-Length".to_owned(), body.len().to_string()));
        Request {
            method: method.to_owned(),
            target: target.to_owned(),
            path: path.to_owned(),
            query: Vec::new(),
            headers,
            body: body.as_bytes().to_vec(),
        }
    }

    fn posted(path: &str, body: &Value) -> Option<(u16, Value)> {
        answered(&request("POST", path, &[("content-type", "application/json")], &body.to_string()))
    }

    fn answered(request: &Request) -> Option<(u16, Value)> {
        refusal(request).map(|reply| (reply.status(), serde_json::from_slice(reply.body_bytes()).unwrap_or_default()))
    }

    fn meter(aggregation: Value) -> Value {
        json!({ "name": "Calls", "filter": { "conjunction": "and", "clauses": [] }, "aggregation": aggregation })
    }

    #[test]
    fn requests_need_a_content_length_even_without_body() {
        for (method, path) in [("POST", format!("/v1/orders/{ID}/invoice")), ("PUT", "/bucket/1".to_owned())] {
            let mut request = request(method, &path, &[], "");
            assert_eq!(answered(&request), None);
            request.headers.retain(|(name, _)| name != "Content-Length");
            let (status, body) = answered(&request).unwrap();
            assert_eq!((status, &body["error"]), (411, &json!("LengthRequired")));
        }
        let mut get = request("GET", "/v1/orders/", &[], "");
        get.headers.clear();
        assert_eq!(answered(&get), None);
    }

    #[test]
    fn discriminator_is_looked_at_before_anything_else() {
        assert_eq!(posted("/v1/meters/", &meter(json!({ "func": "count" }))), None);

        let (status, body) = posted("/v1/meters/", &meter(json!({}))).unwrap();
        assert_eq!(status, 422);
        assert_eq!(
            body,
            json!({ "error": "RequestValidationError", "detail": [{
                "type": "union_tag_not_found",
                "loc": ["body", "aggregation"],
                "msg": "Unable to extract tag using discriminator 'func'",
                "input": {},
                "ctx": { "discriminator": "'func'" },
            }] })
        );

        let (_, body) = posted("/v1/discounts/", &json!({ "type": "nope" })).unwrap();
        assert_eq!(
            body["detail"],
            json!([{
                "type": "union_tag_invalid",
                "loc": ["body"],
                "msg": "Input tag 'nope' found using 'type' does not match any of the expected tags: 'fixed', 'percentage'",
                "input": { "type": "nope" },
                "ctx": { "discriminator": "'type'", "tag": "nope", "expected_tags": "'fixed', 'percentage'" },
            }])
        );
    }

    #[test]
    fn tags_of_lists_and_of_nested_unions_are_checked() {
        let product = |price: Value| json!({ "name": "Pro", "recurring_interval": null, "prices": [price] });
        assert_eq!(posted("/v1/products/", &product(json!({ "amount_type": "custom" }))), None);
        let (_, body) = posted("/v1/products/", &product(json!({ "amount_type": "nope" }))).unwrap();
        let found = list(&body["detail"]).find(|issue| issue["type"] == "union_tag_invalid").unwrap();
        assert_eq!(found["loc"], json!(["body", "prices", 0]));
    }

    #[test]
    fn body_of_another_content_type_is_no_object() {
        let body = meter(json!({ "func": "count" })).to_string();
        for content_type in ["text/plain", "application/x-www-form-urlencoded"] {
            let (status, body) =
                answered(&request("POST", "/v1/meters/", &[("content-type", content_type)], &body)).unwrap();
            assert_eq!((status, &body["detail"][0]["type"]), (422, &json!("model_attributes_type")));
        }
        assert_eq!(
            answered(&request("POST", "/v1/meters/", &[("Content-Type", "application/json; charset=utf-8")], &body)),
            None
        );

        let token =
            json!({ "grant_type": "refresh_token", "client_id": "x", "client_secret": "y", "refresh_token": "z" });
        assert_eq!(posted("/v1/oauth2/token", &token), Some((400, json!({ "error": "invalid_request" }))));
    }

    #[test]
    fn broken_and_missing_json_is_refused() {
        let json = [("content-type", "application/json")];
        let (status, body) = answered(&request("POST", "/v1/meters/", &json, "{")).unwrap();
        assert_eq!((status, &body["detail"][0]["type"]), (422, &json!("json_invalid")));
        let (status, body) = answered(&request("POST", "/v1/meters/", &json, "")).unwrap();
        assert_eq!((status, &body["detail"][0]["type"]), (422, &json!("missing")));
    }

    #[test]
    fn wrong_trailing_slash_is_redirected_to_the_absolute_url() {
        for (asked, location) in [
            ("/v1/orders?page=2", "http://127.0.0.1:1/v1/orders/?page=2"),
            ("/v1/customers/external/a%20b/", "http://127.0.0.1:1/v1/customers/external/a%20b"),
        ] {
            let reply = refusal(&request("GET", asked, &[], "")).unwrap();
            assert_eq!(reply.status(), 307);
            assert_eq!(reply.header_value("location"), Some(location));
        }
    }

    #[test]
    fn unknown_paths_and_methods_are_rejected() {
        let not_found = Some((404, json!({ "detail": "Not Found" })));
        assert_eq!(answered(&request("GET", "/v1/nothing", &[], "")), not_found);
        assert_eq!(answered(&request("GET", "/v1/customers/external/a%2Fb", &[], "")), not_found);
        let not_allowed = Some((405, json!({ "detail": "Method Not Allowed" })));
        assert_eq!(answered(&request("PUT", "/v1/orders/", &[], "")), not_allowed);
        assert_eq!(answered(&request("GET", "/bucket/1", &[], "")), None);
    }

    #[test]
    fn ids_are_uuids_of_version_4() {
        let get = |id: &str| answered(&request("GET", &format!("/v1/orders/{id}"), &[], ""));
        assert_eq!(get(ID), None);
        for (id, kind) in [
            ("7", "uuid_parsing"),
            ("00000000-0000-0000-0000-000000000000", "uuid_version"),
            ("0eaa044b-4da8-7737-af3a-aefc02729b2a", "uuid_version"),
        ] {
            let (status, body) = get(id).unwrap();
            assert_eq!((status, &body["detail"][0]["type"]), (422, &json!(kind)), "{id}");
            assert_eq!(body["detail"][0]["loc"], json!(["path", "id"]));
        }
        let (_, body) = posted("/v1/refunds/", &json!({ "order_id": "x", "reason": "other", "amount": 1 })).unwrap();
        assert_eq!(body["detail"][0]["loc"], json!(["body", "order_id"]));
    }

    #[test]
    fn body_beyond_the_limit_is_refused() {
        let body = " ".repeat(LONGEST_BODY + 1);
        let (status, body) = answered(&request("POST", "/v1/events/ingest", &[], &body)).unwrap();
        assert_eq!((status, &body["error"]), (413, &json!("RequestBodyTooLarge")));
    }

    #[test]
    fn every_operation_of_the_document_has_a_route() {
        for (path, item) in document()["paths"].as_object().unwrap() {
            let asked: Vec<&str> = path.split('/').map(|step| if step.starts_with('{') { ID } else { step }).collect();
            for (method, operation) in item.as_object().unwrap() {
                let (found, _) = route(&method.to_uppercase(), &asked.join("/")).unwrap();
                assert_eq!(found["operationId"], operation["operationId"], "{method} {path}");
            }
        }
    }
}
