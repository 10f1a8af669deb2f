//! OAuth 2 sign-in and refreshed tokens, over HTTP.

mod authorization;
mod refresh;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use polar_client::reqwest::Url;
use polar_client::sign_in::{AuthorizationError, OAuth2Client, Pending, Session, Tokens};
use polar_client::types::{Scope, SubType};
use polar_client::{DateTime, Error, ErrorKind, Polar, RetryPolicy, ScopeSet, Server as Environment, Utc};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};
use support::ID;

/// The verifier from RFC 7636, appendix B. Its challenge follows.
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

/// Creates a client with a secret.
fn confidential(server: &Server) -> OAuth2Client {
    let builder = OAuth2Client::builder("polar_ci_x", CALLBACK).client_secret(SECRET);
    builder.server(environment(server)).build().expect("a client")
}

/// Creates a client without a secret.
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

/// Returns the server's response with the `n`th token.
fn answer(n: usize) -> Value {
    json!({
        "token_type": "Bearer", "access_token": format!("polar_at_u_{n}"), "expires_in": 3600,
        "refresh_token": format!("polar_rt_u_{n}"), "scope": "customers:read", "id_token": null,
    })
}

/// Starts a server that accepts only the newest access token, and each refresh token once.
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

#[tokio::test]
async fn nothing_shows_a_secret() {
    // The response is incomplete, but contains tokens.
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
