//! Middleware that wraps every attempt of a call.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::Method;
use reqwest::header::{CONTENT_LENGTH, HeaderValue};

use super::operation::Operation;

/// A hook that wraps every attempt of every call.
///
/// A middleware receives the request before it is sent, and the response before its body is read. It may modify either,
/// return a response of its own, or send another request. Errors are those of reqwest.
///
/// ```
/// use polar_client::middleware::{AttemptFuture, Middleware, Next};
/// use polar_client::reqwest::{Request, header::HeaderValue};
///
/// struct Traceparent(HeaderValue);
///
/// impl Middleware for Traceparent {
///     fn handle<'a>(&'a self, mut request: Request, next: Next<'a>) -> AttemptFuture<'a> {
///         Box::pin(async move {
///             request.headers_mut().insert("traceparent", self.0.clone());
///             next.run(request).await
///         })
///     }
/// }
///
/// let trace = Traceparent(HeaderValue::from_static("00-01a1f8a5f4dbe6e47a515db2a7946343-2f5a8566ec9df109-01"));
/// let polar = polar_client::Polar::builder().token("polar_oat_x").middleware(trace).build()?;
/// # Ok::<(), polar_client::Error>(())
/// ```
pub trait Middleware: Send + Sync + 'static {
    /// Handles one attempt, usually by calling [`Next::run`].
    fn handle<'a>(&'a self, request: reqwest::Request, next: Next<'a>) -> AttemptFuture<'a>;
}

/// The future of an attempt. On `wasm32` it is not `Send`.
#[cfg(not(target_arch = "wasm32"))]
pub type AttemptFuture<'a> = Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + Send + 'a>>;
/// The future of an attempt.
#[cfg(target_arch = "wasm32")]
pub type AttemptFuture<'a> = Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + 'a>>;

/// The remaining middleware, followed by the HTTP client.
pub struct Next<'a> {
    pub(crate) http: &'a reqwest::Client,
    pub(crate) operation: &'static Operation,
    pub(crate) rest: &'a [Arc<dyn Middleware>],
}

impl<'a> Next<'a> {
    /// Returns the operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Passes the request on.
    pub fn run(self, request: reqwest::Request) -> AttemptFuture<'a> {
        match self.rest.split_first() {
            Some((first, rest)) => first.handle(request, Next { rest, ..self }),
            None => Box::pin(self.http.execute(with_length(request))),
        }
    }
}

/// Adds `Content-Length: 0` to requests without a body: the API rejects a POST, PATCH or PUT without the header, and
/// reqwest does not send it.
fn with_length(mut request: reqwest::Request) -> reqwest::Request {
    let may_have_body = matches!(*request.method(), Method::POST | Method::PATCH | Method::PUT);
    if may_have_body && request.body().is_none() {
        request.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
    }
    request
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("operation", &self.operation).finish_non_exhaustive()
    }
}
