//! A loopback HTTP/1.1 server for tests. Responses come from a closure or from recorded fixtures, requests are
//! recorded, and failures can be simulated.
//!
//! It is blocking and uses `std::net`, so it does not share an async runtime with the client under test. Each
//! connection has its own thread; dropping the [`Server`] closes all of them.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use std::time::Duration;
//!
//! use polar_loopback::{Reply, Server};
//!
//! let server = Server::start(|request| match request.path.as_str() {
//!     "/slow" => Reply::text(200, "text/plain", "late").delay(Duration::from_millis(50)),
//!     "/torn" => Reply::text(200, "text/plain", "incomplete").truncate_after(4),
//!     _ => Reply::new(404),
//! })?;
//!
//! let mut client = TcpStream::connect(server.address())?;
//! client.set_read_timeout(Some(Duration::from_secs(5)))?;
//! client.write_all(b"GET /torn?page=2 HTTP/1.1\r\n\r\n")?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer)?;
//!
//! assert!(answer.contains("content-length: 10"));
//! assert!(answer.ends_with("\r\n\r\ninco"));
//! assert_eq!(server.requests()[0].query, [("page".into(), "2".into())]);
//! # Ok::<(), std::io::Error>(())
//! ```

#![forbid(unsafe_code)]

pub mod contract;
mod limits;
pub mod recording;
mod reply;
mod request;
mod server;

pub use limits::Limits;
pub use recording::{LoadError, Recording, Recordings, Webhook};
pub use reply::Reply;
pub use request::Request;
pub use server::Server;
