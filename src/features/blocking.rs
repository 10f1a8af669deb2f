//! Synchronous calls, for command-line and desktop programs.
//!
//! The client is the same: send calls with `send_blocking()` instead of `.await`, or with `with_response_blocking()`.
//! Exports have `bytes_stream_blocking()`. Retries, timeouts and errors are the same as in async code.
//!
//! ```no_run
//! fn main() -> Result<(), polar_client::Error> {
//!     let polar = polar_client::Polar::from_env()?;
//!     for product in polar.products().list().limit(100).send_blocking()? {
//!         println!("{}", product.name);
//!     }
//!     // All pages of a list.
//!     for order in polar.orders().list().stream().blocking() {
//!         println!("{}", order?.id);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Calls can be made from several threads at once. The first call starts a background thread for the network, which the
//! whole process shares. Calls within a tokio runtime fail with [`ErrorKind::Runtime`] without being sent, since they
//! would block it. This includes threads of `tokio::task::spawn_blocking`: use `tokio::runtime::Handle::block_on`
//! there.
//!
//! After a fork, the child starts a background thread of its own. It must also create its own clients: those of its
//! parent fail with [`ErrorKind::Runtime`], since both processes would write to the same connections.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::{io, process};

use tokio::runtime::{Builder, Handle, Runtime};

use bytes::Bytes;
use futures_core::Stream;

use crate::calls::byte_stream::ByteStream;
use crate::calls::call::Call;
use crate::calls::error::{Error, ErrorKind};
use crate::calls::operation::Operation;
use crate::calls::pages::{ItemStream, PageStream};
use crate::calls::response::Response;

/// Blocks the current thread on a future.
pub(crate) fn wait<T>(
    operation: &'static Operation,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let fail = |message: &str| Error::of(operation, ErrorKind::Runtime, message);
    if Handle::try_current().is_ok() {
        return Err(fail("cannot be called by a method that blocks within an async runtime; await it instead"));
    }
    let runtime = runtime().map_err(|error| fail("cannot be called without a thread").with_source(error))?;
    runtime.block_on(future)
}

/// Returns the runtime for blocking calls of this process. Its thread keeps pooled connections alive between calls.
fn runtime() -> io::Result<&'static Runtime> {
    /// The runtime and the id of the process that started it. A fork copies it without its thread.
    static CURRENT: Mutex<Option<(u32, &'static Runtime)>> = Mutex::new(None);
    let process = process::id();
    let current = || *CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, runtime)) = current().filter(|(owner, _)| *owner == process) {
        return Ok(runtime);
    }
    // Not locked while starting, since a fork at that moment would copy the locked mutex.
    let started = Builder::new_multi_thread().worker_threads(1).thread_name("polar-client").enable_all().build()?;
    let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, runtime)) = current.filter(|(owner, _)| *owner == process) {
        drop(current);
        started.shutdown_background();
        return Ok(runtime);
    }
    // Leaked, since dropping it in a forked process would close connections of the parent.
    let started = Box::leak(Box::new(started));
    *current = Some((process, started));
    Ok(started)
}

impl<T: 'static> Call<T> {
    /// Sends the request and blocks until the response arrives. See [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// See [`Error`]. The kind is [`ErrorKind::Runtime`] within an async runtime.
    pub fn send_blocking(self) -> Result<T, Error> {
        wait(self.operation(), self.send())
    }

    /// Sends the request, blocks until the response arrives, and returns its status, headers and raw body with its
    /// value.
    ///
    /// # Errors
    /// See [`Error`]. The kind is [`ErrorKind::Runtime`] within an async runtime.
    pub fn with_response_blocking(self) -> Result<Response<T>, Error> {
        wait(self.operation(), self.with_response())
    }
}

impl Call<String> {
    /// Sends the request of an export and blocks until the response starts. Read its body with
    /// [`ByteStream::next_blocking`].
    ///
    /// # Errors
    /// See [`Error`]. The kind is [`ErrorKind::Runtime`] within an async runtime.
    pub fn bytes_stream_blocking(self) -> Result<ByteStream, Error> {
        wait(self.operation(), self.bytes_stream())
    }
}

impl ByteStream {
    /// Blocks until the next chunk arrives; `None` at the end.
    ///
    /// # Errors
    /// See [`Error`]. The kind is [`ErrorKind::Runtime`] within an async runtime.
    pub fn next_blocking(&mut self) -> Option<Result<Bytes, Error>> {
        wait(self.operation(), async { self.next().await.transpose() }).transpose()
    }
}

/// An iterator over the items of a stream, which blocks for each. See [`ItemStream::blocking`] and
/// [`PageStream::blocking`].
///
/// Errors are yielded as items, like those of the stream, and the iterator continues after them. Within an async
/// runtime, the only item is an error of the kind [`ErrorKind::Runtime`].
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is advanced"]
pub struct BlockingIter<S> {
    stream: S,
    operation: &'static Operation,
    has_no_runtime: bool,
}

impl<T, S: Stream<Item = Result<T, Error>> + Unpin> Iterator for BlockingIter<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_no_runtime {
            return None;
        }
        let stream = &mut self.stream;
        let next = poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
        let next = wait(self.operation, async { next.await.transpose() }).transpose();
        self.has_no_runtime = matches!(&next, Some(Err(error)) if error.kind() == ErrorKind::Runtime);
        next
    }
}

impl<T> ItemStream<T> {
    /// Returns a blocking iterator over the items. See [`blocking`](crate::blocking).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// for order in polar.orders().list().stream().blocking() {
    ///     println!("{}", order?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn blocking(self) -> BlockingIter<Self> {
        BlockingIter { operation: self.operation(), stream: self, has_no_runtime: false }
    }
}

impl<P> PageStream<P> {
    /// Returns a blocking iterator over the pages. See [`blocking`](crate::blocking).
    pub fn blocking(self) -> BlockingIter<Self> {
        BlockingIter { operation: self.operation(), stream: self, has_no_runtime: false }
    }
}
