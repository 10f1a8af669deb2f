use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit, mpsc, oneshot, watch};
use tokio::time::Instant;

use super::batch::Held;
use super::event::{Ids, ReturnedEvent};
use super::push_error::{PushError, Reason};
use super::report::Totals;
use super::settings::WhenFull;

/// State that is shared by handles, worker and spool.
pub(super) struct Shared {
    /// The bytes that are free in the buffer.
    pub room: Semaphore,
    pub capacity: usize,
    /// Returns the size of an event in the buffer, given the length of its JSON.
    pub size: fn(usize) -> usize,
    pub when_full: WhenFull,
    pub ids: Ids,
    pub totals: Mutex<Totals>,
    /// The deadline of the shutdown; `None` until it is requested.
    pub deadline: watch::Sender<Option<Instant>>,
    pub unsent: Mutex<Vec<ReturnedEvent>>,
}

/// A message to the worker, from a handle or the spool.
pub(super) enum Message {
    Event(Held),
    Flush(oneshot::Sender<()>),
}

impl Shared {
    /// Returns the size of an event in the buffer, at most that of the whole buffer.
    pub fn size(&self, json: usize) -> u32 {
        let size = (self.size)(json).min(self.capacity);
        u32::try_from(size).unwrap_or(u32::MAX)
    }

    pub async fn wait_for_room(&self, json: &[u8]) -> Option<SemaphorePermit<'_>> {
        self.room.acquire_many(self.size(json.len())).await.ok()
    }

    /// Passes events to the worker.
    pub fn hold(
        &self,
        messages: &mpsc::UnboundedSender<Message>,
        events: Vec<Box<[u8]>>,
        room: SemaphorePermit<'_>,
    ) -> Result<(), PushError> {
        // Locked while sending, so that no event is finished before it is counted.
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

    pub fn totals(&self) -> MutexGuard<'_, Totals> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn unsent(&self) -> MutexGuard<'_, Vec<ReturnedEvent>> {
        self.unsent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the time after a delay, or one in the distant future if it overflows.
pub(super) fn after(wait: Duration) -> Instant {
    let never = || Instant::now() + Duration::from_secs(30 * 365 * 24 * 60 * 60);
    Instant::now().checked_add(wait).unwrap_or_else(never)
}
