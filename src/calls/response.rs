use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};

use crate::data::redact::redact;

/// A typed answer, together with what the types do not cover.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The answer's value.
    pub value: T,
    /// The answer as it came.
    pub raw: RawResponse,
}

/// An answer as it came: status, headers and body.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl RawResponse {
    /// Returns how long the server asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_number && let Ok(seconds) = value.parse::<f64>() {
            // Some servers send fractions. More seconds than there can be are never over.
            return Some(Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(Duration::MAX));
        }
        let date = httpdate::parse_http_date(value).ok()?;
        Some(date.duration_since(SystemTime::now()).unwrap_or_default())
    }

    /// The id that the server gave the request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        let headers = ["x-request-id", "request-id"];
        headers.iter().find_map(|name| self.headers.get(*name)?.to_str().ok())
    }
}

/// The body may hold secrets, so only its size is shown; of secrets in headers only the beginning. The address that an
/// answer leads to may let in whoever has it.
impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut headers = self.headers.clone();
        headers.get_mut(LOCATION).into_iter().for_each(|location| location.set_sensitive(true));
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("headers", &format_args!("{}", redact(&format!("{headers:?}"))))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

impl RawResponse {
    /// Whether there is no body, or one that says nothing.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self.body.trim_ascii(), b"" | b"null")
    }
}
