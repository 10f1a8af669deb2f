//! Requests to the storage, where the content of files lies.
//!
//! Their addresses come from the API and carry their own authorization. So such a request has the headers that the
//! API gave with its address and no others: no token, no `Polar-Version`, and no hook of one's own sees it.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Response, StatusCode, Url};
use sha2::{Digest, Sha256};

use crate::calls::response::RawResponse;
use crate::calls::retry::Failure;

/// Why a request to the storage failed.
///
/// Addresses of the storage work like passwords, and never show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// What the API gave as an address or its headers is none, or leads where no content is sent. Nothing was sent.
    #[error("the address is invalid: {0}")]
    Address(String),
    /// The storage answered with a status other than a success.
    #[error("the storage answered with {status}{}", .code.as_ref().map(|code| format!(" {code}")).unwrap_or_default())]
    Refused {
        /// The status.
        status: StatusCode,
        /// What the storage calls the error: `AccessDenied`, also for an address whose time is over.
        code: Option<String>,
        /// How long the storage asks to wait.
        retry_after: Option<Duration>,
    },
    /// No answer came, or not a whole one.
    #[error("the storage gave no answer")]
    Connection(#[source] reqwest::Error),
    /// No answer came in time.
    #[error("the storage gave no answer in time")]
    Timeout,
    /// The storage took a part and did not say under which `ETag`.
    #[error("the storage answered without an `ETag`")]
    NoETag,
}

impl StorageError {
    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn transport(error: reqwest::Error) -> Self {
        // The address is a secret.
        if error.is_timeout() { Self::Timeout } else { Self::Connection(error.without_url()) }
    }

    /// Reads an answer that is no success: a little of it, and for a few seconds or a shorter `limit`.
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
        // Whatever can be read of the reason is more than nothing.
        let _ = tokio::time::timeout(limit.unwrap_or(TIME).min(TIME), reading).await;
        let raw = RawResponse { status, headers, body: body.freeze() };
        Self::Refused { status, code: code(&raw.body), retry_after: raw.retry_after() }
    }
}

/// All requests to the storage can be sent twice.
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

/// A request to an address that the API gave, with the headers that it gave along.
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

/// An address that the API gave.
pub(crate) fn address(text: &str) -> Result<Url, StorageError> {
    let url = Url::parse(text).map_err(|error| StorageError::Address(error.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(StorageError::Address("its scheme is not http or https".to_owned())),
    }
}

/// The value of a header, if it is a text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The SHA-256 of some bytes, as the API writes it.
#[cfg(feature = "uploads")]
pub(crate) fn sha256(bytes: &[u8]) -> String {
    encode(Sha256::new().chain_update(bytes))
}

/// What a SHA-256 came to, as the API writes it.
pub(crate) fn encode(digest: Sha256) -> String {
    BASE64_STANDARD.encode(digest.finalize())
}

/// What the storage calls an error, in the XML of its answer.
fn code(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let is_name = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_name && !code.is_empty()).then(|| code.to_owned())
}
