//! Events in a spool: crashes, restarts, and files that cannot be used.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use polar_client::ingestion::{Ingestor, IngestorBuilder, SpoolError, WhenFull};
use polar_client::types::{EventCreateExternalCustomer, EventMetadataInput};
use polar_client::{ErrorKind, Polar, RetryPolicy};
use polar_loopback::{Reply, Server};
use serde_json::json;
use support::event_store::{self, EventStore};
use tempfile::TempDir;

const LONG: Duration = Duration::from_secs(60);

/// Starts a server that is unavailable until the flag is set.
fn server() -> (Server, EventStore, Arc<AtomicBool>) {
    let (store, is_up) = (EventStore::default(), Arc::new(AtomicBool::new(false)));
    let server = Server::start({
        let (store, is_up) = (store.clone(), Arc::clone(&is_up));
        move |request| if is_up.load(Ordering::SeqCst) { store.take(request) } else { Reply::new(503) }
    });
    (server.expect("a server"), store, is_up)
}

fn spooling(url: &str, path: &Path) -> IngestorBuilder {
    let quick = RetryPolicy::default().first_delay(Duration::from_millis(1)).longest_delay(Duration::from_millis(5));
    let polar = Polar::builder().token("polar_oat_x").base_url(url).expect("a URL").build().expect("a client");
    polar.events().ingestor().retry(quick).in_flight(1).batch_delay(Duration::from_millis(5)).spool(path)
}

fn event(id: impl Into<String>) -> EventCreateExternalCustomer {
    EventCreateExternalCustomer::new("page.rendered", "customer-1").external_id(id)
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("id-{number:06}")).collect()
}

async fn push_all(ingestor: &Ingestor, ids: &[String]) {
    ingestor.push_all(ids.iter().map(event)).await.expect("room on the disk");
}

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("events.redb");
    (folder, path)
}

fn cause(error: &SpoolError) -> String {
    std::error::Error::source(error).expect("a cause").to_string()
}

fn spool_error(builder: IngestorBuilder) -> SpoolError {
    let error = builder.start().expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::File, "{error:?}");
    error.spool().expect("the error of the spool").clone()
}

/// Returns a command that runs one of the tests in this program.
fn another_process(test: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", test, "--ignored", "--nocapture"]).envs(variables.iter().copied());
    command
}

#[tokio::test]
async fn unsent_events_are_sent_in_order_after_a_restart() {
    let (_folder, path) = folder();
    let (server, store, is_up) = server();
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    push_all(&ingestor, &ids(3000)).await;
    let report = ingestor.shutdown(Duration::from_millis(20)).await;
    assert_eq!((report.totals.pushed, report.totals.pending, report.totals.recovered), (3000, 3000, 0));
    assert_eq!(report.unsent, []);
    drop(ingestor);

    is_up.store(true, Ordering::SeqCst);
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    push_all(&ingestor, &["new".to_owned()]).await;
    let totals = ingestor.flush().await;
    // The server may have stored a batch whose response the first ingestor no longer waited for.
    let stored = totals.inserted + totals.duplicates;
    assert_eq!((totals.recovered, totals.pushed, stored, totals.pending), (3000, 1, 3001, 0));
    assert_eq!(store.ids(), [ids(3000), vec!["new".to_owned()]].concat());
    ingestor.shutdown(LONG).await;

    // Events that were sent are removed from the file.
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    let totals = ingestor.shutdown(LONG).await.totals;
    assert_eq!((totals.recovered, totals.inserted, totals.duplicates), (0, 0, 0));
}

#[tokio::test]
async fn backlog_larger_than_the_buffer_is_read_in_order() {
    let (_folder, path) = folder();
    let (server, store, is_up) = server();
    let ingestor = spooling(&server.url(), &path).buffer_bytes(10_000).start().expect("an ingestor");
    push_all(&ingestor, &ids(5000)).await;
    for id in ids(5100).split_off(5000) {
        ingestor.push(event(id)).await.expect("room on the disk");
    }
    ingestor
        .push(event("large").metadata(EventMetadataInput::new().with("note", "x".repeat(20_000))))
        .await
        .expect("room");
    is_up.store(true, Ordering::SeqCst);
    let totals = ingestor.flush().await;
    assert_eq!((totals.inserted, totals.pending), (5101, 0));
    assert_eq!(store.ids(), [ids(5100), vec!["large".to_owned()]].concat());
    // Batches are limited by the buffer.
    assert!(server.requests().iter().all(|request| request.body.len() < 10_000 || request.body.len() > 20_000));
}

#[tokio::test]
async fn spooled_events_are_never_given_up_and_rejected_ones_are_removed() {
    let (_folder, path) = folder();
    let (store, count) = (EventStore::default(), AtomicUsize::new(0));
    let server = Server::start({
        let store = store.clone();
        move |request| match count.fetch_add(1, Ordering::SeqCst) {
            0..10 => Reply::new(503),
            10..15 => Reply::close(),
            15 => Reply::new(401),
            16 => Reply::json(
                422,
                &json!({ "detail": [{ "type": "t", "loc": ["body", "events", 1, "name"], "msg": "Bad." }] }),
            ),
            _ => store.take(request),
        }
    });
    let server = server.expect("a server");
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    push_all(&ingestor, &ids(3)).await;
    let totals = ingestor.shutdown(LONG).await.totals;
    assert_eq!((totals.inserted, totals.rejected, totals.failed, totals.pending), (2, 1, 0, 0));
    assert_eq!(store.ids(), ["id-000000", "id-000002"]);
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    assert_eq!(ingestor.totals().recovered, 0);
}

#[tokio::test]
async fn an_event_is_in_the_file_when_its_push_has_returned() {
    let (folder, path) = folder();
    let (server, store, is_up) = server();
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    for (number, id) in ids(20).into_iter().enumerate() {
        ingestor.push(event(&id)).await.expect("room on the disk");
        // A copy of the file, as a crash would leave it.
        fs::copy(&path, folder.path().join(format!("{number}.redb"))).expect("a copy");
    }
    let last = ids(21).split_off(20).remove(0);
    ingestor.try_push(event(&last)).expect("room on the disk");
    fs::copy(&path, folder.path().join("20.redb")).expect("a copy");
    drop(ingestor);

    for number in 0..=20 {
        let copy = folder.path().join(format!("{number}.redb"));
        let crashed = spooling(&server.url(), &copy).start().expect("an ingestor");
        assert_eq!(crashed.totals().recovered, number + 1);
        crashed.shutdown(Duration::ZERO).await;
    }
    is_up.store(true, Ordering::SeqCst);
    let crashed = spooling(&server.url(), &folder.path().join("20.redb")).start().expect("an ingestor");
    assert_eq!(crashed.shutdown(LONG).await.totals.pending, 0);
    let mut sent = store.ids();
    sent.sort();
    assert_eq!(sent, ids(21));
}

/// Returns the disk usage of a file. Its length may be greater, since it is sparse.
#[cfg(unix)]
fn bytes_on_disk(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;

    fs::metadata(path).expect("a file").blocks() * 512
}

#[cfg(unix)]
#[tokio::test]
async fn file_size_is_bounded_for_any_event_size() {
    const BOUND: usize = 4 * 1024 * 1024;

    for (note, least) in [(0, 8000), (1000, 1500), (1500, 1000), (2500, 700), (5000, 300), (40_000, 40)] {
        let (_folder, path) = folder();
        let (server, store, is_up) = server();
        let builder = spooling(&server.url(), &path).spool_bytes(BOUND).when_full(WhenFull::Drop);
        let ingestor = builder.start().expect("an ingestor");
        let many = ids(30_000 / (1 + note / 200));
        for chunk in many.chunks(100) {
            let large = |id| event(id).metadata(EventMetadataInput::new().with("note", "x".repeat(note)));
            ingestor.push_all(chunk.iter().map(large)).await.expect("room, or dropped");
        }
        let totals = ingestor.totals();
        assert_eq!(totals.pushed + totals.dropped, many.len() as u64);
        assert!(totals.dropped > 0 && totals.pushed > least, "{totals:?}");
        let used = bytes_on_disk(&path);
        println!("{} events with notes of {note} take {used} bytes", totals.pushed);
        assert!(used <= BOUND as u64, "{used} bytes with notes of {note}");
        is_up.store(true, Ordering::SeqCst);
        assert_eq!(ingestor.flush().await.inserted, totals.pushed);
        assert_eq!(store.ids(), many[..usize::try_from(totals.pushed).expect("a small number")]);
    }
}

#[tokio::test]
async fn a_push_waits_for_room_in_the_file_also_after_a_restart() {
    let (_folder, path) = folder();
    let (server, store, is_up) = server();
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    push_all(&ingestor, &ids(1000)).await;
    ingestor.shutdown(Duration::ZERO).await;

    // The file already exceeds the limit.
    let ingestor = spooling(&server.url(), &path).spool_bytes(100_000).start().expect("an ingestor");
    let error = ingestor.try_push(event("new")).expect_err("no room");
    assert!(error.is_full() && error.events().len() == 1, "{error}");
    let waiting = |id: &'static str| {
        let ingestor = ingestor.clone();
        tokio::spawn(async move { ingestor.push(event(id)).await })
    };
    let new = waiting("new");
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!new.is_finished());
    is_up.store(true, Ordering::SeqCst);
    new.await.expect("no panic").expect("room on the disk");
    assert_eq!(ingestor.flush().await.inserted, 1001);
    assert_eq!(store.ids(), [ids(1000), vec!["new".to_owned()]].concat());

    // A waiting push gets its event back on shutdown.
    is_up.store(false, Ordering::SeqCst);
    while ingestor.try_push(event(format!("more-{}", ingestor.totals().pushed))).is_ok() {}
    let last = waiting("last");
    tokio::time::sleep(Duration::from_millis(20)).await;
    ingestor.shutdown(Duration::ZERO).await;
    let error = last.await.expect("no panic").expect_err("it is shut down");
    assert!(error.is_closed() && error.events().len() == 1, "{error}");
}

#[tokio::test]
async fn a_file_in_use_is_refused_and_its_user_not_disturbed() {
    let (_folder, path) = folder();
    let (server, _store, is_up) = server();
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    push_all(&ingestor, &ids(10)).await;

    let error = spool_error(spooling(&server.url(), &path));
    assert!(error.is_in_use() && !error.is_damaged(), "{error:?}");
    assert_eq!(error.to_string(), format!("the spool `{}` is in use by another process or ingestor", path.display()));
    let path_text = path.to_str().expect("a path in UTF-8");
    let output = another_process("opens_a_spool", &[(PATH, path_text), (ADDRESS, &server.url())]).output();
    let output = output.expect("another process");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("is in use by another process or ingestor"), "{text}");

    is_up.store(true, Ordering::SeqCst);
    push_all(&ingestor, &ids(20)[10..]).await;
    assert_eq!(ingestor.shutdown(LONG).await.totals.inserted, 20);
    // The file is unlocked as soon as the shutdown has returned.
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    assert_eq!(ingestor.totals().recovered, 0);
}

const PATH: &str = "POLAR_CLIENT_SPOOL_TEST_PATH";
const ADDRESS: &str = "POLAR_CLIENT_SPOOL_TEST_SERVER";
const RUN: &str = "POLAR_CLIENT_SPOOL_TEST_RUN";

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[tokio::test]
#[ignore = "a part of another test, which starts it"]
async fn opens_a_spool() {
    let Some((path, address)) = variable(PATH).zip(variable(ADDRESS)) else { return };
    println!("{}", spool_error(spooling(&address, Path::new(&path))));
}

#[tokio::test]
async fn other_files_are_rejected_and_not_modified() {
    let (folder, path) = folder();
    let (server, _store, _) = server();
    for content in [&b"no spool"[..], &[0; 10_000], b"redb", &[b'{'; 200_000]] {
        fs::write(&path, content).expect("a file");
        let error = spool_error(spooling(&server.url(), &path));
        assert!(error.is_damaged(), "{error:?}");
        assert!(error.to_string().starts_with(&format!("the spool `{}` is damaged", path.display())), "{error}");
        assert_eq!(error.path(), path);
        assert_eq!(fs::read(&path).expect("a file"), content);
    }
    let error = spool_error(spooling(&server.url(), folder.path()));
    assert!(!error.is_damaged() && cause(&error).contains("the path is that of a directory"), "{error:?}");
    let error = spool_error(spooling(&server.url(), &folder.path().join("none/events.redb")));
    assert!(!error.is_damaged() && cause(&error).contains("No such file or directory"), "{error:?}");
}

/// Changes a byte of a file of 300 events, or truncates it. The file must then be rejected, or still have all events.
#[tokio::test]
async fn damaged_file_is_rejected_or_has_all_events() {
    let (_folder, path) = folder();
    let (server, _store, _) = server();
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    push_all(&ingestor, &ids(300)).await;
    ingestor.shutdown(Duration::ZERO).await;
    let whole = fs::read(&path).expect("a file");
    let damages = (0..150).map(|number| {
        let mut file = whole.clone();
        // Covers the beginning, which contains the structure, and samples the rest.
        let place = if number < 50 { number * 7 } else { number * (whole.len() - 1) / 150 };
        file[place] ^= 1 << (number % 8);
        file
    });
    let cuts = (1..20).map(|part| whole[..whole.len() * part / 20].to_vec());
    let mut outcomes = BTreeMap::<&str, usize>::new();
    for file in damages.chain(cuts) {
        fs::write(&path, &file).expect("a file");
        match spooling(&server.url(), &path).start() {
            Ok(ingestor) => {
                assert_eq!(ingestor.totals().recovered, 300);
                // All events were read and sent; only the server's unavailability keeps them in the file.
                let sent = server.requests().len();
                while server.requests().len() == sent {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                let last = server.requests().pop().expect("a request").json().expect("JSON");
                let sent = last["events"]
                    .as_array()
                    .expect("events")
                    .iter()
                    .map(|event| event_store::text(&event["external_id"]));
                assert!(sent.eq(ids(300)));
                ingestor.shutdown(Duration::ZERO).await;
                *outcomes.entry("whole").or_default() += 1;
            }
            Err(error) => {
                let error = error.spool().unwrap_or_else(|| panic!("{error:?}"));
                assert!(error.is_damaged(), "{error:?}");
                assert!(fs::read(&path).expect("a file") == file, "the file was changed: {error}");
                *outcomes.entry("damaged").or_default() += 1;
            }
        }
    }
    println!("{outcomes:?}");
    assert!(outcomes["damaged"] > 50, "{outcomes:?}");

    fs::write(&path, &whole).expect("a file");
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    assert_eq!(ingestor.totals().recovered, 300);
}

/// The limit on the size of files applies to the whole process, so the test runs in one of its own.
#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_an_error_and_keeps_existing_events() {
    let (_folder, path) = folder();
    let path = path.to_str().expect("a path in UTF-8");
    let output = another_process("pushes_until_the_disk_is_full", &[(PATH, path)]).output().expect("another process");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("it is done"), "{text}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "a part of another test, which starts it"]
async fn pushes_until_the_disk_is_full() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Some(path) = variable(PATH).map(PathBuf::from) else { return };
    // Otherwise, a write beyond the limit would terminate this process.
    let unlimited = getrlimit(Resource::Fsize);
    let limit = |bytes| setrlimit(Resource::Fsize, Rlimit { current: bytes, ..unlimited }).expect("a limit");

    let (server, store, is_up) = server();
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    let many = ids(100_000);
    push_all(&ingestor, &many[..100]).await;
    limit(Some(1024 * 1024));
    let mut taken = 100;
    let error = loop {
        match ingestor.push_all(many[taken..taken + 100].iter().map(event)).await {
            Ok(()) => taken += 100,
            Err(error) => break error,
        }
        assert!(taken < 90_000, "the disk is never full");
    };
    let spool = error.spool().expect("an error of the spool");
    assert!(spool.is_disk_full() && !spool.is_damaged(), "{spool:?}");
    assert_eq!(error.to_string(), "100 events were not taken");
    assert!(spool.to_string().ends_with("cannot grow because the disk is full"), "{spool}");
    assert_eq!(error.events().len(), 100);
    assert!(taken > 1000, "{taken} events");
    // Subsequent pushes fail, too, without other effects.
    let one_more = ingestor.try_push(event("none")).is_ok();
    assert_eq!(ingestor.totals().pushed, taken as u64 + u64::from(one_more));

    // There is space again, and the returned events are pushed again.
    limit(unlimited.current);
    ingestor.push_all(error.into_events()).await.expect("room on the disk");
    is_up.store(true, Ordering::SeqCst);
    let report = ingestor.shutdown(LONG).await;
    assert_eq!((report.totals.pending, report.totals.failed), (0, 0));
    let mut stored = store.ids();
    stored.retain(|id| id != "none");
    assert_eq!(stored, many[..taken + 100]);
    println!("it is done");
}

/// Events may contain personal data.
#[cfg(unix)]
#[tokio::test]
async fn the_file_is_only_for_its_owner() {
    use std::os::unix::fs::PermissionsExt;

    let (_folder, path) = folder();
    let (server, _store, _) = server();
    let ingestor = spooling(&server.url(), &path).start().expect("an ingestor");
    push_all(&ingestor, &ids(1)).await;
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");
}

#[cfg(unix)]
#[tokio::test]
async fn removed_spool_rejects_events_and_sends_or_returns_existing_ones() {
    for how in ["folder", "file", "replaced"] {
        let folder = TempDir::new().expect("a folder");
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).expect("a folder");
        let path = inner.join("events.redb");
        let (server, store, is_up) = server();
        // Not all of them fit in the buffer.
        let ingestor = spooling(&server.url(), &path).buffer_bytes(10_000).start().expect("an ingestor");
        push_all(&ingestor, &ids(500)).await;
        match how {
            "folder" => fs::remove_dir_all(&inner).expect("a folder"),
            "file" => fs::remove_file(&path).expect("a file"),
            _ => {
                fs::rename(&path, inner.join("other.redb")).expect("a file");
                fs::write(&path, b"").expect("a file");
            }
        }
        for _ in 0..2 {
            let error = ingestor.push(event("refused")).await.expect_err("no file");
            let spool = error.spool().expect("an error of the spool");
            assert!(spool.is_removed() && !spool.is_damaged() && error.events().len() == 1, "{spool:?}");
            assert!(spool.to_string().ends_with("was removed while it was in use"), "{spool}");
        }
        assert!(ingestor.try_push(event("refused")).is_err());
        assert_eq!(ingestor.totals().pushed, 500);
        if how == "file" {
            is_up.store(true, Ordering::SeqCst);
            let totals = ingestor.flush().await;
            assert_eq!((totals.inserted + totals.duplicates, totals.pending), (500, 0));
            assert_eq!(ingestor.shutdown(LONG).await.unsent, []);
            assert_eq!(store.ids(), ids(500));
        } else {
            let report = ingestor.shutdown(Duration::ZERO).await;
            assert_eq!(report.totals.pending, 500, "{how}");
            let returned = report.unsent.iter().map(|event| {
                let event: serde_json::Value = serde_json::from_slice(event.json()).expect("JSON");
                event_store::text(&event["external_id"])
            });
            assert!(returned.eq(ids(500)), "{how}");
        }
    }
}

/// Returns a random duration of up to `most` milliseconds.
fn moment(most: u64) -> Duration {
    Duration::from_micros(RandomState::new().hash_one(0) % (most * 1000))
}

/// Kills with SIGKILL on Unix.
fn kill(child: &mut Child) {
    child.kill().expect("a process that can be killed");
    child.wait().expect("a process that has ended");
}

#[test]
fn acknowledged_events_are_stored_once_despite_kills() {
    const KILLS: usize = 50;

    let (_folder, path) = folder();
    let (store, count) = (EventStore::default(), AtomicUsize::new(0));
    let server = Server::start({
        let store = store.clone();
        move |request| match count.fetch_add(1, Ordering::SeqCst) % 7 {
            2 => Reply::new(503),
            // The response is lost, but the events are stored.
            5 => {
                drop(store.take(request));
                Reply::close()
            }
            _ => store.take(request),
        }
    });
    let server = server.expect("a server");
    let (path, url) = (path.to_str().expect("a path in UTF-8"), server.url());
    let mut acknowledged = Vec::new();
    let mut busy = 0;
    for run in 0..=KILLS {
        let run_text = run.to_string();
        let variables = [(PATH, path), (ADDRESS, &url), (RUN, if run < KILLS { &run_text } else { "last" })];
        let mut child = another_process("pushes_until_it_is_killed", &variables)
            .stdout(Stdio::piped())
            .spawn()
            .expect("another process");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let reading = thread::spawn(move || {
            // An incomplete line was being written during the kill.
            let lines = output.split(b'\n').map_while(Result::ok);
            let lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
            lines.filter_map(|line| Some(line.strip_prefix("taken ")?.strip_suffix(" .")?.to_owned())).collect()
        });
        if run < KILLS {
            // Killed while starting, opening the file, pushing or sending.
            thread::sleep(moment(250));
            kill(&mut child);
        } else {
            assert!(child.wait().expect("a process that ends").success());
        }
        let taken: Vec<String> = reading.join().expect("no panic");
        busy += usize::from(!taken.is_empty());
        acknowledged.extend(taken);
    }
    println!("{busy} of {KILLS} were pushing, {} events, {} sent again", acknowledged.len(), store.duplicates());
    assert!(busy > KILLS / 4 && acknowledged.len() > 1000, "{busy} {}", acknowledged.len());
    let stored: HashSet<String> = store.ids().into_iter().collect();
    let missing: Vec<&String> = acknowledged.iter().filter(|id| !stored.contains(*id)).collect();
    assert!(missing.is_empty(), "{missing:?} of {}", acknowledged.len());
    // Each event has its own name, and only one id.
    let names: HashSet<String> = store.names().into_iter().collect();
    assert_eq!(names.len(), stored.len());
    assert!(stored.len() >= acknowledged.len());
}

/// Pushes from several tasks, and prints the events that were acknowledged.
#[test]
#[ignore = "a part of another test, which starts it"]
fn pushes_until_it_is_killed() {
    let (Some(path), Some(address), Some(run)) = (variable(PATH), variable(ADDRESS), variable(RUN)) else { return };
    let is_last = run == "last";
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let builder = spooling(&address, Path::new(&path)).in_flight(2).batch_events(20);
        let ingestor = builder.start().expect("an ingestor, whatever was killed");
        let tasks = (0..8).map(|task| {
            let (ingestor, run) = (ingestor.clone(), run.clone());
            tokio::spawn(async move {
                for number in 0..if is_last { 10 } else { 100_000 } {
                    let id = format!("{run}-{task}-{number}");
                    let event =
                        EventCreateExternalCustomer::new(format!("name of {id}"), "customer-1").external_id(&id);
                    ingestor.push(event).await.expect("room on the disk");
                    println!("taken {id} .");
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("no panic");
        }
        let report = ingestor.shutdown(LONG).await;
        assert_eq!(report.totals.pending, 0);
    });
}
