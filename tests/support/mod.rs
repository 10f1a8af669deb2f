//! What all tests share.

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

/// An id as the API accepts it, a UUID of version 4.
pub const ID: Uuid = Uuid::from_u128(0x0eaa_044b_4da8_4737_af3a_aefc_0272_9b2a);

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// What has an address: a server, or the text of one.
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

/// A client with a token, to be built.
pub fn builder(server: &(impl Address + ?Sized)) -> Builder {
    Polar::builder().token("polar_oat_x").base_url(&server.url()).expect("a URL")
}

/// A client that tries everything once.
pub fn polar(server: &(impl Address + ?Sized)) -> Polar {
    builder(server).retry(RetryPolicy::none()).build().expect("a client")
}

/// Three attempts with hardly a pause.
pub fn quick() -> RetryPolicy {
    RetryPolicy::default().attempts(3).first_delay(Duration::from_millis(1)).jitter(false)
}

/// A client that tries again soon.
pub fn retrying(server: &(impl Address + ?Sized)) -> Polar {
    builder(server).retry(quick()).build().expect("a client")
}
