//! `MockApi`, used like in tests of programs.

use std::time::{Duration, Instant};

use polar_client::test_util::{MockApi, MockReply, Replies, Sample};
use polar_client::types::{
    Customer, CustomerId, CustomerIndividual, CustomerIndividualCreate, CustomerOrder, Event, EventCreateCustomer,
    EventsIngest, EventsIngestResponse, Order, OrderExportColumn, RevokeTokenRequest,
};
use polar_client::{ErrorKind, Page, Polar, RetryPolicy, operations};
use serde_json::{Value, json};

#[tokio::test]
async fn replies_are_used_in_order_and_the_last_repeats() {
    let api = MockApi::new();
    let mut first = CustomerIndividual::sample();
    first.name = Some("First".to_owned());
    api.on(&operations::CUSTOMERS_GET)
        .reply(&Customer::from(first))
        .reply_json(404, json!({ "error": "ResourceNotFound", "detail": "Not found" }));
    let (polar, id) = (api.polar(), Customer::sample().id());
    assert_eq!(polar.customers().get(id).await.expect("a customer").name(), Some("First"));
    for _ in 0..2 {
        let error = polar.customers().get(id).await.expect_err("not found");
        assert!(error.is_not_found(), "{error}");
    }
    assert_eq!(api.calls_of(&operations::CUSTOMERS_GET).len(), 3);
    assert_eq!(api.calls_of(&operations::ORDERS_GET).len(), 0);
}

#[tokio::test]
async fn a_call_without_a_reply_names_its_operation() {
    let error = MockApi::new().polar().orders().get(Order::sample().id).await.expect_err("no reply");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(501));
    assert!(error.to_string().contains("the test has no reply for `orders:get`"), "{error}");
}

#[tokio::test]
async fn calls_are_recorded_with_path_query_and_body() {
    let api = MockApi::new();
    api.on(&operations::CUSTOMERS_CREATE).reply(&Customer::sample());
    api.on(&operations::ORDERS_LIST).reply_json(
        200,
        json!({
            "items": [], "pagination": { "total_count": 0, "max_page": 0 }
        }),
    );
    api.on(&operations::OAUTH2_REVOKE_TOKEN).reply_json(200, json!({}));
    let polar = api.polar();
    polar.customers().create(CustomerIndividualCreate::new("jane@example.com").name("Jane")).await.expect("a customer");
    let id: CustomerId = Customer::sample().id();
    polar.orders().list().customer_id(id).limit(5).await.expect("a page");
    polar.oauth2().revoke_token(RevokeTokenRequest::new("t0ken", "id", "hunter2")).await.expect("an answer");
    let [create, list, revoke] = &api.calls()[..] else { panic!("{:?}", api.calls()) };
    assert_eq!(create.json()["email"], "jane@example.com");
    let body: CustomerIndividualCreate = create.body().expect("a body");
    assert_eq!(body.email, "jane@example.com");
    assert_eq!(create.headers()["authorization"], "Bearer polar_test");
    assert_eq!((list.query("customer_id"), list.query("limit")), (Some(&*id.to_string()), Some("5")));
    assert_eq!((list.query("page"), list.json()), (None, Value::Null));
    assert_eq!(revoke.json()["token"], "t0ken");
    let shown = format!("{create:?} {list:?} {revoke:?}");
    assert!(shown.contains("jane@example.com") && shown.contains(&format!(r#""customer_id":"{id}""#)), "{shown}");
    assert!(!shown.contains("hunter2") && !shown.contains("t0ken") && !shown.contains("polar_test"), "{shown}");
}

#[tokio::test]
async fn pages_exports_and_refusals_are_as_those_of_the_api() {
    let api = MockApi::new();
    let page = |items: &[Order], max_page: i64| {
        let items: Vec<Value> = items.iter().map(|item| serde_json::to_value(item).expect("JSON")).collect();
        json!({ "items": items, "pagination": { "total_count": 3, "max_page": max_page } })
    };
    let order = Order::sample();
    api.on(&operations::ORDERS_LIST)
        .reply_json(200, page(&[order.clone(), order.clone()], 2))
        .reply_json(200, page(std::slice::from_ref(&order), 2));
    api.on(&operations::ORDERS_EXPORT).reply_text(200, "text/csv", "Email\njane@example.com\n");
    let polar = api.polar();
    let mut orders = polar.orders().list().stream();
    let mut count = 0;
    while let Some(found) = orders.try_next().await.expect("an order") {
        assert_eq!(found, order);
        count += 1;
    }
    assert_eq!(count, 3);
    let text = polar.orders().export().columns([OrderExportColumn::Email]).await.expect("an export");
    assert_eq!(text, "Email\njane@example.com\n");
    api.on(&operations::ORDERS_GET).reply_json(
        422,
        json!({
            "error": "RequestValidationError",
            "detail": [{ "type": "missing", "loc": ["path", "id"], "msg": "Field required" }],
        }),
    );
    let error = polar.orders().get(order.id).await.expect_err("a refusal");
    assert_eq!(error.validation().len(), 1);
}

#[tokio::test]
async fn the_other_clients_and_failures_are_mocked_too() {
    let api = MockApi::new();
    api.on(&operations::CUSTOMER_PORTAL_ORDERS_GET).reply(&CustomerOrder::sample());
    let portal = api.customer_portal();
    assert_eq!(portal.orders().get(CustomerOrder::sample().id).await.expect("an order"), CustomerOrder::sample());
    api.on(&operations::CUSTOMER_PORTAL_MEMBERS_LIST).reply_empty(429);
    let error = api.member_portal().members().list().await.expect_err("too many");
    assert_eq!(error.kind(), ErrorKind::Status);
    api.on(&operations::EVENTS_INGEST).reply_empty(503).reply(&EventsIngestResponse::sample());
    let event = EventCreateCustomer::new("x", Customer::sample().id());
    api.polar().events().ingest(EventsIngest::new([event.into()])).idempotent().await.expect("sent again");
    assert_eq!(api.calls_of(&operations::EVENTS_INGEST).len(), 2);
}

#[test]
fn samples_fit_together_and_can_be_changed() {
    let mut order = Order::sample();
    assert_eq!(order.customer_id, Customer::sample().id());
    assert_eq!(Order::sample(), order);
    order.total_amount = 1500;
    assert_eq!(order.total_amount, 1500);
    assert_ne!(order.customer_id.as_uuid(), order.id.as_uuid());
    let event = Event::sample();
    assert_eq!(event.timestamp().to_rfc3339(), "2026-01-01T12:00:00+00:00");
    let page: Page<Order> = serde_json::from_value(json!({
        "items": [order], "pagination": { "total_count": 1, "max_page": 1 }
    }))
    .expect("a page");
    assert_eq!(page.items.len(), 1);
}

/// Lets the first two calls for a customer fail.
fn two_failures(api: &MockApi) -> Replies {
    api.on(&operations::CUSTOMERS_GET).reply_empty(429).header("retry-after", "1").disconnect()
}

#[tokio::test]
async fn bad_weather_is_mocked_too() {
    let api = MockApi::new();
    let (id, customer) = (Customer::sample().id(), Customer::sample());
    two_failures(&api).reply(&customer).delay(Duration::from_millis(400));
    let polar = api.polar();
    let begin = Instant::now();
    assert_eq!(polar.customers().get(id).await.expect("the third answer"), customer);
    assert!(begin.elapsed() >= Duration::from_secs(1), "it waited for as long as the header asks");
    assert_eq!(api.calls().len(), 3);

    let late = polar.customers().get(id).timeout(Duration::from_millis(300)).await.expect_err("a timeout");
    assert_eq!((late.kind(), late.is_connect()), (ErrorKind::Timeout, false), "{late:?}");

    api.on(&operations::EVENTS_INGEST).disconnect();
    let ingest = EventsIngest::new([EventCreateCustomer::new("x", id).into()]);
    let lost = polar.events().ingest(ingest).await.expect_err("no answer");
    assert_eq!((lost.kind(), lost.is_connect()), (ErrorKind::Connection, false), "{lost:?}");
    assert_eq!(api.calls_of(&operations::EVENTS_INGEST).len(), 1, "it may have been done");
}

#[tokio::test]
async fn a_reply_can_be_a_page_of_values_or_depend_on_the_call() {
    let api = MockApi::new();
    api.on(&operations::ORDERS_LIST).reply_page(&[Order::sample(), Order::sample()]).reply_page::<Order>(&[]);
    let orders = api.polar().orders().list().await.expect("a page");
    assert_eq!((orders.items.len(), orders.pagination.total_count, orders.pagination.max_page), (2, 2, 1));
    let none = api.polar().orders().list().await.expect("a page");
    assert_eq!((none.items.len(), none.pagination.total_count, none.pagination.max_page), (0, 0, 0));

    let asking = api.clone();
    api.on(&operations::CUSTOMERS_GET_EXTERNAL).reply_with(move |call| match call.path("external_id") {
        Some("jane") => MockReply::new(&Customer::sample()),
        _ => MockReply::json(404, &json!({ "error": "ResourceNotFound", "detail": asking.calls().len() })),
    });
    let customers = api.polar();
    assert_eq!(customers.customers().get_external("jane").await.expect("a customer"), Customer::sample());
    assert!(customers.customers().get_external("joe").await.expect_err("nobody").is_not_found());
}

#[tokio::test]
async fn a_server_of_the_mock_replies_like_its_clients() {
    let api = MockApi::new();
    let (id, customer) = (Customer::sample().id(), Customer::sample());
    two_failures(&api).reply(&customer).delay(Duration::from_millis(300));
    api.on(&operations::CUSTOMERS_CREATE).reply(&customer);
    api.on(&operations::ORDERS_LIST).reply_page(&[Order::sample()]);
    api.on(&operations::CUSTOMERS_GET_EXTERNAL).reply_with(|call| match call.path("external_id") {
        Some("jane doe") => MockReply::new(&Customer::sample()),
        _ => MockReply::empty(404),
    });
    let server = api.serve();
    let polar = Polar::builder().token("polar_oat_test").base_url(server.url()).expect("a URL");
    let polar = polar.retry(support::quick()).build().expect("a client");
    let customers = polar.customers();

    assert_eq!(customers.get(id).await.expect("the third answer"), customer);
    assert_eq!(api.calls().len(), 3);
    let late = customers.get(id).timeout(Duration::from_millis(100)).await.expect_err("a timeout");
    assert_eq!(late.kind(), ErrorKind::Timeout, "{late:?}");

    customers.create(CustomerIndividualCreate::new("jane@example.com")).await.expect("a customer");
    polar.orders().list().customer_id(id).limit(5).await.expect("a page");
    let [.., create, list] = &api.calls()[..] else { panic!("{:?}", api.calls()) };
    assert_eq!(create.json()["email"], "jane@example.com");
    assert_eq!(create.headers()["authorization"], "Bearer polar_oat_test");
    assert_eq!((list.query("customer_id"), list.query("limit")), (Some(&*id.to_string()), Some("5")));
    assert_eq!(customers.get_external("jane doe").await.expect("a customer"), customer);
    assert!(customers.get_external("joe").await.expect_err("nobody").is_not_found());

    api.remove_version(polar_client::API_VERSION);
    assert_eq!(customers.get(id).await.expect_err("removed").kind(), ErrorKind::VersionRemoved);

    let unknown = polar_client::reqwest::get(format!("{}/v1/planets/?page=1", server.url())).await.expect("an answer");
    assert_eq!(unknown.status().as_u16(), 501);
    assert!(unknown.text().await.expect("a text").contains("no operation of the API is `GET /v1/planets/`"));

    drop(server);
    let gone = customers.get(id).await.expect_err("no server");
    assert_eq!(gone.kind(), ErrorKind::Connection, "{gone:?}");
}

#[tokio::test]
async fn settings_of_a_program_are_tested_by_the_mocks_builder() {
    let api = MockApi::new();
    api.on(&operations::CUSTOMERS_GET).reply_empty(503);
    let id = Customer::sample().id();
    let hasty = api.builder().retry(RetryPolicy::none()).build().expect("a client");
    assert_eq!(hasty.customers().get(id).await.expect_err("503").kind(), ErrorKind::Status);
    assert_eq!(api.calls().len(), 1);

    api.on(&operations::ORDERS_GET).reply(&Order::sample()).delay(Duration::from_secs(5));
    let brief = api.builder().timeout(Duration::from_millis(50)).build().expect("a client");
    assert!(brief.orders().get(Order::sample().id).await.expect_err("late").is_timeout());

    let scoped = api.builder().scopes([]).build().expect("a client");
    assert_eq!(scoped.customers().get(id).await.expect_err("no scope").kind(), ErrorKind::MissingScope);
}

#[tokio::test]
async fn a_call_can_lift_the_timeout_of_its_client() {
    let api = MockApi::new();
    api.on(&operations::ORDERS_GET).reply(&Order::sample()).delay(Duration::from_millis(200));
    let polar = api.builder().timeout(Duration::from_millis(20)).build().expect("a client");
    let id = Order::sample().id;
    assert!(polar.orders().get(id).await.expect_err("late").is_timeout());
    assert!(polar.orders().get(id).timeout(None).await.is_ok());
    assert!(polar.orders().get(id).timeout(Duration::from_secs(5)).await.is_ok());
}
