use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tracing::{debug, warn};

use super::batch::{Batch, OpenBatch};
use super::{BatchReport, FailedEvents, OnReport, RejectedEvent, Settings, Shared};
use crate::client::Core;
use crate::error::{Error, LocationSegment, ValidationIssue};
use crate::operation::Operation;
use crate::resources::events::Events;
use crate::types::EventsIngest;

const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// How many messages are received at once, at most.
const AT_ONCE: usize = 256;

/// What handles say to the worker.
pub(super) enum Message {
    Event { json: Box<[u8]>, size: u32 },
    Flush(oneshot::Sender<()>),
    Shutdown,
}

/// Makes batches of events and sends them, until it is shut down or no handle is left.
pub(super) struct Worker {
    events: Events<Core>,
    settings: Arc<Settings>,
    shared: Arc<Shared>,
    on_report: Option<OnReport>,
    /// The batch that takes events, and when it is sent at the latest.
    open: OpenBatch,
    deadline: Instant,
    /// Batches that wait for others to be done with. While there are any, no more messages are received.
    ready: VecDeque<(u64, Batch)>,
    sending: JoinSet<Done>,
    /// The number of the next batch, and of those that are not done with.
    next: u64,
    pending: BTreeSet<u64>,
    /// Who waits for all batches before a number.
    flushes: Vec<(u64, oneshot::Sender<()>)>,
    /// Dropped last, which tells the handles that all is done.
    _ending: watch::Sender<()>,
}

struct Done {
    number: u64,
    size: usize,
    report: BatchReport,
}

impl Worker {
    #[inline]
    pub fn new(
        events: Events<Core>,
        settings: Settings,
        shared: Arc<Shared>,
        on_report: Option<OnReport>,
        ending: watch::Sender<()>,
    ) -> Self {
        Self {
            events,
            settings: Arc::new(settings),
            shared,
            on_report,
            open: OpenBatch::new(),
            deadline: Instant::now(),
            ready: VecDeque::new(),
            sending: JoinSet::new(),
            next: 0,
            pending: BTreeSet::new(),
            flushes: Vec::new(),
            _ending: ending,
        }
    }

    #[inline]
    pub async fn run(mut self, mut messages: mpsc::UnboundedReceiver<Message>) {
        let mut received = Vec::with_capacity(AT_ONCE);
        loop {
            let free = self.sending.len() < self.settings.in_flight;
            tokio::select! {
                biased;
                Some(Ok(done)) = self.sending.join_next() => self.finish(done),
                count = messages.recv_many(&mut received, AT_ONCE), if self.ready.is_empty() => {
                    if count == 0 {
                        break;
                    }
                    for message in received.drain(..) {
                        match message {
                            Message::Event { json, size } => self.add(&json, size as usize),
                            Message::Flush(done) => self.flush(done),
                            Message::Shutdown => messages.close(),
                        }
                    }
                }
                () = sleep_until(self.deadline), if free && !self.open.is_empty() => self.seal(),
            }
            self.send();
        }
        self.seal();
        self.send();
        while let Some(Ok(done)) = self.sending.join_next().await {
            self.finish(done);
            self.send();
        }
    }

    #[inline]
    fn add(&mut self, json: &[u8], size: usize) {
        if self.open.bytes_with(json.len()) > self.settings.batch_bytes {
            self.seal();
        }
        if self.open.is_empty() {
            // A time so far away that it cannot be told never comes; in thirty years is as good.
            let now = Instant::now();
            self.deadline = now.checked_add(self.settings.batch_delay).unwrap_or(now + FAR);
        }
        self.open.add(json, size);
        // Whoever waits for room does not wait for a batch that has no room to grow.
        let half = self.shared.capacity / 2;
        if self.open.len() >= self.settings.batch_events || self.open.size() >= half {
            self.seal();
        }
    }

    #[inline]
    fn flush(&mut self, done: oneshot::Sender<()>) {
        self.seal();
        self.flushes.push((self.next, done));
        self.answer_flushes();
    }

    /// Ends the open batch.
    #[inline]
    fn seal(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let batch = std::mem::replace(&mut self.open, OpenBatch::new()).seal();
        self.pending.insert(self.next);
        self.ready.push_back((self.next, batch));
        self.next += 1;
    }

    /// Sends as many batches as may be on their way.
    #[inline]
    fn send(&mut self) {
        while self.sending.len() < self.settings.in_flight {
            let Some((number, batch)) = self.ready.pop_front() else { return };
            let batch = Arc::new(batch);
            let delivery = deliver(self.events.clone(), Arc::clone(&self.settings), Arc::clone(&batch));
            // A task of its own, so that a panic, as of a middleware, ends neither the worker nor loses the events.
            self.sending.spawn(async move {
                let report = match tokio::spawn(delivery).await {
                    Ok(report) => report,
                    Err(_) => abandoned(&batch),
                };
                Done { number, size: batch.size(), report }
            });
        }
    }

    /// Counts and reports a batch that is done with.
    #[inline]
    fn finish(&mut self, done: Done) {
        let Done { number, size, report } = done;
        self.pending.remove(&number);
        self.shared.room.add_permits(size);
        let failed = report.failed.as_ref().map_or(0, |failed| failed.events.len());
        let mut totals = self.shared.totals();
        totals.pending -= report.events as u64;
        totals.inserted += report.inserted;
        totals.duplicates += report.duplicates;
        totals.rejected += report.rejected.len() as u64;
        totals.failed += failed as u64;
        drop(totals);

        if failed > 0 || !report.rejected.is_empty() {
            warn!(failed, rejected = report.rejected.len(), "events were not taken");
        } else {
            debug!(inserted = report.inserted, duplicates = report.duplicates, "events were taken");
        }
        if let Some(on_report) = &mut self.on_report
            && catch_unwind(AssertUnwindSafe(|| on_report(report))).is_err()
        {
            warn!("the function for reports panicked");
        }
        self.answer_flushes();
    }

    #[inline]
    fn answer_flushes(&mut self) {
        let done = self.pending.first().copied().unwrap_or(self.next);
        for (_, waiting) in self.flushes.extract_if(.., |(number, _)| *number <= done) {
            // Whoever asked may have stopped waiting.
            let _ = waiting.send(());
        }
    }
}

/// Whoever waits for room learns that there will be none, also if the runtime stops.
impl Drop for Worker {
    #[inline]
    fn drop(&mut self) {
        self.shared.room.close();
    }
}

/// Sends a batch, again without the events that the server finds wrong, until the rest is taken or fails.
#[inline]
async fn deliver(events: Events<Core>, settings: Arc<Settings>, batch: Arc<Batch>) -> BatchReport {
    let mut report = BatchReport { events: batch.len(), ..BatchReport::default() };
    let mut batch = batch;
    loop {
        let mut call = events.ingest(EventsIngest::new([])).idempotent();
        call.set_json(batch.body());
        if let Some(policy) = &settings.retry {
            call = call.retry(policy.clone());
        }
        if let Some(timeout) = settings.timeout {
            call = call.timeout(timeout);
        }
        let error = match call.await {
            Ok(answer) => {
                report.inserted = answer.inserted.try_into().unwrap_or(0);
                report.duplicates = answer.duplicates.unwrap_or(0).try_into().unwrap_or(0);
                return report;
            }
            Err(error) => error,
        };
        let wrong = wrong_events(&error, batch.len());
        if wrong.is_empty() {
            report.failed = Some(FailedEvents { error, events: batch.events() });
            return report;
        }
        let rest = batch.without(|index| wrong.contains_key(&index));
        let rejected = wrong.into_iter().map(|(index, issues)| RejectedEvent { event: batch.event(index), issues });
        report.rejected.extend(rejected);
        match rest {
            Some(rest) => batch = Arc::new(rest),
            None => return report,
        }
    }
}

/// What is wrong with which event, if the server says so.
#[inline]
fn wrong_events(error: &Error, count: usize) -> BTreeMap<usize, Vec<ValidationIssue>> {
    let mut wrong: BTreeMap<usize, Vec<ValidationIssue>> = BTreeMap::new();
    if error.status() != Some(StatusCode::UNPROCESSABLE_ENTITY) {
        return wrong;
    }
    for issue in error.validation() {
        let [LocationSegment::Name(body), LocationSegment::Name(events), LocationSegment::Index(index), ..] =
            &issue.location[..]
        else {
            continue;
        };
        let index = usize::try_from(*index).ok().filter(|index| *index < count);
        if let (("body", "events"), Some(index)) = ((body.as_str(), events.as_str()), index) {
            wrong.entry(index).or_default().push(issue.clone());
        }
    }
    wrong
}

/// The report on a batch whose delivery panicked.
#[inline]
fn abandoned(batch: &Batch) -> BatchReport {
    let operation: &'static Operation = &crate::operations::EVENTS_INGEST;
    let error = Error::InvalidRequest { operation, message: "sending the events panicked".to_owned() };
    let failed = FailedEvents { error, events: batch.events() };
    BatchReport { events: batch.len(), failed: Some(failed), ..BatchReport::default() }
}
