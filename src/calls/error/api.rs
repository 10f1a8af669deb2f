use std::fmt;

use serde_json::Value;

use crate::calls::response::RawResponse;
use crate::data::codec::from_slice;
use crate::data::redact::redact;

/// What the API says about a refusal.
///
/// The API and the servers in front of it answer in many shapes, and the document has only some of them. So errors are
/// read leniently: both parts can be missing, and the body is in [`Error::response`](super::Error::response).
#[non_exhaustive]
pub struct ApiError {
    /// The name of the error: `ResourceNotFound`, `insufficient_scope`.
    pub name: Option<String>,
    /// What the API says about it.
    pub detail: Option<Detail>,
}

/// What the API says about an error.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Detail {
    /// A text for people.
    Text(String),
    /// What is wrong with the input.
    Validation(Vec<ValidationIssue>),
    /// Anything else.
    Other(Value),
}

/// What is wrong with one part of the input.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ValidationIssue {
    /// The kind of issue: `missing`, `string_too_short`.
    pub kind: String,
    /// Where: `body`, `query` or `path`, and then the way to the value.
    pub location: Vec<LocationSegment>,
    /// What is wrong, for people.
    pub message: String,
    /// The value that was sent.
    pub input: Option<Value>,
    /// More about the kind of issue, such as a limit.
    pub context: Option<Value>,
}

/// A step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LocationSegment {
    /// A property.
    Name(String),
    /// An element of a list.
    Index(i64),
}

impl ApiError {
    pub(super) fn new(response: &RawResponse) -> Self {
        let body: Option<Value> = from_slice(&response.body).ok();
        let property = |name: &str| body.as_ref().and_then(|body| body.get(name));
        let name = property("error").and_then(Value::as_str).map(str::to_owned);
        let detail = property("detail").or_else(|| property("error_description")).map(Detail::new);
        Self { name, detail }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.name.is_none() && self.detail.is_none()
    }

    /// Returns what the API says about the error, if it is a text.
    pub fn text(&self) -> Option<&str> {
        match &self.detail {
            Some(Detail::Text(text)) => Some(text),
            _ => None,
        }
    }
}

impl Detail {
    fn new(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(issues) => {
                let issues: Option<Vec<ValidationIssue>> = issues.iter().map(ValidationIssue::new).collect();
                issues.map_or_else(|| Self::Other(value.clone()), Self::Validation)
            }
            other => Self::Other(other.clone()),
        }
    }
}

impl ValidationIssue {
    fn new(value: &Value) -> Option<Self> {
        let location = value.get("loc")?.as_array()?.iter().map(|segment| match segment {
            Value::String(name) => Some(LocationSegment::Name(name.clone())),
            other => other.as_i64().map(LocationSegment::Index),
        });
        Some(Self {
            kind: value.get("type")?.as_str()?.to_owned(),
            location: location.collect::<Option<_>>()?,
            message: value.get("msg")?.as_str()?.to_owned(),
            input: value.get("input").cloned(),
            context: value.get("ctx").cloned(),
        })
    }
}

impl fmt::Display for ValidationIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.location.iter().enumerate() {
            match segment {
                LocationSegment::Name(name) if index == 0 => f.write_str(name)?,
                LocationSegment::Name(name) => write!(f, ".{name}")?,
                LocationSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        write!(f, ": {}", self.message)
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Other(value) => value.fmt(f),
            Self::Validation(issues) => {
                for (index, issue) in issues.iter().enumerate() {
                    write!(f, "{}{issue}", if index > 0 { "; " } else { "" })?;
                }
                Ok(())
            }
        }
    }
}

/// The server may quote what it was sent, so secrets are redacted.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("name", &format_args!("{}", redact(&format!("{:?}", self.name))))
            .field("detail", &format_args!("{}", redact(&format!("{:?}", self.detail))))
            .finish()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            f.write_str(&redact(name))?;
        }
        match &self.detail {
            Some(detail) if self.name.is_some() => write!(f, ": {}", redact(&detail.to_string())),
            Some(detail) => f.write_str(&redact(&detail.to_string())),
            None => Ok(()),
        }
    }
}
