use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;

pub(crate) type Instant = web_time::Instant;

/// A boxed future. It is not `Send`, since it may hold JavaScript values.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// `Send`, where there are threads.
pub(crate) trait MaybeSend {}

impl<T> MaybeSend for T {}

/// The longest time that `setTimeout` supports. It fires immediately for longer ones.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

pub(crate) async fn sleep(duration: Duration) {
    gloo_timers::future::sleep(duration.min(LONGEST)).await;
}

/// Returns true if a future that waits can be polled here, which the host always permits.
pub(crate) fn has_runtime() -> bool {
    true
}

/// Returns a future that makes progress only when it is polled: a host may end all that runs beside a request.
pub(crate) fn spawn<T: 'static>(future: BoxFuture<'static, T>) -> BoxFuture<'static, Option<T>> {
    Box::pin(async { Some(future.await) })
}

/// Runs a future that goes on if the returned future is dropped.
#[cfg(feature = "sign-in")]
pub(crate) fn detach<T: 'static>(future: BoxFuture<'static, T>) -> BoxFuture<'static, Option<T>> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    wasm_bindgen_futures::spawn_local(async {
        // It fails if nobody waits for the value any more.
        let _ = sender.send(future.await);
    });
    Box::pin(async { receiver.await.ok() })
}

/// Returns the outcome of a request, and false, since the host does not say whether there is a connection.
pub(crate) async fn observe<T>(send: impl Future<Output = T>) -> (T, bool) {
    (send.await, false)
}

/// Returns a builder of HTTP clients. The host decides on redirects and connections.
pub(crate) fn client_builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
}

pub(crate) fn with_connect_timeout(builder: reqwest::ClientBuilder, _: Duration) -> reqwest::ClientBuilder {
    builder
}

/// Returns the timeout, limited to what the host's timers support. reqwest panics for longer ones.
pub(crate) fn supported_timeout(timeout: Duration) -> Duration {
    timeout.min(LONGEST)
}

/// Returns false, since the host does not say whether there was a connection.
pub(crate) fn is_connect(_: &reqwest::Error) -> bool {
    false
}

/// The body of a response, piece by piece.
pub(crate) struct Pieces(Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>>>>);

impl From<reqwest::Response> for Pieces {
    fn from(response: reqwest::Response) -> Self {
        Self(Box::pin(response.bytes_stream()))
    }
}

impl Pieces {
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<reqwest::Result<Bytes>>> {
        self.0.as_mut().poll_next(context)
    }
}
