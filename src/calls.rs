//! Calls of the API: requests, retries, responses and errors.

#[macro_use]
mod impl_call;
#[macro_use]
mod next;

pub(crate) mod authorization;
pub mod by_id;
pub(crate) mod byte_stream;
pub(crate) mod call;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod connecting;
pub mod error;
pub mod middleware;
pub(crate) mod one_or_many;
pub mod operation;
pub(crate) mod options;
#[macro_use]
pub mod pages;
pub(crate) mod platform;
#[cfg(feature = "rate-limit")]
pub(crate) mod rate_limit;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod retry;
pub(crate) mod scope;
pub(crate) mod span;
pub(crate) mod transport;
