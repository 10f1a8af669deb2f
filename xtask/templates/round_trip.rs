//! Decodes values with the client's types, and encodes them again.
//!
//! Each line of standard input is an array: the kind of value (`response`, `request` or `webhook`), the id of the
//! operation or the type of the event, and the value. Each line of standard output is an object with `encoded` or
//! `error`.

use std::io::{BufRead, Write};

use polar_client::types::WebhookPayload;
use polar_client::{Operation, Success, codec};
use serde_json::{Value, json};

fn main() {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let (of, id, value): (String, String, Value) = serde_json::from_str(&line).expect("an array of three");
        let answer = match round_trip(&of, &id, value.to_string().as_bytes()) {
            Ok(json) => json!({ "encoded": serde_json::from_slice::<Value>(&json).expect("what is encoded is JSON") }),
            Err(error) => json!({ "error": error }),
        };
        writeln!(out, "{answer}").expect("a reader");
    }
}

fn round_trip(of: &str, id: &str, json: &[u8]) -> Result<Vec<u8>, String> {
    if of == "webhook" {
        let payload: WebhookPayload = codec::from_slice(json).map_err(|error| error.to_string())?;
        return Ok(codec::to_vec(&payload));
    }
    let operation = Operation::by_id(id).ok_or("the client lacks the operation")?;
    let ty = match (of, operation.success(), operation.body()) {
        // An empty response, which the client returns as `None`.
        ("response", Success::OptionalJson(_), _) if json.trim_ascii() == b"null" => return Ok(json.to_vec()),
        ("response", Success::Json(ty) | Success::OptionalJson(ty), _) => ty,
        ("request", _, Some((_, ty))) => ty,
        _ => return Err("the client has no type for it".to_owned()),
    };
    let value = ty.decode(json).map_err(|error| error.to_string())?;
    Ok(codec::to_vec(&*value))
}
