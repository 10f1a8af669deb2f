//! Keeping below the API's limits, rather than running into them.

use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep_until};

use super::operation::Operation;

/// How much longer a window is than on the server. The server counts a request when it arrives, and the first one on a
/// connection takes longer to arrive than those that follow.
const MARGIN: Duration = Duration::from_secs(1);

/// A limit on how many requests a client sends. Clones share it, and so do clients that are given the same one.
///
/// A request that would exceed it waits for its turn, in the order in which requests come; waiting counts as part of no
/// timeout. Every attempt of a call is a request.
///
/// The API counts in windows of a minute, each of which begins with a first request. A client cannot know when that was, so
/// it sends no more requests than the limit within any 61 seconds. The limit can be used up at once; the next request then
/// waits for about a minute.
///
/// ```
/// use polar_client::{Polar, RateLimit};
///
/// let polar = Polar::builder().token("polar_oat_x").rate_limit(RateLimit::production()).build()?;
/// # Ok::<(), polar_client::Error>(())
/// ```
#[derive(Clone)]
pub struct RateLimit {
    all: Arc<Window>,
    license_keys: Option<Arc<Window>>,
}

impl RateLimit {
    /// The limits of the production environment: 500 requests a minute, and 3 in two seconds to the license key operations
    /// that need no token, of which the API refuses the fourth within a second and all of the next minute.
    pub fn production() -> Self {
        Self::environment(500)
    }

    /// The limits of the sandbox: 100 requests a minute, and 3 in two seconds to the license key operations that need no
    /// token, as in [`production`](Self::production).
    pub fn sandbox() -> Self {
        Self::environment(100)
    }

    /// A limit of one's own, for all operations alike.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self { all: Window::shared(requests.get(), Duration::from_secs(60)), license_keys: None }
    }

    fn environment(requests: u32) -> Self {
        let all = Window::shared(requests, Duration::from_secs(60));
        Self { all, license_keys: Some(Window::shared(3, Duration::from_secs(1))) }
    }

    /// Waits for the turn of one request.
    pub(crate) async fn wait(&self, operation: &Operation) {
        let is_license_key = operation.credential().is_none() && operation.path().contains("/license-keys/");
        let license_keys = match self.license_keys.as_ref().filter(|_| is_license_key) {
            Some(window) => Some(window.room().await),
            None => None,
        };
        let mut all = self.all.room().await;
        // It counts in both when it is sent, however long it waited for one of them.
        let now = Instant::now();
        all.push_back(now);
        if let Some(mut license_keys) = license_keys {
            license_keys.push_back(now);
        }
    }
}

/// So many requests within any period of this length.
struct Window {
    requests: usize,
    length: Duration,
    /// When requests of the last period were sent, at most as many as it takes.
    sent: Mutex<VecDeque<Instant>>,
}

impl Window {
    fn shared(requests: u32, length: Duration) -> Arc<Self> {
        Arc::new(Self { requests: requests as usize, length: length + MARGIN, sent: Mutex::default() })
    }

    /// Waits until one more request can be sent, and returns where it is to be noted. Other requests wait for that in the
    /// order in which they came.
    async fn room(&self) -> MutexGuard<'_, VecDeque<Instant>> {
        let mut sent = self.sent.lock().await;
        if let Some(first) = sent.front().filter(|_| sent.len() >= self.requests) {
            sleep_until(*first + self.length).await;
        }
        let now = Instant::now();
        while sent.front().is_some_and(|first| *first + self.length <= now) {
            sent.pop_front();
        }
        sent
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit").finish_non_exhaustive()
    }
}
