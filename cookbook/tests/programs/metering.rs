use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use polar_loopback::{Reply, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Program, command};

/// The running program, and its URL.
struct Service {
    program: Program,
    address: String,
}

impl Service {
    /// Starts the program with its spool in a folder, against a server or its built-in one.
    fn start(folder: &Path, server: Option<&Server>) -> Self {
        let mut command = command(env!("CARGO_BIN_EXE_metering"));
        command.env("METERING_ADDRESS", "127.0.0.1:0").env("METERING_SPOOL", folder.join("events.redb"));
        if let Some(server) = server {
            command.env("POLAR_ACCESS_TOKEN", "polar_oat_x").env("POLAR_SERVER", server.url());
        }
        let mut program = Program::start(&mut command);
        let address = program.line("listening on http://");
        Self { program, address }
    }

    /// Returns its response to a customer.
    fn greet(&self, customer: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        write!(stream, "GET /greet/{customer} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        body.to_owned()
    }
}

/// The events that a server received, by id.
type Store = Arc<Mutex<HashMap<String, Value>>>;

/// Starts an event server that is unavailable until the flag is set.
fn server() -> (Server, Store, Arc<AtomicBool>) {
    let (store, is_up) = (Arc::new(Mutex::new(HashMap::new())), Arc::new(AtomicBool::new(false)));
    let server = Server::start({
        let (store, is_up) = (Arc::clone(&store), Arc::clone(&is_up));
        move |request| {
            if !is_up.load(Ordering::SeqCst) {
                return Reply::new(503);
            }
            let mut body = request.json().expect("JSON");
            let mut inserted = 0;
            for event in body["events"].as_array_mut().expect("events") {
                let id = event["external_id"].as_str().expect("an id").to_owned();
                inserted += u64::from(store.lock().expect("a store").insert(id, event.take()).is_none());
            }
            Reply::json(200, &json!({ "inserted": inserted, "duplicates": 0 }))
        }
    });
    (server.expect("a server"), store, is_up)
}

#[test]
fn requests_are_metered_and_the_rest_is_sent_before_it_ends() {
    let folder = TempDir::new().expect("a folder");
    let (server, store, is_up) = server();
    is_up.store(true, Ordering::SeqCst);
    let service = Service::start(folder.path(), Some(&server));
    assert_eq!(service.greet("customer-1"), "Hello, customer-1!\n");
    assert_eq!(service.greet("customer-23"), "Hello, customer-23!\n");
    let text = service.program.terminate();
    assert!(text.contains("2 events are stored, 0 are sent next time"), "{text}");
    let store = store.lock().expect("a store");
    let mut events: Vec<(&str, u64)> = store
        .values()
        .map(|event| {
            assert_eq!(event["name"], "greeting.sent");
            assert!(event["timestamp"].is_string(), "{event}");
            let customer = event["external_customer_id"].as_str().expect("a customer");
            (customer, event["metadata"]["characters"].as_u64().expect("a number"))
        })
        .collect();
    events.sort_unstable();
    assert_eq!(events, [("customer-1", 19), ("customer-23", 20)]);
}

#[test]
fn answered_requests_are_metered_despite_a_kill() {
    let folder = TempDir::new().expect("a folder");
    let (server, store, is_up) = server();
    let service = Service::start(folder.path(), Some(&server));
    for number in 0..20 {
        service.greet(&format!("customer-{number}"));
    }
    service.program.kill();
    assert_eq!(store.lock().expect("a store").len(), 0);

    is_up.store(true, Ordering::SeqCst);
    let service = Service::start(folder.path(), Some(&server));
    service.greet("customer-20");
    let text = service.program.terminate();
    assert!(text.contains("21 events are stored, 0 are sent next time"), "{text}");
    let store = store.lock().expect("a store");
    let mut customers: Vec<&str> =
        store.values().map(|event| event["external_customer_id"].as_str().expect("a customer")).collect();
    customers.sort_unstable();
    let mut all: Vec<String> = (0..=20).map(|number| format!("customer-{number}")).collect();
    all.sort_unstable();
    assert_eq!(customers, all);
}

#[test]
fn no_account_is_needed() {
    let folder = TempDir::new().expect("a folder");
    let service = Service::start(folder.path(), None);
    assert_eq!(service.greet("customer-1"), "Hello, customer-1!\n");
    let text = service.program.terminate();
    assert!(text.contains("1 events are stored, 0 are sent next time"), "{text}");
}
