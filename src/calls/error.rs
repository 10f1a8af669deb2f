//! Errors of calls.

mod api;
mod kind;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use api::{ApiError, Detail, LocationSegment, ValidationIssue};
pub use kind::ErrorKind;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;

use super::operation::Operation;
use super::platform;
use super::response::RawResponse;
use super::scope::ScopeSet;
use crate::data::codec::DecodeError;
use crate::data::redact::{excerpt, for_people};
use crate::types::Scope;

/// The names of the API's errors, to compare with [`Error::name`].
///
/// The documentation of each operation lists the names of its errors. The API may send others, so a `match` needs a
/// wildcard arm.
pub mod names {
    #[allow(unused_imports)] // Without resources, the document names no errors.
    pub use of_document::*;

    /// `insufficient_scope`: The token lacks a scope. [`Error::needed_scopes`](super::Error::needed_scopes) returns
    /// those that suffice.
    pub const INSUFFICIENT_SCOPE: &str = "insufficient_scope";
    /// `invalid_token`: The token is wrong or has expired.
    pub const INVALID_TOKEN: &str = "invalid_token";
    /// `RequestValidationError`: The input is invalid. [`Error::validation`](super::Error::validation) returns each
    /// issue.
    pub const REQUEST_VALIDATION_ERROR: &str = "RequestValidationError";

    /// A module of its own, so that the names above take precedence.
    mod of_document {
        include!(concat!(env!("OUT_DIR"), "/error_names.rs"));
    }
}

/// The error of a call, or of creating a client.
///
/// The response is kept: [`response`](Self::response) returns its status, headers and raw body, both for error
/// responses and for successful ones that could not be decoded.
///
/// `Display` does not repeat the causes that [`source`](std::error::Error::source) returns. To print them all, use
/// `{:#}` with the crate `anyhow`, or follow the sources. Tokens and secrets are redacted from `Display` and `Debug`
/// output.
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar, id: polar_client::types::CustomerId) {
/// match polar.customers().get(id).await {
///     Ok(customer) => println!("{customer:?}"),
///     Err(error) if error.is_not_found() => println!("no such customer"),
///     Err(error) => println!("{error}; try again in {:?}", error.retry_after()),
/// }
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    /// The message, for kinds that need one.
    message: String,
    response: Option<RawResponse>,
    api: Option<ApiError>,
    source: Option<SharedSource>,
    /// True if the timeout passed before there was a connection.
    is_unsent: bool,
}

/// Shared, since several calls can fail for the same reason.
type SharedSource = Arc<dyn std::error::Error + Send + Sync>;

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Inner {
            kind,
            operation: None,
            message,
            response: None,
            api: None,
            source: None,
            is_unsent: false,
        }))
    }

    /// Creates an error of an operation.
    pub(crate) fn of(operation: &'static Operation, kind: ErrorKind, message: impl Into<String>) -> Self {
        let mut error = Self::new(kind, message);
        error.0.operation = Some(operation);
        error
    }

    #[must_use]
    pub(crate) fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// Sets a source that is shared with other errors.
    #[cfg(feature = "sign-in")]
    #[must_use]
    pub(crate) fn with_shared_source(mut self, source: Arc<Error>) -> Self {
        self.0.source = Some(source);
        self
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    pub(crate) fn invalid_request(operation: &'static Operation, message: impl Into<String>) -> Self {
        Self::of(operation, ErrorKind::InvalidRequest, message)
    }

    /// Creates the error for a response with an error status.
    pub(crate) fn status_of(operation: &'static Operation, response: RawResponse) -> Self {
        let mut error = Self::of(operation, ErrorKind::Status, "");
        error.0.api = Some(ApiError::new(&response));
        error.0.response = Some(response);
        error
    }

    /// Creates the error for a request whose version the API does not serve.
    pub(crate) fn version_removed(operation: &'static Operation, version: &HeaderValue, response: RawResponse) -> Self {
        let version = String::from_utf8_lossy(version.as_bytes());
        let mut error = Self::of(operation, ErrorKind::VersionRemoved, version);
        error.0.response = Some(response);
        error
    }

    /// Creates the error for a missing or incomplete response.
    pub(crate) fn transport(operation: &'static Operation, source: reqwest::Error) -> Self {
        let kind = if source.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Connection };
        // The URL may contain secrets.
        Self::of(operation, kind, "").with_source(source.without_url())
    }

    /// Creates the error for a timeout while connecting, when nothing was sent.
    pub(crate) fn connection_timeout(operation: &'static Operation, source: reqwest::Error) -> Self {
        let mut error = Self::transport(operation, source);
        error.0.is_unsent = true;
        error
    }

    /// Creates the error for a successful response that could not be decoded.
    pub(crate) fn decode(operation: &'static Operation, source: DecodeError, response: RawResponse) -> Self {
        let mut error = Self::of(operation, ErrorKind::Decode, "").with_source(source);
        error.0.response = Some(response);
        error
    }

    pub(crate) fn missing_scope(operation: &'static Operation, has: &ScopeSet) -> Self {
        Self::of(operation, ErrorKind::MissingScope, has.to_string())
    }

    /// Removes the response body, which may contain secrets.
    #[cfg(feature = "sign-in")]
    #[must_use]
    pub(crate) fn without_body(mut self) -> Self {
        if let Some(response) = &mut self.0.response {
            response.body = bytes::Bytes::new();
        }
        self
    }

    /// Returns the kind of error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the operation that failed; `None` if the error does not belong to a call.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// Returns the response, if one was received.
    pub fn response(&self) -> Option<&RawResponse> {
        self.0.response.as_ref()
    }

    /// Returns the status of the response, if one was received.
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(|response| response.status)
    }

    /// Returns the error that the API sent; `None` unless the kind is [`ErrorKind::Status`].
    pub fn api(&self) -> Option<&ApiError> {
        self.0.api.as_ref()
    }

    /// Returns the name of the API's error, such as `AlreadyCanceledSubscription`, if it has one.
    ///
    /// [`names`] has a constant for each name in the API's document, and the page of each operation lists those that it
    /// fails with. The API may send others.
    ///
    /// ```no_run
    /// # async fn example(polar: polar_client::Polar, id: polar_client::types::SubscriptionId) {
    /// use polar_client::error::names;
    ///
    /// if let Err(error) = polar.subscriptions().revoke(id).await {
    ///     match error.name() {
    ///         Some(names::ALREADY_CANCELED_SUBSCRIPTION) => println!("it was canceled before"),
    ///         Some(names::SUBSCRIPTION_LOCKED) => println!("it is being changed, try again in a moment"),
    ///         _ => println!("it was not canceled: {error}"),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn name(&self) -> Option<&str> {
        self.api()?.name.as_deref()
    }

    /// Returns the validation issues of the input (422).
    pub fn validation(&self) -> &[ValidationIssue] {
        match self.api().map(|error| &error.detail) {
            Some(Some(Detail::Validation(issues))) => issues,
            _ => &[],
        }
    }

    /// Returns the cause and position of a decoding error; `None` unless the kind is [`ErrorKind::Decode`].
    pub fn decode_error(&self) -> Option<&DecodeError> {
        self.find_source()
    }

    /// Returns the scopes that would have allowed the call, if it failed for lack of one. Any one of them suffices.
    pub fn needed_scopes(&self) -> &'static [Scope] {
        let api_misses_scope = self.name() == Some(names::INSUFFICIENT_SCOPE);
        match self.operation() {
            Some(operation) if api_misses_scope || self.kind() == ErrorKind::MissingScope => operation.scopes(),
            _ => &[],
        }
    }

    /// Returns the value of the `Retry-After` header ([RFC
    /// 9110](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)). A date is converted to the time that is left
    /// until then.
    pub fn retry_after(&self) -> Option<Duration> {
        self.response().and_then(RawResponse::retry_after)
    }

    /// Returns the request id, if the server sent one.
    pub fn request_id(&self) -> Option<&str> {
        self.response().and_then(RawResponse::request_id)
    }

    /// Returns true if the resource does not exist (404). False for [`ErrorKind::VersionRemoved`].
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND) && self.kind() == ErrorKind::Status
    }

    /// Returns true if the token is missing, invalid or expired (401).
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Returns true if the token does not permit the operation (403).
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN)
    }

    /// Returns true if the rate limit was exceeded (429). See [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns true if the error is due to a timeout.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Returns true if the connection failed, so that nothing was sent.
    pub fn is_connect(&self) -> bool {
        self.0.is_unsent || self.find_source::<reqwest::Error>().is_some_and(platform::is_connect)
    }

    /// Returns true if the body of a successful response could not be decoded.
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// Returns the immediate source, if it is of type `T`.
    pub(crate) fn find_source<T: std::error::Error + 'static>(&self) -> Option<&T> {
        std::error::Error::source(self).and_then(|source| source.downcast_ref())
    }

    fn write(&self, f: &mut dyn fmt::Write) -> fmt::Result {
        let Inner { kind, operation, message, response, api, .. } = &*self.0;
        if let Some(operation) = operation {
            write!(f, "`{operation}` ")?;
        }
        let status = response.as_ref().map(|response| response.status).unwrap_or_default();
        match kind {
            ErrorKind::Status => {
                write!(f, "was answered with {status}")?;
                match (api, response) {
                    (Some(api), _) if api.name.is_some() => write!(f, " {api}")?,
                    (Some(api), _) if !api.is_empty() => write!(f, ": {api}")?,
                    (_, Some(response)) if !response.body.is_empty() => write!(f, ": {}", excerpt(&response.body, 0))?,
                    _ => {}
                }
                match self.needed_scopes() {
                    [] => Ok(()),
                    scopes => write!(f, " (the token needs {})", any_of(scopes)),
                }
            }
            ErrorKind::Decode => {
                write!(f, "answered {status} with an unexpected body")?;
                match (response, self.decode_error()) {
                    (Some(response), Some(error)) => {
                        write!(f, " near `{}`", excerpt(&response.body, error.offset()))
                    }
                    _ => Ok(()),
                }
            }
            ErrorKind::VersionRemoved => write!(
                f,
                "was answered with {status}: the API no longer serves version {message}; a newer release of polar-client is \
                 needed"
            ),
            ErrorKind::Connection => f.write_str("got no answer"),
            ErrorKind::Timeout if self.0.is_unsent => f.write_str("had no connection in time"),
            ErrorKind::Timeout => f.write_str("got no answer in time"),
            ErrorKind::MissingScope => {
                write!(f, "needs a token with {}; this one has: {message}", any_of(self.needed_scopes()))
            }
            ErrorKind::InvalidRequest => write!(f, "cannot be called: {message}"),
            _ => f.write_str(message),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text)?;
        f.write_str(&for_people(&text))
    }
}

/// The message may quote the request, so it is redacted.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Error");
        shown.field("kind", &self.kind()).field("message", &self.to_string());
        if let Some(api) = self.api() {
            shown.field("api", api);
        }
        if let Some(response) = self.response() {
            shown.field("response", response);
        }
        if let Some(source) = &self.0.source {
            shown.field("source", source);
        }
        shown.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.0.source.as_deref()?)
    }
}

/// Joins alternative scopes with "or".
fn any_of(scopes: &[Scope]) -> String {
    let names: Vec<String> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
    names.join(" or ")
}

/// Returns an error and its sources on one line, for logs.
#[cfg(any(feature = "uploads", feature = "downloads", feature = "spool"))]
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
