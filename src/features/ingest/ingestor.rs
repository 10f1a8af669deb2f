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

/// A handle to push usage events, which are sent in batches in the background.
///
/// Cloning is cheap, and clones share everything. An event without an `external_id` is given one when it is pushed, a
/// UUID of version 7, by which the server recognizes an event that is sent again. So batches are retried freely, and
/// the server stores each event once. An event without a `timestamp` is given the time of the push, in UTC with
/// microseconds.
///
/// # Failures
/// Usage events are money, so nothing is given up while the program runs but what the server does not take:
///
/// - Connection failures, timeouts and the statuses 408, 425, 429 and 5xx are retried for as long as it takes. Waits
///   grow from half a second to half a minute, half of each random; the header `Retry-After` is honored, up to an hour.
/// - 422: invalid events are [reported](crate::ingest::BatchReport::rejected), and the others sent without them.
/// - 413: the batch is split. An event that is too large by itself is reported, if the server takes others.
/// - Any other failure pauses the ingestor, since trying again does not help: 401 or 403 because the token was revoked
///   or lacks `events:write`, 404 because the base URL is wrong, a certificate that is not trusted, a client without
///   TLS. The pause is reported once, to [`on_pause`](super::IngestorBuilder::on_pause). A batch is sent every half
///   minute until one succeeds.
/// - A batch that has failed five times and for five minutes may have an event that the server, or a firewall before
///   it, cannot take. It is sent in smaller and smaller parts, and others beside it. An event that goes on failing by
///   itself while others are stored is [given up and reported](crate::ingest::BatchReport::failed); when nothing is
///   stored, it is an outage, and all are kept. [`isolate_after`](super::IngestorBuilder::isolate_after) sets when this
///   begins.
/// - A success whose counts do not add up to the events that were sent: these are
///   [reported](crate::ingest::BatchReport::unconfirmed).
///
/// Meanwhile events are held in memory or [in a file](super::IngestorBuilder::spool). When that is full,
/// [`push`](Self::push) waits or drops the event, as set with [`when_full`](super::IngestorBuilder::when_full).
///
/// # Order and time
/// Events are sent in the order in which they were pushed, but up to [`in_flight`](super::IngestorBuilder::in_flight)
/// batches at the same time. Use `in_flight(1)` if events name others as their parents and these have to be stored
/// first; batches that fail for more than [five minutes](super::IngestorBuilder::isolate_after) are still overtaken by
/// others.
///
/// The server sorts events by their `timestamp`, which is that of the push unless an event has its own. If the server
/// refuses it because this program's clock is ahead, by up to ten minutes, the event is sent again until it is taken.
///
/// # Shutting down
/// Call [`shutdown`](Self::shutdown) before the program ends. When the last handle is dropped without it, events are
/// still sent in the background, but nobody waits for that: those that were not sent when the tokio runtime stops are
/// lost, unless there is a spool.
///
/// ```no_run
/// use std::time::Duration;
///
/// use polar_client::types::EventCreateExternalCustomer;
///
/// # async fn example(polar: polar_client::Polar) -> Result<(), Box<dyn std::error::Error>> {
/// let ingestor = polar.events().ingestor().on_report(|report| println!("{report}")).start()?;
/// for page in 1..=5000 {
///     ingestor.push(EventCreateExternalCustomer::new(format!("user-{}", page % 7), "page.rendered")).await?;
/// }
/// let report = ingestor.shutdown(Duration::from_secs(10)).await;
/// println!("{} events are stored, {} were not sent", report.totals.inserted, report.unsent.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Ingestor {
    pub(super) intake: Intake,
    pub(super) shared: Arc<Shared>,
    pub(super) health: Arc<Health>,
    /// Closed when the worker ends.
    pub(super) ended: watch::Receiver<()>,
}

/// Where events go when they are pushed.
#[derive(Clone)]
pub(super) enum Intake {
    Memory(mpsc::UnboundedSender<Message>),
    #[cfg(feature = "spool")]
    Spool(Arc<spool::Pushing>),
}

impl Ingestor {
    /// Takes an event, to be sent with others.
    ///
    /// Without a spool this does not wait as long as the buffer has room. With one it returns once the event is on the
    /// disk, which takes some milliseconds: push from several tasks, or use [`push_all`](Self::push_all), so that many
    /// events share that wait. When there is no room, it waits or drops the event, as set with
    /// [`when_full`](super::IngestorBuilder::when_full).
    ///
    /// If the future is dropped before it completes, the event is left out, or, with a spool, may have been stored.
    ///
    /// # Errors
    /// Returns an error with the event if the ingestor was shut down, or if the spool cannot be written.
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

    /// Takes many events, or those that came back. With a spool they share a wait for the disk.
    ///
    /// ```no_run
    /// # async fn example(ingestor: polar_client::Ingestor, report: polar_client::ingest::BatchReport)
    /// # -> Result<(), polar_client::ingest::PushError> {
    /// if let Some(failed) = report.failed {
    ///     ingestor.push_all(failed.events).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns an error as [`push`](Self::push) does, with the events that were not taken. Events before them were.
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
                    // The room of those before is not free again before they are sent.
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

    /// Takes an event as [`push`](Self::push) does, for code that is not async. Where `push` would wait for room, this
    /// returns an error. With a spool it blocks until the event is on the disk.
    ///
    /// # Errors
    /// Returns an error with the event if the buffer is full and events are not to be dropped, if the ingestor was shut
    /// down, or if the spool cannot be written.
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

    /// Sends what is held without waiting for a batch to be full, and returns when the outcome of everything that was
    /// pushed before is known: stored by the server, rejected or given up.
    ///
    /// This waits for the end of an outage or of a pause. Use a timeout if that is too long; dropping the future does
    /// no harm.
    pub async fn flush(&self) -> Totals {
        let (done, is_done) = oneshot::channel();
        match &self.intake {
            // If nobody receives it, `is_done` says so.
            Intake::Memory(messages) => drop(messages.send(Message::Flush(done))),
            #[cfg(feature = "spool")]
            Intake::Spool(spool) => spool.flush(done),
        }
        if is_done.await.is_err() {
            self.end().await;
        }
        self.totals()
    }

    /// Stops taking events, from all handles, and sends what is held until the deadline, which is so far away from now.
    /// Returns as soon as everything is sent, and a little after the deadline otherwise.
    ///
    /// Batches that wait for their next attempt are sent at once. Events that were not sent are
    /// [returned](ShutdownReport::unsent), or with a spool stay in its file, which is closed, if it was not removed. A
    /// `push` that waits for room returns its event.
    ///
    /// If it is called more than once, the earliest deadline counts, and one of the calls returns the events.
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

    /// Returns how many events were taken, and what became of them so far.
    pub fn totals(&self) -> Totals {
        *self.shared.totals()
    }

    /// Returns true while sending is paused because the server refuses the token or the requests; see
    /// [`on_pause`](super::IngestorBuilder::on_pause).
    pub fn is_paused(&self) -> bool {
        self.health.is_paused()
    }

    /// Takes room for an event if there is any; `None` if the event is dropped.
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
                // The spool gives it back.
                room.forget();
                spool.add(events).await
            }
        }
    }

    /// Waits for the end of the worker.
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
