//! Helpers for all tests.

pub mod document;
pub mod event_store;
#[cfg(doctest)]
mod guide;
pub mod recordings;
pub mod trace;

use std::path::Path;
use std::time::Duration;

use polar_client::{Builder, Polar, RetryPolicy, Uuid};
use polar_loopback::Server;

/// A valid id, a UUID of version 4.
pub const ID: Uuid = Uuid::from_u128(0x0eaa_044b_4da8_4737_af3a_aefc_0272_9b2a);

/// Returns the project's folder.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Something with a URL: a server, or a string.
pub trait Address {
    fn url(&self) -> String;
}

impl Address for Server {
    fn url(&self) -> String {
        Server::url(self)
    }
}

impl Address for str {
    fn url(&self) -> String {
        self.to_owned()
    }
}

impl Address for String {
    fn url(&self) -> String {
        self.clone()
    }
}

/// Returns a builder for a client with a token.
pub fn builder(server: &(impl Address + ?Sized)) -> Builder {
    Polar::builder().token("polar_oat_x").base_url(&server.url()).expect("a URL")
}

/// Creates a client without retries.
pub fn polar(server: &(impl Address + ?Sized)) -> Polar {
    builder(server).retry(RetryPolicy::none()).build().expect("a client")
}

/// Returns a policy with three attempts and short delays.
pub fn quick() -> RetryPolicy {
    RetryPolicy::default().attempts(3).first_delay(Duration::from_millis(1)).jitter(false)
}

/// Creates a client that retries quickly.
pub fn retrying(server: &(impl Address + ?Sized)) -> Polar {
    builder(server).retry(quick()).build().expect("a client")
}
