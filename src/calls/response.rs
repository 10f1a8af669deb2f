use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{StatusCode, Url};

use crate::data::redact::for_people;

/// A decoded value and the response that it came in.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded value.
    pub value: T,
    /// The raw response.
    pub raw: RawResponse,
}

/// A raw response: status, headers and body.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawResponse {
    /// The status code.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl RawResponse {
    /// Returns the value of the `Retry-After` header.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_number && let Ok(seconds) = value.parse::<f64>() {
            // Some servers send fractions. Values that overflow mean "never".
            return Some(Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(Duration::MAX));
        }
        let date = httpdate::parse_http_date(value).ok()?;
        Some((DateTime::<Utc>::from(date) - Utc::now()).to_std().unwrap_or_default())
    }

    /// Returns the request id that the server assigned.
    pub(crate) fn request_id(&self) -> Option<&str> {
        let headers = ["x-request-id", "request-id"];
        headers.iter().find_map(|name| self.headers.get(*name)?.to_str().ok())
    }
}

/// A URL is redacted, since it may grant access to a file.
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

/// Headers whose values are shown. Others, such as `Location` and `Set-Cookie`, may contain secrets.
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

/// Shows the size of the body and the names of unlisted headers, since their values may be secrets.
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
    /// Returns true if the body is empty or `null`.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self.body.trim_ascii(), b"" | b"null")
    }
}
