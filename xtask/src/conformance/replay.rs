//! Replays recordings through the public client, over loopback.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use percent_encoding::percent_decode_str;
use polar_client::by_id::Decoded;
use polar_client::{Credential, CustomerPortal, Error, MemberPortal, Operation, Polar, Response, RetryPolicy};
use polar_loopback::{Recording, Reply, Request, Server, contract};
use serde_json::Value;
use tokio::runtime::Runtime;

/// The timeout of a call.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A loopback server that responds as recorded, and clients that call it.
pub struct Replay {
    runtime: Runtime,
    exchange: Arc<Mutex<Exchange>>,
    polar: Polar,
    portal: CustomerPortal,
    member: MemberPortal,
    /// Stops when dropped.
    _server: Server,
}

/// The next reply, and the last request.
#[derive(Default)]
struct Exchange {
    reply: Option<Reply>,
    request: Option<Request>,
    /// True if the recorded request was successful, so that the contract must accept it.
    is_success: bool,
}

/// The outcome of a call.
pub struct Called {
    /// The request that the server received; `None` if there was none.
    pub request: Option<Request>,
    /// The value or error that the client returned.
    pub outcome: Result<Response<Decoded>, Error>,
}

impl Replay {
    /// Starts the server.
    pub fn start() -> Result<Self> {
        let exchange = Arc::<Mutex<Exchange>>::default();
        let server = Server::start_unchecked({
            let exchange = Arc::clone(&exchange);
            move |request| {
                let mut exchange = lock(&exchange);
                exchange.request = Some(request.clone());
                if exchange.is_success
                    && let Some(refusal) = contract::refusal(request)
                {
                    return refusal;
                }
                // 599 is not in any recording, so that a second request is not mistaken for a success.
                exchange.reply.take().unwrap_or_else(|| Reply::new(599))
            }
        })
        .context("the loopback server")?;
        let url = server.url();
        let polar = Polar::builder().token("polar_oat_conformance").timeout(TIMEOUT).base_url(&url)?;
        let portal = CustomerPortal::builder().token("polar_cst_conformance").timeout(TIMEOUT).base_url(&url)?;
        let member = MemberPortal::builder().token("polar_mst_conformance").timeout(TIMEOUT).base_url(&url)?;
        Ok(Self {
            runtime: Runtime::new().context("the async runtime")?,
            exchange,
            polar: polar.retry(RetryPolicy::none()).build()?,
            portal: portal.retry(RetryPolicy::none()).build()?,
            member: member.retry(RetryPolicy::none()).build()?,
            _server: server,
        })
    }

    /// Calls the operation of a recording with its path, its query and a body, and responds as recorded.
    ///
    /// # Errors
    /// If the recorded path does not match the operation's.
    pub fn call(
        &self,
        operation: &'static Operation,
        recording: &Recording,
        body: Option<&Value>,
    ) -> Result<Called, String> {
        let values = path_values(operation.path(), &recording.path)
            .ok_or_else(|| format!("`{}` is not a path of `{}`", recording.path, operation.path()))?;
        let outcome = self.send(operation, values, recording, body);
        let request = lock(&self.exchange).request.take();
        Ok(Called { request, outcome })
    }

    /// Calls the operation of a recording to check how its response is read. The request need not be the recorded one.
    pub fn provoke(
        &self,
        operation: &'static Operation,
        recording: &Recording,
        body: Option<&Value>,
    ) -> Result<Response<Decoded>, Error> {
        const PLACEHOLDER: &str = "placeholder";
        let values = path_values(operation.path(), &recording.path)
            .unwrap_or_else(|| parameters(operation.path()).map(|name| (name, PLACEHOLDER.to_owned())).collect());
        self.send(operation, values, recording, body)
    }

    fn send(
        &self,
        operation: &'static Operation,
        path: Vec<(&str, String)>,
        recording: &Recording,
        body: Option<&Value>,
    ) -> Result<Response<Decoded>, Error> {
        let mut call = match operation.credential() {
            Some(Credential::CustomerSession) => self.portal.call_json(operation),
            Some(Credential::MemberSession) => self.member.call_json(operation),
            _ => self.polar.call_json(operation),
        };
        for (name, value) in path {
            call = call.path(name, value);
        }
        for (name, value) in recording.query_pairs() {
            call = call.query(name, value);
        }
        if let Some(body) = body {
            call = call.body(body.clone());
        }
        *lock(&self.exchange) =
            Exchange { reply: Some(recording.reply()), request: None, is_success: recording.is_success() };
        self.runtime.block_on(call.with_response())
    }
}

/// Returns the names of a path's parameters.
fn parameters(template: &str) -> impl Iterator<Item = &str> {
    template.split(['{', '}']).skip(1).step_by(2)
}

/// Returns the path parameters of a path that matches a template, percent-decoded.
fn path_values<'t>(template: &'t str, path: &str) -> Option<Vec<(&'t str, String)>> {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    if template.len() != path.len() {
        return None;
    }
    let mut values = Vec::new();
    for (expected, found) in template.into_iter().zip(path) {
        // A parameter may be only a part of its segment: `{id}.pdf`.
        let Some((before, rest)) = expected.split_once('{') else {
            if expected != found {
                return None;
            }
            continue;
        };
        let (name, after) = rest.split_once('}')?;
        let value = found.strip_prefix(before)?.strip_suffix(after)?;
        values.push((name, decode(value)));
    }
    Some(values)
}

/// Compares a request with the recorded one, except for the body. Returns each property that differs, with a
/// description.
pub fn differences(recording: &Recording, request: &Request, format: Option<&str>) -> Vec<(&'static str, String)> {
    let mut differences = Vec::new();
    let mut compare = |property, recorded: &str, arrived: &str| {
        if recorded != arrived {
            differences.push((property, format!("`{recorded}` arrived as `{arrived}`")));
        }
    };
    compare("method", &recording.method, &request.method);
    // Equal paths may be escaped differently.
    let segments = |path: &str| path.split('/').map(decode).collect::<Vec<_>>();
    if segments(&recording.path) != segments(&request.path) {
        compare("path", &recording.path, &request.path);
    }
    let recorded_type = recording.request_body.as_ref().and(recording.request_content_type.as_deref().or(format));
    compare("request_content_type", essence(recorded_type), essence(request.header("content-type")));
    let (recorded, arrived) = (grouped(recording.query_pairs()), grouped(request.query.clone()));
    if recorded != arrived {
        differences.push(("query", format!("{recorded:?} arrived as {arrived:?}")));
    }
    differences
}

/// Returns the media type without its parameters.
fn essence(content_type: Option<&str>) -> &str {
    let essence = content_type.and_then(|content_type| content_type.split(';').next());
    essence.unwrap_or_default().trim()
}

/// Groups pairs by name, with the values in order.
fn grouped(pairs: Vec<(String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut grouped = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in pairs {
        grouped.entry(name).or_default().push(value);
    }
    grouped
}

/// Returns the body of a request as JSON, with a form as an object of strings; `None` if it is empty.
pub fn body(request: &Request) -> Result<Option<Value>, String> {
    if request.body.is_empty() {
        return Ok(None);
    }
    if essence(request.header("content-type")) != "application/x-www-form-urlencoded" {
        let body = request.json().map_err(|error| format!("no JSON arrived: {error}"))?;
        return Ok(Some(body));
    }
    let mut fields = serde_json::Map::new();
    for (name, value) in request.form() {
        if fields.insert(name.clone(), value.into()).is_some() {
            return Err(format!("the form field `{name}` arrived twice"));
        }
    }
    Ok(Some(Value::Object(fields)))
}

/// Returns the fields of a recorded form as strings, without those that are `null`.
pub fn form_fields(recorded: &Value) -> Value {
    let Value::Object(fields) = recorded else {
        return recorded.clone();
    };
    let text = |value: &Value| match value {
        Value::String(_) => value.clone(),
        other => other.to_string().into(),
    };
    let sent = fields.iter().filter(|(_, value)| !value.is_null());
    sent.map(|(name, value)| (name.clone(), text(value))).collect()
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn lock(exchange: &Mutex<Exchange>) -> MutexGuard<'_, Exchange> {
    exchange.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use polar_loopback::Recordings;
    use serde_json::json;

    use super::*;

    fn fixture(name: &str) -> (&'static Operation, Recording) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/conformance");
        let recordings = Recordings::load(&folder).unwrap();
        let recording = recordings.iter().find(|recording| recording.name == name).unwrap().clone();
        let operation = Operation::by_id(recording.operation_id.as_deref().unwrap()).unwrap();
        (operation, recording)
    }

    fn arrived(operation: &'static Operation, recording: &Recording) -> Request {
        let replay = Replay::start().unwrap();
        let called = replay.call(operation, recording, recording.request_body.as_ref()).unwrap();
        called.outcome.unwrap();
        called.request.unwrap()
    }

    #[test]
    fn request_arrives_as_recorded() {
        let (operation, recording) = fixture("customers__create.2");
        let request = arrived(operation, &recording);
        assert_eq!(differences(&recording, &request, Some("application/json")), []);
        // The tag of a union is sent even if the recorded request omits it.
        let mut expected = recording.request_body.unwrap();
        expected["type"] = "individual".into();
        assert_eq!(body(&request), Ok(Some(expected)));
    }

    #[test]
    fn form_arrives_as_recorded() {
        let (operation, recording) = fixture("oauth2__revoke_token.1");
        let request = arrived(operation, &recording);
        assert_eq!(differences(&recording, &request, None), []);
        assert_eq!(body(&request), Ok(recording.request_body));
    }

    #[test]
    fn whatever_arrives_otherwise_is_told() {
        let (operation, recording) = fixture("custom-fields__list.1");
        let request = arrived(operation, &recording);
        assert_eq!(differences(&recording, &request, None), []);

        let mut other = recording.clone();
        other.method = "POST".to_owned();
        other.path = "/v1/custom-fields".to_owned();
        other.request_body = Some(json!({}));
        other.request_content_type = Some("application/json".to_owned());
        other.query.as_mut().unwrap()["type"] = json!(["select", "text"]);
        let properties: Vec<&str> =
            differences(&other, &request, None).into_iter().map(|(property, _)| property).collect();
        assert_eq!(properties, ["method", "path", "request_content_type", "query"]);
    }

    #[test]
    fn query_key_order_is_ignored_and_value_order_is_not() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let pairs = vec![pair("a", "1"), pair("b", "2"), pair("a", "3")];
        assert_eq!(grouped(pairs.clone()), grouped(vec![pair("b", "2"), pair("a", "1"), pair("a", "3")]));
        assert_ne!(grouped(pairs), grouped(vec![pair("b", "2"), pair("a", "3"), pair("a", "1")]));
    }

    #[test]
    fn values_of_a_path_are_found_and_decoded() {
        let values =
            path_values("/v1/customers/{id}/members/{member_id}", "/v1/customers/a%2Fb%20c/members/not-a-uuid");
        assert_eq!(values, Some(vec![("id", "a/b c".to_owned()), ("member_id", "not-a-uuid".to_owned())]));
        assert_eq!(path_values("/v1/files/{id}.pdf", "/v1/files/7.pdf"), Some(vec![("id", "7".to_owned())]));
        for path in ["/v1/customers", "/v1/customers/", "/v1/orders/", "/v1/customers/a/b"] {
            assert_eq!(path_values("/v1/customers/{id}/", path), None, "{path}");
        }
    }

    #[test]
    fn recorded_path_must_match_the_operation_when_replayed() {
        let (operation, mut recording) = fixture("discounts__get.4");
        recording.path = "/v1/discounts/".to_owned() + "a/b";
        let replay = Replay::start().unwrap();
        let error = replay.call(operation, &recording, None).err().unwrap();
        assert_eq!(error, "`/v1/discounts/a/b` is not a path of `/v1/discounts/{id}`");

        recording.status = 404;
        let error = replay.provoke(operation, &recording, None).unwrap_err();
        assert!(error.is_not_found());
    }

    #[test]
    fn fields_of_a_form_are_text_and_null_is_left_out() {
        let fields = form_fields(&json!({"a": "x", "b": 1, "c": true, "d": null}));
        assert_eq!(fields, json!({"a": "x", "b": "1", "c": "true"}));
    }
}
