//! A shop without an account: a loopback server that responds with recordings of the real API.

use std::io;
use std::path::Path;

use polar_client::types::{Order, OrderStatus};
use polar_client::{DateTime, Utc, codec};
use polar_loopback::{Recordings, Reply, Request, Server};
use serde_json::{Value, json};

/// The number of orders in the demo.
pub const DEMO_ORDERS: i64 = 1200;

/// The month of the first order.
const FIRST_MONTH: (i32, u32) = (2025, 12);

/// The license key in the demo.
const DEMO_KEY: &str = "ACME2-21DA1E63-180F-4BAA-8F61-D146DBA66E4D";

/// Starts the server of the demo.
///
/// Single objects are recordings. The list of orders and the metrics are derived from recorded ones: twelve months with
/// growing sales.
///
/// # Errors
/// If there are no recordings, or no port can be bound.
pub fn demo_server() -> io::Result<Server> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/recordings");
    let recordings = Recordings::load(&folder).map_err(io::Error::other)?.responses;
    let body = |name: &str| {
        let recording = recordings.iter().find(|recording| recording.name == name);
        recording.map(|recording| recording.response_body.clone()).ok_or_else(|| io::Error::other(name.to_owned()))
    };
    let order = body("orders__list")?["items"][0].take();
    let orders: Vec<Value> = (0..DEMO_ORDERS).map(|number| numbered(&order, number)).collect();
    let metrics = with_revenue(body("metrics__get.1")?, &orders)?;
    let checkout = body("checkouts__create")?;
    let activation = body("license_keys__activate")?;
    let not_found = || Reply::json(404, &json!({ "error": "ResourceNotFound", "detail": "Not found" }));
    Server::start(move |request| match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/v1/orders/") => list(request, &orders),
        ("GET", "/v1/metrics/") => Reply::json(200, &metrics),
        ("POST", "/v1/checkouts/") => created(request, checkout.clone()),
        ("GET", path) if path.strip_prefix("/v1/checkouts/") == checkout["id"].as_str() => {
            let mut checkout = checkout.clone();
            checkout["status"] = json!("succeeded");
            Reply::json(200, &checkout)
        }
        ("POST", "/v1/customer-sessions/") => session(request),
        ("POST", "/v1/customer-portal/license-keys/activate") if key(request) == DEMO_KEY => {
            Reply::json(200, &activation)
        }
        ("POST", path) if path.starts_with("/v1/customer-portal/license-keys/") && key(request) != DEMO_KEY => {
            not_found()
        }
        (method, path) => {
            let recorded = recordings.iter().find(|recording| {
                recording.method == method
                    && recording.path == path
                    && recording.is_success()
                    && recording.query.is_none()
            });
            recorded.map_or_else(not_found, |recording| recording.reply())
        }
    })
}

/// Returns an order by number: there are 1,200 in twelve months.
fn numbered(order: &Value, number: i64) -> Value {
    let mut order = order.clone();
    // 45 orders in the first month, and ten more in each following month.
    let (mut month, mut before) = (0, 0);
    while number >= before + 45 + 10 * month {
        before += 45 + 10 * month;
        month += 1;
    }
    let (day, of_month) = (number - before, 45 + 10 * month);
    let months = i64::from(FIRST_MONTH.1) - 1 + month;
    let (year, month) = (i64::from(FIRST_MONTH.0) + months / 12, months % 12 + 1);
    let minutes = day * 28 * 24 * 60 / of_month;
    let time = format!("{year}-{month:02}-{:02}T{:02}:{:02}:00Z", 1 + minutes / 1440, minutes / 60 % 24, minutes % 60);
    let cents = 900 + number * 7919 % 4100;
    order["id"] = json!(format!("00000000-0000-4000-8000-{number:012x}"));
    order["created_at"] = json!(time);
    for amount in ["subtotal_amount", "net_amount", "total_amount", "due_amount", "amount", "refundable_amount"] {
        order[amount] = json!(cents);
    }
    order["invoice_number"] = json!(format!("DEMO-{:04}", number + 1));
    // One in forty orders was refunded.
    if number % 40 == 7 {
        order["status"] = json!("refunded");
        order["refunded_amount"] = json!(cents);
        order["refundable_amount"] = json!(0);
    }
    order
}

/// Returns a page of orders.
fn list(request: &Request, orders: &[Value]) -> Reply {
    let values = |name: &str| {
        let of_name = request.query.iter().filter(move |(key, _)| key == name);
        of_name.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
    };
    let number =
        |name: &str, default: usize| values(name).first().and_then(|text| text.parse().ok()).unwrap_or(default);
    let statuses = values("status");
    let mut found: Vec<&Value> = orders
        .iter()
        .filter(|order| statuses.is_empty() || statuses.contains(&order["status"].as_str().unwrap_or("")))
        .collect();
    // The API lists the newest first by default.
    if values("sorting") != ["created_at"] {
        found.reverse();
    }
    let (page, limit) = (number("page", 1).max(1), number("limit", 10).clamp(1, 100));
    let items: Vec<&&Value> = found.iter().skip((page - 1).saturating_mul(limit)).take(limit).collect();
    let pagination = json!({ "total_count": found.len(), "max_page": found.len().div_ceil(limit) });
    Reply::json(200, &json!({ "items": items, "pagination": pagination }))
}

/// Returns the recorded metrics with the revenue of these orders.
fn with_revenue(mut metrics: Value, orders: &[Value]) -> io::Result<Value> {
    let orders: Vec<Order> = orders
        .iter()
        .map(|order| codec::from_slice(order.to_string().as_bytes()))
        .collect::<Result<_, _>>()
        .map_err(io::Error::other)?;
    let period = metrics["periods"][0].clone();
    let months = (0..12).map(|month| i64::from(FIRST_MONTH.1) - 1 + month);
    let periods = months.map(|month| {
        let start = format!("{}-{:02}-01T00:00:00Z", i64::from(FIRST_MONTH.0) + month / 12, month % 12 + 1);
        let of_month = orders.iter().filter(|order| month_of(order.created_at) == start);
        let paid = of_month.filter(|order| order.status == OrderStatus::Paid);
        let (revenue, count) = paid.fold((0, 0), |(cents, count), order| (cents + order.net_amount, count + 1));
        let mut period = period.clone();
        period["timestamp"] = json!(start);
        period["revenue"] = json!(revenue);
        period["orders"] = json!(count);
        period
    });
    metrics["periods"] = periods.collect();
    Ok(metrics)
}

fn month_of(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-01T00:00:00Z").to_string()
}

/// Returns a checkout that redirects to its own success page, since the demo has no payments.
fn created(request: &Request, mut checkout: Value) -> Reply {
    let body = request.json().unwrap_or_default();
    if let (Some(url), Some(id)) = (body["success_url"].as_str(), checkout["id"].as_str()) {
        let url = url.replace("{CHECKOUT_ID}", id);
        checkout["url"] = json!(url);
        checkout["success_url"] = json!(url);
    }
    checkout["external_customer_id"] = body["external_customer_id"].clone();
    Reply::json(201, &checkout)
}

/// Returns a session of the recorded customer.
fn session(request: &Request) -> Reply {
    use polar_client::test_util::Sample;
    let mut session = polar_client::types::CustomerSession::sample();
    session.token = "polar_cst_demo".to_owned();
    session.return_url = request.json().unwrap_or_default()["return_url"].as_str().map(str::to_owned);
    session.customer_portal_url = "https://sandbox.polar.example/demo/portal".to_owned();
    Reply::new(201).header("content-type", "application/json").body(codec::to_vec(&session))
}

/// Returns the license key in a request.
fn key(request: &Request) -> String {
    request.json().unwrap_or_default()["key"].as_str().unwrap_or_default().to_owned()
}
