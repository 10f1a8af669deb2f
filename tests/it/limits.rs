//! A rate limit holds requests back: as many as it says go at once, and the others wait for their turn.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};
use support::ID;

use polar_client::types::*;
use polar_client::{Polar, RateLimit};
use polar_loopback::{Reply, Server};

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

/// Whether a call is still held back after a while.
async fn is_held(polar: &Polar) -> bool {
    tokio::time::timeout(Duration::from_millis(200), send(polar)).await.is_err()
}

#[tokio::test]
async fn clones_and_clients_share_a_limit() {
    let server = server();
    // The sixth request waits for ten seconds.
    let limit = per_minute(6);
    let first = client(&server, limit.clone());
    let (clone, second) = (first.clone(), client(&server, limit));
    for _ in 0..2 {
        send(&first).await;
        send(&clone).await;
        send(&second).await;
    }
    assert!(is_held(&first).await && is_held(&clone).await && is_held(&second).await);
    // What was given up while it waited was never sent.
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn limits_made_apart_do_not_know_of_each_other() {
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
    let retry = polar_client::RetryPolicy::default().first_delay(Duration::from_millis(1)).jitter(false);
    let builder = Polar::builder().token("polar_oat_x").rate_limit(per_minute(2)).retry(retry);
    let polar = builder.base_url(&server.url()).expect("a URL").build().expect("a client");
    assert!(is_held(&polar).await);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn presets_let_a_minutes_requests_through_and_then_one_at_a_time() {
    // A turn comes up every 600 ms and every 120 ms. Requests take time as well, so there is no upper bound.
    for (limit, burst, turn) in [(RateLimit::sandbox(), 100, 600), (RateLimit::production(), 500, 120)] {
        let server = server();
        let polar = client(&server, limit);
        let begin = Instant::now();
        for _ in 0..burst + 2 {
            send(&polar).await;
        }
        assert!(begin.elapsed() >= Duration::from_millis(turn), "{:?}", begin.elapsed());
        assert_eq!(server.requests().len(), burst + 2);
    }
}

#[tokio::test]
async fn license_key_operations_without_a_token_have_a_limit_of_their_own() {
    for limit in [RateLimit::sandbox(), RateLimit::production()] {
        let server = server();
        let polar = client(&server, limit);
        let deactivate = || {
            let keys = polar.customer_portal().license_keys();
            keys.deactivate(LicenseKeyDeactivate::new(ID.into(), "KEY", ID.into()))
        };
        let begin = Instant::now();
        for _ in 0..6 {
            deactivate().await.expect("no answer is needed");
        }
        // Three go at once, and one each third of a second: the sixth after a second.
        assert!(begin.elapsed() >= Duration::from_millis(900), "{:?}", begin.elapsed());
    }
}

#[tokio::test]
async fn a_limit_of_ones_own_is_for_all_operations_alike() {
    let server = server();
    let polar = client(&server, per_minute(1));
    send(&polar).await;
    let keys = polar.customer_portal().license_keys();
    let call = keys.deactivate(LicenseKeyDeactivate::new(ID.into(), "KEY", ID.into()));
    assert!(tokio::time::timeout(Duration::from_millis(200), call.send()).await.is_err());
    assert_eq!(server.requests().len(), 1);
}
