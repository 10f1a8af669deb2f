use std::time::Duration;

use super::retry::RetryPolicy;

/// What is said for one call only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub timeout: Option<Duration>,
    pub retry: Option<RetryPolicy>,
    pub idempotent: bool,
}
