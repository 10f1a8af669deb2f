//! Retry policies.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::{Method, StatusCode};

use super::error::{Error, ErrorKind};
use super::operation::Operation;

/// Configures which failed attempts are retried, how often, and after what delay.
///
/// The default is safe for calls that move money. Idempotent requests (GET, PUT, DELETE) are retried if the connection
/// fails, and if the server responds with 429, 500, 502, 503 or 504. Other requests (POST, PATCH) are retried only if
/// the server has certainly not processed them: no connection was made, or the status is 429. Calls that are [marked as
/// idempotent](crate::Call::idempotent) are retried like a GET.
///
/// The `Retry-After` header is honored, whether it has seconds or a date. If waiting that long would exceed the total
/// time, the error is returned immediately.
///
/// [Timeouts](crate::Call::timeout) are not retried, unless they occur while connecting.
///
/// ```
/// use std::time::Duration;
/// use polar_client::{Polar, RetryPolicy};
///
/// let patient = RetryPolicy::default().attempts(6).total_time(Duration::from_secs(120));
/// let polar = Polar::builder().token("polar_oat_x").retry(patient).build()?;
/// let once = polar.customers().list().retry(RetryPolicy::none());
/// # Ok::<(), polar_client::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    attempts: usize,
    first_delay: Duration,
    longest_delay: Duration,
    factor: f32,
    jitter: bool,
    total_time: Duration,
    statuses: Vec<u16>,
    connection_failures: bool,
}

impl Default for RetryPolicy {
    /// Returns the default policy: up to 4 attempts within 90 seconds, with delays of 0.5, 1 and 2 seconds plus jitter.
    /// It outlasts one window of the API's rate limit, which is a minute.
    fn default() -> Self {
        Self {
            attempts: 4,
            first_delay: Duration::from_millis(500),
            longest_delay: Duration::from_secs(20),
            factor: 2.0,
            jitter: true,
            total_time: Duration::from_secs(90),
            statuses: vec![429, 500, 502, 503, 504],
            connection_failures: true,
        }
    }
}

impl RetryPolicy {
    /// Returns a policy without retries.
    pub fn none() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// Sets the maximum number of attempts, including the first.
    #[must_use]
    pub fn attempts(mut self, attempts: usize) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the delay before the second attempt.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// Sets the maximum delay. The server may ask for more.
    #[must_use]
    pub fn longest_delay(mut self, delay: Duration) -> Self {
        self.longest_delay = delay;
        self
    }

    /// Sets the factor by which the delay grows after each attempt. At least 1.
    #[must_use]
    pub fn factor(mut self, factor: f32) -> Self {
        self.factor = factor.max(1.0);
        self
    }

    /// Sets whether a random delay of up to the same length is added to each delay, so that clients do not retry in
    /// lockstep.
    #[must_use]
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// Sets the maximum time for all attempts and delays together. A delay that would exceed it is not started, and
    /// attempts after the first are aborted when it is over. The first attempt is limited only by the
    /// [timeout](crate::Call::timeout).
    #[must_use]
    pub fn total_time(mut self, time: Duration) -> Self {
        self.total_time = time;
        self
    }

    /// Sets the statuses that are retried, instead of 429, 500, 502, 503 and 504. Except for 429, only idempotent
    /// requests are retried.
    #[must_use]
    pub fn statuses(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
        self.statuses = statuses.into_iter().collect();
        self
    }

    /// Sets whether connection failures are retried.
    #[must_use]
    pub fn connection_failures(mut self, retry: bool) -> Self {
        self.connection_failures = retry;
        self
    }

    /// Returns the delays between attempts.
    pub(crate) fn delays(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        // Jitter may exceed the maximum.
        let longest = self.longest_delay;
        self.schedule().map(move |delay| delay.min(longest))
    }

    /// Returns the delays of the ingestor, which retries for hours. Half of each delay is random, even at the maximum,
    /// so that programs that lose the same server do not retry in lockstep.
    #[cfg(feature = "ingestion")]
    pub(crate) fn spread_delays(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        // Jitter at most doubles a delay, so it starts from half of it.
        let part = if self.jitter { 2 } else { 1 };
        Self { first_delay: self.first_delay / part, longest_delay: self.longest_delay / part, ..self.clone() }
            .schedule()
    }

    fn schedule(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        // Caps the delay at about a century, so that adding jitter cannot overflow.
        let longest = self.longest_delay.min(Duration::from_secs(u32::MAX.into()));
        let builder = ExponentialBuilder::default()
            .with_min_delay(self.first_delay.min(longest))
            .with_max_delay(longest)
            .with_factor(self.factor)
            .with_max_times(self.attempts - 1);
        if self.jitter { builder.with_jitter().build() } else { builder.build() }
    }

    #[cfg(feature = "ingestion")]
    pub(crate) fn longest_wait(&self) -> Duration {
        self.longest_delay
    }

    /// Returns true if a delay may end this long after the first attempt began.
    #[cfg(feature = "ingestion")]
    pub(crate) fn allows(&self, spent: Duration) -> bool {
        spent <= self.total_time
    }

    /// Returns the rest of the total time.
    pub(crate) fn time_left(&self, spent: Duration) -> Duration {
        self.total_time.saturating_sub(spent)
    }

    /// Returns the delay before the next attempt, given the next delay of the schedule and the time spent so far;
    /// `None` to give up.
    ///
    /// `idempotent` is true if the request may safely be sent twice.
    pub(crate) fn wait(
        &self,
        failure: Failure,
        idempotent: bool,
        delay: Option<Duration>,
        spent: Duration,
    ) -> Option<Duration> {
        let (covered, asked) = match failure {
            Failure::Refused { status, retry_after } => {
                let untouched = status == StatusCode::TOO_MANY_REQUESTS;
                (self.statuses.contains(&status.as_u16()) && (idempotent || untouched), retry_after)
            }
            Failure::NotConnected => (self.connection_failures, None),
            Failure::Interrupted => (self.connection_failures && idempotent, None),
            Failure::Final => (false, None),
        };
        let wait = delay.filter(|_| covered)?.max(asked.unwrap_or_default());
        // The server's delay may be too large to add.
        spent.checked_add(wait).is_some_and(|end| end <= self.total_time).then_some(wait)
    }
}

/// The outcome of a failed attempt, for the retry decision.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Failure {
    /// The server responded with an error status.
    Refused {
        status: StatusCode,
        /// The delay that the server asks for.
        retry_after: Option<Duration>,
    },
    /// There was no connection, so no request was sent.
    NotConnected,
    /// The request may have been received, but the response is missing or incomplete.
    Interrupted,
    /// Retrying is pointless or unsafe.
    Final,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        match (error.kind(), error.status()) {
            (ErrorKind::Status, Some(status)) => Self::Refused { status, retry_after: error.retry_after() },
            (ErrorKind::Connection | ErrorKind::Timeout, _) if error.is_connect() => Self::NotConnected,
            (ErrorKind::Connection, _) => Self::Interrupted,
            _ => Self::Final,
        }
    }
}

/// Returns true if the method of an operation is idempotent ([RFC
/// 9110](https://www.rfc-editor.org/rfc/rfc9110#name-idempotent-methods)).
///
/// Annotations in the document do not affect retries.
pub(crate) fn has_idempotent_method(operation: &Operation) -> bool {
    [Method::GET, Method::PUT, Method::DELETE].contains(&operation.method())
}

#[cfg(all(test, feature = "ingestion"))]
mod tests {
    use super::*;

    #[test]
    fn half_of_each_ingestor_delay_is_random() {
        let policy = RetryPolicy::default().attempts(usize::MAX).longest_delay(Duration::from_secs(30));
        let waits: Vec<f64> = policy.spread_delays().take(1000).map(|wait| wait.as_secs_f64()).collect();
        let longest = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0].into_iter().chain(std::iter::repeat(30.0));
        for (wait, longest) in waits.iter().zip(longest) {
            assert!((longest / 2.0..=longest).contains(wait), "{wait} of {longest}");
        }
        let late = &waits[6..];
        assert!(late.iter().any(|wait| *wait < 16.0) && late.iter().any(|wait| *wait > 29.0), "{late:?}");

        let exact = policy.jitter(false).spread_delays();
        assert_eq!(
            exact.take(8).map(|wait| wait.as_millis()).collect::<Vec<_>>(),
            [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]
        );
    }
}
