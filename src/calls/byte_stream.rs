use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use super::error::Error;
use super::operation::Operation;
use super::platform::Pieces;

/// A response body as a stream of bytes.
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
/// let mut stream = polar.orders().export().bytes_stream().await?;
/// while let Some(piece) = stream.try_next().await? {
///     println!("{} bytes", piece.len());
/// }
/// # Ok(())
/// # }
/// ```
pub struct ByteStream {
    operation: &'static Operation,
    body: Pieces,
}

impl ByteStream {
    pub(crate) fn new(operation: &'static Operation, response: reqwest::Response) -> Self {
        Self { operation, body: response.into() }
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    impl_next!(Bytes, Error, "See [`Error`].");
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let operation = self.operation;
        self.body.poll_next(context).map_err(|error| Error::transport(operation, error))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").field("operation", &self.operation).finish_non_exhaustive()
    }
}
