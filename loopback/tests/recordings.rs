//! Loads recordings from valid and invalid folders, and serves them.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polar_loopback::{LoadError, Recording, Recordings, Server};
use serde_json::Value;

const RECORDING: &str = r#"{
    "operation_id": "orders:get", "kind": "unknown_id", "method": "GET", "path": "/v1/orders/1",
    "path_template": "/v1/orders/{id}", "query": {"a": [1, true, "x"]},
    "request_body": null, "auth": "none", "status": 404,
    "response_headers": {
        "Content-Type": "application/json", "polar-version": "2026-04",
        "content-length": "99", "transfer-encoding": "chunked", "date": "x", "server": "x"
    },
    "response_body": {"detail": "Not found"}
}"#;

const WEBHOOK: &str = r#"{
    "path": "/hook", "secret": "s", "headers": {"webhook-id": "1"}, "raw_body": "{ }"
}"#;

/// A temporary folder for each test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("polar-loopback-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Folder(std::env::temp_dir().join(name));
        fs::create_dir_all(&folder.0).unwrap();
        folder
    }

    fn with(self, file: &str, text: &str) -> Folder {
        let file = self.0.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        self
    }

    fn load(&self) -> Result<Recordings, LoadError> {
        Recordings::load(&self.0)
    }

    /// Returns the path within the folder, and the reason of the error.
    fn refusal(&self) -> (String, String) {
        let error = self.load().unwrap_err();
        let path = error.path().strip_prefix(&self.0).unwrap();
        assert!(error.to_string().contains(&error.path().display().to_string()));
        assert!(error.to_string().ends_with(error.reason()));
        (path.display().to_string(), error.reason().to_owned())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn names(recordings: &[Recording]) -> Vec<&str> {
    recordings.iter().map(|r| r.name.as_str()).collect()
}

/// Returns the response to a GET: the lines of its head, and its body.
fn fetch(server: &Server, target: &str) -> (Vec<String>, Vec<u8>) {
    let timeout = Duration::from_secs(10);
    let mut stream = TcpStream::connect_timeout(&server.address(), timeout).unwrap();
    stream.set_read_timeout(Some(timeout)).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nconnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let body = bytes.split_off(end + 4);
    let head = String::from_utf8(bytes).unwrap();
    (head.lines().map(str::to_owned).collect(), body)
}

#[test]
fn operation_is_taken_from_the_recording_not_from_the_file_name() {
    let without = RECORDING.replace(r#""operation_id": "orders:get","#, "");
    let folder = Folder::new().with("errors/_with.json", RECORDING).with("errors/_without.json", &without);
    let recordings = folder.load().unwrap();
    assert_eq!(recordings.errors[0].operation_id.as_deref(), Some("orders:get"));
    assert_eq!(recordings.errors[1].operation_id, None);
}

#[test]
fn files_are_loaded_in_order_of_their_names() {
    let folder = Folder::new()
        .with("README.md", "ignored")
        .with("responses/notes.txt", "ignored")
        .with("responses/b.json", RECORDING)
        .with("responses/a.2.json", RECORDING)
        .with("responses/_other.json", RECORDING)
        .with("errors/e.json", RECORDING)
        .with("webhooks/order.paid.1.json", WEBHOOK);
    let recordings = folder.load().unwrap();
    assert_eq!(names(&recordings.responses), ["_other", "a.2", "b"]);
    assert_eq!(names(&recordings.errors), ["e"]);
    assert_eq!(recordings.iter().count(), 4);

    let recording = &recordings.errors[0];
    assert_eq!(recording.operation_id.as_deref(), Some("orders:get"));
    assert_eq!(recording.kind.as_deref(), Some("unknown_id"));
    assert_eq!(recording.path_template.as_deref(), Some("/v1/orders/{id}"));
    assert_eq!(recording.query_pairs().len(), 3);
    assert_eq!(recording.request_content_type, None);

    let webhook = &recordings.webhooks[0];
    assert_eq!(webhook.name, "order.paid.1");
    assert_eq!((webhook.path.as_str(), webhook.secret.as_str()), ("/hook", "s"));
    assert_eq!(webhook.headers["webhook-id"], "1");
    assert_eq!(webhook.raw_body, "{ }");
}

#[test]
fn missing_folder_is_refused() {
    let folder = Folder::new();
    let missing = folder.0.join("missing");
    let error = Recordings::load(&missing).unwrap_err();
    assert_eq!(error.path(), missing);
    assert_eq!(error.reason(), "no such folder");
}

#[test]
fn folder_without_recordings_is_refused() {
    let reason = "no recording in responses/, errors/ or webhooks/".to_owned();
    assert_eq!(Folder::new().refusal(), (String::new(), reason.clone()));
    let misplaced = Folder::new().with("a.json", RECORDING).with("responses/a.txt", RECORDING);
    assert_eq!(misplaced.refusal(), (String::new(), reason));
}

#[test]
fn file_in_place_of_a_folder_is_refused() {
    let (path, _) = Folder::new().with("responses", "").refusal();
    assert_eq!(path, "responses");
}

#[test]
fn malformed_files_are_named() {
    let refusal = |text: &str| {
        let folder = Folder::new().with("responses/good.json", RECORDING).with("errors/bad.json", text);
        let (path, reason) = folder.refusal();
        assert_eq!(Path::new(&path), Path::new("errors/bad.json"));
        reason
    };
    assert!(refusal("").contains("EOF"));
    assert!(refusal("{\"status\": ").contains("EOF"));
    assert!(refusal("{} {}").contains("trailing"));
    assert_eq!(refusal("[]"), "not a JSON object");
    assert_eq!(refusal("{}"), "`method` is missing");
    let without_status = RECORDING.replace("\"status\"", "\"code\"");
    assert_eq!(refusal(&without_status), "`status` is missing");
    let without_body = RECORDING.replace("\"response_body\"", "\"body\"");
    assert_eq!(refusal(&without_body), "`response_body` is missing");
    let textual = RECORDING.replace("404", "\"404\"");
    assert_eq!(refusal(&textual), "`status` is not an HTTP status");
}

#[test]
fn malformed_webhook_is_named() {
    let without_secret = WEBHOOK.replace("secret", "key");
    assert_eq!(Folder::new().with("webhooks/w.json", &without_secret).refusal().1, "`secret` is missing");
}

#[test]
fn reply_has_the_recorded_headers_but_those_of_the_connection() {
    let folder = Folder::new().with("errors/e.json", RECORDING);
    let recording = folder.load().unwrap().errors.remove(0);
    let server = Server::start(move |_| recording.reply()).unwrap();
    let (head, body) = fetch(&server, "/");
    assert_eq!(
        head,
        [
            "HTTP/1.1 404 ",
            "content-type: application/json",
            "polar-version: 2026-04",
            "content-length: 22",
            "connection: close",
            "",
        ]
    );
    assert_eq!(body, br#"{"detail":"Not found"}"#);
}

#[test]
fn recorded_set_is_served_as_recorded() {
    let Some(dir) = std::env::var_os("POLAR_RECORDINGS") else {
        // `eprintln!` would be captured by the test harness.
        let _ = writeln!(std::io::stderr(), "skipped: POLAR_RECORDINGS is not set");
        return;
    };
    // Relative paths are relative to the workspace, while tests run in their package's folder.
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let recordings = Recordings::load(&workspace.join(dir)).unwrap_or_else(|e| panic!("{e}"));
    assert!(recordings.iter().any(Recording::is_success));

    let all: Vec<_> = recordings.iter().cloned().collect();
    let served = all.clone();
    let server = Server::start(move |request| {
        let index: usize = request.path[1..].parse().unwrap();
        served[index].reply()
    });
    let server = server.unwrap();
    for (index, recording) in all.iter().enumerate() {
        let (head, body) = fetch(&server, &format!("/{index}"));
        let name = &recording.name;
        assert_eq!(head[0], format!("HTTP/1.1 {} ", recording.status), "{name}");
        let content_type = recording.response_headers.get("content-type");
        assert_eq!(
            head.iter().find_map(|line| line.strip_prefix("content-type: ")),
            content_type.map(String::as_str),
            "{name}"
        );
        assert!(body == recording.response_bytes(), "{name}");
        if recording.status == 204 {
            assert!(body.is_empty(), "{name}");
        }
        if recording.response_body.is_object() {
            assert!(serde_json::from_slice::<Value>(&body).is_ok(), "{name}");
        }
    }
}
