use std::borrow::Cow;
use std::fmt;

use crate::data::redact::{for_people, is_secret};

/// Why a JSON text could not be read as a type: what is wrong, and where.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    message: String,
    /// What the message is if the value is a secret, where it quotes the value.
    without_value: Option<String>,
    offset: usize,
    /// From the innermost segment outwards.
    path: Vec<Segment>,
}

#[derive(Clone, PartialEq, Eq)]
enum Segment {
    Property(Cow<'static, str>),
    Element(usize),
}

impl DecodeError {
    /// An error at a byte of a text that is no JSON.
    #[cfg(feature = "client")]
    pub(crate) fn at(message: String, offset: usize) -> Self {
        Self::new(message, offset)
    }

    pub(super) fn new(message: String, offset: usize) -> Self {
        // Some messages quote what was found, which may be a secret.
        let message = for_people(&message).into_owned();
        Self(Box::new(Inner { message, without_value: None, offset, path: Vec::new() }))
    }

    /// Says what the message is if the value that it quotes is a secret.
    #[cold]
    pub(super) fn or(mut self, without_value: &str) -> Self {
        self.0.without_value = Some(without_value.to_owned());
        self
    }

    /// Says that the error lies within this property.
    #[cold]
    pub(crate) fn in_property(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        let name = name.into();
        if is_secret(&name)
            && let Some(message) = self.0.without_value.take()
        {
            self.0.message = message;
        }
        self.0.path.push(Segment::Property(name));
        self
    }

    /// Says that the error lies within this element of an array.
    #[cold]
    pub(crate) fn in_element(mut self, index: usize) -> Self {
        self.0.path.push(Segment::Element(index));
        self
    }

    /// Says that the error lies within this variant of a union.
    #[cold]
    pub(crate) fn in_variant(mut self, variant: &str) -> Self {
        let texts = [Some(&mut self.0.message), self.0.without_value.as_mut()];
        texts.into_iter().flatten().for_each(|text| text.push_str(&format!(" (in `{variant}`)")));
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where, as a path of properties and elements: `$.items[3].status`.
    pub fn path(&self) -> String {
        let mut path = String::from("$");
        for segment in self.0.path.iter().rev() {
            match segment {
                Segment::Property(name) if is_plain(name) => path.extend([".", name]),
                Segment::Property(name) => path.push_str(&format!("[{name:?}]")),
                Segment::Element(index) => path.push_str(&format!("[{index}]")),
            }
        }
        for_people(&path).into_owned()
    }

    /// Where, in bytes from the beginning of the text.
    pub fn offset(&self) -> usize {
        self.0.offset
    }
}

/// Whether a property name reads well behind a dot.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at `{}`", self.0.message, self.path())
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("message", &self.0.message)
            .field("path", &self.path())
            .field("offset", &self.0.offset)
            .finish()
    }
}

impl std::error::Error for DecodeError {}
