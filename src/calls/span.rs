//! The span of an attempt, with the attributes of OpenTelemetry's [semantic conventions for HTTP clients][conventions].
//!
//! [conventions]: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client

use reqwest::Url;
use tracing::{Span, field, info_span};
use uuid::Uuid;

use super::error::{Error, ErrorKind};
use super::operation::Operation;
use super::response::RawResponse;

/// The replacement for values that may be secret or personal, as in the conventions.
const HIDDEN: &str = "REDACTED";

/// Creates the span of an attempt, counted from 1. Attempts do not share one, since their attributes would be mixed up.
pub(crate) fn of_attempt(operation: &'static Operation, url: &Url, attempt: u64) -> Span {
    let span = info_span!(
        "polar",
        otel.kind = "client",
        otel.name = field::Empty,
        otel.status_code = field::Empty,
        http.request.method = operation.method,
        http.request.resend_count = field::Empty,
        http.response.status_code = field::Empty,
        url.template = operation.path(),
        url.full = field::Empty,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        "error.type" = field::Empty,
        polar.operation = operation.id(),
        polar.request_id = field::Empty,
    );
    if !span.is_disabled() {
        span.record("otel.name", format_args!("{} {}", operation.method, operation.path()));
        span.record("url.full", shown(operation, url).as_str());
        if attempt > 1 {
            span.record("http.request.resend_count", attempt - 1);
        }
    }
    span
}

/// Records the status and the request id of a response.
pub(crate) fn record_response(span: &Span, head: &RawResponse) {
    span.record("http.response.status_code", head.status.as_u16());
    if let Some(id) = head.request_id() {
        span.record("polar.request_id", id);
    }
}

/// Records that an attempt failed: by the status, if there is a response that is not a success, or else by the kind of
/// error. The message is not recorded, since it may quote a body.
pub(crate) fn record_failure(span: &Span, error: &Error) {
    span.record("otel.status_code", "ERROR");
    match error.status().filter(|_| error.kind() != ErrorKind::Decode) {
        Some(status) => span.record("error.type", status.as_str()),
        None => span.record("error.type", error.kind().as_str()),
    };
}

/// Returns the URL of a request without values that may be secret or personal. It shows ids, booleans, and which page of a
/// list is requested.
fn shown(operation: &Operation, url: &Url) -> Url {
    let mut shown = url.clone();
    // The base URL may have a path, too.
    let segments: Vec<&str> = url.path().split('/').collect();
    let template: Vec<&str> = operation.path().split('/').skip(1).collect();
    let base = segments.len().saturating_sub(template.len());
    let path = segments.iter().enumerate().map(|(index, segment)| {
        let part = index.checked_sub(base).and_then(|index| template.get(index));
        if part.is_some_and(|part| part.starts_with('{')) { public("", segment) } else { segment }
    });
    shown.set_path(&path.collect::<Vec<_>>().join("/"));
    if url.query().is_some() {
        let pairs = url.query_pairs();
        shown.query_pairs_mut().clear().extend_pairs(pairs.map(|(name, value)| {
            let value = public(&name, &value).to_owned();
            (name, value)
        }));
    }
    shown
}

/// Returns the value of a parameter, or [`HIDDEN`]. Numbers may be personal, too, such as phone numbers.
fn public<'v>(name: &str, value: &'v str) -> &'v str {
    let is_paging = matches!(name, "limit" | "page") && value.parse::<i64>().is_ok();
    let is_public = is_paging || value.parse::<bool>().is_ok() || Uuid::try_parse(value).is_ok();
    if is_public { value } else { HIDDEN }
}
