use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body as _;
use reqwest::redirect::Policy;
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

use super::super::connecting::ConnectingLayer;
pub(crate) use super::super::connecting::observe;

pub(crate) type Instant = std::time::Instant;

/// A boxed future that can be moved to another thread.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// `Send`, where there are threads.
pub(crate) trait MaybeSend: Send {}

impl<T: Send> MaybeSend for T {}

pub(crate) async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// Returns true if a future that waits can be polled here.
pub(crate) fn has_runtime() -> bool {
    Handle::try_current().is_ok()
}

/// Runs a future in a task, so that it makes progress while nobody polls it. Dropping the returned future aborts the
/// task. It returns `None` if the runtime cancelled the task.
///
/// Without a runtime, the future makes progress only when it is polled.
pub(crate) fn spawn<T: Send + 'static>(future: BoxFuture<'static, T>) -> BoxFuture<'static, Option<T>> {
    match Handle::try_current() {
        Ok(runtime) => Box::pin(Task(runtime.spawn(future))),
        Err(_) => Box::pin(async { Some(future.await) }),
    }
}

/// Runs a future in a task that goes on if the returned future is dropped. The latter returns `None` if the runtime
/// cancelled the task.
#[cfg(feature = "sign-in")]
pub(crate) fn detach<T: Send + 'static>(future: BoxFuture<'static, T>) -> BoxFuture<'static, Option<T>> {
    let task = tokio::spawn(future);
    Box::pin(async { joined(task.await) })
}

fn joined<T>(outcome: Result<T, JoinError>) -> Option<T> {
    match outcome {
        Ok(value) => Some(value),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => None,
    }
}

/// A task that is aborted on drop.
struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T> Future for Task<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        Pin::new(&mut self.0).poll(context).map(joined)
    }
}

/// Returns a builder of HTTP clients that follow no redirects, and repeat nothing by themselves.
pub(crate) fn client_builder() -> reqwest::ClientBuilder {
    // By default, reqwest itself retries requests that an HTTP/2 server refused, which the retry policy would not
    // count.
    let builder = reqwest::Client::builder().redirect(Policy::none()).retry(reqwest::retry::never());
    builder.connector_layer(ConnectingLayer)
}

pub(crate) fn with_connect_timeout(builder: reqwest::ClientBuilder, timeout: Duration) -> reqwest::ClientBuilder {
    builder.connect_timeout(timeout)
}

/// Returns the timeout unchanged: requests support any.
pub(crate) fn supported_timeout(timeout: Duration) -> Duration {
    timeout
}

/// Returns true if a request failed before it had a connection.
pub(crate) fn is_connect(error: &reqwest::Error) -> bool {
    error.is_connect()
}

/// The body of a response, piece by piece.
pub(crate) struct Pieces(reqwest::Body);

impl From<reqwest::Response> for Pieces {
    fn from(response: reqwest::Response) -> Self {
        Self(response.into())
    }
}

impl Pieces {
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<reqwest::Result<Bytes>>> {
        loop {
            match ready!(Pin::new(&mut self.0).poll_frame(context)).transpose() {
                // Trailers after the body are ignored.
                Ok(Some(frame)) => match frame.into_data() {
                    Ok(data) => return Poll::Ready(Some(Ok(data))),
                    Err(_) => continue,
                },
                Ok(None) => return Poll::Ready(None),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}
