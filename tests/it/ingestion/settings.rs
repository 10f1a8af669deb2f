//! Panicking callbacks, invalid settings, and runtimes.

use super::*;

/// A middleware that panics at the first attempt.
struct Panicking(AtomicUsize);

impl Middleware for Panicking {
    fn handle<'a>(&'a self, request: polar_client::reqwest::Request, next: Next<'a>) -> AttemptFuture<'a> {
        assert!(self.0.fetch_add(1, Ordering::SeqCst) > 0, "a panic for this test");
        next.run(request)
    }
}

#[tokio::test]
async fn panics_in_hooks_and_callbacks_are_contained() {
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
