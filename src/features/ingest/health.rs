use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::{MutexGuard, watch};
use tracing::warn;

use super::settings::OnPause;
use crate::calls::error::Error;

/// What the deliveries of an ingestor know of each other.
///
/// While one of them is refused for a reason that is not known to lie in its events, sending is paused: each takes
/// turns with a probe. Whatever succeeds ends the pause. Deliveries that fail again and again are suspects, which take
/// turns as well and do not count among those that are sent at the same time.
pub(super) struct Health {
    is_paused: AtomicBool,
    on_pause: Mutex<Option<OnPause>>,
    turn: tokio::sync::Mutex<()>,
    /// How many requests the server has answered as it should.
    successes: watch::Sender<u64>,
    suspects: watch::Sender<usize>,
}

/// Counts a delivery as a suspect until dropped.
pub(super) struct Suspicion<'a>(&'a Health);

impl Health {
    pub fn new(on_pause: Option<OnPause>) -> Self {
        Self {
            is_paused: AtomicBool::new(false),
            on_pause: Mutex::new(on_pause),
            turn: tokio::sync::Mutex::default(),
            successes: watch::Sender::new(0),
            suspects: watch::Sender::new(0),
        }
    }

    pub fn is_paused(&self) -> bool {
        self.is_paused.load(Ordering::Relaxed)
    }

    /// Begins a pause and reports it, unless it has begun already.
    pub fn pause(&self, error: &Error) {
        if self.is_paused.swap(true, Ordering::Relaxed) {
            return;
        }
        let status = error.status().map(|status| status.as_u16());
        warn!(failure = error.kind().as_str(), status, "the ingestor pauses: events are kept until it is mended");
        let mut on_pause = self.on_pause.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(on_pause) = &mut *on_pause
            && catch_unwind(AssertUnwindSafe(|| on_pause(error))).is_err()
        {
            warn!("the function for pauses panicked");
        }
    }

    pub fn end_pause(&self) {
        self.is_paused.store(false, Ordering::Relaxed);
    }

    /// Waits until it is the turn of whoever calls, which lasts until the guard is dropped.
    pub async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Counts a request that the server answered as it should.
    pub fn succeed(&self) {
        self.end_pause();
        self.successes.send_modify(|count| *count += 1);
    }

    pub fn successes(&self) -> u64 {
        *self.successes.borrow()
    }

    /// Waits until more requests than these have succeeded.
    pub async fn success_after(&self, count: u64) {
        // It cannot fail, since the sender is here.
        let _ = self.successes.subscribe().wait_for(|successes| *successes > count).await;
    }

    pub fn suspect(&self) -> Suspicion<'_> {
        self.suspects.send_modify(|count| *count += 1);
        Suspicion(self)
    }

    pub fn suspects(&self) -> watch::Receiver<usize> {
        self.suspects.subscribe()
    }
}

impl Drop for Suspicion<'_> {
    fn drop(&mut self) {
        self.0.suspects.send_modify(|count| *count -= 1);
    }
}
