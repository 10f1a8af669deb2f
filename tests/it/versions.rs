//! Versions of the API beside each other.

use support::recordings;

use std::collections::BTreeSet;
use std::time::Duration;

use polar_client::client::Version;
use polar_client::ingest::WhenFull;
use polar_client::license::LicenseKeys;
use polar_client::test::{MockApi, Sample};
use polar_client::types::{EventCreateExternalCustomer, LicenseKeyId};
use polar_client::versions::{Current, V2026_10};
use polar_client::webhook::{self, Verifier};
use polar_client::{API_VERSION, Operation, Polar, RetryPolicy, Utc, operations, v2026_04, v2026_10};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};

fn recorded(name: &str) -> Value {
    let found = recordings::all().responses.iter().find(|recording| recording.name == name);
    found.unwrap_or_else(|| panic!("{name} is not recorded")).response_body.clone()
}

/// A license key as the version sends it that a request asks for.
fn license_key(version: &str) -> Value {
    let mut key = recorded("license_keys__get");
    let key_of = key.as_object_mut().expect("an object");
    key_of.retain(|name, _| !matches!(name.as_str(), "member" | "member_id"));
    if version == "2026-10" {
        let member = "6b1b7d1c-3f0a-4c8e-9f57-0d6d1f2f7a11";
        key_of.insert("member_id".to_owned(), json!(member));
        key_of.insert("member".to_owned(), json!({"id": member, "email": "jo@acme.example", "external_id": null}));
    }
    key
}

/// A server that has license keys, orders and events, and answers as the version of the request wants it.
fn server() -> Server {
    Server::start(|request: &Request| {
        let version = request.header("polar-version").expect("a version").to_owned();
        let path = request.path.as_str();
        let body = match path {
            _ if path.starts_with("/v1/license-keys/") => license_key(&version),
            "/v1/orders/" => json!({"items": [], "pagination": {"total_count": 0, "max_page": 0}}),
            "/v1/events/ingest" => json!({"inserted": 1, "duplicates": 0}),
            "/v1/customer-portal/license-keys/validate" => recorded("customer_portal__license_keys__validate"),
            _ => json!({"error": "ResourceNotFound", "detail": path}),
        };
        Reply::json(200, &body).header("polar-version", version)
    })
    .expect("a server")
}

fn next(server: &Server) -> v2026_10::Polar {
    let builder = v2026_10::Polar::builder().token("polar_oat_x").retry(RetryPolicy::none());
    builder.base_url(&server.url()).expect("a URL").build().expect("a client")
}

/// The versions that the server was asked for, in order.
fn asked(server: &Server) -> Vec<String> {
    let requests = server.requests();
    requests.iter().map(|request| request.header("polar-version").expect("a version").to_owned()).collect()
}

fn id() -> LicenseKeyId {
    "21da1e63-180f-4baa-8f61-d146dba66e4d".parse().expect("an id")
}

#[tokio::test]
async fn each_client_sends_its_version_and_reads_what_that_sends() {
    let server = server();
    let polar = next(&server);
    let key: v2026_10::types::LicenseKeyWithActivations = polar.license_keys().get(id()).await.expect("a key");
    let member = key.member.expect("a member");
    assert_eq!((member.email.as_str(), Some(member.id)), ("jo@acme.example", key.member_id));

    let current: Polar = polar.to_version::<Current>();
    let key: polar_client::types::LicenseKeyWithActivations =
        current.license_keys().get(id()).await.expect("a key without a member");
    assert_eq!(json!(key.key), license_key(API_VERSION)["key"]);
    let again: v2026_10::Polar = current.to_version();
    assert_eq!(again.license_keys().get(id()).await.expect("a key").key, key.key);
    assert_eq!(asked(&server), ["2026-10", API_VERSION, "2026-10"]);
}

#[tokio::test]
async fn what_does_not_differ_is_one_type_and_is_sent_with_the_version_of_the_client() {
    let server = server();
    let polar = next(&server);
    let page: polar_client::Page<polar_client::types::Order> = polar.orders().list().await.expect("a page");
    assert!(page.items.is_empty());
    let orders: polar_client::resources::orders::Orders<polar_client::client::AccessToken, V2026_10> = polar.orders();
    orders.list().await.expect("a page");
    polar.to_version::<Current>().orders().list().await.expect("a page");
    assert_eq!(asked(&server), ["2026-10", "2026-10", API_VERSION]);
    let order: v2026_10::types::Order = polar_client::types::Order::sample();
    let _: v2026_04::types::Order = order;
}

#[tokio::test]
async fn an_operation_is_never_sent_with_a_version_whose_answers_it_cannot_read() {
    let server = server();
    let polar = next(&server);
    // The operation of the root, whose type has no member.
    polar.call_json(&operations::LICENSE_KEYS_GET).path("id", id().to_string()).await.expect("a key");
    polar.call_json(&v2026_10::operations::LICENSE_KEYS_GET).path("id", id().to_string()).await.expect("a key");
    let current = polar.to_version::<Current>();
    let answer =
        current.call_json(&v2026_10::operations::LICENSE_KEYS_GET).path("id", id().to_string()).await.expect("a key");
    assert!(answer.to_json().get("member").is_some(), "it is read as what it was asked for");
    assert_eq!(asked(&server), [API_VERSION, "2026-10", "2026-10"]);
}

#[tokio::test]
async fn hand_written_features_serve_all_versions() {
    let server = server();
    let polar = next(&server);
    let ingestor = polar.events().ingestor().when_full(WhenFull::Drop).start().expect("an ingestor");
    ingestor.push(EventCreateExternalCustomer::new("jo", "visited")).await.expect("room");
    ingestor.shutdown(Duration::from_secs(5)).await;
    // What license keys are in the other version is unknown to this feature, which is written for the root's types.
    let keys = LicenseKeys::with_client(&polar, "4ed52778-6440-47b0-a753-83b62c345171".parse().expect("an id"));
    keys.validate("ACME2-21DA1E63-180F-4BAA-8F61-D146DBA66E4D").await.expect("an answer");
    assert_eq!(asked(&server), ["2026-10", API_VERSION]);
}

#[tokio::test]
async fn a_version_set_by_hand_is_sent_by_clients_of_all_versions() {
    let server = server();
    let builder = v2026_10::Polar::builder().token("polar_oat_x").version("2026-04");
    let polar = builder.base_url(&server.url()).expect("a URL").build().expect("a client");
    polar.orders().list().await.expect("a page");
    assert_eq!(asked(&server), ["2026-04"]);
    assert!(format!("{polar:?}").contains("2026-04"), "{polar:?}");
    assert!(format!("{:?}", next(&server)).contains("2026-10"));
    assert!(format!("{:?}", v2026_10::Polar::builder()).contains("2026-10"));
}

#[test]
fn operations_say_in_which_versions_they_are_the_same() {
    let ids = |operations: &[&'static Operation]| operations.iter().map(|one| one.id()).collect::<BTreeSet<_>>();
    assert_eq!(ids(V2026_10::operations()), ids(Operation::all()));
    assert_eq!(ids(Current::operations()), ids(Operation::all()));
    let own = V2026_10::operations().iter().filter(|one| one.versions() == ["2026-10"]);
    assert_eq!(
        own.map(|one| one.id()).collect::<Vec<_>>(),
        [
            "customer_portal:license_keys:activate",
            "customer_portal:license_keys:get",
            "customer_portal:license_keys:list",
            "customer_portal:license_keys:validate",
            "license_keys:activate",
            "license_keys:get",
            "license_keys:get_activation",
            "license_keys:list",
            "license_keys:update",
            "license_keys:validate",
        ]
    );
    assert!(std::ptr::eq(&operations::ORDERS_LIST, &v2026_10::operations::ORDERS_LIST));
    assert_eq!(operations::ORDERS_LIST.versions(), [API_VERSION, "2026-10"]);
    assert_eq!(operations::LICENSE_KEYS_GET.versions(), [API_VERSION]);
    assert_eq!((Current::VERSION, V2026_10::VERSION), (API_VERSION, v2026_10::API_VERSION));
}

#[tokio::test]
async fn samples_and_mocks_know_the_types_of_all_versions() {
    let api = MockApi::new();
    let mut key = v2026_10::types::LicenseKeyWithActivations::sample();
    let member = v2026_10::types::LicenseKeyMember::sample();
    (key.member_id, key.member) = (Some(member.id), Some(member));
    api.on(&v2026_10::operations::LICENSE_KEYS_GET).reply(&key);
    let polar: v2026_10::Polar = api.polar().to_version();
    assert_eq!(polar.license_keys().get(id()).await.expect("a key"), key);
    assert_eq!(api.calls()[0].headers()["polar-version"], "2026-10");
}

#[test]
fn json_schemas_of_both_versions_stand_beside_each_other() {
    let mut generator = schemars::SchemaGenerator::default();
    generator.subschema_for::<polar_client::types::LicenseKey>();
    generator.subschema_for::<v2026_10::types::LicenseKey>();
    let definitions = generator.definitions();
    let has_member = |name: &str| definitions[name]["properties"].get("member").is_some();
    assert_eq!((has_member("LicenseKey"), has_member("LicenseKey2")), (false, true));
    let success = v2026_10::operations::LICENSE_KEYS_LIST.success();
    let polar_client::Success::Json(ty) = success else { panic!("{success:?}") };
    let schema = ty.json_schema(&mut generator);
    assert_eq!(schema.pointer("/properties/items/items/$ref"), Some(&json!("#/$defs/LicenseKey2")));
}

#[test]
fn a_delivery_is_decoded_as_what_the_version_of_its_endpoint_sends() {
    let member = v2026_10::types::LicenseKeyMember::sample();
    let body = serde_json::to_vec(&member).expect("JSON");
    let headers = webhook::sign("polar_whs_test", "msg_1", Utc::now(), &body).expect("a signature");
    let verifier = Verifier::new(["polar_whs_test"]).expect("a verifier");
    let delivery = verifier.verify_as::<v2026_10::types::LicenseKeyMember>(&headers, &body).expect("a delivery");
    assert_eq!((delivery.id.as_str(), delivery.payload), ("msg_1", member));
    let refusal = verifier.verify_as::<v2026_10::types::LicenseKeyMember>(&headers, b"{}").expect_err("another body");
    assert!(matches!(refusal, webhook::Error::SignatureMismatch), "{refusal:?}");
    // The events of version 2026-10 are those of the root.
    let _: fn(v2026_10::types::WebhookPayload) -> polar_client::types::WebhookPayload = |payload| payload;
}
