//! Calls of operations that are looked up by their ids.

use std::fmt;

use reqwest::Url;
use serde_json::Value;

use super::call::{Call, decode_redirect, decode_text};
use super::error::Error;
use super::operation::{AnyValue, JsonType, Operation, Success};
use super::request::Request;
use super::response::RawResponse;
use super::transport::Transport;
use crate::data::codec::{from_slice, to_vec};

/// A call of an operation that was looked up by its id. The request body is untyped JSON.
///
/// Request and response bodies are still decoded as the operation's types, as in a typed call. See
/// [`Client::call_json`](crate::Client::call_json).
pub type CallById = Call<Decoded>;

/// The response to a [`CallById`].
#[non_exhaustive]
pub enum Decoded {
    /// An empty response.
    Empty,
    /// A value of the operation's response type.
    Json(AnyValue),
    /// CSV text.
    Csv(String),
    /// The target URL of a redirect.
    Redirect(Url),
}

impl Decoded {
    /// Returns the response as JSON; `null` if it is empty. Properties that the response type does not have are left
    /// out.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Json(value) => from_slice(&to_vec(&**value)).unwrap_or_default(),
            Self::Csv(text) => Value::String(text.clone()),
            Self::Redirect(address) => Value::String(address.to_string()),
        }
    }
}

impl fmt::Debug for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(_) => f.write_str("Json(..)"),
            Self::Csv(text) => write!(f, "Csv({} bytes)", text.len()),
            // The URL may grant access to a file.
            Self::Redirect(_) => f.write_str("Redirect(..)"),
        }
    }
}

impl Call<Decoded> {
    // Generic or inlined, like all callers of `Operation::body`: see there.
    #[inline]
    pub(crate) fn by_id(transport: &Transport, operation: &'static Operation) -> Self {
        let mut request = Request::new(operation);
        if !transport.authorization.allows(operation) {
            request.refuse("it takes another kind of token than this client's", None);
        }
        let call = Self::new(transport, request, |operation, raw| decode(operation, operation.success(), raw));
        if matches!(operation.success(), Success::Redirect) { call.takes_redirect() } else { call }
    }

    /// Sets a path parameter.
    pub fn path(mut self, name: impl AsRef<str>, value: impl Into<String>) -> Self {
        self.request.set_path(name.as_ref(), value.into());
        self
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.add_query(name.into().into(), value.into());
        self
    }

    /// Sets the request body.
    #[inline]
    pub fn body(self, body: Value) -> Self {
        let ty = self.operation().body().map(|(_, ty)| ty);
        self.typed_body(&body, ty)
    }

    fn typed_body(mut self, body: &Value, ty: Option<JsonType>) -> Self {
        let request = &mut self.request;
        match ty.map(|ty| ty.decode(body.to_string().as_bytes())) {
            None => request.refuse("it takes no body", None),
            Some(Ok(typed)) => request.set_body(&*typed),
            Some(Err(error)) => request.refuse("the body is not of its type", Some(error)),
        }
        self
    }
}

fn decode(operation: &'static Operation, success: Success, raw: &RawResponse) -> Result<Decoded, Error> {
    match success {
        Success::Empty => Ok(Decoded::Empty),
        Success::OptionalJson(_) if raw.is_blank() => Ok(Decoded::Empty),
        Success::Json(ty) | Success::OptionalJson(ty) => match ty.decode(&raw.body) {
            Ok(value) => Ok(Decoded::Json(value)),
            Err(error) => Err(Error::decode(operation, error, raw.clone())),
        },
        Success::Csv => decode_text(operation, raw).map(Decoded::Csv),
        Success::Redirect => decode_redirect(operation, raw).map(Decoded::Redirect),
    }
}
