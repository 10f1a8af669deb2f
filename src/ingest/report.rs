use std::fmt;

use bytes::Bytes;

use crate::codec::{DecodeError, from_slice};
use crate::error::{Error, ValidationIssue};
use crate::types::EventCreate;

/// What became of the events of one batch.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct BatchReport {
    /// How many events the batch had.
    pub events: usize,
    /// How many of them the server took and did not have before.
    pub inserted: u64,
    /// How many of them the server had already, by their `external_id`. These can be from an attempt of this very
    /// batch whose answer was lost.
    pub duplicates: u64,
    /// The events that the server found wrong. The others were sent again without them.
    pub rejected: Vec<RejectedEvent>,
    /// The events that were not taken, for no fault of their own, and why.
    pub failed: Option<FailedEvents>,
}

/// An event that the server found wrong.
#[derive(Debug)]
#[non_exhaustive]
pub struct RejectedEvent {
    /// The event.
    pub event: ReturnedEvent,
    /// What is wrong with it. The indexes in their locations are those of the request that was refused.
    pub issues: Vec<ValidationIssue>,
}

/// Events that were not taken, or of which that is not known since the answer was lost. Pushing them again does no
/// harm, since each has its `external_id`.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedEvents {
    /// Why the last attempt failed.
    pub error: Error,
    /// The events.
    pub events: Vec<ReturnedEvent>,
}

/// An event that comes back, as it was sent.
///
/// It holds on to the memory of its batch.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnedEvent {
    json: Bytes,
}

impl ReturnedEvent {
    #[inline]
    pub(super) fn new(json: Bytes) -> Self {
        Self { json }
    }

    /// The event as JSON.
    #[inline]
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The event itself, with the `external_id` that it was sent with; to be pushed again, for example.
    ///
    /// # Errors
    /// If the event cannot be written so that it can be read, such as one whose time is in a year of five digits.
    #[inline]
    pub fn decode(&self) -> Result<EventCreate, DecodeError> {
        from_slice(&self.json)
    }
}

/// The event may hold what is private, so only its size is shown.
impl fmt::Debug for ReturnedEvent {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReturnedEvent({} bytes)", self.json.len())
    }
}

/// One line, such as `1000 events: 990 inserted, 8 duplicates, 2 rejected`.
impl fmt::Display for BatchReport {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} events: {} inserted, {} duplicates", self.events, self.inserted, self.duplicates)?;
        if !self.rejected.is_empty() {
            write!(f, ", {} rejected", self.rejected.len())?;
        }
        match &self.failed {
            Some(failed) => write!(f, ", {} failed: {}", failed.events.len(), failed.error),
            None => Ok(()),
        }
    }
}

/// What has become of the events of an ingestor so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Events that were taken from the program.
    pub pushed: u64,
    /// Of these, those that are not done with.
    pub pending: u64,
    /// Events that the server took and did not have before.
    pub inserted: u64,
    /// Events that the server had already.
    pub duplicates: u64,
    /// Events that the server found wrong.
    pub rejected: u64,
    /// Events that were not taken for another reason.
    pub failed: u64,
    /// Events that were dropped since there was no room; they are not among those that were pushed.
    pub dropped: u64,
}
