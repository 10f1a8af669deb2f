//! Refreshing tokens during calls.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_calls_with_an_expired_token_refresh_once() {
    let server = rotating(Duration::from_millis(50));
    let session = confidential(&server).session(expired()).build().expect("a session");
    let polar = client_of(&session);
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(polar.customers().list().into_future())).collect();
    for call in calls {
        call.await.expect("no panic").expect("a page");
    }
    assert_eq!(count(&server, "/v1/oauth2/token"), 1);
    assert_eq!(count(&server, "/v1/customers/"), 50);
    assert_eq!(session.tokens().access_token(), "polar_at_u_2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_refused_calls_share_one_refresh_and_are_retried() {
    let server = rotating(Duration::from_millis(50));
    let session = confidential(&server).session(valid()).build().expect("a session");
    let polar = client_of(&session);
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(polar.customers().list().into_future())).collect();
    for call in calls {
        call.await.expect("no panic").expect("a page");
    }
    assert_eq!(count(&server, "/v1/oauth2/token"), 1);
    assert!(count(&server, "/v1/customers/") <= 100);
}

/// Returns the requested one of five pages, each with one event type named after its page number.
fn event_types(request: &Request) -> Reply {
    let page = request.query.iter().find(|(name, _)| name == "page").map_or("", |(_, page)| page.as_str());
    let event_type = json!({
        "id": ID.to_string(), "organization_id": ID.to_string(), "created_at": "2026-11-20T11:07:44Z",
        "modified_at": null, "name": page, "label": "x", "label_property_selector": null, "source": "user",
        "occurrences": 1, "first_seen": "2026-11-20T11:07:44", "last_seen": "2026-11-20T11:07:44",
    });
    Reply::json(200, &json!({ "items": [event_type], "pagination": { "total_count": 5, "max_page": 5 } }))
}

/// Serves five pages of one item each. Each token is valid for one page; `expires_in` is the lifetime that the server
/// claims.
fn a_token_a_page(expires_in: i64) -> Server {
    let issued = Mutex::new((1, false));
    server(move |request| {
        let mut issued = issued.lock().expect("a lock");
        let (newest, used) = *issued;
        if request.path == "/v1/oauth2/token" {
            *issued = (newest + 1, false);
            let mut answer = answer(newest + 1);
            (answer["expires_in"], answer["scope"]) = (json!(expires_in), json!("events:read"));
            return Reply::json(200, &answer);
        }
        if used || request.header("authorization") != Some(&*format!("Bearer polar_at_u_{newest}")) {
            return unauthorized();
        }
        issued.1 = true;
        event_types(request)
    })
}

#[tokio::test]
async fn stream_refreshes_tokens_that_expire_between_pages() {
    // The first server claims that its tokens are about to expire, the second that they last.
    for (expires_in, pages) in [(1, 5), (3600, 5)] {
        let server = a_token_a_page(expires_in);
        let session = confidential(&server).session(expired()).build().expect("a session");
        let mut stream = client_of(&session).event_types().list().stream();
        let mut names = Vec::new();
        while let Some(item) = stream.next().await {
            names.push(item.expect("an item").name);
        }
        assert_eq!(names, ["1", "2", "3", "4", "5"], "tokens that expire in {expires_in} s");
        let accepted: Vec<String> = (2..7).map(|n| format!("Bearer polar_at_u_{n}")).collect();
        let requests = server.requests();
        let lists: Vec<&Request> = requests.iter().filter(|request| request.path == "/v1/event-types/").collect();
        let mut sent: Vec<&str> = lists.iter().filter_map(|request| request.header("authorization")).collect();
        sent.dedup();
        assert_eq!(sent, accepted);
        assert_eq!(count(&server, "/v1/oauth2/token"), pages);
        // A token that the server rejects costs one more request; one that is known to expire does not.
        assert_eq!(lists.len(), if expires_in == 1 { 5 } else { 9 });
    }
}

#[tokio::test]
async fn pages_that_are_read_ahead_have_fresh_tokens_too() {
    let newest = Mutex::new(1);
    let server = server(move |request| {
        let mut newest = newest.lock().expect("a lock");
        if request.path == "/v1/oauth2/token" {
            *newest += 1;
            let mut answer = answer(*newest);
            (answer["expires_in"], answer["scope"]) = (json!(1), json!("events:read"));
            return Reply::json(200, &answer);
        }
        match request.header("authorization") {
            Some("Bearer polar_at_u_1") | None => unauthorized(),
            Some(_) => event_types(request),
        }
    });
    let session = confidential(&server).session(expired()).build().expect("a session");
    let mut stream = client_of(&session).event_types().list().stream().read_ahead(3);
    let mut names = Vec::new();
    while let Some(item) = stream.next().await {
        names.push(item.expect("an item").name);
    }
    assert_eq!(names, ["1", "2", "3", "4", "5"]);
    assert_eq!(count(&server, "/v1/event-types/"), 5, "no page was refused for its token");
    // Pages that are requested concurrently may share a refresh.
    assert!((3..=5).contains(&count(&server, "/v1/oauth2/token")), "{}", count(&server, "/v1/oauth2/token"));
}

#[tokio::test]
async fn refused_post_is_resent_with_its_body() {
    let server = rotating(Duration::ZERO);
    let session = confidential(&server).session(valid()).build().expect("a session");
    let body = polar_client::types::CheckoutProductsCreate::new([ID.into()]);
    let error = client_of(&session).checkouts().create(body).await.expect_err("a page is no checkout");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    let posts: Vec<Request> =
        server.requests().into_iter().filter(|request| request.path == "/v1/checkouts/").collect();
    assert_eq!(posts.len(), 2);
    assert_eq!(posts[0].body, posts[1].body);
    assert_eq!(posts[1].header("authorization"), Some("Bearer polar_at_u_2"));
}

#[tokio::test]
async fn refreshed_token_that_is_refused_is_not_refreshed_again() {
    let server = server(|request| match &*request.path {
        "/v1/oauth2/token" => Reply::json(200, &answer(2)),
        _ => unauthorized(),
    });
    let session = confidential(&server).session(expired()).build().expect("a session");
    let error = client_of(&session).customers().list().await.expect_err("an error");
    assert!(error.is_unauthorized() && error.kind() == ErrorKind::Status, "{error}");
    // Once because the token had expired, and once because it was rejected.
    assert_eq!(count(&server, "/v1/oauth2/token"), 2);
    assert_eq!(count(&server, "/v1/customers/"), 2);
}

#[tokio::test]
async fn other_refusals_and_fixed_tokens_refresh_nothing() {
    let server = server(|request| match &*request.path {
        "/v1/customers/" => unauthorized(),
        _ => Reply::json(401, &json!({ "error": "Unauthorized", "detail": "Unauthorized" })),
    });
    let session = confidential(&server).session(valid()).build().expect("a session");
    client_of(&session).orders().list().await.expect_err("an error");
    let alone = Tokens::new("polar_at_u_1", in_seconds(-10));
    let session = confidential(&server).session(alone).build().expect("a session");
    let error = client_of(&session).customers().list().await.expect_err("an error");
    assert_eq!(error.api().and_then(|error| error.name.as_deref()), Some("invalid_token"));
    let fixed = Polar::builder().token("polar_at_u_1").server(environment(&server)).build().expect("a client");
    fixed.customers().list().await.expect_err("an error");
    assert_eq!((count(&server, "/v1/oauth2/token"), server.requests().len()), (0, 3));
}

#[tokio::test]
async fn token_is_refreshed_shortly_before_it_expires() {
    for (early, refreshes) in [(60, 1), (10, 0)] {
        let server = server(|request| match &*request.path {
            "/v1/oauth2/token" => Reply::json(200, &answer(2)),
            _ => page(),
        });
        let tokens = Tokens::new("polar_at_u_1", in_seconds(40)).with_refresh_token("polar_rt_u_1");
        let session = confidential(&server).session(tokens).refresh_early(Duration::from_secs(early));
        client_of(&session.build().expect("a session")).customers().list().await.expect("a page");
        assert_eq!(count(&server, "/v1/oauth2/token"), refreshes, "{early} seconds early");
    }
}

#[tokio::test]
async fn token_is_used_until_it_expires_if_early_refresh_fails() {
    let server = server(|request| match &*request.path {
        "/v1/oauth2/token" => Reply::new(503),
        _ => page(),
    });
    let tokens = Tokens::new("polar_at_u_1", in_seconds(40)).with_refresh_token("polar_rt_u_1");
    let session = confidential(&server).session(tokens).build().expect("a session");
    client_of(&session).customers().list().await.expect("a page");
    let last = server.requests().pop().expect("a request");
    assert_eq!(last.header("authorization"), Some("Bearer polar_at_u_1"));
}

#[tokio::test]
async fn rotated_tokens_go_to_the_hook_before_the_call_is_sent() {
    let server = rotating(Duration::ZERO);
    let stored: Arc<Mutex<Vec<Tokens>>> = Arc::default();
    let store = Arc::clone(&stored);
    let session = confidential(&server).session(expired()).on_refresh(move |tokens| {
        let store = Arc::clone(&store);
        async move { store.lock().expect("a lock").push(tokens) }
    });
    let session = session.build().expect("a session");
    client_of(&session).customers().list().await.expect("a page");
    session.refresh().await.expect("tokens");
    let stored = stored.lock().expect("a lock").clone();
    let tokens: Vec<_> = stored.iter().map(|tokens| tokens.refresh_token().expect("a token")).collect();
    assert_eq!(tokens, ["polar_rt_u_2", "polar_rt_u_3"]);
    assert_eq!(*stored.last().expect("tokens"), session.tokens());

    // Another run of the program restores the stored tokens.
    let json = serde_json::to_string(stored.last().expect("tokens")).expect("JSON");
    let tokens: Tokens = serde_json::from_str(&json).expect("tokens");
    assert_eq!(tokens, session.tokens());
    let session = confidential(&server).session(tokens).build().expect("a session");
    client_of(&session).customers().list().await.expect("a page");
}

#[tokio::test]
async fn refresh_completes_if_the_call_is_dropped() {
    let server = rotating(Duration::from_millis(300));
    let session = confidential(&server).session(expired()).build().expect("a session");
    let polar = client_of(&session);
    let call = polar.customers().list().into_future();
    tokio::time::timeout(Duration::from_millis(100), call).await.expect_err("the call is dropped");
    polar.customers().list().await.expect("a page");
    assert_eq!(session.tokens().refresh_token(), Some("polar_rt_u_2"));
    assert_eq!(count(&server, "/v1/oauth2/token"), 1);
}

/// Returns the error of the refresh that a call needed.
fn refresh_error(error: &Error) -> &Error {
    std::error::Error::source(error).and_then(|source| source.downcast_ref()).expect("the error of the refresh")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refused_refresh_token_fails_all_calls_without_retry() {
    let server = server(|request| match &*request.path {
        "/v1/oauth2/token" => Reply::json(400, &json!({ "error": "invalid_grant", "error_description": "Revoked." }))
            .delay(Duration::from_millis(50)),
        _ => page(),
    });
    let session = confidential(&server).session(expired()).build().expect("a session");
    let polar = client_of(&session);
    let calls: Vec<_> = (0..20).map(|_| tokio::spawn(polar.customers().list().into_future())).collect();
    for call in calls {
        let error = call.await.expect("no panic").expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Token, "{error}");
        assert_eq!(error.to_string(), "`customers:list` has no valid token, and it could not be refreshed");
        assert_eq!(refresh_error(&error).api().and_then(|error| error.name.as_deref()), Some("invalid_grant"));
        assert!(refresh_error(&error).to_string().contains("Revoked."), "{error}");
        assert_eq!(error.operation().map(|operation| operation.id()), Some("customers:list"));
    }
    client_of(&session).customers().list().await.expect_err("an error");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn refresh_that_failed_in_passing_is_tried_by_the_next_call() {
    let attempts = AtomicUsize::new(0);
    let server = server(move |request| match &*request.path {
        "/v1/oauth2/token" if attempts.fetch_add(1, Ordering::SeqCst) == 0 => Reply::close(),
        "/v1/oauth2/token" => Reply::json(200, &answer(2)),
        _ => page(),
    });
    let session = confidential(&server).session(expired()).build().expect("a session");
    let polar = client_of(&session);
    let error = polar.customers().list().await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Token, "{error}");
    assert_eq!(refresh_error(&error).kind(), ErrorKind::Connection, "{error}");
    polar.customers().list().await.expect("a page");
    assert_eq!(count(&server, "/v1/oauth2/token"), 2);
}

#[tokio::test]
async fn settings_of_a_client_serve_for_its_requests_for_tokens() {
    let server = server(|_| Reply::new(429));
    let settings = Polar::builder().token("polar_oat_x").retry(RetryPolicy::none()).user_agent("shop/1");
    let client = OAuth2Client::builder("polar_ci_x", CALLBACK)
        .client_secret(SECRET)
        .settings(settings.base_url(&server.url()).expect("a URL"))
        .build()
        .expect("a client");
    client.introspect("polar_at_u_1").await.expect_err("an error");
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].header("user-agent"), requests[0].header("authorization")), (Some("shop/1"), None));
}

/// Creates a session whose first refresh gets this response with a new refresh token, and later ones valid responses.
async fn refreshed_by(first: Value) -> (Server, Session, Arc<Mutex<Vec<Tokens>>>) {
    let asked = AtomicUsize::new(0);
    let server = server(move |request| {
        if request.path != "/v1/oauth2/token" {
            let fresh = request.header("authorization") == Some("Bearer polar_at_u_3");
            return if fresh { page() } else { unauthorized() };
        }
        let sent = request.form().into_iter().find(|(name, _)| name == "refresh_token").map(|(_, value)| value);
        let asked = asked.fetch_add(1, Ordering::SeqCst) + 1;
        if sent != Some(format!("polar_rt_u_{asked}")) {
            return Reply::json(400, &json!({ "error": "invalid_grant" }));
        }
        Reply::json(200, &if asked == 1 { first.clone() } else { answer(asked + 1) })
    });
    let stored = Arc::new(Mutex::new(Vec::new()));
    let store = Arc::clone(&stored);
    let session = confidential(&server).session(expired()).on_refresh(move |tokens| {
        store.lock().expect("a lock").push(tokens);
        async {}
    });
    let session = session.build().expect("a session");
    (server, session, stored)
}

#[tokio::test]
async fn a_refresh_token_beside_an_unusable_access_token_is_kept() {
    let with = |name: &str, value: Value| {
        let mut answer = answer(2);
        answer[name] = value;
        answer
    };
    for unusable in
        [with("access_token", json!("line\nbreak")), with("access_token", json!("")), with("access_token", Value::Null)]
    {
        let (server, session, stored) = refreshed_by(unusable.clone()).await;
        let polar = client_of(&session);
        let error = polar.customers().list().await.expect_err("no token");
        assert_eq!(error.kind(), ErrorKind::Token, "{error:?}");
        let kept = session.tokens();
        assert_eq!((kept.access_token(), kept.refresh_token()), ("polar_at_u_1", Some("polar_rt_u_2")), "{unusable}");
        assert_eq!(*stored.lock().expect("a lock"), [kept], "it is handed out");

        polar.customers().list().await.expect("the next refresh has the new refresh token");
        assert_eq!(count(&server, "/v1/oauth2/token"), 2);
        assert_eq!(session.tokens().refresh_token(), Some("polar_rt_u_3"));
    }
}
