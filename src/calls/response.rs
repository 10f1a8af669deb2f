use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{StatusCode, Url};

use crate::data::redact::for_people;

/// A typed answer, together with what the types do not cover.
#[derive(Clone)]
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

/// An address that is the answer is not shown: it may let in whoever has it.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Response");
        if std::any::type_name::<T>() == std::any::type_name::<Url>() {
            shown.field("value", &format_args!("[hidden]"));
        } else {
            shown.field("value", &self.value);
        }
        shown.field("raw", &self.raw).finish()
    }
}

/// Headers whose values are shown. Any other may be a secret: `Location`, `Set-Cookie`.
const SHOWN_HEADERS: [&str; 22] = [
    "accept-ranges",
    "age",
    "allow",
    "cache-control",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "deprecation",
    "expires",
    "last-modified",
    "polar-version",
    "request-id",
    "retry-after",
    "server",
    "sunset",
    "transfer-encoding",
    "vary",
    "x-request-id",
];

/// The body may hold secrets, so only its size is shown; of headers that are not known, only the name.
impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.headers.iter().map(|(name, value)| {
            let is_shown = SHOWN_HEADERS.contains(&name.as_str());
            let value = if is_shown { String::from_utf8_lossy(value.as_bytes()) } else { "[hidden]".into() };
            (name.as_str(), for_people(&value).into_owned())
        });
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("headers", &headers.collect::<Vec<_>>())
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
