use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::calls::response::RawResponse;
use crate::data::codec::{DecodeError, Ends, Kind, Reader, from_slice, shown};
use crate::data::redact::{excerpt, for_people, is_secret};

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
#[derive(Clone, PartialEq)]
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
#[derive(Clone, PartialEq)]
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
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LocationSegment {
    /// A property.
    Name(String),
    /// An element of a list.
    Index(i64),
}

/// How many issues of a request are read; the rest is in the body.
const MOST_ISSUES: usize = 10_000;

/// How many bytes of JSON of any shape are read as values: what was sent, and details that are neither a text nor issues. A value
/// takes up to two hundred times as much memory as its text.
const MOST_VALUES: usize = 64 * 1024;

impl ApiError {
    pub(super) fn new(response: &RawResponse) -> Self {
        let mut error = Self { name: None, detail: None };
        // A truncated body is read up to its end.
        let _ = error.read(&response.body);
        error
    }

    fn read(&mut self, body: &[u8]) -> Result<(), DecodeError> {
        let ends = Ends::of(body);
        let mut reader = Reader::new(body, &ends);
        reader.object()?;
        let mut description = None;
        while let Some(key) = reader.key()? {
            match &*key {
                "error" if reader.kind()? == Kind::String => self.name = Some(reader.string()?.into_owned()),
                "detail" => self.detail = Some(Detail::read(&mut reader, body)?),
                "error_description" => description = Some(Detail::read(&mut reader, body)?),
                _ => reader.skip()?,
            }
            if self.detail.is_none() {
                self.detail.clone_from(&description);
            }
        }
        Ok(())
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
    fn read(reader: &mut Reader<'_>, body: &[u8]) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let mut budget = MOST_VALUES;
        match reader.kind()? {
            Kind::String => return reader.string().map(|text| Self::Text(text.into_owned())),
            Kind::Array => {
                let mut ahead = reader.fork();
                if let Some(issues) = issues(&mut ahead, body, &mut budget)? {
                    // A body that was cut ends here.
                    let _ = reader.skip();
                    return Ok(Self::Validation(issues));
                }
            }
            _ => {}
        }
        reader.skip()?;
        let text = &body[start..reader.offset()];
        Ok(Self::Other(value(text, &mut budget).unwrap_or_else(|| excerpt(text, 0).into())))
    }
}

/// Reads a list of issues, up to where it breaks off; `None` if it is a list of something else.
fn issues(
    reader: &mut Reader<'_>,
    body: &[u8],
    budget: &mut usize,
) -> Result<Option<Vec<ValidationIssue>>, DecodeError> {
    let mut issues = Vec::new();
    reader.array()?;
    while issues.len() < MOST_ISSUES && reader.element().unwrap_or(false) {
        match ValidationIssue::read(reader, body, budget) {
            Ok(Some(issue)) => issues.push(issue),
            Ok(None) => return Ok(None),
            Err(error) if issues.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    Ok(Some(issues))
}

/// Reads a value of any shape, as long as there is room for it.
fn value(text: &[u8], budget: &mut usize) -> Option<Value> {
    *budget = budget.checked_sub(text.len())?;
    from_slice(text).ok()
}

impl ValidationIssue {
    /// Returns the name of the property that the issue is about, such as that of a form's field: the last name of the
    /// [`location`](Self::location). `None` if the issue is about the body as a whole.
    pub fn field(&self) -> Option<&str> {
        let names = self.location.get(1..)?.iter().rev();
        names.filter_map(|segment| if let LocationSegment::Name(name) = segment { Some(&**name) } else { None }).next()
    }

    /// Reads an issue; `None` if it is something else.
    fn read(reader: &mut Reader<'_>, body: &[u8], budget: &mut usize) -> Result<Option<Self>, DecodeError> {
        let (mut kind, mut location, mut message, mut input, mut context) = (None, None, None, None, None);
        if reader.kind()? != Kind::Object {
            return Ok(None);
        }
        reader.object()?;
        while let Some(key) = reader.key()? {
            let start = reader.offset();
            match (&*key, reader.kind()?) {
                ("type", Kind::String) => kind = Some(reader.string()?.into_owned()),
                ("msg", Kind::String) => message = Some(reader.string()?.into_owned()),
                ("loc", Kind::Array) => location = LocationSegment::read_all(reader)?,
                (name, _) => {
                    reader.skip()?;
                    let text = &body[start..reader.offset()];
                    match name {
                        "input" => input = value(text, budget),
                        "ctx" => context = value(text, budget),
                        _ => {}
                    }
                }
            }
        }
        let (Some(kind), Some(location), Some(message)) = (kind, location, message) else { return Ok(None) };
        Ok(Some(Self { kind, location, message, input, context }))
    }
}

impl LocationSegment {
    /// Reads a location; `None` if it has anything but names and indexes.
    fn read_all(reader: &mut Reader<'_>) -> Result<Option<Vec<Self>>, DecodeError> {
        let mut location = Some(Vec::new());
        reader.array()?;
        while reader.element()? {
            let segment = match reader.kind()? {
                Kind::String => Some(Self::Name(reader.string()?.into_owned())),
                Kind::Number => reader.number()?.parse().ok().map(Self::Index),
                _ => {
                    reader.skip()?;
                    None
                }
            };
            location = location.zip(segment).map(|(mut location, segment)| {
                location.push(segment);
                location
            });
        }
        Ok(location)
    }
}

impl fmt::Display for ValidationIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.location.iter().enumerate() {
            match segment {
                LocationSegment::Name(name) if index == 0 => f.write_str(&for_people(name))?,
                LocationSegment::Name(name) => write!(f, ".{}", for_people(name))?,
                LocationSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        write!(f, ": {}", for_people(&self.text()))
    }
}

impl ValidationIssue {
    /// Whether it is about a value that does not show.
    fn is_about_secret(&self) -> bool {
        self.location.iter().any(|segment| matches!(segment, LocationSegment::Name(name) if is_secret(name)))
    }

    /// The message, which may quote what was sent.
    fn text(&self) -> Cow<'_, str> {
        match &self.input {
            Some(Value::String(input)) if self.is_about_secret() && !input.is_empty() => {
                self.message.replace(input, "…").into()
            }
            _ => (&self.message).into(),
        }
    }
}

/// A name comes from the server, which may put a secret there.
impl fmt::Debug for LocationSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.debug_tuple("Name").field(&for_people(name)).finish(),
            Self::Index(index) => f.debug_tuple("Index").field(index).finish(),
        }
    }
}

/// Secrets in what was sent are redacted.
impl fmt::Debug for ValidationIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |value: &Option<Value>| match value {
            Some(_) if self.is_about_secret() => "[hidden]".to_owned(),
            Some(value) => for_people(&shown(value)).into_owned(),
            None => "None".to_owned(),
        };
        f.debug_struct("ValidationIssue")
            .field("kind", &for_people(&self.kind))
            .field("location", &self.location)
            .field("message", &for_people(&self.text()))
            .field("input", &format_args!("{}", value(&self.input)))
            .field("context", &format_args!("{}", value(&self.context)))
            .finish()
    }
}

/// Secrets are redacted.
impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.debug_tuple("Text").field(&for_people(text)).finish(),
            Self::Validation(issues) => f.debug_tuple("Validation").field(issues).finish(),
            Self::Other(value) => f.debug_tuple("Other").field(&format_args!("{}", for_people(&shown(value)))).finish(),
        }
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&for_people(text)),
            Self::Other(value) => f.write_str(&for_people(&shown(value))),
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
            .field("name", &self.name.as_deref().map(for_people))
            .field("detail", &self.detail)
            .finish()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            f.write_str(&for_people(name))?;
        }
        match &self.detail {
            Some(detail) if self.name.is_some() => write!(f, ": {}", for_people(&detail.to_string())),
            Some(detail) => f.write_str(&for_people(&detail.to_string())),
            None => Ok(()),
        }
    }
}
