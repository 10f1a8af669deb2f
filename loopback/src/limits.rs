//! The rate limits of the API.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::{Reply, Request};

/// Counts requests like the API, and rejects those above its limits.
///
/// The API counts in fixed windows. A window begins with the first request after the end of the previous one, and
/// admits a number of requests, however they are spread. Rejected requests receive 429 with `Retry-After: 60` and no
/// body.
///
/// | requests | limit |
/// | --- | --- |
/// | in production | 500 in a minute |
/// | in the sandbox | 100 in a minute |
/// | in either, to `/license-keys/` without a token | also 3 in a second; the fourth and all others in the next minute are refused |
///
/// ```
/// use std::time::Instant;
/// use polar_loopback::{Limits, Reply, Server};
///
/// let (limits, start) = (Limits::sandbox(), Instant::now());
/// let server = Server::start(move |request| {
///     limits.refusal(request, start.elapsed()).unwrap_or_else(|| Reply::new(204))
/// })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Limits(Mutex<Windows>);

#[derive(Debug)]
struct Windows {
    all: Window,
    license_keys: Window,
}

impl Limits {
    /// Creates the limits of the production environment.
    pub fn production() -> Limits {
        Limits::per_minute(500)
    }

    /// Creates the limits of the sandbox.
    pub fn sandbox() -> Limits {
        Limits::per_minute(100)
    }

    fn per_minute(requests: u32) -> Limits {
        let all = Window::new(requests, Duration::from_secs(60), Duration::ZERO);
        let license_keys = Window::new(3, Duration::from_secs(1), Duration::from_secs(60));
        Limits(Mutex::new(Windows { all, license_keys }))
    }

    /// Counts a request that arrives at `now`, measured from an arbitrary but fixed moment. Returns the rejection if it
    /// exceeds a limit.
    ///
    /// The time is an argument so that tests need not wait for minutes.
    pub fn refusal(&self, request: &Request, now: Duration) -> Option<Reply> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_license_key = request.path.contains("/license-keys/") && request.header("authorization").is_none();
        let is_taken = (!is_license_key || windows.license_keys.takes(now)) && windows.all.takes(now);
        (!is_taken).then(|| Reply::new(429).header("retry-after", "60"))
    }
}

#[derive(Debug)]
struct Window {
    limit: u32,
    length: Duration,
    /// How long all requests are rejected after the limit was exceeded.
    block: Duration,
    ends: Duration,
    count: u32,
    blocked_until: Duration,
}

impl Window {
    fn new(limit: u32, length: Duration, block: Duration) -> Window {
        Window { limit, length, block, ends: Duration::ZERO, count: 0, blocked_until: Duration::ZERO }
    }

    fn takes(&mut self, now: Duration) -> bool {
        if now < self.blocked_until {
            return false;
        }
        if now >= self.ends {
            (self.ends, self.count) = (now + self.length, 0);
        }
        self.count += 1;
        let takes = self.count <= self.limit;
        if !takes {
            self.blocked_until = now + self.block;
        }
        takes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns true for each request, by its time in milliseconds, that is admitted.
    fn taken(mut window: Window, times: &[u64]) -> Vec<bool> {
        times.iter().map(|time| window.takes(Duration::from_millis(*time))).collect()
    }

    #[test]
    fn a_window_begins_with_its_first_request_and_is_fixed() {
        let window = || Window::new(2, Duration::from_secs(1), Duration::ZERO);
        assert_eq!(taken(window(), &[500, 1400, 1499, 1500, 1501, 1502]), [true, true, false, true, true, false]);
        assert_eq!(taken(window(), &[0, 999, 1000, 1001, 1999, 5000]), [true, true, true, true, false, true]);
    }

    #[test]
    fn one_too_many_blocks_those_that_follow() {
        let window = Window::new(1, Duration::from_secs(1), Duration::from_secs(60));
        assert_eq!(taken(window, &[0, 999, 1000, 60_998, 60_999]), [true, false, false, false, true]);
    }
}
