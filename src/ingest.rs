//! Ingestion of many events: in batches, in the background.
//!
//! [`events().ingestor()`](crate::resources::events::Events::ingestor) starts an [`Ingestor`], which takes events one at
//! a time and sends them many at a time.

mod batch;
mod report;
mod worker;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::Utc;
pub use report::{BatchReport, FailedEvents, RejectedEvent, ReturnedEvent, Totals};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, TryAcquireError, mpsc, oneshot, watch};
use worker::{Message, Worker};

use crate::client::Core;
use crate::codec::to_vec;
use crate::error::Error;
use crate::resources::events::Events;
use crate::retry::RetryPolicy;
use crate::types::EventCreate;
use crate::value::Patch;

/// What an event costs beside its JSON while it is held: its allocation, its place in the queue and in its batch.
const OVERHEAD: usize = 64;

/// Takes events one at a time, and sends them in batches, in the background.
///
/// It is cheap to clone; clones share everything. An event without an `external_id` is given one when it is pushed, a
/// UUID of version 7, so that the server can tell an event that is sent again from a new one. So a batch may be tried
/// again whenever a GET may, and each of its events is there once.
///
/// Events are sent in the order in which they were pushed, but up to [`in_flight`](IngestorBuilder::in_flight) batches
/// at the same time. If an event names another as its parent and the other has to be there first, use
/// `in_flight(1)`. An event without a `timestamp` has the time at which the server takes it; set one if that matters.
///
/// Call [`shutdown`](Self::shutdown) before the program ends. When the last clone is dropped without it, what was
/// pushed is still sent in the background, but nobody waits for that: what the tokio runtime has not sent when it stops
/// is lost.
///
/// ```no_run
/// use polar_client::types::EventCreateExternalCustomer;
///
/// # async fn example(polar: polar_client::Polar) -> Result<(), Box<dyn std::error::Error>> {
/// let ingestor = polar.events().ingestor().on_report(|report| println!("{report}")).start()?;
/// for page in 1..=5000 {
///     ingestor.push(EventCreateExternalCustomer::new(format!("user-{}", page % 7), "page.rendered")).await?;
/// }
/// let totals = ingestor.shutdown().await;
/// assert_eq!(totals.failed, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Ingestor {
    messages: mpsc::UnboundedSender<Message>,
    shared: Arc<Shared>,
    /// Never has news, but ends with the worker.
    ended: watch::Receiver<()>,
}

/// What handles and worker share.
struct Shared {
    /// The bytes that more events may take.
    room: Semaphore,
    capacity: usize,
    when_full: WhenFull,
    ids: Ids,
    totals: Mutex<Totals>,
}

/// What became of an event for which room was looked for.
enum Room {
    Taken,
    Dropped,
}

/// What becomes of an event that is pushed while as many are held as may be.
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
    /// Takes an event, to be sent with others. It never waits for the network as long as there is room; when there is
    /// none, it waits for room or drops the event, [as was chosen](IngestorBuilder::when_full).
    ///
    /// Dropping the future before it is ready leaves the event out.
    ///
    /// # Errors
    /// [`PushError::Closed`], with the event, if the ingestor was shut down.
    #[inline]
    pub async fn push(&self, event: impl Into<EventCreate>) -> Result<(), PushError> {
        let (event, json, size) = self.prepare(event.into());
        match self.take_room(size) {
            Ok(Room::Taken) => {}
            Ok(Room::Dropped) => return Ok(()),
            Err(TryAcquireError::NoPermits) => match self.shared.room.acquire_many(size).await {
                Ok(room) => room.forget(),
                Err(_) => return Err(PushError::Closed(event)),
            },
            Err(TryAcquireError::Closed) => return Err(PushError::Closed(event)),
        }
        self.enqueue(event, json, size)
    }

    /// Takes an event as [`push`](Self::push) does, for code that is not async: where that would wait, this gives the
    /// event back.
    ///
    /// # Errors
    /// [`PushError::Full`], with the event, if there is no room and events are not to be dropped;
    /// [`PushError::Closed`], with the event, if the ingestor was shut down.
    #[inline]
    pub fn try_push(&self, event: impl Into<EventCreate>) -> Result<(), PushError> {
        let (event, json, size) = self.prepare(event.into());
        match self.take_room(size) {
            Ok(Room::Taken) => self.enqueue(event, json, size),
            Ok(Room::Dropped) => Ok(()),
            Err(TryAcquireError::NoPermits) => Err(PushError::Full(event)),
            Err(TryAcquireError::Closed) => Err(PushError::Closed(event)),
        }
    }

    /// Sends what is held without waiting for a batch to be full, and waits until everything that was pushed before is
    /// done with: taken by the server, or reported as not taken.
    #[inline]
    pub async fn flush(&self) -> Totals {
        let (done, is_done) = oneshot::channel();
        let answered = match self.messages.send(Message::Flush(done)) {
            Ok(()) => is_done.await.is_ok(),
            Err(_) => false,
        };
        if !answered {
            self.end().await;
        }
        self.totals()
    }

    /// Takes no more events, from any clone, and waits until everything that was pushed is done with.
    ///
    /// A `push` that waits for room fails, and has its event back. Shutting down twice does no harm.
    #[inline]
    pub async fn shutdown(&self) -> Totals {
        self.shared.room.close();
        // Without a receiver, the worker has ended already.
        let _ = self.messages.send(Message::Shutdown);
        self.end().await;
        self.totals()
    }

    /// What has become of events so far.
    #[inline]
    pub fn totals(&self) -> Totals {
        *self.shared.totals()
    }

    /// The event with its id, its JSON, and how much room it needs.
    #[inline]
    fn prepare(&self, mut event: EventCreate) -> (Box<EventCreate>, Box<[u8]>, u32) {
        self.shared.ids.identify(&mut event);
        let json = to_vec(&event).into_boxed_slice();
        // An event that is larger than all the room there is has it to itself.
        let size = (json.len() + OVERHEAD).min(self.shared.capacity);
        (Box::new(event), json, u32::try_from(size).unwrap_or(u32::MAX))
    }

    /// Takes room for an event, or drops and counts it if that is what was chosen.
    #[inline]
    fn take_room(&self, size: u32) -> Result<Room, TryAcquireError> {
        match self.shared.room.try_acquire_many(size) {
            Ok(room) => {
                room.forget();
                Ok(Room::Taken)
            }
            Err(TryAcquireError::NoPermits) if self.shared.when_full == WhenFull::Drop => {
                self.shared.totals().dropped += 1;
                Ok(Room::Dropped)
            }
            Err(error) => Err(error),
        }
    }

    #[inline]
    fn enqueue(&self, event: Box<EventCreate>, json: Box<[u8]>, size: u32) -> Result<(), PushError> {
        // Locked while sending, so that no event is done with before it is counted.
        let mut totals = self.shared.totals();
        if self.messages.send(Message::Event { json, size }).is_err() {
            return Err(PushError::Closed(event));
        }
        totals.pushed += 1;
        totals.pending += 1;
        Ok(())
    }

    /// Waits for the end of the worker.
    #[inline]
    async fn end(&self) {
        let mut ended = self.ended.clone();
        while ended.changed().await.is_ok() {}
    }
}

impl Shared {
    #[inline]
    fn totals(&self) -> MutexGuard<'_, Totals> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Ingestor {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ingestor").field("totals", &self.totals()).finish_non_exhaustive()
    }
}

/// Makes the ids of events: UUIDs of version 7, which sort by time. What follows the time begins at random and counts
/// up, as [RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#section-6.2) allows: asking the system for randomness for
/// each event would take longer than all else that is done with it.
struct Ids {
    random: [u8; 10],
    count: AtomicU64,
}

impl Ids {
    #[inline]
    fn new() -> Self {
        let [_, _, _, _, _, _, random @ ..] = uuid::Uuid::now_v7().into_bytes();
        Self { random, count: AtomicU64::new(0) }
    }

    #[inline]
    fn next(&self) -> uuid::Uuid {
        let [first, second, rest @ ..] = self.random;
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [first, second, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes[2..].copy_from_slice(&u64::from_be_bytes(rest).wrapping_add(count).to_be_bytes());
        let millis = Utc::now().timestamp_millis().try_into().unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    /// Gives an event an `external_id` if it has none.
    #[inline]
    fn identify(&self, event: &mut EventCreate) {
        let id = match event {
            EventCreate::Customer(event) => &mut event.external_id,
            EventCreate::ExternalCustomer(event) => &mut event.external_id,
        };
        if id.value().is_none() {
            *id = Patch::Value(self.next().to_string());
        }
    }
}

/// Why an event was not taken. The event is in it, with its `external_id`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PushError {
    /// The ingestor was shut down, or its runtime has stopped.
    Closed(Box<EventCreate>),
    /// As many events are held as may be. Only [`Ingestor::try_push`] fails so.
    Full(Box<EventCreate>),
}

impl PushError {
    /// The event.
    #[inline]
    pub fn into_event(self) -> EventCreate {
        match self {
            Self::Closed(event) | Self::Full(event) => *event,
        }
    }
}

impl fmt::Display for PushError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (event, reason) = match self {
            Self::Closed(event) => (event, "the ingestor is shut down"),
            Self::Full(event) => (event, "the ingestor holds as many events as it may"),
        };
        let name = match &**event {
            EventCreate::Customer(event) => &event.name,
            EventCreate::ExternalCustomer(event) => &event.name,
        };
        write!(f, "the event `{name}` was not taken: {reason}")
    }
}

impl std::error::Error for PushError {}

impl Events<Core> {
    /// Sends many events in batches, in the background: the settings of an [`Ingestor`].
    ///
    /// Needs a token with `events:write`.
    #[inline]
    pub fn ingestor(&self) -> IngestorBuilder {
        IngestorBuilder { events: self.clone(), settings: Settings::default(), on_report: None }
    }
}

/// The settings of an [`Ingestor`].
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
}

type OnReport = Box<dyn FnMut(BatchReport) + Send>;

#[derive(Clone, Debug)]
struct Settings {
    batch_events: usize,
    batch_bytes: usize,
    batch_delay: Duration,
    buffer_bytes: usize,
    when_full: WhenFull,
    in_flight: usize,
    retry: Option<RetryPolicy>,
    timeout: Option<Duration>,
}

impl Default for Settings {
    #[inline]
    fn default() -> Self {
        Self {
            batch_events: 1000,
            batch_bytes: 512 * 1024,
            batch_delay: Duration::from_secs(1),
            buffer_bytes: 16 * 1024 * 1024,
            when_full: WhenFull::Wait,
            in_flight: 4,
            retry: None,
            timeout: None,
        }
    }
}

impl IngestorBuilder {
    /// How many events a batch has at most; 1000 unless set.
    #[inline]
    pub fn batch_events(mut self, events: usize) -> Self {
        self.settings.batch_events = events;
        self
    }

    /// How many bytes the body of a batch's request has at most; 512 KiB unless set. An event that is larger is sent by
    /// itself.
    #[inline]
    pub fn batch_bytes(mut self, bytes: usize) -> Self {
        self.settings.batch_bytes = bytes;
        self
    }

    /// How long the first event of a batch waits for others; a second unless set.
    #[inline]
    pub fn batch_delay(mut self, delay: Duration) -> Self {
        self.settings.batch_delay = delay;
        self
    }

    /// How many bytes the events that are held may have in all, as JSON and with 64 bytes each for keeping them,
    /// those on their way included; 16 MiB unless set, 4 GiB at most.
    #[inline]
    pub fn buffer_bytes(mut self, bytes: usize) -> Self {
        self.settings.buffer_bytes = bytes;
        self
    }

    /// What becomes of an event for which there is no room; `push` waits unless set.
    #[inline]
    pub fn when_full(mut self, when_full: WhenFull) -> Self {
        self.settings.when_full = when_full;
        self
    }

    /// How many batches are on their way at the same time, at most; 4 unless set.
    #[inline]
    pub fn in_flight(mut self, batches: usize) -> Self {
        self.settings.in_flight = batches;
        self
    }

    /// When a failed batch is tried again, instead of the client's policy. Sending one twice does no harm.
    #[inline]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = Some(policy);
        self
    }

    /// How long each attempt to send a batch may take, instead of the client's timeout.
    #[inline]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// What to do with the report on each batch that is done with. Without it, events that were not taken are counted
    /// and traced, and gone.
    ///
    /// It is called for one batch at a time, and the next batches wait for it; so hand reports to a channel if there is
    /// much to do. If it panics, that report is lost and no other. A clone of the ingestor in it keeps the ingestor
    /// from ending by being dropped: shut it down.
    #[inline]
    pub fn on_report(mut self, on_report: impl FnMut(BatchReport) + Send + 'static) -> Self {
        self.on_report = Some(Box::new(on_report));
        self
    }

    /// Starts the ingestor on the current tokio runtime, which has to have I/O and time enabled.
    ///
    /// # Errors
    /// [`Error::Configuration`] if a setting makes no sense, or if there is no tokio runtime.
    #[inline]
    pub fn start(self) -> Result<Ingestor, Error> {
        let Self { events, settings, on_report } = self;
        let numbers = [
            ("batch_events", settings.batch_events),
            ("batch_bytes", settings.batch_bytes),
            ("buffer_bytes", settings.buffer_bytes),
            ("in_flight", settings.in_flight),
        ];
        if let Some((name, _)) = numbers.into_iter().find(|(_, number)| *number == 0) {
            return Err(Error::Configuration(format!("the ingestor's `{name}` is 0, and has to be at least 1")));
        }
        let runtime = Handle::try_current()
            .map_err(|_| Error::Configuration("an ingestor has to be started within a tokio runtime".to_owned()))?;
        let capacity = settings.buffer_bytes.min(u32::MAX as usize).min(Semaphore::MAX_PERMITS);
        let shared = Arc::new(Shared {
            room: Semaphore::new(capacity),
            capacity,
            when_full: settings.when_full,
            ids: Ids::new(),
            totals: Mutex::default(),
        });
        let (messages, receiver) = mpsc::unbounded_channel();
        let (ending, ended) = watch::channel(());
        let worker = Worker::new(events, settings, Arc::clone(&shared), on_report, ending);
        runtime.spawn(worker.run(receiver));
        Ok(Ingestor { messages, shared, ended })
    }
}

impl fmt::Debug for IngestorBuilder {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IngestorBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}
