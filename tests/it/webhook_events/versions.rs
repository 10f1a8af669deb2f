//! Deliveries of other versions of the API.

use polar_client::test_util::{Sample, SignedDelivery};
use polar_client::types::{WebhookOrderPaidPayload, WebhookPayload};
use polar_client::webhook_events::{self, API_VERSION, Error, Payload, SigningScheme, Verifier};
use polar_client::{API_VERSION as CURRENT, Utc};
use serde_json::{Value, json};

#[cfg(has_next_version)]
use crate::versions::served::next;
use crate::versions::served::previous;

const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn verifier() -> Verifier {
    Verifier::new([SECRET]).expect("a verifier")
}

/// Verifies a body that is signed now, with or without a version header.
fn verify(body: &Value, header: Option<&'static str>) -> Result<webhook_events::Delivery, Error> {
    let body = body.to_string().into_bytes();
    let mut headers = webhook_events::sign(SECRET, "msg_1", Utc::now(), &body).expect("headers");
    headers.extend(
        header.map(|version| (http::HeaderName::from_static(API_VERSION), http::HeaderValue::from_static(version))),
    );
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
fn delivery_has_the_version_of_its_event() {
    let version = |body: &Value, header| verify(body, header).expect("a delivery").api_version;
    let mut old = paid();
    old.as_object_mut().expect("an object").remove("api_version");
    assert_eq!(version(&old, None), None);
    assert_eq!(version(&old, Some("2026-04")).as_deref(), Some("2026-04"));
    assert_eq!(version(&paid_as("2026-10"), None).as_deref(), Some("2026-10"));
    // The body takes precedence, since the header is not signed.
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
    assert_eq!((made_for.as_str(), *decoded_as), ("2031-07", CURRENT));
    assert_eq!(source.path(), "$.data.total_amount");
    assert_eq!(error.status().as_u16(), 400);
    let text = error.to_string();
    assert!(text.contains("2031-07") && text.contains(CURRENT), "{text}");

    // For the same version, or an unknown one, it is an ordinary decoding error.
    unfit["api_version"] = json!(CURRENT);
    assert!(matches!(verify(&unfit, None), Err(Error::Decode(_))));
    unfit.as_object_mut().expect("an object").remove("api_version");
    assert!(matches!(verify(&unfit, None), Err(Error::Decode(_))));
}

#[test]
fn endpoints_of_two_versions_are_distinguished_before_decoding() {
    let deliver = |delivery: SignedDelivery| {
        let verified = verifier().verify_signature(&delivery.headers, &delivery.body).expect("a delivery");
        assert_eq!(verified.body(), delivery.body);
        let version = verified.api_version().map(str::to_owned);
        let is_paid = match version.as_deref() {
            Some(previous::API_VERSION) => matches!(
                verified.decode::<previous::types::WebhookPayload>().expect("an event").payload,
                previous::types::WebhookPayload::OrderPaid(_)
            ),
            _ => matches!(verified.decode().expect("an event").payload, WebhookPayload::OrderPaid(_)),
        };
        assert!(is_paid, "{version:?}");
        version
    };
    let old = previous::types::WebhookPayload::from(previous::types::WebhookOrderPaidPayload::sample());
    let version =
        deliver(SignedDelivery::sign(SigningScheme::Standard, SECRET, "msg_1", Utc::now(), &old).expect("a delivery"))
            .expect("a version");
    assert_eq!(version, previous::types::WebhookPayload::VERSIONS[0]);
    let current = WebhookPayload::from(WebhookOrderPaidPayload::sample());
    assert_eq!(deliver(SignedDelivery::new(SECRET, &current).expect("a delivery")).as_deref(), Some(CURRENT));
}

#[test]
fn payloads_know_their_versions() {
    assert_eq!(WebhookPayload::VERSIONS[0], CURRENT);
    assert!(previous::types::WebhookPayload::VERSIONS.contains(&previous::API_VERSION));
    #[cfg(has_next_version)]
    assert!(next::types::WebhookPayload::VERSIONS.contains(&next::API_VERSION));
}

#[test]
fn a_forged_version_is_no_way_around_the_signature() {
    let body = paid_as("2026-04").to_string().into_bytes();
    let mut headers = webhook_events::sign(SECRET, "msg_1", Utc::now(), &body).expect("headers");
    headers.insert(API_VERSION, "2026-04\u{7f}".parse().unwrap_or(http::HeaderValue::from_static("x")));
    let other = paid_as("2026-10").to_string().into_bytes();
    assert_eq!(verifier().verify(&headers, &other), Err(Error::SignatureMismatch));
}
