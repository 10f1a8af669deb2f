use std::fmt;

/// Why no source could be made from a document: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    place: String,
    message: String,
    /// The Rust name that is taken, if another name would mend it.
    taken: Option<String>,
}

/// A result whose error names a place of the document.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error at a place: a JSON pointer into the document, an operation id, or a file.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), taken: None }
    }

    /// An error about the Rust name of a type that something else has.
    pub fn taken(place: impl Into<String>, name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { taken: Some(name.into()), ..Self::new(place, message) }
    }

    /// The Rust name of a type that something else has.
    pub fn taken_name(&self) -> Option<&str> {
        self.taken.as_deref()
    }

    /// Where in the document.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The same error at another place. The message keeps the place that it had.
    #[must_use]
    pub fn at(self, place: String) -> Self {
        Self { message: format!("`{}`: {}", self.place, self.message), place, ..self }
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for Error {}
