//! Reads an upstream document from a file or over HTTP, and rejects anything but OpenAPI 3.1.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use polar_client::reqwest::{self, StatusCode};
use serde_json::Value;

use super::order;

/// The document has less than 3 MB; a larger body is something else.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

const TIMEOUT: Duration = Duration::from_secs(60);

/// Reads a document from a URL or a file.
///
/// # Errors
/// If it cannot be read, is not JSON, or is not an OpenAPI 3.1 document with paths. The error names `from` and, for
/// invalid JSON, the line and column.
pub fn read(from: &str) -> Result<Value> {
    let is_url = from.starts_with("https://") || from.starts_with("http://");
    let text = match is_url {
        true => download(from)?
            .with_context(|| format!("cannot download {from}: the server responded with 404 Not Found"))?,
        false => fs::read_to_string(from).with_context(|| format!("cannot read {from}"))?,
    };
    parse(&text).with_context(|| from.to_owned())
}

/// Reads a document from a URL, if it exists.
///
/// # Errors
/// As for [`read`], except for a response with status 404.
pub fn read_if_there(url: &str) -> Result<Option<Value>> {
    let text = download(url)?;
    text.map(|text| parse(&text).with_context(|| url.to_owned())).transpose()
}

/// Downloads a text; `None` if the status is 404.
fn download(url: &str) -> Result<Option<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let download = async {
        let mut response = reqwest::Client::builder().timeout(TIMEOUT).build()?.get(url).send().await?;
        let status = response.status();
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        ensure!(status.is_success(), "the server responded with {status}");
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.context("the body breaks off")? {
            ensure!(body.len() + chunk.len() <= BODY_LIMIT, "its body is larger than {BODY_LIMIT} bytes");
            body.extend_from_slice(&chunk);
        }
        String::from_utf8(body).map(Some).context("the body is not UTF-8")
    };
    runtime.block_on(download).with_context(|| format!("cannot download {url}"))
}

fn parse(text: &str) -> Result<Value> {
    ensure!(!text.trim().is_empty(), "the document is empty");
    let mut document: Value = serde_json::from_str(text).context("not JSON")?;
    ensure!(document.is_object(), "not an OpenAPI document: not an object");
    match &document["openapi"] {
        Value::String(version) if version.starts_with("3.1.") => {}
        Value::Null => bail!("not an OpenAPI document: `openapi` is missing"),
        version => bail!("`openapi` is {version}, expected 3.1.x"),
    }
    match &document["paths"] {
        Value::Object(paths) if !paths.is_empty() => {
            order::record(&mut document, text);
            Ok(document)
        }
        Value::Object(_) => bail!("`paths` is empty"),
        Value::Null => bail!("`paths` is missing"),
        _ => bail!("`paths` is not an object"),
    }
}
