//! The server: an accept thread, and a thread per connection.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::reply::Then;
use crate::request::RequestReader;
use crate::{Reply, Request, contract};

/// How long a connection may be idle, or a peer may refuse to read, before the connection is closed.
const IDLE: Duration = Duration::from_secs(30);

/// An HTTP/1.1 server on a free port of 127.0.0.1, which stops when it is dropped.
///
/// ```
/// use polar_loopback::{Reply, Server};
///
/// let server = Server::start(|_| Reply::new(204))?;
/// assert!(server.url().starts_with("http://127.0.0.1:"));
/// assert!(server.requests().is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

type Handler = Box<dyn Fn(&Request) -> Reply + Send + Sync>;

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

struct Shared {
    handler: Handler,
    stopping: AtomicBool,
    connections: AtomicUsize,
    requests: Mutex<Vec<Request>>,
    open: Mutex<HashMap<usize, Arc<TcpStream>>>,
}

impl Server {
    /// Starts a server that responds to requests with the replies of `handler`.
    ///
    /// Requests that the API would reject do not reach the handler; see [`contract::refusal`]. Every response for a
    /// path below `/v1/` has the version of its request, except for [`Reply::version_removed`].
    ///
    /// The handler runs on the connection's thread, and concurrently for different connections. If it panics, the
    /// connection is closed without a response.
    ///
    /// # Errors
    ///
    /// If no port can be bound or no thread can be started.
    pub fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> io::Result<Server> {
        Server::start_at(ANY_PORT, handler)
    }

    /// Starts a server like [`start`](Self::start), but at a given address of 127.0.0.1, for example to replace a
    /// server that was dropped.
    ///
    /// # Errors
    ///
    /// If the address cannot be bound or no thread can be started.
    pub fn start_at(
        address: SocketAddr,
        handler: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let checked = move |request: &Request| {
            let reply = contract::refusal(request).unwrap_or_else(|| handler(request));
            // Other paths belong to other servers.
            match request.path.starts_with("/v1/") {
                true => reply.with_version(request.header("polar-version").unwrap_or(contract::current_version())),
                false => reply,
            }
        };
        Server::listen(address, Box::new(checked))
    }

    /// Starts a server that passes all requests to `handler`, even those that the API would reject.
    ///
    /// # Errors
    ///
    /// If no port can be bound or no thread can be started.
    pub fn start_unchecked(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> io::Result<Server> {
        Server::listen(ANY_PORT, Box::new(handler))
    }

    fn listen(address: SocketAddr, handler: Handler) -> io::Result<Server> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            handler,
            stopping: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
            requests: Mutex::default(),
            open: Mutex::default(),
        });
        let accepting = thread::Builder::new().name("loopback".into()).spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        })?;
        Ok(Server { address, shared, accepting: Some(accepting) })
    }

    /// Returns the base URL, `http://127.0.0.1:PORT`, without a trailing slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address of the server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns all requests received so far, in order of arrival. A request is included before it is answered.
    ///
    /// Malformed requests, which are answered with 400, are not included.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.shared.requests).clone()
    }

    /// Returns the number of connections accepted so far, open or closed.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // `accept` has no timeout, so it is woken by a connection. If that fails, do not wait for it.
        let woken = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let (Ok(_), Some(accepting)) = (&woken, self.accepting.take()) {
            let _ = accepting.join();
        }
        // Connection threads are not joined, since a handler may block for long.
        for stream in lock(&self.shared.open).values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    loop {
        let accepted = listener.accept();
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok((stream, _)) = accepted else {
            thread::sleep(Duration::from_millis(10));
            continue;
        };
        let id = shared.connections.fetch_add(1, Ordering::SeqCst);
        let stream = Arc::new(stream);
        lock(&shared.open).insert(id, Arc::clone(&stream));
        let connection = Connection { id, stream, shared: Arc::clone(shared) };
        // If no thread can be started, the connection is dropped, which closes it.
        let _ = thread::Builder::new().name(format!("loopback-{id}")).spawn(move || connection.serve());
    }
}

/// A connection. Dropping it closes the socket, even if a handler panicked.
struct Connection {
    id: usize,
    stream: Arc<TcpStream>,
    shared: Arc<Shared>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        lock(&self.shared.open).remove(&self.id);
    }
}

impl Connection {
    /// Handles requests until either side closes the connection, or an error occurs.
    fn serve(self) {
        match self.answer_all() {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => self.refuse(&error),
            _ => {}
        }
    }

    fn answer_all(&self) -> io::Result<()> {
        let mut stream = &*self.stream;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(IDLE))?;
        stream.set_write_timeout(Some(IDLE))?;

        let mut reader = RequestReader::new(stream);
        while let Some(head) = reader.read_head()? {
            if head.expects_continue() {
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            }
            let keep_alive = head.keep_alive;
            let request = reader.read_body(head)?;
            lock(&self.shared.requests).push(request.clone());

            let reply = (self.shared.handler)(&request);
            match reply.write_to(stream, &request.method, keep_alive)? {
                Then::KeepAlive => {}
                Then::Close => return Ok(()),
                Then::Reset => {
                    // Closing with a linger time of zero sends RST instead of FIN. The pause lets the peer receive what
                    // was sent, since a reset may discard queued data.
                    thread::sleep(Duration::from_millis(20));
                    return socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
                }
            }
        }
        Ok(())
    }

    /// Responds with 400, and reads some of the remaining data: closing the socket with unread data would reset the
    /// connection, and the peer might not receive the response.
    fn refuse(&self, error: &io::Error) {
        let mut stream = &*self.stream;
        let reply = Reply::text(400, "text/plain", error.to_string());
        let _ = reply.write_to(stream, "", false);
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.set_read_timeout(Some(Duration::from_millis(100)));
        for _ in 0..64 {
            if !matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
                return;
            }
        }
    }
}

/// Locks a mutex. The guarded state is consistent even after a panic, since every lock is held for a single statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
