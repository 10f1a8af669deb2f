//! Keeping below the API's limits, rather than running into them.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::operation::Operation;

/// A limit on how many requests a client sends. Clones share it, and so do clients that are given the same one.
///
/// A request that would exceed it waits for its turn; waiting counts as part of no timeout.
///
/// ```
/// use polar_client::{Polar, RateLimit};
///
/// let polar = Polar::builder().token("polar_oat_x").rate_limit(RateLimit::production()).build()?;
/// # Ok::<(), polar_client::Error>(())
/// ```
#[derive(Clone)]
pub struct RateLimit {
    all: Arc<DefaultDirectRateLimiter>,
    license_keys: Option<Arc<DefaultDirectRateLimiter>>,
}

impl RateLimit {
    /// The limits of the production environment: 500 requests a minute, and 3 a second to the license key operations
    /// that need no token.
    pub fn production() -> Self {
        Self::environment(500)
    }

    /// The limits of the sandbox: 100 requests a minute, and 3 a second to the license key operations that need no
    /// token.
    pub fn sandbox() -> Self {
        Self::environment(100)
    }

    /// A limit of one's own, for all operations alike.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self { all: limiter(Quota::per_minute(requests)), license_keys: None }
    }

    fn environment(requests: u32) -> Self {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let license_keys = Quota::per_second(number(3));
        Self { license_keys: Some(limiter(license_keys)), ..Self::per_minute(number(requests)) }
    }

    /// Waits for the turn of one request.
    pub(crate) async fn wait(&self, operation: &Operation) {
        let is_license_key = operation.credential().is_none() && operation.path().contains("/license-keys/");
        if let Some(limiter) = self.license_keys.as_ref().filter(|_| is_license_key) {
            turn(limiter).await;
        }
        turn(&self.all).await;
    }
}

fn limiter(quota: Quota) -> Arc<DefaultDirectRateLimiter> {
    Arc::new(RateLimiter::direct(quota))
}

async fn turn(limiter: &DefaultDirectRateLimiter) {
    let clock = DefaultClock::default();
    while let Err(early) = limiter.check() {
        tokio::time::sleep(early.wait_time_from(clock.now())).await;
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit").finish_non_exhaustive()
    }
}
