use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;

use super::error::Error;
use super::operation::Operation;

/// The body of an answer, as a stream of bytes.
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
    body: reqwest::Body,
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
        loop {
            let piece = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                // A frame without data has the trailers of the body.
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => Ok(data),
                    Err(_) => continue,
                },
                Some(Err(error)) => Err(Error::transport(self.operation, error)),
                None => return Poll::Ready(None),
            };
            return Poll::Ready(Some(piece));
        }
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").field("operation", &self.operation).finish_non_exhaustive()
    }
}
