//! Uploads: parts, retries, progress and invalid content.

use super::*;

/// A stream of the given chunks.
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
async fn overlong_retry_after_of_the_storage_is_not_retried() {
    // The elapsed time and the delay overflow when added.
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
    // The third part may have been in flight.
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
async fn file_that_changes_during_upload_is_not_completed() {
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
async fn invalid_content_is_rejected_without_sending() {
    let world = World::new(|_, number| taken(number));
    let folder = tempfile::tempdir().expect("a folder");
    let upload = |source: Source| world.polar().files().upload("a", "text/plain", source);
    let broken = Pieces([Ok(Bytes::from_static(b"x")), Err(io::Error::other("the tape ran out"))].into());
    for (source, reason) in [
        (Source::bytes(Bytes::new()), "has no bytes"),
        (Source::stream(Pieces(VecDeque::new())), "the stream has no bytes"),
        (Source::path(folder.path()), "is no regular file"),
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
async fn storage_response_without_etag_or_with_a_redirect_is_an_error() {
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

#[tokio::test]
async fn an_error_of_the_storage_without_an_end_is_reported_in_time() {
    let reason = "<Error><Code>InternalError</Code>";
    let body = format!("{reason}{}", " ".repeat(10_000));
    let world = World::new(move |_, _| Reply::new(500).body(&*body).drip(reason.len(), Duration::from_secs(100)));
    let upload = world.polar().files().upload("a", "text/plain", bytes(5)).part_timeout(None);
    let upload = upload.retry(RetryPolicy::none()).into_future();
    let error = tokio::time::timeout(Duration::from_secs(20), upload).await.expect("an end").expect_err("refused");
    assert_eq!(
        chain(&error),
        "part 1 could not be sent: the storage answered with 500 Internal Server Error InternalError"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn irregular_file_is_rejected_immediately() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let world = World::new(|_, number| taken(number));
    for path in [&*pipe, Path::new("/dev/zero"), folder.path()] {
        let upload = world.polar().files().upload("a", "text/plain", path).into_future();
        let outcome = tokio::time::timeout(Duration::from_secs(5), upload).await.expect("an end");
        let error = outcome.expect_err("no file");
        let expected = format!("`{}` is no regular file", path.display());
        assert!(matches!(error.failure(), UploadFailure::Invalid(problem) if problem.contains(&expected)), "{error}");
    }
    assert_eq!(world.api.requests().len(), 0);
}
