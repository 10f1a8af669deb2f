//! Tokens and secrets are redacted from all output, even if the server echoes them.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::time::Duration;
use support::{ID, document};

use crate::samples::SHOWN;

use polar_client::types::*;
use polar_client::{CustomerPortal, Error, ErrorKind, Polar, RetryPolicy, operations};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Map, Value, json};

const SECRETS: [&str; 6] = ["toK3n", "p0rtal", "ch3ckout", "cli3ntSecret", "wh00k", PLANTED];
/// A secret that is recognizable only by the name of its property.
const PLANTED: &str = "pl4nted";
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

/// Makes calls with a secret in the path, query, body or header, and returns their errors.
async fn errors(url: &str) -> Vec<Error> {
    let (polar, portal) = clients(url);
    let revoke = RevokeTokenRequest::new(TOKEN, "polar_ci_x", CLIENT);
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
    hidden(&polar.oauth2().revoke_token(RevokeTokenRequest::new(TOKEN, "polar_ci_x", CLIENT)));
    hidden(&polar.call_json(&operations::CHECKOUTS_CLIENT_GET).path("client_secret", CHECKOUT).query("x", TOKEN));
}

#[test]
fn nested_secrets_are_redacted_in_known_and_unknown_properties() {
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
async fn errors_redact_secrets_echoed_by_the_server() {
    let heard = |request: &Request| {
        let headers =
            request.headers.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ");
        format!("{} {headers} {} {HOOK}", request.target, String::from_utf8_lossy(&request.body))
            .replace(['"', '\n'], " ")
    };
    let long = |text: String, lead: usize| format!("{}{text}", "x".repeat(lead));
    // Error responses and invalid successes, with the text in every possible position.
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
                    // The excerpt begins in the middle of a secret.
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
            // Calls that accept any response may succeed.
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
async fn redacted_values_remain_accessible() {
    let server = server(|_| Reply::json(400, &json!({ "error": "X", "detail": TOKEN })));
    let error = clients(&server.url()).0.customers().get(ID.into()).await.expect_err("a refusal");
    assert_eq!(error.api().and_then(|error| error.text()), Some(TOKEN));
    assert_eq!(error.to_string(), "`customers:get` was answered with 400 Bad Request X: polar_oat_…");
}

/// Returns the types with secret properties, and those properties.
fn marked() -> Vec<(String, Vec<String>)> {
    let documents = document::documents();
    let schemas = documents[0]["components"]["schemas"].as_object().expect("schemas");
    let marked = schemas.iter().filter_map(|(name, schema)| {
        let properties = schema["properties"].as_object()?.iter();
        let secrets = properties.filter(|(_, property)| property["x-secret"] == true).map(|(name, _)| name.clone());
        let name = schema["x-rust-name"].as_str().unwrap_or(name).to_owned();
        Some((name, secrets.collect::<Vec<_>>())).filter(|(_, secrets)| !secrets.is_empty())
    });
    marked.collect()
}

/// Returns the names of properties that are secret in all schemas that have them.
fn names() -> BTreeSet<String> {
    let documents = document::documents();
    let schemas = documents[0]["components"]["schemas"].as_object().expect("schemas").values();
    let properties: Vec<(&String, &Value)> =
        schemas.filter_map(|schema| schema["properties"].as_object()).flatten().collect();
    let is_secret = |property: &Value| property["x-secret"] == true;
    let secrets = properties.iter().filter(|(_, property)| is_secret(property)).map(|(name, _)| name);
    let others: BTreeSet<&String> =
        properties.iter().filter(|(_, property)| !is_secret(property)).map(|(name, _)| *name).collect();
    secrets.filter(|name| !others.contains(*name)).map(|name| (*name).clone()).collect()
}

/// Returns a secret of the same type as the property's value.
fn planted(name: &str) -> Value {
    if name == "headers" { json!({ "x-amz-key": PLANTED, "content-type": PLANTED }) } else { PLANTED.into() }
}

#[test]
fn types_hide_the_properties_that_the_document_marks() {
    let mut count = 0;
    for (schema, secrets) in marked() {
        let shown = SHOWN.iter().find(|(name, ..)| name.eq_ignore_ascii_case(&schema));
        let (name, sample, shown) = shown.unwrap_or_else(|| panic!("no type of {schema}"));
        let sample: Map<String, Value> = serde_json::from_str(sample).expect("an object");
        for secret in secrets {
            let mut value = sample.clone();
            value.insert(secret.clone(), planted(&secret));
            let (text, json) = shown(&json!(value).to_string().into_bytes()).expect("the type");
            assert!(String::from_utf8_lossy(&json).contains(PLANTED), "{name}.{secret} is lost");
            assert!(!text.contains(PLANTED), "{name}.{secret} shows: {text}");
            assert!(text.contains(&format!("\"{secret}\":\"[hidden]\"")), "{name}.{secret} is not there: {text}");
            // Values of other types, which errors may quote.
            for wrong in [json!({ "a": PLANTED }), json!([PLANTED]), json!(PLANTED), json!(true)] {
                value.insert(secret.clone(), wrong);
                if let Err(error) = shown(&json!(value).to_string().into_bytes()) {
                    assert_hidden(&format!("{error} {error:?}"));
                    assert!(error.path().starts_with(&format!("$.{secret}")), "{error}");
                }
            }
            count += 1;
        }
    }
    assert!(count > 50, "{count} properties");
}

/// Plants secrets in all objects of a value, replacing existing properties, or also adding new ones if `beside`.
fn plant(value: &mut Value, names: &BTreeSet<String>, beside: bool) {
    match value {
        Value::Object(properties) => {
            properties.values_mut().for_each(|value| plant(value, names, beside));
            for name in names.iter().filter(|name| beside || properties.contains_key(*name)).collect::<Vec<_>>() {
                properties.insert(name.clone(), planted(name));
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|value| plant(value, names, beside)),
        _ => {}
    }
}

#[test]
fn nested_secrets_are_redacted_in_every_type() {
    let names = names();
    assert!(names.len() > 10, "{names:?}");
    let (mut kept, mut refused) = (0, 0);
    for (name, sample, shown) in SHOWN {
        for beside in [false, true] {
            let mut value: Value = serde_json::from_str(sample).expect("JSON");
            plant(&mut value, &names, beside);
            match shown(value.to_string().as_bytes()) {
                Ok((text, json)) => {
                    assert!(!text.contains(PLANTED), "{name}: {text}");
                    kept += usize::from(String::from_utf8_lossy(&json).contains(PLANTED));
                }
                // The value is a map of another type.
                Err(error) => {
                    assert_hidden(&format!("{error} {error:?}"));
                    refused += 1;
                }
            }
        }
    }
    assert!(SHOWN.len() > 600, "{} types", SHOWN.len());
    assert!(kept > 150 && refused < 100, "{kept} kept, {refused} refused of {}", SHOWN.len());
}

#[test]
fn public_property_named_like_a_secret_is_shown() {
    let discount = DiscountUpdate::new().code("SPRING");
    assert!(format!("{discount:?}").contains("SPRING"), "{discount:?}");
}

/// Returns bodies with a secret in each secret property, encoded as JSON, as a form, as Python formats it, and as JSON
/// in a string.
fn bodies() -> Vec<String> {
    let names: BTreeSet<String> = marked().into_iter().flat_map(|(_, secrets)| secrets).collect();
    let object: Map<String, Value> = names.iter().map(|name| (name.clone(), planted(name))).collect();
    let json = Value::Object(object.clone()).to_string();
    let python = json.replace(['"'], "'");
    let form: Vec<String> = names.iter().map(|name| format!("{name}={PLANTED}")).collect();
    let issues: Vec<Value> = names
        .iter()
        .map(|name| {
            json!({
                "type": "string_pattern_mismatch", "loc": ["body", name], "msg": format!("Value error, {PLANTED} is no {name}"),
                "input": PLANTED, "ctx": { "error": PLANTED },
            })
        })
        .collect();
    let missing = json!([{ "type": "missing", "loc": ["body", "label"], "msg": "Field required", "input": object }]);
    vec![
        json.clone(),
        format!("[{json}, x"),
        json!({ "items": object }).to_string(),
        json!({ "error": "X", "detail": object }).to_string(),
        json!({ "error": "X", "detail": json }).to_string(),
        json!({ "error": "X", "detail": python }).to_string(),
        json!({ "error": "X", "error_description": form.join("&") }).to_string(),
        json!({ "error": "X", "detail": [object] }).to_string(),
        json!({ "error": json, "detail": { "body": json } }).to_string(),
        json!({ "error": "X", "detail": issues }).to_string(),
        json!({ "error": "X", "detail": missing }).to_string(),
        format!("https://a.example/?{}", form.join("&")),
    ]
}

#[tokio::test]
async fn errors_redact_secrets_in_any_response() {
    for body in bodies() {
        for status in [200, 302, 400, 401, 422, 500] {
            let body = body.clone();
            let server = Server::start_unchecked(move |_| {
                Reply::text(status, "application/json", body.clone())
                    .header("location", format!("https://a.example/?state=1&code={PLANTED}"))
                    .header("set-cookie", format!("session={PLANTED}"))
                    .header("x-other", PLANTED)
            });
            let errors = errors(&server.expect("a server").url()).await;
            assert!(errors.len() >= 4, "{errors:?}");
            errors.iter().for_each(hidden_error);
            let response = errors.iter().find_map(Error::response).expect("an answer");
            assert!(format!("{response:?}").contains(r#"("set-cookie", "[hidden]")"#), "{response:?}");
        }
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_hides_its_body() {
    let polar = Polar::builder().token(TOKEN).build().expect("a client");
    let call = polar
        .call_json(&operations::LICENSE_KEYS_VALIDATE)
        .body(json!({ "key": { "x": PLANTED }, "organization_id": ID.to_string() }));
    let error = call.await.expect_err("a key that is no text");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    hidden_error(&error);
    let request = AuthorizationCodeTokenRequest::new("polar_ci_x", PLANTED, "https://a.example")
        .client_secret(PLANTED)
        .code_verifier(PLANTED);
    hidden(&request);
}

#[tokio::test]
async fn the_address_that_an_answer_leads_to_does_not_show() {
    let location = format!("https://storage.example/file?signed={PLANTED}");
    let server = server(move |_| Reply::new(302).header("location", location.clone()));
    let (_, portal) = clients(&server.url());
    let response = portal.downloadables().get("x").with_response().await.expect("an address");
    assert!(response.value.as_str().ends_with(PLANTED));
    hidden(&response);
    hidden(&response.raw);
}

#[test]
fn undecodable_webhook_error_is_redacted() {
    use polar_client::webhook_events::Error;

    let key = json!({ "key": { "x": PLANTED } }).to_string();
    let error = polar_client::codec::from_slice::<LicenseKeyValidate>(key.as_bytes()).expect_err("no key");
    let error = Error::Decode(error);
    hidden(&error);
    assert_hidden(&error.to_string());
}
