//! Several versions of the API, and what happens when one is removed.

mod january;

/// The previous version, and the next one if there is one.
pub mod served {
    include!(concat!(env!("OUT_DIR"), "/versions.rs"));
}

use std::collections::BTreeSet;
use std::time::Duration;

use polar_client::client::{AccessToken, Stage, Version};
use polar_client::ingestion::WhenFull;
use polar_client::licensing::LicenseKeys;
use polar_client::operation::Success;
use polar_client::test_util::{MockApi, Sample};
use polar_client::types::{EventCreateExternalCustomer, Order};
use polar_client::versions::Current;
use polar_client::{API_VERSION, Client, NaiveDate, Operation, Polar, RetryPolicy, operations};
use polar_loopback::{Reply, Request, Server};
use serde_json::json;
use served::{Previous, previous};
use support::recordings;

/// Starts a server that has orders, events and a license key, and rejects everything else.
fn server() -> Server {
    Server::start_unchecked(|request: &Request| match request.path.as_str() {
        "/v1/orders/" => Reply::json(200, &json!({"items": [], "pagination": {"total_count": 0, "max_page": 0}})),
        "/v1/events/ingest" => Reply::json(200, &json!({"inserted": 1, "duplicates": 0})),
        "/v1/customer-portal/license-keys/validate" => {
            Reply::json(200, &recordings::response("customer_portal__license_keys__validate").response_body)
        }
        _ => Reply::json(404, &json!({"error": "ResourceNotFound", "detail": "Not found"})),
    })
    .expect("a server")
}

fn client<V: Version>(server: &Server) -> Client<AccessToken, V> {
    let builder = Client::<AccessToken, V>::builder().token("polar_oat_x").retry(RetryPolicy::none());
    builder.base_url(&server.url()).expect("a URL").build().expect("a client")
}

/// Returns the requested versions, in order.
fn asked(server: &Server) -> Vec<String> {
    let requests = server.requests();
    requests.iter().map(|request| request.header("polar-version").expect("a version").to_owned()).collect()
}

/// Returns the operations of a version that are missing or different at the root.
fn own<V: Version>() -> Vec<&'static Operation> {
    V::operations().iter().copied().filter(|operation| operation.versions() == [V::VERSION]).collect()
}

/// Calls an operation without decoding the response.
async fn call<V: Version>(client: &Client<AccessToken, V>, operation: &'static Operation) {
    let names = operation.path().split(['{', '}']).skip(1).step_by(2);
    let call = names.fold(client.call_json(operation), |call, name| call.path(name, support::ID.to_string()));
    let error = call.await.expect_err("the server has no such thing");
    assert_eq!(error.operation().map(Operation::id), Some(operation.id()), "{error}");
}

#[tokio::test]
async fn each_client_sends_its_version() {
    let server = server();
    let old: previous::Polar = client(&server);
    old.orders().list().await.expect("a page");
    let root: Polar = old.to_version::<Current>();
    root.orders().list().await.expect("a page");
    root.to_version::<Previous>().orders().list().await.expect("a page");
    assert_eq!(asked(&server), [Previous::VERSION, API_VERSION, Previous::VERSION]);
    #[cfg(has_next_version)]
    {
        let next: served::next::Polar = old.to_version();
        next.orders().list().await.expect("a page");
        assert_eq!(asked(&server)[3], served::Next::VERSION);
    }
}

#[tokio::test]
async fn operation_is_sent_with_a_version_that_it_can_decode() {
    let server = server();
    let (old, root) = (client::<Previous>(&server), client::<Current>(&server));
    let is_callable = |operation: &&&Operation| {
        operation.method() == "GET" && root_of(operation).is_some() && operation.credential().is_some()
    };
    let differing = own::<Previous>();
    let differing = differing.iter().find(|operation| is_callable(operation));
    let Some(operation) = differing.copied().filter(|one| old.can_call(one)) else { return };
    call(&old, operation).await;
    call(&root, operation).await;
    call(&old, root_of(operation).expect("the same operation at the root")).await;
    assert_eq!(asked(&server), [Previous::VERSION, Previous::VERSION, API_VERSION]);
}

/// Returns the operation with the same id at the root.
fn root_of(operation: &Operation) -> Option<&'static Operation> {
    Operation::by_id(operation.id())
}

/// Implemented for clients whose kind of token an operation accepts.
trait CanCall {
    fn can_call(&self, operation: &Operation) -> bool;
}

impl<V> CanCall for Client<AccessToken, V> {
    fn can_call(&self, operation: &Operation) -> bool {
        operation.credential() == Some(polar_client::Credential::AccessToken)
    }
}

#[tokio::test]
async fn hand_written_features_serve_all_versions() {
    let server = server();
    let old: previous::Polar = client(&server);
    let ingestor = old.events().ingestor().when_full(WhenFull::Drop).start().expect("an ingestor");
    ingestor.push(EventCreateExternalCustomer::new("visited", "jo")).await.expect("room");
    let report = ingestor.shutdown(Duration::from_secs(5)).await;
    assert_eq!(report.totals.inserted, 1);
    let keys = LicenseKeys::with_client(&old, "4ed52778-6440-47b0-a753-83b62c345171".parse().expect("an id"));
    keys.validate("ACME2-21DA1E63-180F-4BAA-8F61-D146DBA66E4D").await.expect("an answer");
    let asked = asked(&server);
    assert_eq!(asked.len(), 2);
    let version_of = |operation: &Operation| match operation.versions().contains(&Previous::VERSION) {
        true => Previous::VERSION,
        false => API_VERSION,
    };
    assert_eq!(asked[0], version_of(&operations::EVENTS_INGEST));
    assert_eq!(asked[1], version_of(&operations::CUSTOMER_PORTAL_LICENSE_KEYS_VALIDATE));
}

#[tokio::test]
async fn a_version_set_by_hand_is_sent_by_clients_of_all_versions() {
    let server = server();
    let builder = previous::Polar::builder().token("polar_oat_x").version("2031-07");
    let polar = builder.base_url(&server.url()).expect("a URL").build().expect("a client");
    polar.orders().list().await.expect("a page");
    assert_eq!(asked(&server), ["2031-07"]);
    assert!(format!("{polar:?}").contains("2031-07"), "{polar:?}");
    assert!(format!("{:?}", client::<Previous>(&server)).contains(Previous::VERSION));
    assert!(format!("{:?}", previous::Polar::builder()).contains(Previous::VERSION));
}

#[test]
fn operations_say_in_which_versions_they_are_the_same() {
    fn check<V: Version>() {
        for operation in V::operations() {
            let versions = operation.versions();
            assert!(versions.contains(&V::VERSION), "{operation}: {versions:?}");
            let is_of_root = root_of(operation).is_some_and(|root| std::ptr::eq(*operation, root));
            assert_eq!(is_of_root, versions.contains(&API_VERSION), "{operation}: {versions:?}");
        }
    }
    check::<Current>();
    check::<Previous>();
    #[cfg(has_next_version)]
    check::<served::Next>();
    let all = |operations: &[&'static Operation]| operations.iter().map(|one| one.id()).collect::<BTreeSet<_>>();
    assert_eq!(all(Current::operations()), all(Operation::all()));
    assert_eq!((Current::VERSION, Previous::VERSION), (API_VERSION, previous::API_VERSION));
}

#[tokio::test]
async fn samples_and_mocks_know_the_types_of_all_versions() {
    let api = MockApi::new();
    let order = previous::types::Order::sample();
    api.on(&previous::operations::ORDERS_GET).reply(&order);
    let polar: previous::Polar = api.polar().to_version();
    assert_eq!(polar.orders().get(order.id).await.expect("an order"), order);
    assert_eq!(api.calls()[0].headers()["polar-version"], Previous::VERSION);
    let response = polar.orders().get(order.id).with_response().await.expect("an order");
    assert_eq!(response.raw.headers["polar-version"], Previous::VERSION);
}

#[test]
fn json_schemas_of_versions_stand_beside_each_other() {
    let json = |operation: &'static Operation| match operation.success() {
        Success::Json(ty) => Some(ty),
        _ => None,
    };
    let pairs = own::<Previous>().into_iter().filter_map(|old| Some((json(old)?, json(root_of(old)?)?)));
    for (old, root) in pairs {
        let mut generator = schemars::SchemaGenerator::default();
        let names = [old, root].map(|ty| ty.json_schema(&mut generator));
        let names = names.map(|schema| schema.get("$ref").and_then(|name| name.as_str().map(str::to_owned)));
        let definitions = generator.definitions();
        let [Some(old), Some(root)] = names else { continue };
        let definition = |name: &str| &definitions[name.trim_start_matches("#/$defs/")];
        // Identical types have one definition.
        assert_eq!(old == root, definition(&old) == definition(&root), "{old} {root}");
    }
}

#[test]
fn versions_know_when_they_are_served() {
    let lifecycle = Current::LIFECYCLE.expect("a month");
    let old = Previous::LIFECYCLE.expect("a month");
    assert_eq!((lifecycle.version, old.version), (API_VERSION, Previous::VERSION));
    assert_eq!(lifecycle.current_since, format!("{API_VERSION}-01").parse::<NaiveDate>().expect("a date"));
    assert_eq!(old.deprecated_since, lifecycle.current_since);
    assert_eq!(old.removed_since, lifecycle.deprecated_since, "a rotation removes one and deprecates another");
    for (date, of_old, of_root) in [
        (old.current_since, Stage::Current, Stage::Next),
        (lifecycle.current_since, Stage::Deprecated, Stage::Current),
        (lifecycle.current_since.pred_opt().expect("a date"), Stage::Current, Stage::Next),
        (lifecycle.deprecated_since, Stage::Removed, Stage::Deprecated),
        (lifecycle.removed_since, Stage::Removed, Stage::Removed),
    ] {
        assert_eq!((old.stage(date), lifecycle.stage(date)), (of_old, of_root), "{date}");
    }
    #[cfg(has_next_version)]
    {
        let next = served::Next::LIFECYCLE.expect("a month");
        assert_eq!(next.current_since, lifecycle.deprecated_since);
        assert_eq!(next.stage(lifecycle.current_since), Stage::Next);
    }
}

#[test]
fn unchanged_types_are_shared_between_versions() {
    // Order types may differ, but their ids are the same.
    let id: polar_client::types::OrderId = previous::types::Order::sample().id;
    assert_eq!(id, Order::sample().id);
}
