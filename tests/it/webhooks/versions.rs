//! Deliveries of other versions of the API.

use polar_client::test::{Sample, SignedDelivery};
use polar_client::types::{WebhookOrderPaidPayload, WebhookPayload};
use polar_client::webhook::{self, API_VERSION, Error, Payload, Verifier};
use polar_client::{Utc, v2026_04, v2027_01};
use serde_json::{Value, json};

const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn verifier() -> Verifier {
    Verifier::new([SECRET]).expect("a verifier")
}

/// Verifies a body that is signed now, with a header of its version or without.
fn verify(body: &Value, header: Option<&'static str>) -> Result<webhook::Delivery, Error> {
    let body = body.to_string().into_bytes();
    let mut headers = webhook::sign(SECRET, "msg_1", Utc::now(), &body).expect("headers");
    headers.extend(header.map(|version| {
        (http::HeaderName::from_static(API_VERSION), http::HeaderValue::from_static(version))
    }));
    verifier().verify(&headers, &body)
}

fn paid() -> Value {
    serde_json::to_value(WebhookPayload::from(WebhookOrderPaidPayload::sample())).expect("JSON")
}

fn paid_as(version: &str) -> Value {
    let mut paid = paid();
    paid["api_version"] = json!(version);
    paid
}

#[test]
fn a_delivery_says_which_version_it_was_made_for() {
    let version = |body: &Value, header| verify(body, header).expect("a delivery").api_version;
    let mut old = paid();
    old.as_object_mut().expect("an object").remove("api_version");
    assert_eq!(version(&old, None), None);
    assert_eq!(version(&old, Some("2026-04")).as_deref(), Some("2026-04"));
    assert_eq!(version(&paid_as("2026-10"), None).as_deref(), Some("2026-10"));
    // The body is signed and the header is not.
    assert_eq!(version(&paid_as("2026-10"), Some("2026-04")).as_deref(), Some("2026-10"));
}

#[test]
fn an_event_of_another_version_is_decoded_if_it_fits() {
    let delivery = verify(&paid_as("2031-07"), None).expect("a delivery");
    assert!(matches!(delivery.payload, WebhookPayload::OrderPaid(_)));
    assert_eq!(delivery.api_version.as_deref(), Some("2031-07"));
}

#[test]
fn an_event_that_does_not_fit_names_both_versions() {
    let mut unfit = paid_as("2031-07");
    unfit["data"]["total_amount"] = json!({"usd": 1500});
    let error = verify(&unfit, None).expect_err("another version");
    let Error::OtherVersion { made_for, decoded_as, source } = &error else { panic!("{error:?}") };
    assert_eq!((made_for.as_str(), *decoded_as), ("2031-07", polar_client::API_VERSION));
    assert_eq!(source.path(), "data.total_amount");
    assert_eq!(error.status().as_u16(), 400);
    let text = error.to_string();
    assert!(text.contains("2031-07") && text.contains(polar_client::API_VERSION), "{text}");

    // Of the same version, and of one that is not known, it is just an event that does not fit.
    unfit["api_version"] = json!(polar_client::API_VERSION);
    assert!(matches!(verify(&unfit, None), Err(Error::Decode(_))));
    unfit.as_object_mut().expect("an object").remove("api_version");
    assert!(matches!(verify(&unfit, None), Err(Error::Decode(_))));
}

#[test]
fn endpoints_of_two_versions_are_told_apart_before_decoding() {
    let deliver = |body: &[u8], headers| {
        let delivery = verifier().verify_signature(headers, body).expect("a delivery");
        assert_eq!(delivery.body(), body);
        match delivery.api_version() {
            Some("2026-04") => delivery.decode::<v2026_04::types::WebhookPayload>().map(|_| "2026-04"),
            Some("2027-01") => delivery.decode::<v2027_01::types::WebhookPayload>().map(|_| "2027-01"),
            _ => delivery.decode::<WebhookPayload>().map(|_| "root"),
        }
    };
    let old = v2026_04::types::WebhookOrderPaidPayload::sample();
    let delivery = SignedDelivery::new(SECRET, &v2026_04::types::WebhookPayload::from(old)).expect("a delivery");
    assert_eq!(deliver(&delivery.body, &delivery.headers), Ok("2026-04"));
    let next = v2027_01::types::WebhookOrderPaidPayload::sample();
    let delivery = SignedDelivery::new(SECRET, &v2027_01::types::WebhookPayload::from(next)).expect("a delivery");
    assert_eq!(deliver(&delivery.body, &delivery.headers), Ok("2027-01"));
    let current: WebhookPayload = WebhookOrderPaidPayload::sample().into();
    let delivery = SignedDelivery::new(SECRET, &current).expect("a delivery");
    assert_eq!(deliver(&delivery.body, &delivery.headers), Ok("root"));
}

#[test]
fn payloads_know_their_version() {
    assert_eq!(<WebhookPayload as Payload>::VERSION, polar_client::API_VERSION);
    assert_eq!(<v2027_01::types::WebhookPayload as Payload>::VERSION, "2027-01");
    assert_eq!(<v2026_04::types::WebhookPayload as Payload>::VERSION, "2026-04");
}

#[test]
fn a_forged_version_is_no_way_around_the_signature() {
    let body = paid_as("2026-04").to_string().into_bytes();
    let mut headers = webhook::sign(SECRET, "msg_1", Utc::now(), &body).expect("headers");
    headers.insert(API_VERSION, "2026-04\u{7f}".parse().unwrap_or(http::HeaderValue::from_static("x")));
    let other = paid_as("2026-10").to_string().into_bytes();
    assert_eq!(verifier().verify(&headers, &other), Err(Error::SignatureMismatch));
}
