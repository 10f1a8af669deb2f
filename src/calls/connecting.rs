//! Tells a timeout before there was a connection from one after the request was sent.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

thread_local! {
    /// Whether a connection was awaited in the current poll. A request that has to wait for a connection polls the connector
    /// itself; once a pooled connection is free, hyper goes on connecting in a task of its own.
    static CONNECTING: Cell<bool> = const { Cell::new(false) };
}

/// A layer around reqwest's connector that notes when a request waits for it.
#[derive(Clone)]
pub(crate) struct ConnectingLayer;

#[derive(Clone)]
pub(crate) struct Connecting<S>(S);

impl<S> Layer<S> for ConnectingLayer {
    type Service = Connecting<S>;

    fn layer(&self, connector: S) -> Self::Service {
        Connecting(connector)
    }
}

impl<R, S: Service<R, Future: Send + 'static>> Service<R> for Connecting<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let mut connection = Box::pin(self.0.call(request));
        Box::pin(poll_fn(move |context| {
            let outcome = connection.as_mut().poll(context);
            CONNECTING.set(outcome.is_pending());
            outcome
        }))
    }
}

/// Sends a request, and returns its outcome and whether it was still without a connection before the last poll. reqwest looks at
/// timeouts before anything else, so after a timeout this says that nothing was sent.
///
/// With an HTTP client that lacks the layer, it is false after the first poll.
pub(crate) async fn observe<T>(send: impl Future<Output = T>) -> (T, bool) {
    let mut send = pin!(send);
    let mut is_connecting = true;
    poll_fn(|context| {
        CONNECTING.set(false);
        let outcome = send.as_mut().poll(context);
        if outcome.is_pending() {
            is_connecting = CONNECTING.get();
        }
        outcome.map(|outcome| (outcome, is_connecting))
    })
    .await
}
