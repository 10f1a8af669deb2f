use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::batch::Batch;
use super::event::ReturnedEvent;
use super::health::Health;
use super::report::{BatchReport, FailedEvents, RejectedEvent, UnconfirmedEvents};
use super::settings::Isolation;
use crate::calls::call::Call;
use crate::calls::error::{Error, ErrorKind, LocationSegment, ValidationIssue};
use crate::calls::request::Request;
use crate::calls::retry::RetryPolicy;
use crate::calls::transport::Transport;
use crate::data::codec::{self, DecodeError};
use crate::operations::EVENTS_INGEST;

/// The maximum delay that a server can ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

/// Sends batches, retrying each until the server has stored its events.
#[derive(Clone)]
pub(super) struct Delivery {
    pub transport: Transport,
    pub policy: RetryPolicy,
    /// True if events are given up when the policy's attempts or total time are used up.
    pub gives_up: bool,
    pub isolation: Isolation,
    pub timeout: Option<Duration>,
    pub health: Arc<Health>,
    pub stop: Stop,
}

/// The outcome of a batch.
pub(super) struct Outcome {
    pub report: BatchReport,
    /// The parts that were not sent before the deadline of the shutdown.
    pub unsent: Vec<Batch>,
}

impl Outcome {
    /// Creates the outcome of a batch whose events all failed.
    pub fn failed(batch: &Batch, error: Error) -> Self {
        let mut outcome = Self::of(batch);
        outcome.fail(error, batch.events());
        outcome
    }

    fn of(batch: &Batch) -> Self {
        Self { report: BatchReport { events: batch.len(), ..BatchReport::default() }, unsent: Vec::new() }
    }

    fn fail(&mut self, error: Error, events: impl Iterator<Item = ReturnedEvent>) {
        match &mut self.report.failed {
            Some(failed) => {
                failed.error = error;
                failed.events.extend(events);
            }
            None => self.report.failed = Some(FailedEvents { error, events: events.collect() }),
        }
    }

    fn take(&mut self, counts: &Counts, batch: &Batch) {
        let Counts { inserted, duplicates } = *counts;
        if inserted.checked_add(duplicates) == Some(batch.len() as u64) {
            self.report.inserted += inserted;
            self.report.duplicates += duplicates;
            return;
        }
        warn!(events = batch.len(), inserted, duplicates, "the server's counts do not add up");
        let unconfirmed = self.report.unconfirmed.get_or_insert_with(UnconfirmedEvents::default);
        unconfirmed.inserted = unconfirmed.inserted.saturating_add(inserted);
        unconfirmed.duplicates = unconfirmed.duplicates.saturating_add(duplicates);
        unconfirmed.events.extend(batch.events());
    }
}

/// A part of a batch that is sent in one request, and the state of its delivery. Marks are values of the success
/// counter of all deliveries, and are compared with its current value to see if other requests succeeded in the
/// meantime.
#[derive(Clone)]
struct Part {
    batch: Batch,
    /// When it first failed. Inherited from the part that it was split from.
    since: Option<Instant>,
    /// The number of failures. Inherited from the part that it was split from.
    failures: usize,
    suspect: Option<Suspect>,
    /// The number of times that an event was ahead of the server's clock.
    early: usize,
    /// The mark of the first failure that caused a pause.
    blocked: Option<u64>,
    /// The mark of the first rejection that did not name any events.
    refused: Option<u64>,
}

/// A part that keeps failing.
#[derive(Clone, Copy)]
struct Suspect {
    /// The mark when it became a suspect. Before that, a larger part failed.
    mark: u64,
    failures: usize,
}

impl Part {
    fn new(batch: Batch) -> Self {
        Self { batch, since: None, failures: 0, suspect: None, early: 0, blocked: None, refused: None }
    }

    fn with(&self, batch: Batch) -> Self {
        Self { batch, ..self.clone() }
    }

    /// Returns both halves; `None` if it is a single event.
    fn halves(&self) -> Option<[Self; 2]> {
        self.batch.halves().map(|halves| halves.map(|half| self.with(half)))
    }
}

/// The reason why an attempt failed, which determines what to do next.
enum Failure {
    /// A temporary failure: the batch is retried as the policy says.
    Temporary(Error),
    /// The server rejected some events.
    Invalid(BTreeMap<usize, Vec<ValidationIssue>>),
    /// The server rejected the batch as a whole, so it has to be split.
    Whole(StatusCode, Error),
    /// A failure that is not known to be caused by the events and requires action, such as a revoked token.
    Blocking(Error),
}

impl Delivery {
    pub async fn deliver(mut self, batch: Batch) -> Outcome {
        let health = Arc::clone(&self.health);
        let mut outcome = Outcome::of(&batch);
        let mut parts = VecDeque::from([Part::new(batch)]);
        let mut suspicion = None;
        while let Some(mut part) = parts.pop_front() {
            match self.send(&mut part).await {
                Sent::Taken(counts) => outcome.take(&counts, &part.batch),
                Sent::Invalid(invalid) => {
                    if let Some(others) = part.batch.without(|index| invalid.contains_key(&index)) {
                        parts.push_front(part.with(others));
                    }
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    let mut early = BTreeSet::new();
                    for (index, issues) in invalid {
                        let event = part.batch.event(index);
                        if is_early(&event, &issues) {
                            early.insert(index);
                        } else {
                            outcome.report.rejected.push(RejectedEvent { event, status, issues });
                        }
                    }
                    if let Some(batch) = part.batch.without(|index| !early.contains(&index)) {
                        parts.push_back(Part { early: part.early + 1, ..Part::new(batch) });
                    }
                }
                Sent::Whole(status) => match part.halves() {
                    Some([first, second]) => {
                        parts.push_front(second);
                        parts.push_front(first);
                    }
                    None => {
                        let rejected = RejectedEvent { event: part.batch.event(0), status, issues: Vec::new() };
                        outcome.report.rejected.push(rejected);
                    }
                },
                Sent::Failing(error) => {
                    suspicion.get_or_insert_with(|| health.suspect());
                    let is_first = part.suspect.is_none();
                    let suspect = *part.suspect.get_or_insert(Suspect { mark: health.successes(), failures: 0 });
                    // If other requests succeeded between the failures of an event, the event is the cause rather than
                    // an outage.
                    let is_bad = suspect.failures >= self.isolation.attempts && health.successes() > suspect.mark;
                    match part.halves() {
                        // Queued last, so that other parts, which may succeed, are sent first.
                        Some(halves) => {
                            let suspect = Some(Suspect { mark: health.successes(), failures: 0 });
                            parts.extend(halves.map(|half| Part { suspect, ..half }));
                        }
                        None if is_bad && !is_first => {
                            // End the pause that it caused.
                            health.end_pause();
                            outcome.fail(error, part.batch.events());
                        }
                        None => parts.push_back(part),
                    }
                }
                Sent::GivenUp(error) => {
                    let events = part.batch.events();
                    if part.suspect.is_some() {
                        outcome.fail(error, events);
                    } else {
                        let others = parts.iter().flat_map(|part| part.batch.events().collect::<Vec<_>>());
                        outcome.fail(error, events.chain(others));
                        break;
                    }
                }
                Sent::Stopped => {
                    parts.push_front(part);
                    outcome.unsent = parts.drain(..).map(|part| part.batch).collect();
                }
            }
        }
        outcome
    }

    /// Sends a part of a batch, with retries. A suspect is sent only once.
    async fn send(&mut self, part: &mut Part) -> Sent {
        let health = Arc::clone(&self.health);
        let events = part.batch.len();
        if part.early > 0 {
            let wait = self.policy.spread_delays().nth(part.early - 1);
            self.stop.wait(sleep(wait.unwrap_or_else(|| self.policy.longest_wait()))).await;
        }
        loop {
            let mut turn = None;
            if part.suspect.is_some() || health.is_paused() {
                turn = tokio::select! {
                    turn = health.turn() => Some(turn),
                    () = self.stop.deadline() => return Sent::Stopped,
                };
                if part.suspect.is_none() && !health.is_paused() {
                    turn = None;
                }
            }
            let attempt = tokio::select! {
                attempt = self.attempt(&part.batch) => attempt,
                () = self.stop.deadline() => return Sent::Stopped,
            };
            let mark = health.successes();
            let failure = match attempt {
                Ok(counts) => {
                    if part.failures > 0 {
                        info!(events, "events are taken again");
                    }
                    health.succeed();
                    return Sent::Taken(counts);
                }
                Err(error) => classify(error, events),
            };
            let (error, is_blocking) = match failure {
                Failure::Invalid(invalid) => {
                    health.succeed();
                    return Sent::Invalid(invalid);
                }
                Failure::Whole(status, error) => {
                    let first = *part.refused.get_or_insert(mark);
                    // If the server rejects all requests, the event need not be the cause.
                    if events > 1 || mark > first {
                        return Sent::Whole(status);
                    }
                    (error, true)
                }
                Failure::Temporary(error) => (error, false),
                Failure::Blocking(error) => (error, true),
            };
            let since = *part.since.get_or_insert_with(Instant::now);
            part.failures += 1;
            if is_blocking && *part.blocked.get_or_insert(mark) == mark {
                health.pause(&error);
            }
            let asked = error.retry_after().unwrap_or_default().min(MAX_RETRY_AFTER);
            let longest = self.policy.longest_wait();
            if let Some(suspect) = &mut part.suspect {
                suspect.failures += 1;
                if !is_blocking && self.wait_for(part.failures, since).is_none() {
                    return Sent::GivenUp(error);
                }
                let first = self.policy.spread_delays().next().unwrap_or(longest);
                self.stop.wait(sleep(first.max(asked))).await;
                self.stop.wait(or(sleep(longest), health.success_after(mark))).await;
                return Sent::Failing(error);
            }
            if health.is_paused() {
                // A temporary failure does not end a pause.
                self.stop.wait(or(sleep(longest), health.success_after(mark))).await;
            } else {
                let Some(wait) = self.wait_for(part.failures, since) else { return Sent::GivenUp(error) };
                let wait = wait.max(asked);
                if self.gives_up && !self.has_time(since, wait) {
                    return Sent::GivenUp(error);
                }
                if part.failures == 1 {
                    warn!(failure = error.kind().as_str(), retry_in = ?wait, "events could not be sent, and are kept");
                }
                self.stop.wait(sleep(wait)).await;
            }
            drop(turn);
            if part.failures >= self.isolation.attempts && since.elapsed() >= self.isolation.time {
                return Sent::Failing(error);
            }
        }
    }

    /// Returns the delay after a number of failures; `None` to give up.
    fn wait_for(&self, failures: usize, since: Instant) -> Option<Duration> {
        let delay = self.policy.spread_delays().nth(failures - 1);
        if !self.gives_up {
            return Some(delay.unwrap_or_else(|| self.policy.longest_wait()));
        }
        delay.filter(|delay| self.has_time(since, *delay))
    }

    /// Returns true if the policy allows an attempt after a delay.
    fn has_time(&self, since: Instant, wait: Duration) -> bool {
        since.elapsed().checked_add(wait).is_some_and(|end| self.policy.allows(end))
    }

    async fn attempt(&self, part: &Batch) -> Result<Counts, Error> {
        let request = Request::new(&EVENTS_INGEST).json(part.body());
        let mut call = Call::raw(&self.transport, request).idempotent().retry(RetryPolicy::none());
        if let Some(timeout) = self.timeout {
            call = call.timeout(timeout);
        }
        // Spawned to contain panics, for example of a middleware. Aborted if this future is dropped.
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

/// The counts in the API's response to a batch.
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
        // Without `inserted`, this is some other response.
        let inserted = answer.get("inserted").and_then(|_| count("inserted")).ok_or_else(|| unreadable("inserted"))?;
        Ok(Self { inserted, duplicates: count("duplicates").ok_or_else(|| unreadable("duplicates"))? })
    }
}

/// The outcome of sending a part of a batch.
enum Sent {
    Taken(Counts),
    Invalid(BTreeMap<usize, Vec<ValidationIssue>>),
    Whole(StatusCode),
    /// It keeps failing.
    Failing(Error),
    GivenUp(Error),
    Stopped,
}

fn classify(error: Error, events: usize) -> Failure {
    match error.kind() {
        ErrorKind::Connection if is_misconfigured(&error) => return Failure::Blocking(error),
        ErrorKind::Connection | ErrorKind::Timeout => return Failure::Temporary(error),
        ErrorKind::Token => {
            let refusal = error.find_source::<Error>().and_then(Error::status);
            let is_temporary = refusal.is_none_or(is_temporary);
            return if is_temporary { Failure::Temporary(error) } else { Failure::Blocking(error) };
        }
        _ => {}
    }
    match error.status() {
        Some(status) if is_temporary(status) => Failure::Temporary(error),
        Some(status @ StatusCode::PAYLOAD_TOO_LARGE) => Failure::Whole(status, error),
        Some(status @ StatusCode::UNPROCESSABLE_ENTITY) => {
            let invalid = invalid_events(&error, events);
            if invalid.is_empty() { Failure::Whole(status, error) } else { Failure::Invalid(invalid) }
        }
        _ => Failure::Blocking(error),
    }
}

/// Returns true if an event was rejected only because its timestamp is ahead of the server's clock, which resolves with
/// time.
fn is_early(event: &ReturnedEvent, issues: &[ValidationIssue]) -> bool {
    let is_of_time = |issue: &ValidationIssue| match issue.location.last() {
        Some(LocationSegment::Name(name)) => name == "timestamp",
        _ => false,
    };
    issues.iter().all(is_of_time) && event.is_recent()
}

/// Returns true if a status is unrelated to the events and the token.
fn is_temporary(status: StatusCode) -> bool {
    let others = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    status.is_server_error() || others.contains(&status)
}

/// Returns true if connecting fails for a reason that does not resolve by waiting: the client does not trust the
/// server, or the server does not speak TLS. TLS that the client lacks is an error of another kind.
fn is_misconfigured(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_builder) {
            return true;
        }
        // `source` of an I/O error skips the error that it wraps.
        let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        // The type of the error depends on reqwest's TLS backend.
        let text = cause.to_string();
        if ["certificate", "corrupt message"].iter().any(|words| text.contains(words)) {
            return true;
        }
        source = inner.map(|inner| inner as _).or_else(|| cause.source());
    }
    false
}

/// Returns the issues of each rejected event, if the server named the events.
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

/// Signals the shutdown and its deadline.
#[derive(Clone)]
pub(super) struct Stop {
    deadline: watch::Receiver<Option<Instant>>,
    /// True if the shutdown has already cut a delay short.
    has_cut_delay: bool,
}

impl Stop {
    pub fn new(deadline: watch::Receiver<Option<Instant>>) -> Self {
        Self { deadline, has_cut_delay: false }
    }

    /// Waits until the shutdown begins.
    pub async fn begin(&self) {
        let mut deadline = self.deadline.clone();
        // All handles were dropped, so it is never shut down.
        if deadline.wait_for(Option::is_some).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until the deadline of the shutdown.
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

    /// Waits for the delay before an attempt. When a shutdown begins, the first delay is cut short for one last
    /// attempt.
    async fn wait(&mut self, end: impl Future<Output = ()>) {
        tokio::select! {
            () = end => {}
            () = self.begin(), if !self.has_cut_delay => self.has_cut_delay = true,
            () = self.deadline() => {}
        }
    }
}

async fn or(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    tokio::select! {
        () = one => {}
        () = other => {}
    }
}
