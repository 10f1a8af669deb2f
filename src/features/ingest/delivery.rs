use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::StatusCode;
use tokio::sync::{Mutex, MutexGuard, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::batch::Batch;
use super::report::{BatchReport, FailedEvents, RejectedEvent};
use super::settings::OnPause;
use crate::calls::call::Call;
use crate::calls::error::{Error, ErrorKind, LocationSegment, ValidationIssue};
use crate::calls::request::Request;
use crate::calls::retry::RetryPolicy;
use crate::calls::transport::Transport;
use crate::data::codec::{self, DecodeError};
use crate::operations::EVENTS_INGEST;

/// The longest wait that a server can ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);

/// Sends batches, each until the server has its events.
#[derive(Clone)]
pub(super) struct Delivery {
    pub transport: Transport,
    pub policy: RetryPolicy,
    /// Whether events are given up when the policy's attempts or its total time are used up.
    pub gives_up: bool,
    pub timeout: Option<Duration>,
    pub pause: Arc<Pause>,
    pub stop: Stop,
}

/// What became of a batch.
pub(super) struct Outcome {
    pub report: BatchReport,
    /// The parts of it that were not sent before the deadline of the shutdown.
    pub unsent: Vec<Batch>,
}

/// Why an attempt failed, which decides what comes next.
enum Failure {
    /// It may go well later: the batch is sent again as the policy says.
    Passing(Error),
    /// The server refuses these events of the batch.
    Invalid(BTreeMap<usize, Vec<ValidationIssue>>),
    /// The server refuses the batch, which has to be split.
    Whole(StatusCode),
    /// It is not the fault of the events, and only somebody can mend it, such as a token that was revoked.
    Blocking(Error),
}

impl Delivery {
    pub async fn deliver(mut self, batch: Batch) -> Outcome {
        let report = BatchReport { events: batch.len(), ..BatchReport::default() };
        let mut outcome = Outcome { report, unsent: Vec::new() };
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            match self.send(&part).await {
                Sent::Taken(answer) => {
                    outcome.report.inserted += answer.inserted;
                    outcome.report.duplicates += answer.duplicates;
                }
                Sent::Invalid(invalid) => {
                    parts.extend(part.without(|index| invalid.contains_key(&index)));
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    let rejected = invalid.into_iter();
                    let rejected =
                        rejected.map(|(index, issues)| RejectedEvent { event: part.event(index), status, issues });
                    outcome.report.rejected.extend(rejected);
                }
                Sent::Whole(status) => match part.halves() {
                    // In their order, from the end of the list.
                    Some([first, second]) => parts.extend([second, first]),
                    None => {
                        let rejected = RejectedEvent { event: part.event(0), status, issues: Vec::new() };
                        outcome.report.rejected.push(rejected);
                    }
                },
                Sent::GivenUp(error) => {
                    parts.push(part);
                    let events = parts.drain(..).rev().flat_map(|part| part.events().collect::<Vec<_>>()).collect();
                    outcome.report.failed = Some(FailedEvents { error, events });
                }
                Sent::Stopped => {
                    parts.push(part);
                    parts.reverse();
                    outcome.unsent = std::mem::take(&mut parts);
                }
            }
        }
        outcome
    }

    /// Sends a part of a batch, again if need be.
    async fn send(&mut self, part: &Batch) -> Sent {
        let begin = Instant::now();
        let mut delays = self.policy.spread_delays();
        let pause = Arc::clone(&self.pause);
        let mut probing: Option<Probing<'_>> = None;
        let mut has_failed = false;
        loop {
            if probing.is_none() {
                tokio::select! {
                    () = pause.passed() => {}
                    () = self.stop.deadline() => return Sent::Stopped,
                }
            }
            let attempt = tokio::select! {
                attempt = self.attempt(part) => attempt,
                () = self.stop.deadline() => return Sent::Stopped,
            };
            let failure = match attempt {
                Ok(answer) => {
                    if has_failed {
                        info!(events = part.len(), "events are taken again");
                    }
                    return Sent::Taken(answer);
                }
                Err(error) => classify(error, part.len()),
            };
            let wait = match failure {
                Failure::Invalid(invalid) => return Sent::Invalid(invalid),
                Failure::Whole(status) => return Sent::Whole(status),
                // What passes does not end a pause: it is probed as before.
                Failure::Passing(_) if probing.is_some() => self.policy.longest_wait(),
                Failure::Passing(error) => {
                    let asked = error.retry_after().unwrap_or_default().min(LONGEST_ASKED);
                    let delay = delays.next().or_else(|| (!self.gives_up).then(|| self.policy.longest_wait()));
                    let wait = delay.map(|delay| delay.max(asked));
                    let has_time = |wait: &Duration| {
                        !self.gives_up || begin.elapsed().checked_add(*wait).is_some_and(|end| self.policy.allows(end))
                    };
                    let Some(wait) = wait.filter(has_time) else { return Sent::GivenUp(error) };
                    if !has_failed {
                        warn!(failure = error.kind().as_str(), retry_in = ?wait, "events could not be sent, and are kept");
                        has_failed = true;
                    }
                    wait
                }
                Failure::Blocking(error) => {
                    if probing.is_none() {
                        let Some(first) = pause.begin(&error) else { continue };
                        probing = Some(first);
                    }
                    self.policy.longest_wait()
                }
            };
            self.stop.wait(wait).await;
        }
    }

    async fn attempt(&self, part: &Batch) -> Result<Counts, Error> {
        let request = Request::new(&EVENTS_INGEST).json(part.body());
        let mut call = Call::raw(&self.transport, request).idempotent().retry(RetryPolicy::none());
        if let Some(timeout) = self.timeout {
            call = call.timeout(timeout);
        }
        // A task of its own contains a panic, for example of a middleware, and ends with this future.
        let mut task = JoinSet::new();
        task.spawn(call.into_future());
        match task.join_next().await {
            Some(Ok(result)) => {
                let raw = result?;
                Counts::read(&raw.body).map_err(|error| Error::decode(&EVENTS_INGEST, error, raw))
            }
            Some(Err(_)) | None => Err(Error::of(&EVENTS_INGEST, ErrorKind::Panic, "panicked")),
        }
    }
}

/// What the API answers to a batch.
struct Counts {
    inserted: u64,
    duplicates: u64,
}

impl Counts {
    fn read(body: &[u8]) -> Result<Self, DecodeError> {
        let answer: serde_json::Value = codec::from_slice(body)?;
        let count = |name: &str| match &answer[name] {
            serde_json::Value::Null => Some(0),
            value => value.as_u64(),
        };
        let unreadable = |name: &str| DecodeError::at(format!("`{name}` is not a count"), 0);
        // Without `inserted`, this is some other answer.
        let inserted = answer.get("inserted").and_then(|_| count("inserted")).ok_or_else(|| unreadable("inserted"))?;
        Ok(Self { inserted, duplicates: count("duplicates").ok_or_else(|| unreadable("duplicates"))? })
    }
}

/// What became of a part of a batch.
enum Sent {
    Taken(Counts),
    Invalid(BTreeMap<usize, Vec<ValidationIssue>>),
    Whole(StatusCode),
    GivenUp(Error),
    Stopped,
}

fn classify(error: Error, events: usize) -> Failure {
    match error.kind() {
        ErrorKind::Connection | ErrorKind::Timeout => return Failure::Passing(error),
        ErrorKind::Token => {
            let refusal = error.find_source::<Error>().and_then(Error::status);
            let passes = refusal.is_none_or(passes);
            return if passes { Failure::Passing(error) } else { Failure::Blocking(error) };
        }
        _ => {}
    }
    match error.status() {
        Some(status) if passes(status) => Failure::Passing(error),
        Some(status @ StatusCode::PAYLOAD_TOO_LARGE) => Failure::Whole(status),
        Some(status @ StatusCode::UNPROCESSABLE_ENTITY) => {
            let invalid = invalid_events(&error, events);
            if invalid.is_empty() { Failure::Whole(status) } else { Failure::Invalid(invalid) }
        }
        _ => Failure::Blocking(error),
    }
}

/// Whether a status says nothing about the events or the token.
fn passes(status: StatusCode) -> bool {
    let others = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    status.is_server_error() || others.contains(&status)
}

/// What is wrong with which event, if the server says so.
fn invalid_events(error: &Error, count: usize) -> BTreeMap<usize, Vec<ValidationIssue>> {
    let mut invalid: BTreeMap<usize, Vec<ValidationIssue>> = BTreeMap::new();
    for issue in error.validation() {
        let [LocationSegment::Name(body), LocationSegment::Name(events), LocationSegment::Index(index), ..] =
            &issue.location[..]
        else {
            continue;
        };
        let index = usize::try_from(*index).ok().filter(|index| *index < count);
        if let (("body", "events"), Some(index)) = ((body.as_str(), events.as_str()), index) {
            invalid.entry(index).or_default().push(issue.clone());
        }
    }
    invalid
}

/// Holds all batches of an ingestor back while one of them is refused for a reason that retrying does not change. That
/// one is sent now and then, as a probe.
pub(super) struct Pause {
    is_on: AtomicBool,
    /// Locked by the delivery that probes.
    on_pause: Mutex<Option<OnPause>>,
}

/// Ends the pause when dropped.
struct Probing<'a> {
    pause: &'a Pause,
    _lock: MutexGuard<'a, Option<OnPause>>,
}

impl Pause {
    pub fn new(on_pause: Option<OnPause>) -> Self {
        Self { is_on: AtomicBool::new(false), on_pause: Mutex::new(on_pause) }
    }

    pub fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    /// Waits for the end of a pause.
    async fn passed(&self) {
        if self.is_on() {
            drop(self.on_pause.lock().await);
        }
    }

    /// Begins a pause and reports it; `None` if it has begun already.
    fn begin(&self, error: &Error) -> Option<Probing<'_>> {
        let mut lock = self.on_pause.try_lock().ok()?;
        self.is_on.store(true, Ordering::Relaxed);
        let status = error.status().map(|status| status.as_u16());
        warn!(failure = error.kind().as_str(), status, "the ingestor pauses: events are kept until it is mended");
        if let Some(on_pause) = &mut *lock
            && catch_unwind(AssertUnwindSafe(|| on_pause(error))).is_err()
        {
            warn!("the function for pauses panicked");
        }
        Some(Probing { pause: self, _lock: lock })
    }
}

impl Drop for Probing<'_> {
    fn drop(&mut self) {
        self.pause.is_on.store(false, Ordering::Relaxed);
    }
}

/// Tells of the shutdown, and of its deadline.
#[derive(Clone)]
pub(super) struct Stop {
    deadline: watch::Receiver<Option<Instant>>,
    /// Whether the shutdown has cut a wait short.
    has_hurried: bool,
}

impl Stop {
    pub fn new(deadline: watch::Receiver<Option<Instant>>) -> Self {
        Self { deadline, has_hurried: false }
    }

    /// Waits for the beginning of the shutdown.
    pub async fn begin(&self) {
        let mut deadline = self.deadline.clone();
        // Without a handle, nobody shuts it down any more.
        if deadline.wait_for(Option::is_some).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits for the deadline of the shutdown.
    pub async fn deadline(&self) {
        let mut changes = self.deadline.clone();
        loop {
            let deadline = *changes.borrow_and_update();
            let changed = async {
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            match deadline {
                Some(deadline) => tokio::select! {
                    () = tokio::time::sleep_until(deadline) => return,
                    () = changed => {}
                },
                None => changed.await,
            }
        }
    }

    /// Waits before an attempt. A shutdown cuts the first wait that it meets short, for one more attempt at once.
    async fn wait(&mut self, wait: Duration) {
        tokio::select! {
            () = sleep(wait) => {}
            () = self.begin(), if !self.has_hurried => self.has_hurried = true,
            () = self.deadline() => {}
        }
    }
}
