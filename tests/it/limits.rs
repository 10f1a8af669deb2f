//! Client-side rate limits.

use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::Duration;
use support::ID;

use polar_client::middleware::{AttemptFuture, Middleware, Next};
use polar_client::types::*;
use polar_client::{Error, Polar, RateLimit, RetryPolicy};
use polar_loopback::{Limits, Reply, Server};
use tokio::time::Instant;

fn server() -> Server {
    Server::start(|_| Reply::new(204)).expect("a server")
}

fn client(server: &Server, limit: RateLimit) -> Polar {
    let builder = Polar::builder().token("polar_oat_x").rate_limit(limit);
    builder.base_url(&server.url()).expect("a URL").build().expect("a client")
}

fn per_minute(requests: u32) -> RateLimit {
    RateLimit::per_minute(NonZeroU32::new(requests).expect("more than none"))
}

async fn send(polar: &Polar) {
    polar.customers().delete(ID.into()).await.expect("no answer is needed");
}

/// Returns true if a call is still waiting after a while.
async fn is_held(polar: &Polar) -> bool {
    tokio::time::timeout(Duration::from_millis(200), send(polar)).await.is_err()
}

#[tokio::test]
async fn clones_and_clients_share_a_limit() {
    let server = server();
    // The seventh request has to wait for a minute.
    let limit = per_minute(6);
    let first = client(&server, limit.clone());
    let (clone, second) = (first.clone(), client(&server, limit));
    for _ in 0..2 {
        send(&first).await;
        send(&clone).await;
        send(&second).await;
    }
    assert!(is_held(&first).await && is_held(&clone).await && is_held(&second).await);
    // A call that was dropped while waiting was not sent.
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn separate_limits_are_independent() {
    let server = server();
    let (first, second) = (client(&server, per_minute(1)), client(&server, per_minute(1)));
    send(&first).await;
    send(&second).await;
    assert!(is_held(&first).await);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn every_attempt_counts() {
    let server = Server::start(|_| Reply::new(503)).expect("a server");
    let retry = RetryPolicy::default().first_delay(Duration::from_millis(1)).jitter(false);
    let builder = Polar::builder().token("polar_oat_x").rate_limit(per_minute(2)).retry(retry);
    let polar = builder.base_url(&server.url()).expect("a URL").build().expect("a client");
    assert!(is_held(&polar).await);
    assert_eq!(server.requests().len(), 2);
}

/// A middleware that passes the current time to the server, and stops the paused clock during requests.
struct Clock {
    start: Instant,
    /// How late the first request arrives.
    late: Mutex<Duration>,
}

impl Middleware for Clock {
    fn handle<'a>(&'a self, mut request: polar_client::reqwest::Request, next: Next<'a>) -> AttemptFuture<'a> {
        let late = std::mem::take(&mut *self.late.lock().expect("no panic"));
        let now = (self.start.elapsed() + late).as_millis().to_string();
        request.headers_mut().insert("x-now", now.parse().expect("a header"));
        Box::pin(async move {
            // The clock advances when all tasks are idle, except during blocking work.
            let (answered, wait) = std::sync::mpsc::channel::<()>();
            let blocking = tokio::task::spawn_blocking(move || wait.recv());
            let outcome = next.run(request).await;
            drop(answered);
            let _ = blocking.await;
            outcome
        })
    }
}

/// The API with its limits, and a client with a limit.
struct World {
    server: Server,
    polar: Polar,
}

impl World {
    fn new(limits: Limits, limit: Option<RateLimit>, late: Duration) -> Self {
        let server = Server::start(move |request| {
            let now = request.header("x-now").expect("a time").parse().expect("a number");
            limits.refusal(request, Duration::from_millis(now)).unwrap_or_else(|| Reply::new(204))
        });
        let server = server.expect("a server");
        let builder = Polar::builder().token("polar_oat_x").retry(RetryPolicy::none());
        let builder = builder.middleware(Clock { start: Instant::now(), late: Mutex::new(late) });
        let builder = builder.base_url(&server.url()).expect("a URL");
        let builder = match limit {
            Some(limit) => builder.rate_limit(limit),
            None => builder,
        };
        Self { server, polar: builder.build().expect("a client") }
    }

    /// Makes calls one after another, and returns the number that were rejected.
    async fn refused(&self, calls: usize) -> usize {
        let mut refused = 0;
        for _ in 0..calls {
            refused += count(self.polar.customers().delete(ID.into()).await);
        }
        refused
    }

    async fn refused_deactivations(&self, calls: usize, pause: Duration) -> usize {
        let mut refused = 0;
        for _ in 0..calls {
            refused += count(self.deactivate().await);
            tokio::time::sleep(pause).await;
        }
        refused
    }

    async fn deactivate(&self) -> Result<(), Error> {
        let keys = self.polar.customer_portal().license_keys();
        keys.deactivate(LicenseKeyDeactivate::new("KEY", ID.into(), ID.into())).await
    }
}

/// Returns 1 if a call was rejected.
fn count(outcome: Result<(), Error>) -> usize {
    match outcome {
        Ok(()) => 0,
        Err(error) => {
            assert!(error.is_rate_limited(), "{error}");
            assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
            assert_eq!(error.response().expect("an answer").body.len(), 0);
            1
        }
    }
}

type Preset = (usize, fn() -> Limits, RateLimit);

fn presets() -> [Preset; 2] {
    [(100, Limits::sandbox, RateLimit::sandbox()), (500, Limits::production, RateLimit::production())]
}

const NO_TIME: Duration = Duration::ZERO;

#[tokio::test(start_paused = true)]
async fn sequential_calls_beyond_the_window_are_not_rejected() {
    for (quota, limits, limit) in presets() {
        assert_eq!(World::new(limits(), None, NO_TIME).refused(quota + 25).await, 25);

        let world = World::new(limits(), Some(limit), NO_TIME);
        let begin = Instant::now();
        assert_eq!(world.refused(quota).await, 0);
        assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
        assert_eq!(world.refused(25).await, 0);
        assert_eq!(begin.elapsed().as_secs(), 61);
        assert_eq!(world.server.requests().len(), quota + 25);
    }
}

#[tokio::test(start_paused = true)]
async fn no_call_is_refused_wherever_a_window_of_the_server_begins() {
    for pause in [0, 1, 30, 59, 60, 61, 90, 120] {
        for first in [1, 60, 100] {
            let world = World::new(Limits::sandbox(), Some(RateLimit::sandbox()), NO_TIME);
            assert_eq!(world.refused(first).await, 0);
            tokio::time::sleep(Duration::from_secs(pause)).await;
            assert_eq!(world.refused(205).await, 0, "{first}, {pause} seconds, 205");
        }
    }
    // The first request opens the connection.
    let world = World::new(Limits::sandbox(), Some(RateLimit::sandbox()), Duration::from_millis(900));
    assert_eq!(world.refused(205).await, 0);
}

#[tokio::test(start_paused = true)]
async fn no_call_is_refused_of_many_at_once() {
    let world = World::new(Limits::sandbox(), Some(RateLimit::sandbox()), NO_TIME);
    let calls = (0..250).map(|_| world.refused(1));
    let refused: Vec<usize> = futures_util::future::join_all(calls).await;
    assert_eq!(refused.iter().sum::<usize>(), 0);
    assert_eq!(world.server.requests().len(), 250);
}

#[tokio::test(start_paused = true)]
async fn license_key_operations_without_a_token_have_a_separate_limit() {
    for (_, limits, limit) in presets() {
        let world = World::new(limits(), None, NO_TIME);
        // The fourth request is rejected, and all others in the next minute.
        assert_eq!(world.refused_deactivations(10, NO_TIME).await, 7);
        tokio::time::sleep(Duration::from_secs(59)).await;
        assert_eq!(world.refused_deactivations(1, NO_TIME).await, 1);

        for (pause, late) in [(0, 0), (0, 900), (300, 0), (700, 0), (1000, 900)]
            .map(|(pause, late)| (Duration::from_millis(pause), Duration::from_millis(late)))
        {
            let world = World::new(limits(), Some(limit.clone()), late);
            let begin = Instant::now();
            assert_eq!(world.refused_deactivations(10, pause).await, 0);
            assert!(begin.elapsed() >= Duration::from_secs(6), "{:?}", begin.elapsed());
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn license_key_limit_applies_after_waiting_for_the_other_limit() {
    let world = World::new(Limits::sandbox(), Some(RateLimit::sandbox()), NO_TIME);
    assert_eq!(world.refused(100).await, 0);
    let calls = (0..7).map(|_| world.refused_deactivations(1, NO_TIME));
    assert_eq!(futures_util::future::join_all(calls).await, [0; 7]);
    assert_eq!(world.server.requests().len(), 107);
}

#[tokio::test]
async fn a_limit_of_ones_own_is_for_all_operations_alike() {
    let server = server();
    let polar = client(&server, per_minute(1));
    send(&polar).await;
    let keys = polar.customer_portal().license_keys();
    let call = keys.deactivate(LicenseKeyDeactivate::new("KEY", ID.into(), ID.into()));
    assert!(tokio::time::timeout(Duration::from_millis(200), call.send()).await.is_err());
    assert_eq!(server.requests().len(), 1);
}
