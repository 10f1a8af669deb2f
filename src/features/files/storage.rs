//! Requests to the storage that holds the content of files.
//!
//! The API returns presigned URLs, together with the headers to send. Nothing else is sent: no token and no
//! `Polar-Version`. Middleware is not called.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Response, StatusCode, Url};
use sha2::{Digest, Sha256};

use crate::calls::response::RawResponse;
use crate::calls::retry::Failure;

/// The error of a request to the storage.
///
/// URLs of the storage grant access, so they are redacted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The URL or a header from the API is invalid, or a redirect is not allowed. Nothing was sent.
    #[error("the address is invalid: {0}")]
    Address(String),
    /// The storage responded with an error status.
    #[error("the storage answered with {status}{}", .code.as_ref().map(|code| format!(" {code}")).unwrap_or_default())]
    Refused {
        /// The status code.
        status: StatusCode,
        /// The storage's error code, such as `AccessDenied`, which is also sent for expired URLs.
        code: Option<String>,
        /// The delay that the storage asks for.
        retry_after: Option<Duration>,
    },
    /// The response is missing or incomplete.
    #[error("the storage gave no answer")]
    Connection(#[source] reqwest::Error),
    /// The request timed out.
    #[error("the storage gave no answer in time")]
    Timeout,
    /// The storage accepted a part, but its response has no `ETag`.
    #[error("the storage answered without an `ETag`")]
    NoETag,
}

impl StorageError {
    /// Returns the status of the response, if one was received.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn transport(error: reqwest::Error) -> Self {
        // The URL is a secret.
        if error.is_timeout() { Self::Timeout } else { Self::Connection(error.without_url()) }
    }

    /// Reads the start of an error response, for a few seconds or a shorter `limit`.
    pub(crate) async fn refused(mut response: Response, limit: Option<Duration>) -> Self {
        const LIMIT: usize = 16 * 1024;
        const TIME: Duration = Duration::from_secs(5);
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = bytes::BytesMut::new();
        let reading = async {
            while let Ok(Some(piece)) = response.chunk().await {
                body.extend_from_slice(&piece[..piece.len().min(LIMIT - body.len())]);
                if body.len() == LIMIT {
                    break;
                }
            }
        };
        // A truncated body may still contain the error code.
        let _ = tokio::time::timeout(limit.unwrap_or(TIME).min(TIME), reading).await;
        let raw = RawResponse { status, headers, body: body.freeze() };
        Self::Refused { status, code: code(&raw.body), retry_after: raw.retry_after() }
    }
}

/// All requests to the storage are idempotent.
impl From<&StorageError> for Failure {
    fn from(error: &StorageError) -> Self {
        match error {
            StorageError::Refused { status, retry_after, .. } => {
                Self::Refused { status: *status, retry_after: *retry_after }
            }
            StorageError::Connection(_) | StorageError::Timeout => Self::Interrupted,
            StorageError::Address(_) | StorageError::NoETag => Self::Final,
        }
    }
}

/// Creates a request to a URL from the API, with the headers that belong to it.
pub(crate) fn request(
    method: Method,
    url: Url,
    headers: Option<&BTreeMap<String, String>>,
) -> Result<Request, StorageError> {
    let mut request = Request::new(method, url);
    for (name, value) in headers.into_iter().flatten() {
        let problem = || StorageError::Address(format!("its header `{}` cannot be sent", name.escape_debug()));
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| problem())?;
        request.headers_mut().append(header, HeaderValue::from_str(value).map_err(|_| problem())?);
    }
    Ok(request)
}

/// Parses a URL from the API.
pub(crate) fn address(text: &str) -> Result<Url, StorageError> {
    let url = Url::parse(text).map_err(|error| StorageError::Address(error.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(StorageError::Address("its scheme is not http or https".to_owned())),
    }
}

/// Returns the value of a header, if it is text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Returns the SHA-256 of some bytes, in base64.
#[cfg(feature = "uploads")]
pub(crate) fn sha256(bytes: &[u8]) -> String {
    encode(Sha256::new().chain_update(bytes))
}

/// Returns a finished SHA-256, in base64.
pub(crate) fn encode(digest: Sha256) -> String {
    BASE64_STANDARD.encode(digest.finalize())
}

/// Returns the error code in an XML response of the storage.
fn code(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let is_name = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_name && !code.is_empty()).then(|| code.to_owned())
}
