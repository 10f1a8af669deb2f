//! When a failed attempt is tried again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::{Method, StatusCode};

use super::error::{Error, ErrorKind};
use super::operation::Operation;

/// When, how often and after how long a failed attempt is tried again.
///
/// The default is safe with money. What can be sent twice without harm (GET, PUT, DELETE) is tried again when the
/// connection fails and when the server answers 429, 500, 502, 503 or 504. What cannot (POST, PATCH) is tried again
/// only when the server provably did not process it: the connection was never made, or the answer is 429. A call that
/// is [marked as idempotent](crate::Call::idempotent) counts among the former.
///
/// The header `Retry-After` is honoured, in seconds or as a date: the next attempt waits for at least that long, unless
/// the total time would run out, in which case the error is returned at once.
///
/// A [timeout](crate::Call::timeout) is final, unless it passed before there was a connection.
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
    /// At most 4 attempts within 90 seconds, after half a second, one and two, with jitter. This waits out one window of the
    /// API's rate limit, which is a minute.
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
    /// One attempt, whatever comes of it.
    pub fn none() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// How many attempts there are, the first included.
    #[must_use]
    pub fn attempts(mut self, attempts: usize) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How long to wait before the second attempt.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// How long to wait at most, unless the server asks for more.
    #[must_use]
    pub fn longest_delay(mut self, delay: Duration) -> Self {
        self.longest_delay = delay;
        self
    }

    /// How much longer each wait is than the one before; at least 1.
    #[must_use]
    pub fn factor(mut self, factor: f32) -> Self {
        self.factor = factor.max(1.0);
        self
    }

    /// Whether a random part of up to the same length is added to each wait, so that clients do not come back all at
    /// once.
    #[must_use]
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// How long all attempts and waits may take. No wait begins that would end later, and an attempt after the first one is cut
    /// when the time is up. The first one has the [timeout](crate::Call::timeout) alone.
    #[must_use]
    pub fn total_time(mut self, time: Duration) -> Self {
        self.total_time = time;
        self
    }

    /// Which statuses are tried again, instead of 429, 500, 502, 503 and 504. Those other than 429 are, for calls that
    /// can be sent twice.
    #[must_use]
    pub fn statuses(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
        self.statuses = statuses.into_iter().collect();
        self
    }

    /// Whether failures of the connection are tried again.
    #[must_use]
    pub fn connection_failures(mut self, retry: bool) -> Self {
        self.connection_failures = retry;
        self
    }

    /// The waits between attempts.
    pub(crate) fn delays(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        // The random part comes on top, and is cut off.
        let longest = self.longest_delay;
        self.schedule().map(move |delay| delay.min(longest))
    }

    /// The waits between attempts of the ingestor, which go on for hours. Half of each is random, also of the longest,
    /// so that programs that lost the same server do not come back all at once.
    #[cfg(feature = "ingestion")]
    pub(crate) fn spread_delays(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        // What is random is up to as long as the rest.
        let part = if self.jitter { 2 } else { 1 };
        Self { first_delay: self.first_delay / part, longest_delay: self.longest_delay / part, ..self.clone() }
            .schedule()
    }

    fn schedule(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        // A longer wait than a century is none, and what is added to it must not overflow.
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

    /// Whether a wait may end this long after the first attempt began.
    #[cfg(feature = "ingestion")]
    pub(crate) fn allows(&self, spent: Duration) -> bool {
        spent <= self.total_time
    }

    /// Returns how much of the total time is left.
    pub(crate) fn time_left(&self, spent: Duration) -> Duration {
        self.total_time.saturating_sub(spent)
    }

    /// Returns how long to wait before the next attempt, given the schedule's next wait and the time spent so far;
    /// `None` to give up.
    ///
    /// `idempotent` says that the request can be sent twice without harm.
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
        // A server may ask for more seconds than there can be.
        spent.checked_add(wait).is_some_and(|end| end <= self.total_time).then_some(wait)
    }
}

/// How an attempt failed, as far as retries are concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Failure {
    /// The server answered with a status other than a success.
    Refused {
        status: StatusCode,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// There was no connection, so no request was sent.
    NotConnected,
    /// The request may have arrived, and no whole answer came.
    Interrupted,
    /// Another attempt would fail as well, or must not be made.
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

/// Whether sending an operation twice does the same as sending it once
/// ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#name-idempotent-methods)).
pub(crate) fn is_idempotent(operation: &Operation) -> bool {
    [Method::GET, Method::PUT, Method::DELETE].iter().any(|method| method.as_str() == operation.method())
}

#[cfg(all(test, feature = "ingestion"))]
mod tests {
    use super::*;

    #[test]
    fn half_of_each_wait_of_the_ingestor_is_random_also_of_the_longest() {
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
