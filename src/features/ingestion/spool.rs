//! Stores events in a file from when they are pushed until the server has stored them.
//!
//! A thread owns the file. Commands that are waiting are combined in one commit, so that many pushes share one sync.
//! After the commit, the thread passes events to the worker in order, as many as fit in the buffer in memory; the
//! others are read from the file when there is room.

mod backend;
mod store;

use std::collections::VecDeque;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use store::Store;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tracing::warn;

use super::batch::Held;
use super::event::ReturnedEvent;
use super::push_error::{PushError, Reason};
use super::settings::OVERHEAD;
use super::shared::{Message, Shared};
use super::spool_error::SpoolError;
use crate::calls::error::causes;

/// The interval between retries.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// The number of bytes of events per commit, and per read before other commands are processed.
const MAX_CHUNK: usize = 4 * 1024 * 1024;

/// Returns the maximum space that an event takes in the file, given the length of its JSON. Pages of the store are not
/// full, and some are reserved for the next commits.
pub(super) fn size_on_disk(json: usize) -> usize {
    2 * (json + OVERHEAD)
}

/// Returns the size of an event in the buffer, given the length of its JSON; at most that of the whole buffer.
fn size_in_memory(json: usize, buffer: usize) -> usize {
    (json + OVERHEAD).min(buffer)
}

/// A handle to the thread that owns the file.
#[derive(Clone)]
pub(super) struct Spool(Sender<Command>);

/// The spool as used by ingestor handles. When they are dropped, no more events are pushed.
pub(super) struct Pushing(Spool);

impl Drop for Pushing {
    fn drop(&mut self) {
        self.0.close();
    }
}

enum Command {
    Add(Push),
    Remove {
        keys: Vec<u64>,
        /// The number of bytes freed in memory.
        memory: usize,
    },
    Flush(oneshot::Sender<()>),
    Close,
    Stop(oneshot::Sender<()>),
}

/// Events that are pushed together, and the caller that waits for them.
struct Push {
    events: Vec<Box<[u8]>>,
    reply: Option<Reply>,
}

enum Reply {
    Task(oneshot::Sender<Result<(), PushError>>),
    Thread(Sender<Result<(), PushError>>),
}

impl Push {
    /// Sends a successful reply and returns the events.
    fn acknowledge(mut self) -> Vec<Box<[u8]>> {
        self.answer(Ok(()));
        std::mem::take(&mut self.events)
    }

    fn refuse(&mut self, reason: Reason) {
        let events = std::mem::take(&mut self.events);
        self.answer(Err(PushError::new(reason, events)));
    }

    fn answer(&mut self, result: Result<(), PushError>) {
        // The caller may have stopped waiting.
        match self.reply.take() {
            Some(Reply::Task(reply)) => drop(reply.send(result)),
            Some(Reply::Thread(reply)) => drop(reply.send(result)),
            None => {}
        }
    }
}

/// Returns the events to the caller if the thread has exited without a reply.
impl Drop for Push {
    fn drop(&mut self) {
        if self.reply.is_some() {
            self.refuse(Reason::Closed);
        }
    }
}

impl Pushing {
    /// Adds events, for which room was reserved, and waits until they are on disk.
    pub async fn add(&self, events: Vec<Box<[u8]>>) -> Result<(), PushError> {
        let (reply, result) = oneshot::channel();
        // If the thread has exited, the command is dropped, which sends the reply.
        let _ = self.0.0.send(Command::Add(Push { events, reply: Some(Reply::Task(reply)) }));
        result.await.unwrap_or_else(|_| Err(PushError::new(Reason::Closed, [])))
    }

    /// Adds events and blocks until they are on disk.
    pub fn add_blocking(&self, events: Vec<Box<[u8]>>) -> Result<(), PushError> {
        let (reply, result) = mpsc::channel();
        let _ = self.0.0.send(Command::Add(Push { events, reply: Some(Reply::Thread(reply)) }));
        result.recv().unwrap_or_else(|_| Err(PushError::new(Reason::Closed, [])))
    }

    /// Completes `done` when the worker has finished all events added so far.
    pub fn flush(&self, done: oneshot::Sender<()>) {
        // If the thread has exited, so has the worker, and there is nothing to wait for.
        let _ = self.0.0.send(Command::Flush(done));
    }
}

impl Spool {
    /// Opens a file and starts the thread. Reserves room for the events in the file.
    pub fn start(
        path: &Path,
        memory: usize,
        shared: Arc<Shared>,
        worker: UnboundedSender<Message>,
    ) -> Result<(Pushing, Self), SpoolError> {
        let (store, contents) = Store::open(path, |length| shared.size(length) as usize)?;
        shared.totals().recovered = contents.events;
        shared.totals().pending = contents.events;
        let taken = shared.room.forget_permits(contents.size);
        let (sender, commands) = mpsc::channel();
        let keeper = Keeper {
            store,
            shared,
            worker: Some(worker),
            unread: contents.keys,
            memory,
            memory_free: memory,
            removed: Vec::new(),
            doubtful: Vec::new(),
            excess: contents.size - taken,
            flushes: VecDeque::new(),
            is_closed: false,
            must_retry: false,
        };
        let thread = thread::Builder::new().name("polar-spool".to_owned());
        thread.spawn(move || keeper.run(&commands)).map_err(|error| SpoolError::io(path, error))?;
        let spool = Self(sender);
        Ok((Pushing(spool.clone()), spool))
    }

    /// Removes events. `memory` is the number of bytes that this frees in memory.
    pub fn remove(&self, keys: Vec<u64>, memory: usize) {
        let _ = self.0.send(Command::Remove { keys, memory });
    }

    /// Stops accepting events, and closes the channel to the worker after the last one.
    pub fn close(&self) {
        let _ = self.0.send(Command::Close);
    }

    /// Processes all earlier commands, closes the file and stops the thread.
    pub async fn stop(&self) {
        let (done, is_done) = oneshot::channel();
        if self.0.send(Command::Stop(done)).is_ok() {
            let _ = is_done.await;
        }
    }
}

/// The thread that owns the file.
struct Keeper {
    store: Store,
    shared: Arc<Shared>,
    /// The channel to the worker; closed after the last event.
    worker: Option<UnboundedSender<Message>>,
    /// The keys of the events that have not been passed to the worker. The end is the next key to assign.
    unread: Range<u64>,
    /// The size of the buffer in memory, and its free part.
    memory: usize,
    memory_free: usize,
    /// Keys to remove with the next commit.
    removed: Vec<u64>,
    /// Keys of events that were refused because a commit failed, although it may have stored them. They are removed
    /// with the next commit.
    doubtful: Vec<Range<u64>>,
    /// The number of bytes by which the file still exceeds its limit, if it did when it was opened.
    excess: usize,
    /// Flushes that wait until the worker has finished all events before a key.
    flushes: VecDeque<(u64, oneshot::Sender<()>)>,
    is_closed: bool,
    /// True if removing or reading failed.
    must_retry: bool,
}

impl Keeper {
    fn run(mut self, commands: &Receiver<Command>) {
        self.feed();
        let mut stopped = None;
        while stopped.is_none() {
            let first = if self.must_retry {
                match commands.recv_timeout(RETRY_INTERVAL) {
                    Ok(command) => Some(command),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            } else {
                match commands.recv() {
                    Ok(command) => Some(command),
                    Err(mpsc::RecvError) => break,
                }
            };
            self.must_retry = false;
            let (mut pushes, mut flushes) = (Vec::new(), Vec::new());
            let mut bytes = 0;
            let mut next = first;
            while let Some(command) = next {
                match command {
                    Command::Add(push) if self.is_closed => drop(push),
                    Command::Add(push) => {
                        bytes += push.events.iter().map(|event| event.len()).sum::<usize>();
                        pushes.push(push);
                    }
                    Command::Remove { keys, memory } => {
                        self.memory_free += memory;
                        self.removed.extend(keys);
                    }
                    Command::Flush(done) => flushes.push(done),
                    Command::Close => self.is_closed = true,
                    Command::Stop(done) => {
                        stopped = Some(done);
                        break;
                    }
                }
                next = if bytes < MAX_CHUNK { commands.try_recv().ok() } else { None };
            }
            self.commit(pushes);
            self.flushes.extend(flushes.into_iter().map(|done| (self.unread.end, done)));
            self.feed();
        }
        self.give_back();
        self.store.close();
        if let Some(stopped) = stopped {
            let _ = stopped.send(());
        }
    }

    /// Writes pushed events, removes finished ones, and replies.
    fn commit(&mut self, pushes: Vec<Push>) {
        if pushes.is_empty() && self.removed.is_empty() && self.doubtful.is_empty() {
            return;
        }
        let added: Vec<&[u8]> = pushes.iter().flat_map(|push| &push.events).map(|event| &event[..]).collect();
        let first = self.unread.end;
        let result = self.store.commit(first, &added, &self.removed, &self.doubtful).and_then(|lengths| {
            self.forget(lengths);
            // A file that was unlinked is lost when it is closed.
            if added.is_empty() { Ok(()) } else { self.store.check() }
        });
        let Err(error) = result else { return self.acknowledge(pushes) };
        warn!(error = causes(&error), "the spool was not written");
        if !added.is_empty() {
            // They may have been stored nevertheless. Their keys are not reused, so that they can be removed later.
            self.unread.end += added.len() as u64;
            self.doubtful.push(first..self.unread.end);
        }
        for mut push in pushes {
            let room = push.events.iter().map(|event| self.shared.size(event.len()) as usize).sum();
            self.shared.room.add_permits(room);
            push.refuse(Reason::Spool(error.clone()));
        }
        // Removing alone may succeed if the disk is full, and frees space.
        if !self.removed.is_empty() || !self.doubtful.is_empty() {
            match self.store.commit(self.unread.end, &[], &self.removed, &self.doubtful) {
                Ok(lengths) => self.forget(lengths),
                Err(_) => self.must_retry = true,
            }
        }
    }

    /// Returns the events of a file that was unlinked, since they would be lost with it.
    fn give_back(&mut self) {
        let Err(error) = self.store.check() else { return };
        match self.store.read(0..u64::MAX, |_| true) {
            Ok(events) => self.shared.unsent().extend(events.into_iter().map(|(_, json)| ReturnedEvent::new(json))),
            Err(_) => {
                let pending = self.shared.totals().pending;
                warn!(error = causes(&error), pending, "events are lost with the spool's file");
            }
        }
    }

    /// Releases the room of events that were removed.
    fn forget(&mut self, lengths: Vec<usize>) {
        self.removed.clear();
        self.doubtful.clear();
        let room: usize = lengths.into_iter().map(|length| self.shared.size(length) as usize).sum();
        let paid = room.min(self.excess);
        self.excess -= paid;
        self.shared.room.add_permits(room - paid);
    }

    /// Counts pushes, replies, and passes their events to the worker if it has received all earlier ones.
    fn acknowledge(&mut self, pushes: Vec<Push>) {
        for push in pushes {
            let count = push.events.len() as u64;
            let mut totals = self.shared.totals();
            totals.pushed += count;
            totals.pending += count;
            drop(totals);
            for json in push.acknowledge() {
                let key = self.unread.end;
                self.unread.end += 1;
                if self.unread.start == key && size_in_memory(json.len(), self.memory) <= self.memory_free {
                    self.hand_over(key, json);
                }
            }
        }
    }

    /// Reads events from the file until the buffer in memory is full.
    fn feed(&mut self) {
        // Doubtful events were refused, so they are not sent.
        let is_certain = |keeper: &Self, key| keeper.doubtful.iter().all(|keys| key < keys.start);
        while !self.unread.is_empty() && self.memory_free > 0 && is_certain(self, self.unread.start) {
            let end = self.doubtful.first().map_or(self.unread.end, |keys| keys.start);
            let (memory, mut free, mut read, mut is_full) = (self.memory, self.memory_free, 0, false);
            let takes = |length: usize| {
                let size = size_in_memory(length, memory);
                let fits = size <= free && read < MAX_CHUNK;
                if fits {
                    free -= size;
                    read += length;
                }
                is_full |= !fits;
                fits
            };
            let events = match self.store.read(self.unread.start..end, takes) {
                Ok(events) => events,
                Err(error) => {
                    warn!(error = causes(&error), "the spool was not read");
                    self.must_retry = true;
                    return;
                }
            };
            if events.is_empty() {
                if is_full {
                    break;
                }
                // Skips the keys of refused events.
                self.unread.start = end;
            }
            for (key, json) in events {
                self.hand_over(key, json);
            }
        }
        self.answer_flushes();
        if self.is_closed && self.unread.is_empty() {
            self.worker = None;
        }
    }

    fn hand_over(&mut self, key: u64, json: Box<[u8]>) {
        self.answer_flushes();
        let size = size_in_memory(json.len(), self.memory);
        self.memory_free -= size;
        self.unread.start = key + 1;
        if let Some(worker) = &self.worker {
            // If the worker is gone, the runtime has stopped, and events remain in the file.
            let _ = worker.send(Message::Event(Held { json, size, key }));
        }
    }

    /// Passes flushes on to the worker once it has received the events before them.
    fn answer_flushes(&mut self) {
        while let Some((key, _)) = self.flushes.front()
            && *key <= self.unread.start
            && let Some((_, done)) = self.flushes.pop_front()
        {
            if let Some(worker) = &self.worker {
                let _ = worker.send(Message::Flush(done));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::{Semaphore, mpsc as tokio_mpsc, watch};

    use super::super::event::Ids;
    use super::super::settings::WhenFull;
    use super::backend::faults;
    use super::*;

    const ROOM: usize = 1_000_000;

    fn keeper(path: &Path) -> (Keeper, tokio_mpsc::UnboundedReceiver<Message>) {
        let shared = Arc::new(Shared {
            room: Semaphore::new(ROOM),
            capacity: ROOM,
            size: size_on_disk,
            when_full: WhenFull::Wait,
            ids: Ids::new(),
            totals: Mutex::default(),
            deadline: watch::Sender::new(None),
            unsent: Mutex::default(),
        });
        let (store, contents) = Store::open(path, |length| length).expect("a file");
        let (worker, messages) = tokio_mpsc::unbounded_channel();
        let keeper = Keeper {
            store,
            shared,
            worker: Some(worker),
            unread: contents.keys,
            memory: ROOM,
            memory_free: ROOM,
            removed: Vec::new(),
            doubtful: Vec::new(),
            excess: 0,
            flushes: VecDeque::new(),
            is_closed: false,
            must_retry: false,
        };
        (keeper, messages)
    }

    fn push(keeper: &mut Keeper, events: &[&str]) -> Result<(), PushError> {
        let (reply, result) = mpsc::channel();
        let events: Vec<Box<[u8]>> = events.iter().map(|event| event.as_bytes().into()).collect();
        let room = events.iter().map(|event| keeper.shared.size(event.len())).sum();
        keeper.shared.room.try_acquire_many(room).expect("room").forget();
        keeper.commit(vec![Push { events, reply: Some(Reply::Thread(reply)) }]);
        keeper.feed();
        result.recv().expect("an answer")
    }

    fn handed_over(messages: &mut tokio_mpsc::UnboundedReceiver<Message>) -> Vec<String> {
        let mut events = Vec::new();
        while let Ok(message) = messages.try_recv() {
            if let Message::Event(held) = message {
                events.push(String::from_utf8_lossy(&held.json).into_owned());
            }
        }
        events
    }

    /// Returns the events that a restart finds in a file.
    fn stored(path: &Path) -> Vec<String> {
        let (mut store, _) = Store::open(path, |length| length).expect("a file");
        let events = store.read(0..u64::MAX, |_| true).expect("events");
        store.close();
        events.into_iter().map(|(_, event)| String::from_utf8_lossy(&event).into_owned()).collect()
    }

    #[test]
    fn events_refused_after_a_failed_sync_are_neither_sent_nor_kept() {
        let folder = std::env::temp_dir().join(format!("polar-client-syncs-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        // Fails the commit alone, and then the retries after it, too.
        for syncs in [1, 2, 3, 5] {
            let path = folder.join(format!("{syncs}.redb"));
            let (mut keeper, mut messages) = keeper(&path);
            push(&mut keeper, &["first"]).expect("a push");
            faults::fail_syncs(syncs);
            let refused = push(&mut keeper, &["a", "b", "c"]).expect_err("a sync that fails");
            assert!(refused.spool().is_some() && refused.events().len() == 3, "{refused:?}");
            faults::fail_syncs(0);
            // As the thread does when it wakes up.
            keeper.commit(Vec::new());
            keeper.feed();
            assert!(keeper.doubtful.is_empty());
            push(&mut keeper, &["last"]).expect("a push");
            assert_eq!(handed_over(&mut messages), ["first", "last"], "{syncs} syncs");
            let taken = ["first", "last"].map(|event| size_on_disk(event.len())).iter().sum::<usize>();
            assert_eq!(keeper.shared.room.available_permits(), ROOM - taken);
            assert!(keeper.unread.is_empty());
            keeper.store.close();
            assert_eq!(stored(&path), ["first", "last"], "{syncs} syncs");
        }
        std::fs::remove_dir_all(&folder).expect("a folder that can be removed");
    }
}
