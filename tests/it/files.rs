//! Uploads, downloads and exports, with separate servers for the API and its storage.

mod downloads;
mod exports;
mod resumed_uploads;
mod secrets;
mod uploads;

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use polar_client::csv::{Cells, OrderRow, RowError, RowProblem, Rows};
use polar_client::downloads::DownloadError;
use polar_client::storage::StorageError;
use polar_client::types::*;
use polar_client::uploads::{Source, UploadEvent, UploadFailure, UploadState};
use polar_client::{Bytes, CustomerPortal, Decimal, Polar, RetryPolicy};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::recordings;

const TOKEN: &str = "polar_oat_secret_0123456789";
const SIGNATURE: &str = "aaa062957302f601a005";
const FILE: &str = "fcb7813d-14fb-458a-b5e0-be3958b9ba9d";

fn sha256(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(bytes))
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 7 % 251) as u8).collect()
}

fn soon() -> RetryPolicy {
    RetryPolicy::default().first_delay(Duration::from_millis(1)).jitter(false)
}

/// Returns the messages of an error and its sources.
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The API, and the storage that its responses refer to.
struct World {
    api: Server,
    storage: Server,
}

impl World {
    /// Starts both servers. `storage` returns the response to a request with the given part number.
    fn new(storage: impl Fn(&Request, i64) -> Reply + Send + Sync + 'static) -> Self {
        let storage = server(move |request| {
            let number = request.path.rsplit('/').next().and_then(|number| number.parse().ok());
            storage(request, number.unwrap_or_default())
        });
        let address = storage.url();
        let api = server(move |request| api(request, &address));
        Self { api, storage }
    }

    fn polar(&self) -> Polar {
        client(&self.api)
    }

    /// Returns the last content of each part that was sent.
    fn parts(&self) -> BTreeMap<i64, Vec<u8>> {
        let number = |request: &Request| request.path.rsplit('/').next().and_then(|number| number.parse().ok());
        self.storage.requests().into_iter().map(|request| (number(&request).expect("a part"), request.body)).collect()
    }

    fn content(&self) -> Vec<u8> {
        self.parts().into_values().flatten().collect()
    }

    fn called(&self, end: &str) -> Vec<Value> {
        let requests = self.api.requests();
        let called = requests.iter().filter(|request| request.path.ends_with(end));
        called.map(|request| request.json().expect("JSON")).collect()
    }
}

fn server(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(reply).expect("a server")
}

fn client(api: &Server) -> Polar {
    let builder = Polar::builder().token(TOKEN).retry(soon());
    builder.base_url(&api.url()).expect("a URL").build().expect("a client")
}

/// Responds to `files:create` and `files:uploaded` like the API.
fn api(request: &Request, storage: &str) -> Reply {
    let body = request.json().expect("JSON");
    if request.path.ends_with("/uploaded") {
        return Reply::json(200, &file());
    }
    let mut answer = file();
    let parts = body["upload"]["parts"].as_array().expect("parts").iter().map(|part| {
        let mut part = part.clone();
        part["url"] = json!(format!("{storage}/bucket/{}?X-Amz-Signature={SIGNATURE}", part["number"]));
        part["expires_at"] = json!("2036-11-20T12:07:44.022741Z");
        part["headers"] = json!({ "x-amz-checksum-sha256": part["checksum_sha256_base64"] });
        part
    });
    answer["upload"] = json!({ "id": "upload-1", "path": "downloadable/x", "parts": parts.collect::<Vec<_>>() });
    Reply::json(201, &answer)
}

fn file() -> Value {
    json!({
        "id": FILE,
        "organization_id": "4ed52778-6440-47b0-a753-83b62c345171",
        "name": "film.mp4",
        "path": "downloadable/x",
        "mime_type": "video/mp4",
        "size": 3,
        "storage_version": null,
        "checksum_etag": null,
        "checksum_sha256_base64": null,
        "checksum_sha256_hex": null,
        "last_modified_at": null,
        "version": null,
        "service": "downloadable",
        "is_uploaded": true,
        "created_at": "2026-11-20T11:07:44.023436Z",
        "size_readable": "3.0 B",
    })
}

fn taken(number: i64) -> Reply {
    Reply::new(200).header("etag", format!("\"etag-{number}\""))
}

fn etags(completed: &Value) -> Vec<&str> {
    let parts = completed["parts"].as_array().expect("parts");
    parts.iter().map(|part| part["checksum_etag"].as_str().expect("a text")).collect()
}

/// Returns a file as listed in the customer portal.
fn listed(url: &str, content: &[u8], sum: Option<String>) -> FileDownload {
    let mut file = file();
    file["size"] = json!(content.len());
    file["checksum_sha256_base64"] = json!(sum);
    file["download"] =
        json!({ "url": url, "headers": { "x-amz-test": "given" }, "expires_at": "2036-11-20T12:09:38.760540Z" });
    serde_json::from_value(file).expect("a file")
}

fn portal() -> CustomerPortal {
    CustomerPortal::builder().token("polar_cst_secret").retry(soon()).build().expect("a client")
}
