//! The one place that requests pass on their way to the server, and answers on their way back.

use std::time::Instant;

use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, USER_AGENT};
use tracing::{Instrument, Span, debug, field, info_span};

use crate::call::{Options, Request};
use crate::client::Client;
use crate::codec::DecodeError;
use crate::error::{ApiError, Error};
use crate::middleware::Next;
use crate::operation::Operation;
use crate::response::{ByteStream, RawResponse};
use crate::retry;

/// Sends a request and reads the whole answer, again if need be; an answer that is no success is an error.
pub(crate) async fn execute(client: &Client, request: &Request, options: &Options) -> Result<RawResponse, Error> {
    repeat(client, request, options).await
}

/// Sends a request, again if need be, and gives the body of a success as it comes.
pub(crate) async fn stream(client: &Client, request: &Request, options: &Options) -> Result<ByteStream, Error> {
    repeat(client, request, options).await
}

/// What a success is taken as, within the attempt that may fail on it.
trait Success: Sized + Send {
    fn take(
        client: &Client,
        operation: &'static Operation,
        response: reqwest::Response,
    ) -> impl Future<Output = Result<Self, Error>> + Send;
}

impl Success for RawResponse {
    async fn take(client: &Client, operation: &'static Operation, response: reqwest::Response) -> Result<Self, Error> {
        let raw = read(client, operation, response).await?;
        check_encoding(operation, &raw)?;
        Ok(raw)
    }
}

impl Success for ByteStream {
    async fn take(_: &Client, operation: &'static Operation, response: reqwest::Response) -> Result<Self, Error> {
        check_encoding(operation, &head(&response))?;
        Ok(Self::new(operation, response))
    }
}

/// Makes one attempt.
async fn attempt<T: Success>(
    client: &Client,
    request: &Request,
    options: &Options,
    authorization: Option<&HeaderValue>,
) -> Result<T, Error> {
    let operation = request.operation();
    let response = send(client, request, options, authorization).await?;
    let head = head(&response);
    Span::current().record("status", head.status.as_u16());
    if let Some(id) = head.request_id() {
        Span::current().record("request_id", id);
    }
    if head.status.is_success() {
        return T::take(client, operation, response).await;
    }
    Err(refusal(operation, read(client, operation, response).await?))
}

/// An answer before its body.
fn head(response: &reqwest::Response) -> RawResponse {
    RawResponse { status: response.status(), headers: response.headers().clone(), body: Bytes::new() }
}

/// Refuses a body that something on the way has compressed, unasked. A client of one's own that decompresses takes
/// the header away.
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

/// A span of its own for each attempt, so that nothing of one attempt is taken for another's.
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

/// Makes attempts until one succeeds, or the retry policy gives up.
async fn repeat<T: Success>(client: &Client, request: &Request, options: &Options) -> Result<T, Error> {
    let operation = request.operation();
    client.check_scopes(operation)?;
    let policy = options.retry.as_ref().unwrap_or(&client.retry);
    let begin = Instant::now();
    let mut delays = policy.delays();
    let mut count = 1_u64;
    let mut replaced_token = false;
    loop {
        #[cfg(feature = "rate-limit")]
        if let Some(limit) = &client.rate_limit {
            limit.wait(operation).await;
        }
        let span = span(operation, count);
        let sent = Instant::now();
        let authorization = client.authorization(operation).await?;
        let outcome = attempt(client, request, options, authorization.as_ref()).instrument(span.clone()).await;
        span.record("duration_ms", u64::try_from(sent.elapsed().as_millis()).unwrap_or(u64::MAX));
        let error = match outcome {
            Ok(value) => {
                span.in_scope(|| debug!("answered"));
                return Ok(value);
            }
            Err(error) => error,
        };
        // A call that was refused has done nothing, so any call can be sent again.
        if !replaced_token && client.replace_token(authorization.as_ref(), &error).await? {
            span.in_scope(|| debug!(failure = error.kind(), "sent again with a new token"));
            replaced_token = true;
            count += 1;
            continue;
        }
        let idempotent = options.idempotent || retry::is_idempotent(operation);
        let wait = policy.wait((&error).into(), idempotent, delays.next(), begin.elapsed());
        // What the error says may quote the body.
        span.in_scope(|| debug!(failure = error.kind(), retry_in = ?wait, "failed"));
        let Some(wait) = wait else { return Err(error) };
        tokio::time::sleep(wait).await;
        count += 1;
    }
}

async fn send(
    client: &Client,
    request: &Request,
    options: &Options,
    authorization: Option<&HeaderValue>,
) -> Result<reqwest::Response, Error> {
    let operation = request.operation();
    let url = request.url(&client.base_url)?;
    // Methods come from the document and are all of HTTP's own.
    let method = operation.method().parse().unwrap_or_default();
    let mut builder = client.http.request(method, url);
    builder = builder.header(ACCEPT, operation.accept).header("polar-version", &client.version);
    if let Some(user_agent) = &client.user_agent {
        builder = builder.header(USER_AGENT, user_agent);
    }
    if let Some(authorization) = authorization {
        builder = builder.header(AUTHORIZATION, authorization);
    }
    match request.content() {
        Some((content_type, body)) => builder = builder.header(CONTENT_TYPE, content_type).body(body),
        // The API refuses these methods without a length, and no length is sent for no body.
        None if matches!(operation.method(), "PATCH" | "POST" | "PUT") => builder = builder.header(CONTENT_LENGTH, 0),
        None => {}
    }
    if let Some(timeout) = options.timeout.or(client.timeout) {
        builder = builder.timeout(timeout);
    }
    let fail = |error| Error::transport(operation, error);
    let next = Next { http: &client.http, operation, rest: &client.middleware };
    next.run(builder.build().map_err(fail)?).await.map_err(fail)
}

/// Reads the whole body, as long as it is no longer than the client allows.
async fn read(
    client: &Client,
    operation: &'static Operation,
    mut response: reqwest::Response,
) -> Result<RawResponse, Error> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = bytes::BytesMut::new();
    while let Some(piece) = response.chunk().await.map_err(|error| Error::transport(operation, error))? {
        if body.len() + piece.len() > client.body_limit {
            return Err(Error::BodyTooLarge { operation, limit: client.body_limit });
        }
        body.extend_from_slice(&piece);
    }
    Ok(RawResponse { status, headers, body: body.freeze() })
}

fn refusal(operation: &'static Operation, raw: RawResponse) -> Error {
    Error::Api(Box::new(ApiError::new(operation, raw)))
}
