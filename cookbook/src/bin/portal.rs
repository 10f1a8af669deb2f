//! The account page of a web program, which shows purchases through a customer portal session.
//!
//! ```sh
//! cargo run --package polar-cookbook --bin portal
//! curl 'http://127.0.0.1:8080/account?user=jane'
//! ```
//!
//! Without a token, it shows a recorded customer. With `POLAR_ACCESS_TOKEN`, and `POLAR_SERVER=sandbox` for the
//! sandbox, it looks up the customers of your own account by their external ids. `PORTAL_ADDRESS` is the address to
//! listen on, by default `127.0.0.1:8080`.

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use polar_client::CustomerPortal;
use polar_client::types::{CustomerSession, CustomerSessionExternalIdCreate};
use polar_client::value::Money;
use polar_cookbook::Shop;
use tokio::net::TcpListener;

type Refusal = (StatusCode, String);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let shop = Arc::new(Shop::open()?);
    let listener =
        TcpListener::bind(env::var("PORTAL_ADDRESS").unwrap_or_else(|_| "127.0.0.1:8080".to_owned())).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let service = Router::new().route("/account", get(account)).route("/account/manage", get(manage)).with_state(shop);
    axum::serve(listener, service).with_graceful_shutdown(polar_cookbook::stop_signal()).await?;
    Ok(())
}

/// A placeholder for the program's own sign-in.
#[derive(serde::Deserialize)]
struct SignedIn {
    user: String,
}

/// Shows the user's purchases.
async fn account(State(shop): State<Arc<Shop>>, Query(SignedIn { user }): Query<SignedIn>) -> Result<String, Refusal> {
    let session = session(&shop, user).await?;
    // A client with this token can access only this customer.
    let portal = shop.portal(&session.token).map_err(refuse)?;
    page(&portal).await.map_err(refuse)
}

async fn page(portal: &CustomerPortal) -> Result<String, Box<dyn Error>> {
    let mut page = String::new();
    writeln!(page, "Subscriptions")?;
    for subscription in portal.subscriptions().list().await? {
        let end = match subscription.ends_at {
            Some(end) => format!("ends on {}", end.date_naive()),
            None => format!("renews on {}", subscription.current_period_end.date_naive()),
        };
        writeln!(page, "  {}: {}, {end}", subscription.product.name, subscription.status)?;
    }
    writeln!(page, "Orders")?;
    let mut orders = portal.orders().list().stream();
    while let Some(order) = orders.try_next().await? {
        let total = Money::new(order.total_amount, &order.currency);
        writeln!(page, "  {}: {}, {total}", order.created_at.date_naive(), order.description)?;
    }
    Ok(page)
}

/// Redirects the user to Polar's own portal, which has payment methods and invoices.
async fn manage(State(shop): State<Arc<Shop>>, Query(SignedIn { user }): Query<SignedIn>) -> Result<Redirect, Refusal> {
    Ok(Redirect::to(&session(&shop, user).await?.customer_portal_url))
}

/// Creates a session. It is valid for an hour, so programs with more pages should reuse it.
async fn session(shop: &Shop, user: String) -> Result<CustomerSession, Refusal> {
    shop.polar.customer_sessions().create(CustomerSessionExternalIdCreate::new(user)).await.map_err(|error| {
        // The API rejects an unknown external id with a validation error.
        if error.validation().is_empty() {
            return refuse(error);
        }
        (StatusCode::NOT_FOUND, "You have not bought anything yet.\n".to_owned())
    })
}

fn refuse(error: impl Into<Box<dyn Error>>) -> Refusal {
    eprintln!("{}", error.into());
    (StatusCode::BAD_GATEWAY, "Something went wrong. Please try again.\n".to_owned())
}
