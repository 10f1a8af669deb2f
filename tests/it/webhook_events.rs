//! Webhooks: accepted deliveries, and reasons for rejection.

mod axum_extractor;
mod keys;
mod recorded;
mod versions;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use polar_client::types::WebhookPayload;
use polar_client::webhook_events::http::{HeaderMap, HeaderValue, StatusCode};
use polar_client::webhook_events::{self, Delivery, Error, ID, SIGNATURE, TIMESTAMP, Verifier};
use polar_client::{DateTime, Utc};
use polar_loopback::Webhook;
use support::recordings;

const SECRET: &str = "polar_whs_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SENT: i64 = 1_795_173_053;
const BODY: &[u8] = br#"{"type":"planet.discovered","timestamp":"2026-11-20T11:10:32Z","data":{"moons":2}}"#;
/// A signature that was created with another program.
const GOOD: &str = "v1,bjqkK+/d+Q5gqeXArdS5tDKVRV0YPlGgyRBObKdeh38=";
/// A body that does not match the document.
const UNDECODABLE: &[u8] = br#"{"type":"order.paid","timestamp":7,"data":{}}"#;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("a time")
}

fn headers(signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ID, HeaderValue::from_static("msg_1"));
    headers.insert(TIMESTAMP, HeaderValue::from(SENT));
    headers.insert(SIGNATURE, signature.parse().expect("a header"));
    headers
}

fn verifier() -> Verifier {
    Verifier::new([SECRET]).expect("a verifier").clock(|| at(SENT))
}

fn verify(signature: &str) -> Result<Delivery, Error> {
    verifier().verify(&headers(signature), BODY)
}

/// Returns the error for a valid delivery that was changed.
fn refusal(change: impl FnOnce(&mut HeaderMap)) -> Error {
    let mut headers = headers(GOOD);
    change(&mut headers);
    verifier().verify(&headers, BODY).expect_err("a refusal")
}

/// Returns the error for a signed body.
fn refusal_of_body(body: &[u8]) -> Error {
    let headers = webhook_events::sign(SECRET, "msg_1", at(SENT), body).expect("headers");
    verifier().verify(&headers, body).expect_err("a refusal")
}

#[test]
fn a_delivery_signed_with_the_whole_secret_is_accepted() {
    let delivery = verify(GOOD).expect("a delivery");
    assert_eq!(delivery.id, "msg_1");
    assert_eq!(delivery.timestamp, at(SENT));
}

#[test]
fn an_event_of_an_unknown_type_is_verified_and_kept() {
    let delivery = verify(GOOD).expect("a delivery");
    assert!(matches!(delivery.payload, WebhookPayload::Unknown(_)), "{delivery:?}");
    let text = serde_json::to_value(&delivery.payload).expect("JSON");
    assert_eq!(text, serde_json::from_slice::<serde_json::Value>(BODY).expect("JSON"));
}

#[test]
fn decoded_or_unprefixed_secret_is_rejected() {
    let decoded = "v1,Pc3BW6MIvegcioZjHL8+5DgJsEshMUOswoRS1B1s6As=";
    let without_prefix = "v1,sJN3LptrMRqbHuSwIRH1iqbPfU5MgH3v+1ChGWGg4KI=";
    let encoded_once_more = "v1,5ZRsX6aAs/kzbkLFhLf2nTmulngJL79i6RIWWswmyWY=";
    for signature in [decoded, without_prefix, encoded_once_more] {
        assert_eq!(verify(signature), Err(Error::SignatureMismatch));
    }
}

#[test]
fn sign_makes_the_headers_that_polar_sends() {
    assert_eq!(webhook_events::sign(SECRET, "msg_1", at(SENT), BODY), Ok(headers(GOOD)));
}

#[test]
fn sign_rejects_invalid_ids_and_times() {
    assert_eq!(webhook_events::sign("", "a", at(SENT), BODY).map_err(|error| error.status().as_u16()), Err(500));
    for id in ["", "a.b", "a b", "a\n", "ä"] {
        assert_eq!(webhook_events::sign(SECRET, id, at(SENT), BODY), Err(Error::InvalidId), "{id:?}");
    }
    assert_eq!(webhook_events::sign(SECRET, "a", at(-1), BODY), Err(Error::InvalidTimestamp));
}

#[test]
fn another_secret_is_refused() {
    let verifier = Verifier::new(["polar_whs_other"]).expect("a verifier");
    assert_eq!(verifier.verify_at(&headers(GOOD), BODY, at(SENT)), Err(Error::SignatureMismatch));
}

#[test]
fn old_and_new_secret_are_accepted_during_rotation() {
    let verifier = Verifier::new(["polar_whs_new", "polar_whs_old"]).expect("a verifier").clock(|| at(SENT));
    let verify = |secret| {
        let headers = webhook_events::sign(secret, "msg_1", at(SENT), BODY).expect("headers");
        verifier.verify(&headers, BODY).map(|delivery| delivery.id)
    };
    assert_eq!(verify("polar_whs_new"), Ok("msg_1".to_owned()));
    assert_eq!(verify("polar_whs_old"), Ok("msg_1".to_owned()));
    assert_eq!(verify("polar_whs_older"), Err(Error::SignatureMismatch));
}

#[test]
fn one_right_signature_among_several_suffices() {
    let (_, right) = GOOD.split_once(',').expect("a version");
    let wrong = "v1,Pc3BW6MIvegcioZjHL8+5DgJsEshMUOswoRS1B1s6As=";
    for signatures in [
        format!("{wrong} {GOOD}"),
        format!("{GOOD} {wrong}"),
        format!("v1,broken {GOOD}"),
        format!("v1a,{right} {GOOD}"),
        format!("unknown  {GOOD} "),
    ] {
        assert!(verify(&signatures).is_ok(), "{signatures}");
    }
    assert_eq!(verify(&format!("{wrong} {wrong}")), Err(Error::SignatureMismatch));
}

#[test]
fn signatures_of_other_versions_do_not_count() {
    let (_, right) = GOOD.split_once(',').expect("a version");
    for signatures in [format!("v1a,{right}"), format!("v2,{right} V1,{right}"), right.to_owned(), String::new()] {
        assert_eq!(verify(&signatures), Err(Error::UnknownVersion), "{signatures}");
    }
}

#[test]
fn signatures_that_are_not_32_bytes_in_strict_base64_are_malformed() {
    let unpadded = GOOD.trim_end_matches('=');
    // The last two bits of the last character are unused, so that the decoded bytes are the same.
    let trailing_bits = GOOD.replace("h38=", "h39=");
    let url_safe = GOOD.replace('+', "-").replace('/', "_");
    for signature in ["v1,", "v1,AAAA", "v1,!", unpadded, &trailing_bits, &url_safe, &format!("{GOOD}AAAA")] {
        assert_eq!(verify(signature), Err(Error::InvalidSignature), "{signature}");
    }
}

#[test]
fn timestamps_within_five_minutes_are_accepted() {
    let verify_at = |now| verifier().verify_at(&headers(GOOD), BODY, at(now)).map(|delivery| delivery.timestamp);
    let tolerance = Duration::from_secs(300);
    let more = Duration::from_secs(301);
    assert_eq!(verify_at(SENT + 300), Ok(at(SENT)));
    assert_eq!(verify_at(SENT - 300), Ok(at(SENT)));
    assert_eq!(verify_at(SENT + 301), Err(Error::TooOld { age: more, tolerance }));
    assert_eq!(verify_at(SENT - 301), Err(Error::TooNew { ahead: more, tolerance }));
}

#[test]
fn tolerance_can_be_set() {
    let verify_at = |tolerance, now| {
        let verifier = verifier().tolerance(tolerance);
        verifier.verify_at(&headers(GOOD), BODY, at(now)).is_ok()
    };
    let ten = Duration::from_secs(10);
    assert_eq!([SENT - 11, SENT - 10, SENT + 10, SENT + 11].map(|now| verify_at(ten, now)), [false, true, true, false]);
    assert_eq!([SENT - 1, SENT, SENT + 1].map(|now| verify_at(Duration::ZERO, now)), [false, true, false]);
    assert!(verify_at(Duration::MAX, 0));
}

#[test]
fn verify_uses_the_configured_clock() {
    let stopped = Verifier::new([SECRET]).expect("a verifier").clock(|| at(SENT + 1000));
    assert!(matches!(stopped.verify(&headers(GOOD), BODY), Err(Error::TooOld { .. })));
}

#[test]
fn the_systems_clock_is_used_unless_another_is_given() {
    let verifier = Verifier::new([SECRET]).expect("a verifier");
    let headers = webhook_events::sign(SECRET, "msg_1", Utc::now(), BODY).expect("headers");
    assert!(verifier.verify(&headers, BODY).is_ok());
    let headers = webhook_events::sign(SECRET, "msg_1", Utc::now() - Duration::from_secs(400), BODY).expect("headers");
    assert!(matches!(verifier.verify(&headers, BODY), Err(Error::TooOld { .. })));
}

#[test]
fn each_missing_or_repeated_header_is_named() {
    for name in [ID, TIMESTAMP, SIGNATURE] {
        let missing = refusal(|headers| drop(headers.remove(name)));
        assert_eq!(missing, Error::MissingHeader(name));
        assert_eq!(missing.to_string(), format!("the header `{name}` is missing"));

        let repeated = refusal(|headers| {
            headers.append(name, headers[name].clone());
        });
        assert_eq!(repeated, Error::RepeatedHeader(name));

        let binary = HeaderValue::from_bytes(b"\xff").expect("a header");
        assert_eq!(refusal(|headers| drop(headers.insert(name, binary))), Error::InvalidHeader(name));
    }
}

#[test]
fn malformed_ids_and_times_are_refused() {
    for id in ["", "msg.1", "msg 1"] {
        let refused = refusal(|headers| drop(headers.insert(ID, HeaderValue::from_static(id))));
        assert_eq!(refused, Error::InvalidId, "{id:?}");
    }
    for time in ["", "now", "+1795173053", "-1", "1795173053.0", " 1795173053", "0x10", "99999999999999999999"] {
        let refused = refusal(|headers| drop(headers.insert(TIMESTAMP, HeaderValue::from_static(time))));
        assert_eq!(refused, Error::InvalidTimestamp, "{time:?}");
    }
    // The same time, written differently.
    let refused = refusal(|headers| drop(headers.insert(TIMESTAMP, HeaderValue::from_static("01795173053"))));
    assert_eq!(refused, Error::SignatureMismatch);
}

#[test]
fn undecodable_signed_body_is_an_error_with_its_path() {
    let Error::Decode(error) = refusal_of_body(UNDECODABLE) else { panic!("another reason") };
    assert_eq!(error.path(), "$.timestamp");
    assert!(matches!(refusal_of_body(b""), Error::Decode(_)));
    assert!(matches!(refusal_of_body(b"<html>"), Error::Decode(_)));
    assert_eq!(refusal_of_body(b"{\"type\":\"\xff\"}"), Error::NotUtf8 { offset: 9 });
}

#[test]
fn a_body_is_not_decoded_before_its_signature_is_verified() {
    let refused = verifier().verify(&headers(GOOD), b"no JSON").expect_err("a refusal");
    assert_eq!(refused, Error::SignatureMismatch);
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let verifier = verifier().body_limit(BODY.len());
    assert!(verifier.verify(&headers(GOOD), BODY).is_ok());
    let verifier = verifier.body_limit(BODY.len() - 1);
    assert_eq!(verifier.verify(&headers(GOOD), BODY), Err(Error::BodyTooLarge { limit: BODY.len() - 1 }));
    let mebibyte = vec![b' '; 1024 * 1024 + 1];
    assert_eq!(refusal_of_body(&mebibyte), Error::BodyTooLarge { limit: 1024 * 1024 });
}

#[test]
fn invalid_secrets_are_rejected_by_the_constructor() {
    assert_eq!(Verifier::new([] as [&str; 0]).expect_err("an error"), Error::NoSecret);
    for secret in ["", " polar_whs_x", "polar_whs_x\n"] {
        let error = Verifier::new(["polar_whs_y", secret]).expect_err("an error");
        assert!(matches!(error, Error::UnusableSecret { index: 1, .. }), "{error:?}");
        assert!(!error.to_string().contains("whs"), "{error}");
    }
}

#[test]
fn headers_can_be_looked_up_by_a_function() {
    let pairs = [(SIGNATURE, GOOD), (ID, "msg_1"), (TIMESTAMP, "1795173053")];
    let header = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    assert_eq!(verifier().verify_with(header, BODY), verify(GOOD));
    assert_eq!(verifier().verify_with(|_| None, BODY), Err(Error::MissingHeader(ID)));
}

#[test]
fn status_distinguishes_malformed_from_unverified() {
    let tolerance = Duration::from_secs(300);
    let all = [
        (Error::MissingHeader(ID), 400),
        (Error::RepeatedHeader(ID), 400),
        (Error::InvalidHeader(ID), 400),
        (Error::InvalidId, 400),
        (Error::InvalidTimestamp, 400),
        (Error::InvalidSignature, 400),
        (Error::BodyUnreadable, 400),
        (refusal_of_body(b"\xff"), 400),
        (refusal_of_body(b"{}"), 400),
        (Error::TooOld { age: tolerance, tolerance }, 401),
        (Error::TooNew { ahead: tolerance, tolerance }, 401),
        (Error::UnknownVersion, 401),
        (Error::SignatureMismatch, 401),
        (Error::BodyTooLarge { limit: 1 }, 413),
        (Error::NoSecret, 500),
    ];
    for (error, status) in &all {
        assert_eq!(error.status(), StatusCode::from_u16(*status).expect("a status"), "{error}");
    }
    let mut texts: Vec<String> = all.iter().map(|(error, _)| error.to_string()).collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), all.len(), "each reason has a text of its own: {texts:?}");
}

#[test]
fn no_text_shows_a_secret_or_the_right_signature() {
    let verifier = verifier();
    let refused = verify("v1,Pc3BW6MIvegcioZjHL8+5DgJsEshMUOswoRS1B1s6As=").expect_err("a refusal");
    let (_, right) = GOOD.split_once(',').expect("a version");
    for text in [format!("{verifier:?}"), format!("{refused:?}"), refused.to_string()] {
        assert!(!text.contains("whs") && !text.contains("AAECAw") && !text.contains(right), "{text}");
    }
    assert!(format!("{verifier:?}").starts_with("Verifier { secrets: 1, tolerance: 300s"), "{verifier:?}");
}
