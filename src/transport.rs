//! The one place that requests pass on their way to the server, and answers on their way back.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};

use crate::call::{Options, Request};
use crate::client::Client;
use crate::error::{ApiError, Error};
use crate::operation::{Operation, Success};
use crate::response::{ByteStream, RawResponse};

/// Sends a request and reads the whole answer; an answer that is no success is an error.
pub(crate) async fn execute(client: &Client, request: &Request, options: &Options) -> Result<RawResponse, Error> {
    let response = send(client, request, options).await?;
    let raw = read(request.operation(), response).await?;
    if raw.status.is_success() { Ok(raw) } else { Err(refusal(request.operation(), raw)) }
}

/// Sends a request and gives the body of a success as it comes.
pub(crate) async fn stream(client: &Client, request: &Request, options: &Options) -> Result<ByteStream, Error> {
    let response = send(client, request, options).await?;
    let operation = request.operation();
    if response.status().is_success() {
        return Ok(ByteStream::new(operation, response));
    }
    Err(refusal(operation, read(operation, response).await?))
}

async fn send(client: &Client, request: &Request, options: &Options) -> Result<reqwest::Response, Error> {
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
    if let Some(authorization) = client.authorization(operation) {
        builder = builder.header(AUTHORIZATION, authorization);
    }
    if let Some((content_type, body)) = request.content() {
        builder = builder.header(CONTENT_TYPE, content_type).body(body);
    }
    if let Some(timeout) = options.timeout.or(client.timeout) {
        builder = builder.timeout(timeout);
    }
    builder.send().await.map_err(|error| Error::transport(operation, error))
}

async fn read(operation: &'static Operation, response: reqwest::Response) -> Result<RawResponse, Error> {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.bytes().await.map_err(|error| Error::transport(operation, error))?;
    Ok(RawResponse { status, headers, body })
}

fn refusal(operation: &'static Operation, raw: RawResponse) -> Error {
    Error::Api(Box::new(ApiError::new(operation, raw)))
}
