use std::fmt;

/// An error that occurs while generating source, with its place in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    place: String,
    message: String,
    /// The conflicting Rust name, if renaming the type resolves the error.
    taken: Option<String>,
}

/// A [`Result`](std::result::Result) with the error type of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Creates an error with its place: a JSON pointer, an operation id or a file.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), taken: None }
    }

    /// Creates an error about a type whose Rust name is already in use.
    pub fn taken(place: impl Into<String>, name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { taken: Some(name.into()), ..Self::new(place, message) }
    }

    /// Returns the Rust name that is already in use, if that is the error.
    pub fn taken_name(&self) -> Option<&str> {
        self.taken.as_deref()
    }

    /// Returns the place: a JSON pointer, an operation id or a file.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Returns the error with another place. The message keeps the original place.
    #[must_use]
    pub fn at(self, place: String) -> Self {
        Self { message: format!("`{}`: {}", self.place, self.message), place, ..self }
    }

    /// Returns the message.
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
