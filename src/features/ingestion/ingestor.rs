use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{SemaphorePermit, TryAcquireError, mpsc, oneshot, watch};

use super::event::UsageEvent;
use super::health::Health;
use super::push_error::{PushError, Reason};
use super::report::{ShutdownReport, Totals};
use super::settings::WhenFull;
use super::shared::{Message, Shared, after};
#[cfg(feature = "spool")]
use super::spool;
#[cfg(feature = "customer-meters")]
use crate::client::{AccessToken, Client};

/// A handle that accepts usage events and sends them in batches in the background.
///
/// Cloning is cheap, and clones share all state. When an event without an `external_id` is pushed, it is given one, a
/// UUID of version 7, by which the server recognizes repeated events. Batches can therefore be retried freely, and the
/// server stores each event once. An event without a `timestamp` is given the time of the push, in UTC with
/// microseconds.
///
/// # Failures
/// Usage events are revenue, so they are retried until the server stores or rejects them:
///
/// - Connection failures, timeouts and the statuses 408, 425, 429 and 5xx are retried indefinitely. Delays grow from
///   half a second to half a minute, half of each random. The header `Retry-After` is honored, up to an hour.
/// - 422: invalid events are [reported](crate::ingestion::BatchReport::rejected), and the others are sent without them.
/// - 413: the batch is split. A single event that is too large is reported, if the server accepts others.
/// - Other failures pause the ingestor, since retrying does not help: 401 or 403 because the token was revoked or lacks
///   `events:write`, 404 because the base URL is wrong, an untrusted certificate, a client without TLS. A pause is
///   reported once, to [`on_pause`](super::IngestorBuilder::on_pause). A batch is sent every half minute until one
///   succeeds.
/// - A batch that has failed five times, for at least five minutes, may contain an event that the server, or a firewall
///   in front of it, cannot process. It is split and sent in ever smaller parts, alongside other batches. A single event
///   that keeps failing while others are stored is [reported as failed](crate::ingestion::BatchReport::failed). If nothing
///   is stored, it is an outage, and all events are kept. Configure this with
///   [`isolate_after`](super::IngestorBuilder::isolate_after).
/// - Successful requests whose counts do not add up to the number of events are
///   [reported as unconfirmed](crate::ingestion::BatchReport::unconfirmed).
///
/// In the meantime, events are held in memory or [in a file](super::IngestorBuilder::spool). When it is full,
/// [`push`](Self::push) waits or drops the event, as set with [`when_full`](super::IngestorBuilder::when_full).
///
/// # Order and time
/// Events are sent in the order in which they were pushed, but up to [`in_flight`](super::IngestorBuilder::in_flight)
/// batches are sent concurrently. Use `in_flight(1)` if events refer to parents that must be stored first; even then,
/// batches that fail for [five minutes](super::IngestorBuilder::isolate_after) are overtaken by others.
///
/// The server sorts events by `timestamp`. If it rejects one because this machine's clock is up to ten minutes ahead,
/// the event is retried until it is accepted.
///
/// # Shutting down
/// Call [`shutdown`](Self::shutdown) before the program exits. If all handles are dropped without it, events continue
/// to be sent in the background, but those that have not been sent when the tokio runtime stops are lost, unless there
/// is a spool.
///
/// ```no_run
/// use std::time::Duration;
///
/// use polar_client::types::EventCreateExternalCustomer;
///
/// # async fn example(polar: polar_client::Polar) -> Result<(), Box<dyn std::error::Error>> {
/// let ingestor = polar.events().ingestor().on_report(|report| println!("{report}")).start()?;
/// for page in 1..=5000 {
///     ingestor.push(EventCreateExternalCustomer::new("page.rendered", format!("user-{}", page % 7))).await?;
/// }
/// let report = ingestor.shutdown(Duration::from_secs(10)).await;
/// println!("{} events are stored, {} were not sent", report.totals.inserted, report.unsent.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Ingestor {
    pub(super) intake: Intake,
    #[cfg(feature = "customer-meters")]
    pub(super) client: Client<AccessToken>,
    pub(super) shared: Arc<Shared>,
    pub(super) health: Arc<Health>,
    /// Closed when the worker exits.
    pub(super) ended: watch::Receiver<()>,
}

/// Where pushed events are sent.
#[derive(Clone)]
pub(super) enum Intake {
    Memory(mpsc::UnboundedSender<Message>),
    #[cfg(feature = "spool")]
    Spool(Arc<spool::Pushing>),
}

impl Ingestor {
    /// Pushes an event.
    ///
    /// Without a spool, this does not wait while there is room in the buffer. With a spool, it returns once the event
    /// is on disk, which takes some milliseconds: push from several tasks, or use [`push_all`](Self::push_all), so that
    /// many events share one sync. If there is no room, it waits or drops the event, as set with
    /// [`when_full`](super::IngestorBuilder::when_full).
    ///
    /// If the future is dropped before it completes, the event is not pushed, except that with a spool it may have been
    /// stored.
    ///
    /// # Errors
    /// If the ingestor was shut down, or if the spool cannot be written. The error contains the event.
    pub async fn push(&self, event: impl Into<UsageEvent>) -> Result<(), PushError> {
        let json = event.into().into_json(&self.shared.ids);
        match self.room_for(&json) {
            Ok(Some(room)) => self.take(vec![json], room).await,
            Ok(None) => Ok(()),
            Err(TryAcquireError::NoPermits) => match self.shared.wait_for_room(&json).await {
                Some(room) => self.take(vec![json], room).await,
                None => Err(PushError::new(Reason::Closed, [json])),
            },
            Err(TryAcquireError::Closed) => Err(PushError::new(Reason::Closed, [json])),
        }
    }

    /// Pushes several events, new or returned. With a spool, they share one sync.
    ///
    /// ```no_run
    /// # async fn example(ingestor: polar_client::Ingestor, report: polar_client::ingestion::BatchReport)
    /// # -> Result<(), polar_client::ingestion::PushError> {
    /// if let Some(failed) = report.failed {
    ///     ingestor.push_all(failed.events).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`push`](Self::push). The error contains the events that were not accepted; those before them were.
    pub async fn push_all<E: Into<UsageEvent>>(&self, events: impl IntoIterator<Item = E>) -> Result<(), PushError> {
        let mut events = events.into_iter().map(|event| event.into().into_json(&self.shared.ids));
        let mut taken: Vec<Box<[u8]>> = Vec::new();
        let mut taken_room: Option<SemaphorePermit<'_>> = None;
        let failure = loop {
            let Some(json) = events.next() else {
                let Some(room) = taken_room else { return Ok(()) };
                return self.take(taken, room).await;
            };
            let room = match self.room_for(&json) {
                Ok(room) => room,
                Err(TryAcquireError::Closed) => break PushError::new(Reason::Closed, taken.into_iter().chain([json])),
                Err(TryAcquireError::NoPermits) => {
                    // Hand over the earlier events first, since their room is freed only after they are sent.
                    if let Some(room) = taken_room.take()
                        && let Err(mut error) = self.take(std::mem::take(&mut taken), room).await
                    {
                        error.extend([json]);
                        break error;
                    }
                    match self.shared.wait_for_room(&json).await {
                        Some(room) => Some(room),
                        None => break PushError::new(Reason::Closed, [json]),
                    }
                }
            };
            let Some(room) = room else { continue };
            match &mut taken_room {
                Some(all) => all.merge(room),
                None => taken_room = Some(room),
            }
            taken.push(json);
        };
        let mut failure = failure;
        failure.extend(events);
        Err(failure)
    }

    /// Like [`push`](Self::push), for synchronous code. Where `push` would wait for room, this returns an error. With a
    /// spool, it blocks until the event is on disk.
    ///
    /// # Errors
    /// If the buffer is full and events are not to be dropped, if the ingestor was shut down, or if the spool cannot be
    /// written. The error contains the event.
    pub fn try_push(&self, event: impl Into<UsageEvent>) -> Result<(), PushError> {
        let json = event.into().into_json(&self.shared.ids);
        match self.room_for(&json) {
            Ok(Some(room)) => match &self.intake {
                Intake::Memory(messages) => self.shared.hold(messages, vec![json], room),
                #[cfg(feature = "spool")]
                Intake::Spool(spool) => {
                    room.forget();
                    spool.add_blocking(vec![json])
                }
            },
            Ok(None) => Ok(()),
            Err(TryAcquireError::NoPermits) => Err(PushError::new(Reason::Full, [json])),
            Err(TryAcquireError::Closed) => Err(PushError::new(Reason::Closed, [json])),
        }
    }

    /// Sends all events without waiting for batches to fill. Returns once every event pushed before has been stored by
    /// the server, rejected or given up.
    ///
    /// This includes waiting for the end of an outage or pause, so consider a timeout. Dropping the future is safe.
    pub async fn flush(&self) -> Totals {
        let (done, is_done) = oneshot::channel();
        match &self.intake {
            // If the worker has exited, `is_done` closes.
            Intake::Memory(messages) => drop(messages.send(Message::Flush(done))),
            #[cfg(feature = "spool")]
            Intake::Spool(spool) => spool.flush(done),
        }
        if is_done.await.is_err() {
            self.end().await;
        }
        self.totals()
    }

    /// Stops accepting events, from all handles, and sends those that are left. `deadline` is the time allowed for
    /// this. Returns as soon as all events have been sent, or shortly after the deadline.
    ///
    /// Batches that are waiting for a retry are sent immediately. Events that were not sent are
    /// [returned](ShutdownReport::unsent), or remain in the file of the spool, which is closed. A `push` that is
    /// waiting for room returns its event.
    ///
    /// If called more than once, the earliest deadline applies, and one of the calls returns the events.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # async fn example(ingestor: polar_client::Ingestor) {
    /// let report = ingestor.shutdown(Duration::from_secs(10)).await;
    /// for event in &report.unsent {
    ///     println!("not sent: {}", String::from_utf8_lossy(event.json()));
    /// }
    /// # }
    /// ```
    pub async fn shutdown(&self, deadline: Duration) -> ShutdownReport {
        self.shared.room.close();
        let end = after(deadline);
        self.shared.deadline.send_modify(|deadline| *deadline = Some(deadline.map_or(end, |other| other.min(end))));
        self.end().await;
        ShutdownReport { totals: self.totals(), unsent: std::mem::take(&mut *self.shared.unsent()) }
    }

    /// Returns the number of events so far, by outcome.
    pub fn totals(&self) -> Totals {
        *self.shared.totals()
    }

    /// Returns true while sending is paused because the server rejects the token or the requests; see
    /// [`on_pause`](super::IngestorBuilder::on_pause).
    pub fn is_paused(&self) -> bool {
        self.health.is_paused()
    }

    /// Reserves room for an event; `None` if the event is to be dropped.
    fn room_for(&self, json: &[u8]) -> Result<Option<SemaphorePermit<'_>>, TryAcquireError> {
        match self.shared.room.try_acquire_many(self.shared.size(json.len())) {
            Ok(room) => Ok(Some(room)),
            Err(TryAcquireError::NoPermits) if self.shared.when_full == WhenFull::Drop => {
                self.shared.totals().dropped += 1;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn take(&self, events: Vec<Box<[u8]>>, room: SemaphorePermit<'_>) -> Result<(), PushError> {
        match &self.intake {
            Intake::Memory(messages) => self.shared.hold(messages, events, room),
            #[cfg(feature = "spool")]
            Intake::Spool(spool) => {
                // Released by the spool.
                room.forget();
                spool.add(events).await
            }
        }
    }

    /// Waits until the worker exits.
    async fn end(&self) {
        let mut ended = self.ended.clone();
        while ended.changed().await.is_ok() {}
    }
}

impl fmt::Debug for Ingestor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ingestor").field("totals", &self.totals()).finish_non_exhaustive()
    }
}
