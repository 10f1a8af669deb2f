//! Isolation of events that keep failing, as opposed to outages.

use super::*;

/// Returns a builder for an ingestor that splits batches after three failures.
fn isolating(server: &Server) -> IngestorBuilder {
    let policy = quick().attempts(usize::MAX).total_time(Duration::MAX);
    patient(server).retry(policy).in_flight(4).isolate_after(3, Duration::ZERO)
}

/// Starts a server that sends `reply` if a request contains a bad event.
fn allergic(store: &EventStore, reply: Reply) -> Server {
    let store = store.clone();
    server(move |request| if issues(request).is_empty() { store.take(request) } else { reply.clone() })
}

async fn push_with_bad(ingestor: &Ingestor, count: usize, bad: &[usize]) {
    for (number, name) in numbered(count).into_iter().enumerate() {
        let name = if bad.contains(&number) { "bad" } else { &name };
        ingestor.push(event(name).external_id(format!("id-{number}"))).await.expect("room");
    }
}

fn ids(events: &[ReturnedEvent]) -> Vec<String> {
    let id = |event: &ReturnedEvent| {
        let event: Value = serde_json::from_slice(event.json()).expect("JSON");
        text(&event["external_id"])
    };
    events.iter().map(id).collect()
}

#[tokio::test]
async fn bad_events_in_all_batches_are_isolated_and_the_others_stored() {
    for reply in [Reply::new(500), Reply::close(), Reply::new(403)] {
        let store = EventStore::default();
        let server = allergic(&store, reply);
        let (ingestor, mut reports) = reporting(isolating(&server).batch_events(260));
        let bad = [0, 300, 779, 1039];
        push_with_bad(&ingestor, 1040, &bad).await;
        let totals = tokio::time::timeout(LONG, ingestor.flush()).await.expect("nothing waits forever");
        assert_eq!((totals.inserted, totals.failed, totals.rejected, totals.pending), (1036, 4, 0, 0));
        assert!(!ingestor.is_paused());
        assert_eq!(store.count(), 1036);
        let mut failed = Vec::new();
        while failed.len() < 4 {
            let failure = next(&mut reports).await.failed.expect("a failure in each batch");
            assert!(failure.error.status().is_some() || failure.error.kind() == ErrorKind::Connection);
            failed.extend(ids(&failure.events));
        }
        failed.sort();
        assert_eq!(failed, ["id-0", "id-1039", "id-300", "id-779"]);
    }
}

#[tokio::test]
async fn event_blocked_by_a_firewall_does_not_hold_up_others() {
    let store = EventStore::default();
    let server = allergic(&store, Reply::text(403, "text/html", "<html>"));
    let (sender, mut pauses) = mpsc::unbounded_channel();
    let on_pause = move |error: &Error| drop(sender.send(error.to_string()));
    let builder = isolating(&server).batch_events(20).on_pause(on_pause);
    // The bad event is in the first batch.
    let (ingestor, mut reports) = reporting(builder);
    push_with_bad(&ingestor, 1000, &[7]).await;
    let totals = tokio::time::timeout(LONG, ingestor.flush()).await.expect("nothing waits forever");
    assert_eq!((totals.inserted, totals.failed, totals.pending), (999, 1, 0));
    assert_eq!(store.count(), 999);
    assert!(pauses.try_recv().is_ok());
    let failed = loop {
        if let Some(failed) = next(&mut reports).await.failed {
            break failed;
        }
    };
    assert_eq!(ids(&failed.events), ["id-7"]);
    assert_eq!(failed.error.status().map(|status| status.as_u16()), Some(403));
}

#[tokio::test]
async fn isolated_events_do_not_occupy_in_flight_slots() {
    for status in [500, 403, 413] {
        let store = EventStore::default();
        let server = allergic(&store, Reply::new(status));
        let ingestor = isolating(&server).batch_events(1).start().expect("an ingestor");
        push_with_bad(&ingestor, 100, &[0, 1, 2, 3, 4, 5]).await;
        // Their success is what distinguishes the failure from an outage.
        until(|| store.count() == 94).await;
        let more = async {
            while ingestor.totals().pending > 0 {
                push_all(&ingestor, &["more".to_owned()]).await;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(LONG, more).await.expect("nothing waits forever");
        let totals = ingestor.totals();
        assert_eq!(totals.failed + totals.rejected, 6, "{totals:?} {status}");
        assert_eq!(totals.inserted, totals.pushed - 6);
    }
}

#[tokio::test]
async fn long_outage_gives_up_no_events() {
    for reply in [Reply::new(503), Reply::close(), Reply::new(401)] {
        let (store, is_up) = (EventStore::default(), Arc::new(AtomicBool::new(false)));
        let server = server({
            let (store, is_up) = (store.clone(), Arc::clone(&is_up));
            move |request| if is_up.load(Ordering::SeqCst) { store.take(request) } else { reply.clone() }
        });
        let (ingestor, _reports) = reporting(isolating(&server).batch_events(10));
        push_all(&ingestor, &numbered(100)).await;
        until(|| server.requests().len() > 500).await;
        let totals = ingestor.totals();
        assert_eq!((totals.pending, totals.failed, totals.rejected), (100, 0, 0));
        is_up.store(true, Ordering::SeqCst);
        let totals = ingestor.flush().await;
        assert_eq!((totals.inserted + totals.duplicates, totals.failed, totals.pending), (100, 0, 0));
        assert_eq!(store.names(), numbered(100));
    }
}

#[tokio::test]
async fn before_its_time_a_batch_is_not_taken_apart() {
    let store = EventStore::default();
    let server = allergic(&store, Reply::new(500));
    let ingestor = isolating(&server).isolate_after(3, NEVER).batch_events(10).start();
    let ingestor = ingestor.expect("an ingestor");
    push_with_bad(&ingestor, 10, &[3]).await;
    until(|| server.requests().len() > 20).await;
    let report = ingestor.shutdown(Duration::ZERO).await;
    assert!(sizes(&server).iter().all(|size| *size == 10));
    assert_eq!((report.totals.pending, report.totals.failed, report.unsent.len()), (10, 0, 10));
}

#[tokio::test]
async fn rejecting_everything_as_too_large_pauses_the_ingestor() {
    for reply in [Reply::new(413), refusal(json!("No."))] {
        let (store, is_up) = (EventStore::default(), Arc::new(AtomicBool::new(false)));
        let server = server({
            let (store, is_up) = (store.clone(), Arc::clone(&is_up));
            move |request| if is_up.load(Ordering::SeqCst) { store.take(request) } else { reply.clone() }
        });
        let (sender, mut pauses) = mpsc::unbounded_channel();
        let on_pause = move |error: &Error| drop(sender.send(error.to_string()));
        let ingestor = isolating(&server).batch_events(10).on_pause(on_pause).start().expect("an ingestor");
        push_all(&ingestor, &numbered(50)).await;
        let pause = pauses.recv().await.expect("a pause");
        assert!(pause.contains("was answered with 413") || pause.contains("was answered with 422"), "{pause}");
        until(|| server.requests().len() > 100).await;
        assert!(ingestor.is_paused());
        let totals = ingestor.totals();
        assert_eq!((totals.pending, totals.failed, totals.rejected), (50, 0, 0));
        is_up.store(true, Ordering::SeqCst);
        let totals = ingestor.flush().await;
        assert_eq!((totals.inserted, totals.failed, totals.rejected, totals.pending), (50, 0, 0, 0));
        assert!(!ingestor.is_paused());
    }
}

#[tokio::test]
async fn misconfigured_connection_pauses_the_ingestor() {
    // The server does not speak TLS.
    let server = server(|_| Reply::new(500));
    let url = server.url().replace("http:", "https:");
    let (sender, mut pauses) = mpsc::unbounded_channel();
    let on_pause = move |error: &Error| drop(sender.send((error.kind(), error.to_string())));
    let builder = polar(&url).events().ingestor().batch_delay(Duration::ZERO).on_pause(on_pause);
    let ingestor = builder.start().expect("an ingestor");
    push_all(&ingestor, &numbered(1)).await;
    let pause = tokio::time::timeout(LONG, pauses.recv()).await.expect("a report in time");
    assert_eq!(pause.expect("a pause").0, ErrorKind::Connection);
    assert!(ingestor.is_paused());
    let report = ingestor.shutdown(Duration::ZERO).await;
    assert_eq!((report.totals.pending, report.unsent.len()), (1, 1));
}
