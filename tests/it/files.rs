//! Uploads, downloads and exports, with the API and its storage as two servers.
use support::recordings;

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use polar_client::csv::{Cells, OrderRow, RowError, RowProblem, Rows};
use polar_client::download::DownloadError;
use polar_client::storage::StorageError;
use polar_client::types::*;
use polar_client::upload::{Source, UploadEvent, UploadFailure, UploadState};
use polar_client::{Bytes, CustomerPortal, Decimal, Polar, RetryPolicy};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const TOKEN: &str = "polar_oat_secret_0123456789";
const SIGNATURE: &str = "aaa062957302f601a005";
const FILE: &str = "fcb7813d-14fb-458a-b5e0-be3958b9ba9d";

fn sha256(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(bytes))
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 7 % 251) as u8).collect()
}

fn soon() -> RetryPolicy {
    RetryPolicy::default().first_delay(Duration::from_millis(1)).jitter(false)
}

/// An error with everything behind it.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The API, and the storage to which its answers lead.
struct World {
    api: Server,
    storage: Server,
}

impl World {
    /// A storage that answers as told, given the request and the number of its part.
    fn new(storage: impl Fn(&Request, i64) -> Reply + Send + Sync + 'static) -> Self {
        let storage = server(move |request| {
            let number = request.path.rsplit('/').next().and_then(|number| number.parse().ok());
            storage(request, number.unwrap_or_default())
        });
        let address = storage.url();
        let api = server(move |request| api(request, &address));
        Self { api, storage }
    }

    fn polar(&self) -> Polar {
        client(&self.api)
    }

    /// The parts that the storage took last, by number.
    fn parts(&self) -> BTreeMap<i64, Vec<u8>> {
        let number = |request: &Request| request.path.rsplit('/').next().and_then(|number| number.parse().ok());
        self.storage.requests().into_iter().map(|request| (number(&request).expect("a part"), request.body)).collect()
    }

    fn content(&self) -> Vec<u8> {
        self.parts().into_values().flatten().collect()
    }

    fn called(&self, end: &str) -> Vec<Value> {
        let requests = self.api.requests();
        let called = requests.iter().filter(|request| request.path.ends_with(end));
        called.map(|request| request.json().expect("JSON")).collect()
    }
}

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(reply).expect("a server")
}

fn client(api: &Server) -> Polar {
    let builder = Polar::builder().token(TOKEN).retry(soon());
    builder.base_url(&api.url()).expect("a URL").build().expect("a client")
}

/// Answers as the API does to `files:create` and `files:uploaded`.
fn api(request: &Request, storage: &str) -> Reply {
    let body = request.json().expect("JSON");
    if request.path.ends_with("/uploaded") {
        return Reply::json(200, &file());
    }
    let mut answer = file();
    let parts = body["upload"]["parts"].as_array().expect("parts").iter().map(|part| {
        let mut part = part.clone();
        part["url"] = json!(format!("{storage}/bucket/{}?X-Amz-Signature={SIGNATURE}", part["number"]));
        part["expires_at"] = json!("2036-11-20T12:07:44.022741Z");
        part["headers"] = json!({ "x-amz-checksum-sha256": part["checksum_sha256_base64"] });
        part
    });
    answer["upload"] = json!({ "id": "upload-1", "path": "downloadable/x", "parts": parts.collect::<Vec<_>>() });
    Reply::json(201, &answer)
}

fn file() -> Value {
    json!({
        "id": FILE,
        "organization_id": "4ed52778-6440-47b0-a753-83b62c345171",
        "name": "film.mp4",
        "path": "downloadable/x",
        "mime_type": "video/mp4",
        "size": 3,
        "storage_version": null,
        "checksum_etag": null,
        "checksum_sha256_base64": null,
        "checksum_sha256_hex": null,
        "last_modified_at": null,
        "version": null,
        "service": "downloadable",
        "is_uploaded": true,
        "created_at": "2026-11-20T11:07:44.023436Z",
        "size_readable": "3.0 B",
    })
}

fn taken(number: i64) -> Reply {
    Reply::new(200).header("etag", format!("\"etag-{number}\""))
}

fn etags(completed: &Value) -> Vec<&str> {
    let parts = completed["parts"].as_array().expect("parts");
    parts.iter().map(|part| part["checksum_etag"].as_str().expect("a text")).collect()
}

/// A stream of what is given.
struct Pieces(VecDeque<Result<Bytes, io::Error>>);

impl futures_core::Stream for Pieces {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}

#[tokio::test]
async fn bytes_are_announced_sent_in_parts_and_completed() {
    let world = World::new(|_, number| taken(number));
    let content = bytes(25);
    let upload = world.polar().files().upload("film.mp4", "video/mp4", content.clone());
    let file = upload.part_size(10).version("2").await.expect("a file");
    assert!(matches!(file, File::Downloadable(file) if file.id.to_string() == FILE));

    let part = |number: i64, start: usize, end: usize| json!({ "number": number, "chunk_start": start, "chunk_end": end, "checksum_sha256_base64": sha256(&content[start..end]) });
    assert_eq!(
        world.called("/v1/files/"),
        [json!({
            "service": "downloadable",
            "name": "film.mp4",
            "mime_type": "video/mp4",
            "size": 25,
            "version": "2",
            "checksum_sha256_base64": sha256(&content),
            "upload": { "parts": [part(1, 0, 10), part(2, 10, 20), part(3, 20, 25)] },
        })]
    );
    assert_eq!(world.content(), content);
    let parts = [(1, 0..10), (2, 10..20), (3, 20..25)].map(|(number, range)| {
        json!({ "number": number, "checksum_etag": format!("\"etag-{number}\""), "checksum_sha256_base64": sha256(&content[range]) })
    });
    let completed = json!({ "id": "upload-1", "path": "downloadable/x", "parts": parts });
    assert_eq!(world.called(&format!("/{FILE}/uploaded")), [completed]);
}

#[tokio::test]
async fn the_storage_gets_the_headers_of_its_address_and_no_token() {
    let world = World::new(|_, number| taken(number));
    let content = bytes(12);
    world.polar().files().upload("a", "text/plain", content.clone()).part_size(6).await.expect("a file");
    let requests = world.storage.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.method, "PUT");
        assert_eq!(request.query, [("X-Amz-Signature".to_owned(), SIGNATURE.to_owned())]);
        assert_eq!(request.header("x-amz-checksum-sha256"), Some(&*sha256(&request.body)));
        assert_eq!(request.header("content-length"), Some("6"));
        for name in ["authorization", "polar-version", "cookie", "content-type", "transfer-encoding"] {
            assert_eq!(request.header(name), None, "{name}");
        }
        assert!(!format!("{:?}", request.headers).contains("polar_oat"));
    }
    assert!(world.api.requests().iter().all(|request| request.header("authorization").is_some()));
}

#[tokio::test]
async fn a_path_and_a_stream_are_sent_as_bytes_are() {
    let content = bytes(70_001);
    let mut path = tempfile::NamedTempFile::new().expect("a file");
    path.write_all(&content).expect("written");
    let pieces = content.chunks(999).map(|piece| Ok(Bytes::copy_from_slice(piece)));
    let sources: [Source; 3] = [content.clone().into(), path.path().into(), Source::stream(Pieces(pieces.collect()))];
    let mut announced = Vec::new();
    for source in sources {
        let world = World::new(|_, number| taken(number));
        world.polar().files().upload("a", "text/plain", source).part_size(20_000).await.expect("a file");
        assert_eq!(world.content(), content);
        assert_eq!(world.parts().len(), 4);
        announced.push((world.called("/v1/files/"), world.called("/uploaded")));
    }
    assert_eq!(announced[0].0[0]["checksum_sha256_base64"], sha256(&content));
    assert!(announced.iter().all(|other| *other == announced[0]));
}

#[tokio::test]
async fn each_service_is_asked_for() {
    let world = World::new(|_, number| taken(number));
    let services = ["downloadable", "product_media", "organization_avatar", "support_case_attachment"];
    for service in services {
        let upload = world.polar().files().upload("a.png", "image/png", bytes(3));
        upload.service(service.into()).await.expect("a file");
    }
    let asked: Vec<Value> = world.called("/v1/files/").into_iter().map(|body| body["service"].clone()).collect();
    assert_eq!(asked, services);

    let upload = world.polar().files().upload("a.png", "image/png", bytes(3));
    let error = upload.service("hologram".into()).await.expect_err("no such service");
    assert!(error.to_string().contains("`hologram`"), "{error}");
}

#[tokio::test]
async fn no_more_parts_are_under_way_than_allowed() {
    let (now, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let world = World::new(move |_, number| {
        seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(30));
        now.fetch_sub(1, Ordering::SeqCst);
        taken(number)
    });
    let upload = world.polar().files().upload("a", "text/plain", bytes(120));
    upload.part_size(10).concurrency(3).await.expect("a file");
    assert_eq!(world.parts().len(), 12);
    let most = most.load(Ordering::SeqCst);
    assert!((2..=3).contains(&most), "{most} at a time");
}

#[tokio::test]
async fn a_part_that_fails_is_sent_again() {
    let count = AtomicUsize::new(0);
    let world = World::new(move |_, number| match (number, count.fetch_add(1, Ordering::SeqCst)) {
        (1, 0) => Reply::text(503, "application/xml", "<Error><Code>SlowDown</Code></Error>"),
        (1, 1) => Reply::text(500, "application/xml", "<Error>").reset_after(0),
        (1, 2) => Reply::close(),
        _ => taken(number),
    });
    let content = bytes(20);
    let upload = world.polar().files().upload("a", "text/plain", content.clone()).part_size(10).concurrency(1);
    let mut events = upload.events();
    let mut problems = Vec::new();
    while let Some(event) = events.next().await {
        if let UploadEvent::PartRetried { part, attempts, problem, .. } = event.expect("no failure") {
            problems.push((part, attempts, problem));
        }
    }
    assert_eq!(problems[0], (1, 1, "the storage answered with 503 Service Unavailable SlowDown".to_owned()));
    assert!(
        problems.iter().map(|(part, attempts, _)| (*part, *attempts)).eq((1..).map(|n| (1, n)).take(problems.len()))
    );
    assert_eq!(world.content(), content);
    assert_eq!(etags(&world.called("/uploaded")[0]), ["\"etag-1\"", "\"etag-2\""]);
}

#[tokio::test]
async fn a_storage_that_asks_to_wait_for_ages_is_not_asked_again() {
    // The time that was spent so far and the wait come to more seconds than there are.
    let ages = || Reply::new(503).header("retry-after", u64::MAX.to_string()).delay(Duration::from_millis(1100));
    let world = World::new(move |_, _| ages());
    let error = world.polar().files().upload("a", "text/plain", bytes(3)).await.expect_err("no part is taken");
    assert!(matches!(error.failure(), UploadFailure::Part { part: 1, .. }), "{error}");
    assert_eq!(world.storage.requests().len(), 1);

    let storage = server(move |_| ages());
    let file = listed(&storage.url(), b"x", None);
    let error = portal().downloadables().download(&file).to_writer(Vec::new()).await.expect_err("no content");
    assert!(format!("{:#}", anyhow::Error::new(error)).contains("503"));
    assert_eq!(storage.requests().len(), 1);
}

#[tokio::test]
async fn an_upload_resumes_with_the_parts_that_are_left() {
    let broken = Arc::new(AtomicUsize::new(1));
    let world = World::new({
        let broken = Arc::clone(&broken);
        move |_, number| match (number, broken.load(Ordering::SeqCst)) {
            (2, 1) => Reply::text(403, "application/xml", "<Error><Code>AccessDenied</Code></Error>"),
            _ => taken(number),
        }
    });
    let content = bytes(40);
    let upload = world.polar().files().upload("a", "text/plain", content.clone()).part_size(10).concurrency(1);
    let error = upload.await.expect_err("part 2 is refused");
    assert_eq!(chain(&error), "part 2 could not be sent: the storage answered with 403 Forbidden AccessDenied");
    let failure = error.failure();
    assert!(matches!(failure, UploadFailure::Part { part: 2, error } if error.status().is_some_and(|s| s == 403)));
    assert_eq!(world.called("/uploaded"), Vec::<Value>::new());

    let session = error.into_session().expect("a session");
    assert_eq!(session.file_id().to_string(), FILE);
    assert_eq!(session.parts_left(), [2, 3, 4]);
    assert_eq!(session.bytes_sent(), 10);
    broken.store(0, Ordering::SeqCst);
    let mut events = session.resume_events();
    let mut sent = Vec::new();
    while let Some(event) = events.next().await {
        if let UploadEvent::PartSent { part, sent: so_far, total, .. } = event.expect("no failure") {
            sent.push((part, so_far, total));
        }
    }
    assert_eq!(sent, [(2, 20, 40), (3, 30, 40), (4, 40, 40)]);
    let numbers: Vec<String> = world.storage.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(numbers, ["/bucket/1", "/bucket/2", "/bucket/2", "/bucket/3", "/bucket/4"]);
    assert_eq!(world.content(), content);
    assert_eq!(world.called("/v1/files/").len(), 1);
    assert_eq!(etags(&world.called("/uploaded")[0]), ["\"etag-1\"", "\"etag-2\"", "\"etag-3\"", "\"etag-4\""]);
}

#[tokio::test]
async fn an_upload_is_resumed_from_its_saved_state_by_another_client() {
    let broken = Arc::new(AtomicUsize::new(1));
    let world = World::new({
        let broken = Arc::clone(&broken);
        move |_, number| match (number, broken.load(Ordering::SeqCst)) {
            (3, 1) => Reply::new(403),
            _ => taken(number),
        }
    });
    let content = bytes(40);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("film.mp4");
    std::fs::write(&path, &content).expect("written");
    let upload = world.polar().files().upload("film.mp4", "video/mp4", path.as_path());
    let error = upload.part_size(10).concurrency(1).await.expect_err("part 3 is refused");
    let saved = serde_json::to_string(&error.session().expect("a session").state()).expect("JSON");
    drop(error);

    broken.store(0, Ordering::SeqCst);
    let state: UploadState = serde_json::from_str(&saved).expect("a state");
    assert_eq!((state.file_id().to_string().as_str(), state.parts_left()), (FILE, vec![3, 4]));
    assert_eq!(serde_json::to_string(&state).expect("JSON"), saved);
    assert!(!format!("{state:?}").contains(SIGNATURE), "{state:?}");
    let session = world.polar().files().resume_upload(state, path.as_path()).await.expect("the same content");
    assert_eq!((session.bytes_sent(), session.parts_left()), (20, vec![3, 4]));
    let file = session.concurrency(1).resume().await.expect("a file");
    assert!(matches!(file, File::Downloadable(file) if file.id.to_string() == FILE));

    let sent: Vec<String> = world.storage.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(sent, ["/bucket/1", "/bucket/2", "/bucket/3", "/bucket/3", "/bucket/4"]);
    assert_eq!(world.content(), content);
    assert_eq!(world.called("/v1/files/").len(), 1);
    assert_eq!(etags(&world.called("/uploaded")[0]), ["\"etag-1\"", "\"etag-2\"", "\"etag-3\"", "\"etag-4\""]);
}

#[tokio::test]
async fn an_upload_that_is_under_way_can_be_saved_after_each_part() {
    let world = World::new(|_, number| taken(number));
    let content = bytes(30);
    let upload = world.polar().files().upload("a", "text/plain", content.clone()).part_size(10).concurrency(1);
    let mut events = upload.events();
    assert!(events.state().is_none());
    let state = loop {
        match events.next().await.expect("an event").expect("no failure") {
            UploadEvent::PartSent { part: 1, .. } => break events.state().expect("a state"),
            _ => continue,
        }
    };
    // As if the process had been killed.
    drop(events);
    assert!(!state.parts_left().contains(&1), "{state:?}");
    let before = world.storage.requests().len();
    let session = world.polar().files().resume_upload(state.clone(), content.clone()).await.expect("a session");
    session.resume().await.expect("a file");
    assert_eq!(world.storage.requests().len() - before, state.parts_left().len());
    assert_eq!(world.content(), content);
}

#[tokio::test]
async fn a_saved_upload_of_a_file_that_changed_is_refused_before_anything_is_sent() {
    let world = World::new(|_, number| if number == 2 { Reply::new(403) } else { taken(number) });
    let content = bytes(30);
    let upload = world.polar().files().upload("a", "text/plain", content.clone()).part_size(10).concurrency(1);
    let state = upload.await.expect_err("part 2 is refused").into_session().expect("a session").state();
    let before = world.storage.requests().len();

    // A part that was sent, one that was not, and the length.
    let mut first = content.clone();
    first[3] ^= 1;
    let mut last = content.clone();
    last[29] ^= 1;
    let longer = [content.clone(), vec![0]].concat();
    for (changed, part) in [(first, 1), (last, 3), (longer, 3), (content[..29].to_vec(), 3), (Vec::new(), 1)] {
        let error = world.polar().files().resume_upload(state.clone(), changed).await.expect_err("another content");
        assert_eq!(error.to_string(), format!("part {part} of the content changed after its checksum was taken"));
        assert!(matches!(error.failure(), UploadFailure::Changed { part: found, .. } if *found == part));
    }
    assert_eq!(world.storage.requests().len(), before);
}

#[tokio::test]
async fn a_saved_upload_that_makes_no_sense_is_refused() {
    let world = World::new(|_, _| Reply::new(403));
    let upload = world.polar().files().upload("a", "text/plain", bytes(20)).part_size(10);
    let state = upload.await.expect_err("refused").into_session().expect("a session").state();
    let saved = serde_json::to_value(&state).expect("JSON");

    let mut hole = saved.clone();
    hole["parts"][1]["target"]["chunk_start"] = json!(11);
    let mut short = saved.clone();
    short["size"] = json!(21);
    for (changed, problem) in [
        (hole, "the saved state has no part that begins at byte 10"),
        (short, "the saved state has parts of 20 bytes, and a size of 21"),
    ] {
        let state: UploadState = serde_json::from_value(changed).expect("a state");
        let error = world.polar().files().resume_upload(state, bytes(20)).await.expect_err("no sense");
        assert!(error.to_string().contains(problem), "{error}");
    }

    let mut newer = saved.clone();
    newer["version"] = json!("2");
    assert!(serde_json::from_value::<UploadState>(newer).is_err());
    let mut cut = saved;
    cut.as_object_mut().expect("an object").remove("upload_id");
    let error = serde_json::from_value::<UploadState>(cut).expect_err("an id is missing").to_string();
    assert!(error.contains("missing property `upload_id`"), "{error}");
}

#[tokio::test]
async fn a_completion_that_failed_is_resumed_without_sending_parts() {
    let storage = server(|_| taken(1));
    let (address, calls) = (storage.url(), AtomicUsize::new(0));
    let api =
        server(move |request| match request.path.ends_with("/uploaded") && calls.fetch_add(1, Ordering::SeqCst) == 0 {
            true => Reply::text(502, "text/html", "<html>"),
            false => api(request, &address),
        });
    let error = client(&api).files().upload("a", "text/plain", bytes(3)).await.expect_err("not completed");
    assert!(matches!(error.failure(), UploadFailure::Call(call) if call.status().is_some_and(|s| s == 502)), "{error}");
    let session = error.into_session().expect("a session");
    assert_eq!(session.parts_left(), Vec::<i64>::new());
    session.resume().await.expect("a file");
    assert_eq!(storage.requests().len(), 1);
}

#[tokio::test]
async fn progress_adds_up_to_the_whole() {
    let world = World::new(|_, number| taken(number));
    let content = bytes(95);
    let mut events = world.polar().files().upload("a", "text/plain", content.clone()).part_size(10).events();
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        seen.push(event.expect("no failure"));
    }
    assert!(matches!(&seen[0], UploadEvent::Measured { size: 95, sha256: sum } if *sum == sha256(&content)));
    assert!(matches!(&seen[1], UploadEvent::Created { file_id, parts: 10 } if file_id.to_string() == FILE));
    assert!(matches!(&seen[12], UploadEvent::Completed(_)));
    assert_eq!(seen.len(), 13);
    let (mut sum, mut numbers) = (0, Vec::new());
    for event in &seen[2..12] {
        let UploadEvent::PartSent { part, bytes, sent, total: 95 } = event else { panic!("{event:?}") };
        sum += bytes;
        assert_eq!(*sent, sum);
        numbers.push(*part);
    }
    numbers.sort_unstable();
    assert_eq!((sum, numbers), (95, (1..=10).collect()));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn an_upload_whose_events_are_dropped_sends_no_more_parts() {
    let world = World::new(|_, number| taken(number));
    let upload = world.polar().files().upload("a", "text/plain", bytes(100)).part_size(10).concurrency(1);
    let mut events = upload.events();
    while let Some(event) = events.next().await {
        if let UploadEvent::PartSent { part: 2, .. } = event.expect("no failure") {
            break;
        }
    }
    drop(events);
    tokio::time::sleep(Duration::from_millis(100)).await;
    // The third may have been under way.
    let sent = world.parts().len();
    assert!((2..=3).contains(&sent), "{sent} parts");
    assert_eq!(world.called("/uploaded"), Vec::<Value>::new());
}

#[tokio::test]
async fn a_hook_and_the_storage_do_not_meet() {
    struct Count(Arc<AtomicUsize>);
    impl polar_client::middleware::Middleware for Count {
        fn handle<'a>(
            &'a self,
            request: polar_client::reqwest::Request,
            next: polar_client::middleware::Next<'a>,
        ) -> polar_client::middleware::AttemptFuture<'a> {
            self.0.fetch_add(1, Ordering::SeqCst);
            next.run(request)
        }
    }
    let world = World::new(|_, number| taken(number));
    let seen = Arc::new(AtomicUsize::new(0));
    let builder = Polar::builder().token(TOKEN).middleware(Count(Arc::clone(&seen)));
    let polar = builder.base_url(&world.api.url()).expect("a URL").build().expect("a client");
    polar.files().upload("a", "text/plain", bytes(3)).await.expect("a file");
    assert_eq!(seen.load(Ordering::SeqCst), 2);
    assert_eq!(world.storage.requests().len(), 1);
}

#[tokio::test]
async fn a_file_that_changes_after_it_was_measured_is_not_completed() {
    let cuts: [fn(&Path); 2] = [
        |path| std::fs::write(path, b"0123456789abcdefghiX").expect("written"),
        |path| std::fs::write(path, b"0123456789abc").expect("written"),
    ];
    for change in cuts {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("film.mp4");
        std::fs::write(&path, b"0123456789abcdefghij").expect("written");
        let changing = path.clone();
        let world = World::new(move |_, number| {
            change(&changing);
            taken(number)
        });
        let upload = world.polar().files().upload("a", "text/plain", path).part_size(10).concurrency(1);
        let error = upload.await.expect_err("it changed");
        assert!(matches!(error.failure(), UploadFailure::Changed { part: 2, .. }), "{error}");
        assert!(error.to_string().contains("film.mp4"), "{error}");
        assert_eq!(world.parts().len(), 1);
        assert_eq!(world.called("/uploaded"), Vec::<Value>::new());
    }
}

#[tokio::test]
async fn content_that_cannot_be_uploaded_is_refused_before_anything_is_sent() {
    let world = World::new(|_, number| taken(number));
    let folder = tempfile::tempdir().expect("a folder");
    let upload = |source: Source| world.polar().files().upload("a", "text/plain", source);
    let broken = Pieces([Ok(Bytes::from_static(b"x")), Err(io::Error::other("the tape ran out"))].into());
    for (source, reason) in [
        (Source::bytes(Bytes::new()), "has no bytes"),
        (Source::stream(Pieces(VecDeque::new())), "the stream has no bytes"),
        (Source::path(folder.path()), "is no file"),
        (Source::path(folder.path().join("nowhere.zip")), "nowhere.zip` cannot be read"),
        (Source::stream(broken), "the tape ran out"),
    ] {
        let error = upload(source).await.expect_err(reason);
        assert!(chain(&error).contains(reason), "{error:?}");
        assert!(error.session().is_none());
    }
    assert_eq!(world.api.requests().len() + world.storage.requests().len(), 0);
}

#[tokio::test]
async fn an_answer_of_the_storage_without_etag_or_that_leads_elsewhere_is_no_success() {
    let world = World::new(|_, _| Reply::new(200));
    let error = world.polar().files().upload("a", "text/plain", bytes(3)).await.expect_err("no ETag");
    assert!(matches!(error.failure(), UploadFailure::Part { part: 1, error: StorageError::NoETag }), "{error}");

    let elsewhere = server(|_| taken(1));
    let address = elsewhere.url();
    let world = World::new(move |_, _| Reply::new(307).header("location", &*address));
    let error = world.polar().files().upload("a", "text/plain", bytes(3)).await.expect_err("a redirect");
    assert!(chain(&error).contains("307"), "{error:?}");
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn an_answer_of_the_api_with_other_parts_is_refused() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 3] = [
        ("part 2 is missing", |parts| drop(parts.as_array_mut().expect("parts").pop())),
        ("part 1 begins or ends elsewhere", |parts| parts[0]["chunk_end"] = json!(9)),
        ("there is no part 7", |parts| {
            let mut more = parts[0].clone();
            more["number"] = json!(7);
            parts.as_array_mut().expect("parts").push(more);
        }),
    ];
    for (reason, change) in changes {
        let server = server(move |request| {
            let mut answer = file();
            answer["upload"] = request.json().expect("JSON")["upload"].clone();
            answer["upload"]["id"] = json!("upload-1");
            answer["upload"]["path"] = json!("x");
            for part in answer["upload"]["parts"].as_array_mut().expect("parts") {
                part["url"] = json!("http://127.0.0.1:1/");
                part["expires_at"] = json!("2036-11-20T12:07:44Z");
            }
            change(&mut answer["upload"]["parts"]);
            Reply::json(201, &answer)
        });
        let upload = client(&server).files().upload("a", "text/plain", bytes(20)).part_size(10);
        let error = upload.await.expect_err(reason);
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[tokio::test]
async fn addresses_and_tokens_never_show() {
    let world = World::new(|_, _| Reply::close());
    let upload = world.polar().files().upload("a", "text/plain", bytes(3)).retry(RetryPolicy::none());
    let mut shown = format!("{upload:?}");
    let error = upload.await.expect_err("no answer");
    shown.push_str(&format!("{} {error:?}", chain(&error)));
    let portal = CustomerPortal::builder().token("polar_cst_x").build().expect("a client");
    let download = portal.downloadables().download(&listed("http://127.0.0.1:1/aaa062957302f601a005", b"x", None));
    shown.push_str(&format!("{download:?}"));
    let error = download.retry(RetryPolicy::none()).to_writer(Vec::new()).await.expect_err("nobody listens");
    shown.push_str(&format!("{} {error:?}", chain(&error)));
    assert!(shown.contains("the storage gave no answer"), "{shown}");
    assert!(!shown.contains(SIGNATURE) && !shown.contains("polar_oat"), "{shown}");
}

/// A file as the portal lists it.
fn listed(url: &str, content: &[u8], sum: Option<String>) -> FileDownload {
    let mut file = file();
    file["size"] = json!(content.len());
    file["checksum_sha256_base64"] = json!(sum);
    file["download"] =
        json!({ "url": url, "headers": { "x-amz-test": "given" }, "expires_at": "2036-11-20T12:09:38.760540Z" });
    serde_json::from_value(file).expect("a file")
}

fn portal() -> CustomerPortal {
    CustomerPortal::builder().token("polar_cst_secret").retry(soon()).build().expect("a client")
}

#[tokio::test]
async fn a_download_follows_its_link_without_a_token() {
    let content = bytes(5000);
    let sent = content.clone();
    let storage = server(move |_| Reply::new(200).body(sent.clone()));
    let target = format!("{}/bucket/film?X-Amz-Signature=1", storage.url());
    let link = server(move |_| Reply::new(302).header("location", &*target));
    let file = listed(&link.url(), &content, Some(sha256(&content)));
    let mut received = Vec::new();
    let size = portal().downloadables().download(&file).to_writer(&mut received).await.expect("the content");
    assert_eq!((size, received), (5000, content));
    assert_eq!(link.requests()[0].header("x-amz-test"), Some("given"));
    assert_eq!(storage.requests()[0].header("x-amz-test"), None);
    for request in [&link.requests()[0], &storage.requests()[0]] {
        assert_eq!(request.method, "GET");
        assert_eq!((request.header("authorization"), request.header("polar-version")), (None, None));
    }
}

#[tokio::test]
async fn a_download_to_a_path_replaces_it_only_with_what_is_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("film.mp4");
    std::fs::write(&path, "old").expect("written");
    let storage = server(|_| Reply::new(200).body("new content"));
    let wrong = listed(&storage.url(), b"new content", Some(sha256(b"other bytes")));
    let error = portal().downloadables().download(&wrong).to_path(&path).await.expect_err("another checksum");
    assert!(
        matches!(&error, DownloadError::Checksum { received, .. } if *received == sha256(b"new content")),
        "{error}"
    );
    assert_eq!(std::fs::read(&path).expect("a file"), b"old");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);

    let right = listed(&storage.url(), b"new content", Some(sha256(b"new content")));
    assert_eq!(portal().downloadables().download(&right).to_path(&path).await.expect("the content"), 11);
    assert_eq!(std::fs::read(&path).expect("a file"), b"new content");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

#[tokio::test]
async fn a_download_of_another_size_is_an_error() {
    let storage = server(|_| Reply::new(200).body("12345").chunked());
    for (listed_content, received) in [(&b"1234"[..], 5), (b"123456", 5)] {
        let file = listed(&storage.url(), listed_content, None);
        let error = portal().downloadables().download(&file).to_writer(Vec::new()).await.expect_err("another size");
        let expected = listed_content.len() as u64;
        assert!(
            matches!(error, DownloadError::Size { expected: e, received: r } if (e, r) == (expected, received)),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_download_goes_on_where_the_connection_broke() {
    for knows_ranges in [true, false] {
        let content = bytes(3000);
        let (sent, count) = (content.clone(), AtomicUsize::new(0));
        let storage = server(move |request| {
            let reply = match request.header("range").filter(|_| knows_ranges) {
                None => Reply::new(200).body(sent.clone()),
                Some(range) => {
                    let from = range.trim_start_matches("bytes=").trim_end_matches('-');
                    let rest = sent[from.parse().expect("a number")..].to_vec();
                    Reply::new(206).header("content-range", format!("bytes {from}-2999/3000")).body(rest)
                }
            };
            if count.fetch_add(1, Ordering::SeqCst) == 0 { reply.truncate_after(1000) } else { reply }
        });
        let file = listed(&storage.url(), &content, Some(sha256(&content)));
        let mut received = Vec::new();
        portal().downloadables().download(&file).to_writer(&mut received).await.expect("the content");
        assert_eq!(received, content);
        let requests = storage.requests();
        let ranges: Vec<Option<&str>> = requests.iter().map(|request| request.header("range")).collect();
        assert_eq!(ranges, [None, Some("bytes=1000-")]);
    }
}

/// A storage of one content that supports ranges if it `knows_ranges`, and whose first answer breaks off.
fn torn(content: &[u8], knows_ranges: bool) -> Server {
    let (content, count) = (content.to_vec(), AtomicUsize::new(0));
    server(move |request| {
        let etag = format!("\"{}\"", content.len());
        let is_same = request.header("if-range").is_none_or(|given| given == etag);
        let reply = match request.header("range").filter(|_| knows_ranges && is_same) {
            None => Reply::new(200).body(content.clone()),
            Some(range) => {
                let from: usize = range.trim_start_matches("bytes=").trim_end_matches('-').parse().expect("a number");
                let range = format!("bytes {from}-{}/{}", content.len() - 1, content.len());
                Reply::new(206).header("content-range", range).body(content[from..].to_vec())
            }
        };
        let reply = reply.header("etag", etag);
        if count.fetch_add(1, Ordering::SeqCst) == 0 { reply.truncate_after(1000) } else { reply }
    })
}

fn ranges(storage: &Server) -> Vec<Option<String>> {
    storage.requests().iter().map(|request| request.header("range").map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_download_to_a_path_that_broke_is_continued_by_another_client() {
    for (knows_ranges, requests) in [(true, 2), (false, 2)] {
        let content = bytes(3000);
        let folder = tempfile::tempdir().expect("a folder");
        let (path, partial) = (folder.path().join("film.mp4"), folder.path().join("film.mp4.part"));
        let storage = torn(&content, knows_ranges);
        let file = listed(&storage.url(), &content, Some(sha256(&content)));
        let once = portal().downloadables().download(&file).retry(RetryPolicy::none());
        let error = once.to_path(&path).await.expect_err("it breaks off");
        assert!(matches!(error, DownloadError::Storage(StorageError::Connection(_))), "{error}");
        assert_eq!(std::fs::read(&partial).expect("a partial file"), content[..1000]);
        assert!(!path.exists());

        let size = portal().downloadables().download(&file).to_path(&path).await.expect("the content");
        assert_eq!((size, std::fs::read(&path).expect("a file")), (3000, content));
        assert!(!partial.exists());
        assert_eq!(ranges(&storage).len(), requests);
        assert_eq!(ranges(&storage)[1].as_deref(), Some("bytes=1000-"));
    }
}

#[tokio::test]
async fn a_partial_file_that_is_whole_is_verified_and_not_asked_for_again() {
    let content = bytes(3000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("film.mp4");
    std::fs::write(folder.path().join("film.mp4.part"), &content).expect("written");
    let storage = torn(&content, true);
    let file = listed(&storage.url(), &content, Some(sha256(&content)));
    assert_eq!(portal().downloadables().download(&file).to_path(&path).await.expect("the content"), 3000);
    assert_eq!(std::fs::read(&path).expect("a file"), content);
    assert_eq!(storage.requests().len(), 0);
}

#[tokio::test]
async fn a_partial_file_of_another_content_is_discarded() {
    let content = bytes(900);
    // One is of another file, one is whole and wrong, one is longer than the file.
    for partial in [vec![1; 300], vec![1; 900], vec![1; 901]] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("film.mp4");
        std::fs::write(folder.path().join("film.mp4.part"), &partial).expect("written");
        let storage = torn(&content, true);
        let file = listed(&storage.url(), &content, Some(sha256(&content)));
        assert_eq!(portal().downloadables().download(&file).to_path(&path).await.expect("the content"), 900);
        assert_eq!(std::fs::read(&path).expect("a file"), content);
        assert_eq!(ranges(&storage).last(), Some(&None), "{} bytes", partial.len());
    }
}

#[tokio::test]
async fn a_partial_file_that_nothing_can_verify_is_neither_continued_nor_kept() {
    let content = bytes(3000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("film.mp4");
    std::fs::write(folder.path().join("film.mp4.part"), &content[..10]).expect("written");
    let storage = torn(&content, true);
    let file = listed(&storage.url(), &content, None);
    let once = portal().downloadables().download(&file).retry(RetryPolicy::none());
    once.to_path(&path).await.expect_err("it breaks off");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    portal().downloadables().download(&file).to_path(&path).await.expect("the content");
    assert_eq!(ranges(&storage), [None, None]);
}

#[tokio::test]
async fn a_file_that_is_replaced_during_its_download_is_never_mixed() {
    let (old, new) = (vec![1; 3000], vec![2; 3000]);
    let storage = || {
        let (old, new, count) = (old.clone(), new.clone(), AtomicUsize::new(0));
        server(move |request| match count.fetch_add(1, Ordering::SeqCst) {
            0 => Reply::new(200).header("etag", "\"old\"").body(old.clone()).truncate_after(1000),
            _ => {
                assert_eq!(request.header("if-range"), Some("\"old\""));
                Reply::new(200).header("etag", "\"new\"").body(new.clone())
            }
        })
    };
    let first = storage();
    let file = listed(&first.url(), &new, None);
    let error = portal().downloadables().download(&file).to_writer(Vec::new()).await.expect_err("another file");
    assert!(matches!(error, DownloadError::Changed), "{error}");

    let second = storage();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("film.mp4");
    let file = listed(&second.url(), &new, Some(sha256(&new)));
    portal().downloadables().download(&file).to_path(&path).await.expect("the new file");
    assert_eq!(std::fs::read(&path).expect("a file"), new);
}

#[tokio::test]
async fn a_range_that_the_storage_cannot_satisfy_starts_the_download_over() {
    let content = bytes(900);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("film.mp4");
    std::fs::write(folder.path().join("film.mp4.part"), &content[..100]).expect("written");
    let body = content.clone();
    let storage = server(move |request| match request.header("range") {
        Some(_) => Reply::new(416),
        None => Reply::new(200).body(body.clone()),
    });
    let file = listed(&storage.url(), &content, Some(sha256(&content)));
    portal().downloadables().download(&file).to_path(&path).await.expect("the content");
    assert_eq!(std::fs::read(&path).expect("a file"), content);
}

#[tokio::test]
async fn a_link_whose_time_is_over_or_that_leads_in_circles_is_an_error() {
    let gone = server(|_| Reply::json(410, &json!({ "detail": "Gone" })));
    let file = listed(&gone.url(), b"x", None);
    let error = portal().downloadables().download(&file).to_writer(Vec::new()).await.expect_err("gone");
    assert!(chain(&error).contains("410"), "{error:?}");
    assert_eq!(gone.requests().len(), 1);

    let circle = server(|_| Reply::new(302).header("location", "/again"));
    let file = listed(&circle.url(), b"x", None);
    let error = portal().downloadables().download(&file).to_writer(Vec::new()).await.expect_err("a circle");
    assert!(chain(&error).contains("more than 5 times"), "{error:?}");
    assert_eq!(circle.requests().len(), 6);
}

fn recorded(operation: &str) -> Server {
    let recording = recordings::all()
        .responses
        .iter()
        .find(|recording| recording.operation_id.as_deref() == Some(operation) && recording.is_success());
    let recording = recording.expect("a recording").clone();
    server(move |_| recording.reply())
}

async fn read<R: polar_client::csv::Row>(mut rows: Rows<R>) -> Vec<Result<R, RowError>> {
    let mut all = Vec::new();
    while let Some(row) = rows.next().await {
        all.push(row);
    }
    all
}

fn decimal(text: &str) -> Option<Decimal> {
    Some(text.parse().expect("a decimal"))
}

#[tokio::test]
async fn recorded_exports_become_typed_rows() {
    let orders = client(&recorded("orders:export")).orders().export().rows().await.expect("rows");
    let orders: Vec<OrderRow> = read(orders).await.into_iter().collect::<Result<_, _>>().expect("orders");
    assert_eq!(orders.len(), 2);
    assert_eq!(orders[1].email.as_deref(), Some("ada@example.org"));
    assert_eq!(orders[1].net_amount, decimal("12.67"));
    assert_eq!(orders[0].created_at, Some("2026-11-20T11:07:58.783614Z".parse().expect("a time")));
    assert_eq!(orders[0].status, Some(OrderStatus::Paid));
    assert_eq!(orders[0].invoice_number.as_deref(), Some("ACME-XDJYZQDJLI-0001"));
    assert_eq!(orders[0].tax_amount, None);

    let rows = client(&recorded("subscriptions:export")).subscriptions().export().rows().await.expect("rows");
    let rows: Vec<_> = read(rows).await.into_iter().collect::<Result<_, _>>().expect("subscriptions");
    assert_eq!(rows.len(), 10);
    assert_eq!(rows[6].amount, decimal("63.0"));
    assert_eq!(rows[0].recurring_interval.as_deref(), Some("day"));
    assert_eq!(rows[7].status, Some(SubscriptionStatus::Trialing));

    let server = recorded("metrics:export");
    let metrics = client(&server).metrics();
    let day = |text: &str| text.parse::<polar_client::NaiveDate>().expect("a day");
    let export = metrics.export(day("2026-11-20"), day("2026-11-01"), TimeInterval::Day);
    let rows: Vec<_> =
        read(export.rows().await.expect("rows")).await.into_iter().collect::<Result<_, _>>().expect("metrics");
    let last = rows.last().expect("a row");
    assert_eq!(rows.len(), 20);
    assert_eq!(last.timestamp, Some("2026-11-20T00:00:00Z".parse().expect("a time")));
    assert_eq!((last.revenue, last.costs), (decimal("40629"), decimal("6.25")));
    assert_eq!((last.gross_margin, last.gross_margin_percent), (decimal("40622.75"), decimal("0.9998461689925915")));
    assert_eq!(last.seat_utilization_rate, decimal("0.5"));
    // Every column has a field: what a row shows apart from its cells is never `None`.
    assert!(!format!("{last:?}").contains("None"), "{last:?}");
}

#[tokio::test]
async fn an_export_without_rows_has_none() {
    for (text, count) in [("", 0), ("\u{feff}", 0), ("Email\n", 0), ("a", 0), ("a\nb", 1)] {
        let server = server(move |_| Reply::text(200, "text/csv", text));
        let stream = client(&server).orders().export().bytes_stream().await.expect("a stream");
        assert_eq!(read(Rows::<Cells>::new(stream)).await.len(), count, "{text:?}");
    }
}

const TRICKY: &str = "\u{feff}Email,NET AMOUNT,Rocket Fuel,Product\r\n\
    ada@example.org,12.67,full,\"Pro, \"\"annual\"\"\r\nfür alle\"\r\n\
    bob@example.org,,,Basic\n\
    eve@example.org,1E-7,\"\",Last";

#[tokio::test]
async fn rows_are_the_same_wherever_pieces_of_the_text_end() {
    for size in [1, 2, 3, 7, 64, 4096] {
        let server = server(move |_| Reply::text(200, "text/csv", TRICKY).chunked().drip(size, Duration::ZERO));
        let rows = client(&server).orders().export().rows().await.expect("rows");
        let rows: Vec<OrderRow> = read(rows).await.into_iter().collect::<Result<_, _>>().expect("orders");
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].email.as_deref(), Some("ada@example.org"));
        assert_eq!(rows[0].product.as_deref(), Some("Pro, \"annual\"\r\nfür alle"));
        assert_eq!((rows[0].net_amount, rows[1].net_amount), (decimal("12.67"), None));
        assert_eq!(rows[2].net_amount, decimal("0.0000001"));
        assert_eq!(rows[2].product.as_deref(), Some("Last"));
    }
}

#[tokio::test]
async fn unknown_columns_are_kept_and_missing_ones_are_none() {
    let server = server(|_| Reply::text(200, "text/csv", TRICKY));
    let rows = client(&server).customers().export().rows().await.expect("rows");
    let rows: Vec<_> = read(rows).await.into_iter().collect::<Result<_, _>>().expect("customers");
    assert_eq!(rows[0].email.as_deref(), Some("ada@example.org"));
    assert_eq!((&rows[0].name, &rows[0].external_id), (&None, &None));
    assert_eq!(rows[0].cells.get("rocket_fuel"), Some("full"));
    assert_eq!(rows[1].cells.get("Rocket Fuel"), Some(""));
    assert_eq!(rows[1].cells.get("Wings"), None);
    assert_eq!(rows[0].cells.value::<Decimal>("Net Amount"), Ok(decimal("12.67")));
    let names: Vec<&str> = rows[0].cells.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Email", "NET AMOUNT", "Rocket Fuel", "Product"]);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_an_error_and_the_others_follow() {
    let text = "Email,Net Amount\na@x.org,1.5\nb@x.org,much\nc@x.org\nd@x.org,2,3\n\u{fffd},4\ne@x.org,5\n";
    let text = text.replace('\u{fffd}', "\u{1}").into_bytes();
    let text: Vec<u8> = text.into_iter().map(|byte| if byte == 1 { 0xff } else { byte }).collect();
    let server = server(move |_| Reply::text(200, "text/csv", text.clone()));
    let rows = read(client(&server).orders().export().rows().await.expect("rows")).await;
    let shown: Vec<String> = rows
        .into_iter()
        .map(|row| match row {
            Ok(row) => row.net_amount.expect("an amount").to_string(),
            Err(error) => format!("{:#}", anyhow::Error::new(error)),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "1.5",
            "row 2 of the export cannot be read: `Net Amount` should be a decimal number, and is `much`",
            "row 3 of the export has 1 cells in 2 columns",
            "row 4 of the export has 3 cells in 2 columns",
            "row 5 of the export is not UTF-8",
            "5",
        ]
    );
}

#[tokio::test]
async fn an_export_that_breaks_off_ends_with_an_error() {
    let server = server(|_| Reply::text(200, "text/csv", "Email\na@x.org\nb@x.org\nc@x.org\n").truncate_after(17));
    let rows = read(client(&server).orders().export().rows().await.expect("rows")).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].as_ref().expect("a row").email.as_deref(), Some("a@x.org"));
    assert!(matches!(&rows[1], Err(RowError { row: 1, problem: RowProblem::Call(_), .. })), "{:?}", rows[1]);
}

#[tokio::test]
async fn a_row_without_an_end_is_refused_before_it_fills_the_memory() {
    let server = server(|_| Reply::text(200, "text/csv", format!("Email\na@x.org\n\"{}", "x".repeat(3 << 20))));
    let stream = client(&server).orders().export().bytes_stream().await.expect("a stream");
    let rows = read(Rows::<Cells>::new(stream)).await;
    assert_eq!(rows.len(), 2);
    assert!(matches!(&rows[1], Err(RowError { row: 2, problem: RowProblem::TooLong, .. })), "{:?}", rows[1]);
}
