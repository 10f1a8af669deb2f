use std::fmt;

use super::event::ReturnedEvent;
#[cfg(feature = "spool")]
use super::spool_error::SpoolError;

/// The error of pushing events. It contains the events, with their ids.
///
/// ```no_run
/// # async fn example(ingestor: polar_client::Ingestor, event: polar_client::types::EventCreateExternalCustomer) {
/// if let Err(error) = ingestor.try_push(event) {
///     eprintln!("{error}");
///     if error.is_full() {
///         // Waits for room.
///         let _ = ingestor.push_all(error.into_events()).await;
///     }
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PushError {
    reason: Reason,
    events: Vec<ReturnedEvent>,
}

#[derive(Clone, Debug)]
pub(super) enum Reason {
    Closed,
    Full,
    #[cfg(feature = "spool")]
    Spool(SpoolError),
}

impl PushError {
    pub(super) fn new(reason: Reason, events: impl IntoIterator<Item = Box<[u8]>>) -> Self {
        Self { reason, events: events.into_iter().map(ReturnedEvent::new).collect() }
    }

    /// Adds events that were not attempted.
    pub(super) fn extend(&mut self, events: impl IntoIterator<Item = Box<[u8]>>) {
        self.events.extend(events.into_iter().map(ReturnedEvent::new));
    }

    /// Returns true if the ingestor or its runtime was shut down.
    pub fn is_closed(&self) -> bool {
        matches!(self.reason, Reason::Closed)
    }

    /// Returns true if the buffer is full. Only returned by [`Ingestor::try_push`](super::Ingestor::try_push).
    pub fn is_full(&self) -> bool {
        matches!(self.reason, Reason::Full)
    }

    /// Returns the error of the spool, if the events could not be written to it.
    #[cfg(feature = "spool")]
    pub fn spool(&self) -> Option<&SpoolError> {
        match &self.reason {
            Reason::Spool(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the events that were not accepted. [`push_all`](super::Ingestor::push_all) may have accepted some before
    /// them.
    pub fn events(&self) -> &[ReturnedEvent] {
        &self.events
    }

    /// Returns the events that were not accepted, so that they can be pushed again.
    pub fn into_events(self) -> Vec<ReturnedEvent> {
        self.events
    }
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.events[..] {
            [event] => match event.name() {
                Some(name) => write!(f, "the event `{name}` was not taken")?,
                None => f.write_str("an event was not taken")?,
            },
            events => write!(f, "{} events were not taken", events.len())?,
        }
        match &self.reason {
            Reason::Closed => f.write_str(": the ingestor is shut down"),
            Reason::Full => f.write_str(": the ingestor's buffer is full"),
            #[cfg(feature = "spool")]
            Reason::Spool(_) => Ok(()),
        }
    }
}

impl std::error::Error for PushError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            Reason::Closed | Reason::Full => None,
            #[cfg(feature = "spool")]
            Reason::Spool(error) => Some(error),
        }
    }
}
