//! Requests on the wire, and how responses are read.

use std::collections::BTreeMap;
use std::time::Duration;

use polar_client::types::*;
use polar_client::{
    Credential, CustomerPortal, ErrorKind, Operation, Patch, Polar, RetryPolicy, Server as Environment, Uuid,
};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};

const TOKEN: &str = "polar_oat_secret_0123456789";

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(reply).expect("a server")
}

fn client(server: &Server) -> Polar {
    Polar::builder()
        .token(TOKEN)
        .retry(RetryPolicy::none())
        .base_url(&server.url())
        .expect("a URL")
        .build()
        .expect("a client")
}

fn portal(server: &Server) -> CustomerPortal {
    CustomerPortal::builder().token("polar_cst_x").base_url(&server.url()).expect("a URL").build().expect("a client")
}

fn last(server: &Server) -> Request {
    server.requests().last().cloned().expect("a request")
}

fn empty_page() -> Reply {
    Reply::json(200, &json!({ "items": [], "pagination": { "total_count": 0, "max_page": 0 } }))
}

fn id() -> Uuid {
    "0eaa044b-4da8-4737-af3a-aefc02729b2a".parse().expect("a UUID")
}

fn checkout_link() -> Reply {
    Reply::json(404, &json!({ "error": "ResourceNotFound", "detail": "Not found" }))
}

#[tokio::test]
async fn path_argument_is_a_single_segment() {
    let server = server(|_| checkout_link());
    let _ = client(&server).customers().get_external("a?x=1#z").await;
    assert_eq!(last(&server).target, "/v1/customers/external/a%3Fx%3D1%23z");

    let _ = client(&server).customers().get_external("50% ü\\ ;+&").await;
    assert_eq!(last(&server).target, "/v1/customers/external/50%25%20%C3%BC%5C%20%3B%2B%26");
}

#[tokio::test]
async fn path_argument_that_changes_the_route_is_rejected_before_sending() {
    let server = server(|_| empty_page());
    for step in ["", ".", ".."] {
        let error = client(&server).customers().get_external(step).await.expect_err("no such path");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(error.to_string().contains("external_id"), "{error}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn external_id_with_a_slash_is_rejected_before_sending() {
    let server = server(|_| empty_page());
    let error = client(&server).customers().get_external("shop/42").await.expect_err("no such path");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert_eq!(
        error.to_string(),
        "`customers:get_external` cannot be called: the API cannot address an `external_id` that contains `/`"
    );
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_list_in_a_filter_repeats_the_key() {
    let server = server(|_| empty_page());
    let call = client(&server).orders().list();
    let page = call
        .status([OrderStatus::Paid, OrderStatus::Pending])
        .customer_id(CustomerId::new(id()))
        .limit(3)
        .page(2)
        .await
        .expect("a page");
    assert_eq!(page.pagination.total_count, 0);
    let query = last(&server).query;
    let pairs: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        pairs,
        [
            ("status", "paid"),
            ("status", "pending"),
            ("customer_id", "0eaa044b-4da8-4737-af3a-aefc02729b2a"),
            ("limit", "3"),
            ("page", "2"),
        ]
    );
}

#[tokio::test]
async fn a_setter_called_twice_sets_the_value_once() {
    let server = server(|_| empty_page());
    client(&server).orders().list().limit(3).limit(4).await.expect("a page");
    assert_eq!(last(&server).query, [("limit".to_owned(), "4".to_owned())]);
}

#[tokio::test]
async fn metadata_filter_is_in_brackets() {
    let server = server(|_| empty_page());
    let call = client(&server).customers().list().metadata("plan", "pro").metadata("seats", [1_i64, 2]);
    call.sorting([CustomerSortProperty::CreatedAtDesc, CustomerSortProperty::EmailAsc]).await.expect("a page");
    let query = last(&server).query;
    let pairs: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        pairs,
        [
            ("metadata[plan]", "pro"),
            ("metadata[seats]", "1"),
            ("metadata[seats]", "2"),
            ("sorting", "-created_at"),
            ("sorting", "email"),
        ]
    );
}

#[tokio::test]
async fn every_request_has_user_agent_and_version() {
    let server = server(|_| empty_page());
    client(&server).customers().list().await.expect("a page");
    let request = last(&server);
    assert_eq!(request.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(request.header("polar-version"), Some(polar_client::API_VERSION));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert!(request.header("user-agent").is_some_and(|agent| agent.starts_with("polar-client/")));

    let own = Polar::builder().token(TOKEN).user_agent("my-shop/1.0").version("2031-07");
    let own = own.base_url(&server.url()).expect("a URL").build().expect("a client");
    own.customers().list().await.expect("a page");
    assert_eq!(last(&server).header("user-agent"), Some("my-shop/1.0"));
    assert_eq!(last(&server).header("polar-version"), Some("2031-07"));
}

#[tokio::test]
async fn request_without_body_has_content_length_zero_with_any_http_client() {
    let is_bodiless = |operation: &&&Operation| {
        matches!(operation.method().as_str(), "POST" | "PATCH" | "PUT") && operation.body().is_none()
    };
    let bodiless: Vec<&Operation> = Operation::all().iter().filter(is_bodiless).copied().collect();
    assert_eq!(bodiless.len(), 9, "{bodiless:?}");

    let server = server(|_| Reply::new(418));
    let http = || polar_client::client::http_builder().expect("TLS");
    for http in [http(), http().http1_title_case_headers().pool_max_idle_per_host(0)] {
        let http = http.build().expect("an HTTP client");
        let (url, token) = (server.url(), "polar_cst_x");
        let polar = Polar::builder().token(TOKEN).http_client(http.clone()).base_url(&url).expect("a URL").build();
        let portal = CustomerPortal::builder().token(token).http_client(http).base_url(&url).expect("a URL").build();
        let (polar, portal) = (polar.expect("a client"), portal.expect("a client"));
        for operation in &bodiless {
            let mut call = match operation.credential() {
                Some(Credential::CustomerSession) => portal.call_json(operation),
                _ => polar.call_json(operation),
            };
            for name in operation.path().split(['{', '}']).skip(1).step_by(2) {
                call = call.path(name, id().to_string());
            }
            let error = call.await.expect_err("the server is a teapot");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(418), "{operation}: {error}");
            assert_eq!(last(&server).header("content-length"), Some("0"), "{operation}");
        }
    }

    client(&server).customers().list().await.expect_err("the server is a teapot");
    assert_eq!(last(&server).header("content-length"), None, "a GET has no body");
}

#[tokio::test]
async fn operations_without_credential_are_sent_without_token() {
    let server = server(|_| Reply::new(204));
    let body = || LicenseKeyDeactivate::new("KEY", id().into(), id().into());
    portal(&server).license_keys().deactivate(body()).await.expect("no answer is needed");
    assert_eq!(last(&server).header("authorization"), None);
    client(&server).customer_portal().license_keys().deactivate(body()).await.expect("no answer is needed");
    assert_eq!(last(&server).header("authorization"), None);
}

#[tokio::test]
async fn organization_token_is_not_sent_to_operations_that_reject_it() {
    let server = server(|_| checkout_link());
    let confirm = |polar: Polar| async move {
        let _ = polar.checkouts().client_confirm("polar_c_x", CheckoutConfirmStripe::new()).await;
    };
    confirm(client(&server)).await;
    assert_eq!(last(&server).header("authorization"), None);

    // The operation accepts a user's token.
    let user = Polar::builder().token("polar_pat_x").base_url(&server.url()).expect("a URL").build().expect("a client");
    confirm(user).await;
    assert_eq!(last(&server).header("authorization"), Some("Bearer polar_pat_x"));
}

#[tokio::test]
async fn update_distinguishes_absent_null_and_value() {
    let server = server(|_| checkout_link());
    let update = CustomerUpdate::new().name("Jane").clear_external_id();
    assert_eq!(update.tax_id, Patch::Absent);
    let _ = client(&server).customers().update(id().into(), update).await;
    assert_eq!(last(&server).json().expect("JSON"), json!({ "name": "Jane", "external_id": null }));

    // Also for lists and maps.
    let _ = client(&server).products().update(id().into(), ProductUpdate::new().clear_medias()).await;
    assert_eq!(last(&server).json().expect("JSON"), json!({ "medias": null }));
    let _ = client(&server).products().update(id().into(), ProductUpdate::new().medias([])).await;
    assert_eq!(last(&server).json().expect("JSON"), json!({ "medias": [] }));
    let metadata = BTreeMap::from([("plan", "pro")]);
    let _ = client(&server).products().update(id().into(), ProductUpdate::new().metadata(metadata)).await;
    assert_eq!(last(&server).json().expect("JSON"), json!({ "metadata": { "plan": "pro" } }));
    let _ = client(&server).products().update(id().into(), ProductUpdate::new()).await;
    assert_eq!(last(&server).json().expect("JSON"), json!({}));
}

#[tokio::test]
async fn a_discriminator_is_sent_without_being_asked_for() {
    let server = server(|_| checkout_link());
    let price = ProductPriceFixedCreate::new(1900);
    let product = ProductCreateRecurring::new("Pro", [price.into()], RecurringInterval::Month);
    let _ = client(&server).products().create(product).await;
    let body = last(&server).json().expect("JSON");
    assert_eq!(
        body,
        json!({
            "name": "Pro",
            "prices": [{ "amount_type": "fixed", "price_amount": 1900 }],
            "recurring_interval": "month",
        })
    );

    let _ = client(&server).subscriptions().update(id().into(), SubscriptionRevoke::new()).await;
    assert_eq!(last(&server).json().expect("JSON"), json!({ "revoke": true }));
    let _ = client(&server).subscriptions().update(id().into(), SubscriptionUpdateClear::new()).await;
    assert_eq!(last(&server).json().expect("JSON"), json!({ "pending_update": null }));
}

#[tokio::test]
async fn a_form_is_urlencoded() {
    let server = server(|_| Reply::json(200, &json!({})));
    let body = RevokeTokenRequest::new("tok=en", "polar_ci_x", "se cret&").token_type_hint(TokenTypeHint::AccessToken);
    client(&server).oauth2().revoke_token(body).await.expect("an empty object");
    let request = last(&server);
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    let mut form = request.form();
    form.sort();
    let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        pairs,
        [
            ("client_id", "polar_ci_x"),
            ("client_secret", "se cret&"),
            ("token", "tok=en"),
            ("token_type_hint", "access_token")
        ]
    );
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn an_export_is_text_or_a_stream_of_bytes() {
    const CSV: &str = "Email,Amount\r\nada@example.org,19.0\r\n";
    let server = server(|_| Reply::text(200, "text/csv; charset=utf-8", CSV).chunked());
    let text = client(&server).orders().export().product_id(ProductId::new(id())).await.expect("text");
    assert_eq!(text, CSV);
    assert_eq!(last(&server).header("accept"), Some("text/csv"));

    let mut stream = client(&server).orders().export().bytes_stream().await.expect("a stream");
    let mut bytes = Vec::new();
    while let Some(piece) = stream.next().await {
        bytes.extend_from_slice(&piece.expect("a piece"));
    }
    assert_eq!(bytes, CSV.as_bytes());
}

#[tokio::test]
async fn refused_export_fails_before_the_stream() {
    let server = server(|_| Reply::json(403, &json!({ "error": "insufficient_scope", "error_description": "No." })));
    let error = client(&server).orders().export().bytes_stream().await.expect_err("a refusal");
    assert!(error.is_forbidden());
    assert_eq!(error.api().and_then(|error| error.text()), Some("No."));
}

#[tokio::test]
async fn an_answer_without_content_is_never_parsed() {
    for reply in [
        Reply::new(204).header("content-type", "application/json"),
        Reply::text(202, "application/json", "null"),
        Reply::text(202, "application/json", ""),
        Reply::text(200, "text/plain", "nothing that is JSON"),
    ] {
        let server = server(move |_| reply.clone());
        client(&server).customers().delete(id().into()).await.expect("no answer is needed");
        client(&server).orders().generate_invoice(id().into()).await.expect("no answer is needed");
    }
}

#[tokio::test]
async fn missing_receipt_is_none() {
    let pending = server(|_| Reply::new(202).header("content-type", "application/json"));
    assert_eq!(client(&pending).orders().receipt(id().into()).await.expect("no receipt yet"), None);
    let ready = server(|_| Reply::json(200, &json!({ "url": "https://example.com/receipt.pdf" })));
    let receipt = client(&ready).orders().receipt(id().into()).await.expect("a receipt").expect("a receipt");
    assert_eq!(receipt.url, "https://example.com/receipt.pdf");
}

#[tokio::test]
async fn any_success_is_decoded() {
    let server = server(|_| Reply::json(201, &json!({ "client_id": "polar_ci_x", "client_secret": "polar_cs_x" })));
    let body = OAuth2ClientConfiguration::new(["https://example.com/cb".to_owned()], "My App");
    let response = client(&server).oauth2().clients().create(body).with_response().await.expect("a client");
    assert_eq!(response.value.client_id, "polar_ci_x");
    assert_eq!(response.raw.status.as_u16(), 201);
}

#[tokio::test]
async fn with_response_returns_status_headers_and_body() {
    let body = json!({ "items": [], "pagination": { "total_count": 0, "max_page": 0 }, "news": true });
    let reply = Reply::json(200, &body).header("x-request-id", "req_1");
    let server = server(move |_| reply.clone());
    let response = client(&server).customers().list().with_response().await.expect("a page");
    assert!(response.value.items.is_empty());
    assert_eq!(response.raw.headers["x-request-id"], "req_1");
    let raw: Value = serde_json::from_slice(&response.raw.body).expect("JSON");
    assert_eq!(raw["news"], true);
}

#[tokio::test]
async fn a_call_can_be_spawned_and_awaited_again() {
    let server = server(|_| empty_page());
    let call = {
        let polar = client(&server);
        polar.customers().list().query("jane")
    };
    let again = call.clone();
    let page = tokio::spawn(async move { call.await }).await.expect("a task").expect("a page");
    assert_eq!(page.items.len(), 0);
    again.await.expect("a page");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_parameter_that_the_document_lacks_can_be_sent() {
    let server = server(|_| empty_page());
    client(&server).customers().list().extra_query("beta", "1").await.expect("a page");
    assert_eq!(last(&server).query, [("beta".to_owned(), "1".to_owned())]);
}

#[tokio::test]
async fn no_redirect_is_followed_and_no_credential_leaves_its_origin() {
    let elsewhere = server(|_| empty_page());
    let location = format!("{}/v1/customers/", elsewhere.url());
    for status in [301, 302, 303, 307, 308] {
        let location = location.clone();
        let server = server(move |_| Reply::new(status).header("location", location.clone()));
        let error = client(&server).customers().list().await.expect_err("a redirect");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(
            error.response().map(|response| response.headers["location"].to_str().ok()),
            Some(Some(location_of(&elsewhere).as_str()))
        );
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

fn location_of(server: &Server) -> String {
    format!("{}/v1/customers/", server.url())
}

#[tokio::test]
async fn a_call_ends_when_its_time_is_up() {
    let server = server(|_| empty_page().delay(Duration::from_secs(10)));
    let error = client(&server).customers().list().timeout(Duration::from_millis(50)).await.expect_err("too late");
    assert!(error.is_timeout(), "{error}");
    let hasty =
        Polar::builder().token(TOKEN).timeout(Duration::from_millis(50)).base_url(&server.url()).expect("a URL");
    let error = hasty.build().expect("a client").customers().list().await.expect_err("too late");
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn a_client_of_ones_own_is_used() {
    let server = server(|_| empty_page());
    let http = polar_client::client::http_builder().expect("TLS").user_agent("own/2.0").build().expect("a client");
    let polar = Polar::builder()
        .token(TOKEN)
        .http_client(http)
        .base_url(&server.url())
        .expect("a URL")
        .build()
        .expect("a client");
    polar.customers().list().await.expect("a page");
    assert_eq!(last(&server).header("user-agent"), Some("own/2.0"));
}

#[tokio::test]
async fn tls_works_without_a_crypto_provider_of_the_process() {
    // No cryptography provider is installed in this process. The handshake with a server without TLS must fail, not
    // panic.
    let server = server(|_| empty_page());
    let url = server.url().replace("http://", "https://");
    let polar = Polar::builder().token(TOKEN).retry(RetryPolicy::none()).base_url(&url).expect("a URL").build();
    let error = polar.expect("a client").customers().list().await.expect_err("no TLS there");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_token_never_shows() {
    let builder = Polar::builder().token(TOKEN);
    let shown = format!("{builder:?}");
    assert!(!shown.contains("secret") && shown.contains("[hidden]"), "{shown}");
    let polar = builder.build().expect("a client");
    let shown = format!("{polar:?} {:?} {:?}", polar.customers(), polar.customers().list());
    assert!(!shown.contains("secret"), "{shown}");
    let error = Polar::new("polar_oat_secret\n").expect_err("a token with a line break");
    assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
}

#[test]
fn a_server_is_named_or_a_url() {
    assert_eq!("production".parse::<Environment>().expect("a server").url(), "https://api.polar.sh");
    assert_eq!("sandbox".parse::<Environment>().expect("a server").url(), "https://sandbox-api.polar.sh");
    assert_eq!("http://localhost:8000/".parse::<Environment>().expect("a server").url(), "http://localhost:8000");
    for wrong in ["staging", "", "file:///tmp", "https://user:pass@example.com", "https://example.com/?a=1"] {
        let error = wrong.parse::<Environment>().expect_err("no server");
        assert_eq!(error.kind(), ErrorKind::Configuration, "{wrong}: {error}");
        assert!(!error.to_string().contains("pass"), "{error}");
    }
}

#[test]
fn a_null_is_null() {
    assert_eq!(polar_client::codec::to_vec(&polar_client::value::Null), b"null");
    assert!(polar_client::codec::from_slice::<polar_client::value::Null>(b"1").is_err());
}

#[tokio::test]
async fn non_finite_number_is_rejected_before_sending() {
    let server =
        Server::start_unchecked(|_| Reply::json(200, &json!({ "inserted": 1, "duplicates": 0 }))).expect("a server");
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let metadata = EventMetadataInput::new().with("calls", 1).with("gb", number);
        let event = EventCreateExternalCustomer::new("transfer", "jane").metadata(metadata);
        let error = client(&server).events().ingest(EventsIngest::new([event.into()])).await.expect_err("no JSON");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error:?}");
        let place = "its body has a number that is infinite or NaN at `$.events[0].metadata.gb`";
        assert!(error.to_string().contains(place), "{error}");
    }
    assert_eq!(server.requests().len(), 0);
}
