//! Calls, retries, streams and webhooks in WebAssembly, over `fetch` under Node:
//!
//! ```sh
//! export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner
//! cargo run --package polar-wasm-tests --features loopback --example loopback -- \
//!     cargo test --package polar-wasm-tests --target wasm32-unknown-unknown
//! ```
#![cfg(all(test, target_arch = "wasm32"))]

use std::time::Duration;

use polar_client::types::{CustomFieldId, EventCreateExternalCustomer, EventsIngest, WebhookPayload};
use polar_client::webhook_events::{self, Verifier};
use polar_client::{ErrorKind, Polar, RetryPolicy, Utc};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test as test;

#[wasm_bindgen(js_namespace = ["process", "env"])]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = POLAR_LOOPBACK)]
    static LOOPBACK: String;
}

fn polar() -> Polar {
    let builder = Polar::builder().token("polar_oat_x").retry(RetryPolicy::default().attempts(3));
    builder.base_url(&LOOPBACK.with(String::clone)).expect("a URL").build().expect("a client")
}

#[test]
async fn call_sends_its_headers_and_reads_the_error() {
    let body = EventsIngest::new([EventCreateExternalCustomer::new("api_request", "user_42").into()]);
    let error = polar().events().ingest(body).await.expect_err("an echo");
    assert_eq!(error.kind(), ErrorKind::Status, "{error:?}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(422));
    let text = error.to_string();
    assert!(text.contains("application/json"), "{text}");
    assert!(text.contains(polar_client::API_VERSION), "{text}");
    // It was sent, and is hidden.
    assert!(text.contains("\"authorization\":\"…\""), "{text}");
}

#[test]
async fn limited_request_is_sent_again_after_the_time_that_the_server_names() {
    let begin = Utc::now();
    polar().custom_fields().delete(CustomFieldId::new(polar_client::Uuid::from_u128(1))).await.expect("a retry");
    let waited = Utc::now() - begin;
    assert!((1..20).contains(&waited.num_seconds()), "{waited}");
}

#[test]
async fn stream_yields_the_items_of_all_pages() {
    let mut stream = polar().custom_fields().list().limit(2).stream().read_ahead(2);
    let mut slugs = Vec::new();
    while let Some(field) = stream.try_next().await.expect("a field") {
        slugs.push(field.slug().to_owned());
    }
    assert_eq!(slugs, ["field-11", "field-12", "field-21", "field-22", "field-31", "field-32"]);
}

#[test]
async fn late_response_is_a_timeout() {
    let call = polar().meters().list().retry(RetryPolicy::none()).timeout(Duration::from_millis(200));
    let error = call.await.expect_err("a timeout");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
}

#[test]
async fn timeout_beyond_what_timers_support_is_no_timeout() {
    let call = polar().custom_fields().list().timeout(Duration::MAX);
    assert_eq!(call.await.expect("a page").items.len(), 2);
}

#[test]
async fn body_is_streamed_and_limited() {
    let mut stream = polar().orders().export().bytes_stream().await.expect("a stream");
    let mut length = 0;
    while let Some(piece) = stream.try_next().await.expect("a piece") {
        length += piece.len();
    }
    assert_eq!(length, 140_000);

    let builder = Polar::builder().token("polar_oat_x").body_limit(100_000);
    let polar = builder.base_url(&LOOPBACK.with(String::clone)).expect("a URL").build().expect("a client");
    let error = polar.orders().export().await.expect_err("a limit");
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge, "{error:?}");
}

#[test]
fn webhook_is_verified_by_the_host_s_clock() {
    let secret = "whsec_dGVzdCBzZWNyZXQ=";
    let body = br#"{"type":"new.event","timestamp":"2026-04-01T12:00:00Z","data":{}}"#;
    let headers = webhook_events::sign(secret, "msg_1", Utc::now(), body).expect("headers");
    let verifier = Verifier::new([secret]).expect("a verifier");
    let delivery = verifier.verify(&headers, body).expect("a delivery");
    assert!(matches!(delivery.payload, WebhookPayload::Unknown(_)), "{delivery:?}");

    let error = verifier.verify(&headers, b"{}").expect_err("another body");
    assert!(matches!(error, webhook_events::Error::SignatureMismatch), "{error:?}");
}
