//! Outages that last longer than a call's retries, with accelerated time.

use std::future::Future;
use std::pin::pin;
use std::thread;
use std::time::Duration;

use polar_client::Polar;
use polar_client::ingestion::{Ingestor, Totals};
use polar_client::types::{EventCreateExternalCustomer, EventMetadataInput};
use polar_loopback::{Reply, Request, Server};
use serde_json::json;
use support::event_store::EventStore;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, advance, sleep};

const EVENTS: u64 = 20_000;
const BUFFER: usize = 1024 * 1024;

fn event(number: u64) -> EventCreateExternalCustomer {
    let metadata = EventMetadataInput::new().with("number", i64::try_from(number).expect("a small number"));
    EventCreateExternalCustomer::new("page.rendered", "customer-1").metadata(metadata)
}

/// Runs a future while the paused clock advances a hundred times faster than real time.
async fn on_a_fast_clock<T>(work: impl Future<Output = T>) -> T {
    // A paused clock jumps ahead whenever all tasks are idle, even during a request, but not during blocking work.
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let blocking = spawn_blocking(move || ended.recv().is_ok());
    let mut work = pin!(work);
    loop {
        let tick = async {
            spawn_blocking(|| thread::sleep(Duration::from_millis(1))).await.expect("no panic");
            advance(Duration::from_millis(100)).await;
        };
        tokio::select! {
            biased;
            done = &mut work => {
                drop(end);
                blocking.await.expect("no panic");
                return done;
            }
            () = tick => {}
        }
    }
}

/// Stops the server for some time, and returns the stored events and the totals.
async fn survive(outage: Duration) -> (EventStore, Totals) {
    let store = EventStore::default();
    let start = |address: Option<std::net::SocketAddr>| {
        let store = store.clone();
        let take = move |request: &Request| store.take(request);
        address.map_or_else(|| Server::start(take.clone()), |address| Server::start_at(address, take.clone()))
    };
    let server = start(None).expect("a server");
    let polar = Polar::builder().token("polar_oat_x").base_url(&server.url()).expect("a URL").build();
    let ingestor = polar.expect("a client").events().ingestor().buffer_bytes(BUFFER).batch_events(500);
    let ingestor = ingestor.start().expect("an ingestor");
    let pushing = tokio::spawn(push_all(ingestor.clone()));
    while store.count() < 4000 {
        sleep(Duration::from_millis(100)).await;
    }

    let address = server.address();
    drop(server);
    let begin = Instant::now();
    sleep(outage / 2).await;
    // The buffer is full, and pushes wait.
    let size = serde_json::to_vec(&event(EVENTS).external_id("00000000-0000-7000-8000-000000000000"));
    let most = BUFFER / (size.expect("JSON").len() + 64 - 5);
    let held = ingestor.totals();
    assert!(held.pending > 3000 && held.pending <= most as u64, "{held:?}, at most {most}");
    assert!(held.pushed < EVENTS && !pushing.is_finished(), "{held:?}");
    assert_eq!((held.failed, held.dropped), (0, 0));
    sleep(outage - begin.elapsed()).await;
    assert_eq!(ingestor.totals(), held);

    let server = start(Some(address)).expect("the same address");
    pushing.await.expect("no panic");
    let report = ingestor.shutdown(Duration::from_secs(600)).await;
    assert_eq!(report.unsent, []);
    drop(server);
    (store, report.totals)
}

async fn push_all(ingestor: Ingestor) {
    for number in 0..EVENTS {
        ingestor.push(event(number)).await.expect("it is not shut down");
    }
}

async fn survives(outage: Duration) {
    let (store, totals) = on_a_fast_clock(survive(outage)).await;
    assert!(store.numbers().into_iter().eq(0..EVENTS));
    assert_eq!((totals.pushed, totals.pending, totals.failed, totals.dropped), (EVENTS, 0, 0, 0));
    assert_eq!(totals.inserted + totals.duplicates, EVENTS);
}

#[tokio::test(start_paused = true)]
async fn ten_seconds_without_a_server_lose_no_event() {
    survives(Duration::from_secs(10)).await;
}

#[tokio::test(start_paused = true)]
async fn three_minutes_without_a_server_lose_no_event() {
    survives(Duration::from_secs(180)).await;
}

/// Returns how many attempts to send an event are made within a duration if all get the same response.
async fn attempts(reply: impl Fn() -> Reply + Send + Sync + 'static, duration: Duration) -> usize {
    let server = Server::start(move |_| reply()).expect("a server");
    let polar = Polar::builder().token("polar_oat_x").base_url(&server.url()).expect("a URL").build();
    let ingestor = polar.expect("a client").events().ingestor().start().expect("an ingestor");
    ingestor.push(event(1)).await.expect("room");
    sleep(duration).await;
    let attempts = server.requests().len();
    let report = ingestor.shutdown(Duration::ZERO).await;
    assert_eq!((report.totals.pending, report.unsent.len()), (1, 1));
    attempts
}

// On a busy machine, responses may be slow in accelerated time, so that there are fewer attempts.

#[tokio::test(start_paused = true)]
async fn waits_grow_to_half_a_minute() {
    let attempts = on_a_fast_clock(attempts(|| Reply::new(500), Duration::from_secs(900))).await;
    // Seven attempts within the first half minute; after that, delays of 15 to 30 seconds.
    assert!((10..=7 + 60).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_tried_every_half_minute() {
    let refusal = || Reply::json(401, &json!({ "error": "invalid_token" }));
    let attempts = on_a_fast_clock(attempts(refusal, Duration::from_secs(300))).await;
    assert!((3..=10).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for() {
    let refusal = || Reply::new(429).header("retry-after", "100");
    let attempts = on_a_fast_clock(attempts(refusal, Duration::from_secs(350))).await;
    assert!((2..=4).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_all_time_is_an_hour() {
    let refusal = || Reply::new(429).header("retry-after", u64::MAX.to_string());
    assert_eq!(on_a_fast_clock(attempts(refusal, Duration::from_secs(1800))).await, 1);
}
