use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redb::{CommitError, DatabaseError, StorageError, TableError, TransactionError};

use crate::calls::error::{self as calls, ErrorKind};

/// The error of opening, reading or writing the file of a spool.
///
/// Events that were acknowledged earlier are not affected, unless the file [is damaged](Self::is_damaged) or [was
/// removed](Self::is_removed). Events whose write failed are removed from the file in case they were stored
/// nevertheless. If that fails, too, they are sent after a restart, with the ids that they have in the
/// [`PushError`](crate::ingestion::PushError), so the server stores them only once if they are pushed again.
#[derive(Clone, Debug)]
pub struct SpoolError {
    path: Arc<Path>,
    kind: Kind,
    /// The error of the store.
    source: Option<Arc<dyn Error + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Damaged,
    InUse,
    Full,
    Removed,
    Io,
}

impl SpoolError {
    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns true if the file is damaged or not a spool. It is not modified: move it away to start with a new one.
    pub fn is_damaged(&self) -> bool {
        self.kind == Kind::Damaged
    }

    /// Returns true if the file is in use by another process or ingestor.
    pub fn is_in_use(&self) -> bool {
        self.kind == Kind::InUse
    }

    /// Returns true if the disk is full, or if a limit on the size of files (`ulimit -f`) was reached. Pushes succeed
    /// again once there is space. On Unix systems other than Linux, exceeding the limit terminates the process with
    /// `SIGXFSZ`, unless the signal is handled or ignored.
    pub fn is_disk_full(&self) -> bool {
        self.kind == Kind::Full
    }

    /// Returns true if the file was removed, renamed or replaced while in use. No more events are accepted. Those
    /// accepted earlier are still sent; the ones that are not are [returned](crate::ingestion::ShutdownReport::unsent) on
    /// shutdown.
    pub fn is_removed(&self) -> bool {
        self.kind == Kind::Removed
    }

    pub(super) fn removed(path: &Path, error: Option<io::Error>) -> Self {
        let source = error.map(|error| Arc::new(error) as Arc<dyn Error + Send + Sync>);
        Self { path: path.into(), kind: Kind::Removed, source }
    }

    pub(super) fn damaged(path: &Path, reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { path: path.into(), kind: Kind::Damaged, source: Some(Arc::from(reason.into())) }
    }

    pub(super) fn io(path: &Path, error: io::Error) -> Self {
        use io::ErrorKind;

        let kind = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Kind::Full,
            // How the store reports a file in another format.
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof => Kind::Damaged,
            _ => Kind::Io,
        };
        Self { path: path.into(), kind, source: Some(Arc::new(error)) }
    }

    pub(super) fn store(path: &Path, error: StoreError) -> Self {
        let with = |kind, source: Arc<dyn Error + Send + Sync>| Self { path: path.into(), kind, source: Some(source) };
        match error.0 {
            redb::Error::Io(error) => Self::io(path, error),
            redb::Error::DatabaseAlreadyOpen => Self { path: path.into(), kind: Kind::InUse, source: None },
            error @ (redb::Error::Corrupted(_)
            | redb::Error::UpgradeRequired(_)
            | redb::Error::TableTypeMismatch { .. }
            | redb::Error::TableIsMultimap(_)
            | redb::Error::TypeDefinitionChanged { .. }) => with(Kind::Damaged, Arc::new(error)),
            error => with(Kind::Io, Arc::new(error)),
        }
    }
}

impl fmt::Display for SpoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.kind {
            Kind::Damaged => write!(f, "the spool `{path}` is damaged or not a spool"),
            Kind::InUse => write!(f, "the spool `{path}` is in use by another process or ingestor"),
            Kind::Full => write!(f, "the spool `{path}` cannot grow because the disk is full"),
            Kind::Removed => write!(f, "the spool `{path}` was removed while it was in use"),
            Kind::Io => write!(f, "the spool `{path}` cannot be read or written"),
        }
    }
}

impl Error for SpoolError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_deref()?)
    }
}

impl From<SpoolError> for calls::Error {
    fn from(error: SpoolError) -> Self {
        Self::new(ErrorKind::File, "the ingestor cannot be started with its spool").with_source(error)
    }
}

impl calls::Error {
    /// Returns the error of the spool; `None` unless the kind is [`ErrorKind::File`].
    pub fn spool(&self) -> Option<&SpoolError> {
        self.find_source()
    }
}

/// An error of the store.
#[derive(Debug)]
pub(super) struct StoreError(redb::Error);

macro_rules! from_errors {
    ($($error:ty),*) => { $(
        impl From<$error> for StoreError {
            fn from(error: $error) -> Self {
                Self(error.into())
            }
        }
    )* };
}

from_errors!(CommitError, DatabaseError, StorageError, TableError, TransactionError);

impl SpoolError {
    /// Creates the error for a path that is a directory.
    pub(super) fn no_file(path: PathBuf) -> Self {
        let error = io::Error::new(io::ErrorKind::IsADirectory, "the path is that of a directory");
        Self { path: path.into(), kind: Kind::Io, source: Some(Arc::new(error)) }
    }
}
