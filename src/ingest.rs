//! Sends usage events in batches, in the background.
//!
//! [`events().ingestor()`](crate::resources::events::Events::ingestor) starts an [`Ingestor`], which takes events one at
//! a time and sends up to a thousand with each request. It keeps events while the server is not reachable and, with
//! the feature `spool`, also while the program is not running.
// Links lead to what only some features have.
#![cfg_attr(not(feature = "spool"), allow(rustdoc::broken_intra_doc_links))]

mod batch;
mod delivery;
mod event;
mod push_error;
mod report;
#[cfg(feature = "spool")]
mod spool;
mod worker;

use std::fmt;
#[cfg(feature = "spool")]
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use batch::Held;
use delivery::{Delivery, Pause, Stop};
pub use event::{ReturnedEvent, UsageEvent};
pub use push_error::PushError;
use push_error::Reason;
pub use report::{BatchReport, FailedEvents, RejectedEvent, ShutdownReport, Totals};
#[cfg(feature = "spool")]
pub use spool::SpoolError;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit, TryAcquireError, mpsc, oneshot, watch};
use tokio::time::Instant;
use worker::{Message, Source, Worker};

use crate::client::Core;
use crate::error::Error;
use crate::resources::events::Events;
use crate::retry::RetryPolicy;

/// What an event costs beside its JSON while it is held: its allocation, its place in the queue and in its batch.
const OVERHEAD: usize = 64;

/// A handle to push usage events, which are sent in batches in the background.
///
/// Cloning is cheap, and clones share everything. An event without an `external_id` is given one when it is pushed, a
/// UUID of version 7, by which the server recognizes an event that is sent again. So batches are retried freely, and
/// the server stores each event once.
///
/// # Failures
/// Usage events are money, so by default nothing is given up while the program runs:
///
/// - Connection failures, timeouts and the statuses 408, 425, 429 and 5xx are retried for as long as it takes. Waits
///   grow from half a second to half a minute, half of each random; the header `Retry-After` is honored, up to an hour.
/// - 422: invalid events are [reported](BatchReport::rejected), and the others sent without them.
/// - 413: the batch is split. An event that is too large by itself is reported.
/// - Any other failure pauses the ingestor, since trying again does not help: 401 or 403 because the token was revoked
///   or lacks `events:write`, 404 because the base URL is wrong. The pause is reported once, to
///   [`on_pause`](IngestorBuilder::on_pause). One batch is sent every half minute until that succeeds.
///
/// Meanwhile events are held in memory or [in a file](IngestorBuilder::spool). When that is full,
/// [`push`](Self::push) waits or drops the event, as set with [`when_full`](IngestorBuilder::when_full).
///
/// # Order and time
/// Events are sent in the order in which they were pushed, but up to [`in_flight`](IngestorBuilder::in_flight) batches
/// at the same time. Use `in_flight(1)` if events name others as their parents and these have to be stored first. The
/// server sets the `timestamp` of an event without one when it stores the event; set it if events may be held for long.
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
    intake: Intake,
    shared: Arc<Shared>,
    pause: Arc<Pause>,
    /// Closed when the worker ends.
    ended: watch::Receiver<()>,
}

/// Where events go when they are pushed.
#[derive(Clone)]
enum Intake {
    Memory(mpsc::UnboundedSender<Message>),
    #[cfg(feature = "spool")]
    Spool(Arc<spool::Pushing>),
}

/// State that handles, worker and spool share.
struct Shared {
    /// The bytes that more events may take.
    room: Semaphore,
    capacity: usize,
    /// How much of the room an event of a length takes.
    size: fn(usize) -> usize,
    when_full: WhenFull,
    ids: event::Ids,
    totals: Mutex<Totals>,
    /// When the shutdown ends; `None` before one was asked for.
    deadline: watch::Sender<Option<Instant>>,
    unsent: Mutex<Vec<ReturnedEvent>>,
}

/// What happens to an event that is pushed while the buffer is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenFull {
    /// [`push`](Ingestor::push) waits until there is room.
    #[default]
    Wait,
    /// The event is dropped, and counted in [`Totals::dropped`].
    Drop,
}

impl Ingestor {
    /// Takes an event, to be sent with others.
    ///
    /// Without a spool this does not wait as long as the buffer has room. With one it returns once the event is on the
    /// disk, which takes some milliseconds: push from several tasks, or use [`push_all`](Self::push_all), so that many
    /// events share that wait. When there is no room, it waits or drops the event, as set with
    /// [`when_full`](IngestorBuilder::when_full).
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
    /// [returned](ShutdownReport::unsent), or with a spool stay in its file, which is closed. A `push` that waits for
    /// room returns its event.
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
        let end = Instant::now().checked_add(deadline).unwrap_or_else(worker::far);
        self.shared.deadline.send_modify(|deadline| *deadline = Some(deadline.map_or(end, |other| other.min(end))));
        self.end().await;
        ShutdownReport { totals: self.totals(), unsent: std::mem::take(&mut *self.shared.unsent()) }
    }

    /// Returns how many events were taken, and what became of them so far.
    pub fn totals(&self) -> Totals {
        *self.shared.totals()
    }

    /// Returns true while sending is paused because the server refuses the token or the requests; see
    /// [`on_pause`](IngestorBuilder::on_pause).
    pub fn is_paused(&self) -> bool {
        self.pause.is_on()
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

impl Shared {
    /// How much of the room an event takes. One that is larger than all the room has it to itself.
    fn size(&self, json: usize) -> u32 {
        let size = (self.size)(json).min(self.capacity);
        u32::try_from(size).unwrap_or(u32::MAX)
    }

    async fn wait_for_room(&self, json: &[u8]) -> Option<SemaphorePermit<'_>> {
        self.room.acquire_many(self.size(json.len())).await.ok()
    }

    /// Hands events to the worker.
    fn hold(
        &self,
        messages: &mpsc::UnboundedSender<Message>,
        events: Vec<Box<[u8]>>,
        room: SemaphorePermit<'_>,
    ) -> Result<(), PushError> {
        // Locked while sending, so that no event is done with before it is counted.
        let mut totals = self.totals();
        let mut events = events.into_iter();
        while let Some(json) = events.next() {
            let size = self.size(json.len()) as usize;
            if let Err(mpsc::error::SendError(message)) = messages.send(Message::Event(Held { json, size, key: 0 })) {
                let Message::Event(Held { json, .. }) = message else { unreachable!("an event was sent") };
                return Err(PushError::new(Reason::Closed, std::iter::once(json).chain(events)));
            }
            totals.pushed += 1;
            totals.pending += 1;
        }
        room.forget();
        Ok(())
    }

    fn totals(&self) -> MutexGuard<'_, Totals> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unsent(&self) -> MutexGuard<'_, Vec<ReturnedEvent>> {
        self.unsent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Ingestor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ingestor").field("totals", &self.totals()).finish_non_exhaustive()
    }
}

impl Events<Core> {
    /// Returns the settings of an [`Ingestor`], which sends many events in batches in the background.
    ///
    /// The token needs the scope `events:write`.
    pub fn ingestor(&self) -> IngestorBuilder {
        IngestorBuilder { events: self.clone(), settings: Settings::default(), on_report: None, on_pause: None }
    }
}

/// Builder to configure and start an [`Ingestor`].
///
/// ```no_run
/// use std::time::Duration;
/// use polar_client::ingest::WhenFull;
///
/// # fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
/// let ingestor = polar
///     .events()
///     .ingestor()
///     .batch_delay(Duration::from_secs(5))
///     .buffer_bytes(4 * 1024 * 1024)
///     .when_full(WhenFull::Drop)
///     .start()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "an ingestor takes events once it is started"]
pub struct IngestorBuilder {
    events: Events<Core>,
    settings: Settings,
    on_report: Option<OnReport>,
    on_pause: Option<OnPause>,
}

type OnReport = Box<dyn FnMut(BatchReport) + Send>;
type OnPause = Box<dyn FnMut(&Error) + Send>;

#[derive(Clone, Debug)]
struct Settings {
    batch_events: usize,
    batch_bytes: usize,
    batch_delay: Duration,
    buffer_bytes: usize,
    when_full: WhenFull,
    in_flight: usize,
    retry: RetryPolicy,
    timeout: Option<Duration>,
    #[cfg(feature = "spool")]
    spool: Option<PathBuf>,
    #[cfg(feature = "spool")]
    spool_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        // As long as it takes.
        let retry = RetryPolicy::default().attempts(usize::MAX).total_time(Duration::MAX);
        Self {
            batch_events: 1000,
            batch_bytes: 512 * 1024,
            batch_delay: Duration::from_secs(1),
            buffer_bytes: 16 * 1024 * 1024,
            when_full: WhenFull::Wait,
            in_flight: 4,
            retry: retry.longest_delay(Duration::from_secs(30)),
            timeout: None,
            #[cfg(feature = "spool")]
            spool: None,
            #[cfg(feature = "spool")]
            spool_bytes: 1024 * 1024 * 1024,
        }
    }
}

impl IngestorBuilder {
    /// Sets how many events a batch has at most. The default is 1000.
    pub fn batch_events(mut self, events: usize) -> Self {
        self.settings.batch_events = events;
        self
    }

    /// Sets how many bytes the body of a batch's request has at most. An event that is larger is sent by itself. The
    /// default is 512 KiB; the server refuses bodies of more than 10 MiB.
    pub fn batch_bytes(mut self, bytes: usize) -> Self {
        self.settings.batch_bytes = bytes;
        self
    }

    /// Sets how long the first event of a batch waits for others. The default is one second.
    pub fn batch_delay(mut self, delay: Duration) -> Self {
        self.settings.batch_delay = delay;
        self
    }

    /// Sets how many bytes of events are held in memory at most, including those being sent. Each event counts with its
    /// JSON and 64 bytes for keeping it. The default is 16 MiB, the maximum 4 GiB.
    ///
    /// With a [spool](Self::spool), this is how much of the file is read ahead.
    pub fn buffer_bytes(mut self, bytes: usize) -> Self {
        self.settings.buffer_bytes = bytes;
        self
    }

    /// Sets what happens to an event that is pushed while the buffer, or the spool, is full. The default is
    /// [`WhenFull::Wait`].
    pub fn when_full(mut self, when_full: WhenFull) -> Self {
        self.settings.when_full = when_full;
        self
    }

    /// Sets how many batches are sent at the same time. The default is 4.
    pub fn in_flight(mut self, batches: usize) -> Self {
        self.settings.in_flight = batches;
        self
    }

    /// Sets how long to wait between attempts, and when to give a batch up. The default waits for half a second to half
    /// a minute and never gives up; the client's policy is not used.
    ///
    /// The policy's waits apply, and its limits on attempts and total time. Events that are given up are
    /// [reported](BatchReport::failed). Which failures are retried does not depend on the policy: see
    /// [`Ingestor`](Ingestor#failures). With a [spool](Self::spool) the limits do not apply either.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use polar_client::RetryPolicy;
    ///
    /// # fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// let an_hour = RetryPolicy::default().attempts(usize::MAX).total_time(Duration::from_secs(60 * 60));
    /// let ingestor = polar.events().ingestor().retry(an_hour).start()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// Sets how long each attempt to send a batch may take. The default is the client's timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// Keeps events in a file until the server has them.
    ///
    /// Once [`push`](Ingestor::push) has returned, the event survives a crash, `kill -9`, and a power failure as far as
    /// the disk does what it is told. An ingestor that is started with the file sends the events in it, with the ids
    /// that they had. An event may be sent twice, but has one id, so the server stores it once.
    ///
    /// The file is created if it does not exist; its directory has to exist. One ingestor can use it at a time. It is
    /// checked when it is opened, which takes about a second for each GiB in it.
    ///
    /// ```no_run
    /// # async fn example(polar: polar_client::Polar, event: polar_client::types::EventCreateExternalCustomer)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let ingestor = polar.events().ingestor().spool("/var/lib/my-service/events.redb").start()?;
    /// ingestor.push(event).await?; // It is on the disk.
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Needs the feature `spool`.
    #[cfg(feature = "spool")]
    #[cfg_attr(docsrs, doc(cfg(feature = "spool")))]
    pub fn spool(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.spool = Some(path.into());
        self
    }

    /// Sets how many bytes of the disk the [spool](Self::spool) takes. When no more events fit,
    /// [`when_full`](Self::when_full) says what happens. The default is 1 GiB.
    ///
    /// An event counts with twice its JSON and 128 bytes, so the default holds a million events of 400 bytes. The
    /// length of the file may be up to twice as much, since it has holes.
    #[cfg(feature = "spool")]
    #[cfg_attr(docsrs, doc(cfg(feature = "spool")))]
    pub fn spool_bytes(mut self, bytes: usize) -> Self {
        self.settings.spool_bytes = bytes;
        self
    }

    /// Sets a function that is called with the outcome of each batch. Without it, events that were rejected or given up
    /// are counted and traced, and then gone.
    ///
    /// It is called for one batch at a time, and sending waits for it, so hand reports to a channel if there is much to
    /// do. If it panics, that report is lost and no other. A clone of the ingestor in it keeps the ingestor from ending
    /// when other handles are dropped: shut it down.
    pub fn on_report(mut self, on_report: impl FnMut(BatchReport) + Send + 'static) -> Self {
        self.on_report = Some(Box::new(on_report));
        self
    }

    /// Sets a function that is called when sending is paused because somebody has to act: a token was revoked, or lacks
    /// a scope, or the base URL is wrong. It is called once for each pause. Without it, pauses are traced.
    ///
    /// Sending resumes by itself: while it is paused, a batch is sent every half minute, or after the longest wait of
    /// the [retry policy](Self::retry).
    ///
    /// ```no_run
    /// # fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// let ingestor = polar.events().ingestor().on_pause(|error| eprintln!("usage is not sent: {error}")).start()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_pause(mut self, on_pause: impl FnMut(&Error) + Send + 'static) -> Self {
        self.on_pause = Some(Box::new(on_pause));
        self
    }

    /// Starts the ingestor on the current tokio runtime, which needs I/O and time enabled. With a spool, this opens and
    /// checks its file.
    ///
    /// # Errors
    /// Returns [`Error::Configuration`] if a setting is 0 or there is no tokio runtime, and [`Error::Spool`] if the
    /// file of the spool cannot be used: see [`SpoolError`].
    pub fn start(self) -> Result<Ingestor, Error> {
        let Self { events, mut settings, on_report, on_pause } = self;
        let numbers = [
            ("batch_events", settings.batch_events),
            ("batch_bytes", settings.batch_bytes),
            ("buffer_bytes", settings.buffer_bytes),
            ("in_flight", settings.in_flight),
            #[cfg(feature = "spool")]
            ("spool_bytes", settings.spool_bytes),
        ];
        if let Some((name, _)) = numbers.into_iter().find(|(_, number)| *number == 0) {
            return Err(Error::Configuration(format!("the ingestor's `{name}` is 0, and has to be at least 1")));
        }
        let runtime = Handle::try_current()
            .map_err(|_| Error::Configuration("an ingestor has to be started within a tokio runtime".to_owned()))?;
        settings.buffer_bytes = settings.buffer_bytes.min(u32::MAX as usize).min(Semaphore::MAX_PERMITS);
        #[cfg(feature = "spool")]
        let (capacity, size, gives_up): (usize, fn(usize) -> usize, bool) = match settings.spool {
            Some(_) => (settings.spool_bytes.min(Semaphore::MAX_PERMITS), spool::size_on_disk, false),
            None => (settings.buffer_bytes, size_in_memory, true),
        };
        #[cfg(not(feature = "spool"))]
        let (capacity, size, gives_up): (usize, fn(usize) -> usize, bool) =
            (settings.buffer_bytes, size_in_memory, true);
        let (deadline, stop) = watch::channel(None);
        let shared = Arc::new(Shared {
            room: Semaphore::new(capacity),
            capacity,
            size,
            when_full: settings.when_full,
            ids: event::Ids::new(),
            totals: Mutex::default(),
            deadline,
            unsent: Mutex::default(),
        });
        let (messages, receiver) = mpsc::unbounded_channel();
        #[cfg(feature = "spool")]
        let (intake, source) = match &settings.spool {
            Some(path) => {
                let spool = spool::Spool::start(path, settings.buffer_bytes, Arc::clone(&shared), messages);
                let (pushing, spool) = spool.map_err(Error::Spool)?;
                (Intake::Spool(Arc::new(pushing)), Source::Spool(spool))
            }
            None => (Intake::Memory(messages), Source::Memory),
        };
        #[cfg(not(feature = "spool"))]
        let (intake, source) = (Intake::Memory(messages), Source::Memory);
        let pause = Arc::new(Pause::new(on_pause));
        let delivery = Delivery {
            events,
            policy: settings.retry.clone(),
            gives_up,
            timeout: settings.timeout,
            pause: Arc::clone(&pause),
            stop: Stop::new(stop),
        };
        let (ending, ended) = watch::channel(());
        let worker = Worker::new(delivery, settings, Arc::clone(&shared), source, on_report, ending);
        runtime.spawn(worker.run(receiver));
        Ok(Ingestor { intake, shared, pause, ended })
    }
}

/// What an event of this length takes of the buffer.
fn size_in_memory(json: usize) -> usize {
    json + OVERHEAD
}

impl fmt::Debug for IngestorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IngestorBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}
