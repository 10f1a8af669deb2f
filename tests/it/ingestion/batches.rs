//! Limits of batches and of the buffer.

use super::*;

#[tokio::test]
async fn a_batch_ends_with_its_count() {
    let store = EventStore::default();
    let server = store.server();
    let (ingestor, mut reports) = reporting(patient(&server).batch_events(10));
    push_all(&ingestor, &numbered(25)).await;
    // Two batches are sent without a flush.
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
    // All batches are full, except the ones before and after the large event.
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
    // The earlier events are kept, and there is room again.
    assert_eq!(store.names(), numbered(100)[..store.count()]);
    push_all(&ingestor, &["later".to_owned()]).await;
    assert_eq!(ingestor.shutdown(LONG).await.totals.dropped, totals.dropped + 1);
    assert_eq!(store.names().last().map(String::as_str), Some("later"));
}

#[tokio::test]
async fn event_larger_than_the_buffer_is_accepted_alone() {
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
    // No limit of the batch is reached, only that of the buffer.
    let ingestor = patient(&server).buffer_bytes(4000).start().expect("an ingestor");
    push_all(&ingestor, &numbered(200)).await;
    assert_eq!(ingestor.shutdown(LONG).await.totals.inserted, 200);
    assert_eq!(store.names(), numbered(200));
}

#[tokio::test]
async fn a_flush_waits_for_all_that_was_pushed_before() {
    let (server, gate, store) = gated();
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
    // Each batch was reported before the flush returned.
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
