//! A web service that shows articles only to subscribers, and tracks subscriptions with webhooks.
//!
//! ```sh
//! cargo run --package polar-cookbook --bin paywall
//! curl -i 'http://127.0.0.1:8080/articles/1?customer=jane'
//! ```
//!
//! Without a token, it uses a small server in this process that has one customer, `jane`. With `POLAR_ACCESS_TOKEN`,
//! and `POLAR_SERVER=sandbox` for the sandbox, it looks up the customers of your own account by their external ids.
//! `POLAR_WEBHOOK_SECRET` is the secret of a webhook endpoint with the path `/webhooks`. `PAYWALL_ADDRESS` is the
//! address to listen on, by default `127.0.0.1:8080`. See `cookbook/tests/programs/paywall.rs` for how to test such a
//! service.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{FromRef, Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use polar_client::Polar;
use polar_client::types::{CustomerState, WebhookPayload};
use polar_client::webhook_events::{Delivery, Verifier};
use polar_loopback::{Recordings, Reply, Server};
use serde_json::Value;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (polar, _recorded) = if env::var_os("POLAR_ACCESS_TOKEN").is_some() {
        (Polar::from_env()?, None)
    } else {
        let server = recorded_customer()?;
        println!("POLAR_ACCESS_TOKEN is not set: {} knows one customer, `jane`.", server.url());
        (Polar::builder().token("polar_oat_example").base_url(&server.url())?.build()?, Some(server))
    };
    let secret = env::var("POLAR_WEBHOOK_SECRET").unwrap_or_else(|_| "polar_whs_example".to_owned());
    let address = env::var("PAYWALL_ADDRESS").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, service(polar, Verifier::new([secret])?)).await?;
    Ok(())
}

/// Creates the service from a client and a webhook verifier.
pub fn service(polar: Polar, verifier: Verifier) -> Router {
    Router::new().route("/articles/{id}", get(article)).route("/webhooks", post(receive)).with_state(Access {
        polar,
        verifier,
        known: Arc::default(),
    })
}

#[derive(Clone)]
struct Access {
    polar: Polar,
    verifier: Verifier,
    /// Whether customers have a subscription, by external id.
    known: Arc<Mutex<HashMap<String, bool>>>,
}

impl FromRef<Access> for Verifier {
    fn from_ref(access: &Access) -> Self {
        access.verifier.clone()
    }
}

impl Access {
    fn note(&self, state: &CustomerState) -> bool {
        let may_read = !state.active_subscriptions().is_empty();
        if let Some(customer) = state.external_id() {
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(customer.to_owned(), may_read);
        }
        may_read
    }

    /// Returns true if a customer has a subscription, according to webhooks or else to the API.
    async fn may_read(&self, customer: &str) -> Result<bool, polar_client::Error> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(customer).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        match self.polar.customers().get_state_external(customer).await {
            Ok(state) => Ok(self.note(&state)),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

async fn article(
    State(access): State<Access>,
    Path(id): Path<u32>,
    Query(query): Query<Value>,
) -> Result<String, StatusCode> {
    let customer = query["customer"].as_str().ok_or(StatusCode::BAD_REQUEST)?;
    match access.may_read(customer).await {
        Ok(true) => Ok(format!("Article {id}, for {customer}\n")),
        Ok(false) => Err(StatusCode::PAYMENT_REQUIRED),
        Err(error) => {
            eprintln!("{error}");
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

async fn receive(State(access): State<Access>, delivery: Delivery) -> StatusCode {
    if let WebhookPayload::CustomerStateChanged(changed) = &delivery.payload {
        access.note(&changed.data);
    }
    StatusCode::ACCEPTED
}

/// Starts a server that has the recorded state of one customer.
fn recorded_customer() -> Result<Server, Box<dyn Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/recordings");
    let recordings = Recordings::load(folder.as_ref())?.responses;
    let state = recordings.into_iter().find(|recording| recording.name == "customers__get_state.1");
    let state = state.ok_or("no recorded state of a customer")?;
    let server = Server::start(move |request| match request.path.as_str() {
        "/v1/customers/external/jane/state" => state.reply(),
        _ => Reply::json(404, &serde_json::json!({ "error": "ResourceNotFound", "detail": "Not found" })),
    });
    Ok(server?)
}
