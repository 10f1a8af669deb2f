//! Client-side rate limiting.

use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep_until};

use super::operation::Operation;

/// Extra length of a window compared to the server's. The server counts a request when it arrives, and the first
/// request on a connection takes longer to arrive than those after it.
const MARGIN: Duration = Duration::from_secs(1);

/// A limit on the rate of requests. Clones share the limit, and so do clients that are built with the same one.
///
/// Requests that would exceed the limit wait in the order in which they are made. Time spent waiting does not count
/// towards any timeout. Every attempt of a call counts as a request.
///
/// The API counts requests in windows of one minute, each of which begins with its first request. Since a client cannot
/// know when that was, it sends no more than the limit within any 61 seconds. The limit can be used up in one burst,
/// after which the next request waits for about a minute.
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
    /// Returns the limits of the production environment: 500 requests per minute. The license key operations that need
    /// no token are limited to 3 requests in two seconds; the API rejects the fourth within a second, and all others in
    /// the next minute.
    pub fn production() -> Self {
        Self::environment(500)
    }

    /// Returns the limits of the sandbox: 100 requests per minute. The license key operations that need no token are
    /// limited as in [`production`](Self::production).
    pub fn sandbox() -> Self {
        Self::environment(100)
    }

    /// Creates a custom limit for all operations.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self { all: Window::shared(requests.get(), Duration::from_secs(60)), license_keys: None }
    }

    fn environment(requests: u32) -> Self {
        let all = Window::shared(requests, Duration::from_secs(60));
        Self { all, license_keys: Some(Window::shared(3, Duration::from_secs(1))) }
    }

    /// Waits until a request may be sent.
    pub(crate) async fn wait(&self, operation: &Operation) {
        let is_license_key = operation.credential().is_none() && operation.path().contains("/license-keys/");
        let license_keys = match self.license_keys.as_ref().filter(|_| is_license_key) {
            Some(window) => Some(window.room().await),
            None => None,
        };
        let mut all = self.all.room().await;
        // Record the time of sending in both windows, after waiting for both.
        let now = Instant::now();
        all.push_back(now);
        if let Some(mut license_keys) = license_keys {
            license_keys.push_back(now);
        }
    }
}

/// A sliding window that admits a number of requests.
struct Window {
    requests: usize,
    length: Duration,
    /// When the requests of the last window were sent. At most `requests` are kept.
    sent: Mutex<VecDeque<Instant>>,
}

impl Window {
    fn shared(requests: u32, length: Duration) -> Arc<Self> {
        Arc::new(Self { requests: requests as usize, length: length + MARGIN, sent: Mutex::default() })
    }

    /// Waits until another request is allowed, and returns the list in which to record it. Others wait for the lock in
    /// order.
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
