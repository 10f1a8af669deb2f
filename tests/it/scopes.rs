//! Scopes: known for every operation, checked before sending, and minimized.

use support::ID;
use support::document;

use std::collections::BTreeSet;
use std::time::Duration;

use polar_client::types::Scope;
use polar_client::{CustomerPortal, ErrorKind, Operation, Polar, RetryPolicy, ScopeSet, operations};
use polar_loopback::{Reply, Server};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Returns the schemes and scopes in an operation's `security`.
fn security(operation: &Value) -> BTreeSet<(String, BTreeSet<String>)> {
    let requirements = operation["security"].as_array().into_iter().flatten();
    let schemes = requirements.flat_map(|requirement| requirement.as_object().expect("schemes"));
    schemes
        .map(|(scheme, scopes)| {
            let scopes = scopes.as_array().expect("scopes").iter();
            (scheme.clone(), scopes.map(|scope| scope.as_str().expect("a scope").to_owned()).collect())
        })
        .collect()
}

fn server() -> Server {
    Server::start(|_| Reply::new(204)).expect("a server")
}

fn client(server: &Server, scopes: impl IntoIterator<Item = Scope>) -> Polar {
    let builder = Polar::builder().token("polar_oat_x").scopes(scopes).retry(RetryPolicy::none());
    builder.base_url(&server.url()).expect("a URL").build().expect("a client")
}

#[test]
fn every_operation_has_the_requirements_of_the_document() {
    let documents = document::documents();
    let described = document::operations(&documents);
    let mut with_scopes = 0;
    for (id, described) in &described {
        let operation = Operation::by_id(id).unwrap_or_else(|| panic!("{id} is there"));
        let expected = security(described.operation);
        let schemes = operation.requirements().iter();
        let actual: BTreeSet<_> = schemes
            .map(|requirement| {
                let scopes = requirement.scopes.iter().map(|scope| scope.as_str().to_owned());
                (requirement.scheme.to_string(), scopes.collect::<BTreeSet<_>>())
            })
            .collect();
        assert_eq!(actual, expected, "{id}");
        let any: BTreeSet<String> = expected.into_iter().flat_map(|(_, scopes)| scopes).collect();
        assert_eq!(
            operation.scopes().iter().map(|scope| scope.as_str().to_owned()).collect::<BTreeSet<_>>(),
            any,
            "{id}"
        );
        with_scopes += usize::from(!any.is_empty());
    }
    assert!(with_scopes > 100, "only {with_scopes} operations ask for scopes");
}

#[test]
fn every_scope_of_the_document_is_known() {
    let documents = document::documents();
    let described = document::operations(&documents);
    let scopes: BTreeSet<String> =
        described.values().flat_map(|described| security(described.operation)).flat_map(|(_, scopes)| scopes).collect();
    assert_eq!(scopes.len(), 45);
    for name in scopes {
        let scope = Scope::from(name.clone());
        assert!(!matches!(scope, Scope::Unknown(_)), "{name}");
        assert_eq!(scope.as_str(), name);
        assert_eq!(scope.to_string(), name);
    }
}

#[test]
fn a_set_is_read_and_written_with_spaces() {
    let set: ScopeSet = "  orders:read\tcustomers:write orders:read planets:admin\n".parse().expect("any text will do");
    assert_eq!(set.len(), 3);
    assert!(set.contains(&Scope::OrdersRead) && set.contains(&Scope::CustomersWrite));
    assert!(set.contains(&Scope::from("planets:admin")));
    assert_eq!(set.to_string(), "customers:write orders:read planets:admin");
    assert_eq!(set.to_string().parse(), Ok(set.clone()));
    assert_eq!(set.iter().cloned().collect::<ScopeSet>(), set);
    assert!("".parse::<ScopeSet>().expect("nothing").is_empty());
    assert_eq!(ScopeSet::default().to_string(), "");
    assert_eq!(ScopeSet::from([Scope::OrdersRead]), "orders:read".parse().expect("a scope"));
}

#[tokio::test]
async fn call_without_scope_is_not_sent() {
    let server = server();
    let polar = client(&server, [Scope::OrdersRead]);
    let error = polar.customers().delete(ID.into()).await.expect_err("no scope for it");
    assert_eq!(error.kind(), ErrorKind::MissingScope, "{error:?}");
    assert_eq!(error.needed_scopes(), [Scope::CustomersWrite]);
    let text = error.to_string();
    assert!(["customers:delete", "`customers:write`", "orders:read"].iter().all(|part| text.contains(part)), "{text}");

    // Also when called by id or as a stream.
    let by_id = polar.call_json(&operations::CUSTOMERS_DELETE).path("id", ID.to_string()).await;
    assert_eq!(by_id.expect_err("no scope for it").kind(), ErrorKind::MissingScope);
    let portal = CustomerPortal::builder().token("polar_cst_x").scopes([Scope::OrdersRead]);
    let portal = portal.base_url(&server.url()).expect("a URL").build().expect("a client");
    let error = portal.orders().list().await.expect_err("no scope for it");
    assert_eq!(error.kind(), ErrorKind::MissingScope, "{error:?}");
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn any_one_of_the_scopes_suffices() {
    let page = json!({ "items": [], "pagination": { "total_count": 0, "max_page": 0 } });
    let server = Server::start(move |_| Reply::json(200, &page)).expect("a server");
    for scope in operations::CUSTOMERS_LIST.scopes() {
        client(&server, [scope.clone()]).customers().list().await.expect("a page");
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn unknown_scopes_block_no_call() {
    let server = server();
    // A client without configured scopes, and an operation that requires none.
    let unscoped =
        Polar::builder().token("polar_oat_x").base_url(&server.url()).expect("a URL").build().expect("a client");
    unscoped.customers().delete(ID.into()).await.expect("no answer is needed");
    let keys = polar_client::types::LicenseKeyDeactivate::new("KEY", ID.into(), ID.into());
    let none = client(&server, []);
    none.customer_portal().license_keys().deactivate(keys).await.expect("no answer is needed");
    // The token also has a scope that this crate does not know.
    let more = client(&server, [Scope::from("planets:admin"), Scope::CustomersWrite]);
    more.customers().delete(ID.into()).await.expect("no answer is needed");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_servers_refusal_names_the_scopes_that_would_do() {
    let body = json!({ "error": "insufficient_scope", "error_description": "Insufficient scope." });
    let server = Server::start(move |_| Reply::json(403, &body)).expect("a server");
    let error = client(&server, [Scope::CustomersRead]).customers().list().await.expect_err("a refusal");
    assert!(error.is_forbidden());
    assert_eq!(error.needed_scopes(), operations::CUSTOMERS_LIST.scopes());
    assert!(error.to_string().contains("`customers:read` or `customers:write`"), "{error}");

    // Other 403 responses are not about scopes.
    let body = json!({ "error": "NotPermitted", "detail": "No." });
    let server = Server::start(move |_| Reply::json(403, &body)).expect("a server");
    let error = client(&server, [Scope::CustomersRead]).customers().list().await.expect_err("a refusal");
    assert!(error.needed_scopes().is_empty());
}

#[test]
fn smallest_set_for_all_operations_allows_all() {
    // Runs in a thread, so that an endless search fails instead of hanging.
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(ScopeSet::smallest(Operation::all().iter().copied())));
    let set = receiver.recv_timeout(Duration::from_secs(60)).expect("the search ends");
    assert!(Operation::all().iter().all(|operation| set.allows(operation)));
    for scope in set.iter() {
        let fewer: ScopeSet = set.iter().filter(|other| *other != scope).cloned().collect();
        assert!(Operation::all().iter().any(|operation| !fewer.allows(operation)), "{scope} is not needed");
    }
    assert!(ScopeSet::smallest([]).is_empty());
}

/// Returns the minimal number of scopes, and of those that write, by brute force.
fn smallest_by_trying(operations: &[&Operation]) -> (usize, usize) {
    let scopes: BTreeSet<&Scope> = operations.iter().flat_map(|operation| operation.scopes()).collect();
    let scopes: Vec<&Scope> = scopes.into_iter().collect();
    (0_u32..1 << scopes.len())
        .map(|bits| {
            scopes
                .iter()
                .enumerate()
                .filter(move |(index, _)| bits >> index & 1 == 1)
                .map(|(_, scope)| (*scope).clone())
        })
        .map(|scopes| scopes.collect::<ScopeSet>())
        .filter(|set| operations.iter().all(|operation| set.allows(operation)))
        .map(|set| cost(&set))
        .min()
        .expect("all scopes together allow everything")
}

fn cost(set: &ScopeSet) -> (usize, usize) {
    (set.len(), set.iter().filter(|scope| scope.as_str().ends_with(":write")).count())
}

proptest! {
    #[test]
    fn the_smallest_set_is_as_small_as_any(indexes in prop::collection::vec(0..Operation::all().len(), 0..6)) {
        let operations: Vec<&Operation> = indexes.iter().map(|index| Operation::all()[*index]).collect();
        let set = ScopeSet::smallest(operations.iter().copied());
        prop_assert!(operations.iter().all(|operation| set.allows(operation)));
        prop_assert_eq!(cost(&set), smallest_by_trying(&operations));
    }
}
