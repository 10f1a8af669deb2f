//! The limits of the API on how many requests it takes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::{Reply, Request};

/// Counts requests as the API does, and refuses those above its limits.
///
/// The API counts in fixed windows: one begins with the first request after the end of the last one, and holds so many
/// requests, however they are spread. What is refused is answered 429 with `Retry-After: 60` and no body.
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
    /// Those of the production environment.
    pub fn production() -> Limits {
        Limits::per_minute(500)
    }

    /// Those of the sandbox.
    pub fn sandbox() -> Limits {
        Limits::per_minute(100)
    }

    fn per_minute(requests: u32) -> Limits {
        let all = Window::new(requests, Duration::from_secs(60), Duration::ZERO);
        let license_keys = Window::new(3, Duration::from_secs(1), Duration::from_secs(60));
        Limits(Mutex::new(Windows { all, license_keys }))
    }

    /// Counts a request that arrives at some time since any moment, always the same; the refusal if it is one too many.
    ///
    /// The time is given so that tests need not wait for minutes.
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
    /// For how long everything is refused after one request too many.
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

    /// Which of the requests at these milliseconds are taken.
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
