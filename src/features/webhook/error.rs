//! Why a delivery is refused.

use std::time::Duration;

use http::StatusCode;

use super::headers::{ID, SIGNATURE, TIMESTAMP};
use crate::data::codec::DecodeError;

/// Why a delivery is refused, or why there can be no verifier.
///
/// No text of it holds a secret or a signature, so that it can be logged and sent as the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No secret was given to the verifier.
    #[error("no webhook secret was given")]
    NoSecret,
    /// A secret was given that cannot be one.
    #[error("webhook secret {index} {reason}")]
    UnusableSecret {
        /// Which of the secrets, counted from 0.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A header of the signature is missing.
    #[error("the header `{0}` is missing")]
    MissingHeader(&'static str),
    /// A header of the signature is there more than once, so that it is not clear which value counts.
    #[error("the header `{0}` is there more than once")]
    RepeatedHeader(&'static str),
    /// A header of the signature is no text in visible ASCII characters.
    #[error("the header `{0}` is not visible ASCII text")]
    InvalidHeader(&'static str),
    /// The id is empty, or has characters that no id has.
    #[error("the header `{ID}` is not an id")]
    InvalidId,
    /// The time is no whole number of seconds since 1970.
    #[error("the header `{TIMESTAMP}` is not a time in seconds")]
    InvalidTimestamp,
    /// The delivery was signed too long ago: it may be an old one, sent again by somebody else.
    #[error("the webhook was signed {age:?} ago; {tolerance:?} are accepted")]
    TooOld {
        /// How long ago.
        age: Duration,
        /// How long ago would do.
        tolerance: Duration,
    },
    /// The delivery was signed in the future: one of the clocks is wrong.
    #[error("the webhook was signed {ahead:?} in the future; {tolerance:?} are accepted")]
    TooNew {
        /// How far in the future.
        ahead: Duration,
        /// How far would do.
        tolerance: Duration,
    },
    /// There are signatures, but none of version `v1`, the only one that is known.
    #[error("the header `{SIGNATURE}` has no signature of version v1")]
    UnknownVersion,
    /// The signatures of version `v1` are not base64 of 32 bytes.
    #[error("the header `{SIGNATURE}` has no signature of 32 bytes in base64")]
    InvalidSignature,
    /// No signature fits: the delivery does not come from Polar, was changed on its way, or was signed with another
    /// secret.
    #[error("no signature matches the webhook")]
    SignatureMismatch,
    /// The body is longer than the verifier allows.
    #[error("the webhook's body has more than {limit} bytes")]
    BodyTooLarge {
        /// How many bytes are allowed.
        limit: usize,
    },
    /// The body did not arrive as a whole. Only the extractor tells.
    #[error("the webhook's body could not be read")]
    BodyUnreadable,
    /// The delivery comes from Polar, but its body is not UTF-8.
    #[error("the webhook's body is not UTF-8 at byte {offset}")]
    NotUtf8 {
        /// How many bytes are.
        offset: usize,
    },
    /// The delivery comes from Polar, but its body is not JSON, or not what the document says. The error has the path.
    #[error("the webhook's body cannot be decoded")]
    Decode(#[source] DecodeError),
    /// The delivery comes from Polar, but was made for another version of the API than that of the types, and does not fit
    /// them. Decode it as the version that it was made for, or change the `api_version` of the endpoint. Events keep the
    /// version that they were made for.
    #[error(
        "the webhook was made for version {made_for} of the API and cannot be decoded as version {decoded_as}; use the types \
         of {made_for}, or set the endpoint's `api_version` to {decoded_as}"
    )]
    OtherVersion {
        /// The version that the event was made for.
        made_for: String,
        /// The version of the types.
        decoded_as: &'static str,
        /// Why it does not fit.
        source: DecodeError,
    },
}

impl Error {
    /// The HTTP status to answer with.
    ///
    /// - 400 if a header or the body is missing or malformed
    /// - 401 if all is well-formed, but nothing proves that it comes from Polar now
    /// - 413 if the body is too long
    /// - 500 for [`Error::NoSecret`] and [`Error::UnusableSecret`]
    ///
    /// Polar delivers again whatever the status, unless it is a success.
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
