//! Errors name the cause and its position, and keep the response.

use support::recordings;

use std::time::Duration;

use polar_client::error::{Detail, LocationSegment, names};
use polar_client::types::*;
use polar_client::{Error, ErrorKind, Uuid};
use polar_loopback::{Reply, Request, Server};
use serde_json::json;
use support::polar;

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(reply).expect("a server")
}

fn id() -> Uuid {
    "0eaa044b-4da8-4737-af3a-aefc02729b2a".parse().expect("a UUID")
}

/// Returns the error that a response leads to.
async fn error_of(reply: Reply) -> Error {
    let server = server(move |_| reply.clone());
    polar(&server.url()).customers().get(id().into()).await.expect_err("an error")
}

#[tokio::test]
async fn every_shape_of_refusal_is_understood() {
    // Status, body, expected name and expected text.
    let rows = [
        (
            401,
            json!({ "error": "invalid_token", "error_description": "Expired." }),
            Some("invalid_token"),
            Some("Expired."),
        ),
        (
            403,
            json!({ "error": "insufficient_scope", "error_description": "No." }),
            Some("insufficient_scope"),
            Some("No."),
        ),
        (401, json!({ "error": "Unauthorized", "detail": "Unauthorized" }), Some("Unauthorized"), Some("Unauthorized")),
        (401, json!({ "detail": "Unauthorized" }), None, Some("Unauthorized")),
        (
            404,
            json!({ "error": "ResourceNotFound", "detail": "Not found" }),
            Some("ResourceNotFound"),
            Some("Not found"),
        ),
        (404, json!({ "detail": "Not Found" }), None, Some("Not Found")),
        (
            422,
            json!({ "error": "MissingInvoiceBillingDetails", "detail": "Say who." }),
            Some("MissingInvoiceBillingDetails"),
            Some("Say who."),
        ),
        (400, json!(["surprise"]), None, None),
        (400, json!({ "error": 7, "detail": null }), None, None),
    ];
    for (status, body, name, text) in rows {
        let error = error_of(Reply::json(status, &body).header("x-request-id", "req_7")).await;
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{body}");
        let api = error.api().expect("a refusal");
        assert_eq!((api.name.as_deref(), api.text()), (name, text), "{body}");
        assert_eq!(error.operation().map(|operation| operation.id()), Some("customers:get"));
        assert_eq!(error.request_id(), Some("req_7"));
        let raw: serde_json::Value = serde_json::from_slice(&error.response().expect("an answer").body).expect("JSON");
        assert_eq!(raw, body);
        let shown = error.to_string();
        assert!(shown.contains("customers:get") && shown.contains(&status.to_string()), "{shown}");
        assert!(text.is_none_or(|text| shown.contains(text)), "{shown}");
    }
}

#[tokio::test]
async fn validation_issues_name_each_property() {
    let issues = json!([
        { "type": "missing", "loc": ["body", "prices", 0, "price_amount"], "msg": "Field required", "input": { "a": 1 } },
        { "type": "greater_than", "loc": ["query", "page"], "msg": "Too small", "input": "0", "ctx": { "gt": 0 } },
    ]);
    let error = error_of(Reply::json(422, &json!({ "error": "RequestValidationError", "detail": issues }))).await;
    let [missing, small] = error.validation() else { panic!("{error:?}") };
    assert_eq!(missing.kind, "missing");
    assert_eq!(missing.location[2], LocationSegment::Index(0));
    assert_eq!(missing.location[3], LocationSegment::Name("price_amount".to_owned()));
    assert_eq!(missing.input, Some(json!({ "a": 1 })));
    assert_eq!((missing.field(), small.field()), (Some("price_amount"), Some("page")));
    assert_eq!(error.name(), Some(names::REQUEST_VALIDATION_ERROR));
    assert_eq!(small.context, Some(json!({ "gt": 0 })));
    assert_eq!(
        error.to_string(),
        "`customers:get` was answered with 422 Unprocessable Entity RequestValidationError: \
         body.prices[0].price_amount: Field required; query.page: Too small"
    );
}

#[tokio::test]
async fn a_list_of_other_things_is_kept_as_it_came() {
    let error = error_of(Reply::json(422, &json!({ "detail": [{ "no": "loc" }] }))).await;
    assert_eq!(error.api().and_then(|error| error.detail.clone()), Some(Detail::Other(json!([{ "no": "loc" }]))));
}

#[tokio::test]
async fn non_json_error_body_is_kept() {
    let html = "<html><body>Bad gateway</body></html>";
    let error = error_of(Reply::text(502, "text/html", html)).await;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
    assert_eq!(error.response().map(|response| &response.body[..]), Some(html.as_bytes()));
    assert!(error.to_string().contains("Bad gateway"), "{error}");

    let error = error_of(Reply::text(500, "text/plain", "Internal Server Error")).await;
    assert!(error.to_string().contains("500"), "{error}");

    let error = error_of(Reply::text(503, "application/json", "{\"detail\": \"cut o")).await;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert!(error.to_string().contains("cut o"), "{error}");
}

#[tokio::test]
async fn rate_limit_error_has_retry_after() {
    let error = error_of(Reply::new(429).header("retry-after", "60")).await;
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));

    let date = (polar_client::Utc::now() + Duration::from_secs(120)).to_rfc2822().replace("+0000", "GMT");
    let wait = error_of(Reply::new(429).header("retry-after", date)).await.retry_after().expect("a time");
    assert!(wait > Duration::from_secs(100) && wait <= Duration::from_secs(120), "{wait:?}");

    assert_eq!(error_of(Reply::new(429)).await.retry_after(), None);
    assert_eq!(error_of(Reply::new(429).header("retry-after", "soon")).await.retry_after(), None);
    // The three date formats of HTTP.
    for past in ["Fri, 20 Nov 2015 11:11:43 GMT", "Friday, 20-Nov-15 11:11:43 GMT", "Fri Nov 20 11:11:43 2015"] {
        let error = error_of(Reply::new(429).header("retry-after", past)).await;
        assert_eq!(error.retry_after(), Some(Duration::ZERO), "{past}");
    }
}

#[tokio::test]
async fn decoding_error_has_the_path_and_an_excerpt() {
    let body = r#"{"items":[{"id":"not-a-uuid","type":"team"}],"pagination":{"total_count":1,"max_page":1}}"#;
    let server = server(move |_| Reply::text(200, "application/json", body));
    let error = polar(&server.url()).customers().list().await.expect_err("a broken body");
    assert!(error.is_decode(), "{error:?}");
    assert_eq!(error.operation().map(|operation| operation.id()), Some("customers:list"));
    assert_eq!(error.decode_error().map(|error| error.path()).as_deref(), Some("$.items[0].id"));
    assert_eq!(error.response().map(|response| &response.body[..]), Some(body.as_bytes()));
    let shown = format!("{:#}", anyhow::Error::from(error));
    for part in ["customers:list", "$.items[0].id", "Team", "not-a-uuid"] {
        assert!(shown.contains(part), "{part} is not in: {shown}");
    }
}

#[tokio::test]
async fn invalid_or_truncated_json_in_a_success_is_an_error() {
    for body in ["", "<html>", "{\"items\": [", "{\"items\": []} trailing", "null", "[]", "\u{feff}{}"] {
        let error = error_of(Reply::text(200, "application/json", body)).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{body:?}: {error}");
        assert_eq!(error.response().map(|response| &response.body[..]), Some(body.as_bytes()));
    }
}

#[tokio::test]
async fn broken_connection_error_names_the_operation() {
    let body = json!({ "items": [], "pagination": { "total_count": 0, "max_page": 0 } });
    let replies = [Reply::close(), Reply::json(200, &body).truncate_after(9), Reply::json(200, &body).reset_after(9)];
    for reply in replies {
        let error = error_of(reply).await;
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert_eq!(error.operation().map(|operation| operation.id()), Some("customers:get"));
        assert!(error.to_string().contains("customers:get"), "{error}");
    }
    let address = server(|_| Reply::new(200)).url();
    let error = polar(&address).customers().get(id().into()).await.expect_err("nobody listens");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
}

#[tokio::test]
async fn errors_do_not_show_urls() {
    let address = server(|_| Reply::new(200)).url();
    let error = polar(&address).checkouts().client_get("polar_c_secret").await.expect_err("nobody listens");
    assert!(!format!("{error} {error:?}").contains("polar_c_secret"), "{error:?}");
}

#[tokio::test]
async fn every_recorded_refusal_is_understood() {
    let mut seen = 0;
    for recording in recordings::all().iter().filter(|recording| !recording.is_success()) {
        let error = error_of(recording.reply()).await;
        let api = error.api().unwrap_or_else(|| panic!("{}: {error:?}", recording.name));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(recording.status), "{}", recording.name);
        let body = &recording.response_body;
        assert_eq!(api.name.as_deref(), body["error"].as_str(), "{}", recording.name);
        match body.get("detail").or(body.get("error_description")) {
            Some(serde_json::Value::Array(issues)) => {
                assert_eq!(error.validation().len(), issues.len(), "{}", recording.name)
            }
            text => assert_eq!(api.text(), text.and_then(|text| text.as_str()), "{}", recording.name),
        }
        seen += 1;
    }
    assert!(seen > 100, "only {seen} recorded refusals");
}

#[tokio::test]
async fn invalid_variant_error_names_the_variant_and_the_field() {
    let server = server(|_| Reply::json(200, &json!({ "type": "custom", "id": 7 })));
    let error = polar(&server.url()).benefits().get(id().into()).await.expect_err("a broken body");
    let shown = format!("{:#}", anyhow::Error::from(error));
    assert!(shown.contains("$.id") && shown.contains("`Custom`"), "{shown}");
    let error = serde_json::from_value::<Benefit>(json!({ "type": "new", "id": 7 })).expect_err("no id").to_string();
    assert!(error.contains("$.id") && error.contains("`Unknown`"), "{error}");
}

#[tokio::test]
async fn names_of_the_document_are_constants() {
    let error = error_of(Reply::json(404, &json!({ "error": "ResourceNotFound", "detail": "Not found" }))).await;
    assert_eq!(error.name(), Some(names::RESOURCE_NOT_FOUND));
    assert_eq!(error.name(), Some("ResourceNotFound"));
    assert_eq!(names::AMBIGUOUS_EXTERNAL_CUSTOMER_ID, "AmbiguousExternalCustomerID");
    let new = error_of(Reply::json(409, &json!({ "error": "PlanetLocked", "detail": "Later" }))).await;
    let text = match new.name() {
        Some(names::SUBSCRIPTION_LOCKED) => "known",
        Some(other) => other,
        None => "none",
    };
    assert_eq!(text, "PlanetLocked");
}
