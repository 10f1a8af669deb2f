use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use url::form_urlencoded;

use super::error::Error;
use super::operation::{BodyFormat, Operation};
use crate::data::codec::{DecodeError, Encode, ToText, to_request};

/// The characters that need no escaping in a path segment: the unreserved characters of [RFC
/// 3986](https://www.rfc-editor.org/rfc/rfc3986#section-2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request of an operation: its parameters and body.
#[derive(Clone)]
pub(crate) struct Request {
    operation: &'static Operation,
    /// The values of the path parameters, in order.
    path: Vec<Option<String>>,
    query: Vec<(Cow<'static, str>, String)>,
    body: Option<Bytes>,
    /// The reason why the request cannot be sent.
    refusal: Option<(Cow<'static, str>, Option<DecodeError>)>,
}

impl Request {
    pub fn new(operation: &'static Operation) -> Self {
        Self { operation, path: Vec::new(), query: Vec::new(), body: None, refusal: None }
    }

    /// Sets the next path parameter.
    pub fn path(mut self, value: &(impl ToText + ?Sized)) -> Self {
        self.path.push(Some(value.to_text().into_owned()));
        self
    }

    /// Sets a path parameter by name.
    pub fn set_path(&mut self, name: &str, value: String) {
        let Some(index) = self.operation.path_parameters().position(|other| other == name) else {
            return self.refuse(format!("the path has no `{name}`"), None);
        };
        if self.path.len() <= index {
            self.path.resize(index + 1, None);
        }
        self.path[index] = Some(value);
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &'static str, value: &dyn ToText) -> Self {
        self.add_query(name.into(), value.to_text().into_owned());
        self
    }

    pub fn body(mut self, body: &dyn Encode) -> Self {
        self.set_body(body);
        self
    }

    pub fn add_query(&mut self, name: Cow<'static, str>, value: String) {
        self.query.push((name, value));
    }

    /// Sets the values of a query parameter, replacing existing ones.
    pub fn set_query(&mut self, name: Cow<'static, str>, values: Vec<String>) {
        self.query.retain(|(other, _)| *other != name);
        self.query.extend(values.into_iter().map(|value| (name.clone(), value)));
    }

    /// Returns the first value of a query parameter.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn set_body(&mut self, body: &dyn Encode) {
        let json = match to_request(body) {
            Ok(json) => json,
            Err(reason) => return self.refuse(reason, None),
        };
        self.body = Some(match self.operation.body {
            Some(BodyFormat::Form) => form(&json).into(),
            _ => json.into(),
        });
    }

    pub fn remove_body(&mut self) {
        self.body = None;
    }

    /// Sets a body that is already encoded as JSON.
    #[cfg(feature = "ingestion")]
    pub fn json(mut self, json: Bytes) -> Self {
        self.body = Some(json);
        self
    }

    /// Marks the request as invalid. The first reason is kept.
    pub fn refuse(&mut self, reason: impl Into<Cow<'static, str>>, source: Option<DecodeError>) {
        self.refusal.get_or_insert_with(|| (reason.into(), source));
    }

    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Returns the media type and the body.
    pub fn content(&self) -> Option<(&'static str, Bytes)> {
        Some((self.operation.body?.content_type(), self.body.clone()?))
    }

    /// Returns the URL of the request on a server.
    pub fn url(&self, base_url: &str) -> Result<Url, Error> {
        let fail = |message: String| Error::invalid_request(self.operation, message);
        if let Some((reason, source)) = &self.refusal {
            let error = fail(reason.clone().into_owned());
            return Err(match source {
                Some(source) => error.with_source(source.clone()),
                None => error,
            });
        }
        let mut address = base_url.to_owned();
        let mut values = self.path.iter();
        for (index, part) in self.operation.path().split(['{', '}']).enumerate() {
            if index % 2 == 0 {
                address.push_str(part);
                continue;
            }
            let value = values.next().and_then(Option::as_deref);
            let value = value.ok_or_else(|| fail(format!("the path's `{part}` has no value")))?;
            // Dot segments and empty ones would address another operation.
            if matches!(value, "" | "." | "..") {
                return Err(fail(format!("the path's `{part}` cannot be `{value}`")));
            }
            // The API's router decodes `%2F` before it splits the path.
            if value.contains('/') {
                return Err(fail(format!("the API cannot address an `{part}` that contains `/`")));
            }
            address.extend(utf8_percent_encode(value, SEGMENT));
        }
        let url = Url::parse(&address);
        let mut url = url.map_err(|error| fail("its address is invalid".to_owned()).with_source(error))?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(self.query.iter().map(|(name, value)| (&**name, value)));
        }
        Ok(url)
    }
}

/// Encodes a flat JSON object as a form. `null` properties are left out.
fn form(json: &[u8]) -> String {
    let fields = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(json).unwrap_or_default();
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &fields {
        match value {
            serde_json::Value::Null => {}
            serde_json::Value::String(text) => drop(form.append_pair(name, text)),
            other => drop(form.append_pair(name, &other.to_string())),
        }
    }
    form.finish()
}

/// Paths, queries and bodies may contain secrets, so only names are shown.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("query", &self.query.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body", &self.body.as_ref().map(|body| format!("{} bytes", body.len())))
            .finish()
    }
}
