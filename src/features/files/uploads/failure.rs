use std::io;

use crate::calls::error::Error;
use crate::features::files::storage::StorageError;

/// The reason why an upload failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UploadFailure {
    /// The content could not be read.
    #[error("{what} cannot be read")]
    Source {
        /// A description of the source.
        what: String,
        /// The I/O error.
        #[source]
        error: io::Error,
    },
    /// The content cannot be uploaded. Nothing was sent.
    #[error("the upload cannot begin: {0}")]
    Invalid(String),
    /// The content of a part no longer matches its checksum. The file was not completed.
    #[error("part {part} of {what} changed after its checksum was taken")]
    Changed {
        /// The number of the part, from 1.
        part: i64,
        /// A description of the change.
        what: String,
    },
    /// A call of the API failed.
    #[error("the file could not be registered or completed")]
    Call(#[source] Error),
    /// The API responded with parts that do not match the request.
    #[error("`files:create` answered with other parts than asked for: {0}")]
    Unexpected(String),
    /// A part could not be sent.
    #[error("part {part} could not be sent")]
    Part {
        /// The number of the part, from 1.
        part: i64,
        /// The error of the storage.
        #[source]
        error: StorageError,
    },
    /// A task of the upload panicked, or the async runtime was shut down.
    #[error("the upload was aborted")]
    Aborted(#[source] tokio::task::JoinError),
}
