//! Webhooks: what is accepted, and what is refused for which reason.
use support::recordings;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use polar_client::types::WebhookPayload;
use polar_client::webhook::http::{HeaderMap, HeaderValue, StatusCode};
use polar_client::webhook::{self, Delivery, Error, ID, SIGNATURE, TIMESTAMP, Verifier};
use polar_client::{DateTime, Utc};
use polar_loopback::Webhook;

const SECRET: &str = "polar_whs_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SENT: i64 = 1_795_173_053;
const BODY: &[u8] = br#"{"type":"planet.discovered","timestamp":"2026-11-20T11:10:32Z","data":{"moons":2}}"#;
/// The signature of all these, made with another program.
const GOOD: &str = "v1,bjqkK+/d+Q5gqeXArdS5tDKVRV0YPlGgyRBObKdeh38=";
/// A body that is not what the document says.
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

/// The refusal of a good delivery that was changed.
fn refusal(change: impl FnOnce(&mut HeaderMap)) -> Error {
    let mut headers = headers(GOOD);
    change(&mut headers);
    verifier().verify(&headers, BODY).expect_err("a refusal")
}

/// The refusal of a body that is signed.
fn refusal_of_body(body: &[u8]) -> Error {
    let headers = webhook::sign(SECRET, "msg_1", at(SENT), body).expect("headers");
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
fn a_key_that_is_decoded_from_base64_or_lacks_the_prefix_is_refused() {
    let decoded = "v1,Pc3BW6MIvegcioZjHL8+5DgJsEshMUOswoRS1B1s6As=";
    let without_prefix = "v1,sJN3LptrMRqbHuSwIRH1iqbPfU5MgH3v+1ChGWGg4KI=";
    let encoded_once_more = "v1,5ZRsX6aAs/kzbkLFhLf2nTmulngJL79i6RIWWswmyWY=";
    for signature in [decoded, without_prefix, encoded_once_more] {
        assert_eq!(verify(signature), Err(Error::SignatureMismatch));
    }
}

#[test]
fn sign_makes_the_headers_that_polar_sends() {
    assert_eq!(webhook::sign(SECRET, "msg_1", at(SENT), BODY), Ok(headers(GOOD)));
}

#[test]
fn sign_refuses_what_no_delivery_has() {
    assert_eq!(webhook::sign("", "a", at(SENT), BODY).map_err(|error| error.status().as_u16()), Err(500));
    for id in ["", "a.b", "a b", "a\n", "ä"] {
        assert_eq!(webhook::sign(SECRET, id, at(SENT), BODY), Err(Error::InvalidId), "{id:?}");
    }
    assert_eq!(webhook::sign(SECRET, "a", at(-1), BODY), Err(Error::InvalidTimestamp));
}

#[test]
fn another_secret_is_refused() {
    let verifier = Verifier::new(["polar_whs_other"]).expect("a verifier");
    assert_eq!(verifier.verify_at(&headers(GOOD), BODY, at(SENT)), Err(Error::SignatureMismatch));
}

#[test]
fn old_and_new_secret_are_accepted_during_rotation_and_others_are_not() {
    let verifier = Verifier::new(["polar_whs_new", "polar_whs_old"]).expect("a verifier").clock(|| at(SENT));
    let verify = |secret| {
        let headers = webhook::sign(secret, "msg_1", at(SENT), BODY).expect("headers");
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
    // The last two bits of the last character do not belong to the 32 bytes: with them set, the bytes are the same.
    let trailing_bits = GOOD.replace("h38=", "h39=");
    let url_safe = GOOD.replace('+', "-").replace('/', "_");
    for signature in ["v1,", "v1,AAAA", "v1,!", unpadded, &trailing_bits, &url_safe, &format!("{GOOD}AAAA")] {
        assert_eq!(verify(signature), Err(Error::InvalidSignature), "{signature}");
    }
}

#[test]
fn five_minutes_either_way_are_accepted_and_a_second_more_is_not() {
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
fn verify_asks_the_clock_it_was_given() {
    let stopped = Verifier::new([SECRET]).expect("a verifier").clock(|| at(SENT + 1000));
    assert!(matches!(stopped.verify(&headers(GOOD), BODY), Err(Error::TooOld { .. })));
}

#[test]
fn the_systems_clock_is_used_unless_another_is_given() {
    let verifier = Verifier::new([SECRET]).expect("a verifier");
    let headers = webhook::sign(SECRET, "msg_1", Utc::now(), BODY).expect("headers");
    assert!(verifier.verify(&headers, BODY).is_ok());
    let headers = webhook::sign(SECRET, "msg_1", Utc::now() - Duration::from_secs(400), BODY).expect("headers");
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
    // The time that was signed, written in another way.
    let refused = refusal(|headers| drop(headers.insert(TIMESTAMP, HeaderValue::from_static("01795173053"))));
    assert_eq!(refused, Error::SignatureMismatch);
}

#[test]
fn a_signed_body_that_cannot_be_decoded_is_told_with_its_place() {
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
fn secrets_that_cannot_be_are_refused_when_the_verifier_is_made() {
    assert_eq!(Verifier::new([] as [&str; 0]).expect_err("an error"), Error::NoSecret);
    for secret in ["", " polar_whs_x", "polar_whs_x\n"] {
        let error = Verifier::new(["polar_whs_y", secret]).expect_err("an error");
        assert!(matches!(error, Error::UnusableSecret { index: 1, .. }), "{error:?}");
        assert!(!error.to_string().contains("whs"), "{error}");
    }
}

#[test]
fn headers_can_come_from_anywhere() {
    let pairs = [(SIGNATURE, GOOD), (ID, "msg_1"), (TIMESTAMP, "1795173053")];
    let header = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    assert_eq!(verifier().verify_with(header, BODY), verify(GOOD));
    assert_eq!(verifier().verify_with(|_| None, BODY), Err(Error::MissingHeader(ID)));
}

#[test]
fn status_tells_malformed_from_unproven() {
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

/// A recorded delivery, as it came.
struct Recorded<'a> {
    webhook: &'a Webhook,
    /// Accepts any time, so that nothing but the signature protects the timestamp.
    verifier: Verifier,
}

impl<'a> Recorded<'a> {
    fn all() -> Vec<Self> {
        let webhooks = &recordings::all().webhooks;
        assert!(!webhooks.is_empty(), "no deliveries are recorded");
        let recorded = |webhook: &'a Webhook| {
            let verifier = Verifier::new([&webhook.secret]).expect("a verifier").tolerance(Duration::MAX);
            Self { webhook, verifier }
        };
        webhooks.iter().map(recorded).collect()
    }

    fn header(&self, name: &str) -> &[u8] {
        self.webhook.headers[name].as_bytes()
    }

    fn body(&self) -> &[u8] {
        self.webhook.raw_body.as_bytes()
    }

    /// The delivery with one header replaced; `None` if no header can have this value.
    fn with_header(&self, replaced: &str, value: &[u8]) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        for name in [ID, TIMESTAMP, SIGNATURE] {
            let value = if name == replaced { value } else { self.header(name) };
            headers.insert(name, HeaderValue::from_bytes(value).ok()?);
        }
        Some(headers)
    }

    fn accepts(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        match self.verifier.verify_at(headers, body, at(SENT)) {
            Ok(_) => true,
            // It would have passed for Polar's.
            Err(Error::Decode(_) | Error::NotUtf8 { .. }) => true,
            Err(_) => false,
        }
    }
}

/// Runs over all deliveries, as many at a time as there are processors, and adds up what each gives.
fn total(of_one: impl Fn(&Recorded<'_>) -> usize + Sync) -> usize {
    let (next, sum, all) = (AtomicUsize::new(0), AtomicUsize::new(0), Recorded::all());
    let work = || {
        while let Some(recorded) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            sum.fetch_add(of_one(recorded), Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    sum.into_inner()
}

#[test]
fn every_recorded_delivery_is_verified_and_decoded() {
    let verified = total(|recorded| {
        let webhook = recorded.webhook;
        let headers = recorded.with_header("", b"").expect("headers");
        let sent = at(webhook.headers[TIMESTAMP].parse().expect("seconds"));
        let verifier = Verifier::new([&webhook.secret]).expect("a verifier");
        let delivery = verifier.verify_at(&headers, recorded.body(), sent);
        let delivery = delivery.unwrap_or_else(|error| panic!("{}: {error}", webhook.name));
        assert_eq!(delivery.id, webhook.headers[ID]);
        assert_eq!(delivery.timestamp, sent);
        // With all features there is a type for each that was recorded.
        assert!(!matches!(delivery.payload, WebhookPayload::Unknown(_)), "{}", webhook.name);
        1
    });
    assert_eq!(verified, recordings::all().webhooks.len());
}

/// Every bit of every delivery that counts, one after the other.
#[test]
fn any_flipped_bit_in_body_id_timestamp_or_signature_is_refused() {
    let flips = total(|recorded| {
        let name = &recorded.webhook.name;
        let untouched = recorded.with_header("", b"").expect("headers");
        assert!(recorded.accepts(&untouched, recorded.body()), "{name}: untouched");
        let mut body = recorded.body().to_vec();
        for bit in 0..body.len() * 8 {
            body[bit / 8] ^= 1 << (bit % 8);
            assert!(!recorded.accepts(&untouched, &body), "{name}: bit {bit} of the body");
            body[bit / 8] ^= 1 << (bit % 8);
        }
        let mut flips = body.len() * 8;
        for header in [ID, TIMESTAMP, SIGNATURE] {
            let mut value = recorded.header(header).to_vec();
            for bit in 0..value.len() * 8 {
                value[bit / 8] ^= 1 << (bit % 8);
                let headers = recorded.with_header(header, &value);
                let accepted = headers.is_some_and(|headers| recorded.accepts(&headers, recorded.body()));
                assert!(!accepted, "{name}: bit {bit} of {header}");
                value[bit / 8] ^= 1 << (bit % 8);
            }
            flips += value.len() * 8;
        }
        flips
    });
    eprintln!("{flips} flips of {} deliveries", recordings::all().webhooks.len());
}

/// A flipped bit of the 32 bytes is another character of base64; so are the bits that the last one leaves over.
#[test]
fn any_other_base64_character_in_a_signature_is_refused() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    total(|recorded| {
        let mut value = recorded.header(SIGNATURE).to_vec();
        for index in "v1,".len()..value.len() {
            let right = value[index];
            for other in ALPHABET.iter().filter(|other| **other != right) {
                value[index] = *other;
                let headers = recorded.with_header(SIGNATURE, &value).expect("headers");
                assert!(!recorded.accepts(&headers, recorded.body()), "{}: {index}", recorded.webhook.name);
            }
            value[index] = right;
        }
        1
    });
}

mod axum_extractor {
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpStream};

    use axum::Router;
    use axum::extract::FromRef;
    use axum::routing::post;
    use polar_client::webhook::sign;

    use super::*;

    #[derive(Clone)]
    struct App {
        greeting: &'static str,
        verifier: Verifier,
    }

    impl FromRef<App> for Verifier {
        fn from_ref(app: &App) -> Self {
            app.verifier.clone()
        }
    }

    async fn receive(app: axum::extract::State<App>, delivery: Delivery) -> String {
        format!("{} {}", app.greeting, delivery.id)
    }

    async fn receive_refusals(delivery: Result<Delivery, Error>) -> (StatusCode, String) {
        (StatusCode::IM_A_TEAPOT, format!("{:?}", delivery.map(|delivery| delivery.id)))
    }

    /// What a server with the extractor answers: the status and the body.
    async fn answer(request: Vec<u8>) -> (u16, String) {
        let app = App { greeting: "received", verifier: verifier().body_limit(1000) };
        let router = Router::new().route("/", post(receive)).route("/own", post(receive_refusals)).with_state(app);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let answer = tokio::task::spawn_blocking(move || exchange(address, &request)).await.expect("an answer");
        server.abort();
        answer
    }

    fn exchange(address: SocketAddr, request: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.write_all(request).expect("to be sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, body.to_owned())
    }

    fn request(path: &str, headers: &HeaderMap, length: &str, body: &[u8]) -> Vec<u8> {
        let mut text = format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{length}\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
        }
        let mut request = (text + "\r\n").into_bytes();
        request.extend(body);
        request
    }

    async fn deliver(path: &str, headers: &HeaderMap, body: &[u8]) -> (u16, String) {
        answer(request(path, headers, &format!("content-length: {}", body.len()), body)).await
    }

    #[tokio::test]
    async fn a_right_delivery_reaches_the_handler() {
        assert_eq!(deliver("/", &headers(GOOD), BODY).await, (200, "received msg_1".to_owned()));
    }

    #[tokio::test]
    async fn an_unproven_delivery_is_answered_401_with_the_reason() {
        let wrong = headers("v1,Pc3BW6MIvegcioZjHL8+5DgJsEshMUOswoRS1B1s6As=");
        assert_eq!(deliver("/", &wrong, BODY).await, (401, "no signature matches the webhook".to_owned()));

        let old = sign(SECRET, "msg_1", at(SENT - 301), BODY).expect("headers");
        let reason = "the webhook was signed 301s ago; 300s are accepted".to_owned();
        assert_eq!(deliver("/", &old, BODY).await, (401, reason));
    }

    #[tokio::test]
    async fn a_malformed_delivery_is_answered_400_with_the_reason() {
        let mut missing = headers(GOOD);
        missing.remove(ID);
        assert_eq!(deliver("/", &missing, BODY).await, (400, "the header `webhook-id` is missing".to_owned()));

        let signed = sign(SECRET, "msg_1", at(SENT), UNDECODABLE).expect("headers");
        let (status, reason) = deliver("/", &signed, UNDECODABLE).await;
        assert_eq!(status, 400);
        assert!(
            reason.starts_with("the webhook's body cannot be decoded: ") && reason.contains("$.timestamp"),
            "{reason}"
        );
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_answered_413() {
        let body = vec![b' '; 1001];
        let signed = sign(SECRET, "msg_1", at(SENT), &body).expect("headers");
        let reason = "the webhook's body has more than 1000 bytes".to_owned();
        assert_eq!(deliver("/", &signed, &body).await, (413, reason));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_answered_400() {
        let broken = request("/", &headers(GOOD), "transfer-encoding: chunked", b"no length\r\n");
        assert_eq!(answer(broken).await, (400, "the webhook's body could not be read".to_owned()));
    }

    #[tokio::test]
    async fn a_handler_can_answer_refusals_itself() {
        let mut missing = headers(GOOD);
        missing.remove(SIGNATURE);
        let answered = deliver("/own", &missing, BODY).await;
        assert_eq!(answered, (418, "Err(MissingHeader(\"webhook-signature\"))".to_owned()));
        assert_eq!(deliver("/own", &headers(GOOD), BODY).await, (418, "Ok(\"msg_1\")".to_owned()));
    }
}
