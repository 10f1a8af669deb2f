//! JSON, as the document is made of it.
//!
//! Objects are sorted. `serde_json` keeps their order as soon as any crate of a build asks for it, and what is generated
//! must not depend on that.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Index;

use hifijson::SliceLexer;
use hifijson::token::Lex as _;

use crate::{Error, Result};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Self>),
    /// An object. Of two properties of one name it has the last.
    Object(BTreeMap<String, Self>),
}

/// What a parsed value is to the lexer.
type Parsed<'a> = hifijson::value::Value<&'a str, std::borrow::Cow<'a, str>>;

/// How deep values may be nested.
const DEPTH: usize = 128;

/// Reads a text that is one value.
pub fn parse(text: &str) -> Result<Value> {
    let mut lexer = SliceLexer::new(text.as_bytes());
    let parsed =
        lexer.exactly_one(SliceLexer::ws_peek, |next, lexer| hifijson::value::parse_bounded(DEPTH, next, lexer));
    parsed.map(Value::from).map_err(|error| {
        let read = &text.as_bytes()[..text.len() - lexer.as_slice().len()];
        let line = 1 + read.iter().filter(|byte| **byte == b'\n').count();
        Error::new("", format!("no JSON in line {line}: {error}"))
    })
}

impl From<Parsed<'_>> for Value {
    fn from(parsed: Parsed<'_>) -> Self {
        match parsed {
            Parsed::Null => Self::Null,
            Parsed::Bool(value) => Self::Bool(value),
            Parsed::Number((digits, _)) => Self::Number(digits.to_owned()),
            Parsed::String(text) => Self::String(text.into_owned()),
            Parsed::Array(elements) => Self::Array(elements.into_iter().map(Self::from).collect()),
            Parsed::Object(properties) => {
                Self::Object(properties.into_iter().map(|(name, value)| (name.into_owned(), value.into())).collect())
            }
        }
    }
}

impl Value {
    /// A property of an object, if this is one and has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// What is at a [JSON pointer](https://www.rfc-editor.org/rfc/rfc6901).
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        segments(pointer).try_fold(self, |value, name| match value {
            Self::Array(elements) => elements.get(name.parse::<usize>().ok()?),
            _ => value.get(&name),
        })
    }

    /// What is at a JSON pointer, to be changed.
    pub fn pointer_mut(&mut self, pointer: &str) -> Option<&mut Self> {
        segments(pointer).try_fold(self, |value, name| match value {
            Self::Array(elements) => elements.get_mut(name.parse::<usize>().ok()?),
            Self::Object(properties) => properties.get_mut(&name),
            _ => None,
        })
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, if this is an array.
    pub fn as_array(&self) -> Option<&Vec<Self>> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The properties, if this is an object.
    pub fn as_object(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Object(properties) => Some(properties),
            _ => None,
        }
    }
}

/// The names and indexes that a JSON pointer leads through.
pub fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

/// The name that a segment of a JSON pointer stands for.
pub fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// A name as a segment of a JSON pointer.
pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A property of an object; `null` where there is none.
impl Index<&str> for Value {
    type Output = Self;

    fn index(&self, name: &str) -> &Self {
        self.get(name).unwrap_or(&Self::Null)
    }
}

impl PartialEq<bool> for Value {
    fn eq(&self, other: &bool) -> bool {
        matches!(self, Self::Bool(value) if value == other)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == Some(other)
    }
}

/// JSON text, without white space.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text| hifijson::str::Display::new(text);
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(digits) => f.write_str(digits),
            Self::String(value) => text(value).fmt(f),
            Self::Array(elements) => {
                f.write_str("[")?;
                for (index, element) in elements.iter().enumerate() {
                    write!(f, "{}{element}", if index == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Self::Object(properties) => {
                f.write_str("{")?;
                for (index, (name, value)) in properties.iter().enumerate() {
                    write!(f, "{}{}:{value}", if index == 0 { "" } else { "," }, text(name))?;
                }
                f.write_str("}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_is_written() {
        let text = r#"{"a":[1,-2.50,true,null],"b":{"c":"ü\n\"\\"}}"#;
        assert_eq!(parse(text).expect("JSON").to_string(), text);
        assert_eq!(parse(" { \"b\" : \"\\u00fc\" , \"a\" : [ ] }\n").expect("JSON").to_string(), r#"{"a":[],"b":"ü"}"#);
    }

    #[test]
    fn faults_name_their_line() {
        for (text, line) in [("", 1), ("{\n  \"a\": 1,\n  b\n}", 3), ("[1]\n[2]", 2), ("\n\n\"\u{1}\"", 3), ("-", 1)] {
            let error = parse(text).expect_err(text);
            assert!(error.message().starts_with(&format!("no JSON in line {line}: ")), "{text}: {error}");
        }
    }

    #[test]
    fn values_that_are_nested_too_deep_are_refused() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(DEPTH)).is_ok());
        assert!(parse(&nested(100_000)).is_err());
    }

    #[test]
    fn pointers_lead_through_objects() {
        let value = parse(r#"{"paths": {"/v1/a~b": {"get": true}}}"#).expect("JSON");
        assert_eq!(value.pointer("/paths/~1v1~1a~0b/get"), Some(&Value::Bool(true)));
        assert_eq!(value.pointer("/paths/none"), None);
        assert_eq!(value.pointer(""), Some(&value));
        assert_eq!(value["paths"]["none"]["get"], Value::Null);
    }
}
