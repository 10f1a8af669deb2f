//! The behavior of programs after their version was removed.

use std::time::Duration;

use polar_client::licensing::{LicenseKeys, LicenseStatus, Validation};
use polar_client::test_util::{MockApi, Sample};
use polar_client::types::{LicenseKeyActivationId, OrderId};
use polar_client::{API_VERSION, ErrorKind, Polar, RetryPolicy, Utc, operations};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};
use support::recordings;

use super::served::{Previous, previous};
use super::{client, server};

const KEY: &str = "ACME2-21DA1E63-180F-4BAA-8F61-D146DBA66E4D";
const ORGANIZATION: &str = "4ed52778-6440-47b0-a753-83b62c345171";
const FORTNIGHT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Starts a server that no longer has the crate's version, and responds to requests without a version with `current`.
fn after_removal(current: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |request| match request.header("polar-version") {
        Some(_) => Reply::version_removed(),
        None => current(request),
    })
    .expect("a server")
}

fn licenses(server: &Server) -> LicenseKeys {
    let builder = Polar::builder().retry(RetryPolicy::none()).base_url(&server.url()).expect("a URL");
    LicenseKeys::with_client(&builder.build().expect("a client"), ORGANIZATION.parse().expect("an id"))
}

fn stored() -> Validation {
    let json = json!({
        "status": "valid",
        "answered_at": Utc::now().to_rfc3339(),
        "expires_at": null,
        "key": KEY,
        "organization_id": ORGANIZATION,
    });
    serde_json::from_value(json).expect("a stored answer")
}

#[tokio::test]
async fn error_of_a_removed_version_names_it_and_asks_for_an_upgrade() {
    let server = after_removal(|_| Reply::new(204));
    let polar: Polar = client(&server);
    let error = polar.orders().list().await.expect_err("removed");
    assert_eq!(error.kind(), ErrorKind::VersionRemoved);
    assert!(!error.is_not_found(), "it is not the order that does not exist");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
    assert_eq!(
        error.to_string(),
        format!(
            "`orders:list` was answered with 404 Not Found: the API no longer serves version {API_VERSION}; a newer \
             release of polar-client is needed"
        )
    );
    let old = client::<Previous>(&server).orders().list().await.expect_err("removed");
    assert!(old.to_string().contains(previous::API_VERSION), "{old}");
    assert_eq!(server.requests().len(), 2, "neither is retried");
}

#[tokio::test]
async fn a_404_with_a_version_is_about_the_resource() {
    let server = server();
    let polar: Polar = client(&server);
    let error = polar.orders().get(OrderId::sample()).await.expect_err("no order");
    assert_eq!((error.kind(), error.is_not_found()), (ErrorKind::Status, true));
    // Another 404, for example for an id with a slash, has a version header.
    let router =
        Server::start_unchecked(|_| Reply::json(404, &json!({"detail": "Not Found"})).header("polar-version", "x"));
    let error = client::<super::Current>(&router.expect("a server")).orders().list().await.expect_err("no path");
    assert_eq!((error.kind(), error.is_not_found()), (ErrorKind::Status, true));
}

#[tokio::test]
async fn a_mock_plays_a_removed_version() {
    let api = MockApi::new();
    api.on(&operations::ORDERS_GET).reply(&polar_client::types::Order::sample());
    api.remove_version(previous::API_VERSION);
    let old: previous::Polar = api.polar().to_version();
    let error = old.orders().get(OrderId::sample()).await.expect_err("removed");
    assert_eq!(error.kind(), ErrorKind::VersionRemoved);
    api.polar().orders().get(OrderId::sample()).await.expect("this version is served");
}

#[tokio::test]
async fn license_check_falls_back_to_the_served_version() {
    let server = after_removal(|request| match request.path.rsplit('/').next() {
        // Only these two properties are read from a response of a later version.
        Some("validate") => {
            Reply::json(200, &json!({"status": "granted", "expires_at": null, "key": {"new": "shape"}}))
        }
        Some("activate") => Reply::json(200, &json!({"id": LicenseKeyActivationId::sample().to_string()})),
        _ => Reply::new(204),
    });
    let licenses = licenses(&server);
    let validation = licenses.validate(KEY).condition("major", 1).await.expect("an answer");
    assert_eq!(validation.status, LicenseStatus::Valid);
    let activation = licenses.activate(KEY, "laptop").await.expect("an activation");
    assert_eq!(activation.id, LicenseKeyActivationId::sample());
    licenses.deactivate(KEY, activation.id).await.expect("no content");
    let requests = server.requests();
    let versions: Vec<_> = requests.iter().map(|request| request.header("polar-version")).collect();
    assert_eq!(versions, [Some(API_VERSION), None, Some(API_VERSION), None, Some(API_VERSION), None]);
    assert_eq!(requests[0].body, requests[1].body, "the same question");
}

#[tokio::test]
async fn refusal_by_the_served_version_counts() {
    let server = after_removal(|_| Reply::json(404, &json!({"error": "ResourceNotFound", "detail": "Not found"})));
    let validation = licenses(&server).validate(KEY).or_stored(Some(stored()), FORTNIGHT).await.expect("an answer");
    assert_eq!(validation.status, LicenseStatus::NotFound);
}

#[tokio::test]
async fn stored_validation_is_used_for_all_server_failures() {
    let unlike: Value = json!({"licence": {"state": "granted"}});
    let outcomes: [(&str, Reply); 8] = [
        ("removed for good", Reply::version_removed()),
        ("another shape", Reply::json(200, &unlike)),
        ("no JSON", Reply::text(200, "text/html", "<html>")),
        ("a time that is none", Reply::json(200, &json!({"status": "granted", "expires_at": 7}))),
        ("the request is refused", Reply::json(422, &json!({"error": "RequestValidationError", "detail": []}))),
        ("a firewall", Reply::text(403, "text/html", "<html>")),
        ("moved", Reply::new(308).header("location", "/v2/")),
        ("down", Reply::new(502)),
    ];
    for (what, reply) in outcomes {
        let answer = reply.clone();
        let server = after_removal(move |_| answer.clone());
        let licenses = licenses(&server);
        let validation = licenses.validate(KEY).or_stored(Some(stored()), FORTNIGHT).await;
        let validation = validation.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(matches!(validation.status, LicenseStatus::Offline { .. }), "{what}: {}", validation.status);
        licenses.validate(KEY).await.expect_err(what);
    }
}

#[tokio::test]
async fn a_refusal_with_a_reason_is_not_bridged() {
    for (status, name) in [(403, "NotPermitted"), (400, "BadRequest")] {
        let server = after_removal(move |_| Reply::json(status, &json!({"error": name, "detail": "No usage left."})));
        let error = licenses(&server).validate(KEY).or_stored(Some(stored()), FORTNIGHT).await.expect_err(name);
        assert_eq!(error.api().and_then(|api| api.name.as_deref()), Some(name));
    }
}

#[test]
fn webhooks_of_a_removed_version_are_decoded_as_before() {
    // Events keep their version, even if they are delivered again.
    for webhook in &recordings::all().webhooks {
        let mut body: Value = serde_json::from_str(&webhook.raw_body).expect("JSON");
        body["api_version"] = json!(previous::API_VERSION);
        let body = body.to_string();
        let headers =
            polar_client::webhook_events::sign(&webhook.secret, "msg_1", Utc::now(), body.as_bytes()).expect("headers");
        let verifier = polar_client::webhook_events::Verifier::new([&webhook.secret]).expect("a verifier");
        let delivery = verifier.verify(&headers, body.as_bytes()).expect("a delivery");
        assert_eq!(delivery.api_version.as_deref(), Some(previous::API_VERSION));
    }
}
