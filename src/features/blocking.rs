//! Calls without async, for command-line and desktop programs.
//!
//! It is the same client: every call and request builder can be sent with `send_blocking()` instead of `.await`, or
//! with `with_response_blocking()`. Exports have `stream_blocking()`. Retries, time-outs and errors are the same.
//!
//! ```no_run
//! fn main() -> Result<(), polar_client::Error> {
//!     let polar = polar_client::Polar::from_env()?;
//!     for product in polar.products().list().limit(100).send_blocking()? {
//!         println!("{}", product.name);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Calls may be made from many threads at once. The first one starts a thread for the network, which all calls of the
//! process share. Within an async runtime of tokio nothing may block, and such a call is refused with
//! [`Error::InvalidRequest`] before anything is sent; that holds for the threads of `tokio::task::spawn_blocking` as
//! well, where `tokio::runtime::Handle::block_on` awaits a call.

use std::future::{Future, IntoFuture};
use std::sync::{Mutex, OnceLock, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};

use bytes::Bytes;

use crate::calls::by_id::{CallById, Decoded};
use crate::calls::byte_stream::ByteStream;
use crate::calls::call::Call;
use crate::calls::error::Error;
use crate::calls::operation::Operation;
use crate::calls::response::Response;

/// Waits for a future on this thread.
pub(crate) fn wait<T>(
    operation: &'static Operation,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let fail = |message: String| Error::InvalidRequest { operation, message };
    if Handle::try_current().is_ok() {
        return Err(fail("a blocking call within an async runtime; await it instead".to_owned()));
    }
    let runtime = runtime().map_err(|error| fail(format!("the network's thread did not start: {error}")))?;
    runtime.block_on(future)
}

/// The runtime of all blocking calls. Its one thread keeps pooled connections alive between them.
fn runtime() -> std::io::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    static START: Mutex<()> = Mutex::new(());
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    // A failure to start is not kept: a later call may have more luck.
    let _starting = START.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("polar-client").enable_all().build()?;
    Ok(RUNTIME.get_or_init(|| runtime))
}

impl<T: 'static> Call<T> {
    /// Sends the request and waits for the answer, for programs without async; see [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// See [`Error`]; [`Error::InvalidRequest`] within an async runtime.
    pub fn send_blocking(self) -> Result<T, Error> {
        wait(self.operation(), self.send())
    }

    /// Sends the request, waits for the answer, and gives its status, headers and raw body along with its value.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::InvalidRequest`] within an async runtime.
    pub fn with_response_blocking(self) -> Result<Response<T>, Error> {
        wait(self.operation(), self.with_response())
    }
}

impl Call<String> {
    pub(crate) fn stream_blocking(self) -> Result<ByteStream, Error> {
        wait(self.operation(), self.stream())
    }
}

impl CallById {
    /// Sends the request and waits for the answer, for programs without async.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::InvalidRequest`] within an async runtime.
    #[inline]
    pub fn send_blocking(self) -> Result<Response<Decoded>, Error> {
        wait(self.operation(), self.into_future())
    }
}

impl ByteStream {
    /// Waits for the next piece; `None` at the end. Within an async runtime it is an error.
    pub fn next_blocking(&mut self) -> Option<Result<Bytes, Error>> {
        wait(self.operation(), async { self.next().await.transpose() }).transpose()
    }
}
