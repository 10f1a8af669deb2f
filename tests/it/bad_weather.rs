//! Calls to a misbehaving server or proxy end with the right error, or succeed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::ID;

use polar_client::{Builder, Error, ErrorKind, RetryPolicy};
use polar_loopback::{Reply, Server};
use serde_json::{Value, json};
use support::{quick, retrying};

/// A delay that exceeds the duration of a test.
const SILENCE: Duration = Duration::from_secs(10);

fn builder(server: &Server) -> Builder {
    support::builder(server).retry(quick())
}

/// Starts a server that sends each of these responses once, and then repeats the last one.
fn sequence(replies: impl IntoIterator<Item = Reply>) -> Server {
    let replies: Vec<Reply> = replies.into_iter().collect();
    let count = AtomicUsize::new(0);
    let next = move || replies[count.fetch_add(1, Ordering::SeqCst).min(replies.len() - 1)].clone();
    Server::start(move |_| next()).expect("a server")
}

fn page_json() -> Value {
    json!({ "items": [], "pagination": { "total_count": 7, "max_page": 1 } })
}

fn page() -> Reply {
    Reply::json(200, &page_json())
}

/// Returns the error that a response leads to, and the number of requests.
async fn failure(reply: Reply) -> (Error, usize) {
    let server = sequence([reply]);
    let error = retrying(&server).customers().list().await.expect_err("a failure");
    (error, server.requests().len())
}

#[tokio::test]
async fn every_passing_trouble_is_survived() {
    for (name, trouble) in [
        ("reset mid-body", page().reset_after(9)),
        ("cut off mid-body", page().truncate_after(9)),
        ("cut off mid-chunk", page().chunked().truncate_after(9)),
        ("no answer", Reply::close()),
        ("half a head", Reply::raw("HTTP/1.1 200 OK\r\nconte")),
        ("HTML 502", Reply::text(502, "text/html", "<html>Bad Gateway</html>")),
        ("empty 429", Reply::new(429)),
        ("empty 429 with Retry-After", Reply::new(429).header("retry-after", "0")),
        ("a server bug", Reply::text(500, "text/plain", "Internal Server Error")),
    ] {
        let server = sequence([trouble, page()]);
        let page = retrying(&server).customers().list().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(page.pagination.total_count, 7, "{name}");
        assert_eq!(server.requests().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn malformed_http_is_a_connection_error() {
    for nonsense in ["SSH-2.0-OpenSSH_9.6\r\n", "\r\n\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "{}"] {
        let (error, count) = failure(Reply::raw(nonsense)).await;
        assert_eq!(error.kind(), ErrorKind::Connection, "{nonsense:?}: {error:?}");
        assert!(error.to_string().contains("customers:list"), "{error}");
        assert_eq!(count, 3);
    }
}

#[tokio::test]
async fn truncated_json_is_an_error_with_its_position() {
    // A complete body as far as HTTP is concerned.
    let text = page_json().to_string();
    for length in 1..text.len() {
        let (error, count) = failure(Reply::text(200, "application/json", &text[..length])).await;
        let source = error.decode_error().unwrap_or_else(|| panic!("{length}: {error:?}"));
        assert!(source.offset() <= length);
        assert_eq!(error.response().expect("an answer").body, text.as_bytes()[..length]);
        assert_eq!(count, 1, "an answer came, and the next would be no other");
    }
}

#[tokio::test]
async fn html_from_a_gateway_is_kept_and_shown() {
    let html = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body></html>";
    let (error, count) = failure(Reply::text(502, "text/html", html)).await;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
    assert_eq!(error.response().expect("an answer").body, html);
    assert!(error.to_string().contains("502 Bad Gateway"), "{error}");
    assert_eq!(count, 3);

    // HTML is not a successful response, even with status 200.
    let (error, _) = failure(Reply::text(200, "text/html", html)).await;
    assert_eq!(error.kind(), ErrorKind::Decode, "{error:?}");
    assert!(error.to_string().contains("<html>"), "{error}");
}

#[tokio::test]
async fn an_empty_429_is_a_rate_limit_with_and_without_retry_after() {
    let (error, count) = failure(Reply::new(429)).await;
    assert!(error.is_rate_limited() && error.retry_after().is_none());
    assert!(error.to_string().contains("429"), "{error}");
    assert_eq!(count, 3);

    let (error, count) = failure(Reply::new(429).header("retry-after", "600")).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(600)));
    assert_eq!(count, 1);
}

#[tokio::test]
async fn silence_ends_with_the_timeout() {
    let server = sequence([page().delay(SILENCE)]);
    let impatient = builder(&server).timeout(Duration::from_millis(100)).build().expect("a client");
    let error = impatient.customers().list().await.expect_err("no answer in time");
    assert!(error.is_timeout(), "{error:?}");
    assert!(error.to_string().contains("customers:list"), "{error}");

    // Also within the body.
    let server = sequence([page().drip(9, SILENCE)]);
    let impatient = builder(&server).timeout(Duration::from_millis(200)).build().expect("a client");
    let error = impatient.customers().list().await.expect_err("no whole answer in time");
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_slow_drip_is_read_to_its_end_unless_time_is_up() {
    // Sends some 60 bytes one at a time.
    for reply in [page(), page().chunked()] {
        let server = sequence([reply.drip(1, Duration::from_millis(5))]);
        let page = retrying(&server).customers().list().await.expect("a page");
        assert_eq!(page.pagination.total_count, 7);
        let error =
            retrying(&server).customers().list().timeout(Duration::from_millis(60)).await.expect_err("too slow");
        assert!(error.is_timeout(), "{error:?}");
    }
}

#[tokio::test]
async fn unexpected_redirect_is_an_error() {
    for status in [301, 302, 303, 307, 308] {
        let target = sequence([page()]);
        let (error, count) = failure(Reply::new(status).header("location", target.url())).await;
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert_eq!((count, target.requests().len()), (1, 0));
    }
}

#[tokio::test]
async fn unrequested_compression_is_a_clear_error() {
    const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";
    let compressed = |status| Reply::text(status, "application/json", GZIP).header("content-encoding", "gzip");
    let (error, count) = failure(compressed(200)).await;
    assert_eq!(error.kind(), ErrorKind::Decode, "{error:?}");
    assert_eq!(error.response().expect("an answer").body, GZIP);
    let text = format!("{:#}", anyhow::Error::from(error));
    assert!(text.contains("`gzip`") && text.contains("not asked for"), "{text}");
    assert!(text.contains("22 bytes that are no text") && !text.contains('\u{fffd}'), "{text}");
    assert_eq!(count, 1);

    // It is not mistaken for an empty response or a chunk of a stream, either.
    let server = sequence([compressed(200)]);
    retrying(&server).customers().delete(ID.into()).await.expect_err("compressed");
    let error = retrying(&server).orders().export().bytes_stream().await.expect_err("compressed");
    assert!(error.decode_error().expect("an error of the body").message().contains("`gzip`"), "{error}");
    assert!(server.requests().iter().all(|request| request.header("accept-encoding").is_none()));

    // An error response remains one, and its body is not shown.
    let (error, _) = failure(compressed(404)).await;
    assert!(error.is_not_found());
    assert!(!error.to_string().contains('\u{fffd}'), "{error}");

    let server = sequence([page().header("content-encoding", "identity")]);
    retrying(&server).customers().list().await.expect("a page as it is");
}

#[tokio::test]
async fn success_with_an_error_body_is_an_error() {
    let body = json!({ "error": "ResourceNotFound", "detail": "Not found" });
    let (error, count) = failure(Reply::json(200, &body)).await;
    assert_eq!(error.decode_error().expect("an error of the body").message(), "missing property `items`");
    assert!(error.to_string().contains("ResourceNotFound"), "{error}");
    assert_eq!(count, 1);

    let server = sequence([Reply::json(200, &body)]);
    let error = retrying(&server).orders().receipt(ID.into()).await.expect_err("no receipt");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error:?}");
}

#[tokio::test]
async fn a_body_of_50_mb_is_read_and_one_beyond_the_limit_refused() {
    const SIZE: usize = 50_000_000;
    let mut body = page_json();
    body["padding"] = "x".repeat(SIZE).into();
    let body = body.to_string();
    let server = sequence([Reply::text(200, "application/json", body.clone())]);
    let response = retrying(&server).customers().list().with_response().await.expect("a page");
    assert_eq!(response.value.pagination.total_count, 7);
    assert_eq!(response.raw.body.len(), body.len());

    let limited = builder(&server).body_limit(SIZE).build().expect("a client");
    let error = limited.customers().list().await.expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge, "{error:?}");
    assert!(error.to_string().contains("50000000 bytes"), "{error}");
    // It is not retried, since the next response would be as large.
    assert_eq!(server.requests().len(), 2);

    let enough = builder(&server).body_limit(body.len()).build().expect("a client");
    enough.customers().list().await.expect("a page of just that size");
}

#[tokio::test]
async fn broken_stream_yields_received_bytes_then_an_error() {
    let text = "a,b\n".repeat(1000);
    let server = sequence([Reply::text(200, "text/csv", text.clone()).truncate_after(1000)]);
    let mut stream = retrying(&server).orders().export().bytes_stream().await.expect("a stream");
    let mut received = Vec::new();
    let error = loop {
        match stream.next().await.expect("no end before the error") {
            Ok(piece) => received.extend_from_slice(&piece),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert_eq!(received, text.as_bytes()[..1000]);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn troubles_of_one_call_leave_the_next_alone() {
    let server = sequence([Reply::raw("nonsense"), page().reset_after(3), Reply::text(200, "text/html", "<"), page()]);
    let polar = retrying(&server);
    for _ in 0..3 {
        polar.customers().list().retry(RetryPolicy::none()).await.expect_err("trouble");
    }
    polar.customers().list().await.expect("a page");
}
