//! Extractors for axum.

use axum_core::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum_core::extract::{DefaultBodyLimit, FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use bytes::Bytes;

use super::delivery::{Delivery, Payload, Verified};
use super::error::Error;
use super::verifier::Verifier;

/// Reads and verifies the raw body. The limit is [`Verifier::body_limit`], independent of the router's.
impl<S> FromRequest<S> for Verified<'static>
where
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Error> {
        let verifier = Verifier::from_ref(state);
        DefaultBodyLimit::max(verifier.body_limit).apply(&mut request);
        let headers = std::mem::take(request.headers_mut());
        let body = Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                Error::BodyTooLarge { limit: verifier.body_limit }
            }
            _ => Error::BodyUnreadable,
        })?;
        let Verified { id, timestamp, api_version, .. } = verifier.verify_signature(&headers, &body)?;
        Ok(Verified { id, timestamp, api_version, body: Vec::from(body).into() })
    }
}

/// Reads, verifies and decodes the body, like [`Verified`].
impl<S, P> FromRequest<S> for Delivery<P>
where
    Verifier: FromRef<S>,
    S: Send + Sync,
    P: Payload,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        Verified::from_request(request, state).await?.decode()
    }
}

/// Responds with the status of [`Error::status`] and the reason as text.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let text = match &self {
            Error::Decode(error) | Error::OtherVersion { source: error, .. } => format!("{self}: {error}"),
            _ => self.to_string(),
        };
        (self.status(), text).into_response()
    }
}
