use std::fmt;
use std::io;

use super::UploadSession;
use crate::error::Error;
use crate::storage::StorageError;

/// Why an upload failed, and what is left to go on with.
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar, film: Vec<u8>) {
/// let mut outcome = polar.files().upload("film.mp4", "video/mp4", film).await;
/// while let Err(error) = outcome {
///     eprintln!("{error}; try again?");
///     let Some(session) = error.into_session() else { return };
///     outcome = session.resume().await;
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct UploadError {
    pub(super) failure: UploadFailure,
    pub(super) session: Option<Box<UploadSession>>,
}

impl UploadError {
    /// Why it failed.
    pub fn failure(&self) -> &UploadFailure {
        &self.failure
    }

    /// The upload as far as it came, if it can be gone on with.
    pub fn session(&self) -> Option<&UploadSession> {
        self.session.as_deref()
    }

    /// The upload as far as it came, if it can be gone on with.
    pub fn into_session(self) -> Option<UploadSession> {
        self.session.map(|session| *session)
    }
}

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

impl From<UploadFailure> for UploadError {
    fn from(failure: UploadFailure) -> Self {
        Self { failure, session: None }
    }
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

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl std::error::Error for UploadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.failure {
            UploadFailure::Source { error, .. } => Some(error),
            UploadFailure::Call(error) => std::error::Error::source(error),
            UploadFailure::Part { error, .. } => std::error::Error::source(error),
            _ => None,
        }
    }
}
