//! Errors of webhooks.

use std::time::Duration;

use http::StatusCode;

use super::headers::{ID, SIGNATURE, TIMESTAMP};
use crate::data::codec::DecodeError;

/// The error of verifying a delivery, or of creating a verifier.
///
/// Messages contain neither secrets nor signatures, so they can be logged and sent as the response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The verifier was given no secrets.
    #[error("no webhook secret was given")]
    NoSecret,
    /// A secret is invalid.
    #[error("webhook secret {index} {reason}")]
    UnusableSecret {
        /// The index of the secret.
        index: usize,
        /// The reason.
        reason: &'static str,
    },
    /// A signature header is missing.
    #[error("the header `{0}` is missing")]
    MissingHeader(&'static str),
    /// A signature header is repeated, so it is ambiguous.
    #[error("the header `{0}` is there more than once")]
    RepeatedHeader(&'static str),
    /// A signature header contains characters other than visible ASCII.
    #[error("the header `{0}` is not visible ASCII text")]
    InvalidHeader(&'static str),
    /// The id is empty, or has invalid characters.
    #[error("the header `{ID}` is not an id")]
    InvalidId,
    /// The timestamp is not a whole number of seconds since 1970.
    #[error("the header `{TIMESTAMP}` is not a time in seconds")]
    InvalidTimestamp,
    /// The delivery was signed too long ago. It may be a replay.
    #[error("the webhook was signed {age:?} ago; {tolerance:?} are accepted")]
    TooOld {
        /// The age of the delivery.
        age: Duration,
        /// The maximum age.
        tolerance: Duration,
    },
    /// The delivery was signed in the future, so one of the clocks is wrong.
    #[error("the webhook was signed {ahead:?} in the future; {tolerance:?} are accepted")]
    TooNew {
        /// How far in the future.
        ahead: Duration,
        /// The maximum difference.
        tolerance: Duration,
    },
    /// There are signatures, but none of version `v1`, which is the only known one.
    #[error("the header `{SIGNATURE}` has no signature of version v1")]
    UnknownVersion,
    /// The signatures of version `v1` are not base64 of 32 bytes.
    #[error("the header `{SIGNATURE}` has no signature of 32 bytes in base64")]
    InvalidSignature,
    /// No signature matches: the delivery is not from Polar, was modified, or was signed with another secret.
    #[error("no signature matches the webhook")]
    SignatureMismatch,
    /// The body exceeds the verifier's limit.
    #[error("the webhook's body has more than {limit} bytes")]
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The body could not be read. Only returned by the extractor.
    #[error("the webhook's body could not be read")]
    BodyUnreadable,
    /// The delivery is from Polar, but its body is not UTF-8.
    #[error("the webhook's body is not UTF-8 at byte {offset}")]
    NotUtf8 {
        /// The number of valid bytes at the start.
        offset: usize,
    },
    /// The delivery is from Polar, but its body is not JSON, or does not match the API's document. The source has the
    /// path.
    #[error("the webhook's body cannot be decoded")]
    Decode(#[source] DecodeError),
    /// The delivery is from Polar, but its event is of another version of the API, and does not match the type. Decode
    /// it as that version, or change the `api_version` of the endpoint. Existing events keep their version.
    #[error(
        "the webhook was made for version {made_for} of the API and cannot be decoded as version {decoded_as}; use the types \
         of {made_for}, or set the endpoint's `api_version` to {decoded_as}"
    )]
    OtherVersion {
        /// The version of the event.
        made_for: String,
        /// The version of the type.
        decoded_as: &'static str,
        /// The reason why it does not match.
        source: DecodeError,
    },
}

impl Error {
    /// Returns the HTTP status for the response:
    ///
    /// - 400 if a header or the body is missing or malformed
    /// - 401 if the delivery is well-formed, but not authentic or not recent
    /// - 413 if the body is too long
    /// - 500 for [`Error::NoSecret`] and [`Error::UnusableSecret`]
    ///
    /// Polar repeats the delivery unless the status is a success.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoSecret | Self::UnusableSecret { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::TooOld { .. } | Self::TooNew { .. } | Self::UnknownVersion | Self::SignatureMismatch => {
                StatusCode::UNAUTHORIZED
            }
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MissingHeader(_)
            | Self::RepeatedHeader(_)
            | Self::InvalidHeader(_)
            | Self::InvalidId
            | Self::InvalidTimestamp
            | Self::InvalidSignature
            | Self::BodyUnreadable
            | Self::NotUtf8 { .. }
            | Self::Decode(_)
            | Self::OtherVersion { .. } => StatusCode::BAD_REQUEST,
        }
    }
}
