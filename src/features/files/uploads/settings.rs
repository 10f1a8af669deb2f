use std::time::Duration;

use crate::calls::retry::RetryPolicy;

/// PartSettings for sending parts.
#[derive(Clone, Debug)]
pub(super) struct PartSettings {
    pub part_size: usize,
    pub concurrency: usize,
    pub part_timeout: Option<Duration>,
    pub retry: Option<RetryPolicy>,
}

impl Default for PartSettings {
    fn default() -> Self {
        Self { part_size: 10 * 1024 * 1024, concurrency: 4, part_timeout: Some(Duration::from_secs(300)), retry: None }
    }
}
