//! Counts in responses of the server, and panics while sending.

use std::sync::atomic::AtomicUsize;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::*;

#[tokio::test]
async fn counts_that_do_not_add_up_are_an_outcome_of_their_own() {
    let answers = [
        json!({ "inserted": 0 }),
        json!({ "inserted": 99, "duplicates": 2 }),
        json!({ "inserted": u64::MAX, "duplicates": 101 }),
    ];
    for answer in answers {
        let server = server({
            let answer = answer.clone();
            move |_| Reply::json(200, &answer)
        });
        let (ingestor, mut reports) = reporting(patient(&server));
        push_all(&ingestor, &numbered(100)).await;
        let totals = ingestor.flush().await;
        assert_eq!((totals.unconfirmed, totals.inserted, totals.duplicates, totals.pending), (100, 0, 0, 0));
        let report = next(&mut reports).await;
        assert_eq!((report.events, report.inserted, report.duplicates), (100, 0, 0));
        let text = report.to_string();
        assert!(
            text.starts_with("100 events: 0 inserted, 0 duplicates, 100 unconfirmed: the server counted "),
            "{text}"
        );
        let unconfirmed = report.unconfirmed.expect("events");
        assert_eq!(Some(unconfirmed.inserted), answer["inserted"].as_u64());
        assert_eq!(unconfirmed.duplicates, answer["duplicates"].as_u64().unwrap_or(0));
        let events = decoded(&unconfirmed.events).into_iter().map(|event| match event {
            EventCreate::ExternalCustomer(event) => event.name,
            other => panic!("{other:?}"),
        });
        assert_eq!(events.collect::<Vec<_>>(), numbered(100));
    }
}

#[tokio::test]
async fn counts_without_a_limit_lose_no_event() {
    let server = server(|_| Reply::json(200, &json!({ "inserted": i64::MAX })));
    let (ingestor, mut reports) = reporting(patient(&server).batch_events(1));
    push_all(&ingestor, &numbered(3)).await;
    let report = ingestor.shutdown(LONG).await;
    assert_eq!((report.totals.unconfirmed, report.totals.inserted, report.totals.pending), (3, 0, 0));
    assert_eq!(report.unsent, []);
    for _ in 0..3 {
        assert_eq!(next(&mut reports).await.unconfirmed.expect("an event").events.len(), 1);
    }
}

/// A middleware that panics at events with this message, a limited number of times.
struct PanickingAt(&'static str, AtomicUsize);

impl Subscriber for PanickingAt {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut is_it = false;
        event.record(&mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            is_it |= field.name() == "message" && format!("{value:?}").contains(self.0);
        });
        let left = is_it && self.1.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        assert!(!left, "a panic for this test");
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn panic_during_delivery_returns_the_events() {
    let count = AtomicUsize::new(0);
    let store = EventStore::default();
    let server = server({
        let store = store.clone();
        move |request| if count.fetch_add(1, Ordering::SeqCst) == 0 { Reply::new(500) } else { store.take(request) }
    });
    let _subscriber = tracing::subscriber::set_default(PanickingAt("events could not be sent", AtomicUsize::new(1)));
    let (ingestor, mut reports) = reporting(patient(&server).batch_events(10));
    push_all(&ingestor, &numbered(20)).await;
    let failed = next(&mut reports).await.failed.expect("a failure");
    assert_eq!((failed.error.kind(), failed.events.len()), (ErrorKind::Panic, 10));
    ingestor.push_all(failed.events).await.expect("room");
    let totals = ingestor.shutdown(LONG).await.totals;
    assert_eq!((totals.failed, totals.inserted, totals.pending), (10, 20, 0));
    assert_eq!(store.names(), numbered(20));
}

#[tokio::test]
async fn a_panic_in_the_worker_leaves_its_events_to_the_shutdown() {
    let store = EventStore::default();
    let server = store.server();
    let _subscriber = tracing::subscriber::set_default(PanickingAt("events were taken", AtomicUsize::new(1)));
    let ingestor = patient(&server).batch_events(10).start().expect("an ingestor");
    push_all(&ingestor, &numbered(35)).await;
    let report = tokio::time::timeout(LONG, ingestor.shutdown(LONG)).await.expect("it ends");
    assert_eq!((report.totals.pushed, report.totals.inserted, report.totals.pending), (35, 10, 25));
    assert_eq!(report.unsent.len(), 25);
    assert!(ingestor.push(event("late")).await.expect_err("it has ended").is_closed());
}
