#[cfg(feature = "spool")]
use std::collections::HashSet;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{self, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use tracing::{debug, warn};

use super::batch::{Batch, Held, OpenBatch};
use super::delivery::{Delivery, Outcome};
use super::event::ReturnedEvent;
use super::settings::{IngestorSettings, OnReport};
use super::shared::{Message, Shared, after};
#[cfg(feature = "spool")]
use super::spool::Spool;
use crate::calls::error::{Error, ErrorKind};
use crate::operations::EVENTS_INGEST;

/// The maximum number of messages that are received at once.
const MAX_MESSAGES: usize = 256;

/// Where the worker's events come from, and where their outcomes are reported.
pub(super) enum EventSource {
    /// The channel of messages.
    Memory,
    #[cfg(feature = "spool")]
    Spool(Spool),
}

/// Collects events in batches and sends them, until it is shut down or all handles are dropped.
pub(super) struct Worker {
    delivery: Delivery,
    settings: IngestorSettings,
    shared: Arc<Shared>,
    source: EventSource,
    on_report: Option<OnReport>,
    messages: mpsc::UnboundedReceiver<Message>,
    received: VecDeque<Message>,
    /// The batch that is being filled, and when it has to be sent.
    open: OpenBatch,
    deadline: Instant,
    /// Batches that are waiting for others to finish. Until they are sent, no more messages are received.
    ready: VecDeque<(u64, Batch)>,
    sending: JoinSet<Outcome>,
    /// The batches in flight, with their numbers.
    sent: HashMap<task::Id, (u64, Batch)>,
    /// The number of the next batch, and those of unfinished ones.
    next: u64,
    pending: BTreeSet<u64>,
    /// Flushes that wait for all batches before a number.
    flushes: Vec<(u64, oneshot::Sender<()>)>,
    unsent: Vec<ReturnedEvent>,
    /// Dropped last, to signal the handles that the worker has exited.
    _ending: watch::Sender<()>,
}

impl Worker {
    pub fn new(
        delivery: Delivery,
        settings: IngestorSettings,
        shared: Arc<Shared>,
        source: EventSource,
        on_report: Option<OnReport>,
        messages: mpsc::UnboundedReceiver<Message>,
        ending: watch::Sender<()>,
    ) -> Self {
        Self {
            delivery,
            settings,
            shared,
            source,
            on_report,
            messages,
            received: VecDeque::new(),
            open: OpenBatch::default(),
            deadline: Instant::now(),
            ready: VecDeque::new(),
            sending: JoinSet::new(),
            sent: HashMap::new(),
            next: 0,
            pending: BTreeSet::new(),
            flushes: Vec::new(),
            unsent: Vec::new(),
            _ending: ending,
        }
    }

    pub async fn run(mut self) {
        let stop = self.delivery.stop.clone();
        let mut suspects = self.delivery.health.suspects();
        let mut received = Vec::with_capacity(MAX_MESSAGES);
        let mut is_closing = false;
        let mut has_ended = false;
        loop {
            let free = self.free() > 0;
            tokio::select! {
                biased;
                Some(done) = self.sending.join_next_with_id() => self.finish(done),
                () = stop.deadline() => break,
                // A suspect frees its slot.
                Ok(()) = suspects.changed() => {}
                () = stop.begin(), if !is_closing => {
                    is_closing = true;
                    match &self.source {
                        EventSource::Memory => self.messages.close(),
                        // The channel is closed after the last event.
                        #[cfg(feature = "spool")]
                        EventSource::Spool(spool) => spool.close(),
                    }
                }
                count = self.messages.recv_many(&mut received, MAX_MESSAGES), if self.ready.is_empty() && !has_ended => {
                    has_ended = count == 0;
                    self.received.extend(received.drain(..));
                    while let Some(message) = self.received.pop_front() {
                        match message {
                            Message::Event(event) => self.add(&event),
                            Message::Flush(done) => self.flush(done),
                        }
                    }
                    if has_ended {
                        self.seal();
                    }
                }
                () = sleep_until(self.deadline), if free && !self.open.is_empty() => self.seal(),
            }
            self.send();
            if has_ended && self.sending.is_empty() {
                break;
            }
        }
        self.end().await;
    }

    /// Returns how many more batches may be sent.
    fn free(&self) -> usize {
        let suspects = *self.delivery.health.suspects().borrow();
        self.settings.in_flight.saturating_sub(self.sending.len().saturating_sub(suspects))
    }

    /// Waits for the batches in flight, until the deadline. Events that are left are returned on drop, or remain in the
    /// spool.
    async fn end(mut self) {
        self.shared.room.close();
        self.messages.close();
        while let Some(done) = self.sending.join_next_with_id().await {
            self.finish(done);
        }
        #[cfg(feature = "spool")]
        if let EventSource::Spool(spool) = &self.source {
            spool.stop().await;
        }
    }

    fn add(&mut self, event: &Held) {
        if self.open.bytes_with(event.json.len()) > self.settings.batch_bytes {
            self.seal();
        }
        if self.open.is_empty() {
            self.deadline = after(self.settings.batch_delay);
        }
        self.open.add(event);
        // A batch is full, too, if the buffer may have no room for it to grow.
        let half = self.settings.buffer_bytes / 2;
        if self.open.len() >= self.settings.batch_events || self.open.size() >= half {
            self.seal();
        }
    }

    fn flush(&mut self, done: oneshot::Sender<()>) {
        self.seal();
        self.flushes.push((self.next, done));
        self.answer_flushes();
    }

    /// Closes the batch that is being filled.
    fn seal(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.open).seal();
        self.pending.insert(self.next);
        self.ready.push_back((self.next, batch));
        self.next += 1;
    }

    /// Sends as many batches as may be in flight.
    fn send(&mut self) {
        for _ in 0..self.free() {
            let Some((number, batch)) = self.ready.pop_front() else { return };
            let task = self.sending.spawn(self.delivery.clone().deliver(batch.clone()));
            self.sent.insert(task.id(), (number, batch));
        }
    }

    /// Counts and reports a finished batch.
    fn finish(&mut self, done: Result<(task::Id, Outcome), JoinError>) {
        let id = done.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Some((number, batch)) = self.sent.remove(&id) else { return };
        let Outcome { mut report, unsent } = match done {
            Ok((_, outcome)) => outcome,
            Err(_) => Outcome::failed(&batch, Error::of(&EVENTS_INGEST, ErrorKind::Panic, "panicked")),
        };
        self.pending.remove(&number);
        let left: Vec<u64> = unsent.iter().flat_map(Batch::keys).collect();
        report.events -= left.len();
        self.unsent.extend(unsent.iter().flat_map(|part| part.events().collect::<Vec<_>>()));
        let failed = report.failed.as_ref().map_or(0, |failed| failed.events.len());
        let unconfirmed = report.unconfirmed.as_ref().map_or(0, |unconfirmed| unconfirmed.events.len());
        self.shared.totals().add(&report);
        match &self.source {
            EventSource::Memory => self.shared.room.add_permits(batch.size()),
            #[cfg(feature = "spool")]
            EventSource::Spool(spool) => {
                let left: HashSet<u64> = left.into_iter().collect();
                spool.remove(batch.keys().filter(|key| !left.contains(key)).collect(), batch.size());
            }
        }

        if failed > 0 || unconfirmed > 0 || !report.rejected.is_empty() {
            warn!(failed, unconfirmed, rejected = report.rejected.len(), "events were not taken");
        } else {
            debug!(inserted = report.inserted, duplicates = report.duplicates, "events were taken");
        }
        if report.events > 0
            && let Some(on_report) = &mut self.on_report
            && catch_unwind(AssertUnwindSafe(|| on_report(report))).is_err()
        {
            warn!("the function for reports panicked");
        }
        self.answer_flushes();
    }

    fn answer_flushes(&mut self) {
        let done = self.pending.first().copied().unwrap_or(self.next);
        for (_, waiting) in self.flushes.extract_if(.., |(number, _)| *number <= done) {
            // The caller may have stopped waiting.
            let _ = waiting.send(());
        }
    }
}

/// Wakes callers that wait for room, even if the runtime stops or the worker panics, and returns the events that are
/// left.
impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.room.close();
        self.delivery.health.end_pause();
        if !matches!(self.source, EventSource::Memory) {
            return;
        }
        self.seal();
        let mut sent: Vec<_> = self.sent.drain().map(|(_, batch)| batch).chain(self.ready.drain(..)).collect();
        sent.sort_by_key(|(number, _)| *number);
        self.unsent.extend(sent.iter().flat_map(|(_, batch)| batch.events()));
        self.messages.close();
        let received = self.received.drain(..).chain(std::iter::from_fn(|| self.messages.try_recv().ok()));
        self.unsent.extend(received.filter_map(|message| match message {
            Message::Event(event) => Some(ReturnedEvent::new(event.json)),
            Message::Flush(_) => None,
        }));
        self.shared.unsent().append(&mut self.unsent);
    }
}
