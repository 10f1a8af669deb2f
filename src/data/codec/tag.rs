use std::borrow::Cow;
use std::fmt;

/// The value of a union's discriminator.
#[derive(Debug, PartialEq)]
pub(crate) enum Tag<'de> {
    /// The property is missing, or the value is not an object.
    Absent,
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A string.
    String(Cow<'de, str>),
    /// Anything else.
    Other,
}

impl Tag<'_> {
    /// Returns the tag as a literal, for matching.
    pub(crate) fn literal(&self) -> Literal<'_> {
        match self {
            Self::Absent => Literal::Absent,
            Self::Null => Literal::Null,
            Self::Boolean(value) => Literal::Boolean(*value),
            Self::String(text) => Literal::String(text),
            Self::Other => Literal::Other,
        }
    }
}

/// A [`Tag`] with borrowed text, which can be matched against literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Literal<'a> {
    /// The property is missing.
    Absent,
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A string.
    String(&'a str),
    /// Anything else.
    Other,
}

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("nothing"),
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => value.fmt(f),
            Self::String(text) => f.write_str(text),
            Self::Other => f.write_str("something else"),
        }
    }
}
