//! A web server that grants and revokes access by webhook, and keeps it in SQLite.
//!
//! ```sh
//! cargo run --package polar-cookbook --bin webhooks
//! curl -i http://127.0.0.1:8080/access/jane
//! ```
//!
//! `POLAR_WEBHOOK_SECRET` is the secret of an endpoint that leads to `/webhooks` and is sent `customer.state_changed`.
//! Without it the program sends itself a signed delivery, which grants access to the customer `jane`.
//! `WEBHOOKS_DATABASE` is the file, `webhooks.db` in the folder for temporary files by default, and `WEBHOOKS_ADDRESS`
//! where it listens, `127.0.0.1:8080` by default.
//!
//! Deliveries may come twice and in any order. Each names the whole state of a customer, so the newest replaces what is
//! there, and an older one changes nothing.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{FromRef, Path as Segment, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use polar_client::test::{Sample, SignedDelivery};
use polar_client::types::{
    CustomerState, CustomerStateBenefitGrant, CustomerStateIndividual, WebhookCustomerStateChangedPayload,
    WebhookPayload,
};
use polar_client::webhook::{Delivery, Verifier};
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
    axum::serve(listener, service).with_graceful_shutdown(polar_cookbook::told_to_stop()).await?;
    Ok(())
}

/// The service, with the store of who has access.
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

/// The extractor of deliveries finds the verifier by this.
impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// Takes a delivery. Any status but a success makes Polar send it again later, so that an error of the database loses
/// nothing.
async fn receive(State(app): State<App>, delivery: Delivery) -> StatusCode {
    let WebhookPayload::CustomerStateChanged(changed) = delivery.payload else { return StatusCode::NO_CONTENT };
    let (external_id, benefits) = match &changed.data {
        CustomerState::Individual(customer) => (customer.external_id.clone(), &customer.granted_benefits),
        CustomerState::Team(team) => (team.external_id.clone(), &team.granted_benefits),
        // A kind of customer that this version does not know.
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

/// Who has which benefits, in a file.
#[derive(Clone)]
pub struct Store(Arc<Mutex<Connection>>);

impl Store {
    /// Opens the file, and creates it if it is not there.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS customers (id TEXT PRIMARY KEY, changed_at TEXT NOT NULL);
             CREATE TABLE IF NOT EXISTS benefits (customer TEXT NOT NULL, benefit TEXT NOT NULL, PRIMARY KEY (customer, benefit));",
        )?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Replaces the benefits of a customer, unless what is there is newer.
    async fn replace(&self, customer: String, at: DateTime<Utc>, benefits: Vec<String>) -> rusqlite::Result<()> {
        self.with(move |connection| {
            // Of the same width each, so that texts are in the order of the times.
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

    /// Works with the database in a thread for blocking work.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> rusqlite::Result<T> {
        let store = Arc::clone(&self.0);
        let task = tokio::task::spawn_blocking(move || work(&mut store.lock().unwrap_or_else(PoisonError::into_inner)));
        task.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}

/// Sends a delivery as Polar does: signed, over HTTP.
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
