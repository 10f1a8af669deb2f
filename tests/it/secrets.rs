//! Neither tokens nor secrets show in anything that this crate prints, whoever repeats them.

use std::fmt::Debug;
use std::time::Duration;
use support::ID;

use polar_client::types::*;
use polar_client::{CustomerPortal, Error, ErrorKind, Polar, RetryPolicy, operations};
use polar_loopback::{Reply, Request, Server};
use serde_json::json;

const SECRETS: [&str; 5] = ["toK3n", "p0rtal", "ch3ckout", "cli3ntSecret", "wh00k"];
const TOKEN: &str = "polar_oat_toK3n-with_all";
const PORTAL: &str = "polar_cst_p0rtal";
const CHECKOUT: &str = "polar_c_ch3ckout";
const CLIENT: &str = "polar_cs_cli3ntSecret";
const HOOK: &str = "polar_whs_wh00k";

#[track_caller]
fn assert_hidden(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} shows: {text}");
    }
}

#[track_caller]
fn hidden(value: &impl Debug) {
    assert_hidden(&format!("{value:?} {value:#?}"));
}

#[track_caller]
fn hidden_error(error: &Error) {
    hidden(error);
    assert_hidden(&error.to_string());
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        assert_hidden(&format!("{error} {error:?}"));
        source = error.source();
    }
    assert_hidden(&format!("{:?} {:?}", error.api(), error.response()));
}

fn clients(url: &str) -> (Polar, CustomerPortal) {
    let polar = Polar::builder().token(TOKEN).retry(RetryPolicy::none()).base_url(url).expect("a URL");
    let portal = CustomerPortal::builder().token(PORTAL).retry(RetryPolicy::none()).base_url(url).expect("a URL");
    (polar.build().expect("a client"), portal.build().expect("a client"))
}

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(reply).expect("a server")
}

/// Calls with a secret each in path, query, body or header, and their errors.
async fn errors(url: &str) -> Vec<Error> {
    let (polar, portal) = clients(url);
    let revoke = RevokeTokenRequest::new("polar_ci_x", CLIENT, TOKEN);
    let mut errors: Vec<Error> = [
        polar.customers().get(ID.into()).await.err(),
        polar.customers().get_external(TOKEN).await.err(),
        polar.customers().list().query(TOKEN).extra_query(CHECKOUT, PORTAL).await.err(),
        polar.checkouts().client_get(CHECKOUT).await.err(),
        polar.oauth2().revoke_token(revoke).await.err(),
        polar.orders().export().bytes_stream().await.err(),
        portal.orders().list().await.err(),
        polar.call_json(&operations::CHECKOUTS_CLIENT_GET).path("client_secret", CHECKOUT).await.err(),
        polar.call_json(&operations::EVENTS_INGEST).body(json!({ "events": TOKEN })).await.err(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let hurried = polar.customers().get(ID.into()).timeout(Duration::from_nanos(1)).await;
    errors.extend(hurried.err());
    errors
}

#[test]
fn clients_builders_handles_and_calls_hide_them() {
    let (polar, portal) = clients("http://127.0.0.1:9");
    hidden(&polar);
    hidden(&portal);
    hidden(&Polar::builder().token(TOKEN));
    hidden(&CustomerPortal::builder().token(PORTAL));
    hidden(&polar.customers());
    hidden(&polar.customer_portal().license_keys());
    hidden(&portal.orders());
    hidden(&polar.checkouts().client_get(CHECKOUT));
    hidden(&polar.customers().get_external(TOKEN));
    hidden(&polar.customers().list().query(TOKEN).extra_query("x", CHECKOUT));
    hidden(&polar.oauth2().revoke_token(RevokeTokenRequest::new("polar_ci_x", CLIENT, TOKEN)));
    hidden(&polar.call_json(&operations::CHECKOUTS_CLIENT_GET).path("client_secret", CHECKOUT).query("x", TOKEN));
}

#[test]
fn values_hide_them_in_properties_of_any_depth_whether_known_or_not() {
    hidden(&LicenseKeyValidate::new("toK3n", ID.into()));
    let unknown = json!({ "type": "planet.discovered", "timestamp": "2026-04-01T12:30:00Z", "data": { "moons": [{ "token": "toK3n", "secret": "wh00k" }] } });
    let payload: WebhookPayload = serde_json::from_value(unknown.clone()).expect("a payload");
    assert!(matches!(payload, WebhookPayload::Unknown(_)));
    hidden(&payload);
    assert_eq!(serde_json::to_value(&payload).expect("JSON"), unknown);
    let shown = r#"WebhookPayload {"data":{"moons":[{"secret":"[hidden]","token":"[hidden]"}]},"timestamp":"2026-04-01T12:30:00Z","type":"planet.discovered"}"#;
    assert_eq!(format!("{payload:?}"), shown);
}

#[test]
fn a_token_that_cannot_be_used_is_not_repeated() {
    for broken in [format!("{TOKEN} "), format!("{TOKEN}\n"), format!("ü{TOKEN}")] {
        let error = Polar::new(broken).expect_err("no token");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        hidden_error(&error);
    }
    for url in
        [format!("https://{TOKEN}@example.com"), format!("https://example.com?{TOKEN}"), format!("ftp://{TOKEN}")]
    {
        hidden_error(&Polar::builder().base_url(&url).expect_err("no base URL"));
    }
}

#[tokio::test]
async fn errors_hide_them_whatever_the_server_repeats() {
    let heard = |request: &Request| {
        let headers =
            request.headers.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ");
        format!("{} {headers} {} {HOOK}", request.target, String::from_utf8_lossy(&request.body))
            .replace(['"', '\n'], " ")
    };
    let long = |text: String, lead: usize| format!("{}{text}", "x".repeat(lead));
    // Refusals and successes that are none, with the text in each place where it may show.
    for status in [200, 401, 422, 500] {
        for shape in 0..10 {
            let server = server(move |request| {
                let heard = heard(request);
                let issue =
                    json!([{ "type": heard, "loc": ["body", heard], "msg": heard, "input": heard, "ctx": heard }]);
                let reply = match shape {
                    0 => Reply::json(status, &json!({ "error": heard, "detail": heard })),
                    1 => Reply::json(status, &json!({ "error": "X", "detail": issue })),
                    2 => Reply::json(status, &json!({ "error": "X", "detail": { "heard": heard } })),
                    3 => Reply::json(status, &json!({ "error": "X", "error_description": heard })),
                    4 => Reply::text(status, "text/plain", heard.clone()),
                    5 => Reply::json(status, &json!({ "items": heard, "source": heard, "type": heard })),
                    6 => Reply::json(status, &json!({ "items": [{ heard.clone(): 1 }] })),
                    // The excerpt begins amid a secret.
                    7 => Reply::text(status, "application/json", format!("\"{}\"", long(heard.clone(), 30))),
                    8 => Reply::text(
                        status,
                        "application/json",
                        format!("{{\"items\": [\"{TOKEN}{}\" x", "y".repeat(50)),
                    ),
                    _ => Reply::text(status, "application/json", format!("[{}", heard)),
                };
                reply.header("x-heard", heard)
            });
            let errors = errors(&server.url()).await;
            // Of the calls that take any answer some succeed.
            assert!(errors.len() >= 4, "{errors:?}");
            errors.iter().for_each(hidden_error);
        }
    }
}

#[tokio::test]
async fn errors_without_an_answer_hide_them() {
    let closed = server(|_| Reply::new(204)).url();
    let broken = server(|_| Reply::json(200, &json!({ "items": [] })).truncate_after(3));
    let nonsense = server(|request| Reply::raw(format!("{request:?}")));
    let redirect = server(|request| Reply::new(307).header("location", format!("/{TOKEN}{}", request.target)));
    for url in [closed, broken.url(), nonsense.url(), redirect.url()] {
        let errors = errors(&url).await;
        assert!(errors.len() > 5, "{errors:?}");
        errors.iter().for_each(hidden_error);
    }
}

#[tokio::test]
async fn refusals_before_sending_hide_them() {
    let polar = Polar::builder().token(TOKEN).scopes([]).build().expect("a client");
    let error = polar.customers().get_external(TOKEN).await.expect_err("no scope for it");
    assert_eq!(error.kind(), ErrorKind::MissingScope);
    hidden_error(&error);
}

#[tokio::test]
async fn what_is_hidden_is_still_there_for_the_program() {
    let server = server(|_| Reply::json(400, &json!({ "error": "X", "detail": TOKEN })));
    let error = clients(&server.url()).0.customers().get(ID.into()).await.expect_err("a refusal");
    assert_eq!(error.api().and_then(|error| error.text()), Some(TOKEN));
    assert_eq!(error.to_string(), "`customers:get` was answered with 400 Bad Request X: polar_oat_…");
}
