//! Retries: which failures, how often, and when.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::ID;

use polar_client::middleware::{AttemptFuture, Middleware, Next};
use polar_client::{Builder, Error, ErrorKind, Operation, Polar, RetryPolicy, operations, reqwest};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};
use support::{quick, retrying};

fn builder(url: &str) -> Builder {
    support::builder(url).retry(quick())
}

fn always(reply: Reply) -> Server {
    Server::start(move |_| reply.clone()).expect("a server")
}

/// Starts a server that sends these responses first, and then only successes.
fn first(replies: impl IntoIterator<Item = Reply>) -> Server {
    let replies: Vec<Reply> = replies.into_iter().collect();
    let count = AtomicUsize::new(0);
    let answer = move |request: &Request| {
        let index = count.fetch_add(1, Ordering::SeqCst);
        replies.get(index).cloned().unwrap_or_else(|| success(request))
    };
    Server::start(answer).expect("a server")
}

fn success(request: &Request) -> Reply {
    match request.method.as_str() {
        "GET" => Reply::json(200, &json!({ "items": [], "pagination": { "total_count": 0, "max_page": 0 } })),
        "POST" if request.path.contains("events") => Reply::json(200, &json!({ "inserted": 1, "duplicates": 0 })),
        _ => Reply::new(204),
    }
}

/// Returns an operation for each method, and whether it is idempotent.
fn methods() -> [(&'static Operation, bool); 5] {
    [
        (&operations::CUSTOMERS_LIST, true),
        (&operations::OAUTH2_CLIENTS_UPDATE, true),
        (&operations::CUSTOMERS_DELETE, true),
        (&operations::EVENTS_INGEST, false),
        (&operations::CUSTOMERS_UPDATE, false),
    ]
}

async fn call(polar: &Polar, operation: &'static Operation) -> Result<Value, Error> {
    let mut call = polar.call_json(operation);
    for name in operation.path().split(['{', '}']).skip(1).step_by(2) {
        call = call.path(name, ID.to_string());
    }
    let call = match operation.method().as_str() {
        "POST" => call.body(json!({ "events": [] })),
        "PUT" => call.body(json!({ "client_id": "x", "client_name": "x", "redirect_uris": [] })),
        "PATCH" => call.body(json!({})),
        _ => call,
    };
    call.await.map(|answer| answer.to_json())
}

/// A middleware that counts attempts, even those that do not reach a server.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Middleware for Count {
    fn handle<'a>(&'a self, request: reqwest::Request, next: Next<'a>) -> AttemptFuture<'a> {
        self.0.fetch_add(1, Ordering::SeqCst);
        next.run(request)
    }
}

#[test]
fn every_method_of_the_api_is_among_those_tried() {
    let tried: Vec<reqwest::Method> = methods().iter().map(|(operation, _)| operation.method()).collect();
    assert!(Operation::all().iter().all(|operation| tried.contains(&operation.method())));
}

#[tokio::test]
async fn retried_statuses_depend_on_idempotency() {
    for (status, safe, unsafe_) in [
        (429, 3, 3),
        (500, 3, 1),
        (502, 3, 1),
        (503, 3, 1),
        (504, 3, 1),
        (400, 1, 1),
        (401, 1, 1),
        (403, 1, 1),
        (404, 1, 1),
        (409, 1, 1),
        (422, 1, 1),
        (501, 1, 1),
        (307, 1, 1),
    ] {
        let server = always(Reply::new(status));
        let polar = retrying(&server);
        let mut arrived = 0;
        for (operation, can_repeat) in methods() {
            let error = call(&polar, operation).await.expect_err("a refusal");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{operation}");
            let count = server.requests().len() - arrived;
            arrived += count;
            assert_eq!(count, if can_repeat { safe } else { unsafe_ }, "{operation} answered {status}");
        }
    }
}

#[tokio::test]
async fn broken_connection_is_retried_only_if_idempotent() {
    let body = || Reply::json(200, &json!({ "items": [], "inserted": 1, "duplicates": 0 }));
    for (name, reply) in [
        ("closed before the head", Reply::close()),
        ("torn head", Reply::raw("HTTP/1.1 200 OK\r\ncontent-le")),
        ("reset before the body", body().reset_after(0)),
        ("reset amid the body", body().reset_after(5)),
        ("closed amid the body", body().truncate_after(5)),
        ("closed amid chunks", body().chunked().truncate_after(5)),
    ] {
        let server = always(reply);
        let polar = retrying(&server);
        let mut arrived = 0;
        for (operation, can_repeat) in methods() {
            let error = call(&polar, operation).await.expect_err("no answer");
            assert_eq!(error.kind(), ErrorKind::Connection, "{operation}, {name}: {error:?}");
            let count = server.requests().len() - arrived;
            arrived += count;
            assert_eq!(count, if can_repeat { 3 } else { 1 }, "{operation}, {name}");
        }
    }
}

#[tokio::test]
async fn refused_connection_is_retried_for_every_method() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    for (operation, _) in methods() {
        let count = Count::default();
        let polar = builder(&closed).middleware(count.clone()).build().expect("a client");
        let error = call(&polar, operation).await.expect_err("nobody listens");
        assert!(error.is_connect(), "{error:?}");
        assert_eq!(count.get(), 3, "{operation}");
    }
}

#[tokio::test]
async fn a_success_after_failures_is_a_success() {
    let broken = Reply::json(200, &json!({ "items": [] })).reset_after(3);
    let server = first([Reply::new(503), broken]);
    let page = retrying(&server).customers().list().await.expect("a page");
    assert!(page.items.is_empty());
    assert_eq!(server.requests().len(), 3);

    // Retried requests are identical, including the body.
    let server = first([Reply::new(429), Reply::new(429)]);
    let report = call(&retrying(&server), &operations::EVENTS_INGEST).await.expect("a report");
    assert_eq!(report["inserted"], 1);
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| *request == requests[0]), "{requests:?}");
    assert_eq!(requests[0].json().expect("JSON"), json!({ "events": [] }));
}

#[tokio::test]
async fn call_marked_as_idempotent_is_retried_like_a_get() {
    for reply in [Reply::new(500), Reply::close()] {
        let server = always(reply);
        let redeliver = || retrying(&server).webhooks().redeliver_event(ID.into());
        redeliver().await.expect_err("a failure");
        assert_eq!(server.requests().len(), 1);
        redeliver().idempotent().await.expect_err("a failure");
        assert_eq!(server.requests().len(), 1 + 3);
    }
}

#[tokio::test]
async fn a_post_that_was_reset_after_it_arrived_is_sent_once() {
    let taken = Reply::json(200, &json!({})).reset_after(0);
    let server = first([taken]);
    let error = retrying(&server).webhooks().redeliver_event(ID.into()).await.expect_err("no whole answer");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn post_on_a_closed_keep_alive_connection_is_sent_once() {
    // The HTTP layers may replace a reused connection with a new one.
    let server = first([Reply::new(204), Reply::close(), Reply::new(204)]);
    let polar = retrying(&server);
    let redeliver = || polar.webhooks().redeliver_event(ID.into());
    redeliver().await.expect("an answer");
    let error = redeliver().await.expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert_eq!(server.requests().len(), 2);
    assert_eq!(server.connections(), 1);
    redeliver().await.expect("the next call has a connection of its own");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn post_on_a_closing_connection_arrives_at_most_once() {
    // The server claims to keep the connection alive, but closes it, as when it restarts.
    let server = always(Reply::raw("HTTP/1.1 204 \r\nconnection: keep-alive\r\n\r\n"));
    let polar = retrying(&server);
    for _ in 0..100 {
        let before = server.requests().len();
        let outcome = polar.webhooks().redeliver_event(ID.into()).await;
        let arrived = server.requests().len() - before;
        assert!(arrived <= 1, "arrived {arrived} times");
        assert!(outcome.is_err() || arrived == 1);
    }
}

#[tokio::test]
async fn attempts_are_counted_with_the_first() {
    for attempts in [1, 2, 5] {
        let server = always(Reply::new(500));
        let call = retrying(&server).customers().list().retry(quick().attempts(attempts));
        call.await.expect_err("a failure");
        assert_eq!(server.requests().len(), attempts);
    }
    let server = always(Reply::new(500));
    retrying(&server).customers().list().retry(quick().attempts(0)).await.expect_err("a failure");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_call_has_its_own_policy_before_the_clients() {
    let server = always(Reply::new(500));
    retrying(&server).customers().list().retry(RetryPolicy::none()).await.expect_err("a failure");
    assert_eq!(server.requests().len(), 1);

    let never = builder(&server.url()).retry(RetryPolicy::none()).build().expect("a client");
    never.customers().list().await.expect_err("a failure");
    assert_eq!(server.requests().len(), 2);
    never.customers().list().retry(quick()).await.expect_err("a failure");
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn policy_selects_retried_failures() {
    let server = always(Reply::new(409));
    retrying(&server).customers().list().retry(quick().statuses([409])).await.expect_err("a failure");
    assert_eq!(server.requests().len(), 3);
    // A POST is not retried even then.
    let redeliver = retrying(&server).webhooks().redeliver_event(ID.into());
    redeliver.retry(quick().statuses([409])).await.expect_err("a failure");
    assert_eq!(server.requests().len(), 4);

    let server = always(Reply::close());
    retrying(&server).customers().list().retry(quick().connection_failures(false)).await.expect_err("a failure");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_seconds_of_retry_after_are_waited_for() {
    let server = first([Reply::new(429).header("retry-after", "1")]);
    let begin = Instant::now();
    retrying(&server).customers().list().await.expect("a page");
    assert!(begin.elapsed() >= Duration::from_secs(1), "{:?}", begin.elapsed());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn the_date_of_retry_after_is_waited_for() {
    // Dates have no fractions: this one is between one and two seconds ahead.
    let date = (polar_client::Utc::now() + Duration::from_secs(2)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let server = first([Reply::new(503).header("retry-after", date)]);
    let begin = Instant::now();
    retrying(&server).customers().list().await.expect("a page");
    assert!(begin.elapsed() >= Duration::from_millis(900), "{:?}", begin.elapsed());

    // A date in the past means no delay.
    let server = first([Reply::new(503).header("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT")]);
    retrying(&server).customers().list().await.expect("a page");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_wait_beyond_the_total_time_is_not_begun() {
    for asked in ["3600", "18446744073709551615", "Fri, 31 Dec 2100 23:59:59 GMT"] {
        let server = always(Reply::new(429).header("retry-after", asked));
        let error = retrying(&server).customers().list().await.expect_err("limited");
        assert!(error.is_rate_limited());
        assert!(error.retry_after() >= Some(Duration::from_secs(3600)), "{asked}");
        assert_eq!(server.requests().len(), 1, "{asked}");
    }
    // The same applies to a long delay of the policy.
    let server = always(Reply::new(500));
    let slow = quick().first_delay(Duration::from_secs(3600)).longest_delay(Duration::from_secs(3600));
    retrying(&server).customers().list().retry(slow).await.expect_err("a failure");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn invalid_retry_after_is_ignored() {
    for nonsense in ["soon", "-1", "1.5", ""] {
        let server = first([Reply::new(429).header("retry-after", nonsense)]);
        retrying(&server).customers().list().await.expect("a page");
        assert_eq!(server.requests().len(), 2, "{nonsense}");
    }
}

#[tokio::test]
async fn no_delay_is_longer_than_the_longest_not_even_the_first() {
    let server = always(Reply::new(500));
    let policy = quick().first_delay(Duration::MAX).longest_delay(Duration::from_millis(2)).jitter(true);
    retrying(&server).customers().list().retry(policy.factor(f32::INFINITY)).await.expect_err("a failure");
    assert_eq!(server.requests().len(), 3);
    // Extreme settings do not cause a panic or an overflow.
    let endless = quick().first_delay(Duration::MAX).longest_delay(Duration::MAX).jitter(true).factor(f32::NAN);
    retrying(&server).customers().list().retry(endless).await.expect_err("a failure");
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_dropped_future_sends_nothing_more() {
    // Dropped during the request, and during the delay.
    for (delay, pause) in [(100, 1), (0, 100)] {
        let server = always(Reply::new(500).delay(Duration::from_millis(delay)));
        let policy = quick().first_delay(Duration::from_millis(pause));
        let call = tokio::spawn(retrying(&server).customers().list().retry(policy).send());
        while server.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        call.abort();
        assert!(call.await.expect_err("it was dropped").is_cancelled());
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_timeout_is_the_calls_or_else_the_clients() {
    let server = always(Reply::new(204).delay(Duration::from_millis(400)));
    let (short, long) = (Duration::from_millis(50), Duration::from_secs(60));

    let impatient = builder(&server.url()).timeout(short).build().expect("a client");
    let error = impatient.customers().delete(ID.into()).await.expect_err("no answer in time");
    assert!(error.is_timeout(), "{error:?}");
    impatient.customers().delete(ID.into()).timeout(long).await.expect("an answer");

    let patient = builder(&server.url()).timeout(long).build().expect("a client");
    let error = patient.customers().delete(ID.into()).timeout(short).await.expect_err("no answer in time");
    assert!(error.is_timeout(), "{error:?}");
    // Timeouts are not retried, since the server may have processed the request.
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn each_attempt_has_the_whole_timeout() {
    let server =
        first([Reply::new(500).delay(Duration::from_millis(300)), Reply::new(500).delay(Duration::from_millis(300))]);
    retrying(&server).customers().list().timeout(Duration::from_millis(500)).await.expect("a page");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn an_answer_that_cannot_be_decoded_is_not_asked_for_again() {
    let server = always(Reply::json(200, &json!({ "items": 1 })));
    let error = retrying(&server).customers().list().await.expect_err("no page");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn stream_is_retried_until_it_starts() {
    let server = first([Reply::new(503), Reply::close(), Reply::text(200, "text/csv", "a,b\n")]);
    let mut stream = retrying(&server).orders().export().bytes_stream().await.expect("a stream");
    assert_eq!(stream.next().await.expect("a piece").expect("bytes"), "a,b\n");
    assert!(stream.next().await.is_none());
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn timeout_while_connecting_is_retried() {
    // Accepts connections, but never responds to the TLS handshake.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", silent.local_addr().expect("an address"));
    silent.set_nonblocking(true).expect("a listener");
    let short = Duration::from_millis(50);
    for method in ["POST", "GET"] {
        let client = builder(&url).timeout(short).build().expect("a client");
        let error = match method {
            "GET" => client.customers().list().await.map(|_| ()).expect_err("no connection"),
            _ => call(&client, &operations::EVENTS_INGEST).await.map(|_| ()).expect_err("no connection"),
        };
        assert_eq!((error.kind(), error.is_connect()), (ErrorKind::Timeout, true), "{error:?}");
        assert!(error.to_string().ends_with("had no connection in time"), "{error}");
        assert_eq!(std::iter::from_fn(|| silent.accept().ok()).count(), 3, "attempts of a {method}");
    }
}

#[tokio::test]
async fn a_timeout_on_a_kept_connection_is_final() {
    // hyper opens another connection while it waits for one that is in use.
    let server = first([Reply::new(204), Reply::new(204).delay(Duration::from_secs(1))]);
    let polar = retrying(&server);
    call(&polar, &operations::CUSTOMERS_DELETE).await.expect("the first answer");
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = polar.customers().delete(ID.into()).timeout(Duration::from_millis(300)).await.expect_err("too late");
    assert_eq!((error.kind(), error.is_connect()), (ErrorKind::Timeout, false), "{error:?}");
    assert_eq!((server.requests().len(), server.connections()), (2, 1));
}
