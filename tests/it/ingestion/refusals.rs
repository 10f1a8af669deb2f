//! Rejected events and batches are left out, split or retried.

use super::*;

#[tokio::test]
async fn wrong_events_are_reported_and_the_others_sent_without_them() {
    let store = EventStore::default();
    let server = server({
        let store = store.clone();
        move |request| match issues(request) {
            issues if issues.is_empty() => store.take(request),
            issues => refusal(issues.into()),
        }
    });
    let (ingestor, mut reports) = reporting(patient(&server));
    for name in ["a", "bad", "b", "c", "bad", "d"] {
        ingestor.push(event(name).external_id(format!("{name}-id"))).await.expect("room");
    }
    let totals = ingestor.flush().await;
    assert_eq!((totals.inserted, totals.rejected, totals.failed, totals.pending), (4, 2, 0, 0));
    assert_eq!(store.names(), ["a", "b", "c", "d"]);
    assert_eq!(sizes(&server), [6, 4]);

    let report = next(&mut reports).await;
    assert_eq!((report.events, report.inserted, report.duplicates), (6, 4, 0));
    assert!(report.failed.is_none());
    assert_eq!(report.to_string(), "6 events: 4 inserted, 0 duplicates, 2 rejected");
    let places: Vec<String> = report.rejected.iter().map(|wrong| wrong.issues[0].to_string()).collect();
    assert_eq!(places, ["body.events[1].name: Bad name.", "body.events[4].name: Bad name."]);
    for wrong in &report.rejected {
        assert_eq!(wrong.issues.len(), 1);
        assert_eq!(format!("{:?}", wrong.event), format!("ReturnedEvent({} bytes)", wrong.event.json().len()));
        assert_eq!(decoded([&wrong.event]), [event("bad").external_id("bad-id").into()]);
    }
}

#[tokio::test]
async fn events_rejected_one_at_a_time_are_left_out_one_at_a_time() {
    let store = EventStore::default();
    let server = server({
        let store = store.clone();
        move |request| match issues(request).into_iter().next_back() {
            None => store.take(request),
            Some(issue) => refusal(json!([issue])),
        }
    });
    let (ingestor, mut reports) = reporting(patient(&server));
    for (number, name) in ["bad", "a", "bad", "bad", "b"].into_iter().enumerate() {
        ingestor.push(event(name).external_id(format!("id-{number}"))).await.expect("room");
    }
    ingestor.flush().await;
    assert_eq!(sizes(&server), [5, 4, 3, 2]);
    assert_eq!(store.names(), ["a", "b"]);
    let report = next(&mut reports).await;
    let ids = report.rejected.iter().map(|wrong| match wrong.event.decode().expect("an event") {
        EventCreate::ExternalCustomer(event) => event.external_id.into_value().expect("an id"),
        other => panic!("{other:?}"),
    });
    assert_eq!(ids.collect::<Vec<_>>(), ["id-3", "id-2", "id-0"]);
}

#[tokio::test]
async fn a_batch_of_wrong_events_is_not_sent_again() {
    let server = server(|request| refusal(issues(request).into()));
    let (ingestor, mut reports) = reporting(patient(&server));
    push_all(&ingestor, &["bad".to_owned(), "bad".to_owned()]).await;
    assert_eq!(ingestor.flush().await.rejected, 2);
    assert_eq!(sizes(&server), [2]);
    assert!(next(&mut reports).await.failed.is_none());
}

#[tokio::test]
async fn rejection_without_event_is_narrowed_down_by_splitting() {
    let strange = [
        json!("Too much."),
        json!([{ "type": "missing", "loc": ["body", "events"], "msg": "Field required" }]),
        json!([{ "type": "missing", "loc": ["body", "events", 99, "name"], "msg": "Field required" }]),
        json!([{ "type": "missing", "loc": ["body", "events", -1, "name"], "msg": "Field required" }]),
        json!([{ "type": "missing", "loc": ["query", "events", 0], "msg": "Field required" }]),
    ];
    for detail in strange {
        let store = EventStore::default();
        let server = server({
            let store = store.clone();
            move |request| match issues(request).len() {
                0 => store.take(request),
                _ => refusal(detail.clone()),
            }
        });
        let (ingestor, mut reports) = reporting(patient(&server));
        push_all(&ingestor, &["a", "b", "bad", "c", "d"].map(str::to_owned)).await;
        let totals = ingestor.flush().await;
        assert_eq!((totals.inserted, totals.rejected, totals.failed, totals.pending), (4, 1, 0, 0));
        assert_eq!(sizes(&server), [5, 3, 2, 1, 2]);
        assert_eq!(store.names(), ["a", "b", "c", "d"]);
        let report = next(&mut reports).await;
        let [rejected] = &report.rejected[..] else { panic!("{report:?}") };
        let event: Value = serde_json::from_slice(rejected.event.json()).expect("JSON");
        assert_eq!(event["name"], "bad");
        assert_eq!((rejected.status.as_u16(), rejected.issues.len()), (422, 0));
    }
}

#[tokio::test]
async fn too_large_batch_is_split_until_accepted() {
    let store = EventStore::default();
    let server = server({
        let store = store.clone();
        move |request| match request.body.len() {
            0..=1000 => store.take(request),
            _ => Reply::json(413, &json!({ "error": "RequestBodyTooLarge", "detail": "Too large." })),
        }
    });
    let (ingestor, mut reports) = reporting(patient(&server));
    push_all(&ingestor, &numbered(20)).await;
    ingestor.push(event("x".repeat(2000)).external_id("large")).await.expect("room");
    push_all(&ingestor, &["last".to_owned()]).await;
    let totals = ingestor.flush().await;
    assert_eq!((totals.inserted, totals.rejected, totals.failed, totals.pending), (21, 1, 0, 0));
    assert_eq!(store.names()[..20], numbered(20));
    // Accepted requests are in the order of the pushes.
    let passed = server.requests().into_iter().filter(|request| request.body.len() <= 1000);
    let order: Vec<String> = passed.flat_map(|request| sent(&request)).map(|event| text(&event["name"])).collect();
    assert_eq!(order, [numbered(20), vec!["last".to_owned()]].concat());

    let report = next(&mut reports).await;
    assert_eq!(report.to_string(), "22 events: 21 inserted, 0 duplicates, 1 rejected");
    let [rejected] = &report.rejected[..] else { panic!("{report:?}") };
    assert_eq!((rejected.status.as_u16(), rejected.issues.len()), (413, 0));
    assert_eq!(decoded([&rejected.event]), [event("x".repeat(2000)).external_id("large").into()]);
}

#[tokio::test]
async fn refused_token_pauses_once_and_resumes() {
    let refusals = [
        Reply::json(401, &json!({ "error": "invalid_token", "error_description": "Revoked." })),
        Reply::json(403, &json!({ "error": "insufficient_scope", "error_description": "No." })),
        Reply::json(404, &json!({ "error": "ResourceNotFound", "detail": "Not found." })),
        Reply::text(200, "text/html", "<html>"),
    ];
    for reply in refusals {
        let (store, is_refused) = (EventStore::default(), Arc::new(AtomicBool::new(true)));
        let status = reply.clone();
        let server = server({
            let (store, is_refused) = (store.clone(), Arc::clone(&is_refused));
            move |request| if is_refused.load(Ordering::SeqCst) { status.clone() } else { store.take(request) }
        });
        let (sender, mut pauses) = mpsc::unbounded_channel();
        let on_pause = move |error: &Error| drop(sender.send(error.to_string()));
        // Failures that pause the ingestor do not use up the attempts of the policy.
        let builder = patient(&server).in_flight(4).batch_events(10).on_pause(on_pause);
        let (ingestor, mut reports) = reporting(builder);
        push_all(&ingestor, &numbered(100)).await;
        until(|| server.requests().len() > 20).await;
        assert!(ingestor.is_paused());
        // Four batches were in flight; since then, they are sent in turn.
        let mut probes: Vec<Vec<u8>> = server.requests().into_iter().map(|request| request.body).collect();
        probes.sort();
        probes.dedup();
        assert_eq!(probes.len(), 4);
        assert!(pauses.recv().await.expect("a pause").starts_with("`events:ingest`"));
        assert!(pauses.try_recv().is_err());
        let totals = ingestor.totals();
        assert_eq!((totals.pending, totals.failed, totals.rejected), (100, 0, 0));

        is_refused.store(false, Ordering::SeqCst);
        let totals = ingestor.flush().await;
        assert_eq!((totals.inserted, totals.failed, totals.pending), (100, 0, 0));
        assert!(!ingestor.is_paused());
        assert_eq!(store.names(), numbered(100));
        assert!(next(&mut reports).await.failed.is_none());

        // The next pause is reported, too.
        is_refused.store(true, Ordering::SeqCst);
        push_all(&ingestor, &["later".to_owned()]).await;
        let shutdown = tokio::spawn(async move { ingestor.shutdown(LONG).await });
        assert!(pauses.recv().await.is_some());
        is_refused.store(false, Ordering::SeqCst);
        assert_eq!(shutdown.await.expect("no panic").totals.inserted, 101);
        assert!(pauses.try_recv().is_err());
    }
}

#[tokio::test]
async fn events_have_external_ids_and_keep_those_they_had() {
    let store = EventStore::default();
    let server = store.server();
    let ingestor = patient(&server).start().expect("an ingestor");
    let customer = CustomerId::new(Uuid::from_u128(7));
    ingestor.push(event("mine").external_id("my-id")).await.expect("room");
    ingestor.push(event("none")).await.expect("room");
    let mut null = event("null");
    null.external_id = Patch::Null;
    ingestor.push(null).await.expect("room");
    ingestor.push(EventCreateCustomer::new("other", customer)).await.expect("room");
    ingestor.push(EventCreateCustomer::new("other", customer).external_id("my-other-id")).await.expect("room");
    ingestor.flush().await;

    let mut events = sent(&server.requests()[0]);
    let ids: Vec<String> = events.iter().map(|event| text(&event["external_id"])).collect();
    assert_eq!((ids[0].as_str(), ids[4].as_str()), ("my-id", "my-other-id"));
    let generated: Vec<Uuid> = ids[1..4].iter().map(|id| id.parse().expect("a UUID")).collect();
    assert!(generated.iter().all(|id| id.get_version_num() == 7), "{generated:?}");
    assert!(generated[0] < generated[1] && generated[1] < generated[2], "{generated:?}");
    events[0].as_object_mut().expect("an event").remove("timestamp").expect("a time");
    assert_eq!(events[0], json!({ "external_customer_id": "customer-1", "external_id": "my-id", "name": "mine" }));
    assert_eq!(events[4]["customer_id"], customer.to_string());
}

#[tokio::test]
async fn batch_with_a_lost_response_is_retried_and_stored_once() {
    let endings: [fn(Reply) -> Reply; 3] =
        [|_| Reply::close(), |reply| reply.reset_after(0), |reply| reply.truncate_after(5)];
    for ending in endings {
        let (store, count) = (EventStore::default(), AtomicUsize::new(0));
        let server = server({
            let store = store.clone();
            move |request| {
                let reply = store.take(request);
                if count.fetch_add(1, Ordering::SeqCst) == 0 { ending(reply) } else { reply }
            }
        });
        let (ingestor, mut reports) = reporting(patient(&server));
        push_all(&ingestor, &numbered(5)).await;
        let totals = ingestor.flush().await;
        assert_eq!((totals.inserted, totals.duplicates, totals.failed), (0, 5, 0));
        assert_eq!(next(&mut reports).await.to_string(), "5 events: 0 inserted, 5 duplicates");
        assert_eq!(store.names(), numbered(5));
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[0].body, requests[1].body);
    }
}

#[tokio::test]
async fn failed_batch_is_returned_and_can_be_pushed_again() {
    let (store, count) = (EventStore::default(), AtomicUsize::new(0));
    let server = server({
        let store = store.clone();
        move |request| match count.fetch_add(1, Ordering::SeqCst) {
            // The server stores the batch, but responds with an error.
            0 => {
                drop(store.take(request));
                Reply::text(500, "text/plain", "Internal Server Error")
            }
            1 => Reply::new(429).header("retry-after", "0"),
            2 => Reply::close(),
            _ => store.take(request),
        }
    });
    let (ingestor, mut reports) = reporting(patient(&server));
    push_all(&ingestor, &numbered(4)).await;
    assert_eq!(ingestor.flush().await.failed, 4);
    assert_eq!(server.requests().len(), 3);
    let report = next(&mut reports).await;
    assert!(
        report.to_string().starts_with("4 events: 0 inserted, 0 duplicates, 4 failed: `events:ingest` got no answer")
    );
    let failed = report.failed.expect("a failure");
    assert_eq!(failed.error.kind(), ErrorKind::Connection, "{}", failed.error);

    ingestor.push_all(failed.events).await.expect("room");
    let totals = ingestor.shutdown(LONG).await.totals;
    assert_eq!((totals.pushed, totals.failed, totals.inserted, totals.duplicates), (8, 4, 0, 4));
    assert_eq!(store.names(), numbered(4));
}

#[tokio::test]
async fn retries_are_those_of_the_ingestor_if_it_has_any() {
    let server = server(|_| Reply::new(503));
    let policy = RetryPolicy::default().attempts(5).first_delay(Duration::from_millis(1));
    let ingestor = patient(&server).retry(policy).start().expect("an ingestor");
    push_all(&ingestor, &numbered(1)).await;
    assert_eq!(ingestor.shutdown(LONG).await.totals.failed, 1);
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn timeout_returns_the_events() {
    let gate = Arc::new(Gate::default());
    let server = server({
        let gate = Arc::clone(&gate);
        move |_| {
            gate.pass();
            Reply::new(500)
        }
    });
    let builder = patient(&server).timeout(Duration::from_millis(20));
    let (ingestor, mut reports) = reporting(builder);
    push_all(&ingestor, &numbered(2)).await;
    ingestor.shutdown(LONG).await;
    let failed = next(&mut reports).await.failed.expect("a failure");
    assert!(failed.error.is_timeout(), "{}", failed.error);
    assert_eq!(failed.events.len(), 2);
    gate.open();
}

#[tokio::test]
async fn events_have_the_time_of_their_push_and_keep_that_they_had() {
    let store = EventStore::default();
    let server = store.server();
    let ingestor = patient(&server).start().expect("an ingestor");
    let times = |server: &Server| -> Vec<DateTime<Utc>> {
        let events = server.requests().iter().flat_map(sent).collect::<Vec<_>>();
        events.iter().map(|event| text(&event["timestamp"]).parse().expect("a time")).collect()
    };
    let own: DateTime<Utc> = "2026-01-02T03:04:05.678Z".parse().expect("a time");
    ingestor.push(event("own").timestamp(own)).await.expect("room");
    let before = Utc::now();
    push_all(&ingestor, &numbered(2)).await;
    let customer = CustomerId::new("00000000-0000-4000-8000-000000000007".parse().expect("a UUID"));
    ingestor.push(EventCreateCustomer::new("other", customer)).await.expect("room");
    let after = Utc::now();
    tokio::time::sleep(Duration::from_millis(20)).await;
    ingestor.flush().await;
    let stamped = times(&server);
    assert_eq!(stamped[0], own);
    assert!(stamped[1..].is_sorted() && stamped.len() == 4, "{stamped:?}");
    for time in &stamped[1..] {
        assert!((before - *time).num_microseconds() <= Some(0) && *time <= after, "{before} {time} {after}");
        assert_eq!(time.timestamp_subsec_nanos() % 1000, 0);
    }
    assert!(text(&sent(&server.requests()[0])[1]["timestamp"]).ends_with('Z'));

    // Returned events keep their timestamp.
    ingestor.shutdown(LONG).await;
    let returned = ingestor.push(event("late")).await.expect_err("it is shut down").into_events();
    let time = match returned[0].decode().expect("an event") {
        EventCreate::ExternalCustomer(event) => event.timestamp,
        other => panic!("{other:?}"),
    };
    tokio::time::sleep(Duration::from_millis(5)).await;
    let ingestor = patient(&server).start().expect("an ingestor");
    ingestor.push_all(returned).await.expect("room");
    ingestor.flush().await;
    assert_eq!(times(&server).last(), time.as_ref());
}

#[tokio::test]
async fn events_ahead_of_the_servers_clock_are_retried_and_invalid_times_rejected() {
    let store = EventStore::default();
    let behind = Duration::from_millis(300);
    let server = server({
        let store = store.clone();
        move |request| {
            let events = sent(request);
            let is_early = |event: &Value| {
                text(&event["timestamp"]).parse::<DateTime<Utc>>().expect("a time") + behind > Utc::now()
            };
            let early = events.iter().enumerate().filter(|(_, event)| is_early(event));
            let issue = |index| json!({ "type": "value_error", "loc": ["body", "events", index, "timestamp"], "msg": "Future." });
            match early.map(|(index, _)| issue(index)).collect::<Vec<_>>() {
                issues if issues.is_empty() => store.take(request),
                issues => refusal(issues.into()),
            }
        }
    });
    let (ingestor, mut reports) = reporting(patient(&server));
    push_all(&ingestor, &numbered(3)).await;
    ingestor.push(event("next year").timestamp(Utc::now() + Duration::from_secs(365 * 86400))).await.expect("room");
    ingestor.push(event("last year").timestamp(Utc::now() - Duration::from_secs(365 * 86400))).await.expect("room");
    let totals = ingestor.flush().await;
    assert_eq!((totals.inserted, totals.rejected, totals.failed, totals.pending), (4, 1, 0, 0));
    assert_eq!(store.names(), [numbered(3), vec!["last year".to_owned()]].concat());
    let report = next(&mut reports).await;
    assert!(String::from_utf8_lossy(report.rejected[0].event.json()).contains("next year"));
}
