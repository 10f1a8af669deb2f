#[allow(dead_code)]
#[path = "../../src/bin/webhooks.rs"]
mod service;

use std::path::Path;

use polar_client::test_util::{Sample, SignedDelivery};
use polar_client::types::{
    CustomerStateBenefitGrant, CustomerStateIndividual, WebhookCustomerStateChangedPayload, WebhookOrderPaidPayload,
    WebhookPayload,
};
use polar_client::webhook_events::Verifier;
use polar_client::{DateTime, Utc};
use tokio::net::TcpListener;

use self::service::Store;
use crate::program::{Program, command, get, http};

const SECRET: &str = "polar_whs_test";

async fn start(database: &Path) -> String {
    let store = Store::open(database).expect("a database");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let service = service::service(store, Verifier::new([SECRET]).expect("a secret"));
    tokio::spawn(async move { axum::serve(listener, service).await });
    url
}

/// Returns the state of a customer at a time in seconds.
fn state(customer: &str, seconds: i64, benefits: usize) -> WebhookPayload {
    let mut data = CustomerStateIndividual::sample();
    data.external_id = Some(customer.to_owned());
    data.granted_benefits = vec![CustomerStateBenefitGrant::sample(); benefits];
    let mut changed = WebhookCustomerStateChangedPayload::sample();
    changed.timestamp = DateTime::<Utc>::from_timestamp(seconds, 0).expect("a time");
    changed.data = data.into();
    changed.into()
}

async fn deliver(url: &str, secret: &str, payload: &WebhookPayload) -> u16 {
    let delivery = SignedDelivery::new(secret, payload).expect("a delivery");
    let request = http().post(format!("{url}/webhooks")).headers(delivery.headers).body(delivery.body);
    request.send().await.expect("an answer").status().as_u16()
}

async fn access(url: &str, customer: &str) -> u16 {
    get(format!("{url}/access/{customer}")).await.status().as_u16()
}

#[tokio::test]
async fn access_is_granted_revoked_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("access.db");
    let url = start(&database).await;
    assert_eq!(access(&url, "ada").await, 403);
    assert_eq!(deliver(&url, SECRET, &state("ada", 100, 1)).await, 204);
    assert_eq!(access(&url, "ada").await, 200);
    assert_eq!(access(&url, "bob").await, 403);
    // A repeated delivery, and a second instance of the service with the same database.
    assert_eq!(deliver(&url, SECRET, &state("ada", 100, 1)).await, 204);
    assert_eq!(access(&start(&database).await, "ada").await, 200);

    assert_eq!(deliver(&url, SECRET, &state("ada", 200, 0)).await, 204);
    assert_eq!(access(&url, "ada").await, 403);
    // An older delivery that arrives late is ignored.
    assert_eq!(deliver(&url, SECRET, &state("ada", 150, 1)).await, 204);
    assert_eq!(access(&url, "ada").await, 403);
}

#[tokio::test]
async fn forged_and_unrelated_webhooks_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = start(&folder.path().join("access.db")).await;
    assert_eq!(deliver(&url, "polar_whs_other", &state("ada", 100, 1)).await, 401);
    assert_eq!(deliver(&url, SECRET, &WebhookOrderPaidPayload::sample().into()).await, 204);
    assert_eq!(access(&url, "ada").await, 403);
}

#[tokio::test]
async fn the_demo_grants_access_to_jane() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = command(env!("CARGO_BIN_EXE_webhooks"));
    command.env("WEBHOOKS_ADDRESS", "127.0.0.1:0").env("WEBHOOKS_DATABASE", folder.path().join("access.db"));
    let mut program = Program::start(&mut command);
    let url = program.line("listening on ");
    assert_eq!(program.line("the demo delivery was answered with "), "204 No Content");
    assert_eq!(access(&url, "jane").await, 200);
    program.terminate();
}
