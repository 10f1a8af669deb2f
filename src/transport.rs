//! The one place that requests pass on their way to the server, and answers on their way back.

use std::time::Instant;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use tracing::{Instrument, Span, debug, field, info_span};

use crate::call::{Options, Request};
use crate::client::Client;
use crate::error::{ApiError, Error};
use crate::middleware::Next;
use crate::operation::{Operation, Success};
use crate::response::{ByteStream, RawResponse};

/// Sends a request and reads the whole answer, again if need be; an answer that is no success is an error.
pub(crate) async fn execute(client: &Client, request: &Request, options: &Options) -> Result<RawResponse, Error> {
    let operation = request.operation();
    let response = repeat(client, request, options, true).instrument(span(operation)).await?;
    match response {
        Answer::Whole(raw) => Ok(raw),
        Answer::Begun(response) => read(client, operation, response).await,
    }
}

/// Sends a request, again if need be, and gives the body of a success as it comes.
pub(crate) async fn stream(client: &Client, request: &Request, options: &Options) -> Result<ByteStream, Error> {
    let operation = request.operation();
    let response = repeat(client, request, options, false).instrument(span(operation)).await?;
    Ok(match response {
        Answer::Whole(raw) => ByteStream::whole(operation, raw.body),
        Answer::Begun(response) => ByteStream::new(operation, response),
    })
}

/// A success, with its body or before it.
enum Answer {
    Whole(RawResponse),
    Begun(reqwest::Response),
}

/// Makes one attempt.
async fn attempt(
    client: &Client,
    request: &Request,
    options: &Options,
    authorization: Option<&HeaderValue>,
    whole: bool,
) -> Result<Answer, Error> {
    let operation = request.operation();
    let response = send(client, request, options, authorization).await?;
    Span::current().record("status", response.status().as_u16());
    if response.status().is_success() && !whole {
        return Ok(Answer::Begun(response));
    }
    let raw = read(client, operation, response).await?;
    if let Some(id) = raw.request_id() {
        Span::current().record("request_id", id);
    }
    if raw.status.is_success() { Ok(Answer::Whole(raw)) } else { Err(refusal(operation, raw)) }
}

fn span(operation: &'static Operation) -> Span {
    info_span!(
        "polar",
        operation = operation.id(),
        method = operation.method(),
        path = operation.path(),
        attempt = field::Empty,
        status = field::Empty,
        request_id = field::Empty,
        duration_ms = field::Empty,
    )
}

/// Makes attempts until one succeeds, or the retry policy gives up.
async fn repeat(client: &Client, request: &Request, options: &Options, whole: bool) -> Result<Answer, Error> {
    client.check_scopes(request.operation())?;
    let policy = options.retry.as_ref().unwrap_or(&client.retry);
    let begin = Instant::now();
    let mut delays = policy.delays();
    let mut count = 1_u64;
    let mut replaced_token = false;
    loop {
        #[cfg(feature = "rate-limit")]
        if let Some(limit) = &client.rate_limit {
            limit.wait(request.operation()).await;
        }
        Span::current().record("attempt", count);
        let authorization = client.authorization(request.operation()).await?;
        let outcome = attempt(client, request, options, authorization.as_ref(), whole).await;
        let spent = begin.elapsed();
        Span::current().record("duration_ms", u64::try_from(spent.as_millis()).unwrap_or(u64::MAX));
        let error = match outcome {
            Ok(value) => {
                debug!("answered");
                return Ok(value);
            }
            Err(error) => error,
        };
        // A call that was refused has done nothing, so any call can be sent again.
        if !replaced_token && client.replace_token(authorization.as_ref(), &error).await? {
            debug!(%error, "sent again with a new token");
            replaced_token = true;
            count += 1;
            continue;
        }
        let wait = policy.wait(request.operation(), options.idempotent, &error, delays.next(), spent);
        debug!(%error, retry_in = ?wait, "failed");
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
    let accept = match operation.success() {
        Success::Csv => "text/csv",
        _ => "application/json",
    };
    let mut builder = client.http.request(method, url).header(ACCEPT, accept).header("polar-version", &client.version);
    if let Some(user_agent) = &client.user_agent {
        builder = builder.header(USER_AGENT, user_agent);
    }
    if let Some(authorization) = authorization {
        builder = builder.header(AUTHORIZATION, authorization);
    }
    if let Some((content_type, body)) = request.content() {
        builder = builder.header(CONTENT_TYPE, content_type).body(body);
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
