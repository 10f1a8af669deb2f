#[cfg(feature = "spool")]
use std::collections::HashSet;
use std::collections::{BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tracing::{debug, warn};

use super::batch::{Batch, Held, OpenBatch};
use super::delivery::{Delivery, Outcome};
use super::event::ReturnedEvent;
use super::settings::{OnReport, Settings};
use super::shared::{Message, Shared, after};
#[cfg(feature = "spool")]
use super::spool::Spool;

/// How many messages are received at once, at most.
const AT_ONCE: usize = 256;

/// Where events are held while the worker does not have them, and what is told when it is done with them.
pub(super) enum Source {
    /// In the channel of messages.
    Memory,
    #[cfg(feature = "spool")]
    Spool(Spool),
}

/// Makes batches of events and sends them, until it is shut down or no handle is left.
pub(super) struct Worker {
    delivery: Delivery,
    settings: Settings,
    shared: Arc<Shared>,
    source: Source,
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
    unsent: Vec<ReturnedEvent>,
    /// Dropped last, which tells the handles that all is done.
    _ending: watch::Sender<()>,
}

struct Done {
    number: u64,
    batch: Batch,
    outcome: Outcome,
}

impl Worker {
    pub fn new(
        delivery: Delivery,
        settings: Settings,
        shared: Arc<Shared>,
        source: Source,
        on_report: Option<OnReport>,
        ending: watch::Sender<()>,
    ) -> Self {
        Self {
            delivery,
            settings,
            shared,
            source,
            on_report,
            open: OpenBatch::default(),
            deadline: Instant::now(),
            ready: VecDeque::new(),
            sending: JoinSet::new(),
            next: 0,
            pending: BTreeSet::new(),
            flushes: Vec::new(),
            unsent: Vec::new(),
            _ending: ending,
        }
    }

    pub async fn run(mut self, mut messages: mpsc::UnboundedReceiver<Message>) {
        let stop = self.delivery.stop.clone();
        let mut received = Vec::with_capacity(AT_ONCE);
        let mut is_closing = false;
        let mut has_ended = false;
        loop {
            let free = self.sending.len() < self.settings.in_flight;
            tokio::select! {
                biased;
                Some(Ok(done)) = self.sending.join_next() => self.finish(done),
                () = stop.deadline() => break,
                () = stop.begin(), if !is_closing => {
                    is_closing = true;
                    match &self.source {
                        Source::Memory => messages.close(),
                        // It closes the channel when the worker has all that it holds.
                        #[cfg(feature = "spool")]
                        Source::Spool(spool) => spool.close(),
                    }
                }
                count = messages.recv_many(&mut received, AT_ONCE), if self.ready.is_empty() && !has_ended => {
                    has_ended = count == 0;
                    for message in received.drain(..) {
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
        self.end(messages).await;
    }

    /// Gives back, or leaves in the spool, what was not sent before the deadline.
    async fn end(mut self, mut messages: mpsc::UnboundedReceiver<Message>) {
        self.shared.room.close();
        messages.close();
        // They end at the deadline, too.
        while let Some(Ok(done)) = self.sending.join_next().await {
            self.finish(done);
        }
        match &self.source {
            Source::Memory => {
                self.seal();
                let batches = std::mem::take(&mut self.ready);
                self.unsent.extend(batches.iter().flat_map(|(_, batch)| batch.events()));
                while let Ok(message) = messages.try_recv() {
                    if let Message::Event(event) = message {
                        self.unsent.push(ReturnedEvent::new(event.json));
                    }
                }
                self.shared.unsent().append(&mut self.unsent);
            }
            #[cfg(feature = "spool")]
            Source::Spool(spool) => spool.stop().await,
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
        // Whoever waits for room does not wait for a batch that has no room to grow.
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

    /// Ends the open batch.
    fn seal(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.open).seal();
        self.pending.insert(self.next);
        self.ready.push_back((self.next, batch));
        self.next += 1;
    }

    /// Sends as many batches as may be on their way.
    fn send(&mut self) {
        while self.sending.len() < self.settings.in_flight {
            let Some((number, batch)) = self.ready.pop_front() else { return };
            let delivery = self.delivery.clone();
            self.sending.spawn(async move {
                let outcome = delivery.deliver(batch.clone()).await;
                Done { number, batch, outcome }
            });
        }
    }

    /// Counts and reports a batch that is done with.
    fn finish(&mut self, done: Done) {
        let Done { number, batch, outcome: Outcome { mut report, unsent } } = done;
        self.pending.remove(&number);
        let left: Vec<u64> = unsent.iter().flat_map(Batch::keys).collect();
        report.events -= left.len();
        self.unsent.extend(unsent.iter().flat_map(|part| part.events().collect::<Vec<_>>()));
        let failed = report.failed.as_ref().map_or(0, |failed| failed.events.len());
        let mut totals = self.shared.totals();
        totals.pending -= report.events as u64;
        totals.inserted += report.inserted;
        totals.duplicates += report.duplicates;
        totals.rejected += report.rejected.len() as u64;
        totals.failed += failed as u64;
        drop(totals);
        match &self.source {
            Source::Memory => self.shared.room.add_permits(batch.size()),
            #[cfg(feature = "spool")]
            Source::Spool(spool) => {
                let left: HashSet<u64> = left.into_iter().collect();
                spool.remove(batch.keys().filter(|key| !left.contains(key)).collect(), batch.size());
            }
        }

        if failed > 0 || !report.rejected.is_empty() {
            warn!(failed, rejected = report.rejected.len(), "events were not taken");
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
            // Whoever asked may have stopped waiting.
            let _ = waiting.send(());
        }
    }
}

/// Whoever waits for room learns that there will be none, also if the runtime stops.
impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.room.close();
    }
}
