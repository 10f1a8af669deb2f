use std::fmt;
use std::io;

use crate::calls::error::Error;
use crate::features::files::storage::StorageError;

/// What went wrong with an upload.
#[derive(Debug)]
#[non_exhaustive]
pub enum UploadFailure {
    /// The content could not be read.
    Source {
        /// What could not be read.
        what: String,
        /// Why.
        error: io::Error,
    },
    /// The content cannot be uploaded. Nothing was sent.
    Invalid(String),
    /// A part is no longer what it was when its checksum was taken. The file was not completed.
    Changed {
        /// The number of the part, from 1.
        part: i64,
        /// What changed.
        what: String,
    },
    /// A call of the API failed.
    Call(Error),
    /// The API answered with other parts than it was asked for.
    Unexpected(String),
    /// A part could not be sent.
    Part {
        /// The number of the part, from 1.
        part: i64,
        /// Why.
        error: StorageError,
    },
}

impl fmt::Display for UploadFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source { what, error } => write!(f, "{what} cannot be read: {error}"),
            Self::Invalid(problem) => write!(f, "the upload cannot begin: {problem}"),
            Self::Changed { part, what } => {
                write!(f, "part {part} of {what} changed after its checksum was taken")
            }
            Self::Call(error) => error.fmt(f),
            Self::Unexpected(problem) => {
                write!(f, "`files:create` answered with other parts than asked for: {problem}")
            }
            Self::Part { part, error } => write!(f, "part {part} could not be sent: {error}"),
        }
    }
}
