//! A web server that grants and revokes access by webhook, and stores it in SQLite.
//!
//! ```sh
//! cargo run --package polar-cookbook --bin webhooks
//! curl -i http://127.0.0.1:8080/access/jane
//! ```
//!
//! `POLAR_WEBHOOK_SECRET` is the secret of a webhook endpoint with the path `/webhooks` and the event
//! `customer.state_changed`. Without it, the program sends itself a signed delivery, which grants access to the
//! customer `jane`. `WEBHOOKS_DATABASE` is the database file, by default `webhooks.db` in the folder for temporary
//! files. `WEBHOOKS_ADDRESS` is the address to listen on, by default `127.0.0.1:8080`.
//!
//! Deliveries may be repeated and out of order. Each has the complete state of a customer, so a newer one replaces the
//! stored state, and an older one is ignored.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{FromRef, Path as Segment, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use polar_client::test_util::{Sample, SignedDelivery};
use polar_client::types::{
    CustomerState, CustomerStateBenefitGrant, CustomerStateIndividual, WebhookCustomerStateChangedPayload,
    WebhookPayload,
};
use polar_client::webhook_events::{Delivery, Verifier};
use polar_client::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let database = env::var_os("WEBHOOKS_DATABASE").map_or_else(|| env::temp_dir().join("webhooks.db"), PathBuf::from);
    let secret = env::var("POLAR_WEBHOOK_SECRET").ok();
    let verifier = Verifier::new([secret.as_deref().unwrap_or("polar_whs_demo")])?;
    let service = service(Store::open(&database)?, verifier);

    let listener =
        TcpListener::bind(env::var("WEBHOOKS_ADDRESS").unwrap_or_else(|_| "127.0.0.1:8080".to_owned())).await?;
    let own_url = format!("http://{}", listener.local_addr()?);
    println!("listening on {own_url}");
    if secret.is_none() {
        println!("POLAR_WEBHOOK_SECRET is not set: a demo delivery grants access to {own_url}/access/jane");
        tokio::spawn(async move { deliver_demo(&own_url).await.unwrap_or_else(|error| eprintln!("{error}")) });
    }
    axum::serve(listener, service).with_graceful_shutdown(polar_cookbook::stop_signal()).await?;
    Ok(())
}

/// Creates the service from the store and a webhook verifier.
pub fn service(store: Store, verifier: Verifier) -> Router {
    Router::new()
        .route("/webhooks", post(receive))
        .route("/access/{customer}", get(access))
        .with_state(App { store, verifier })
}

#[derive(Clone)]
struct App {
    store: Store,
    verifier: Verifier,
}

/// Used by the extractor of deliveries.
impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// Handles a delivery. Polar repeats it unless the status is a success, so nothing is lost if the database fails.
async fn receive(State(app): State<App>, delivery: Delivery) -> StatusCode {
    let WebhookPayload::CustomerStateChanged(changed) = delivery.payload else { return StatusCode::NO_CONTENT };
    let (external_id, benefits) = match &changed.data {
        CustomerState::Individual(customer) => (customer.external_id.clone(), &customer.granted_benefits),
        CustomerState::Team(team) => (team.external_id.clone(), &team.granted_benefits),
        // An unknown kind of customer.
        _ => return StatusCode::NO_CONTENT,
    };
    let Some(customer) = external_id else { return StatusCode::NO_CONTENT };
    let benefits = benefits.iter().map(|grant| grant.benefit_id.to_string()).collect();
    match app.store.replace(customer, changed.timestamp, benefits).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            eprintln!("{error}");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

async fn access(State(app): State<App>, Segment(customer): Segment<String>) -> (StatusCode, String) {
    match app.store.benefits(customer).await {
        Ok(benefits) if benefits.is_empty() => (StatusCode::FORBIDDEN, "no access\n".to_owned()),
        Ok(benefits) => (StatusCode::OK, format!("{}\n", benefits.join("\n"))),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")),
    }
}

/// A database of the benefits that customers have.
#[derive(Clone)]
pub struct Store(Arc<Mutex<Connection>>);

impl Store {
    /// Opens or creates the file.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS customers (id TEXT PRIMARY KEY, changed_at TEXT NOT NULL);
             CREATE TABLE IF NOT EXISTS benefits (customer TEXT NOT NULL, benefit TEXT NOT NULL, PRIMARY KEY (customer, benefit));",
        )?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Replaces the benefits of a customer, unless the stored ones are newer.
    async fn replace(&self, customer: String, at: DateTime<Utc>, benefits: Vec<String>) -> rusqlite::Result<()> {
        self.with(move |connection| {
            // Fixed width, so that the text order is chronological.
            let at = at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
            let transaction = connection.transaction()?;
            let known: Option<String> = transaction
                .query_row("SELECT changed_at FROM customers WHERE id = ?1", [&customer], |row| row.get(0))
                .optional()?;
            if known.is_some_and(|known| known >= at) {
                return Ok(());
            }
            transaction.execute("INSERT OR REPLACE INTO customers VALUES (?1, ?2)", params![customer, at])?;
            transaction.execute("DELETE FROM benefits WHERE customer = ?1", [&customer])?;
            for benefit in benefits {
                transaction.execute("INSERT OR IGNORE INTO benefits VALUES (?1, ?2)", params![customer, benefit])?;
            }
            transaction.commit()
        })
        .await
    }

    async fn benefits(&self, customer: String) -> rusqlite::Result<Vec<String>> {
        self.with(move |connection| {
            let mut statement =
                connection.prepare("SELECT benefit FROM benefits WHERE customer = ?1 ORDER BY benefit")?;
            statement.query_map([customer], |row| row.get(0))?.collect()
        })
        .await
    }

    /// Uses the database on a thread for blocking work.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> rusqlite::Result<T> {
        let store = Arc::clone(&self.0);
        let task = tokio::task::spawn_blocking(move || work(&mut store.lock().unwrap_or_else(PoisonError::into_inner)));
        task.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}

/// Sends a signed delivery over HTTP, like Polar does.
async fn deliver_demo(own_url: &str) -> Result<(), Box<dyn Error>> {
    let mut jane = CustomerStateIndividual::sample();
    jane.external_id = Some("jane".to_owned());
    jane.granted_benefits = vec![CustomerStateBenefitGrant::sample()];
    let mut changed = WebhookCustomerStateChangedPayload::sample();
    changed.timestamp = Utc::now();
    changed.data = jane.into();
    let delivery = SignedDelivery::new("polar_whs_demo", &changed.into())?;
    let http = polar_client::client::http_builder()?.build()?;
    let request = http.post(format!("{own_url}/webhooks")).headers(delivery.headers).body(delivery.body);
    println!("the demo delivery was answered with {}", request.send().await?.status());
    Ok(())
}
