//! Lists customers, reads a product with its prices, creates a customer, and looks at a page of events.
//!
//! Without a token the answers are recordings: a small server in this process plays back what the real API once
//! answered. With `POLAR_ACCESS_TOKEN` set, and `POLAR_SERVER=sandbox` for the sandbox, they come from your own
//! account, in which a customer is created.

use std::path::Path;

use polar_client::types::{CustomerIndividualCreate, Price, ProductId, ProductPrice};
use polar_client::value::Money;
use polar_client::{Error, Polar};
use polar_loopback::{Recordings, Reply, Request, Server};

/// The recordings that are played back, of those that the tests run over.
const RECORDED: [&str; 4] = ["customers__list", "products__get.1", "customers__create.10", "events__list"];

const RECORDED_PRODUCT: &str = "12e737f4-99c5-4d1e-9001-750cb43a709f";

#[tokio::main]
async fn main() -> Result<(), Error> {
    let (polar, recorded) = if std::env::var_os("POLAR_ACCESS_TOKEN").is_some() {
        println!("POLAR_ACCESS_TOKEN is set: these are the answers of your own account.");
        (Polar::from_env()?, None)
    } else {
        let server = recorded_answers();
        println!("POLAR_ACCESS_TOKEN is not set: these are recorded answers, played back by {}.", server.url());
        (Polar::builder().token("polar_oat_recorded").base_url(&server.url())?.build()?, Some(server))
    };

    let customers = polar.customers().list().limit(5).await?;
    println!("\n{} customers, the first of them:", customers.pagination.total_count);
    for customer in customers.items.iter().take(5) {
        println!("  {:<30} {}", customer.email().unwrap_or("no email"), customer.name().unwrap_or("no name"));
    }

    if let Some(id) = a_product(&polar, recorded.is_some()).await? {
        let product = polar.products().get(id).await?;
        println!("\nThe product `{}` costs:", product.name);
        for price in &product.prices {
            match price {
                Price::Current(ProductPrice::Fixed(price)) => {
                    println!("  {}", Money::new(price.price_amount, &price.price_currency));
                }
                Price::Current(ProductPrice::MeteredUnit(price)) => {
                    let currency = price.price_currency.as_str();
                    // Unit amounts may be fractions of the minor unit.
                    let amount = price.unit_amount * Money::new(1, currency).to_decimal();
                    println!("  {} {} for each of `{}`", amount.normalize(), currency.to_uppercase(), price.meter.name);
                }
                other => println!("  a price of the type {:?}", other.amount_type()),
            }
        }
    }

    let email = format!("quickstart-{}@example.org", polar_client::Utc::now().timestamp());
    let created = polar.customers().create(CustomerIndividualCreate::new(email).name("Quick Start")).await?;
    let id = created.id();
    println!("\nCreated the customer {id} with the email address {}", created.email().unwrap_or_default());

    let events = polar.events().list().limit(5).await?;
    println!("\nThe latest events:");
    for event in events.items.iter().take(5) {
        let time = event.timestamp().to_rfc3339();
        println!("  {time:<33} {}", event.name());
    }
    Ok(())
}

/// The product to look at: the newest of the account, or the one that was recorded.
async fn a_product(polar: &Polar, recorded: bool) -> Result<Option<ProductId>, Error> {
    if recorded {
        return Ok(RECORDED_PRODUCT.parse().ok());
    }
    let page = polar.products().list().limit(1).await?;
    Ok(page.items.first().map(|product| product.id))
}

/// A server that answers each of the four operations with what the API answered when it was recorded.
fn recorded_answers() -> Server {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings");
    let mut recordings = Recordings::load(&folder).unwrap_or_else(|error| panic!("{error}")).responses;
    recordings.retain(|recording| RECORDED.contains(&recording.name.as_str()));
    let answer = move |request: &Request| {
        let recorded =
            recordings.iter().find(|recording| recording.method == request.method && recording.path == request.path);
        recorded.map_or_else(|| Reply::new(404), |recording| recording.reply())
    };
    Server::start(answer).unwrap_or_else(|error| panic!("no server on loopback: {error}"))
}
