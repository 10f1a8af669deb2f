//! A client has only the operations that accept its kind of token, and sends the token only to these.

use polar_client::types::LicenseKeyValidate;
use polar_client::{Client, Credential, CustomerPortal, Error, ErrorKind, MemberPortal, Operation, Polar, RetryPolicy};
use polar_loopback::{Reply, Server};
use serde_json::json;
use support::ID;

/// The operations that only members may call.
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

/// Returns the `Authorization` headers of all requests so far.
fn tokens(server: &Server) -> Vec<Option<String>> {
    server.requests().iter().map(|request| request.header("authorization").map(str::to_owned)).collect()
}

#[test]
fn clients_lack_the_operations_of_other_credentials() {
    /// What is returned for a client that lacks a method: its own methods take precedence over those of the trait.
    #[derive(Debug, PartialEq)]
    struct Lacking;
    trait Otherwise {
        fn discounts(&self) -> Lacking {
            Lacking
        }
        fn downloadables(&self) -> Lacking {
            Lacking
        }
        fn members(&self) -> Lacking {
            Lacking
        }
    }
    impl<C> Otherwise for Client<C> {}

    let polar = Polar::new("polar_oat_x").expect("a client");
    let customer = CustomerPortal::new("polar_cst_x").expect("a client");
    let member = MemberPortal::new("polar_mst_x").expect("a client");
    assert_eq!(polar.downloadables(), Lacking);
    assert_eq!([customer.discounts(), member.discounts(), customer.members()], [Lacking, Lacking, Lacking]);
}

#[test]
fn four_operations_require_a_member_session() {
    let of_members =
        Operation::all().iter().filter(|operation| operation.credential() == Some(Credential::MemberSession));
    let ids: Vec<&str> = of_members.map(|operation| operation.id()).collect();
    assert_eq!(ids, OF_MEMBERS);
}

#[tokio::test]
async fn member_may_call_member_operations() {
    let server = empty_pages();
    let members = member(&server).members().list().await.expect("a page");
    assert_eq!(members.items.len(), 0);
    assert_eq!(tokens(&server), [Some("Bearer polar_mst_x".to_owned())]);
    assert_eq!(server.requests()[0].path, "/v1/customer-portal/members");
}

#[tokio::test]
async fn member_may_call_customer_operations() {
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

/// Returns the `Polar-Organization` headers of all requests so far.
fn organizations(server: &Server) -> Vec<Option<String>> {
    server.requests().iter().map(|request| request.header("polar-organization").map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_client_or_a_call_is_limited_to_one_organization() {
    let server = empty_pages();
    let builder = || Polar::builder().token("polar_pat_x").base_url(&server.url()).expect("a URL");
    let polar = builder().build().expect("a client");
    polar.orders().list().await.expect("a page");
    polar.orders().list().organization(ID).await.expect("a page");
    let limited = builder().organization(ID).build().expect("a client");
    limited.orders().list().await.expect("a page");
    limited.orders().list().organization("other").await.expect("a page");
    let id = ID.to_string();
    assert_eq!(organizations(&server), [None, Some(id.clone()), Some(id), Some("other".to_owned())]);

    let error = limited.orders().list().organization("a\nb").await.expect_err("no header");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let error = builder().organization("a\nb").build().expect_err("no header");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_call_may_have_a_token_of_its_own() {
    let server = empty_pages();
    let builder = Polar::builder().token("polar_oat_client").scopes([polar_client::types::Scope::ProductsRead]);
    let polar = builder.base_url(&server.url()).expect("a URL").build().expect("a client");
    // The client's scopes do not apply to this token.
    polar.orders().list().token("polar_at_jane").await.expect("a page");
    polar.products().list().await.expect("a page");
    let authorized: Vec<Option<String>> = tokens(&server);
    assert_eq!(authorized, [Some("Bearer polar_at_jane".to_owned()), Some("Bearer polar_oat_client".to_owned())]);

    let anonymous = Polar::builder().base_url(&server.url()).expect("a URL").build().expect("a client");
    anonymous.orders().list().token("polar_at_joe").await.expect("a page");
    assert_eq!(tokens(&server)[2], Some("Bearer polar_at_joe".to_owned()));
}

#[tokio::test]
async fn call_token_is_not_sent_unnecessarily_and_is_redacted() {
    let server = Server::start(|_| Reply::new(204)).expect("a server");
    let polar =
        Polar::builder().base_url(&server.url()).expect("a URL").retry(RetryPolicy::none()).build().expect("a client");
    let key = polar.customer_portal().license_keys();
    let body = polar_client::types::LicenseKeyDeactivate::new("KEY", ID.into(), ID.into());
    let call = key.deactivate(body).token("polar_at_s3cret");
    assert!(!format!("{call:?}").contains("s3cret"), "{call:?}");
    call.await.expect("no content");
    assert_eq!(tokens(&server), [None]);

    let error = polar.orders().list().token("polar_at_s3cret\n").await.expect_err("a line break");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    let error = polar.orders().list().token("polar_at_s3cret").await.expect_err("no page");
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn a_refused_token_of_a_call_is_not_replaced_by_the_clients() {
    let server =
        Server::start(|_| Reply::json(401, &json!({ "error": "invalid_token", "error_description": "Expired." })))
            .expect("a server");
    let polar =
        Polar::builder().token("polar_oat_client").base_url(&server.url()).expect("a URL").build().expect("a client");
    let error = polar.orders().list().token("polar_at_jane").await.expect_err("refused");
    assert!(error.is_unauthorized());
    assert_eq!(tokens(&server), [Some("Bearer polar_at_jane".to_owned())]);
}

#[tokio::test]
async fn to_member_portal_checks_the_kind_of_session() {
    let server = empty_pages();
    assert!(customer(&server).to_member_portal().is_none());

    let builder = CustomerPortal::builder().token("polar_mst_x").base_url(&server.url()).expect("a URL");
    let portal = builder.build().expect("a client");
    portal.orders().list().await.expect("a page");
    let member = portal.to_member_portal().expect("a member's session");
    member.members().list().await.expect("a page");
    assert_eq!(tokens(&server), [Some("Bearer polar_mst_x".to_owned()), Some("Bearer polar_mst_x".to_owned())]);
}

#[test]
fn token_of_another_kind_is_rejected_by_the_builder() {
    let refusals = [
        (
            Polar::new("polar_cst_x").map(|_| ()),
            "a customer's session, for which the client is `CustomerPortal`, not `Polar`",
        ),
        (
            Polar::new("polar_mst_x").map(|_| ()),
            "a member's session, for which the client is `MemberPortal`, not `Polar`",
        ),
        (
            CustomerPortal::new("polar_oat_x").map(|_| ()),
            "an access token, for which the client is `Polar`, not `CustomerPortal`",
        ),
        (
            MemberPortal::new("polar_pat_x").map(|_| ()),
            "an access token, for which the client is `Polar`, not `MemberPortal`",
        ),
        (
            MemberPortal::new("polar_cst_x").map(|_| ()),
            "a customer's session, for which the client is `CustomerPortal`, not `MemberPortal`",
        ),
    ];
    for (refusal, text) in refusals {
        let error = refusal.expect_err(text);
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Configuration, format!("the token is {text}")));
    }
    for unknown in ["polar_xyz_1", "secret"] {
        Polar::new(unknown).expect("an unknown prefix passes");
        CustomerPortal::new(unknown).expect("an unknown prefix passes");
    }
}

#[tokio::test]
async fn a_client_with_another_token_shares_connections_and_settings() {
    let server = empty_pages();
    let builder = Polar::builder().token("polar_oat_x").user_agent("shop/1.0").base_url(&server.url()).expect("a URL");
    let shop = builder.clone().build().expect("a client");
    let user = shop.with_token("polar_at_u_x").expect("a client");
    shop.orders().list().await.expect("a page");
    // The connection returns to the pool.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    user.orders().list().await.expect("a page");
    assert_eq!(tokens(&server), [Some("Bearer polar_oat_x".to_owned()), Some("Bearer polar_at_u_x".to_owned())]);
    assert!(server.requests().iter().all(|request| request.header("user-agent") == Some("shop/1.0")));
    assert_eq!(server.connections(), 1);
    assert_eq!(shop.with_token("a b").expect_err("no header").kind(), ErrorKind::Configuration);
    assert_eq!(shop.with_token("polar_cst_x").expect_err("another kind").kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn code_for_any_portal_finds_its_resources() {
    use polar_client::client::{Client, Portal};
    use polar_client::test_util::{MockApi, Sample};
    use polar_client::types::CustomerOrder;

    async fn count<C: Portal>(portal: &Client<C>) -> usize {
        portal.orders().list().await.expect("a page").items.len()
    }

    let api = MockApi::new();
    api.on(&polar_client::operations::CUSTOMER_PORTAL_ORDERS_LIST).reply_page(&[CustomerOrder::sample()]);
    assert_eq!(count(&api.customer_portal()).await, 1);
    assert_eq!(count(&api.member_portal()).await, 1);
}
