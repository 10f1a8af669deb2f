use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, USER_AGENT};
use reqwest::{StatusCode, Url};
use serde_json::{Value, json};
use tracing::{Instrument, Span, debug, field, info_span};

use super::authorization::{Authorization, Token, TokenSource};
use super::byte_stream::ByteStream;
use super::connecting;
use super::error::{Error, ErrorKind};
use super::middleware::{Middleware, Next};
use super::operation::{Credential, Operation};
use super::options::Options;
#[cfg(feature = "rate-limit")]
use super::rate_limit::RateLimit;
use super::request::Request;
use super::response::RawResponse;
use super::retry::{self, RetryPolicy};
use crate::data::codec::DecodeError;

/// What all clients send their requests through. All requests to the API pass here. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Transport {
    settings: Arc<Settings>,
    /// The version of the client.
    version: &'static str,
}

/// How requests are sent.
#[derive(Clone)]
pub(crate) struct Settings {
    pub http: reqwest::Client,
    /// Whether the HTTP client trusts no certificates, because the system has none.
    pub lacks_certificates: bool,
    pub base_url: String,
    /// The version that all requests send, instead of that of the client.
    pub set_version: Option<HeaderValue>,
    pub user_agent: Option<HeaderValue>,
    /// The organization that all requests are limited to.
    pub organization: Option<HeaderValue>,
    pub timeout: Option<Duration>,
    pub retry: RetryPolicy,
    #[cfg(feature = "rate-limit")]
    pub rate_limit: Option<RateLimit>,
    pub middleware: Vec<Arc<dyn Middleware>>,
    pub body_limit: usize,
    pub authorization: Authorization,
    /// The process that created the client. Another one must not use its connections.
    #[cfg(feature = "blocking")]
    pub process: u32,
}

/// What differs from one attempt of a call to the next.
struct Sending<'a> {
    version: Option<&'a HeaderValue>,
    authorization: Option<&'a HeaderValue>,
    /// How long it may take at most.
    time_left: Option<Duration>,
}

impl Deref for Transport {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.settings
    }
}

impl Transport {
    pub fn new(version: &'static str, settings: Settings) -> Self {
        Self { settings: Arc::new(settings), version }
    }

    /// Returns this transport for a client of another version.
    pub fn of_version(&self, version: &'static str) -> Self {
        Self { settings: self.settings.clone(), version }
    }

    /// Returns this transport with another token, of the same kind of credential.
    pub fn with_token(&self, kind: Credential, token: &str) -> Result<Self, Error> {
        let token = Some(TokenSource::Fixed(Token::new(token)?));
        let settings = Settings { authorization: Authorization::new(kind, token, None)?, ..Settings::clone(self) };
        Ok(Self::new(self.version, settings))
    }

    /// Returns the version that a request of an operation sends: one whose answers it can decode.
    fn version(&self, operation: &Operation) -> HeaderValue {
        let is_known = operation.versions.contains(&self.version);
        let version = operation.versions.first().filter(|_| !is_known).unwrap_or(&self.version);
        self.set_version.clone().unwrap_or_else(|| HeaderValue::from_static(version))
    }

    /// Sends a request and reads the whole answer, with retries. Any status but a success is an error.
    // Not generic, so that it is compiled once.
    pub async fn execute(&self, request: &Request, options: &Options) -> Result<RawResponse, Error> {
        self.repeat(request, options).await
    }

    /// Sends a request, with retries, and returns the body of a success as a stream.
    pub async fn stream(&self, request: &Request, options: &Options) -> Result<ByteStream, Error> {
        self.repeat(request, options).await
    }

    /// Makes attempts until one succeeds, or the retry policy gives up.
    async fn repeat<T: Success>(&self, request: &Request, options: &Options) -> Result<T, Error> {
        let operation = request.operation();
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::of(operation, ErrorKind::Runtime, "needs a tokio runtime to be awaited in"));
        }
        if options.authorization.is_none() {
            self.authorization.check_scopes(operation)?;
        }
        #[cfg(feature = "blocking")]
        if self.process != std::process::id() {
            let message =
                "cannot be sent by a client that another process created before it forked; create one after the fork";
            return Err(Error::of(operation, ErrorKind::Runtime, message));
        }
        let url = request.url(&self.base_url)?;
        let policy = options.retry.as_ref().unwrap_or(&self.retry);
        let begin = Instant::now();
        let mut delays = policy.delays();
        let mut count = 1_u64;
        let mut replaced_token = false;
        let mut version = Some(self.version(operation));
        loop {
            #[cfg(feature = "rate-limit")]
            if let Some(limit) = &self.rate_limit {
                limit.wait(operation).await;
            }
            let span = span(operation, count);
            let sent = Instant::now();
            let authorization = self.authorization.header(operation, options.authorization.as_ref()).await?;
            let time_left = (count > 1).then(|| policy.time_left(begin.elapsed()));
            let sending = Sending { version: version.as_ref(), authorization: authorization.as_ref(), time_left };
            let attempt = self.attempt(url.clone(), request, options, sending);
            let outcome = attempt.instrument(span.clone()).await;
            span.record("duration_ms", u64::try_from(sent.elapsed().as_millis()).unwrap_or(u64::MAX));
            let error = match outcome {
                Ok(value) => {
                    span.in_scope(|| debug!("answered"));
                    return Ok(value);
                }
                Err(error) => error,
            };
            // A call that was refused as unauthorized has done nothing, so any call can be sent again.
            let is_replaceable = !replaced_token && options.authorization.is_none();
            if is_replaceable && self.authorization.replace(authorization.as_ref(), &error).await? {
                span.in_scope(|| debug!(failure = error.kind().as_str(), "sent again with a new token"));
                replaced_token = true;
                count += 1;
                continue;
            }
            // A request of a removed version has done nothing either.
            if options.outlives_version && error.kind() == ErrorKind::VersionRemoved {
                span.in_scope(|| debug!(failure = error.kind().as_str(), "sent again without a version"));
                version = None;
                count += 1;
                continue;
            }
            let idempotent = options.idempotent || retry::is_idempotent(operation);
            let wait = policy.wait((&error).into(), idempotent, delays.next(), begin.elapsed());
            // The error's text may quote the body, so only its kind is traced.
            span.in_scope(|| debug!(failure = error.kind().as_str(), retry_in = ?wait, "failed"));
            let Some(wait) = wait else { return Err(error) };
            tokio::time::sleep(wait).await;
            count += 1;
        }
    }

    /// Makes one attempt.
    async fn attempt<T: Success>(
        &self,
        url: Url,
        request: &Request,
        options: &Options,
        sending: Sending<'_>,
    ) -> Result<T, Error> {
        let operation = request.operation();
        let response = self.send(url, request, options, &sending).await?;
        let head = head(&response);
        Span::current().record("status", head.status.as_u16());
        if let Some(id) = head.request_id() {
            Span::current().record("request_id", id);
        }
        let is_expected_redirect = options.takes_redirect && head.status.is_redirection();
        if head.status.is_success() || is_expected_redirect {
            return T::take(self, operation, response).await;
        }
        let raw = self.read_error(operation, response).await?;
        match sending.version {
            Some(version) if is_removed_version(&raw) => Err(Error::version_removed(operation, version, raw)),
            _ => Err(Error::status_of(operation, raw)),
        }
    }

    async fn send(
        &self,
        url: Url,
        request: &Request,
        options: &Options,
        sending: &Sending<'_>,
    ) -> Result<reqwest::Response, Error> {
        let Sending { version, authorization, time_left } = *sending;
        let operation = request.operation();
        // Methods come from the document and are all of HTTP's own.
        let method = operation.method().parse().unwrap_or_default();
        let mut builder = self.http.request(method, url);
        builder = builder.header(ACCEPT, operation.accept);
        if let Some(version) = version {
            builder = builder.header(VERSION, version);
        }
        if let Some(organization) = options.organization.as_ref().or(self.organization.as_ref()) {
            builder = builder.header("polar-organization", organization);
        }
        if let Some(user_agent) = &self.user_agent {
            builder = builder.header(USER_AGENT, user_agent);
        }
        if let Some(authorization) = authorization {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        if let Some((content_type, body)) = request.content() {
            builder = builder.header(CONTENT_TYPE, content_type).body(body);
        }
        // A later attempt is cut when the policy's time is up.
        if let Some(timeout) = options.timeout.or(self.timeout).into_iter().chain(time_left).min() {
            builder = builder.timeout(timeout);
        }
        let next = Next { http: &self.http, operation, rest: &self.middleware };
        let request = builder.build().map_err(|error| self.connection_error(operation, error))?;
        let (outcome, is_connecting) = connecting::observe(next.run(request)).await;
        outcome.map_err(|error| match is_connecting && error.is_timeout() {
            true => Error::connection_timeout(operation, error),
            false => self.connection_error(operation, error),
        })
    }

    /// Returns the error of a request that got no answer. Missing TLS support and missing certificates are configuration errors,
    /// which are not retried.
    fn connection_error(&self, operation: &'static Operation, error: reqwest::Error) -> Error {
        let is_secure = error.url().is_some_and(|url| url.scheme() == "https");
        if is_secure && error.is_connect() {
            let message = if self.lacks_certificates {
                "cannot be sent over TLS: the system has no certificates to verify the server by. Install them (package \
                 `ca-certificates`), name them in the variable `SSL_CERT_FILE`, or pass an HTTP client that has them"
            } else if !cfg!(any(feature = "rustls", feature = "native-tls")) && lacks_tls(&error) {
                "cannot be sent over TLS: enable the feature `rustls` or `native-tls` of polar-client, or pass an HTTP client \
                 that has TLS"
            } else {
                return Error::transport(operation, error);
            };
            return Error::of(operation, ErrorKind::Configuration, message).with_source(error.without_url());
        }
        Error::transport(operation, error)
    }

    /// Reads the body of an error, as far as anybody needs it.
    async fn read_error(
        &self,
        operation: &'static Operation,
        mut response: reqwest::Response,
    ) -> Result<RawResponse, Error> {
        let (status, headers) = (response.status(), response.headers().clone());
        let limit = self.body_limit.min(ERROR_BODY_LIMIT);
        let mut body = bytes::BytesMut::new();
        while body.len() < limit
            && let Some(piece) = response.chunk().await.map_err(|error| Error::transport(operation, error))?
        {
            body.extend_from_slice(&piece[..piece.len().min(limit - body.len())]);
        }
        Ok(RawResponse { status, headers, body: body.freeze() })
    }

    /// Reads the whole body, up to the client's limit.
    async fn read(&self, operation: &'static Operation, mut response: reqwest::Response) -> Result<RawResponse, Error> {
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = bytes::BytesMut::new();
        while let Some(piece) = response.chunk().await.map_err(|error| Error::transport(operation, error))? {
            if body.len() + piece.len() > self.body_limit {
                let message = format!("was answered with a body of more than {} bytes", self.body_limit);
                return Err(Error::of(operation, ErrorKind::BodyTooLarge, message));
            }
            body.extend_from_slice(&piece);
        }
        Ok(RawResponse { status, headers, body: body.freeze() })
    }
}

/// What the answer to a successful request is read as. Reading it can fail and be retried, so it is part of an attempt.
trait Success: Sized + Send {
    fn take(
        transport: &Transport,
        operation: &'static Operation,
        response: reqwest::Response,
    ) -> impl Future<Output = Result<Self, Error>> + Send;
}

impl Success for RawResponse {
    async fn take(
        transport: &Transport,
        operation: &'static Operation,
        response: reqwest::Response,
    ) -> Result<Self, Error> {
        let raw = transport.read(operation, response).await?;
        check_encoding(operation, &raw)?;
        Ok(raw)
    }
}

impl Success for ByteStream {
    async fn take(_: &Transport, operation: &'static Operation, response: reqwest::Response) -> Result<Self, Error> {
        check_encoding(operation, &head(&response))?;
        Ok(Self::new(operation, response))
    }
}

/// An answer without its body.
fn head(response: &reqwest::Response) -> RawResponse {
    RawResponse { status: response.status(), headers: response.headers().clone(), body: Bytes::new() }
}

/// Returns an error if a proxy compressed the body, which was not asked for. A custom HTTP client that decompresses
/// removes the header.
fn check_encoding(operation: &'static Operation, raw: &RawResponse) -> Result<(), Error> {
    let encoding = raw.headers.get(CONTENT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
    match encoding {
        Some(encoding) if !encoding.eq_ignore_ascii_case("identity") => {
            let message = format!("the body is encoded as `{encoding}`, which was not asked for");
            Err(Error::decode(operation, DecodeError::at(message, 0), raw.clone()))
        }
        _ => Ok(()),
    }
}

/// How many bytes of the body of an error are kept. The rest is not read.
const ERROR_BODY_LIMIT: usize = 1024 * 1024;

/// The header with the version of the API, in requests and answers.
const VERSION: &str = "polar-version";

/// Returns true if an answer says that the API does not know the version of the request: it answers 404 as for a path that
/// does not exist, and this is the only answer without a version.
fn is_removed_version(raw: &RawResponse) -> bool {
    raw.status == StatusCode::NOT_FOUND
        && !raw.headers.contains_key(VERSION)
        && serde_json::from_slice::<Value>(&raw.body).is_ok_and(|body| body == json!({"detail": "Not Found"}))
}

/// Returns true if reqwest was built without TLS: its connector then refuses the scheme.
fn lacks_tls(error: &reqwest::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("scheme is not http") {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Each attempt has a span of its own, so that fields of one attempt are not taken for another's.
fn span(operation: &'static Operation, attempt: u64) -> Span {
    info_span!(
        "polar",
        operation = operation.id(),
        method = operation.method(),
        path = operation.path(),
        attempt,
        status = field::Empty,
        request_id = field::Empty,
        duration_ms = field::Empty,
    )
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("server", &self.base_url)
            .field("version", &self.set_version.as_ref().unwrap_or(&HeaderValue::from_static(self.version)))
            .field("authorization", &self.authorization)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "customers", not(any(feature = "rustls", feature = "native-tls"))))]
mod tests {
    use crate::{ErrorKind, Polar};

    #[tokio::test]
    async fn without_tls_the_first_attempt_names_the_features() {
        let builder = Polar::builder().token("polar_oat_x").base_url("https://127.0.0.1:9").expect("a URL");
        let error = builder.build().expect("a client").customers().list().await.expect_err("no TLS");
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
        let text = error.to_string();
        assert!(text.contains("`rustls`") && text.contains("`native-tls`"), "{text}");
    }
}
