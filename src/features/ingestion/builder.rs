use std::fmt;
#[cfg(feature = "spool")]
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, watch};

use super::delivery::{Delivery, Stop};
use super::event;
use super::health::Health;
use super::ingestor::{Ingestor, Intake};
use super::report::BatchReport;
use super::settings::{IngestorSettings, Isolation, OVERHEAD, OnPause, OnReport, WhenFull};
use super::shared::Shared;
#[cfg(feature = "spool")]
use super::spool;
use super::worker::{EventSource, Worker};
use crate::calls::error::{Error, ErrorKind};
use crate::calls::retry::RetryPolicy;
use crate::client::{AccessToken, Client};
use crate::resources::events::Events;

impl<V> Events<AccessToken, V> {
    /// Returns a builder for an [`Ingestor`], which sends events in batches in the background.
    ///
    /// Requires a token with the scope `events:write`.
    pub fn ingestor(&self) -> IngestorBuilder {
        let client = self.client.at_root();
        IngestorBuilder { client, settings: IngestorSettings::default(), on_report: None, on_pause: None }
    }
}

/// Builder to configure and start an [`Ingestor`].
///
/// ```no_run
/// use std::time::Duration;
/// use polar_client::ingestion::WhenFull;
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
    client: Client<AccessToken>,
    settings: IngestorSettings,
    on_report: Option<OnReport>,
    on_pause: Option<OnPause>,
}

impl IngestorBuilder {
    /// Sets the maximum number of events per batch. The default is 1000.
    pub fn batch_events(mut self, events: usize) -> Self {
        self.settings.batch_events = events;
        self
    }

    /// Sets the maximum size of a request body in bytes. Larger events are sent in a batch of their own. The default is
    /// 512 KiB; the server rejects bodies of more than 10 MiB.
    pub fn batch_bytes(mut self, bytes: usize) -> Self {
        self.settings.batch_bytes = bytes;
        self
    }

    /// Sets how long the first event of a batch waits for more. The default is one second.
    pub fn batch_delay(mut self, delay: Duration) -> Self {
        self.settings.batch_delay = delay;
        self
    }

    /// Sets the maximum number of bytes of events held in memory, including those in flight. Each event counts as its
    /// JSON plus 64 bytes of overhead. The default is 16 MiB, the maximum 4 GiB.
    ///
    /// With a [spool](Self::spool), this is the amount that is read ahead from the file.
    pub fn buffer_bytes(mut self, bytes: usize) -> Self {
        self.settings.buffer_bytes = bytes;
        self
    }

    /// Sets what happens when an event is pushed while the buffer or the spool is full. The default is
    /// [`WhenFull::Wait`].
    pub fn when_full(mut self, when_full: WhenFull) -> Self {
        self.settings.when_full = when_full;
        self
    }

    /// Sets how many batches are sent concurrently. The default is 4.
    pub fn in_flight(mut self, batches: usize) -> Self {
        self.settings.in_flight = batches;
        self
    }

    /// Sets the delays between attempts, and when to give up a batch. By default the delays grow from half a second to
    /// half a minute, and batches are never given up. The client's policy is not used.
    ///
    /// The policy's delays and its limits on attempts and total time apply. Events that are given up are
    /// [reported](BatchReport::failed). Which failures are retried does not depend on the policy: see
    /// [`Ingestor`](Ingestor#failures). With a [spool](Self::spool) the limits are ignored.
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

    /// Sets when a failing batch is split, to isolate an event that may be the cause: after this many attempts, and at
    /// least this long after the first one. The default is 5 attempts and 5 minutes.
    ///
    /// From then on, other batches are sent as usual, and parts of the failing one are tried in turn, at most one at a
    /// time. Parts that succeed are done. A single event that fails this many times while other requests succeed is
    /// given up and [reported](BatchReport::failed). If nothing succeeds, it is an outage, and all events are kept. To
    /// never give up events for this reason, set `usize::MAX`.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// let ingestor = polar.events().ingestor().isolate_after(10, Duration::from_secs(60 * 60)).start()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn isolate_after(mut self, attempts: usize, time: Duration) -> Self {
        self.settings.isolation = Isolation { attempts, time };
        self
    }

    /// Sets the timeout of each attempt to send a batch. The default is the client's timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// Stores events in a file until the server has received them.
    ///
    /// Once [`push`](Ingestor::push) returns, the event survives a crash, `kill -9`, and a power failure if the disk
    /// honors syncs. An ingestor that is started with an existing file sends the events in it, with their original ids.
    /// An event may be sent twice, but the server stores it once, since the id is the same.
    ///
    /// The file is created if it does not exist, on Unix with mode 0600; its directory must exist. Only one ingestor
    /// can use it at a time. It is checked when it is opened, which takes about a second per GiB. If it is removed or
    /// replaced while in use, which is detected on Unix, events are [rejected](super::SpoolError::is_removed).
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
    /// Requires the feature `spool`.
    #[cfg(feature = "spool")]
    #[cfg_attr(docsrs, doc(cfg(feature = "spool")))]
    pub fn spool(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.spool = Some(path.into());
        self
    }

    /// Sets the maximum disk usage of the [spool](Self::spool) in bytes. When it is full,
    /// [`when_full`](Self::when_full) applies. The default is 1 GiB.
    ///
    /// An event counts as twice the size of its JSON plus 128 bytes, so the default holds a million events of 400
    /// bytes. The file is sparse, and may appear up to twice as long.
    #[cfg(feature = "spool")]
    #[cfg_attr(docsrs, doc(cfg(feature = "spool")))]
    pub fn spool_bytes(mut self, bytes: usize) -> Self {
        self.settings.spool_bytes = bytes;
        self
    }

    /// Sets a function that is called with the outcome of each batch. Without it, events that were rejected, given up
    /// or not confirmed are counted and traced, but otherwise lost.
    ///
    /// It is called for one batch at a time and delays sending, so pass reports to a channel if processing takes long.
    /// If it panics, only that report is lost. If it holds a clone of the ingestor, the ingestor does not stop when
    /// other handles are dropped: call `shutdown`.
    pub fn on_report(mut self, on_report: impl FnMut(BatchReport) + Send + 'static) -> Self {
        self.on_report = Some(Box::new(on_report));
        self
    }

    /// Sets a function that is called when sending is paused for a reason that requires action: the token was revoked
    /// or lacks a scope, the base URL is wrong, or no secure connection can be made. It is called once per pause.
    /// Without it, pauses are traced.
    ///
    /// Sending resumes automatically: during a pause, a batch is sent every half minute, or after the maximum delay of
    /// the [retry policy](Self::retry). Batches take turns, so that one that fails does not hold up the others.
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

    /// Starts the ingestor on the current tokio runtime, which must have I/O and time enabled. With a spool, opens and
    /// checks its file.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] if a setting is 0, [`ErrorKind::Runtime`] if there is no tokio runtime, and
    /// [`ErrorKind::File`] if the file of the spool cannot be used.
    pub fn start(self) -> Result<Ingestor, Error> {
        let Self { client, mut settings, on_report, on_pause } = self;
        let numbers = [
            ("batch_events", settings.batch_events),
            ("batch_bytes", settings.batch_bytes),
            ("buffer_bytes", settings.buffer_bytes),
            ("in_flight", settings.in_flight),
            ("isolate_after", settings.isolation.attempts),
            #[cfg(feature = "spool")]
            ("spool_bytes", settings.spool_bytes),
        ];
        if let Some((name, _)) = numbers.into_iter().find(|(_, number)| *number == 0) {
            return Err(Error::configuration(format!("the ingestor's `{name}` is 0, and has to be at least 1")));
        }
        let runtime = Handle::try_current()
            .map_err(|error| Error::new(ErrorKind::Runtime, "the ingestor cannot be started").with_source(error))?;
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
                let (pushing, spool) = spool?;
                (Intake::Spool(Arc::new(pushing)), EventSource::Spool(spool))
            }
            None => (Intake::Memory(messages), EventSource::Memory),
        };
        #[cfg(not(feature = "spool"))]
        let (intake, source) = (Intake::Memory(messages), EventSource::Memory);
        let health = Arc::new(Health::new(on_pause));
        let delivery = Delivery {
            transport: client.transport().clone(),
            policy: settings.retry.clone(),
            gives_up,
            isolation: settings.isolation,
            timeout: settings.timeout,
            health: Arc::clone(&health),
            stop: Stop::new(stop),
        };
        let (ending, ended) = watch::channel(());
        let worker = Worker::new(delivery, settings, Arc::clone(&shared), source, on_report, receiver, ending);
        runtime.spawn(worker.run());
        Ok(Ingestor {
            intake,
            #[cfg(feature = "customer-meters")]
            client,
            shared,
            health,
            ended,
        })
    }
}

impl fmt::Debug for IngestorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IngestorBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Returns the size of an event in the buffer, given the length of its JSON.
fn size_in_memory(json: usize) -> usize {
    json + OVERHEAD
}
