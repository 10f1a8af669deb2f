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
use super::settings::{Isolation, OVERHEAD, OnPause, OnReport, Settings, WhenFull};
use super::shared::Shared;
#[cfg(feature = "spool")]
use super::spool;
use super::worker::{Source, Worker};
use crate::calls::error::{Error, ErrorKind};
use crate::calls::retry::RetryPolicy;
use crate::calls::transport::Transport;
use crate::client::AccessToken;
use crate::resources::events::Events;

impl<V> Events<AccessToken, V> {
    /// Returns the settings of an [`Ingestor`], which sends many events in batches in the background.
    ///
    /// The token needs the scope `events:write`.
    pub fn ingestor(&self) -> IngestorBuilder {
        let transport = self.client.transport().clone();
        IngestorBuilder { transport, settings: Settings::default(), on_report: None, on_pause: None }
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
    transport: Transport,
    settings: Settings,
    on_report: Option<OnReport>,
    on_pause: Option<OnPause>,
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

    /// Sets when a batch that fails is taken apart, because one of its events may be the reason: after so many
    /// attempts, and not before so much time has passed since the first. The default is 5 attempts and 5 minutes.
    ///
    /// From then on others are sent in its place, and parts of it in turn, at most one at a time. Parts that succeed
    /// are done; an event that fails by itself in so many attempts, while something else succeeds, is given up and
    /// [reported](BatchReport::failed). If nothing succeeds, it is an outage, and everything is kept. To never give an
    /// event up for that reason, set `usize::MAX`.
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
    /// The file is created if it does not exist, on Unix with the mode 0600; its directory has to exist. One ingestor
    /// can use it at a time. It is checked when it is opened, which takes about a second for each GiB in it. If it is
    /// removed or replaced while it is used, which is noticed on Unix, events are
    /// [refused](super::SpoolError::is_removed).
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

    /// Sets a function that is called with the outcome of each batch. Without it, events that were rejected, given up
    /// or not confirmed are counted and traced, and then gone.
    ///
    /// It is called for one batch at a time, and sending waits for it, so hand reports to a channel if there is much to
    /// do. If it panics, that report is lost and no other. A clone of the ingestor in it keeps the ingestor from ending
    /// when other handles are dropped: shut it down.
    pub fn on_report(mut self, on_report: impl FnMut(BatchReport) + Send + 'static) -> Self {
        self.on_report = Some(Box::new(on_report));
        self
    }

    /// Sets a function that is called when sending is paused because somebody has to act: a token was revoked, or lacks
    /// a scope, or the base URL is wrong, or a secure connection cannot be made. It is called once for each pause.
    /// Without it, pauses are traced.
    ///
    /// Sending resumes by itself: while it is paused, a batch is sent every half minute, or after the longest wait of
    /// the [retry policy](Self::retry). Batches take turns, so that one that is refused does not hold up those that are
    /// not.
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
    /// [`ErrorKind::Configuration`] if a setting is 0, [`ErrorKind::Runtime`] if there is no tokio runtime, and
    /// [`ErrorKind::File`] if the file of the spool cannot be used.
    pub fn start(self) -> Result<Ingestor, Error> {
        let Self { transport, mut settings, on_report, on_pause } = self;
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
                (Intake::Spool(Arc::new(pushing)), Source::Spool(spool))
            }
            None => (Intake::Memory(messages), Source::Memory),
        };
        #[cfg(not(feature = "spool"))]
        let (intake, source) = (Intake::Memory(messages), Source::Memory);
        let health = Arc::new(Health::new(on_pause));
        let delivery = Delivery {
            transport,
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
        Ok(Ingestor { intake, shared, health, ended })
    }
}

impl fmt::Debug for IngestorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IngestorBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What an event of this length takes of the buffer.
fn size_in_memory(json: usize) -> usize {
    json + OVERHEAD
}
