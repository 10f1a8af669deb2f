//! A web service that meters its requests: each is a usage event that is on disk before the response is sent.
//!
//! ```sh
//! cargo run --package polar-cookbook --bin metering
//! curl http://127.0.0.1:8080/greet/customer-1
//! ```
//!
//! Without a token, events are sent to a small server in this process, which counts them. With `POLAR_ACCESS_TOKEN`,
//! and `POLAR_SERVER=sandbox` for the sandbox, they are sent to your own account. Stop it with Ctrl-C, or kill it:
//! unsent events are in the file `METERING_SPOOL`, and are sent at the next start. `METERING_ADDRESS` is the address to
//! listen on, by default `127.0.0.1:8080`.

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use polar_client::{Ingestor, Polar};
use polar_loopback::{Reply, Server};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (polar, _counting) = if env::var_os("POLAR_ACCESS_TOKEN").is_some() {
        println!("POLAR_ACCESS_TOKEN is set: events go to your own account.");
        (Polar::from_env()?, None)
    } else {
        let server = counting_server()?;
        println!("POLAR_ACCESS_TOKEN is not set: events go to {}, which counts them.", server.url());
        (Polar::builder().token("polar_oat_example").base_url(&server.url())?.build()?, Some(server))
    };
    let spool = env::var_os("METERING_SPOOL").map_or_else(|| env::temp_dir().join("metering.redb"), PathBuf::from);
    let ingestor = polar
        .events()
        .ingestor()
        .spool(spool)
        .on_report(|report| println!("{report}"))
        .on_pause(|error| eprintln!("events are kept until this is mended: {error}"))
        .start()?;
    println!("{} events of an earlier run are sent now", ingestor.totals().recovered);

    let service = Router::new().route("/greet/{customer}", get(greet)).with_state(ingestor.clone());
    let address = env::var("METERING_ADDRESS").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    // Requests in progress are completed and metered before the ingestor is shut down.
    axum::serve(listener, service).with_graceful_shutdown(polar_cookbook::stop_signal()).await?;

    let totals = ingestor.shutdown(Duration::from_secs(10)).await.totals;
    println!("{} events are stored, {} are sent next time", totals.inserted + totals.duplicates, totals.pending);
    Ok(())
}

async fn greet(State(ingestor): State<Ingestor>, Path(customer): Path<String>) -> Result<String, StatusCode> {
    let answer = format!("Hello, {customer}!\n");
    match ingestor.customer(customer).track("greeting.sent").metadata("characters", answer.chars().count()).await {
        Ok(()) => Ok(answer),
        Err(error) => {
            // Usage that cannot be metered is refused.
            eprintln!("{error}");
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// Starts a server that accepts all events.
fn counting_server() -> std::io::Result<Server> {
    Server::start(|request| {
        let events = request.json().ok().and_then(|body| Some(body["events"].as_array()?.len()));
        events.map_or_else(
            || Reply::new(404),
            |events| Reply::json(200, &serde_json::json!({ "inserted": events, "duplicates": 0 })),
        )
    })
}
