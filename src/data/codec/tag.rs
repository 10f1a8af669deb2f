use std::borrow::Cow;
use std::fmt;

/// What a union finds where its discriminator is expected.
#[derive(Debug, PartialEq)]
pub(crate) enum Tag<'de> {
    /// The property is missing, or there is no object to hold it.
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
    /// The tag, for matching.
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

/// A [`Tag`] whose text is borrowed, so that it can be matched against literals.
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
