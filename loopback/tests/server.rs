//! Tests the server with a plain socket, so that a client library cannot hide its behavior.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use polar_loopback::{Reply, Request, Server};

const PATIENCE: Duration = Duration::from_secs(10);

fn always(reply: Reply) -> Server {
    Server::start(move |_| reply.clone()).unwrap()
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect_timeout(&server.address(), PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn send(server: &Server, request: &str) -> TcpStream {
    let mut stream = connect(server);
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn get(server: &Server) -> TcpStream {
    send(server, "GET / HTTP/1.1\r\nhost: x\r\n\r\n")
}

/// Reads until the server closes the connection, and returns how it did.
fn read_to_end(mut stream: TcpStream) -> (String, Result<(), ErrorKind>) {
    let mut bytes = Vec::new();
    let closed = stream.read_to_end(&mut bytes);
    let closed = closed.map(drop).map_err(|error| error.kind());
    (String::from_utf8(bytes).unwrap(), closed)
}

/// Reads one response from a connection that stays open: its head, and a body of `length` bytes.
fn read_answer(stream: &mut TcpStream, length: usize) -> (String, String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (String::from_utf8(head).unwrap(), String::from_utf8(body).unwrap())
}

fn echo_target(request: &Request) -> Reply {
    Reply::text(200, "text/plain", request.target.clone())
}

#[test]
fn connection_is_kept_for_a_second_request() {
    let server = Server::start(echo_target).unwrap();
    let mut stream = connect(&server);
    for target in ["/first", "/again"] {
        write!(stream, "GET {target} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let (head, body) = read_answer(&mut stream, target.len());
        assert!(head.starts_with("HTTP/1.1 200 \r\n"), "{head}");
        assert!(!head.contains("connection"), "{head}");
        assert_eq!(body, target);
    }
    assert_eq!(server.connections(), 1);
    let targets: Vec<_> = server.requests().into_iter().map(|r| r.target).collect();
    assert_eq!(targets, ["/first", "/again"]);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = Server::start(echo_target).unwrap();
    let stream =
        send(&server, "POST /a HTTP/1.1\r\ncontent-length: 2\r\n\r\nxxGET /b HTTP/1.1\r\nconnection: close\r\n\r\n");
    let (text, closed) = read_to_end(stream);
    assert!(closed.is_ok());
    assert!(text.find("\r\n\r\n/a").unwrap() < text.find("\r\n\r\n/b").unwrap());
    assert_eq!(server.requests()[0].body, b"xx");
}

#[test]
fn connection_closes_on_request() {
    let server = always(Reply::new(200).body("done"));
    let (text, closed) = read_to_end(send(&server, "GET / HTTP/1.1\r\nconnection: close\r\n\r\n"));
    assert_eq!(closed, Ok(()));
    assert!(text.contains("connection: close\r\n"));
    assert!(text.ends_with("\r\n\r\ndone"));
}

#[test]
fn request_is_received_with_query_headers_and_chunked_body() {
    let server = Server::start_unchecked(|_| Reply::new(201)).unwrap();
    let mut stream =
        send(&server, "POST /any/a%20b/?q=x+y%26&q=z HTTP/1.1\r\nX-Test: One\r\ntransfer-encoding: chunked\r\n\r\n");
    for part in ["4\r\n{\"a\"\r", "\n3\r\n:1}\r\n", "0\r\n\r\n"] {
        stream.write_all(part.as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(5));
    }
    let (head, _) = read_answer(&mut stream, 0);
    assert!(head.contains("content-length: 0\r\n"), "{head}");

    let request = &server.requests()[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, "/any/a%20b/?q=x+y%26&q=z");
    assert_eq!(request.path, "/any/a%20b/");
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(request.query, [pair("q", "x y&"), pair("q", "z")]);
    assert_eq!(request.header("x-test"), Some("One"));
    assert_eq!(request.json().unwrap()["a"], 1);
}

#[test]
fn large_body_is_received_whole() {
    let server = Server::start(|request| Reply::text(200, "text/plain", request.body.clone()));
    let server = server.unwrap();
    let body = "0123456789".repeat(100_000);
    let mut stream = connect(&server);
    write!(stream, "PUT / HTTP/1.1\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
    assert!(read_answer(&mut stream, body.len()).1 == body);
}

#[test]
fn expectation_is_met_before_the_body() {
    let server = always(Reply::new(204));
    let mut stream = send(&server, "POST / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
    let (head, _) = read_answer(&mut stream, 0);
    assert_eq!(head, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"ok").unwrap();
    let (head, _) = read_answer(&mut stream, 0);
    assert_eq!(head, "HTTP/1.1 204 \r\n\r\n");
}

#[test]
fn answers_without_body_leave_the_connection_in_step() {
    let server = always(Reply::text(200, "text/plain", "body"));
    let mut stream = send(&server, "HEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    let (head, _) = read_answer(&mut stream, 0);
    assert!(head.contains("content-length: 4"), "{head}");
    let (head, body) = read_answer(&mut stream, 4);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body, "body");
}

#[test]
fn malformed_request_is_answered_400_and_not_kept() {
    let server = always(Reply::new(200));
    let (text, closed) = read_to_end(send(&server, "what is this\r\n\r\n"));
    assert_eq!(closed, Ok(()));
    assert!(text.starts_with("HTTP/1.1 400"), "{text}");
    assert!(server.requests().is_empty());
}

#[test]
fn delay_precedes_the_head() {
    let server = always(Reply::new(200).delay(Duration::from_millis(80)));
    let start = Instant::now();
    read_answer(&mut get(&server), 0);
    assert!(start.elapsed() >= Duration::from_millis(80));
}

#[test]
fn drip_pauses_between_pieces() {
    let pause = Duration::from_millis(40);
    for reply in [Reply::new(200), Reply::new(200).chunked()] {
        let server = always(reply.body("abcdef").drip(2, pause).header("connection", "close"));
        let start = Instant::now();
        let mut stream = get(&server);
        let mut first = [0; 512];
        let length = stream.read(&mut first).unwrap();
        let first = String::from_utf8_lossy(&first[..length]).into_owned();
        assert!(!first.contains("cd"), "{first}");
        let (rest, closed) = read_to_end(stream);
        assert_eq!(closed, Ok(()));
        assert!(start.elapsed() >= 2 * pause);
        assert!(rest.contains("ef"), "{rest}");
    }
}

#[test]
fn truncated_answer_announces_the_whole_body() {
    let server = always(Reply::new(200).body("0123456789").truncate_after(4));
    let (text, closed) = read_to_end(get(&server));
    assert_eq!(closed, Ok(()));
    assert!(text.contains("content-length: 10\r\n"), "{text}");
    assert!(text.ends_with("\r\n\r\n0123"), "{text}");
}

#[test]
fn reset_answer_ends_in_a_connection_reset() {
    let server = always(Reply::new(200).body("0123456789").reset_after(4));
    let (text, closed) = read_to_end(get(&server));
    assert_eq!(closed, Err(ErrorKind::ConnectionReset));
    assert!(text.contains("content-length: 10\r\n"), "{text}");
    assert!(text.ends_with("\r\n\r\n0123"), "{text}");
}

#[test]
fn close_sends_nothing() {
    let server = always(Reply::close());
    assert_eq!(read_to_end(get(&server)), (String::new(), Ok(())));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn raw_bytes_are_sent_verbatim() {
    let server = always(Reply::raw("HTTP/9.9 nonsense"));
    let (text, closed) = read_to_end(get(&server));
    assert_eq!((text.as_str(), closed), ("HTTP/9.9 nonsense", Ok(())));
}

#[test]
fn panicking_handler_closes_only_its_connection() {
    let server = Server::start(|request| match request.path.as_str() {
        "/" => panic!("on purpose"),
        _ => Reply::new(204),
    });
    let server = server.unwrap();
    assert_eq!(read_to_end(get(&server)), (String::new(), Ok(())));
    let (head, _) = read_answer(&mut send(&server, "GET /ok HTTP/1.1\r\n\r\n"), 0);
    assert!(head.starts_with("HTTP/1.1 204"));
    assert_eq!(server.requests().len(), 2);
    assert_eq!(server.connections(), 2);
}

#[test]
fn connections_are_served_at_the_same_time() {
    let (release, wait) = mpsc::channel();
    let wait = std::sync::Mutex::new(wait);
    let server = Server::start(move |request| {
        match request.path.as_str() {
            "/wait" => wait.lock().unwrap().recv_timeout(PATIENCE).unwrap(),
            _ => release.send(()).unwrap(),
        }
        Reply::new(204)
    });
    let server = server.unwrap();
    let mut waiting = send(&server, "GET /wait HTTP/1.1\r\n\r\n");
    read_answer(&mut send(&server, "GET /go HTTP/1.1\r\n\r\n"), 0);
    read_answer(&mut waiting, 0);
}

#[test]
fn dropping_the_server_closes_idle_and_busy_connections() {
    let server = Server::start(|request| match request.path.as_str() {
        "/busy" => Reply::new(200).delay(Duration::from_secs(60)),
        _ => Reply::new(204),
    });
    let server = server.unwrap();
    let address = server.address();
    let mut idle = get(&server);
    read_answer(&mut idle, 0);
    let busy = send(&server, "GET /busy HTTP/1.1\r\n\r\n");
    while server.requests().len() < 2 {
        thread::sleep(Duration::from_millis(1));
    }

    let start = Instant::now();
    drop(server);
    assert_eq!(read_to_end(idle).0, "");
    assert_eq!(read_to_end(busy).0, "");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(TcpStream::connect_timeout(&address, PATIENCE).is_err());
}

#[test]
fn request_rejected_by_the_contract_is_recorded_but_not_handled() {
    let server = Server::start(|_| panic!("the handler is not asked")).unwrap();
    let (answer, _) = read_to_end(send(&server, "POST /v1/orders/ HTTP/1.1\r\nconnection: close\r\n\r\n"));
    assert!(answer.starts_with("HTTP/1.1 411 "), "{answer}");
    assert!(answer.contains("LengthRequired"), "{answer}");
    assert_eq!(server.requests().len(), 1);
}
