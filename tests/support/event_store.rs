//! An event store that behaves like the API's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};

/// Stores events, each once by its `external_id`. Clones share the store.
#[derive(Clone, Default)]
pub struct EventStore(Arc<Mutex<Stored>>);

#[derive(Default)]
struct Stored {
    events: HashMap<String, Value>,
    /// The ids in order of arrival.
    order: Vec<String>,
    duplicates: usize,
}

impl EventStore {
    /// Stores the events of a request, and responds like `events:ingest`.
    pub fn take(&self, request: &Request) -> Reply {
        let mut stored = self.stored();
        let (mut inserted, mut duplicates) = (0, 0);
        for event in sent(request) {
            let id = text(&event["external_id"]);
            match stored.events.insert(id.clone(), event) {
                None => {
                    inserted += 1;
                    stored.order.push(id);
                }
                Some(_) => duplicates += 1,
            }
        }
        stored.duplicates += duplicates;
        Reply::json(200, &json!({ "inserted": inserted, "duplicates": duplicates }))
    }

    /// Starts a server that stores all events.
    pub fn server(&self) -> Server {
        let store = self.clone();
        Server::start(move |request| store.take(request)).expect("a server")
    }

    /// Returns the number of events.
    pub fn count(&self) -> usize {
        self.stored().order.len()
    }

    /// Returns the number of repeated events.
    pub fn duplicates(&self) -> usize {
        self.stored().duplicates
    }

    /// Returns the ids of the events, in order of arrival.
    pub fn ids(&self) -> Vec<String> {
        self.stored().order.clone()
    }

    /// Returns the names of the events, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.stored().events.values().map(|event| text(&event["name"])).collect();
        names.sort();
        names
    }

    /// Returns the property `number` of each event's metadata, sorted.
    pub fn numbers(&self) -> Vec<u64> {
        let number = |event: &Value| event["metadata"]["number"].as_u64().expect("a number");
        let mut numbers: Vec<u64> = self.stored().events.values().map(number).collect();
        numbers.sort_unstable();
        numbers
    }

    fn stored(&self) -> MutexGuard<'_, Stored> {
        self.0.lock().expect("a store")
    }
}

/// Returns the events in a request.
pub fn sent(request: &Request) -> Vec<Value> {
    match request.json().expect("JSON")["events"].take() {
        Value::Array(events) => events,
        other => panic!("{other} is no list"),
    }
}

/// Returns the string in a value.
pub fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
