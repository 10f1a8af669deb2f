//! Downloads: links, checksums, and broken connections.

use super::*;

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
async fn download_replaces_a_file_only_with_verified_content() {
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
async fn download_resumes_after_a_broken_connection() {
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

/// Starts a storage whose first response breaks off, and that supports ranges if `knows_ranges`.
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
async fn interrupted_download_is_resumed_by_another_client() {
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
async fn complete_partial_file_is_verified_and_not_downloaded_again() {
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
    // Content of another file, complete but wrong content, and content that is too long.
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
async fn unverifiable_partial_file_is_neither_resumed_nor_kept() {
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
async fn file_replaced_during_download_is_not_mixed() {
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
async fn unsatisfiable_range_restarts_the_download() {
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
async fn expired_or_circular_link_is_an_error() {
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

/// Returns an error response with an endless body.
fn endless(status: u16, pause: Duration) -> Reply {
    let reason = "<Error><Code>AccessDenied</Code>";
    Reply::new(status).body(format!("{reason}{}", " ".repeat(10_000))).drip(reason.len(), pause)
}

#[tokio::test]
async fn an_error_of_the_storage_without_an_end_is_reported_in_time() {
    // One body stalls, the other never ends.
    let rows = [(403, Duration::from_secs(100)), (500, Duration::from_millis(50))];
    let cases = rows.into_iter().flat_map(|row| [(row, Some(Duration::from_secs(2))), (row, None)]);
    let cases = cases.map(|((status, pause), timeout)| async move {
        let storage = server(move |_| endless(status, pause));
        let file = listed(&storage.url(), b"x", None);
        let download = portal().downloadables().download(&file).retry(RetryPolicy::none()).idle_timeout(timeout);
        let begin = Instant::now();
        let error = download.to_writer(Vec::new()).await.expect_err("refused");
        let DownloadError::Storage(StorageError::Refused { status: received, code, .. }) = &error else {
            panic!("{error:?}")
        };
        assert_eq!((received.as_u16(), code.as_deref()), (status, Some("AccessDenied")));
        let limit = Duration::from_millis(if timeout.is_some() { 4500 } else { 12_000 });
        assert!(begin.elapsed() < limit, "{status} after {:?}", begin.elapsed());
    });
    let all = futures_util::future::join_all(cases);
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("an end");
}

/// Returns a folder inside another one that contains a file, which downloads must not change.
#[cfg(unix)]
fn folder_and_victim() -> (tempfile::TempDir, std::path::PathBuf) {
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(outside.path().join("downloads")).expect("a folder");
    let victim = outside.path().join("victim");
    std::fs::write(&victim, "precious").expect("written");
    (outside, victim)
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_place_of_the_partial_file_is_not_followed() {
    let content = bytes(900);
    for (sum, exists) in [(true, true), (false, true), (true, false), (false, false)] {
        let (outside, victim) = folder_and_victim();
        let path = outside.path().join("downloads/film.mp4");
        let linked = if exists { victim.clone() } else { outside.path().join("new") };
        std::os::unix::fs::symlink(&linked, outside.path().join("downloads/film.mp4.part")).expect("a link");
        let storage = torn(&content, true);
        let file = listed(&storage.url(), &content, sum.then(|| sha256(&content)));
        assert_eq!(portal().downloadables().download(&file).to_path(&path).await.expect("the content"), 900);
        assert_eq!(std::fs::read(&victim).expect("a file"), b"precious");
        assert_eq!(linked.exists(), exists);
        assert!(std::fs::symlink_metadata(&path).expect("a file").is_file());
        assert_eq!(std::fs::read(&path).expect("a file"), content);
        assert_eq!(std::fs::read_dir(outside.path().join("downloads")).expect("a folder").count(), 1);
    }
}

#[tokio::test]
async fn concurrent_downloads_to_one_path_do_not_mix_content() {
    for has_sum in [true, false] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("film.mp4");
        let (slow, fast) = (vec![1; 3000], vec![2; 5000]);
        let dripping = |content: &[u8], pause| {
            let content = content.to_vec();
            server(move |_| Reply::new(200).body(content.clone()).drip(500, Duration::from_millis(pause)))
        };
        let storages = (dripping(&slow, 400), dripping(&fast, 10));
        let sum = |content: &[u8]| has_sum.then(|| sha256(content));
        let first = listed(&storages.0.url(), &slow, sum(&slow));
        let second = listed(&storages.1.url(), &fast, sum(&fast));
        let (first, second) = tokio::join!(portal().downloadables().download(&first).to_path(&path), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            portal().downloadables().download(&second).to_path(&path).await
        });
        assert_eq!(second.expect("the content"), 5000);
        let error = first.expect_err("the other one took its place");
        assert!(chain(&error).contains("another download"), "{}", chain(&error));
        assert_eq!(std::fs::read(&path).expect("a file"), fast);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}

#[tokio::test]
async fn download_to_a_folder_stays_inside_with_any_name() {
    let content = bytes(900);
    let storage = torn(&content, true);
    let outside = tempfile::tempdir().expect("a folder");
    let folder = outside.path().join("downloads");
    std::fs::create_dir(&folder).expect("a folder");
    let absolute = outside.path().join("absolute.txt").display().to_string();
    let rows = [
        ("film.mp4", "film.mp4"),
        ("../escaped.txt", "_._escaped.txt"),
        ("a/b\\c.txt", "a_b_c.txt"),
        ("..", "_"),
        ("", "_"),
        ("nul.txt", "_nul.txt"),
        ("a\0b.txt", "a_b.txt"),
        (&*absolute, &*absolute.replace('/', "_").replace(['\\', ':'], "_")),
    ];
    for (name, expected) in rows {
        let mut file = listed(&storage.url(), &content, Some(sha256(&content)));
        file.name = name.to_owned();
        let path = portal().downloadables().download(&file).to_folder(&folder).await.expect("the content");
        assert_eq!(path, folder.join(expected), "{name}");
        assert_eq!(std::fs::read(&path).expect("a file"), content);
        std::fs::remove_file(&path).expect("removed");
    }
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0);
    assert_eq!(std::fs::read_dir(outside.path()).expect("a folder").count(), 1);
}

#[tokio::test]
async fn downloadable_link_returns_its_redirect_target() {
    const ADDRESS: &str = "https://storage.example/s3cret/film.mp4?X-Amz-Signature=s3cret";
    let replies = |request: &Request| match request.path.rsplit('/').next() {
        Some("known") => Reply::new(302).header("location", ADDRESS),
        Some("relative") => Reply::new(302).header("location", "/s3cret"),
        Some("nowhere") => Reply::new(302),
        Some("content") => Reply::json(200, &json!(null)),
        _ => Reply::json(404, &json!({ "error": "ResourceNotFound", "detail": "Not found" })),
    };
    let api = server(replies);
    let builder = CustomerPortal::builder().token("polar_cst_secret").retry(RetryPolicy::none());
    let portal = builder.base_url(&api.url()).expect("a URL").build().expect("a client");
    let downloadables = portal.downloadables();

    assert_eq!(downloadables.get("known").await.expect("an address").as_str(), ADDRESS);
    let response = downloadables.get("known").with_response().await.expect("an address");
    assert_eq!((response.raw.status.as_u16(), response.value.as_str()), (302, ADDRESS));
    let shown = format!("{:?}", response.raw);
    assert!(!shown.contains("s3cret") && shown.contains("location"), "{shown}");
    assert_eq!(api.requests()[0].header("authorization"), None);

    let operation = &polar_client::operations::CUSTOMER_PORTAL_DOWNLOADABLES_GET;
    assert!(matches!(operation.success(), polar_client::operation::Success::Redirect));
    let decoded = portal.call_json(operation).path("token", "known").await.expect("an address");
    assert_eq!((decoded.to_json(), format!("{decoded:?}")), (json!(ADDRESS), "Redirect(..)".to_owned()));

    for token in ["relative", "nowhere", "content"] {
        let error = downloadables.get(token).await.expect_err("no address");
        assert_eq!(error.kind(), polar_client::ErrorKind::Decode);
        assert!(!format!("{error:?} {}", chain(&error)).contains("s3cret"), "{error:?}");
        assert!(chain(&error).contains("`Location`"), "{}", chain(&error));
    }
    assert!(downloadables.get("unknown").await.expect_err("it is not there").is_not_found());
}
