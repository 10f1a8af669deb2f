use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::{MutexGuard, watch};
use tracing::warn;

use super::settings::OnPause;
use crate::calls::error::Error;

/// State that the deliveries of an ingestor share.
///
/// While requests fail for a reason that is not known to be caused by their events, sending is paused, and deliveries
/// take turns to probe the server. Any success ends the pause. Deliveries that keep failing are suspects: they take
/// turns, too, and do not count towards the limit of concurrent batches.
pub(super) struct Health {
    is_paused: AtomicBool,
    on_pause: Mutex<Option<OnPause>>,
    turn: tokio::sync::Mutex<()>,
    /// The number of successful requests.
    successes: watch::Sender<u64>,
    suspects: watch::Sender<usize>,
}

/// Counts a delivery as a suspect until it is dropped.
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

    /// Starts a pause and reports it, unless already paused.
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

    /// Waits for the caller's turn, which lasts until the guard is dropped.
    pub async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Counts a successful request.
    pub fn succeed(&self) {
        self.end_pause();
        self.successes.send_modify(|count| *count += 1);
    }

    pub fn successes(&self) -> u64 {
        *self.successes.borrow()
    }

    /// Waits until the number of successful requests exceeds `count`.
    pub async fn success_after(&self, count: u64) {
        // Cannot fail, since `self` owns the sender.
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
