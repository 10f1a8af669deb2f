use std::fmt;

use reqwest::StatusCode;

use super::event::ReturnedEvent;
use crate::calls::error::{Error, ValidationIssue};

/// The outcome of one batch.
///
/// `Display` writes one line, such as `1000 events: 990 inserted, 8 duplicates, 2 rejected`.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct BatchReport {
    /// How many events the batch had.
    pub events: usize,
    /// How many of them the server stored.
    pub inserted: u64,
    /// How many of them the server had already, by their `external_id`. Most are from an attempt to send this batch
    /// whose answer was lost.
    pub duplicates: u64,
    /// The events that the server refused. The others were sent again without them.
    pub rejected: Vec<RejectedEvent>,
    /// The events that were given up, and why: those that failed by themselves [again and
    /// again](super::IngestorBuilder::isolate_after) while others were stored, and those for which a [retry
    /// policy](super::IngestorBuilder::retry) with limits allows no more attempts.
    pub failed: Option<FailedEvents>,
    /// The events of requests that the server took with counts that do not add up.
    pub unconfirmed: Option<UnconfirmedEvents>,
}

/// An event that the server refused, and that it would refuse again.
#[derive(Debug)]
#[non_exhaustive]
pub struct RejectedEvent {
    /// The event.
    pub event: ReturnedEvent,
    /// The status of the refusal: 422 if the event is invalid, 413 if it is too large.
    pub status: StatusCode,
    /// What is invalid about it; empty if the server did not say. Indexes in locations are those of the request that
    /// was refused, not of the batch.
    pub issues: Vec<ValidationIssue>,
}

/// Events that were given up. The server may have stored them if only its answer was lost; pushing them again does no
/// harm, since each keeps its `external_id`:
///
/// ```no_run
/// # async fn example(ingestor: polar_client::Ingestor, failed: polar_client::ingest::FailedEvents)
/// # -> Result<(), polar_client::ingest::PushError> {
/// ingestor.push_all(failed.events).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedEvents {
    /// Why the last attempt failed.
    pub error: Error,
    /// The events.
    pub events: Vec<ReturnedEvent>,
}

/// Events that the server took, but not with as many inserted and duplicate events as it was sent. Which of them it
/// stored is unknown. Pushing them again tells, and does no harm, since each keeps its `external_id`.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct UnconfirmedEvents {
    /// How many events the server said it stored; `u64::MAX` if it is more than that.
    pub inserted: u64,
    /// How many events the server said it had already; `u64::MAX` if it is more than that.
    pub duplicates: u64,
    /// The events.
    pub events: Vec<ReturnedEvent>,
}

impl fmt::Display for BatchReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} events: {} inserted, {} duplicates", self.events, self.inserted, self.duplicates)?;
        if !self.rejected.is_empty() {
            write!(f, ", {} rejected", self.rejected.len())?;
        }
        if let Some(unconfirmed) = &self.unconfirmed {
            let UnconfirmedEvents { inserted, duplicates, events } = unconfirmed;
            let count = events.len();
            write!(f, ", {count} unconfirmed: the server counted {inserted} inserted, {duplicates} duplicates")?;
        }
        match &self.failed {
            Some(failed) => write!(f, ", {} failed: {}", failed.events.len(), failed.error),
            None => Ok(()),
        }
    }
}

/// How many events an ingestor took, and what became of them so far.
///
/// Each event that was pushed or recovered is counted once more: as pending, inserted, duplicate, rejected, failed or
/// unconfirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Events that were pushed and taken.
    pub pushed: u64,
    /// Events of an earlier run that were found in the spool at the start; 0 without a spool.
    pub recovered: u64,
    /// Events whose outcome is open: held, or being sent.
    pub pending: u64,
    /// Events that the server stored.
    pub inserted: u64,
    /// Events that the server had already.
    pub duplicates: u64,
    /// Events that the server refused.
    pub rejected: u64,
    /// Events that were given up.
    pub failed: u64,
    /// Events that the server took with counts that do not add up.
    pub unconfirmed: u64,
    /// Events that were dropped because the buffer was full. They do not count as pushed.
    pub dropped: u64,
}

impl Totals {
    /// Counts the events of a batch that is done with. A number that a server sends has no limit.
    pub(super) fn add(&mut self, report: &BatchReport) {
        let failed = report.failed.as_ref().map_or(0, |failed| failed.events.len());
        let unconfirmed = report.unconfirmed.as_ref().map_or(0, |unconfirmed| unconfirmed.events.len());
        self.pending = self.pending.saturating_sub(report.events as u64);
        for (total, count) in [
            (&mut self.inserted, report.inserted),
            (&mut self.duplicates, report.duplicates),
            (&mut self.rejected, report.rejected.len() as u64),
            (&mut self.failed, failed as u64),
            (&mut self.unconfirmed, unconfirmed as u64),
        ] {
            *total = total.saturating_add(count);
        }
    }
}

/// The outcome of [`Ingestor::shutdown`](super::Ingestor::shutdown).
#[derive(Debug)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// The totals at the end. [`Totals::pending`] counts the events that were not sent.
    pub totals: Totals,
    /// The events that were not sent before the deadline, or before the ingestor or its runtime failed. Empty with a
    /// spool: they are in its file, and are sent when an ingestor is started with it again. If the file was removed
    /// meanwhile, the events that were in it.
    pub unsent: Vec<ReturnedEvent>,
}
