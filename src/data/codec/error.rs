use std::borrow::Cow;
use std::fmt;

use crate::data::redact::{for_people, is_secret};

/// The reason why JSON could not be decoded, and its position.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    message: String,
    /// The message to use if the value is a secret, where `message` quotes the value.
    without_value: Option<String>,
    offset: usize,
    /// The path, with the innermost segment first.
    path: Vec<Segment>,
}

#[derive(Clone, PartialEq, Eq)]
enum Segment {
    Property(Cow<'static, str>),
    Element(usize),
}

impl DecodeError {
    /// Creates an error at a byte offset, for text that is not JSON.
    #[cfg(feature = "client")]
    pub(crate) fn at(message: String, offset: usize) -> Self {
        Self::new(message, offset)
    }

    pub(super) fn new(message: String, offset: usize) -> Self {
        // The message may quote a secret.
        let message = for_people(&message).into_owned();
        Self(Box::new(Inner { message, without_value: None, offset, path: Vec::new() }))
    }

    /// Sets the message to use if the value is a secret.
    #[cold]
    pub(super) fn or(mut self, without_value: &str) -> Self {
        self.0.without_value = Some(without_value.to_owned());
        self
    }

    /// Adds a property to the path.
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

    /// Adds an array element to the path.
    #[cold]
    pub(crate) fn in_element(mut self, index: usize) -> Self {
        self.0.path.push(Segment::Element(index));
        self
    }

    /// Adds a union variant to the path.
    #[cold]
    pub(crate) fn in_variant(mut self, variant: &str) -> Self {
        let texts = [Some(&mut self.0.message), self.0.without_value.as_mut()];
        texts.into_iter().flatten().for_each(|text| text.push_str(&format!(" (in `{variant}`)")));
        self
    }

    /// Returns the message.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the path to the value, such as `$.items[3].status`.
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

    /// Returns the byte offset in the text.
    pub fn offset(&self) -> usize {
        self.0.offset
    }
}

/// Returns true if a property name can be written after a dot.
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
