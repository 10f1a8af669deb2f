#[cfg(feature = "spool")]
use std::path::PathBuf;
use std::time::Duration;

use super::report::BatchReport;
use crate::calls::error::Error;
use crate::calls::retry::RetryPolicy;

/// The memory overhead of an event besides its JSON: its allocation, and its entries in the queue and in the batch.
pub(super) const OVERHEAD: usize = 64;

/// What to do when an event is pushed while the buffer is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenFull {
    /// [`push`](super::Ingestor::push) waits until there is room.
    #[default]
    Wait,
    /// The event is dropped, and counted in [`Totals::dropped`](super::Totals::dropped).
    Drop,
}

/// When a failing batch is split to isolate the events that cause the failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Isolation {
    pub attempts: usize,
    pub time: Duration,
}

#[derive(Clone, Debug)]
pub(super) struct IngestorSettings {
    pub batch_events: usize,
    pub batch_bytes: usize,
    pub batch_delay: Duration,
    pub buffer_bytes: usize,
    pub when_full: WhenFull,
    pub in_flight: usize,
    pub retry: RetryPolicy,
    pub isolation: Isolation,
    pub timeout: Option<Duration>,
    #[cfg(feature = "spool")]
    pub spool: Option<PathBuf>,
    #[cfg(feature = "spool")]
    pub spool_bytes: usize,
}

impl Default for IngestorSettings {
    fn default() -> Self {
        // No limits.
        let retry = RetryPolicy::default().attempts(usize::MAX).total_time(Duration::MAX);
        Self {
            batch_events: 1000,
            batch_bytes: 512 * 1024,
            batch_delay: Duration::from_secs(1),
            buffer_bytes: 16 * 1024 * 1024,
            when_full: WhenFull::Wait,
            in_flight: 4,
            retry: retry.longest_delay(Duration::from_secs(30)),
            isolation: Isolation { attempts: 5, time: Duration::from_secs(5 * 60) },
            timeout: None,
            #[cfg(feature = "spool")]
            spool: None,
            #[cfg(feature = "spool")]
            spool_bytes: 1024 * 1024 * 1024,
        }
    }
}

pub(super) type OnReport = Box<dyn FnMut(BatchReport) + Send>;
pub(super) type OnPause = Box<dyn FnMut(&Error) + Send>;
