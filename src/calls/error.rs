//! What can go wrong with a call.

mod api;

use std::fmt;
use std::time::Duration;

pub use api::{ApiError, Detail, LocationSegment, ValidationIssue};
use reqwest::StatusCode;

use super::operation::Operation;
use super::response::RawResponse;
use super::scope::ScopeSet;
use crate::data::codec::DecodeError;
use crate::data::redact::{excerpt, redact};
use crate::types::Scope;

/// Why a call failed.
///
/// Whatever the server sent is kept: the status, the headers and the raw body of an answer are there in
/// [`Error::response`], whether it was an error or a success that could not be decoded.
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar, id: polar_client::Uuid) {
/// match polar.customers().get(id).await {
///     Ok(customer) => println!("{customer:?}"),
///     Err(error) if error.is_not_found() => println!("no such customer"),
///     Err(error) => println!("{error}; try again in {:?}", error.retry_after()),
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The server answered with a status other than a success.
    Api(Box<ApiError>),
    /// The server answered with a success whose body is not what the document says.
    Decode(Box<BodyError>),
    /// No answer came, or not a whole one: the connection could not be made, or broke.
    Connection(Box<ConnectionError>),
    /// No answer came in time.
    Timeout(Box<ConnectionError>),
    /// The answer's body is longer than the client allows.
    BodyTooLarge {
        /// The operation.
        operation: &'static Operation,
        /// How many bytes are allowed.
        limit: usize,
    },
    /// The client was told what its token may do, and this is not among it. Nothing was sent.
    MissingScope {
        /// The operation.
        operation: &'static Operation,
        /// The scopes of which any one suffices.
        needs: &'static [Scope],
        /// The scopes of the token.
        has: ScopeSet,
    },
    /// The request could not be made of what was given.
    InvalidRequest {
        /// The operation.
        operation: &'static Operation,
        /// What is wrong.
        message: String,
    },
    /// The client could not be made of what was given.
    Configuration(String),
    /// The file that keeps usage events cannot be used.
    #[cfg(feature = "spool")]
    Spool(crate::features::ingest::SpoolError),
    /// Whoever came back from the consent page brought nothing that gives tokens.
    #[cfg(feature = "oauth2-flows")]
    Authorization(crate::features::oauth2::AuthorizationError),
    /// The access token has expired, and could not be refreshed. The call was not sent, or was refused as
    /// unauthorized, so nothing has been done.
    #[cfg(feature = "oauth2-flows")]
    TokenRefresh {
        /// The operation that was called.
        operation: &'static Operation,
        /// Why the refresh failed, which may have been for other calls as well.
        source: std::sync::Arc<Error>,
    },
}

/// A success whose body could not be decoded.
#[derive(Debug)]
#[non_exhaustive]
pub struct BodyError {
    /// The operation.
    pub operation: &'static Operation,
    /// What is wrong with the body, and where.
    pub source: DecodeError,
    /// The answer as it came.
    pub response: RawResponse,
}

impl BodyError {
    /// The part of the body around the place of the error.
    pub fn excerpt(&self) -> String {
        excerpt(&self.response.body, self.source.offset())
    }
}

/// A connection that could not be made, or broke.
#[derive(Debug)]
#[non_exhaustive]
pub struct ConnectionError {
    /// The operation.
    pub operation: &'static Operation,
    /// What happened, without the address, which may hold secrets.
    pub source: reqwest::Error,
}

impl Error {
    pub(crate) fn transport(operation: &'static Operation, source: reqwest::Error) -> Self {
        let is_timeout = source.is_timeout();
        let error = Box::new(ConnectionError { operation, source: source.without_url() });
        if is_timeout { Self::Timeout(error) } else { Self::Connection(error) }
    }

    pub(crate) fn decode(operation: &'static Operation, source: DecodeError, response: RawResponse) -> Self {
        Self::Decode(Box::new(BodyError { operation, source, response }))
    }

    /// The kind of failure in a word, without anything that the server said.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Api(_) => "refused",
            Self::Decode(_) => "unexpected body",
            Self::Connection(_) => "no answer",
            Self::Timeout(_) => "timeout",
            Self::BodyTooLarge { .. } => "body too large",
            Self::MissingScope { .. } => "missing scope",
            Self::InvalidRequest { .. } => "invalid request",
            Self::Configuration(_) => "configuration",
            #[cfg(feature = "spool")]
            Self::Spool(_) => "spool",
            #[cfg(feature = "oauth2-flows")]
            Self::Authorization(_) => "no authorization",
            #[cfg(feature = "oauth2-flows")]
            Self::TokenRefresh { .. } => "no valid token",
        }
    }

    /// The operation that failed; `None` if the client itself could not be made.
    pub fn operation(&self) -> Option<&'static Operation> {
        match self {
            Self::Api(error) => Some(error.operation),
            Self::Decode(error) => Some(error.operation),
            Self::Connection(error) | Self::Timeout(error) => Some(error.operation),
            Self::InvalidRequest { operation, .. }
            | Self::MissingScope { operation, .. }
            | Self::BodyTooLarge { operation, .. } => Some(operation),
            Self::Configuration(_) => None,
            #[cfg(feature = "spool")]
            Self::Spool(_) => None,
            #[cfg(feature = "oauth2-flows")]
            Self::Authorization(_) => None,
            #[cfg(feature = "oauth2-flows")]
            Self::TokenRefresh { operation, .. } => Some(operation),
        }
    }

    /// What the API said of its refusal.
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// The answer as it came, if one did.
    pub fn response(&self) -> Option<&RawResponse> {
        match self {
            Self::Api(error) => Some(&error.response),
            Self::Decode(error) => Some(&error.response),
            _ => None,
        }
    }

    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(|response| response.status)
    }

    /// Whether what was asked for is not there (404).
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the token is missing, wrong or expired (401).
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Whether the token may not do this (403).
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN)
    }

    /// Whether there were too many requests (429). See [`Error::retry_after`].
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether no answer came in time.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// What is wrong with the input, property by property (422).
    pub fn validation(&self) -> &[ValidationIssue] {
        match self.api().map(|error| &error.detail) {
            Some(Some(Detail::Validation(issues))) => issues,
            _ => &[],
        }
    }

    /// The scopes of which any one would have sufficed, if the call failed for want of one.
    pub fn needed_scopes(&self) -> &'static [Scope] {
        match self {
            Self::MissingScope { needs, .. } => needs,
            Self::Api(error) if error.name.as_deref() == Some("insufficient_scope") => error.operation.scopes(),
            _ => &[],
        }
    }

    /// How long the server asks to wait, by its header `Retry-After`
    /// ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)): seconds, or the time left to a date.
    pub fn retry_after(&self) -> Option<Duration> {
        self.response().and_then(RawResponse::retry_after)
    }

    /// The id that the server gave the request, if it sent one.
    pub fn request_id(&self) -> Option<&str> {
        self.response().and_then(RawResponse::request_id)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact(&self.text()))
    }
}

impl Error {
    /// What went wrong, with whatever the server said.
    fn text(&self) -> String {
        match self {
            Self::Api(error) if !self.needed_scopes().is_empty() => {
                format!("{error} The token needs {}.", any_of(self.needed_scopes()))
            }
            Self::Api(error) => error.to_string(),
            Self::Decode(error) => format!(
                "`{}` answered {} with an unexpected body: {}; near `{}`",
                error.operation,
                error.response.status,
                error.source,
                error.excerpt()
            ),
            Self::Connection(error) => format!("`{}` got no answer: {}", error.operation, causes(&error.source)),
            Self::Timeout(error) => format!("`{}` got no answer in time", error.operation),
            Self::BodyTooLarge { operation, limit } => {
                format!("`{operation}` was answered with a body of more than {limit} bytes")
            }
            Self::MissingScope { operation, needs, has } => {
                format!("`{operation}` needs a token with {}; this one has: {has}", any_of(needs))
            }
            Self::InvalidRequest { operation, message } => format!("`{operation}` cannot be called: {message}"),
            Self::Configuration(message) => format!("the client cannot be made: {message}"),
            #[cfg(feature = "spool")]
            Self::Spool(error) => error.to_string(),
            #[cfg(feature = "oauth2-flows")]
            Self::Authorization(error) => format!("there is no authorization: {error}"),
            #[cfg(feature = "oauth2-flows")]
            Self::TokenRefresh { operation, source } => {
                format!("`{operation}` has no valid token, since it could not be refreshed: {source}")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Decode(error) => Some(&error.source),
            Self::Connection(error) | Self::Timeout(error) => Some(&error.source),
            #[cfg(feature = "oauth2-flows")]
            Self::Authorization(error) => Some(error),
            #[cfg(feature = "oauth2-flows")]
            Self::TokenRefresh { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

/// A list of scopes of which one suffices, in words.
fn any_of(scopes: &[Scope]) -> String {
    let names: Vec<String> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
    names.join(" or ")
}

/// An error with everything behind it, in one line.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
