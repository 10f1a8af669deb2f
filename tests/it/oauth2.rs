//! Signing in with Polar, and tokens that are refreshed, over HTTP.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::ID;

use polar_client::oauth2::{AuthorizationError, OAuth2Client, Pending, Session, Tokens};
use polar_client::reqwest::Url;
use polar_client::types::{Scope, SubType};
use polar_client::{DateTime, Error, ErrorKind, Polar, RetryPolicy, ScopeSet, Server as Environment, Utc};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};

/// The verifier and the challenge of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CALLBACK: &str = "https://app.example/callback?from=polar";
const SECRET: &str = "polar_cs_secret";

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(reply).expect("a server")
}

fn environment(server: &Server) -> Environment {
    server.url().parse().expect("a URL")
}

/// A client with a secret.
fn confidential(server: &Server) -> OAuth2Client {
    let builder = OAuth2Client::builder("polar_ci_x", CALLBACK).client_secret(SECRET);
    builder.server(environment(server)).build().expect("a client")
}

/// A client without a secret.
fn public(server: &Server) -> OAuth2Client {
    OAuth2Client::builder("polar_ci_x", CALLBACK).server(environment(server)).build().expect("a client")
}

fn pending() -> Pending {
    Pending::from_parts("st ate", VERIFIER).expect("a state and a verifier")
}

fn in_seconds(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(Utc::now().timestamp() + seconds, 0).expect("a time")
}

fn expired() -> Tokens {
    Tokens::new("polar_at_u_1", in_seconds(-10)).with_refresh_token("polar_rt_u_1")
}

fn valid() -> Tokens {
    Tokens::new("polar_at_u_1", in_seconds(3600)).with_refresh_token("polar_rt_u_1")
}

fn client_of(session: &Session) -> Polar {
    Polar::builder().oauth2(session.clone()).build().expect("a client")
}

fn page() -> Reply {
    Reply::json(200, &json!({ "items": [], "pagination": { "total_count": 0, "max_page": 0 } }))
}

fn unauthorized() -> Reply {
    Reply::json(401, &json!({ "error": "invalid_token", "error_description": "It is expired." }))
}

fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The token of number `n`, as the server answers it.
fn answer(n: usize) -> Value {
    json!({
        "token_type": "Bearer", "access_token": format!("polar_at_u_{n}"), "expires_in": 3600,
        "refresh_token": format!("polar_rt_u_{n}"), "scope": "customers:read", "id_token": null,
    })
}

/// A server that takes only the newest token, and gives each refresh token's successor once.
fn rotating(delay: Duration) -> Server {
    let newest = Mutex::new(1);
    server(move |request| {
        let mut newest = newest.lock().expect("a lock");
        let now = *newest;
        if request.path != "/v1/oauth2/token" {
            let fresh = request.header("authorization") == Some(&*format!("Bearer polar_at_u_{now}")) && now > 1;
            return if fresh { page() } else { unauthorized() };
        }
        let sent = request.form().into_iter().find(|(name, _)| name == "refresh_token").map(|(_, value)| value);
        if sent != Some(format!("polar_rt_u_{now}")) {
            return Reply::json(400, &json!({ "error": "invalid_grant" }));
        }
        *newest = now + 1;
        Reply::json(200, &answer(now + 1)).delay(delay)
    })
}

fn count(server: &Server, path: &str) -> usize {
    server.requests().iter().filter(|request| request.path == path).count()
}

#[test]
fn authorization_url_has_state_challenge_and_scopes() {
    let client = OAuth2Client::builder("polar_ci_x", CALLBACK).build().expect("a client");
    let request = client.authorization([Scope::Openid, Scope::CustomersRead]).sub_type(SubType::Organization);
    let expected = format!(
        "https://polar.sh/oauth2/authorize?response_type=code&client_id=polar_ci_x&state=st+ate\
         &code_challenge={CHALLENGE}&code_challenge_method=S256\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fcallback%3Ffrom%3Dpolar\
         &scope=openid+customers%3Aread&sub_type=organization"
    );
    assert_eq!(request.url_for(&pending()).as_str(), expected);
}

#[test]
fn each_authorization_has_a_state_and_a_verifier_of_its_own() {
    let client = OAuth2Client::builder("polar_ci_x", CALLBACK).build().expect("a client");
    let (address, first) = client.authorization([]).prompt("consent").url();
    let (_, second) = client.authorization([]).url();
    assert_ne!(first.state(), second.state());
    assert_ne!(first.pkce_verifier(), second.pkce_verifier());
    assert!(first.state().len() >= 22 && first.pkce_verifier().len() >= 43);

    let value =
        |name: &str| address.query_pairs().find(|(other, _)| other == name).map(|(_, value)| value.into_owned());
    assert_eq!(value("state").as_deref(), Some(first.state()));
    assert_eq!(value("prompt").as_deref(), Some("consent"));
    assert_eq!(value("scope"), None);
    assert!(!address.as_str().contains(first.pkce_verifier()), "the verifier is not for the browser");
}

#[test]
fn people_consent_where_the_server_has_its_site() {
    let endpoint = |server: Environment| {
        let client = OAuth2Client::builder("polar_ci_x", CALLBACK).server(server).build().expect("a client");
        let url = client.authorization([]).url().0;
        format!("{}{}", url.origin().ascii_serialization(), url.path())
    };
    assert_eq!(endpoint(Environment::Production), "https://polar.sh/oauth2/authorize");
    assert_eq!(endpoint(Environment::Sandbox), "https://sandbox.polar.sh/oauth2/authorize");
    let own = Environment::Url(Url::parse("http://localhost:8000").expect("a URL"));
    assert_eq!(endpoint(own), "http://localhost:8000/v1/oauth2/authorize");

    let client = OAuth2Client::builder("polar_ci_x", CALLBACK).authorization_endpoint("http://localhost:3000/consent");
    let url = client.build().expect("a client").authorization([]).url().0;
    assert_eq!(url.as_str().split('?').next(), Some("http://localhost:3000/consent"));
}

#[test]
fn what_makes_no_client_is_named() {
    let message = |result: Result<OAuth2Client, Error>| match result {
        Err(error) if error.kind() == ErrorKind::Configuration => error.to_string(),
        other => panic!("{other:?}"),
    };
    let builder = OAuth2Client::builder;
    assert_eq!(message(builder("", CALLBACK).build()), "the OAuth 2 client's id is empty");
    assert_eq!(message(builder("x", CALLBACK).client_secret("").build()), "the OAuth 2 client's secret is empty");
    assert_eq!(message(builder("x", "callback").build()), "the redirect URI is invalid");
    assert_eq!(
        message(builder("x", "https://a.example/#b").build()),
        "the redirect URI has a fragment, which none may have"
    );
    let endpoint = builder("x", CALLBACK).authorization_endpoint("file:///consent");
    assert_eq!(message(endpoint.build()), "the address of the consent page is not of the scheme http or https");

    for verifier in ["", "short", &"x".repeat(129), &format!("{VERIFIER}=")] {
        let error = Pending::from_parts("state", verifier).expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("43 to 128"), "{error}");
    }
    assert!(Pending::from_parts("", VERIFIER).is_err());
    assert!(builder("x", CALLBACK).build().expect("a client").session(Tokens::new("", Utc::now())).build().is_err());
    let session = builder("x", CALLBACK).build().expect("a client").session(valid()).build().expect("a session");
    let both = Polar::builder().token("polar_oat_x").oauth2(session).build();
    let error = both.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("two tokens"), "{error}");
}

#[tokio::test]
async fn code_is_exchanged_with_verifier_and_secret() {
    let server = server(|_| Reply::json(200, &answer(7)));
    let before = Utc::now();
    let redirect = "https://app.example/callback?from=polar&code=polar_ac_1%2B&state=st+ate#top";
    let tokens = confidential(&server).exchange(pending(), redirect).await.expect("tokens");

    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!((&*requests[0].method, &*requests[0].path), ("POST", "/v1/oauth2/token"));
    assert_eq!(requests[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(requests[0].header("authorization"), None);
    let mut form = requests[0].form();
    form.sort();
    assert_eq!(
        form,
        fields(&[
            ("client_id", "polar_ci_x"),
            ("client_secret", SECRET),
            ("code", "polar_ac_1+"),
            ("code_verifier", VERIFIER),
            ("grant_type", "authorization_code"),
            ("redirect_uri", CALLBACK),
        ])
    );
    assert_eq!((tokens.access_token(), tokens.refresh_token()), ("polar_at_u_7", Some("polar_rt_u_7")));
    assert_eq!(tokens.scopes(), Some(&ScopeSet::from([Scope::CustomersRead])));
    assert!(!tokens.is_expired());
    let lifetime = (tokens.expires_at() - before).num_seconds();
    assert!((3600..3660).contains(&lifetime), "{lifetime}");
}

#[tokio::test]
async fn public_client_sends_no_secret() {
    let server = server(|_| Reply::json(200, &answer(2)));
    let client = public(&server);
    client.exchange(pending(), "code=polar_ac_1&state=st+ate").await.expect("tokens");
    client.refresh(&expired()).await.expect("tokens");
    let forms: Vec<Vec<(String, String)>> = server.requests().iter().map(Request::form).collect();
    assert!(forms.iter().flatten().all(|(name, _)| name != "client_secret"), "{forms:?}");
    assert_eq!(forms[0].iter().find(|(name, _)| name == "code_verifier").map(|(_, value)| &**value), Some(VERIFIER));
    let mut form = forms[1].clone();
    form.sort();
    let expected = [("client_id", "polar_ci_x"), ("grant_type", "refresh_token"), ("refresh_token", "polar_rt_u_1")];
    assert_eq!(form, fields(&expected));

    for error in [client.revoke(&valid()).await.unwrap_err(), client.introspect("x").await.unwrap_err()] {
        let operation = error.operation().expect("an operation").id();
        let expected =
            format!("`{operation}` cannot be called: it needs the client's secret, and this client has none");
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn redirect_that_gives_no_code_is_refused_before_anything_is_sent() {
    let server = server(|_| Reply::json(200, &answer(2)));
    let client = confidential(&server);
    let refused = |error: &str, description: Option<&str>| AuthorizationError::Refused {
        error: error.to_owned(),
        description: description.map(str::to_owned),
    };
    let rows = [
        ("code=x&state=other", AuthorizationError::StateMismatch),
        ("code=x&state=", AuthorizationError::StateMismatch),
        ("code=x&state=st+at", AuthorizationError::StateMismatch),
        ("error=access_denied&state=other", AuthorizationError::StateMismatch),
        ("code=x", AuthorizationError::Missing { parameter: "state" }),
        ("state=st+ate", AuthorizationError::Missing { parameter: "code" }),
        ("", AuthorizationError::Missing { parameter: "state" }),
        ("error=access_denied&state=st+ate", refused("access_denied", None)),
        ("error=invalid_scope&error_description=No+such%0Ascope", refused("invalid_scope", Some("No such\nscope"))),
    ];
    for (query, expected) in rows {
        for redirect in [query.to_owned(), format!("https://app.example/callback?{query}")] {
            let error = client.exchange(pending(), &redirect).await.expect_err("an error");
            assert_eq!(error.kind(), ErrorKind::Authorization);
            assert_eq!(error.authorization(), Some(&expected), "{redirect}");
        }
    }
    assert_eq!(server.requests().len(), 0);
    let error = Error::from(refused("invalid_scope", Some("No such\nscope")));
    let text = format!("{:#}", anyhow::Error::from(error));
    assert_eq!(text, "access was not granted: the answer is `invalid_scope`: No such\\nscope");
}

#[tokio::test]
async fn code_and_refresh_token_are_sent_once_when_the_server_fails() {
    let server = server(|_| Reply::new(502));
    let client = confidential(&server);
    let error = client.exchange_code(pending(), "st ate", "polar_ac_1").await.expect_err("an error");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
    client.refresh(&expired()).await.expect_err("an error");
    assert_eq!(server.requests().len(), 2);

    let error = client.refresh(&Tokens::new("polar_at_u_1", Utc::now())).await.expect_err("an error");
    assert_eq!(error.to_string(), "`oauth2:request_token` cannot be called: there is no refresh token");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn refresh_keeps_what_the_answer_does_not_mention() {
    let server = server(|_| {
        Reply::json(
            200,
            &json!({ "token_type": "Bearer", "access_token": "polar_at_u_2", "expires_in": i64::MAX, "scope": "" }),
        )
    });
    let old = expired().with_scopes([Scope::OrdersRead]);
    let tokens = confidential(&server).refresh(&old).await.expect("tokens");
    assert_eq!((tokens.access_token(), tokens.refresh_token()), ("polar_at_u_2", Some("polar_rt_u_1")));
    assert_eq!(tokens.scopes(), Some(&ScopeSet::from([Scope::OrdersRead])));
    assert_eq!(tokens.expires_at(), DateTime::<Utc>::MAX_UTC);
}

#[tokio::test]
async fn revoking_names_the_refresh_token_or_the_access_token() {
    let server = server(|_| Reply::json(200, &json!({})));
    let client = confidential(&server);
    client.revoke(&valid()).await.expect("an answer");
    client.revoke(&Tokens::new("polar_at_u_1", Utc::now())).await.expect("an answer");
    let rows = [("polar_rt_u_1", "refresh_token"), ("polar_at_u_1", "access_token")];
    for (request, (token, hint)) in server.requests().iter().zip(rows) {
        let mut form = request.form();
        form.sort();
        let expected =
            [("client_id", "polar_ci_x"), ("client_secret", SECRET), ("token", token), ("token_type_hint", hint)];
        assert_eq!((&*request.path, form), ("/v1/oauth2/revoke", fields(&expected)));
    }
}

#[tokio::test]
async fn introspection_teaches_a_client_its_scopes() {
    let server = server(|request| {
        let active = request.form().contains(&("token".to_owned(), "polar_at_u_1".to_owned()));
        Reply::json(
            200,
            &if !active {
                json!({ "active": false })
            } else {
                json!({
                    "active": true, "client_id": "polar_ci_x", "token_type": "Bearer",
                    "scope": "openid customers:read brand:new", "sub_type": "user", "sub": "0f50c623", "exp": 1796037061,
                    "organizations": ["4ed52778"],
                })
            },
        )
    });
    let client = confidential(&server);
    let known = client.introspect("polar_at_u_1").await.expect("an answer");
    assert!(known.active);
    assert_eq!(known.scopes.to_string(), "brand:new customers:read openid");
    assert_eq!(known.expires_at.map(|time| time.timestamp()), Some(1796037061));
    assert_eq!((known.subject.as_deref(), known.subject_type), (Some("0f50c623"), Some(SubType::User)));
    assert_eq!(known.organizations, ["4ed52778"]);
    let unknown = client.introspect("polar_at_u_0").await.expect("an answer");
    assert!(!unknown.active && unknown.scopes.is_empty() && unknown.expires_at.is_none());

    let polar = Polar::builder().token("polar_at_u_1").server(environment(&server)).scopes(known.scopes);
    let polar = polar.build().expect("a client");
    let before = server.requests().len();
    let error = polar.orders().list().await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::MissingScope, "{error}");
    assert_eq!(error.operation().map(|operation| operation.id()), Some("orders:list"));
    assert_eq!(server.requests().len(), before);
}

#[tokio::test]
async fn scopes_of_the_tokens_block_a_call_before_it_is_sent() {
    let server = server(|_| page());
    let tokens = valid().with_scopes([Scope::CustomersRead]);
    let session = confidential(&server).session(tokens).build().expect("a session");
    let polar = client_of(&session);
    polar.customers().list().await.expect("a page");
    let error = polar.orders().list().await.expect_err("an error");
    assert_eq!(error.needed_scopes(), [Scope::OrdersRead]);
    assert_eq!(server.requests().len(), 1);

    // What the program says of the scopes counts for more than what the tokens say.
    let told = Polar::builder().oauth2(session).scopes([Scope::OrdersRead]).build().expect("a client");
    told.orders().list().await.expect("a page");
    assert_eq!(server.requests().len(), 2);
}

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
async fn fifty_calls_that_are_refused_refresh_once_and_are_sent_again() {
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

/// The page that is asked for, of five pages of one event type each, which has the page's number for its name.
fn event_types(request: &Request) -> Reply {
    let page = request.query.iter().find(|(name, _)| name == "page").map_or("", |(_, page)| page.as_str());
    let event_type = json!({
        "id": ID.to_string(), "organization_id": ID.to_string(), "created_at": "2026-11-20T11:07:44Z",
        "modified_at": null, "name": page, "label": "x", "label_property_selector": null, "source": "user",
        "occurrences": 1, "first_seen": "2026-11-20T11:07:44", "last_seen": "2026-11-20T11:07:44",
    });
    Reply::json(200, &json!({ "items": [event_type], "pagination": { "total_count": 5, "max_page": 5 } }))
}

/// Answers five pages of one item each. Each token is good for one page, and `expires_in` is what the server says of it.
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
async fn stream_goes_on_with_a_fresh_token_for_each_page_when_tokens_expire_in_between() {
    // The first server says that its tokens are about to expire, the second one that they last.
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
        // A token that the server refuses costs one more request; one that is known to expire does not.
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
    // Pages that are asked for at once may share a refresh.
    assert!((3..=5).contains(&count(&server, "/v1/oauth2/token")), "{}", count(&server, "/v1/oauth2/token"));
}

#[tokio::test]
async fn post_that_is_refused_is_sent_again_with_its_body() {
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
async fn token_that_is_refused_again_is_not_refreshed_again() {
    let server = server(|request| match &*request.path {
        "/v1/oauth2/token" => Reply::json(200, &answer(2)),
        _ => unauthorized(),
    });
    let session = confidential(&server).session(expired()).build().expect("a session");
    let error = client_of(&session).customers().list().await.expect_err("an error");
    assert!(error.is_unauthorized() && error.kind() == ErrorKind::Status, "{error}");
    // Once because it had expired, and once because it was refused.
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
async fn token_that_is_to_be_replaced_early_serves_while_it_cannot_be() {
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

    // Another run begins with what was stored.
    let json = serde_json::to_string(stored.last().expect("tokens")).expect("JSON");
    let tokens: Tokens = serde_json::from_str(&json).expect("tokens");
    assert_eq!(tokens, session.tokens());
    let session = confidential(&server).session(tokens).build().expect("a session");
    client_of(&session).customers().list().await.expect("a page");
}

#[tokio::test]
async fn refresh_goes_on_when_the_call_is_dropped() {
    let server = rotating(Duration::from_millis(300));
    let session = confidential(&server).session(expired()).build().expect("a session");
    let polar = client_of(&session);
    let call = polar.customers().list().into_future();
    tokio::time::timeout(Duration::from_millis(100), call).await.expect_err("the call is dropped");
    polar.customers().list().await.expect("a page");
    assert_eq!(session.tokens().refresh_token(), Some("polar_rt_u_2"));
    assert_eq!(count(&server, "/v1/oauth2/token"), 1);
}

/// Why a refresh failed, for a call that needed it.
fn refresh_error(error: &Error) -> &Error {
    std::error::Error::source(error).and_then(|source| source.downcast_ref()).expect("the error of the refresh")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refused_refresh_token_fails_all_calls_and_is_not_tried_again() {
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

#[tokio::test]
async fn nothing_shows_a_secret() {
    // A success that lacks what it must have, and holds tokens all the same.
    let server = server(|_| {
        Reply::json(200, &json!({ "access_token": "polar_at_u_2", "refresh_token": "polar_rt_u_2", "expires_in": 1 }))
    });
    let client = confidential(&server);
    let tokens = valid().with_scopes([Scope::Openid]);
    let session = client.session(tokens.clone());
    let mut shown = format!("{session:?}");
    let session = session.build().expect("a session");
    let builder = OAuth2Client::builder("polar_ci_x", CALLBACK).client_secret(SECRET);
    shown += &format!("{builder:?} {client:?} {tokens:?} {session:?} {:?} {:?}", pending(), client_of(&session));
    shown += &format!("{:?}", Polar::builder().oauth2(session.clone()));
    let error = client.exchange(pending(), "code=polar_ac_1&state=st+ate").await.expect_err("an error");
    shown += &format!("{error:?}");
    let text = format!("{:#}", anyhow::Error::from(error));
    assert!(text.contains("missing property"), "{text}");
    shown += &text;
    let error = session.refresh().await.expect_err("an error");
    shown += &format!("{error} {error:?}");
    let expired = client.session(expired()).build().expect("a session");
    let error = client_of(&expired).customers().list().await.expect_err("an error");
    shown += &format!("{error} {error:?}");
    for secret in ["polar_at_u_", "polar_rt_u_", "polar_ac_", SECRET, VERIFIER, "st ate"] {
        assert!(!shown.contains(secret), "{secret} shows in {shown}");
    }
}
