use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

/// The source of an upload's content.
///
/// A stream is saved to a temporary file first, since its size and checksums are needed before it is sent.
pub struct Source(pub(super) Kind);

pub(super) enum Kind {
    Bytes(Bytes),
    File(PathBuf),
    Stream(Pieces),
}

/// A stream of chunks.
pub(super) type Pieces = Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>;

impl Source {
    /// Creates a source from a regular file, which must not change until the upload is complete. Other files, such as
    /// pipes, are rejected with [`UploadFailure::Invalid`](super::UploadFailure::Invalid).
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self(Kind::File(path.into()))
    }

    /// Creates a source from bytes in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Bytes(bytes.into()))
    }

    /// Creates a source from a stream of any length.
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        Self(Kind::Stream(Box::pin(Adapted(Box::pin(stream)))))
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl From<Bytes> for Source {
    fn from(bytes: Bytes) -> Self {
        Self::bytes(bytes)
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

impl From<&'static [u8]> for Source {
    fn from(bytes: &'static [u8]) -> Self {
        Self::bytes(bytes)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Kind::File(path) => path.fmt(f),
            Kind::Stream(_) => f.write_str("a stream"),
        }
    }
}

/// Adapts a stream to the item and error types of [`Pieces`].
struct Adapted<S>(Pin<Box<S>>);

impl<S, B, E> Stream for Adapted<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context).map_ok(Into::into).map_err(std::io::Error::other)
    }
}
