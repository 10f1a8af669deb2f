use std::time::Duration;

use reqwest::header::HeaderValue;

use super::retry::RetryPolicy;

/// What is set for one call only. Header values that are secrets are marked as sensitive, so that `Debug` hides them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub timeout: Option<Duration>,
    pub retry: Option<RetryPolicy>,
    pub idempotent: bool,
    /// The token that authorizes the call instead of the client's.
    pub authorization: Option<HeaderValue>,
    /// The organization that the token is limited to.
    pub organization: Option<HeaderValue>,
    /// Whether to send the request once more without a version if the API no longer serves it. The API then answers as its
    /// current one, whose answers the caller must be able to read.
    pub outlives_version: bool,
    /// Whether a redirect is the success of the operation.
    pub takes_redirect: bool,
}
