//! A loopback HTTP/1.1 server for tests: it answers from a closure or from recorded fixtures,
//! remembers what it was asked, and misbehaves on demand.
//!
//! Blocking, on `std::net`: it needs no async runtime and does not share one with the client
//! under test. Each connection has a thread of its own; dropping the [`Server`] closes everything.
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
