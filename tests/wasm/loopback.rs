//! Runs a command with `POLAR_LOOPBACK` set to the address of a server that plays the API:
//!
//! ```sh
//! cargo run --package polar-wasm-tests --features loopback --example loopback -- node program.js
//! ```

use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: loopback COMMAND [ARGUMENT]...");
        return ExitCode::from(2);
    };
    let limited = AtomicUsize::new(0);
    let server = Server::start_unchecked(move |request| reply(request, &limited)).expect("a server");
    let status = Command::new(program).args(arguments).env("POLAR_LOOPBACK", server.url()).status();
    match status.expect("the command").success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Plays lists of three pages, an endpoint that limits every other request, one that answers late, and one that echoes.
fn reply(request: &Request, limited: &AtomicUsize) -> Reply {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/v1/custom-fields/") => page(request),
        ("DELETE", _) if limited.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) => {
            Reply::json(429, &json!({ "detail": "Too many requests" })).header("retry-after", "1")
        }
        ("DELETE", _) => Reply::new(204),
        ("GET", "/v1/meters/") => Reply::json(200, &json!({})).delay(Duration::from_secs(30)),
        ("GET", "/v1/orders/export") => Reply::text(200, "text/csv", "id,amount\n1,2\n".repeat(10_000)),
        ("POST", "/v1/events/ingest") => {
            let headers: Value = ["authorization", "content-type", "polar-version"]
                .into_iter()
                .map(|name| (name.to_owned(), json!(request.header(name))))
                .collect::<serde_json::Map<_, _>>()
                .into();
            Reply::json(422, &json!({ "error": "Echo", "detail": headers.to_string() }))
        }
        _ => Reply::json(404, &json!({ "error": "ResourceNotFound", "detail": "Not found" })),
    }
}

fn page(request: &Request) -> Reply {
    let number = |name: &str| request.query.iter().find(|(key, _)| key == name)?.1.parse::<u64>().ok();
    let page = number("page").unwrap_or(1);
    let items: Vec<Value> = (1..=2).map(|index| custom_field(page * 10 + index)).collect();
    Reply::json(200, &json!({ "items": items, "pagination": { "total_count": 6, "max_page": 3 } }))
}

fn custom_field(number: u64) -> Value {
    json!({
        "created_at": "2026-04-01T12:00:00Z",
        "modified_at": null,
        "id": format!("00000000-0000-4000-8000-{number:012}"),
        "metadata": {},
        "type": "text",
        "slug": format!("field-{number}"),
        "name": "Field",
        "organization_id": "00000000-0000-4000-8000-000000000000",
        "properties": {},
    })
}
