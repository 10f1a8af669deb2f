//! Traces of calls: they identify the call, and contain no secrets.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polar_client::types::CustomerId;
use polar_client::{Polar, RetryPolicy};
use polar_loopback::{Reply, Server};
use serde_json::json;
use support::trace::Trace;

const ID: CustomerId = CustomerId::new(support::ID);

const TOKEN: &str = "polar_oat_s3cretT0ken";

fn client(server: &Server) -> Polar {
    let retry = RetryPolicy::default().attempts(3).first_delay(Duration::from_millis(1)).jitter(false);
    let builder = Polar::builder().token(TOKEN).retry(retry);
    builder.base_url(&server.url()).expect("a URL").build().expect("a client")
}

#[tokio::test]
async fn call_span_has_the_operation_and_its_outcome() {
    let server = Server::start(|_| Reply::new(204).header("x-request-id", "req_7")).expect("a server");
    let (trace, _guard) = Trace::begin();
    client(&server).customers().delete(ID).await.expect("no answer is needed");

    let spans = trace.spans();
    let [span] = spans.as_slice() else { panic!("{spans:?}") };
    assert_eq!(span.field("operation"), Some("customers:delete"));
    assert_eq!(span.field("method"), Some("DELETE"));
    assert_eq!(span.field("path"), Some("/v1/customers/{id}"));
    assert_eq!(span.field("attempt"), Some("1"));
    assert_eq!(span.field("status"), Some("204"));
    assert_eq!(span.field("request_id"), Some("req_7"));
    span.field("duration_ms").expect("a duration").parse::<u64>().expect("milliseconds");
    assert_eq!(trace.messages(), ["answered"]);
}

#[tokio::test]
async fn each_attempt_is_a_span_of_its_own() {
    let count = AtomicUsize::new(0);
    let replies =
        [Reply::new(503).header("x-request-id", "req_1"), Reply::close(), Reply::text(200, "text/csv", "a\n")];
    let server = Server::start(move |_| replies[count.fetch_add(1, Ordering::SeqCst)].clone()).expect("a server");
    let (trace, _guard) = Trace::begin();
    client(&server).orders().export().bytes_stream().await.expect("a stream");

    let spans = trace.spans();
    let field = |name| spans.iter().map(|span| span.field(name)).collect::<Vec<_>>();
    assert_eq!(field("attempt"), [Some("1"), Some("2"), Some("3")]);
    assert_eq!(field("status"), [Some("503"), None, Some("200")]);
    assert_eq!(field("request_id"), [Some("req_1"), None, None]);
    assert!(field("duration_ms").iter().all(Option::is_some));
    assert_eq!(trace.messages(), ["failed", "failed", "answered"]);
}

#[tokio::test]
async fn secrets_are_not_traced() {
    // The server echoes the request.
    let server = Server::start(|request| {
        let heard = format!("{} {:?} {}", request.target, request.headers, String::from_utf8_lossy(&request.body));
        Reply::json(500, &json!({ "error": heard, "detail": heard }))
    })
    .expect("a server");
    let (trace, _guard) = Trace::begin();
    let polar = client(&server);
    polar.checkouts().client_get("polar_c_inThePath").await.expect_err("a failure");
    polar.customers().list().email("inTheQuery@example.org").await.expect_err("a failure");
    polar.customers().get_external("inTheOtherPath").await.expect_err("a failure");
    let body = json!({ "events": [{ "name": "inTheBody", "external_customer_id": "x" }] });
    polar.call_json(&polar_client::operations::EVENTS_INGEST).body(body).await.expect_err("a failure");
    let heard = server.requests().iter().map(|request| format!("{request:?}")).collect::<String>();

    let text = trace.text();
    assert!(text.contains("checkouts:client_get") && text.contains("events:ingest"), "{text}");
    let ours: Vec<&str> = text.lines().filter(|line| line.contains(r#""target":"polar_client"#)).collect();
    assert!(!ours.is_empty());
    for secret in [TOKEN, "s3cretT0ken", "inThePath", "inTheQuery", "inTheOtherPath"] {
        assert!(heard.contains(secret), "{secret} was sent");
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert!(!text.contains("inTheBody"), "{text}");
}
