//! Shutting down: the deadline, and events that are returned.

use super::*;

#[tokio::test]
async fn shutdown_sends_the_rest_and_rejects_new_events() {
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
async fn unsent_events_are_returned_at_the_deadline_and_can_be_pushed_again() {
    let (store, is_up) = (EventStore::default(), Arc::new(AtomicBool::new(false)));
    let server = server({
        let (store, is_up) = (store.clone(), Arc::clone(&is_up));
        move |request| if is_up.load(Ordering::SeqCst) { store.take(request) } else { Reply::close() }
    });
    // Some batches are in flight, one waits for them, one is open, and events are queued.
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
    // They are returned only once.
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

    // Events pushed after the shutdown are returned in order.
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
async fn waiting_push_gets_its_event_back_on_shutdown() {
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
async fn events_are_sent_after_the_last_handle_is_dropped() {
    let store = EventStore::default();
    let server = store.server();
    let (ingestor, mut reports) = reporting(patient(&server));
    push_all(&ingestor, &numbered(7)).await;
    drop(ingestor);
    assert_eq!(next(&mut reports).await.inserted, 7);
    // The worker has exited and dropped the callback for reports.
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
