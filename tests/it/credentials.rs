//! A client has the operations that its kind of token may call, and sends the token to these only.

use polar_client::types::LicenseKeyValidate;
use polar_client::{Credential, CustomerPortal, Error, ErrorKind, MemberPortal, Operation, Polar, RetryPolicy};
use polar_loopback::{Reply, Server};
use serde_json::json;
use support::ID;

/// The operations that only a member may call.
const OF_MEMBERS: [&str; 4] = [
    "customer_portal:members:add_member",
    "customer_portal:members:list_members",
    "customer_portal:members:remove_member",
    "customer_portal:members:update_member",
];

fn empty_pages() -> Server {
    Server::start(|_| Reply::json(200, &json!({ "items": [], "pagination": { "total_count": 0, "max_page": 0 } })))
        .expect("a server")
}

fn member(server: &Server) -> MemberPortal {
    MemberPortal::builder().token("polar_mst_x").base_url(&server.url()).expect("a URL").build().expect("a client")
}

fn customer(server: &Server) -> CustomerPortal {
    CustomerPortal::builder().token("polar_cst_x").base_url(&server.url()).expect("a URL").build().expect("a client")
}

/// The `Authorization` of all requests so far.
fn tokens(server: &Server) -> Vec<Option<String>> {
    server.requests().iter().map(|request| request.header("authorization").map(str::to_owned)).collect()
}

#[test]
fn an_operation_of_another_credential_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*_operation_on_*.rs");
}

#[test]
fn four_operations_take_a_member_s_session_only() {
    let of_members =
        Operation::all().iter().filter(|operation| operation.credential() == Some(Credential::MemberSession));
    let ids: Vec<&str> = of_members.map(|operation| operation.id()).collect();
    assert_eq!(ids, OF_MEMBERS);
}

#[tokio::test]
async fn a_member_reaches_what_only_members_may_call() {
    let server = empty_pages();
    let members = member(&server).members().list().await.expect("a page");
    assert_eq!(members.items.len(), 0);
    assert_eq!(tokens(&server), [Some("Bearer polar_mst_x".to_owned())]);
    assert_eq!(server.requests()[0].path, "/v1/customer-portal/members");
}

#[tokio::test]
async fn a_member_reaches_what_customers_may_call() {
    let server = empty_pages();
    member(&server).orders().list().await.expect("a page");
    customer(&server).orders().list().await.expect("a page");
    let expected = [Some("Bearer polar_mst_x".to_owned()), Some("Bearer polar_cst_x".to_owned())];
    assert_eq!(tokens(&server), expected);
}

#[tokio::test]
async fn public_operations_are_on_every_client_and_get_no_token() {
    let server = Server::start(|_| Reply::json(404, &json!({ "error": "ResourceNotFound", "detail": "Not found" })))
        .expect("a server");
    let polar =
        Polar::builder().token("polar_oat_x").base_url(&server.url()).expect("a URL").build().expect("a client");
    let body = || LicenseKeyValidate::new("KEY", ID.into());
    let errors = [
        polar.customer_portal().license_keys().validate(body()).await.expect_err("no such key"),
        customer(&server).license_keys().validate(body()).await.expect_err("no such key"),
        member(&server).license_keys().validate(body()).await.expect_err("no such key"),
    ];
    assert!(errors.iter().all(Error::is_not_found), "{errors:?}");
    assert_eq!(tokens(&server), [None, None, None]);
}

#[tokio::test]
async fn calls_by_id_are_held_to_the_same_rules() {
    let server = empty_pages();
    let by_id = |id: &str| Operation::by_id(id).expect("an operation");
    let polar = Polar::builder()
        .token("polar_oat_x")
        .retry(RetryPolicy::none())
        .base_url(&server.url())
        .expect("a URL")
        .build()
        .expect("a client");

    member(&server).call_json(by_id("customer_portal:members:list_members")).await.expect("a member may");
    member(&server).call_json(by_id("customer_portal:orders:list")).await.expect("a member may");
    let refused = [
        customer(&server).call_json(by_id("customer_portal:members:list_members")).await,
        customer(&server).call_json(by_id("orders:list")).await,
        member(&server).call_json(by_id("orders:list")).await,
        polar.call_json(by_id("customer_portal:orders:list")).await,
        polar.call_json(by_id("customer_portal:members:list_members")).await,
    ];
    for outcome in refused {
        let error = outcome.expect_err("another kind of token");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    }
    assert_eq!(server.requests().len(), 2);
}
