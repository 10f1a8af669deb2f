//! Uploads that are resumed by another client or process.

use super::*;

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
async fn upload_is_resumed_from_its_saved_state_by_another_client() {
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
async fn running_upload_can_be_saved_after_each_part() {
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
    // Simulates a kill.
    drop(events);
    assert!(!state.parts_left().contains(&1), "{state:?}");
    let before = world.storage.requests().len();
    let session = world.polar().files().resume_upload(state.clone(), content.clone()).await.expect("a session");
    session.resume().await.expect("a file");
    assert_eq!(world.storage.requests().len() - before, state.parts_left().len());
    assert_eq!(world.content(), content);
}

#[tokio::test]
async fn resuming_an_upload_of_a_changed_file_fails_without_sending() {
    let world = World::new(|_, number| if number == 2 { Reply::new(403) } else { taken(number) });
    let content = bytes(30);
    let upload = world.polar().files().upload("a", "text/plain", content.clone()).part_size(10).concurrency(1);
    let state = upload.await.expect_err("part 2 is refused").into_session().expect("a session").state();
    let before = world.storage.requests().len();

    // Changes a part that was sent, one that was not, and the length.
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
