use std::fmt;

use reqwest::StatusCode;

use super::event::ReturnedEvent;
use crate::calls::error::{Error, ValidationIssue};

/// The outcome of a batch.
///
/// `Display` writes a single line, such as `1000 events: 990 inserted, 8 duplicates, 2 rejected`.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct BatchReport {
    /// The number of events in the batch.
    pub events: usize,
    /// The number of events that the server stored.
    pub inserted: u64,
    /// The number of events that the server already had, by their `external_id`. Most were stored by an earlier attempt
    /// whose response was lost.
    pub duplicates: u64,
    /// The events that the server rejected. The others were sent again without them.
    pub rejected: Vec<RejectedEvent>,
    /// The events that were given up, and the reason: those that [kept failing](super::IngestorBuilder::isolate_after)
    /// on their own while others were stored, and those that exceeded the limits of the [retry
    /// policy](super::IngestorBuilder::retry).
    pub failed: Option<FailedEvents>,
    /// The events of successful requests whose counts do not add up.
    pub unconfirmed: Option<UnconfirmedEvents>,
}

/// An event that the server rejected permanently.
#[derive(Debug)]
#[non_exhaustive]
pub struct RejectedEvent {
    /// The event.
    pub event: ReturnedEvent,
    /// The status: 422 if the event is invalid, 413 if it is too large.
    pub status: StatusCode,
    /// The validation issues, if the server sent any. Indexes in locations refer to the rejected request, not to the
    /// batch.
    pub issues: Vec<ValidationIssue>,
}

/// Events that were given up. The server may have stored them if only its response was lost. It is safe to push them
/// again, since each keeps its `external_id`:
///
/// ```no_run
/// # async fn example(ingestor: polar_client::Ingestor, failed: polar_client::ingestion::FailedEvents)
/// # -> Result<(), polar_client::ingestion::PushError> {
/// ingestor.push_all(failed.events).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedEvents {
    /// The error of the last attempt.
    pub error: Error,
    /// The events.
    pub events: Vec<ReturnedEvent>,
}

/// Events that the server accepted, although the counts in its response do not add up. It is unknown which of them were
/// stored. It is safe to push them again to find out, since each keeps its `external_id`.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct UnconfirmedEvents {
    /// The number of events stored, according to the server; `u64::MAX` if it exceeds that.
    pub inserted: u64,
    /// The number of duplicates, according to the server; `u64::MAX` if it exceeds that.
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

/// The number of events of an ingestor so far, by outcome.
///
/// Each event that was pushed or recovered is also counted as one of: pending, inserted, duplicate, rejected, failed or
/// unconfirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Events that were accepted from the caller.
    pub pushed: u64,
    /// Events of an earlier run that were found in the spool; 0 without a spool.
    pub recovered: u64,
    /// Events that are held or in flight.
    pub pending: u64,
    /// Events that the server stored.
    pub inserted: u64,
    /// Events that the server already had.
    pub duplicates: u64,
    /// Events that the server rejected.
    pub rejected: u64,
    /// Events that were given up.
    pub failed: u64,
    /// Events of successful requests whose counts do not add up.
    pub unconfirmed: u64,
    /// Events that were dropped because the buffer was full. They are not counted as pushed.
    pub dropped: u64,
}

impl Totals {
    /// Adds a finished batch. Saturates, since the counts come from the server.
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
    /// The final totals. [`Totals::pending`] counts the events that were not sent.
    pub totals: Totals,
    /// The events that were not sent before the deadline, or before the ingestor or its runtime failed. Empty with a
    /// spool, since they remain in its file and are sent by the next ingestor that uses it. If the file was removed,
    /// these are the events that were in it.
    pub unsent: Vec<ReturnedEvent>,
}
