use std::collections::BTreeMap;
use std::fmt;
use std::future::IntoFuture;

use serde_json::Value;

use super::call::CallFuture;
use super::error::Error;
use super::operation::{AnyValue, JsonType, Operation, Success};
use super::options::Options;
use super::request::Request;
use super::response::{RawResponse, Response};
use super::transport::Transport;
use crate::data::codec::to_vec;

/// A call of an operation that is known by its id, with JSON for its body.
///
/// It goes the same way as a call of the operation's own method: its body passes through the operation's type, and
/// so does its answer. See [`Polar::call_json`](crate::Polar::call_json).
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited"]
pub struct CallById {
    transport: Transport,
    operation: &'static Operation,
    body_type: Option<JsonType>,
    success: Success,
    path: BTreeMap<String, String>,
    query: Vec<(String, String)>,
    body: Option<Value>,
}

/// The answer of an operation that is known by its id.
#[non_exhaustive]
pub enum Decoded {
    /// Nothing that is worth parsing.
    Empty,
    /// A value of the operation's type.
    Json(AnyValue),
    /// Comma-separated values.
    Csv(String),
}

impl Decoded {
    /// The answer as JSON, with what the operation's type knows of it; `null` for an empty one.
    #[inline]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Json(value) => crate::data::codec::from_slice(&to_vec(&**value)).unwrap_or_default(),
            Self::Csv(text) => Value::String(text.clone()),
        }
    }
}

impl fmt::Debug for Decoded {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(_) => f.write_str("Json(..)"),
            Self::Csv(text) => write!(f, "Csv({} bytes)", text.len()),
        }
    }
}

impl CallById {
    // Inlined, as whatever asks an operation for its types: see there.
    #[inline]
    pub(crate) fn new(transport: Transport, operation: &'static Operation) -> Self {
        let (body_type, success) = (operation.body().map(|(_, ty)| ty), operation.success());
        Self { transport, operation, body_type, success, path: BTreeMap::new(), query: Vec::new(), body: None }
    }

    #[cfg(feature = "blocking")]
    #[inline]
    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Gives a parameter of the path its value.
    #[inline]
    pub fn path(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.path.insert(name.into(), value.into());
        self
    }

    /// Adds a value to the query.
    #[inline]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// The request's body.
    #[inline]
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    #[inline]
    fn request(&self) -> Result<Request, Error> {
        let operation = self.operation;
        let fail = |message: String| Error::InvalidRequest { operation, message };
        if !self.transport.authorization.allows(operation) {
            return Err(fail("it takes another kind of token than this client's".to_owned()));
        }
        let mut request = Request::new(operation);
        let mut values = self.path.clone();
        for name in operation.path().split(['{', '}']).skip(1).step_by(2) {
            let value = values.remove(name).ok_or_else(|| fail(format!("the path's `{name}` has no value")))?;
            request = request.path(&value);
        }
        if let Some(name) = values.keys().next() {
            return Err(fail(format!("the path has no `{name}`")));
        }
        for (name, value) in &self.query {
            request.add_query(name.clone().into(), value.clone());
        }
        match (&self.body, self.body_type) {
            (None, _) => {}
            (Some(_), None) => return Err(fail("it takes no body".to_owned())),
            (Some(body), Some(ty)) => {
                let typed = ty.decode(body.to_string().as_bytes());
                let typed = typed.map_err(|error| fail(format!("the body is not of its type: {error}")))?;
                request.set_body(&*typed);
            }
        }
        Ok(request)
    }

    #[inline]
    fn decode(&self, raw: &RawResponse) -> Result<Decoded, Error> {
        let json = |ty: JsonType| {
            let value = ty.decode(&raw.body).map_err(|error| Error::decode(self.operation, error, raw.clone()))?;
            Ok(Decoded::Json(value))
        };
        match self.success {
            Success::Empty => Ok(Decoded::Empty),
            Success::OptionalJson(_) if raw.is_blank() => Ok(Decoded::Empty),
            Success::Json(ty) | Success::OptionalJson(ty) => json(ty),
            Success::Csv => Ok(Decoded::Csv(String::from_utf8_lossy(&raw.body).into_owned())),
        }
    }
}

impl IntoFuture for CallById {
    type Output = Result<Response<Decoded>, Error>;
    type IntoFuture = CallFuture<Response<Decoded>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = self.request()?;
            let raw = self.transport.execute(&request, &Options::default()).await?;
            let value = self.decode(&raw)?;
            Ok(Response { value, raw })
        })
    }
}

impl fmt::Debug for CallById {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallById").field("operation", &self.operation).finish_non_exhaustive()
    }
}
