//! The axum extractor in a server.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use axum::Router;
use axum::extract::FromRef;
use axum::routing::post;
use polar_client::webhook_events::sign;

use super::*;

#[derive(Clone)]
struct App {
    greeting: &'static str,
    verifier: Verifier,
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

async fn receive(app: axum::extract::State<App>, delivery: Delivery) -> String {
    format!("{} {}", app.greeting, delivery.id)
}

async fn receive_refusals(delivery: Result<Delivery, Error>) -> (StatusCode, String) {
    (StatusCode::IM_A_TEAPOT, format!("{:?}", delivery.map(|delivery| delivery.id)))
}

/// Returns the status and the body of the response to a request.
async fn answer(request: Vec<u8>) -> (u16, String) {
    let app = App { greeting: "received", verifier: verifier().body_limit(1000) };
    let router = Router::new().route("/", post(receive)).route("/own", post(receive_refusals)).with_state(app);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let answer = tokio::task::spawn_blocking(move || exchange(address, &request)).await.expect("an answer");
    server.abort();
    answer
}

fn exchange(address: SocketAddr, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(request).expect("to be sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, body.to_owned())
}

fn request(path: &str, headers: &HeaderMap, length: &str, body: &[u8]) -> Vec<u8> {
    let mut text = format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{length}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
    }
    let mut request = (text + "\r\n").into_bytes();
    request.extend(body);
    request
}

async fn deliver(path: &str, headers: &HeaderMap, body: &[u8]) -> (u16, String) {
    answer(request(path, headers, &format!("content-length: {}", body.len()), body)).await
}

#[tokio::test]
async fn a_right_delivery_reaches_the_handler() {
    assert_eq!(deliver("/", &headers(GOOD), BODY).await, (200, "received msg_1".to_owned()));
}

#[tokio::test]
async fn an_unproven_delivery_is_answered_401_with_the_reason() {
    let wrong = headers("v1,Pc3BW6MIvegcioZjHL8+5DgJsEshMUOswoRS1B1s6As=");
    assert_eq!(deliver("/", &wrong, BODY).await, (401, "no signature matches the webhook".to_owned()));

    let old = sign(SECRET, "msg_1", at(SENT - 301), BODY).expect("headers");
    let reason = "the webhook was signed 301s ago; 300s are accepted".to_owned();
    assert_eq!(deliver("/", &old, BODY).await, (401, reason));
}

#[tokio::test]
async fn a_malformed_delivery_is_answered_400_with_the_reason() {
    let mut missing = headers(GOOD);
    missing.remove(ID);
    assert_eq!(deliver("/", &missing, BODY).await, (400, "the header `webhook-id` is missing".to_owned()));

    let signed = sign(SECRET, "msg_1", at(SENT), UNDECODABLE).expect("headers");
    let (status, reason) = deliver("/", &signed, UNDECODABLE).await;
    assert_eq!(status, 400);
    assert!(reason.starts_with("the webhook's body cannot be decoded: ") && reason.contains("$.timestamp"), "{reason}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_answered_413() {
    let body = vec![b' '; 1001];
    let signed = sign(SECRET, "msg_1", at(SENT), &body).expect("headers");
    let reason = "the webhook's body has more than 1000 bytes".to_owned();
    assert_eq!(deliver("/", &signed, &body).await, (413, reason));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_answered_400() {
    let broken = request("/", &headers(GOOD), "transfer-encoding: chunked", b"no length\r\n");
    assert_eq!(answer(broken).await, (400, "the webhook's body could not be read".to_owned()));
}

#[tokio::test]
async fn a_handler_can_answer_refusals_itself() {
    let mut missing = headers(GOOD);
    missing.remove(SIGNATURE);
    let answered = deliver("/own", &missing, BODY).await;
    assert_eq!(answered, (418, "Err(MissingHeader(\"webhook-signature\"))".to_owned()));
    assert_eq!(deliver("/own", &headers(GOOD), BODY).await, (418, "Ok(\"msg_1\")".to_owned()));
}
