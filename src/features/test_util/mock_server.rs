use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

use super::mock_api::MockReply;

/// A server on a free port of 127.0.0.1 that answers with the replies of a [`MockApi`](super::MockApi). It stops when
/// it is dropped.
///
/// [`MockApi::serve`](super::MockApi::serve) starts it.
#[must_use = "the server stops when it is dropped"]
pub struct MockServer {
    address: SocketAddr,
    url: String,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

/// A request as the server received it.
pub(super) struct ReceivedRequest {
    pub head: http::request::Parts,
    pub body: Bytes,
}

type Answer = dyn Fn(ReceivedRequest) -> MockReply + Send + Sync;

impl MockServer {
    #[track_caller]
    pub(super) fn start(answer: impl Fn(ReceivedRequest) -> MockReply + Send + Sync + 'static) -> Self {
        match Self::try_start(Arc::new(answer)) {
            Ok(server) => server,
            Err(error) => panic!("no server for a test: {error}"),
        }
    }

    fn try_start(answer: Arc<Answer>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        // A thread and a runtime of its own, so that a test without async can wait for the other process.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (running, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("polar-mock".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    () = accept(listener, answer) => {}
                }
            });
        })?;
        Ok(Self { address, url: format!("http://{address}"), running: Some((running, thread)) })
    }

    /// Returns the base URL, `http://127.0.0.1:PORT`, for the variable `POLAR_SERVER` or
    /// [`Builder::base_url`](crate::Builder::base_url).
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        if let Some((running, thread)) = self.running.take() {
            drop(running);
            // Afterwards the port is closed.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockServer").field("url", &self.url).finish_non_exhaustive()
    }
}

async fn accept(listener: TcpListener, answer: Arc<Answer>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        let Ok((connection, _)) = listener.accept().await else {
            // Such as too many open files.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let _ = connection.set_nodelay(true);
        let answer = Arc::clone(&answer);
        let service = service_fn(move |request| respond(request, Arc::clone(&answer)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(connection), service));
    }
}

/// Returns an error to close the connection without a response.
async fn respond(
    request: http::Request<Incoming>,
    answer: Arc<Answer>,
) -> Result<http::Response<reqwest::Body>, Box<dyn std::error::Error + Send + Sync>> {
    let (head, body) = request.into_parts();
    let body = reqwest::Response::from(http::Response::new(reqwest::Body::wrap(body))).bytes().await?;
    let reply = answer(ReceivedRequest { head, body });
    tokio::time::sleep(reply.delay).await;
    if reply.loses_connection {
        return Err("the reply is a lost connection".into());
    }
    Ok(reply.into_response())
}
