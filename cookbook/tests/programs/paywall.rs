//! Tests the program `paywall` like a user of this crate would: with a mock of the API, samples and signed webhooks,
//! over HTTP on loopback.

#[allow(dead_code)]
#[path = "../../src/bin/paywall.rs"]
mod service;

use polar_client::operations;
use polar_client::test_util::{MockApi, Sample, SignedDelivery};
use polar_client::types::{
    CustomerState, CustomerStateIndividual, CustomerStateSubscription, WebhookCustomerStateChangedPayload,
};
use polar_client::webhook_events::Verifier;
use serde_json::json;
use tokio::net::TcpListener;

use crate::program::{Program, command, get, http};

const SECRET: &str = "polar_whs_test";

/// Starts the service, and returns its URL.
async fn start(api: &MockApi) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let service = service::service(api.polar(), Verifier::new([SECRET]).expect("a secret"));
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

async fn read(address: &str) -> (u16, String) {
    read_as(address, "jane").await
}

async fn read_as(address: &str, customer: &str) -> (u16, String) {
    let url = format!("{address}/articles/7?customer={customer}");
    let response = get(url).await;
    (response.status().as_u16(), response.text().await.expect("a text"))
}

fn jane(subscriptions: usize) -> CustomerState {
    let mut state = CustomerStateIndividual::sample();
    state.external_id = Some("jane".to_owned());
    state.active_subscriptions = vec![CustomerStateSubscription::sample(); subscriptions];
    state.into()
}

async fn deliver(address: &str, secret: &str, state: CustomerState) -> u16 {
    let mut changed = WebhookCustomerStateChangedPayload::sample();
    changed.data = state;
    let delivery = SignedDelivery::new(secret, &changed.into()).expect("a delivery");
    let request = http().post(format!("{address}/webhooks")).headers(delivery.headers).body(delivery.body);
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn who_has_a_subscription_may_read_and_is_asked_for_once() {
    let api = MockApi::new();
    api.on(&operations::CUSTOMERS_GET_STATE_EXTERNAL).reply(&jane(1));
    let address = start(&api).await;
    assert_eq!(read(&address).await, (200, "Article 7, for jane\n".to_owned()));
    assert_eq!(read(&address).await.0, 200);
    let calls = api.calls();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0].operation().id(), "customers:get_state_external");
    assert_eq!(calls[0].path("external_id"), Some("jane"));
}

#[tokio::test]
async fn who_is_not_known_has_to_pay() {
    let api = MockApi::new();
    let refusal = json!({ "error": "ResourceNotFound", "detail": "Not found" });
    api.on(&operations::CUSTOMERS_GET_STATE_EXTERNAL).reply_json(404, refusal);
    assert_eq!(read(&start(&api).await).await.0, 402);
}

#[tokio::test]
async fn webhook_revokes_access_and_forged_one_does_not() {
    let api = MockApi::new();
    api.on(&operations::CUSTOMERS_GET_STATE_EXTERNAL).reply(&jane(1));
    let address = start(&api).await;
    assert_eq!(read(&address).await.0, 200);
    assert_eq!(deliver(&address, "polar_whs_other", jane(0)).await, 401);
    assert_eq!(read(&address).await.0, 200);
    assert_eq!(deliver(&address, SECRET, jane(0)).await, 202);
    assert_eq!(read(&address).await.0, 402);
    assert_eq!(api.calls().len(), 1);
}

#[tokio::test]
async fn api_outage_is_not_reported_as_missing_payment() {
    let api = MockApi::new();
    api.on(&operations::CUSTOMERS_GET_STATE_EXTERNAL).reply_empty(503);
    let address = start(&api).await;
    assert_eq!(read(&address).await.0, 503);
    assert!(api.calls().len() > 1, "a GET is retried");
}

#[tokio::test]
async fn no_account_is_needed() {
    let mut program = Program::start(command(env!("CARGO_BIN_EXE_paywall")).env("PAYWALL_ADDRESS", "127.0.0.1:0"));
    let address = program.line("listening on ");
    assert_eq!(read(&address).await, (200, "Article 7, for jane\n".to_owned()));
    assert_eq!(read_as(&address, "joe").await.0, 402);
}
