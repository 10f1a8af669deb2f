use std::time::Duration;

use reqwest::header::HeaderValue;

use super::retry::RetryPolicy;

/// The options of a single call. Secret header values are marked as sensitive, so that `Debug` hides them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// The timeout instead of the client's; `Some(None)` is none.
    pub timeout: Option<Option<Duration>>,
    pub retry: Option<RetryPolicy>,
    pub idempotent: bool,
    /// The token to send instead of the client's.
    pub authorization: Option<HeaderValue>,
    /// The organization that the call is restricted to.
    pub organization: Option<HeaderValue>,
    /// If the API no longer serves the version, send the request again without one. The API then responds as its
    /// current version, which the caller must be able to decode.
    pub outlives_version: bool,
    /// True if a redirect counts as success.
    pub takes_redirect: bool,
}
