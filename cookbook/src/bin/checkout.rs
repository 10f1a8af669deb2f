//! A web shop in two routes: one redirects to a checkout, and one to the customer's portal. A third confirms the payment.
//!
//! ```sh
//! cargo run --package polar-cookbook --bin checkout
//! ```
//!
//! It prints a link that buys a product, and one that shows what was bought. Without a token, a demo is used, in which every payment has already succeeded.
//! With `POLAR_ACCESS_TOKEN`, and `POLAR_SERVER=sandbox` for the sandbox, it sells the newest product of your own
//! account. `CHECKOUT_ADDRESS` is the address to listen on, by default `127.0.0.1:8080`.

use std::env;
use std::error::Error;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use polar_client::Polar;
use polar_client::types::{
    CheckoutId, CheckoutProductsCreate, CheckoutStatus, CustomerSessionExternalIdCreate, ProductId,
};
use polar_client::value::Money;
use polar_cookbook::Shop;
use tokio::net::TcpListener;

/// The recorded product that the demo sells.
const DEMO_PRODUCT: &str = "67209f06-5511-45ae-960d-e3794707a117";

type Refusal = (StatusCode, String);

#[derive(Clone)]
struct App {
    polar: Polar,
    /// The public URL of this program.
    own_url: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let shop = Shop::open()?;
    let product = product(&shop).await?;
    let listener =
        TcpListener::bind(env::var("CHECKOUT_ADDRESS").unwrap_or_else(|_| "127.0.0.1:8080".to_owned())).await?;
    let own_url = format!("http://{}", listener.local_addr()?);
    println!("buy at {own_url}/buy/{product}?user=jane");
    println!("see it at {own_url}/portal?user=jane");

    let app = App { polar: shop.polar.clone(), own_url };
    let routes = Router::new().route("/buy/{product}", get(buy)).route("/portal", get(portal));
    let service = routes.route("/thanks", get(thanks)).with_state(app);
    axum::serve(listener, service).with_graceful_shutdown(polar_cookbook::stop_signal()).await?;
    Ok(())
}

async fn product(shop: &Shop) -> Result<ProductId, Box<dyn Error>> {
    if shop.is_demo() {
        return Ok(DEMO_PRODUCT.parse()?);
    }
    let page = shop.polar.products().list().is_archived(false).limit(1).await?;
    Ok(page.items.first().ok_or("the account has no product")?.id)
}

#[derive(serde::Deserialize)]
struct Buyer {
    /// Your own id of the user, which becomes the customer's external id.
    user: String,
}

/// Creates a checkout, and redirects the user to its page.
async fn buy(
    State(app): State<App>,
    Path(product): Path<ProductId>,
    Query(buyer): Query<Buyer>,
) -> Result<Redirect, Refusal> {
    let checkout = CheckoutProductsCreate::new([product])
        .external_customer_id(buyer.user)
        // Polar replaces the placeholder.
        .success_url(format!("{}/thanks?checkout={{CHECKOUT_ID}}", app.own_url));
    let checkout = app.polar.checkouts().create(checkout).await.map_err(refuse)?;
    Ok(Redirect::to(&checkout.url))
}

/// Redirects a customer to the portal. In your own program, the user is whoever is signed in.
async fn portal(State(app): State<App>, Query(customer): Query<Buyer>) -> Result<Redirect, Refusal> {
    let session = CustomerSessionExternalIdCreate::new(customer.user);
    let session = app.polar.customer_sessions().create(session).await.map_err(refuse)?;
    Ok(Redirect::to(&session.customer_portal_url))
}

#[derive(serde::Deserialize)]
struct Return {
    checkout: CheckoutId,
}

/// Shows the status of the payment. Anyone can open this page, so products are delivered only after the webhook
/// `order.paid`.
async fn thanks(State(app): State<App>, Query(back): Query<Return>) -> Result<String, Refusal> {
    let checkout = app.polar.checkouts().get(back.checkout).await.map_err(refuse)?;
    Ok(match checkout.status {
        CheckoutStatus::Succeeded => {
            format!("Thank you! You paid {}.\n", Money::new(checkout.total_amount, &checkout.currency))
        }
        CheckoutStatus::Confirmed => "Your payment is being processed. Please reload this page.\n".to_owned(),
        CheckoutStatus::Open => "You have not paid yet.\n".to_owned(),
        CheckoutStatus::Expired | CheckoutStatus::Failed => "The checkout has ended. Please start again.\n".to_owned(),
        other => format!("The checkout is {other}.\n"),
    })
}

fn refuse(error: polar_client::Error) -> Refusal {
    if error.is_not_found() {
        return (StatusCode::NOT_FOUND, "There is no such checkout.\n".to_owned());
    }
    // API errors are logged. They are not the user's fault.
    eprintln!("{error}");
    (StatusCode::BAD_GATEWAY, "Something went wrong. Please try again.\n".to_owned())
}
