//! The ingestor sends each event once, and reports its outcome.

mod bad_weather;
mod batches;
mod counts;
mod isolation;
mod refusals;
mod settings;
mod shutdown;
mod usage;

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use polar_client::ingestion::{BatchReport, Ingestor, IngestorBuilder, ReturnedEvent, Totals, WhenFull};
use polar_client::middleware::{AttemptFuture, Middleware, Next};
use polar_client::types::*;
use polar_client::{DateTime, Error, ErrorKind, Patch, Polar, RetryPolicy, Utc, Uuid};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};
use support::event_store::{EventStore, sent, text};
use support::polar;
use tokio::sync::mpsc;

const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
const LONG: Duration = Duration::from_secs(60);

/// Blocks requests until it is opened.
#[derive(Default)]
struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn pass(&self) {
        let is_open = self.is_open.lock().expect("a gate");
        drop(self.opened.wait_while(is_open, |is_open| !*is_open));
    }

    fn open(&self) {
        *self.is_open.lock().expect("a gate") = true;
        self.opened.notify_all();
    }
}

fn sizes(server: &Server) -> Vec<usize> {
    server.requests().iter().map(|request| sent(request).len()).collect()
}

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(reply).expect("a server")
}

/// Returns a policy with three attempts and delays of a millisecond.
fn quick() -> RetryPolicy {
    let millisecond = Duration::from_millis(1);
    RetryPolicy::default().first_delay(millisecond).longest_delay(millisecond).attempts(3)
}

/// Returns a builder for an ingestor that sends only full or flushed batches, one at a time.
fn patient(server: &Server) -> IngestorBuilder {
    polar(&server.url()).events().ingestor().batch_delay(NEVER).in_flight(1).retry(quick())
}

/// Starts an ingestor and returns its reports.
fn reporting(builder: IngestorBuilder) -> (Ingestor, mpsc::UnboundedReceiver<BatchReport>) {
    let (sender, reports) = mpsc::unbounded_channel();
    let ingestor = builder.on_report(move |report| drop(sender.send(report))).start().expect("an ingestor");
    (ingestor, reports)
}

async fn next(reports: &mut mpsc::UnboundedReceiver<BatchReport>) -> BatchReport {
    tokio::time::timeout(LONG, reports.recv()).await.expect("a report in time").expect("a report")
}

fn event(name: impl Into<String>) -> EventCreateExternalCustomer {
    EventCreateExternalCustomer::new(name, "customer-1")
}

/// Decodes events and removes their timestamps, which are not predictable.
fn decoded<'a>(events: impl IntoIterator<Item = &'a ReturnedEvent>) -> Vec<EventCreate> {
    let untimed = |event: &ReturnedEvent| {
        let mut event = event.decode().expect("an event");
        match &mut event {
            EventCreate::Customer(event) => event.timestamp = None,
            EventCreate::ExternalCustomer(event) => event.timestamp = None,
            other => panic!("{other:?}"),
        }
        event
    };
    events.into_iter().map(untimed).collect()
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("event-{number:03}")).collect()
}

async fn push_all(ingestor: &Ingestor, names: &[String]) {
    for name in names {
        ingestor.push(event(name)).await.expect("room");
    }
}

async fn until(condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(LONG, wait).await.expect("it comes to pass");
}

fn refusal(issues: Value) -> Reply {
    Reply::json(422, &json!({ "error": "PolarRequestValidationError", "detail": issues }))
}

/// Returns the API's issues about events named `bad`.
fn issues(request: &Request) -> Vec<Value> {
    let events = sent(request);
    let bad = events.iter().enumerate().filter(|(_, event)| event["name"] == "bad");
    bad.map(|(index, _)| {
        json!({ "type": "value_error", "loc": ["body", "events", index, "name"], "msg": "Bad name.", "input": "bad" })
    })
    .collect()
}

/// Starts a server that responds once the gate is open.
fn gated() -> (Server, Arc<Gate>, EventStore) {
    let (gate, store) = (Arc::new(Gate::default()), EventStore::default());
    let server = server({
        let (gate, store) = (Arc::clone(&gate), store.clone());
        move |request| {
            gate.pass();
            store.take(request)
        }
    });
    (server, gate, store)
}

/// Starts a gated server, and an ingestor whose buffer is full.
async fn full(when_full: WhenFull) -> (Server, Arc<Gate>, EventStore, Ingestor) {
    let (server, gate, store) = gated();
    let builder = patient(&server).buffer_bytes(3900).when_full(when_full);
    let ingestor = builder.start().expect("an ingestor");
    match when_full {
        WhenFull::Drop => push_all(&ingestor, &numbered(100)).await,
        _ => while ingestor.try_push(event("first")).is_ok() {},
    }
    (server, gate, store, ingestor)
}
