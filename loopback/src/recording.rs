//! Recorded responses and webhook deliveries, loaded from a folder of JSON files.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::Reply;

/// The recordings in a folder, each list sorted by file name.
///
/// ```
/// use polar_loopback::Recordings;
///
/// let error = Recordings::load("no/such/folder".as_ref()).unwrap_err();
/// assert!(error.to_string().starts_with("no/such/folder: "));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recordings {
    /// The files of `responses/`. Some are failures: see [`Recording::is_success`].
    pub responses: Vec<Recording>,
    /// The files of `errors/`: requests that were meant to fail, although some may have succeeded.
    pub errors: Vec<Recording>,
    /// The files of `webhooks/`.
    pub webhooks: Vec<Webhook>,
}

/// A request and its response.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recording {
    /// The file name without `.json`, such as `orders__list.2`.
    pub name: String,
    /// The operation id, such as `orders:list`; `None` if the request belongs to no operation.
    pub operation_id: Option<String>,
    /// The kind of failure that was provoked, such as `bad_token` or `unknown_id`. `None` outside `errors/`.
    pub kind: Option<String>,
    /// The method: `GET`.
    pub method: String,
    /// The path, percent-encoded, without the query.
    pub path: String,
    /// The path with its parameters in braces.
    pub path_template: Option<String>,
    /// The query parameters, an object; see [`Recording::query_pairs`].
    pub query: Option<Value>,
    /// The request body. A form is recorded as an object, too.
    pub request_body: Option<Value>,
    /// The request body's content type, if recorded.
    pub request_content_type: Option<String>,
    /// The kind of credential of the request, if recorded; `none` without one.
    pub auth: Option<String>,
    /// The status of the response.
    pub status: u16,
    /// The response headers, with names in lower case.
    pub response_headers: BTreeMap<String, String>,
    /// The response body, as recorded; see [`Recording::response_bytes`].
    pub response_body: Value,
}

/// A received webhook delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Webhook {
    /// The file name without `.json`, such as `order.paid.1`.
    pub name: String,
    /// The path it was delivered to.
    pub path: String,
    /// The endpoint's signing secret.
    pub secret: String,
    /// The received headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The raw body, as signed.
    pub raw_body: String,
}

/// The error of loading recordings: the file or folder, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    path: PathBuf,
    reason: String,
}

impl LoadError {
    /// Returns the file or folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the reason.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.reason)
    }
}

impl Error for LoadError {}

impl Recordings {
    /// Loads `responses/*.json`, `errors/*.json` and `webhooks/*.json` from a folder.
    ///
    /// Other files are ignored. Each of the three folders may be missing, but not all: otherwise a test would pass
    /// without testing anything.
    ///
    /// # Errors
    ///
    /// If the folder is missing or has no recordings, or if a file cannot be read, is not JSON, or has a missing
    /// property or one of the wrong type.
    pub fn load(dir: &Path) -> Result<Recordings, LoadError> {
        if !dir.is_dir() {
            return Err(fail(dir, "no such folder"));
        }
        let recordings = Recordings {
            responses: load_folder(&dir.join("responses"), Recording::read)?,
            errors: load_folder(&dir.join("errors"), Recording::read)?,
            webhooks: load_folder(&dir.join("webhooks"), Webhook::read)?,
        };
        if recordings.iter().next().is_none() && recordings.webhooks.is_empty() {
            let reason = "no recording in responses/, errors/ or webhooks/";
            return Err(fail(dir, reason));
        }
        Ok(recordings)
    }

    /// Returns an iterator over all recorded requests: the responses, then the errors.
    pub fn iter(&self) -> impl Iterator<Item = &Recording> {
        self.responses.iter().chain(&self.errors)
    }
}

impl Recording {
    /// Returns true if the status is a success (2xx).
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the query as pairs, not encoded. Arrays repeat their key, keys of objects follow in brackets
    /// (`metadata[plan]`), and nulls are omitted.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if let Some(Value::Object(query)) = &self.query {
            for (key, value) in query {
                push_pairs(&mut pairs, key, value);
            }
        }
        pairs
    }

    /// Returns the response body. It may differ from the original in whitespace, the order of properties, and the last
    /// digit of some floats, unless serde_json's feature `float_roundtrip` is enabled.
    ///
    /// A string of a content type other than JSON is returned verbatim. A recorded null or `""` is an empty body,
    /// except that a JSON response with status 202 has the literal `null`.
    pub fn response_bytes(&self) -> Vec<u8> {
        let json = self.has_json_body();
        match &self.response_body {
            _ if matches!(self.status, 100..=199 | 204 | 304) => Vec::new(),
            Value::Null if json && self.status == 202 => b"null".to_vec(),
            Value::Null => Vec::new(),
            Value::String(text) if !json || text.is_empty() => text.clone().into_bytes(),
            value => value.to_string().into_bytes(),
        }
    }

    /// Returns the recorded response: status, headers and body. Headers about the connection are omitted.
    pub fn reply(&self) -> Reply {
        const CONNECTION: [&str; 7] =
            ["connection", "content-encoding", "content-length", "date", "keep-alive", "server", "transfer-encoding"];
        let kept = self.response_headers.iter().filter(|(name, _)| !CONNECTION.contains(&name.as_str()));
        kept.fold(Reply::new(self.status), |reply, (name, value)| reply.header(name, value)).body(self.response_bytes())
    }

    /// Returns true if the content type of the response is JSON, including `application/problem+json` and the like.
    fn has_json_body(&self) -> bool {
        let content_type = self.response_headers.get("content-type");
        let essence = content_type.and_then(|value| value.split(';').next());
        let essence = essence.unwrap_or_default().trim().to_ascii_lowercase();
        essence.ends_with("/json") || essence.ends_with("+json")
    }

    fn read(name: String, mut fields: Fields) -> Result<Recording, String> {
        let operation_id = fields.optional_string("operation_id")?;
        let query = fields.optional("query");
        if !matches!(query, None | Some(Value::Object(_))) {
            return Err("`query` is not an object".to_owned());
        }
        Ok(Recording {
            name,
            operation_id,
            kind: fields.optional_string("kind")?,
            method: fields.string("method")?,
            path: fields.string("path")?,
            path_template: fields.optional_string("path_template")?,
            query,
            request_body: fields.optional("request_body"),
            request_content_type: fields.optional_string("request_content_type")?,
            auth: fields.optional_string("auth")?,
            status: fields.status("status")?,
            response_headers: fields.headers("response_headers")?,
            response_body: fields.required("response_body")?,
        })
    }
}

impl Webhook {
    fn read(name: String, mut fields: Fields) -> Result<Webhook, String> {
        Ok(Webhook {
            name,
            path: fields.string("path")?,
            secret: fields.string("secret")?,
            headers: fields.headers("headers")?,
            raw_body: fields.string("raw_body")?,
        })
    }
}

fn push_pairs(pairs: &mut Vec<(String, String)>, key: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::String(text) => pairs.push((key.to_owned(), text.clone())),
        Value::Bool(_) | Value::Number(_) => pairs.push((key.to_owned(), value.to_string())),
        Value::Array(values) => {
            for value in values {
                push_pairs(pairs, key, value);
            }
        }
        Value::Object(values) => {
            for (inner, value) in values {
                push_pairs(pairs, &format!("{key}[{inner}]"), value);
            }
        }
    }
}

fn load_folder<T>(folder: &Path, read: fn(String, Fields) -> Result<T, String>) -> Result<Vec<T>, LoadError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in folder.read_dir().map_err(|error| fail(folder, error))? {
        let file = entry.map_err(|error| fail(folder, error))?.path();
        if file.extension() == Some(OsStr::new("json")) {
            files.push(file);
        }
    }
    files.sort();

    let load = |file: &PathBuf| {
        let bytes = std::fs::read(file).map_err(|error| fail(file, error))?;
        let value = serde_json::from_slice(&bytes).map_err(|error| fail(file, error))?;
        let Value::Object(fields) = value else {
            return Err(fail(file, "not a JSON object"));
        };
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        read(name.into_owned(), Fields(fields)).map_err(|reason| fail(file, reason))
    };
    files.iter().map(load).collect()
}

fn fail(path: &Path, reason: impl fmt::Display) -> LoadError {
    LoadError { path: path.to_owned(), reason: reason.to_string() }
}

/// The properties of a file, which are removed one by one. Errors name the property.
struct Fields(Map<String, Value>);

impl Fields {
    fn required(&mut self, key: &str) -> Result<Value, String> {
        let value = self.0.remove(key);
        value.ok_or_else(|| format!("`{key}` is missing"))
    }

    /// Removes a property; `None` if it is null.
    fn optional(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key).filter(|value| !value.is_null())
    }

    fn string(&mut self, key: &str) -> Result<String, String> {
        match self.required(key)? {
            Value::String(text) => Ok(text),
            _ => Err(format!("`{key}` is not a string")),
        }
    }

    fn optional_string(&mut self, key: &str) -> Result<Option<String>, String> {
        match self.optional(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{key}` is not a string")),
        }
    }

    fn status(&mut self, key: &str) -> Result<u16, String> {
        let status = self.required(key)?.as_u64();
        let status = status.and_then(|status| u16::try_from(status).ok());
        status.filter(|status| (100..600).contains(status)).ok_or_else(|| format!("`{key}` is not an HTTP status"))
    }

    fn headers(&mut self, key: &str) -> Result<BTreeMap<String, String>, String> {
        let Value::Object(headers) = self.required(key)? else {
            return Err(format!("`{key}` is not an object"));
        };
        let header = |(name, value): (String, Value)| match value {
            Value::String(value) => Ok((name.to_ascii_lowercase(), value)),
            _ => Err(format!("`{key}.{name}` is not a string")),
        };
        headers.into_iter().map(header).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn recording(changes: Value) -> Result<Recording, String> {
        let mut value = json!({
            "operation_id": "orders:list",
            "method": "GET",
            "path": "/v1/orders/",
            "query": null,
            "request_body": null,
            "status": 200,
            "response_headers": {"Content-Type": "application/json"},
            "response_body": {"a": 1.50},
        });
        let fields = value.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        Recording::read("orders__list".to_owned(), Fields(fields.clone()))
    }

    fn bytes(status: u16, content_type: Option<&str>, body: Value) -> String {
        let headers = match content_type {
            Some(content_type) => json!({"content-type": content_type}),
            None => json!({}),
        };
        let changes = json!({"status": status, "response_headers": headers, "response_body": body});
        String::from_utf8(recording(changes).unwrap().response_bytes()).unwrap()
    }

    #[test]
    fn query_pairs_repeat_arrays_and_bracket_objects() {
        let query = json!({
            "cursor": true,
            "limit": 10,
            "metadata": {"plan": "pro"},
            "none": null,
            "status": ["paid", "pending"],
        });
        let pairs = recording(json!({"query": query})).unwrap().query_pairs();
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(pairs, ["cursor=true", "limit=10", "metadata[plan]=pro", "status=paid", "status=pending"]);
    }

    #[test]
    fn json_body_is_serialized() {
        let json = Some("application/json");
        assert_eq!(bytes(200, json, json!({"a": [1, null]})), r#"{"a":[1,null]}"#);
        assert_eq!(bytes(200, json, json!("text")), r#""text""#);
        let problem = Some("application/problem+json; charset=utf-8");
        assert_eq!(bytes(400, problem, json!("text")), r#""text""#);
    }

    #[test]
    fn body_of_another_type_is_sent_as_it_is() {
        assert_eq!(bytes(200, Some("text/csv; charset=utf-8"), json!("a,b\n")), "a,b\n");
        assert_eq!(bytes(500, None, json!("oops")), "oops");
    }

    #[test]
    fn null_is_sent_only_for_json_with_status_202() {
        let json = Some("application/json");
        assert_eq!(bytes(202, json, Value::Null), "null");
        assert_eq!(bytes(202, json, json!("")), "");
        assert_eq!(bytes(202, None, Value::Null), "");
        assert_eq!(bytes(204, json, json!("")), "");
        assert_eq!(bytes(204, json, Value::Null), "");
        assert_eq!(bytes(200, json, Value::Null), "");
        assert_eq!(bytes(429, None, json!("")), "");
    }

    #[test]
    fn success_is_told_by_the_status() {
        let is_success = |status| recording(json!({"status": status})).unwrap().is_success();
        assert!(is_success(204));
        assert!(!is_success(307));
        assert!(!is_success(404));
    }

    #[test]
    fn null_properties_are_absent() {
        let changes = json!({"request_content_type": null, "auth": null, "path_template": null});
        let recording = recording(changes).unwrap();
        assert_eq!(recording.request_content_type, None);
        assert_eq!(recording.request_body, None);
        assert_eq!(recording.query, None);
        assert_eq!(recording.response_headers["content-type"], "application/json");
    }

    #[test]
    fn wrong_types_are_named() {
        let reason = |changes| recording(changes).unwrap_err();
        assert_eq!(reason(json!({"status": "200"})), "`status` is not an HTTP status");
        assert_eq!(reason(json!({"status": 99})), "`status` is not an HTTP status");
        assert_eq!(reason(json!({"status": 65736})), "`status` is not an HTTP status");
        assert_eq!(reason(json!({"method": 1})), "`method` is not a string");
        assert_eq!(reason(json!({"auth": 1})), "`auth` is not a string");
        assert_eq!(reason(json!({"query": "a=b"})), "`query` is not an object");
        assert_eq!(reason(json!({"operation_id": 1})), "`operation_id` is not a string");
        assert_eq!(reason(json!({"response_headers": []})), "`response_headers` is not an object");
        assert_eq!(reason(json!({"response_headers": {"x": 1}})), "`response_headers.x` is not a string");
    }
}
