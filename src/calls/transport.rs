use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, USER_AGENT};
use reqwest::{StatusCode, Url};
use serde_json::{Value, json};
use tracing::{Instrument, Span, debug};

use super::authorization::{Authorization, Token, TokenSource};
use super::byte_stream::ByteStream;
use super::error::{Error, ErrorKind};
use super::middleware::{Middleware, Next};
use super::operation::{Credential, Operation};
use super::options::Options;
use super::platform::{self, Instant, MaybeSend};
#[cfg(feature = "rate-limit")]
use super::rate_limit::RateLimit;
use super::request::Request;
use super::response::RawResponse;
use super::retry::{self, RetryPolicy};
use super::span;
use crate::data::codec::DecodeError;

/// Sends the requests of all clients. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Transport {
    settings: Arc<TransportSettings>,
    /// The version of the client's types.
    version: &'static str,
}

/// The settings of a transport.
#[derive(Clone)]
pub(crate) struct TransportSettings {
    pub http: reqwest::Client,
    /// True if the HTTP client trusts no certificates, because the system has none.
    pub lacks_certificates: bool,
    pub base_url: String,
    /// The version to send with all requests, instead of the client's.
    pub set_version: Option<HeaderValue>,
    pub user_agent: Option<HeaderValue>,
    /// The organization that all requests are restricted to.
    pub organization: Option<HeaderValue>,
    pub timeout: Option<Duration>,
    pub retry: RetryPolicy,
    #[cfg(feature = "rate-limit")]
    pub rate_limit: Option<RateLimit>,
    pub middleware: Vec<Arc<dyn Middleware>>,
    pub on_retry: Option<OnRetry>,
    pub body_limit: usize,
    pub authorization: Authorization,
    /// The id of the process that created the client. Connections must not be used after a fork.
    #[cfg(feature = "blocking")]
    pub process: u32,
}

/// A function that is called before each retry.
pub(crate) type OnRetry = Arc<dyn Fn(&Error, Duration) + Send + Sync>;

/// The values that can differ between the attempts of a call.
struct AttemptOptions<'a> {
    version: Option<&'a HeaderValue>,
    authorization: Option<&'a HeaderValue>,
    /// The maximum duration of the attempt.
    time_left: Option<Duration>,
}

impl Deref for Transport {
    type Target = TransportSettings;

    fn deref(&self) -> &TransportSettings {
        &self.settings
    }
}

impl Transport {
    pub fn new(version: &'static str, settings: TransportSettings) -> Self {
        Self { settings: Arc::new(settings), version }
    }

    /// Returns a transport for another version.
    pub fn of_version(&self, version: &'static str) -> Self {
        Self { settings: self.settings.clone(), version }
    }

    /// Returns a transport with another token of the same kind.
    pub fn with_token(&self, kind: Credential, token: &str) -> Result<Self, Error> {
        let token = Some(TokenSource::Fixed(Token::new(token)?));
        let settings = TransportSettings {
            authorization: Authorization::new(kind, token, None)?,
            ..TransportSettings::clone(self)
        };
        Ok(Self::new(self.version, settings))
    }

    /// Returns the version to send, which is one whose responses can be decoded.
    fn version(&self, operation: &Operation) -> HeaderValue {
        let is_known = operation.versions.contains(&self.version);
        let version = operation.versions.first().filter(|_| !is_known).unwrap_or(&self.version);
        self.set_version.clone().unwrap_or_else(|| HeaderValue::from_static(version))
    }

    /// Sends a request, with retries, and reads the whole response. Any status other than success is an error.
    // Not generic, so that it is compiled only once.
    pub async fn execute(&self, request: &Request, options: &Options) -> Result<RawResponse, Error> {
        self.repeat(request, options).await
    }

    /// Sends a request, with retries, and returns the body of a successful response as a stream.
    pub async fn stream(&self, request: &Request, options: &Options) -> Result<ByteStream, Error> {
        self.repeat(request, options).await
    }

    /// Makes attempts until one succeeds or the retry policy gives up.
    async fn repeat<T: ReadBody>(&self, request: &Request, options: &Options) -> Result<T, Error> {
        let operation = request.operation();
        if !platform::has_runtime() {
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
            let span = span::of_attempt(operation, &url, count);
            let authorization = self.authorization.header(operation, options.authorization.as_ref()).await?;
            let time_left = (count > 1).then(|| policy.time_left(begin.elapsed()));
            let attempt_options =
                AttemptOptions { version: version.as_ref(), authorization: authorization.as_ref(), time_left };
            let attempt = self.attempt(url.clone(), request, options, attempt_options);
            let outcome = attempt.instrument(span.clone()).await;
            let error = match outcome {
                Ok(value) => {
                    span.in_scope(|| debug!("answered"));
                    return Ok(value);
                }
                Err(error) => error,
            };
            span::record_failure(&span, &error);
            // An unauthorized call had no effect, so it is safe to send again.
            let is_replaceable = !replaced_token && options.authorization.is_none();
            if is_replaceable && self.authorization.replace(authorization.as_ref(), &error).await? {
                span.in_scope(|| debug!(failure = error.kind().as_str(), "sent again with a new token"));
                replaced_token = true;
                count += 1;
                continue;
            }
            // Neither had a request of a version that the API no longer serves.
            if options.outlives_version && error.kind() == ErrorKind::VersionRemoved {
                span.in_scope(|| debug!(failure = error.kind().as_str(), "sent again without a version"));
                version = None;
                count += 1;
                continue;
            }
            let idempotent = options.idempotent || retry::has_idempotent_method(operation);
            let wait = policy.wait((&error).into(), idempotent, delays.next(), begin.elapsed());
            // The message may quote the body, so only the kind is traced.
            span.in_scope(|| debug!(failure = error.kind().as_str(), retry_in = ?wait, "failed"));
            let Some(wait) = wait else { return Err(error) };
            if let Some(on_retry) = &self.on_retry {
                on_retry(&error, wait);
            }
            platform::sleep(wait).await;
            count += 1;
        }
    }

    /// Makes one attempt.
    async fn attempt<T: ReadBody>(
        &self,
        url: Url,
        request: &Request,
        options: &Options,
        attempt_options: AttemptOptions<'_>,
    ) -> Result<T, Error> {
        let operation = request.operation();
        let response = self.send(url, request, options, &attempt_options).await?;
        let head = head(&response);
        span::record_response(&Span::current(), &head);
        let is_expected_redirect = options.takes_redirect && head.status.is_redirection();
        if head.status.is_success() || is_expected_redirect {
            return T::read(self, operation, response).await;
        }
        let raw = self.read_error(operation, response).await?;
        match attempt_options.version {
            Some(version) if is_removed_version(&raw) => Err(Error::version_removed(operation, version, raw)),
            _ => Err(Error::status_of(operation, raw)),
        }
    }

    async fn send(
        &self,
        url: Url,
        request: &Request,
        options: &Options,
        attempt_options: &AttemptOptions<'_>,
    ) -> Result<reqwest::Response, Error> {
        let AttemptOptions { version, authorization, time_left } = *attempt_options;
        let operation = request.operation();
        // All methods in the document are standard, so parsing cannot fail.
        let method = operation.method();
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
        // Later attempts are limited by the rest of the policy's total time.
        if let Some(timeout) = options.timeout.unwrap_or(self.timeout).into_iter().chain(time_left).min() {
            builder = builder.timeout(platform::supported_timeout(timeout));
        }
        let next = Next { http: &self.http, operation, rest: &self.middleware };
        let request = builder.build().map_err(|error| self.connection_error(operation, error))?;
        let (outcome, is_connecting) = platform::observe(next.run(request)).await;
        outcome.map_err(|error| match is_connecting && error.is_timeout() {
            true => Error::connection_timeout(operation, error),
            false => self.connection_error(operation, error),
        })
    }

    /// Converts an error without a response. Missing TLS support and missing certificates are configuration errors,
    /// which are not retried.
    fn connection_error(&self, operation: &'static Operation, error: reqwest::Error) -> Error {
        let is_secure = error.url().is_some_and(|url| url.scheme() == "https");
        if is_secure && platform::is_connect(&error) {
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

    /// Reads the body of an error response, up to [`ERROR_BODY_LIMIT`]. The rest is dropped.
    async fn read_error(
        &self,
        operation: &'static Operation,
        response: reqwest::Response,
    ) -> Result<RawResponse, Error> {
        let RawResponse { status, headers, .. } = head(&response);
        let mut pieces = ByteStream::new(operation, response);
        let limit = self.body_limit.min(ERROR_BODY_LIMIT);
        let mut body = bytes::BytesMut::new();
        while body.len() < limit
            && let Some(piece) = pieces.try_next().await?
        {
            body.extend_from_slice(&piece[..piece.len().min(limit - body.len())]);
        }
        Ok(RawResponse { status, headers, body: body.freeze() })
    }

    /// Reads the whole body. Fails if it exceeds the client's limit.
    async fn read(&self, operation: &'static Operation, response: reqwest::Response) -> Result<RawResponse, Error> {
        let RawResponse { status, headers, .. } = head(&response);
        let mut pieces = ByteStream::new(operation, response);
        let mut body = bytes::BytesMut::new();
        while let Some(piece) = pieces.try_next().await? {
            if body.len() + piece.len() > self.body_limit {
                let message = format!("was answered with a body of more than {} bytes", self.body_limit);
                return Err(Error::of(operation, ErrorKind::BodyTooLarge, message));
            }
            body.extend_from_slice(&piece);
        }
        Ok(RawResponse { status, headers, body: body.freeze() })
    }
}

/// Reads the body of a successful response. This is part of the attempt, since it can fail and be retried.
trait ReadBody: Sized + MaybeSend {
    fn read(
        transport: &Transport,
        operation: &'static Operation,
        response: reqwest::Response,
    ) -> impl Future<Output = Result<Self, Error>> + MaybeSend;
}

impl ReadBody for RawResponse {
    async fn read(
        transport: &Transport,
        operation: &'static Operation,
        response: reqwest::Response,
    ) -> Result<Self, Error> {
        let raw = transport.read(operation, response).await?;
        check_encoding(operation, &raw)?;
        Ok(raw)
    }
}

impl ReadBody for ByteStream {
    async fn read(_: &Transport, operation: &'static Operation, response: reqwest::Response) -> Result<Self, Error> {
        check_encoding(operation, &head(&response))?;
        Ok(Self::new(operation, response))
    }
}

/// Returns the status and headers of a response, with an empty body.
fn head(response: &reqwest::Response) -> RawResponse {
    RawResponse { status: response.status(), headers: response.headers().clone(), body: Bytes::new() }
}

/// Returns an error if the body is compressed, which was not requested. A custom HTTP client that decompresses bodies
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

/// The maximum number of bytes read from the body of an error response.
const ERROR_BODY_LIMIT: usize = 1024 * 1024;

/// The header with the API version, in requests and responses.
const VERSION: &str = "polar-version";

/// Returns true if the API does not know the version of the request. It then responds as to an unknown path; only this
/// response has no version header.
fn is_removed_version(raw: &RawResponse) -> bool {
    raw.status == StatusCode::NOT_FOUND
        && !raw.headers.contains_key(VERSION)
        && serde_json::from_slice::<Value>(&raw.body).is_ok_and(|body| body == json!({"detail": "Not Found"}))
}

/// Returns true if reqwest was built without TLS, in which case its connector refuses the scheme.
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
