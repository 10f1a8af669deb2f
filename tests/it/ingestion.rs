//! Events through an ingestor: what arrives, what is reported, and that nothing is lost or there twice.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use polar_client::ingest::{BatchReport, Ingestor, IngestorBuilder, ReturnedEvent, Totals, WhenFull};
use polar_client::middleware::{AttemptFuture, Middleware, Next};
use polar_client::types::*;
use polar_client::{Error, ErrorKind, Patch, Polar, RetryPolicy, Uuid};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};
use support::event_store::{EventStore, sent, text};
use support::polar;
use tokio::sync::mpsc;

const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
const LONG: Duration = Duration::from_secs(60);

/// Holds requests up until it is opened.
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

/// Waits a millisecond between attempts, of which there are three.
fn quick() -> RetryPolicy {
    let millisecond = Duration::from_millis(1);
    RetryPolicy::default().first_delay(millisecond).longest_delay(millisecond).attempts(3)
}

/// Sends only when a batch is full or flushed, and one batch after the other.
fn patient(server: &Server) -> IngestorBuilder {
    polar(&server.url()).events().ingestor().batch_delay(NEVER).in_flight(1).retry(quick())
}

/// Starts an ingestor, and gives its reports.
fn reporting(builder: IngestorBuilder) -> (Ingestor, mpsc::UnboundedReceiver<BatchReport>) {
    let (sender, reports) = mpsc::unbounded_channel();
    let ingestor = builder.on_report(move |report| drop(sender.send(report))).start().expect("an ingestor");
    (ingestor, reports)
}

async fn next(reports: &mut mpsc::UnboundedReceiver<BatchReport>) -> BatchReport {
    tokio::time::timeout(LONG, reports.recv()).await.expect("a report in time").expect("a report")
}

fn event(name: impl Into<String>) -> EventCreateExternalCustomer {
    EventCreateExternalCustomer::new("customer-1", name)
}

fn decoded(events: &[ReturnedEvent]) -> Vec<EventCreate> {
    events.iter().map(|event| event.decode().expect("an event")).collect()
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

/// What the API says of events named `bad`.
fn issues(request: &Request) -> Vec<Value> {
    let events = sent(request);
    let bad = events.iter().enumerate().filter(|(_, event)| event["name"] == "bad");
    bad.map(|(index, _)| {
        json!({ "type": "value_error", "loc": ["body", "events", index, "name"], "msg": "Bad name.", "input": "bad" })
    })
    .collect()
}

#[tokio::test]
async fn a_batch_ends_with_its_count() {
    let store = EventStore::default();
    let server = store.server();
    let (ingestor, mut reports) = reporting(patient(&server).batch_events(10));
    push_all(&ingestor, &numbered(25)).await;
    // Two batches go without being asked for.
    assert_eq!((next(&mut reports).await.inserted, next(&mut reports).await.inserted), (10, 10));
    assert_eq!(sizes(&server), [10, 10]);

    let totals = ingestor.flush().await;
    assert_eq!(sizes(&server), [10, 10, 5]);
    assert_eq!((totals.pushed, totals.inserted, totals.pending), (25, 25, 0));
    let order: Vec<String> = server.requests().iter().flat_map(sent).map(|event| text(&event["name"])).collect();
    assert_eq!(order, numbered(25));
    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/events/ingest"));
    assert_eq!(request.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_batch_ends_with_its_bytes() {
    let store = EventStore::default();
    let server = store.server();
    let (ingestor, _reports) = reporting(patient(&server).batch_bytes(1000));
    push_all(&ingestor, &numbered(40)).await;
    let large = "x".repeat(2000);
    ingestor.push(event(&large)).await.expect("room");
    push_all(&ingestor, &["last".to_owned()]).await;
    ingestor.shutdown(LONG).await;

    let requests = server.requests();
    let (alone, others): (Vec<_>, Vec<_>) = requests.iter().partition(|request| request.body.len() > 1000);
    assert_eq!(alone.iter().map(|request| sent(request).len()).collect::<Vec<_>>(), [1]);
    assert!(others.len() > 4, "{}", others.len());
    // All but the one before the large event and the one after it are as full as can be.
    let one = sent(others[0])[0].to_string().len() + 1;
    let loose = others.iter().filter(|request| request.body.len() + one <= 1000);
    assert!(loose.count() <= 2);
    assert_eq!(store.count(), 42);
}

#[tokio::test]
async fn a_batch_ends_with_its_time() {
    let store = EventStore::default();
    let server = store.server();
    let quick = patient(&server).batch_delay(Duration::from_millis(5));
    let (ingestor, mut reports) = reporting(quick);
    for round in 1..=3 {
        push_all(&ingestor, &[format!("event-{round}")]).await;
        assert_eq!(next(&mut reports).await.events, 1);
        assert_eq!(store.count(), round);
    }
}

#[tokio::test]
async fn a_delay_beyond_all_time_waits_for_a_flush() {
    let store = EventStore::default();
    let server = store.server();
    let ingestor = patient(&server).batch_delay(Duration::MAX).start().expect("an ingestor");
    push_all(&ingestor, &numbered(3)).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(server.requests().len(), 0);
    assert_eq!(ingestor.totals().pending, 3);
    ingestor.flush().await;
    assert_eq!(sizes(&server), [3]);
}

/// A server that holds requests up, and an ingestor that is full.
async fn full(when_full: WhenFull) -> (Server, Arc<Gate>, EventStore, Ingestor) {
    let (gate, store) = (Arc::new(Gate::default()), EventStore::default());
    let server = server({
        let (gate, store) = (Arc::clone(&gate), store.clone());
        move |request| {
            gate.pass();
            store.take(request)
        }
    });
    let builder = patient(&server).buffer_bytes(4000).when_full(when_full);
    let ingestor = builder.start().expect("an ingestor");
    match when_full {
        WhenFull::Drop => push_all(&ingestor, &numbered(100)).await,
        _ => while ingestor.try_push(event("first")).is_ok() {},
    }
    (server, gate, store, ingestor)
}

#[tokio::test]
async fn a_push_waits_for_room() {
    let (_server, gate, store, ingestor) = full(WhenFull::Wait).await;
    let held = ingestor.totals().pushed;
    assert!((10..40).contains(&held), "{held}");
    let refused = ingestor.try_push(event("second").external_id("mine")).expect_err("no room");
    assert_eq!(refused.to_string(), "the event `second` was not taken: the ingestor's buffer is full");
    assert!(refused.is_full() && !refused.is_closed());
    assert_eq!(decoded(refused.events()), [event("second").external_id("mine").into()]);

    let waiting = tokio::spawn({
        let ingestor = ingestor.clone();
        async move { ingestor.push(event("third")).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!waiting.is_finished());
    gate.open();
    waiting.await.expect("no panic").expect("room");
    let totals = ingestor.shutdown(LONG).await.totals;
    assert_eq!((totals.inserted, totals.dropped), (held + 1, 0));
    assert_eq!(store.count() as u64, held + 1);
    assert_eq!(store.names().last().map(String::as_str), Some("third"));
}

#[tokio::test]
async fn events_without_room_are_dropped_and_counted() {
    let (_server, gate, store, ingestor) = full(WhenFull::Drop).await;
    let totals = ingestor.totals();
    assert_eq!(totals.pushed + totals.dropped, 100);
    assert!((60..90).contains(&totals.dropped), "{totals:?}");
    ingestor.try_push(event("one more")).expect("dropped, which is no error");
    assert_eq!(ingestor.totals().dropped, totals.dropped + 1);

    gate.open();
    assert_eq!(ingestor.flush().await.inserted, totals.pushed);
    // The first are kept, and there is room again.
    assert_eq!(store.names(), numbered(100)[..store.count()]);
    push_all(&ingestor, &["later".to_owned()]).await;
    assert_eq!(ingestor.shutdown(LONG).await.totals.dropped, totals.dropped + 1);
    assert_eq!(store.names().last().map(String::as_str), Some("later"));
}

#[tokio::test]
async fn an_event_larger_than_the_buffer_is_taken_by_itself() {
    let store = EventStore::default();
    let server = store.server();
    let ingestor = patient(&server).buffer_bytes(500).start().expect("an ingestor");
    for _ in 0..3 {
        ingestor.push(event("x".repeat(10_000))).await.expect("room");
    }
    assert_eq!(ingestor.shutdown(LONG).await.totals.inserted, 3);
    assert_eq!(sizes(&server), [1, 1, 1]);
}

#[tokio::test]
async fn a_full_buffer_sends_batches_that_are_not_full() {
    let store = EventStore::default();
    let server = store.server();
    // Neither count nor bytes nor time end a batch here.
    let ingestor = patient(&server).buffer_bytes(4000).start().expect("an ingestor");
    push_all(&ingestor, &numbered(200)).await;
    assert_eq!(ingestor.shutdown(LONG).await.totals.inserted, 200);
    assert_eq!(store.names(), numbered(200));
}

#[tokio::test]
async fn a_flush_waits_for_all_that_was_pushed_before() {
    let (gate, store) = (Arc::new(Gate::default()), EventStore::default());
    let server = server({
        let (gate, store) = (Arc::clone(&gate), store.clone());
        move |request| {
            gate.pass();
            store.take(request)
        }
    });
    let (ingestor, mut reports) = reporting(patient(&server).batch_events(5).in_flight(2));
    push_all(&ingestor, &numbered(33)).await;
    let flush = || {
        let ingestor = ingestor.clone();
        tokio::spawn(async move { ingestor.flush().await })
    };
    let (one, other) = (flush(), flush());
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!one.is_finished() && !other.is_finished());
    gate.open();
    for flush in [one, other] {
        let totals = flush.await.expect("no panic");
        assert_eq!((totals.inserted, totals.pending), (33, 0));
    }
    // Each batch was reported before.
    let mut events = 0;
    while let Ok(report) = reports.try_recv() {
        events += report.events;
    }
    assert_eq!(events, 33);
    assert_eq!(store.names(), numbered(33));
    assert_eq!(ingestor.flush().await.inserted, 33);
}

#[tokio::test]
async fn no_more_batches_are_on_their_way_than_allowed() {
    let (gate, store) = (Arc::new(Gate::default()), EventStore::default());
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let server = server({
        let (gate, store) = (Arc::clone(&gate), store.clone());
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        move |request| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            gate.pass();
            let reply = store.take(request);
            now.fetch_sub(1, Ordering::SeqCst);
            reply
        }
    });
    let ingestor = patient(&server).batch_events(2).in_flight(3).start().expect("an ingestor");
    push_all(&ingestor, &numbered(40)).await;
    until(|| now.load(Ordering::SeqCst) == 3).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    gate.open();
    assert_eq!(ingestor.shutdown(LONG).await.totals.inserted, 40);
    assert_eq!(most.load(Ordering::SeqCst), 3);
    assert_eq!(sizes(&server), [2; 20]);
}

#[tokio::test]
async fn shutting_down_sends_the_rest_and_takes_no_more() {
    let store = EventStore::default();
    let server = store.server();
    let ingestor = patient(&server).batch_events(10).start().expect("an ingestor");
    let clone = ingestor.clone();
    push_all(&ingestor, &numbered(25)).await;
    let totals = ingestor.shutdown(LONG).await.totals;
    assert_eq!((totals.pushed, totals.inserted, totals.pending), (25, 25, 0));
    assert_eq!(store.names(), numbered(25));

    let late = event("late").external_id("mine");
    let error = clone.push(late.clone()).await.expect_err("it is shut down");
    assert_eq!(error.to_string(), "the event `late` was not taken: the ingestor is shut down");
    assert!(error.is_closed() && !error.is_full());
    assert_eq!(decoded(&error.into_events()), [late.clone().into()]);
    let error = clone.try_push(late).expect_err("it is shut down");
    assert!(error.is_closed());
    assert_eq!(clone.flush().await, totals);
    assert_eq!(clone.shutdown(LONG).await.totals, totals);
}

#[tokio::test]
async fn the_deadline_of_a_shutdown_returns_the_rest_and_it_can_be_pushed_again() {
    let (store, is_up) = (EventStore::default(), Arc::new(AtomicBool::new(false)));
    let server = server({
        let (store, is_up) = (store.clone(), Arc::clone(&is_up));
        move |request| if is_up.load(Ordering::SeqCst) { store.take(request) } else { Reply::close() }
    });
    // Batches that are on their way, one that waits for them, one that is open, and events behind it.
    let builder = polar(&server.url()).events().ingestor().batch_delay(NEVER).batch_events(10).in_flight(2);
    let ingestor = builder.start().expect("an ingestor");
    let names = numbered(1000);
    for (number, name) in names.iter().enumerate() {
        ingestor.push(event(name).external_id(format!("id-{number:04}"))).await.expect("room");
    }
    until(|| server.requests().len() >= 2).await;
    let report = ingestor.shutdown(Duration::from_millis(50)).await;
    assert_eq!((report.totals.pushed, report.totals.pending, report.totals.failed), (1000, 1000, 0));
    let ids = |event: &ReturnedEvent| {
        let event: Value = serde_json::from_slice(event.json()).expect("JSON");
        text(&event["external_id"])
    };
    let mut returned: Vec<String> = report.unsent.iter().map(ids).collect();
    returned.sort();
    assert_eq!(returned, (0..1000).map(|number| format!("id-{number:04}")).collect::<Vec<_>>());
    // They are returned once.
    assert_eq!(ingestor.shutdown(LONG).await.unsent, []);

    is_up.store(true, Ordering::SeqCst);
    let ingestor = patient(&server).start().expect("an ingestor");
    ingestor.push_all(report.unsent).await.expect("room");
    let report = ingestor.shutdown(LONG).await;
    assert_eq!((report.totals.inserted, report.totals.pending, report.unsent.len()), (1000, 0, 0));
    assert_eq!(store.names(), names);
    assert_eq!(store.count(), 1000);
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_the_next_attempt() {
    let (store, is_up) = (EventStore::default(), Arc::new(AtomicBool::new(false)));
    let server = server({
        let (store, is_up) = (store.clone(), Arc::clone(&is_up));
        move |request| if is_up.load(Ordering::SeqCst) { store.take(request) } else { Reply::new(503) }
    });
    let builder =
        patient(&server).retry(RetryPolicy::default().first_delay(NEVER).longest_delay(NEVER).total_time(NEVER * 2));
    let ingestor = builder.start().expect("an ingestor");
    push_all(&ingestor, &numbered(3)).await;
    let flush = tokio::spawn({
        let ingestor = ingestor.clone();
        async move { ingestor.flush().await }
    });
    until(|| server.requests().len() == 1).await;
    is_up.store(true, Ordering::SeqCst);
    assert_eq!(ingestor.shutdown(NEVER).await.totals.inserted, 3);
    assert_eq!(flush.await.expect("no panic").inserted, 3);
}

#[tokio::test]
async fn many_events_are_pushed_at_once_and_those_without_room_wait() {
    let (server, gate, store, ingestor) = full(WhenFull::Wait).await;
    let before = ingestor.totals().pushed;
    let waiting = tokio::spawn({
        let ingestor = ingestor.clone();
        async move { ingestor.push_all(numbered(300).into_iter().map(event)).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!waiting.is_finished());
    gate.open();
    waiting.await.expect("no panic").expect("room");
    assert_eq!(ingestor.flush().await.inserted, before + 300);
    assert_eq!(store.names()[..300], numbered(300));
    drop(server);

    // Those that are too late come back, in their order.
    ingestor.shutdown(LONG).await;
    let error = ingestor.push_all(numbered(3).into_iter().map(event)).await.expect_err("it is shut down");
    assert_eq!(error.to_string(), "3 events were not taken: the ingestor is shut down");
    let names: Vec<String> = decoded(error.events())
        .into_iter()
        .map(|event| match event {
            EventCreate::ExternalCustomer(event) => event.name,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, numbered(3));
}

#[tokio::test]
async fn a_push_that_waits_has_its_event_back_when_the_ingestor_is_shut_down() {
    let (_server, gate, store, ingestor) = full(WhenFull::Wait).await;
    let waiting = tokio::spawn({
        let ingestor = ingestor.clone();
        async move { ingestor.push(event("waiting").external_id("mine")).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let shutdown = tokio::spawn({
        let ingestor = ingestor.clone();
        async move { ingestor.shutdown(LONG).await.totals }
    });
    let error = waiting.await.expect("no panic").expect_err("it is shut down");
    assert!(error.is_closed());
    assert_eq!(decoded(error.events()), [event("waiting").external_id("mine").into()]);
    assert!(!shutdown.is_finished());
    gate.open();
    let totals = shutdown.await.expect("no panic");
    assert_eq!(totals.inserted, totals.pushed);
    assert_eq!(store.count() as u64, totals.pushed);
}

#[tokio::test]
async fn what_was_pushed_is_sent_after_the_last_handle_is_dropped() {
    let store = EventStore::default();
    let server = store.server();
    let (ingestor, mut reports) = reporting(patient(&server));
    push_all(&ingestor, &numbered(7)).await;
    drop(ingestor);
    assert_eq!(next(&mut reports).await.inserted, 7);
    // The worker has ended, and its function for reports with it.
    assert!(tokio::time::timeout(LONG, reports.recv()).await.expect("in time").is_none());
}

#[test]
fn a_push_fails_once_the_runtime_has_stopped() {
    let (_server, ingestor) = {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let server = server(|_| Reply::new(500));
        let ingestor = runtime.block_on(async { patient(&server).start() }).expect("an ingestor");
        (server, ingestor)
    };
    let error = ingestor.try_push(event("late")).expect_err("nobody is there");
    assert!(error.is_closed());
    let other = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    assert_eq!(other.block_on(ingestor.shutdown(LONG)).totals, Totals::default());
}

#[tokio::test]
async fn wrong_events_are_reported_and_the_others_sent_without_them() {
    let store = EventStore::default();
    let server = server({
        let store = store.clone();
        move |request| match issues(request) {
            issues if issues.is_empty() => store.take(request),
            issues => refusal(issues.into()),
        }
    });
    let (ingestor, mut reports) = reporting(patient(&server));
    for name in ["a", "bad", "b", "c", "bad", "d"] {
        ingestor.push(event(name).external_id(format!("{name}-id"))).await.expect("room");
    }
    let totals = ingestor.flush().await;
    assert_eq!((totals.inserted, totals.rejected, totals.failed, totals.pending), (4, 2, 0, 0));
    assert_eq!(store.names(), ["a", "b", "c", "d"]);
    assert_eq!(sizes(&server), [6, 4]);

    let report = next(&mut reports).await;
    assert_eq!((report.events, report.inserted, report.duplicates), (6, 4, 0));
    assert!(report.failed.is_none());
    assert_eq!(report.to_string(), "6 events: 4 inserted, 0 duplicates, 2 rejected");
    let places: Vec<String> = report.rejected.iter().map(|wrong| wrong.issues[0].to_string()).collect();
    assert_eq!(places, ["body.events[1].name: Bad name.", "body.events[4].name: Bad name."]);
    for wrong in &report.rejected {
        assert_eq!(wrong.issues.len(), 1);
        assert_eq!(format!("{:?}", wrong.event), format!("ReturnedEvent({} bytes)", wrong.event.json().len()));
        assert_eq!(wrong.event.decode().expect("an event"), event("bad").external_id("bad-id").into());
    }
}

#[tokio::test]
async fn events_that_are_found_wrong_one_at_a_time_are_left_out_one_at_a_time() {
    let store = EventStore::default();
    let server = server({
        let store = store.clone();
        move |request| match issues(request).into_iter().next_back() {
            None => store.take(request),
            Some(issue) => refusal(json!([issue])),
        }
    });
    let (ingestor, mut reports) = reporting(patient(&server));
    for (number, name) in ["bad", "a", "bad", "bad", "b"].into_iter().enumerate() {
        ingestor.push(event(name).external_id(format!("id-{number}"))).await.expect("room");
    }
    ingestor.flush().await;
    assert_eq!(sizes(&server), [5, 4, 3, 2]);
    assert_eq!(store.names(), ["a", "b"]);
    let report = next(&mut reports).await;
    let ids = report.rejected.iter().map(|wrong| match wrong.event.decode().expect("an event") {
        EventCreate::ExternalCustomer(event) => event.external_id.into_value().expect("an id"),
        other => panic!("{other:?}"),
    });
    assert_eq!(ids.collect::<Vec<_>>(), ["id-3", "id-2", "id-0"]);
}

#[tokio::test]
async fn a_batch_of_wrong_events_is_not_sent_again() {
    let server = server(|request| refusal(issues(request).into()));
    let (ingestor, mut reports) = reporting(patient(&server));
    push_all(&ingestor, &["bad".to_owned(), "bad".to_owned()]).await;
    assert_eq!(ingestor.flush().await.rejected, 2);
    assert_eq!(sizes(&server), [2]);
    assert!(next(&mut reports).await.failed.is_none());
}

#[tokio::test]
async fn a_refusal_that_names_no_event_is_narrowed_down_to_the_event() {
    let strange = [
        json!("Too much."),
        json!([{ "type": "missing", "loc": ["body", "events"], "msg": "Field required" }]),
        json!([{ "type": "missing", "loc": ["body", "events", 99, "name"], "msg": "Field required" }]),
        json!([{ "type": "missing", "loc": ["body", "events", -1, "name"], "msg": "Field required" }]),
        json!([{ "type": "missing", "loc": ["query", "events", 0], "msg": "Field required" }]),
    ];
    for detail in strange {
        let store = EventStore::default();
        let server = server({
            let store = store.clone();
            move |request| match issues(request).len() {
                0 => store.take(request),
                _ => refusal(detail.clone()),
            }
        });
        let (ingestor, mut reports) = reporting(patient(&server));
        push_all(&ingestor, &["a", "b", "bad", "c", "d"].map(str::to_owned)).await;
        let totals = ingestor.flush().await;
        assert_eq!((totals.inserted, totals.rejected, totals.failed, totals.pending), (4, 1, 0, 0));
        assert_eq!(sizes(&server), [5, 3, 2, 1, 2]);
        assert_eq!(store.names(), ["a", "b", "c", "d"]);
        let report = next(&mut reports).await;
        let [rejected] = &report.rejected[..] else { panic!("{report:?}") };
        let event: Value = serde_json::from_slice(rejected.event.json()).expect("JSON");
        assert_eq!(event["name"], "bad");
        assert_eq!((rejected.status.as_u16(), rejected.issues.len()), (422, 0));
    }
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_split_until_it_passes() {
    let store = EventStore::default();
    let server = server({
        let store = store.clone();
        move |request| match request.body.len() {
            0..=1000 => store.take(request),
            _ => Reply::json(413, &json!({ "error": "RequestBodyTooLarge", "detail": "Too large." })),
        }
    });
    let (ingestor, mut reports) = reporting(patient(&server));
    push_all(&ingestor, &numbered(20)).await;
    ingestor.push(event("x".repeat(2000)).external_id("large")).await.expect("room");
    push_all(&ingestor, &["last".to_owned()]).await;
    let totals = ingestor.flush().await;
    assert_eq!((totals.inserted, totals.rejected, totals.failed, totals.pending), (21, 1, 0, 0));
    assert_eq!(store.names()[..20], numbered(20));
    // What passed is in the order in which it was pushed.
    let passed = server.requests().into_iter().filter(|request| request.body.len() <= 1000);
    let order: Vec<String> = passed.flat_map(|request| sent(&request)).map(|event| text(&event["name"])).collect();
    assert_eq!(order, [numbered(20), vec!["last".to_owned()]].concat());

    let report = next(&mut reports).await;
    assert_eq!(report.to_string(), "22 events: 21 inserted, 0 duplicates, 1 rejected");
    let [rejected] = &report.rejected[..] else { panic!("{report:?}") };
    assert_eq!((rejected.status.as_u16(), rejected.issues.len()), (413, 0));
    assert_eq!(rejected.event.decode().expect("an event"), event("x".repeat(2000)).external_id("large").into());
}

#[tokio::test]
async fn a_refused_token_pauses_all_batches_is_reported_once_and_resumes() {
    let refusals = [
        Reply::json(401, &json!({ "error": "invalid_token", "error_description": "Revoked." })),
        Reply::json(403, &json!({ "error": "insufficient_scope", "error_description": "No." })),
        Reply::json(404, &json!({ "error": "ResourceNotFound", "detail": "Not found." })),
        Reply::text(200, "text/html", "<html>"),
    ];
    for reply in refusals {
        let (store, is_refused) = (EventStore::default(), Arc::new(AtomicBool::new(true)));
        let status = reply.clone();
        let server = server({
            let (store, is_refused) = (store.clone(), Arc::clone(&is_refused));
            move |request| if is_refused.load(Ordering::SeqCst) { status.clone() } else { store.take(request) }
        });
        let (sender, mut pauses) = mpsc::unbounded_channel();
        let on_pause = move |error: &Error| drop(sender.send(error.to_string()));
        // Only the attempts of the policy are used up, by a batch that fails for another reason.
        let builder = patient(&server).in_flight(4).batch_events(10).on_pause(on_pause);
        let (ingestor, mut reports) = reporting(builder);
        push_all(&ingestor, &numbered(100)).await;
        until(|| server.requests().len() > 20).await;
        assert!(ingestor.is_paused());
        // Four batches were on their way; since then, one is sent again and again.
        let probes = server.requests().split_off(8).into_iter().map(|request| request.body);
        let mut probes: Vec<Vec<u8>> = probes.collect();
        probes.dedup();
        assert_eq!(probes.len(), 1);
        assert!(pauses.recv().await.expect("a pause").starts_with("`events:ingest`"));
        assert!(pauses.try_recv().is_err());
        let totals = ingestor.totals();
        assert_eq!((totals.pending, totals.failed, totals.rejected), (100, 0, 0));

        is_refused.store(false, Ordering::SeqCst);
        let totals = ingestor.flush().await;
        assert_eq!((totals.inserted, totals.failed, totals.pending), (100, 0, 0));
        assert!(!ingestor.is_paused());
        assert_eq!(store.names(), numbered(100));
        assert!(next(&mut reports).await.failed.is_none());

        // The next pause is reported again.
        is_refused.store(true, Ordering::SeqCst);
        push_all(&ingestor, &["later".to_owned()]).await;
        let shutdown = tokio::spawn(async move { ingestor.shutdown(LONG).await });
        assert!(pauses.recv().await.is_some());
        is_refused.store(false, Ordering::SeqCst);
        assert_eq!(shutdown.await.expect("no panic").totals.inserted, 101);
        assert!(pauses.try_recv().is_err());
    }
}

#[tokio::test]
async fn events_have_external_ids_and_keep_those_they_had() {
    let store = EventStore::default();
    let server = store.server();
    let ingestor = patient(&server).start().expect("an ingestor");
    let customer = CustomerId::new(Uuid::from_u128(7));
    ingestor.push(event("mine").external_id("my-id")).await.expect("room");
    ingestor.push(event("none")).await.expect("room");
    let mut null = event("null");
    null.external_id = Patch::Null;
    ingestor.push(null).await.expect("room");
    ingestor.push(EventCreateCustomer::new(customer, "other")).await.expect("room");
    ingestor.push(EventCreateCustomer::new(customer, "other").external_id("my-other-id")).await.expect("room");
    ingestor.flush().await;

    let events = sent(&server.requests()[0]);
    let ids: Vec<String> = events.iter().map(|event| text(&event["external_id"])).collect();
    assert_eq!((ids[0].as_str(), ids[4].as_str()), ("my-id", "my-other-id"));
    let made: Vec<Uuid> = ids[1..4].iter().map(|id| id.parse().expect("a UUID")).collect();
    assert!(made.iter().all(|id| id.get_version_num() == 7), "{made:?}");
    assert!(made[0] < made[1] && made[1] < made[2], "{made:?}");
    assert_eq!(events[0], json!({ "external_customer_id": "customer-1", "external_id": "my-id", "name": "mine" }));
    assert_eq!(events[4]["customer_id"], customer.to_string());
}

#[tokio::test]
async fn a_batch_whose_answer_is_lost_is_sent_again_and_there_once() {
    let endings: [fn(Reply) -> Reply; 3] =
        [|_| Reply::close(), |reply| reply.reset_after(0), |reply| reply.truncate_after(5)];
    for ending in endings {
        let (store, count) = (EventStore::default(), AtomicUsize::new(0));
        let server = server({
            let store = store.clone();
            move |request| {
                let reply = store.take(request);
                if count.fetch_add(1, Ordering::SeqCst) == 0 { ending(reply) } else { reply }
            }
        });
        let (ingestor, mut reports) = reporting(patient(&server));
        push_all(&ingestor, &numbered(5)).await;
        let totals = ingestor.flush().await;
        assert_eq!((totals.inserted, totals.duplicates, totals.failed), (0, 5, 0));
        assert_eq!(next(&mut reports).await.to_string(), "5 events: 0 inserted, 5 duplicates");
        assert_eq!(store.names(), numbered(5));
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[0].body, requests[1].body);
    }
}

#[tokio::test]
async fn a_batch_that_fails_for_good_comes_back_and_can_be_pushed_again() {
    let (store, count) = (EventStore::default(), AtomicUsize::new(0));
    let server = server({
        let store = store.clone();
        move |request| match count.fetch_add(1, Ordering::SeqCst) {
            // The server takes the batch, and says that it did not.
            0 => {
                drop(store.take(request));
                Reply::text(500, "text/plain", "Internal Server Error")
            }
            1 => Reply::new(429).header("retry-after", "0"),
            2 => Reply::close(),
            _ => store.take(request),
        }
    });
    let (ingestor, mut reports) = reporting(patient(&server));
    push_all(&ingestor, &numbered(4)).await;
    assert_eq!(ingestor.flush().await.failed, 4);
    assert_eq!(server.requests().len(), 3);
    let report = next(&mut reports).await;
    assert!(
        report.to_string().starts_with("4 events: 0 inserted, 0 duplicates, 4 failed: `events:ingest` got no answer")
    );
    let failed = report.failed.expect("a failure");
    assert_eq!(failed.error.kind(), ErrorKind::Connection, "{}", failed.error);

    ingestor.push_all(failed.events).await.expect("room");
    let totals = ingestor.shutdown(LONG).await.totals;
    assert_eq!((totals.pushed, totals.failed, totals.inserted, totals.duplicates), (8, 4, 0, 4));
    assert_eq!(store.names(), numbered(4));
}

#[tokio::test]
async fn retries_are_those_of_the_ingestor_if_it_has_any() {
    let server = server(|_| Reply::new(503));
    let policy = RetryPolicy::default().attempts(5).first_delay(Duration::from_millis(1));
    let ingestor = patient(&server).retry(policy).start().expect("an ingestor");
    push_all(&ingestor, &numbered(1)).await;
    assert_eq!(ingestor.shutdown(LONG).await.totals.failed, 1);
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn a_timeout_gives_the_events_back() {
    let gate = Arc::new(Gate::default());
    let server = server({
        let gate = Arc::clone(&gate);
        move |_| {
            gate.pass();
            Reply::new(500)
        }
    });
    let builder = patient(&server).timeout(Duration::from_millis(20));
    let (ingestor, mut reports) = reporting(builder);
    push_all(&ingestor, &numbered(2)).await;
    ingestor.shutdown(LONG).await;
    let failed = next(&mut reports).await.failed.expect("a failure");
    assert!(failed.error.is_timeout(), "{}", failed.error);
    assert_eq!(failed.events.len(), 2);
    gate.open();
}

/// Panics at the first attempt.
struct Panicking(AtomicUsize);

impl Middleware for Panicking {
    fn handle<'a>(&'a self, request: polar_client::reqwest::Request, next: Next<'a>) -> AttemptFuture<'a> {
        assert!(self.0.fetch_add(1, Ordering::SeqCst) > 0, "a panic for this test");
        next.run(request)
    }
}

#[tokio::test]
async fn a_panic_in_a_hook_or_in_the_function_for_reports_stops_nothing() {
    let store = EventStore::default();
    let server = store.server();
    let builder = Polar::builder().token("polar_oat_x").middleware(Panicking(AtomicUsize::new(0)));
    let (pauses, mut paused) = mpsc::unbounded_channel();
    let polar = builder.base_url(&server.url()).expect("a URL").build().expect("a client");
    let (sender, mut reports) = mpsc::unbounded_channel();
    let on_report = move |report: BatchReport| {
        assert_ne!(report.events, 2, "a panic for this test");
        drop(sender.send(report));
    };
    let builder = polar.events().ingestor().batch_delay(NEVER).retry(quick()).on_report(on_report);
    let on_pause = move |error: &Error| {
        drop(pauses.send(error.to_string()));
        panic!("a panic for this test");
    };
    let ingestor = builder.on_pause(on_pause).start().expect("an ingestor");
    for count in 1..=3 {
        push_all(&ingestor, &numbered(count)).await;
        ingestor.flush().await;
    }
    let pause = paused.recv().await.expect("a pause");
    assert_eq!(pause, "`events:ingest` panicked");
    assert_eq!(next(&mut reports).await.inserted, 1);
    assert_eq!(next(&mut reports).await.inserted, 3);
    let totals = ingestor.shutdown(LONG).await.totals;
    assert_eq!((totals.failed, totals.inserted, totals.pending), (0, 6, 0));
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let ingestor = || Polar::new("polar_oat_x").expect("a client").events().ingestor();
    let cases = [
        (ingestor().batch_events(0), "batch_events"),
        (ingestor().batch_bytes(0), "batch_bytes"),
        (ingestor().buffer_bytes(0), "buffer_bytes"),
        (ingestor().in_flight(0), "in_flight"),
    ];
    for (builder, name) in cases {
        let error = builder.start().expect_err("0 is refused");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(&format!("`{name}` is 0")), "{error}");
    }
}

#[test]
fn an_ingestor_does_not_start_outside_of_a_runtime() {
    let error = Polar::new("polar_oat_x").expect("a client").events().ingestor().start().expect_err("no runtime");
    assert_eq!(error.kind(), ErrorKind::Runtime);
    assert_eq!(error.to_string(), "the ingestor cannot be started");
}

#[test]
fn an_ingestor_can_be_shared_and_its_pushes_spawned() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    fn sendable<T: Send>(_: impl Fn(Ingestor) -> T) {}
    shared::<Ingestor>();
    sendable(|ingestor| async move { ingestor.push(event("a")).await });
}

const MANY: usize = 100_000;
const ADDRESS: &str = "POLAR_CLIENT_INGESTION_TEST_SERVER";

/// The server is in this process, and the ingestor in another, whose memory is thus its own.
#[test]
fn a_hundred_thousand_events_arrive_once_in_bad_weather() {
    let store = EventStore::default();
    let (requests, faults) = (AtomicUsize::new(0), Arc::new(Mutex::new([0; 6])));
    let server = server({
        let (store, faults) = (store.clone(), Arc::clone(&faults));
        move |request| {
            let number = requests.fetch_add(1, Ordering::SeqCst);
            if number % 20 != 7 {
                return store.take(request);
            }
            let kind = number / 20 % 6;
            faults.lock().expect("counts")[kind] += 1;
            match kind {
                0 => Reply::new(429).header("retry-after", "0"),
                1 => Reply::text(500, "text/plain", "Internal Server Error"),
                // The connection is lost before the server takes the events …
                2 => Reply::close(),
                3 => Reply::text(200, "application/json", "{}").reset_after(0),
                // … and after.
                4 => {
                    drop(store.take(request));
                    Reply::close()
                }
                _ => store.take(request).reset_after(0),
            }
        }
    });

    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "ingestion::client_of_a_hundred_thousand_events", "--ignored", "--nocapture"])
        .env(ADDRESS, server.url())
        .output()
        .expect("another process");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let figures = text.lines().find_map(|line| line.split_once("figures: ")).expect("figures").1;
    let figures: Value = serde_json::from_str(figures).expect("JSON");
    println!("{figures} {:?}", faults.lock().expect("counts"));

    assert!(store.numbers().into_iter().eq(0..MANY as u64));

    assert_eq!((figures["pushed"].as_u64(), figures["failed"].as_u64()), (Some(MANY as u64), Some(0)));
    assert_eq!(figures["inserted"].as_u64().zip(figures["duplicates"].as_u64()).map(|(a, b)| a + b), Some(MANY as u64));
    assert!(figures["duplicates"].as_u64() > Some(0), "{figures}");
    assert!(faults.lock().expect("counts").iter().all(|count| *count > 3), "{faults:?}");
    // Only Linux tells.
    if let Some(kib) = figures["peak_kib"].as_u64() {
        assert!(kib < 64 * 1024, "{kib} KiB");
    }
}

#[test]
#[ignore = "a part of another test, which starts it"]
fn client_of_a_hundred_thousand_events() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let totals = runtime.expect("a runtime").block_on(push_many(&address));
    let peak = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()
    });
    let figures = json!({
        "pushed": totals.pushed,
        "inserted": totals.inserted,
        "duplicates": totals.duplicates,
        "failed": totals.failed,
        "peak_kib": peak,
    });
    println!("\nfigures: {figures}");
}

/// Pushes from several tasks, with all settings at their defaults but the size of a batch, for more requests.
async fn push_many(address: &str) -> Totals {
    let policy = RetryPolicy::default().attempts(8).first_delay(Duration::from_millis(2));
    let builder = polar(address).events().ingestor().batch_events(100).retry(policy);
    let ingestor = builder.start().expect("an ingestor");
    let tasks = (0..4).map(|task| {
        let ingestor = ingestor.clone();
        tokio::spawn(async move {
            for number in (task..MANY).step_by(4) {
                // 80 MB in all, which would not pass if they were held.
                let metadata = EventMetadataInput::new().with("number", number as i64).with("note", "x".repeat(700));
                let event = event("page.rendered").metadata(metadata);
                ingestor.push(event).await.expect("room");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no panic");
    }
    ingestor.shutdown(LONG).await.totals
}
