//! Sends a hundred thousand events through a server that fails in every way.

use super::*;

const MANY: usize = 100_000;
const ADDRESS: &str = "POLAR_CLIENT_INGESTION_TEST_SERVER";

/// The ingestor runs in another process, so that its memory can be measured.
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
                // The connection breaks before the server stores the events …
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
        .args(["--exact", "ingestion::bad_weather::client_of_a_hundred_thousand_events", "--ignored", "--nocapture"])
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
    // Only available on Linux.
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

/// Pushes from several tasks with default settings, except for smaller batches to have more requests.
async fn push_many(address: &str) -> Totals {
    let policy = RetryPolicy::default().attempts(8).first_delay(Duration::from_millis(2));
    let builder = polar(address).events().ingestor().batch_events(100).retry(policy);
    let ingestor = builder.start().expect("an ingestor");
    let tasks = (0..4).map(|task| {
        let ingestor = ingestor.clone();
        tokio::spawn(async move {
            for number in (task..MANY).step_by(4) {
                // 80 MB in all, which exceeds the limit if they were all in memory.
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
