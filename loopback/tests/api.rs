//! What the loopback server refuses because the API would.

use std::io::{Read, Write};
use std::net::TcpStream;

use polar_loopback::{Reply, Server};

/// Sends a request and returns the status and the rest of the answer.
fn answer(head: &str, body: &str) -> (u16, String) {
    let server = Server::start(|_| Reply::new(418)).unwrap();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(stream, "{head}\r\nhost: {}\r\nconnection: close\r\n\r\n{body}", server.address()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer[9..12].parse().unwrap(), answer)
}

fn post(path: &str, kind: &str, body: &str) -> (u16, String) {
    answer(&format!("POST {path} HTTP/1.1\r\ncontent-type: {kind}\r\ncontent-length: {}", body.len()), body)
}

const ID: &str = "0eaa044b-4da8-4737-af3a-aefc02729b2a";

#[test]
fn a_post_without_a_length_is_refused_before_anything_else() {
    let (status, text) = answer(&format!("POST /v1/orders/{ID}/invoice HTTP/1.1"), "");
    assert_eq!(status, 411);
    assert!(text.contains("LengthRequired"), "{text}");
    assert_eq!(answer("POST /v1/nowhere HTTP/1.1", "").0, 411);
    assert_eq!(answer(&format!("POST /v1/orders/{ID}/invoice HTTP/1.1\r\ncontent-length: 0"), "").0, 418);
    assert_eq!(answer("DELETE /v1/customers/x HTTP/1.1", "").0, 418, "a DELETE needs none");
}

#[test]
fn a_path_without_its_trailing_slash_leads_to_the_absolute_address_with_it() {
    let (status, text) = answer("GET /v1/orders?limit=3 HTTP/1.1", "");
    assert_eq!(status, 307);
    let location = text.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    assert!(location.starts_with("http://127.0.0.1:") && location.ends_with("/v1/orders/?limit=3"), "{location}");
    assert_eq!(answer("GET /v1/orders/?limit=3 HTTP/1.1", "").0, 418);
    assert_eq!(answer("GET /v1/unheard-of HTTP/1.1", "").0, 418);
}

#[test]
fn a_body_of_another_content_type_is_refused() {
    assert_eq!(post("/v1/oauth2/token", "application/json", "{}").0, 422);
    assert_eq!(post("/v1/oauth2/token", "application/x-www-form-urlencoded", "a=b").0, 418);
    assert_eq!(post("/v1/customers/", "text/plain", "{}").0, 422);
}

#[test]
fn a_body_without_the_tag_of_a_union_is_refused_with_the_place_of_the_tag() {
    let meter = |aggregation: &str| {
        format!(r#"{{"name":"m","filter":{{"conjunction":"and","clauses":[]}},"aggregation":{aggregation}}}"#)
    };
    let (status, text) = post("/v1/meters/", "application/json", &meter("{}"));
    assert_eq!(status, 422);
    assert!(text.contains("Unable to extract tag using discriminator 'func'"), "{text}");
    assert!(text.contains(r#""loc":["body","aggregation"]"#), "{text}");
    let (status, text) = post("/v1/meters/", "application/json", &meter(r#"{"func":"guess"}"#));
    assert_eq!(status, 422);
    assert!(text.contains("union_tag_invalid"), "{text}");
    assert_eq!(post("/v1/meters/", "application/json", &meter(r#"{"func":"count"}"#)).0, 418);
}
