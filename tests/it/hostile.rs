//! Responses of a malicious server are limited in size, sanitized for display, and bounded in their effects.

use std::time::{Duration, Instant};

use polar_client::error::Detail;
use polar_client::test_util::Sample;
use polar_client::types::Order;
use polar_client::{Error, ErrorKind, Polar, RetryPolicy, Server as ApiServer};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start_unchecked(reply).expect("a server")
}

fn client(server: &Server, retry: RetryPolicy) -> Polar {
    let builder = Polar::builder().token("polar_oat_x").retry(retry).base_url(&server.url()).expect("a URL");
    builder.build().expect("a client")
}

async fn failure(reply: Reply) -> Error {
    let server = server(move |_| reply.clone());
    client(&server, RetryPolicy::none()).orders().list().await.expect_err("a failure")
}

#[tokio::test]
async fn the_body_of_an_error_is_read_as_far_as_anybody_needs_it() {
    let huge = format!(r#"{{"error":"Huge","detail":[{}{{"":0}}]}}"#, r#"{"":0},"#.repeat(600_000));
    let begin = Instant::now();
    let error = failure(Reply::text(400, "application/json", huge)).await;
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    let kept = error.response().expect("an answer").body.len();
    assert_eq!(kept, 1024 * 1024, "the rest is not read");
    let api = error.api().expect("what the API says");
    assert_eq!((api.name.as_deref(), &api.detail), (Some("Huge"), &None));
    assert!(error.to_string().len() < 2000, "{error}");
}

#[tokio::test]
async fn issues_before_the_place_where_a_body_breaks_off_count() {
    let issue = r#"{"type":"missing","loc":["body","events",7,"name"],"msg":"Field required","input":{"a":[1]}}"#;
    let body = format!(r#"{{"error":"RequestValidationError","detail":[{issue},{issue},{{"type":"mis"#);
    let error = failure(Reply::text(422, "application/json", body)).await;
    let issues = error.validation();
    assert_eq!(issues.len(), 2);
    assert_eq!(issues[0].to_string(), "body.events[7].name: Field required");
    assert_eq!(issues[1].input, Some(json!({"a": [1]})));
}

#[tokio::test]
async fn details_of_any_shape_are_kept_while_they_are_small() {
    let error = failure(Reply::json(400, &json!({"detail": {"why": [1, "x"]}, "error": 7}))).await;
    assert_eq!(error.api().and_then(|api| api.detail.clone()), Some(Detail::Other(json!({"why": [1, "x"]}))));
    let large = json!({"detail": {"why": "x".repeat(100_000)}});
    let error = failure(Reply::json(400, &large)).await;
    let Some(Detail::Other(Value::String(excerpt))) = error.api().and_then(|api| api.detail.clone()) else {
        panic!("an excerpt")
    };
    assert!(excerpt.starts_with(r#"{"why":"xxx"#) && excerpt.len() < 200, "{excerpt}");
    let error = failure(Reply::json(401, &json!({"error": "invalid_token", "error_description": "Expired."}))).await;
    assert_eq!(error.api().and_then(|api| api.text()), Some("Expired."));
}

#[tokio::test]
async fn texts_of_others_are_one_line_without_escape_sequences() {
    let detail = format!("No.\r\nFAKE LOG LINE \u{1b}[31m\u{202e}{}", "x".repeat(5_000_000 / 8));
    let error = failure(Reply::json(403, &json!({"error": "Not\nPermitted", "detail": detail}))).await;
    let api = error.api().expect("what the API says");
    for text in [error.to_string(), format!("{error:?}"), api.to_string(), format!("{api:?}")] {
        assert!(!text.contains(['\n', '\r', '\u{1b}', '\u{202e}']), "{text}");
        assert!(text.len() < 8000, "{} bytes", text.len());
    }
    assert_eq!(api.text().map(str::len), Some(detail.len()), "the data stays as it is");
}

#[tokio::test]
async fn a_wait_of_any_form_is_waited_for_or_given_up() {
    for (value, expected) in [
        ("1.5", Some(Duration::from_secs(2))),
        ("7", Some(Duration::from_secs(7))),
        ("99999999999999999999999999", Some(Duration::MAX)),
        ("-1", None),
        ("soon", None),
        ("1e3", None),
    ] {
        let error = failure(Reply::new(429).header("retry-after", value)).await;
        assert_eq!(error.retry_after(), expected, "{value}");
    }
    let server = server(|_| Reply::new(429).header("retry-after", "99999999999999999999999999"));
    client(&server, RetryPolicy::default()).orders().list().await.expect_err("given up");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_total_time_cuts_the_last_attempt() {
    let server = server(|_| Reply::new(503).delay(Duration::from_millis(700)));
    let policy = RetryPolicy::default().first_delay(Duration::from_millis(10)).total_time(Duration::from_secs(1));
    let begin = Instant::now();
    let error = client(&server, policy).orders().list().await.expect_err("too slow");
    assert!(begin.elapsed() < Duration::from_millis(1300), "{:?}", begin.elapsed());
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn the_default_policy_waits_out_a_window_of_the_rate_limit() {
    // The server asks for a delay of a minute, so time is simulated.
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let api = polar_client::test_util::MockApi::new();
        let begin = tokio::time::Instant::now();
        let window = Window(std::sync::Mutex::new(None));
        let polar = Polar::builder().token("polar_oat_x").middleware(window).middleware(api.clone()).build();
        api.on(&polar_client::operations::ORDERS_LIST)
            .reply_json(200, json!({"items": [], "pagination": {"total_count": 0, "max_page": 0}}));
        polar.expect("a client").orders().list().await.expect("a page after the window");
        assert!(begin.elapsed() >= Duration::from_secs(60), "{:?}", begin.elapsed());
    });
}

/// Rejects requests within a minute of the first one.
struct Window(std::sync::Mutex<Option<tokio::time::Instant>>);

impl polar_client::middleware::Middleware for Window {
    fn handle<'a>(
        &'a self,
        request: polar_client::reqwest::Request,
        next: polar_client::middleware::Next<'a>,
    ) -> polar_client::middleware::AttemptFuture<'a> {
        let first = *self.0.lock().expect("a lock").get_or_insert_with(tokio::time::Instant::now);
        Box::pin(async move {
            if first.elapsed() < Duration::from_secs(60) {
                let refused = http::Response::builder().status(429).header("retry-after", "60").body("");
                return Ok(refused.expect("an answer").into());
            }
            next.run(request).await
        })
    }
}

#[test]
fn plain_http_to_other_machines_must_be_allowed() {
    for accepted in ["https://api.example.com/polar", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"] {
        let built = Polar::builder().base_url(accepted).and_then(|builder| builder.build());
        built.unwrap_or_else(|error| panic!("{accepted}: {error}"));
    }
    for refused in [
        "http://api.example.com",
        "http://192.168.0.1",
        "https://user:s3cret@api.example.com",
        "https://api.example.com?token=s3cret",
        "ftp://api.example.com",
        "data:s3cret",
    ] {
        // Regardless of how it was constructed.
        let server = ApiServer::Url(refused.parse().expect("a URL"));
        assert!(!format!("{server:?}").contains("s3cret"), "{server:?}");
        for built in [
            Polar::builder().server(server).build(),
            Polar::builder().base_url(refused).and_then(|builder| builder.build()),
        ] {
            let error = built.expect_err(refused);
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
        }
    }
    let plain = Polar::builder().base_url("http://api.internal").expect("a URL").allow_plain_http();
    plain.build().expect("asked for");
}

/// Returns a page of orders, some of which are replaced by invalid ones.
fn orders(count: usize, last: i64, bad: &[usize]) -> Value {
    let order = serde_json::to_value(Order::sample()).expect("JSON");
    let items: Vec<Value> = (0..count)
        .map(|index| {
            let mut order = order.clone();
            order["invoice_number"] = json!(format!("{last}-{index}"));
            if bad.contains(&index) {
                order["total_amount"] = json!("many");
            }
            order
        })
        .collect();
    json!({"items": items, "pagination": {"total_count": count, "max_page": last}})
}

#[tokio::test]
async fn undecodable_item_is_one_error_and_others_are_yielded() {
    let server = server(|request| {
        let page = request.query.iter().find(|(name, _)| name == "page").expect("a page").1.clone();
        let mut body = orders(4, 2, if page == "1" { &[1] } else { &[] });
        body["items"][0]["invoice_number"] = json!(page);
        Reply::json(200, &body)
    });
    let mut stream = client(&server, RetryPolicy::none()).orders().list().stream();
    let (mut numbers, mut errors) = (Vec::new(), Vec::new());
    while let Some(order) = stream.next().await {
        match order {
            Ok(order) => numbers.push(order.invoice_number.expect("a number")),
            Err(error) => errors.push(error),
        }
        assert!(errors.len() < 5, "{errors:?}");
    }
    assert_eq!(numbers, ["1", "2-2", "2-3", "2", "2-1", "2-2", "2-3"]);
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!(error.decode_error().map(|error| error.path()).as_deref(), Some("$.items[1].total_amount"));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_page_that_cannot_be_decoded_twice_ends_the_stream() {
    let server = server(|_| Reply::json(200, &json!({"items": 7})));
    let mut stream = client(&server, RetryPolicy::none()).orders().list().stream();
    let mut errors = 0;
    while let Some(order) = stream.next().await {
        order.expect_err("no page");
        errors += 1;
    }
    assert_eq!((errors, server.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_page_that_repeats_itself_is_an_error() {
    for ahead in [0, 3] {
        let server = server(|_| Reply::json(200, &orders(2, i64::MAX, &[])));
        let mut stream = client(&server, RetryPolicy::none()).orders().list().stream().read_ahead(ahead);
        let mut items = 0;
        let error = loop {
            match stream.next().await.expect("an error before the end") {
                Ok(_) => items += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(items, 2);
        assert!(format!("{:#}", anyhow::Error::from(error)).contains("page 2 repeats an earlier page"));
        assert!(stream.next().await.is_none());
    }
}

#[tokio::test]
async fn items_in_a_list_with_zero_pages_are_followed_by_an_error() {
    for last in [0, -1] {
        let server = server(move |_| Reply::json(200, &orders(2, last, &[])));
        let mut stream = client(&server, RetryPolicy::none()).orders().list().stream();
        for _ in 0..2 {
            stream.next().await.expect("an item").expect("an order");
        }
        let error = stream.next().await.expect("an error").expect_err("a contradiction");
        assert!(format!("{:#}", anyhow::Error::from(error)).contains(&format!("it has {last} pages")));
        assert!(stream.next().await.is_none());
    }
}

#[test]
fn a_call_polled_without_a_runtime_is_an_error() {
    let polar = Polar::new("polar_oat_x").expect("a client");
    let mut call = polar.orders().list().send();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(outcome) = call.as_mut().poll(&mut context) else { panic!("an error at once") };
    assert_eq!(outcome.expect_err("no runtime").kind(), ErrorKind::Runtime);
}
