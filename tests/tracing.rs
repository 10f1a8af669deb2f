//! Traces of calls: they identify the call, and contain no secrets.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::trace::{Status, TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use polar_client::test_util::MockApi;
use polar_client::types::{CustomerId, ProductId};
use polar_client::{Polar, RetryPolicy, Server, operations};
use polar_loopback::{Reply, Server as Loopback};
use serde_json::json;
use support::trace::Trace;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry};

const ID: CustomerId = CustomerId::new(support::ID);

const TOKEN: &str = "polar_oat_s3cretT0ken";

fn client(server: &Loopback) -> Polar {
    let retry = RetryPolicy::default().attempts(3).first_delay(Duration::from_millis(1)).jitter(false);
    let builder = Polar::builder().token(TOKEN).retry(retry);
    builder.base_url(&server.url()).expect("a URL").build().expect("a client")
}

#[tokio::test]
async fn call_span_has_the_operation_and_its_outcome() {
    let server = Loopback::start(|_| Reply::new(204).header("x-request-id", "req_7")).expect("a server");
    let (trace, _guard) = Trace::begin();
    client(&server).customers().delete(ID).await.expect("no answer is needed");

    let spans = trace.spans();
    let [span] = spans.as_slice() else { panic!("{spans:?}") };
    let expected = [
        ("otel.kind", "client"),
        ("otel.name", "DELETE /v1/customers/{id}"),
        ("http.request.method", "DELETE"),
        ("http.response.status_code", "204"),
        ("url.template", "/v1/customers/{id}"),
        ("server.address", "127.0.0.1"),
        ("polar.operation", "customers:delete"),
        ("polar.request_id", "req_7"),
    ];
    for (name, value) in expected {
        assert_eq!(span.field(name), Some(value), "{name}");
    }
    assert_eq!(span.field("url.full"), Some(format!("{}/v1/customers/{ID}", server.url()).as_str()));
    assert_eq!(span.field("server.port"), Some(server.address().port().to_string().as_str()));
    for name in ["http.request.resend_count", "error.type", "otel.status_code"] {
        assert_eq!(span.field(name), None, "{name}");
    }
    assert_eq!(trace.messages(), ["answered"]);
}

#[tokio::test]
async fn each_attempt_is_a_span_of_its_own() {
    let count = AtomicUsize::new(0);
    let replies =
        [Reply::new(503).header("x-request-id", "req_1"), Reply::close(), Reply::text(200, "text/csv", "a\n")];
    let server = Loopback::start(move |_| replies[count.fetch_add(1, Ordering::SeqCst)].clone()).expect("a server");
    let (trace, _guard) = Trace::begin();
    client(&server).orders().export().bytes_stream().await.expect("a stream");

    let spans = trace.spans();
    let field = |name| spans.iter().map(|span| span.field(name)).collect::<Vec<_>>();
    assert_eq!(field("http.request.resend_count"), [None, Some("1"), Some("2")]);
    assert_eq!(field("http.response.status_code"), [Some("503"), None, Some("200")]);
    assert_eq!(field("error.type"), [Some("503"), Some("no answer"), None]);
    assert_eq!(field("otel.status_code"), [Some("ERROR"), Some("ERROR"), None]);
    assert_eq!(field("polar.request_id"), [Some("req_1"), None, None]);
    assert_eq!(trace.messages(), ["failed", "failed", "answered"]);
}

/// The chapter on failures shows this output.
#[tokio::test]
async fn exported_spans_are_those_of_the_guide() {
    let api = MockApi::new();
    api.on(&operations::PRODUCTS_GET)
        .reply_empty(503)
        .header("x-request-id", "req_7")
        .reply_json(404, json!({ "error": "ResourceNotFound", "detail": "Not found" }));
    let retry = RetryPolicy::default().first_delay(Duration::from_millis(1));
    let builder = Polar::builder().token(TOKEN).server(Server::Sandbox).retry(retry).middleware(api);
    let polar = builder.build().expect("a client");

    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("shop"));
    let layer = layer.with_location(false).with_target(false).with_threads(false).with_tracked_inactivity(false);
    let ours = filter_fn(|metadata| metadata.target().starts_with("polar_client"));
    let guard = tracing::subscriber::set_default(Registry::default().with(layer.with_filter(ours)));
    let id = ProductId::new("00000000-0000-4000-8000-000000000001".parse().expect("a UUID"));
    polar.products().get(id).await.expect_err("not found");
    drop(guard);

    let spans = exporter.get_finished_spans().expect("spans");
    let printed: String = spans.iter().map(print).collect();
    let guide = std::fs::read_to_string(support::root().join("docs/guide/errors-and-retries.md")).expect("the chapter");
    assert!(guide.contains(&printed), "{printed}");
}

fn print(span: &SpanData) -> String {
    let kind = format!("{:?}", span.span_kind).to_lowercase();
    let status = if matches!(span.status, Status::Error { .. }) { ", error" } else { "" };
    let mut attributes: Vec<String> =
        span.attributes.iter().map(|attribute| format!("    {} = {}\n", attribute.key, attribute.value)).collect();
    attributes.sort();
    format!("{} ({kind}{status})\n{}", span.name, attributes.concat())
}

#[tokio::test]
async fn secrets_are_not_traced() {
    // The server echoes the request.
    let server = Loopback::start(|request| {
        let heard = format!("{} {:?} {}", request.target, request.headers, String::from_utf8_lossy(&request.body));
        Reply::json(500, &json!({ "error": heard, "detail": heard }))
    })
    .expect("a server");
    let (trace, _guard) = Trace::begin();
    let polar = client(&server);
    polar.checkouts().client_get("polar_c_inThePath").await.expect_err("a failure");
    polar.customers().list().email("inTheQuery@example.org").await.expect_err("a failure");
    polar.customers().list().query("4915123456789").page(2).await.expect_err("a failure");
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
    let shown: Vec<_> = trace.spans().iter().filter_map(|span| Some(span.field("url.full")?.to_owned())).collect();
    assert!(shown.contains(&format!("{}/v1/customers/?email=REDACTED", server.url())), "{shown:?}");
    assert!(shown.contains(&format!("{}/v1/customers/?query=REDACTED&page=2", server.url())), "{shown:?}");
    assert!(shown.contains(&format!("{}/v1/customers/external/REDACTED", server.url())), "{shown:?}");
}
