//! Answers.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_core::Stream;
use http_body::Body as _;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::error::Error;
use crate::operation::Operation;
use crate::redact::redact;

/// A typed answer, together with what the types do not cover.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The answer's value.
    pub value: T,
    /// The answer as it came.
    pub raw: RawResponse,
}

/// An answer as it came: status, headers and body.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl RawResponse {
    /// How long the server asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = value.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = DateTime::parse_from_rfc2822(value).ok()?;
        Some((date.to_utc() - Utc::now()).to_std().unwrap_or_default())
    }

    /// The id that the server gave the request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        let headers = ["x-request-id", "request-id"];
        headers.iter().find_map(|name| self.headers.get(*name)?.to_str().ok())
    }
}

/// The body may hold secrets, so only its size is shown; of secrets in headers only the beginning.
impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("headers", &format_args!("{}", redact(&format!("{:?}", self.headers))))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

impl RawResponse {
    /// Whether there is no body, or one that says nothing.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self.body.trim_ascii(), b"" | b"null")
    }
}

/// The body of an answer, as it comes.
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
/// let mut stream = polar.orders().export().stream().await?;
/// while let Some(piece) = stream.next().await {
///     println!("{} bytes", piece?.len());
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

    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

#[cfg(feature = "blocking")]
impl ByteStream {
    /// Waits for the next piece; `None` at the end. Within an async runtime it is an error.
    pub fn next_blocking(&mut self) -> Option<Result<Bytes, Error>> {
        let operation = self.operation;
        crate::blocking::wait(operation, async { self.next().await.transpose() }).transpose()
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let piece = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                // What is no data are headers behind the body.
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
