//! License keys in programs on customers' machines.

use support::recordings;

use std::fmt::Debug;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polar_client::licensing::{LicenseKeys, LicenseStatus, Validation};
use polar_client::types::{LicenseKeyActivationCreated, ValidatedLicenseKey};
use polar_client::{DateTime, ErrorKind, Polar, RetryPolicy, Utc};
use polar_loopback::{Recording, Reply, Request, Server};
use serde_json::{Value, json};

const KEY: &str = "ACME2-21DA1E63-180F-4BAA-8F61-D146DBA66E4D";
const ORGANIZATION: &str = "4ed52778-6440-47b0-a753-83b62c345171";
const ACTIVATION: &str = "cf05763b-4c22-4c05-93e4-344422cd077f";
const FORTNIGHT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(reply).expect("a server")
}

fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("a UUID")
}

/// Creates a handle from a client with a token, which must not be sent.
fn licenses_at(url: &str, retry: RetryPolicy) -> LicenseKeys {
    let builder = Polar::builder().token("polar_oat_secret").retry(retry).base_url(url).expect("a URL");
    LicenseKeys::with_client(&builder.build().expect("a client"), id(ORGANIZATION))
}

fn licenses(server: &Server) -> LicenseKeys {
    licenses_at(&server.url(), RetryPolicy::none())
}

fn not_found() -> Reply {
    Reply::json(404, &json!({ "error": "ResourceNotFound", "detail": "Not found" }))
}

fn recording(name: &str) -> &'static Recording {
    let found = recordings::all().responses.iter().find(|recording| recording.name == name);
    found.unwrap_or_else(|| panic!("{name} is not recorded"))
}

/// Returns the recorded response to a validation, with some properties changed.
fn recorded(changes: Value) -> Reply {
    let recording = recording("customer_portal__license_keys__validate");
    let mut body = recording.response_body.clone();
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    Reply::json(200, &body)
}

async fn status_of(reply: Reply) -> LicenseStatus {
    let server = server(move |_| reply.clone());
    licenses(&server).validate(KEY).await.expect("an answer").status
}

/// Returns a validation as a program may have stored it.
fn stored(status: &str, answered_at: DateTime<Utc>, expires_at: Option<DateTime<Utc>>) -> Validation {
    let json = json!({
        "status": status,
        "answered_at": answered_at.to_rfc3339(),
        "expires_at": expires_at.map(|end| end.to_rfc3339()),
        "key": KEY,
        "organization_id": ORGANIZATION,
    });
    serde_json::from_value(json).expect("a stored answer")
}

/// Returns the status of a stored validation while the API is unreachable.
async fn offline_status(stored: Validation) -> LicenseStatus {
    let url = server(|_| Reply::new(204)).url();
    let outcome = licenses_at(&url, RetryPolicy::none()).validate(KEY).or_stored(Some(stored), FORTNIGHT).await;
    outcome.expect("a stored answer").status
}

fn ago(seconds: u64) -> DateTime<Utc> {
    Utc::now() - Duration::from_secs(seconds)
}

const DAY: u64 = 24 * 60 * 60;

#[tokio::test]
async fn a_key_is_validated_without_a_token() {
    let server = server(|_| recorded(json!({})));
    let validation = licenses(&server)
        .validate(KEY)
        .activation_id(id(ACTIVATION))
        .condition("major", 1)
        .condition("os", "mac")
        .increment_usage(2)
        .await
        .expect("an answer");
    assert_eq!(validation.status, LicenseStatus::Valid);
    assert!(validation.status.is_usable());
    let details: ValidatedLicenseKey = validation.details.expect("details").decode().expect("a key");
    assert_eq!(details.limit_usage, Some(200));

    let request = &server.requests()[0];
    assert_eq!(request.path, "/v1/customer-portal/license-keys/validate");
    assert_eq!(request.header("authorization"), None);
    let expected = json!({
        "key": KEY,
        "organization_id": ORGANIZATION,
        "activation_id": ACTIVATION,
        "conditions": { "major": 1, "os": "mac" },
        "increment_usage": 2,
    });
    assert_eq!(request.json().expect("JSON"), expected);
}

#[tokio::test]
async fn a_key_is_activated_and_given_back_without_a_token() {
    let activation = recording("license_keys__activate").response_body.clone();
    let server = server(move |request| match request.path.ends_with("/activate") {
        true => Reply::json(200, &activation),
        false => Reply::new(204),
    });
    let licenses = licenses(&server);
    let activation = licenses
        .activate(KEY, "laptop")
        .condition("major", 1)
        .condition("os", "mac")
        .meta("ip", "1.2.3.4")
        .await
        .expect("an activation");
    let details: LicenseKeyActivationCreated = activation.details.decode().expect("an activation");
    assert_eq!((details.label.as_str(), details.id), ("laptop", activation.id));
    licenses.deactivate(KEY, activation.id).await.expect("no content");

    let requests = server.requests();
    assert!(requests.iter().all(|request| request.header("authorization").is_none()));
    let expected = json!({
        "key": KEY,
        "organization_id": ORGANIZATION,
        "label": "laptop",
        "conditions": { "major": 1, "os": "mac" },
        "meta": { "ip": "1.2.3.4" },
    });
    assert_eq!(requests[0].json().expect("JSON"), expected);
    assert_eq!(requests[1].path, "/v1/customer-portal/license-keys/deactivate");
    let expected = json!({ "key": KEY, "organization_id": ORGANIZATION, "activation_id": activation.id.to_string() });
    assert_eq!(requests[1].json().expect("JSON"), expected);
}

#[tokio::test]
async fn status_has_the_reason_for_an_invalid_key() {
    assert_eq!(status_of(recorded(json!({ "status": "revoked" }))).await, LicenseStatus::Revoked);
    assert_eq!(status_of(recorded(json!({ "status": "disabled" }))).await, LicenseStatus::Disabled);
    assert_eq!(status_of(recorded(json!({ "expires_at": "2020-01-01T00:00:00Z" }))).await, LicenseStatus::Expired);
    assert_eq!(status_of(not_found()).await, LicenseStatus::NotFound);
    let unknown = status_of(recorded(json!({ "status": "paused" }))).await;
    assert!(matches!(&unknown, LicenseStatus::Unknown(status) if status == "paused"), "{unknown:?}");
    assert!(!unknown.is_usable());
}

#[tokio::test]
async fn other_404_remains_an_error() {
    let server = server(|_| Reply::json(404, &json!({ "detail": "Not Found" })));
    let error = licenses(&server).validate(KEY).await.expect_err("another version of the API");
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test]
async fn a_429_is_waited_out() {
    let count = AtomicUsize::new(0);
    let server = server(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::new(429).header("retry-after", "1"),
        _ => recorded(json!({})),
    });
    let before = std::time::Instant::now();
    let validation =
        licenses_at(&server.url(), RetryPolicy::default()).validate(KEY).increment_usage(1).await.expect("an answer");
    assert_eq!(validation.status, LicenseStatus::Valid);
    assert_eq!(server.requests().len(), 2);
    assert!(before.elapsed() >= Duration::from_secs(1), "the server asked to wait for a second");
}

#[tokio::test]
async fn a_usage_that_the_server_may_have_counted_is_not_sent_again() {
    let server = server(|_| Reply::new(503));
    let error =
        licenses_at(&server.url(), RetryPolicy::default()).validate(KEY).increment_usage(1).await.expect_err("503");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn without_an_answer_a_stored_one_counts_for_a_while() {
    let yesterday = ago(DAY);
    assert_eq!(
        offline_status(stored("valid", yesterday, None)).await,
        LicenseStatus::Offline { last_valid: yesterday }
    );
    let last_month = ago(30 * DAY);
    let too_long = LicenseStatus::OfflineTooLong { last_valid: last_month };
    assert!(!too_long.is_usable());
    assert_eq!(offline_status(stored("valid", last_month, None)).await, too_long);
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_prolong_a_stored_answer() {
    let tomorrow = Utc::now() + Duration::from_secs(DAY);
    assert_eq!(
        offline_status(stored("valid", tomorrow, None)).await,
        LicenseStatus::OfflineTooLong { last_valid: tomorrow }
    );
}

#[tokio::test]
async fn a_key_expires_offline_too() {
    assert_eq!(offline_status(stored("valid", ago(2 * DAY), Some(ago(DAY)))).await, LicenseStatus::Expired);
}

#[tokio::test]
async fn a_stored_refusal_stays_one() {
    assert_eq!(offline_status(stored("revoked", ago(60), None)).await, LicenseStatus::Revoked);
    assert_eq!(offline_status(stored("not_found", ago(60), None)).await, LicenseStatus::NotFound);
}

#[tokio::test]
async fn an_answer_overrules_a_stored_one() {
    let server = server(|_| recorded(json!({ "status": "revoked" })));
    let validation = licenses(&server).validate(KEY).or_stored(Some(stored("valid", ago(60), None)), FORTNIGHT).await;
    assert_eq!(validation.expect("an answer").status, LicenseStatus::Revoked);
}

#[tokio::test]
async fn a_stored_answer_to_another_key_does_not_count() {
    let url = server(|_| Reply::new(204)).url();
    let licenses = licenses_at(&url, RetryPolicy::none());
    let stored = stored("valid", ago(60), None);
    let error = licenses.validate("OTHER").or_stored(Some(stored), FORTNIGHT).await.expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    let error = licenses.validate(KEY).or_stored(None, FORTNIGHT).await.expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
}

#[tokio::test]
async fn only_responses_about_the_key_count() {
    let named = |status, name| Reply::json(status, &json!({ "error": name, "detail": "No." }));
    let replies = [
        (Reply::new(500), true),
        (Reply::new(503), true),
        (Reply::new(429), true),
        (named(401, "invalid_token"), true),
        (named(422, "RequestValidationError"), true),
        (Reply::text(403, "text/html", "<html>"), true),
        (named(403, "NotPermitted"), false),
        (named(400, "BadRequest"), false),
    ];
    for (reply, counts) in replies {
        let status = reply.status();
        let server = server(move |_| reply.clone());
        let stored = stored("valid", ago(60), None);
        let outcome = licenses(&server).validate(KEY).or_stored(Some(stored), FORTNIGHT).await;
        assert_eq!(outcome.is_ok(), counts, "{status}: {outcome:?}");
    }
}

#[tokio::test]
async fn storing_an_offline_answer_does_not_prolong_it() {
    let yesterday = ago(DAY);
    let url = server(|_| Reply::new(204)).url();
    let licenses = licenses_at(&url, RetryPolicy::none());
    let first = stored("valid", yesterday, None);
    let offline = licenses.validate(KEY).or_stored(Some(first.clone()), FORTNIGHT).await.expect("a stored answer");
    let again: Validation = serde_json::from_str(&serde_json::to_string(&offline).expect("JSON")).expect("an answer");
    assert_eq!(again, first);
}

#[tokio::test]
async fn stored_validation_has_no_customer_data() {
    let server = server(|_| recorded(json!({})));
    let validation = licenses(&server).validate(KEY).await.expect("an answer");
    let json = serde_json::to_value(&validation).expect("JSON");
    let mut names: Vec<&String> = json.as_object().expect("an object").keys().collect();
    names.sort();
    assert_eq!(names, ["answered_at", "expires_at", "key", "organization_id", "status"]);
    let shown = format!("{validation:?} {:?}", licenses(&server).validate(KEY));
    assert!(!shown.contains(KEY) && !shown.contains("bob@example.org"), "{shown}");
}

#[test]
fn a_damaged_store_is_an_error_that_names_the_property() {
    let damage = |name: &str, value: Value| {
        let mut json = serde_json::to_value(stored("valid", ago(60), None)).expect("JSON");
        json[name] = value;
        serde_json::from_value::<Validation>(json).expect_err("damaged").to_string()
    };
    for name in ["status", "answered_at", "expires_at", "key", "organization_id"] {
        let error = damage(name, json!(7));
        assert!(error.contains(name), "{error}");
    }
    assert!(damage("answered_at", json!("yesterday")).contains("answered_at"));
    serde_json::from_str::<Validation>("[]").expect_err("no object");
}

#[test]
fn all_of_it_works_without_async() {
    let activation = recording("license_keys__activate").response_body.clone();
    let server = server(move |request| match request.path.rsplit('/').next() {
        Some("activate") => Reply::json(200, &activation),
        Some("validate") => recorded(json!({})),
        _ => Reply::new(204),
    });
    let licenses = licenses(&server);
    let activation = licenses.activate(KEY, "laptop").send_blocking().expect("an activation");
    let validation = licenses.validate(KEY).activation_id(activation.id).send_blocking().expect("an answer");
    assert_eq!(validation.status, LicenseStatus::Valid);
    licenses.deactivate(KEY, activation.id).send_blocking().expect("no content");
    assert_eq!(server.requests().len(), 3);
}
