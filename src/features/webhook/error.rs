//! Why a delivery is refused.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::headers::{ID, SIGNATURE, TIMESTAMP};
use crate::data::codec::DecodeError;

/// Why a delivery is refused, or why there can be no verifier.
///
/// No text of it holds a secret or a signature, so that it can be logged and sent as the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// No secret was given to the verifier.
    NoSecret,
    /// A secret was given that cannot be one.
    UnusableSecret {
        /// Which of the secrets, counted from 0.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A header of the signature is missing.
    MissingHeader(&'static str),
    /// A header of the signature is there more than once, so that it is not clear which value counts.
    RepeatedHeader(&'static str),
    /// A header of the signature is no text in visible ASCII characters.
    InvalidHeader(&'static str),
    /// The id is empty, or has characters that no id has.
    InvalidId,
    /// The time is no whole number of seconds since 1970.
    InvalidTimestamp,
    /// The delivery was signed too long ago: it may be an old one, sent again by somebody else.
    TooOld {
        /// How long ago.
        age: Duration,
        /// How long ago would do.
        tolerance: Duration,
    },
    /// The delivery was signed in the future: one of the clocks is wrong.
    TooNew {
        /// How far in the future.
        ahead: Duration,
        /// How far would do.
        tolerance: Duration,
    },
    /// There are signatures, but none of version `v1`, the only one that is known.
    UnknownVersion,
    /// The signatures of version `v1` are not base64 of 32 bytes.
    InvalidSignature,
    /// No signature fits: the delivery does not come from Polar, was changed on its way, or was signed with another
    /// secret.
    SignatureMismatch,
    /// The body is longer than the verifier allows.
    BodyTooLarge {
        /// How many bytes are allowed.
        limit: usize,
    },
    /// The body did not arrive as a whole. Only the extractor tells.
    BodyUnreadable,
    /// The delivery comes from Polar, but its body is not UTF-8.
    NotUtf8 {
        /// How many bytes are.
        offset: usize,
    },
    /// The delivery comes from Polar, but its body is not JSON, or not what the document says. The error has the path.
    Decode(DecodeError),
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
    #[inline]
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
            | Self::Decode(_) => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for Error {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSecret => f.write_str("no webhook secret was given"),
            Self::UnusableSecret { index, reason } => write!(f, "webhook secret {index} {reason}"),
            Self::MissingHeader(name) => write!(f, "the header `{name}` is missing"),
            Self::RepeatedHeader(name) => write!(f, "the header `{name}` is there more than once"),
            Self::InvalidHeader(name) => write!(f, "the header `{name}` is not visible ASCII text"),
            Self::InvalidId => write!(f, "the header `{}` is no id", ID),
            Self::InvalidTimestamp => write!(f, "the header `{}` is no time in seconds", TIMESTAMP),
            Self::TooOld { age, tolerance } => {
                write!(f, "the webhook was signed {age:?} ago; {tolerance:?} are accepted")
            }
            Self::TooNew { ahead, tolerance } => {
                write!(f, "the webhook was signed {ahead:?} in the future; {tolerance:?} are accepted")
            }
            Self::UnknownVersion => write!(f, "the header `{SIGNATURE}` has no signature of version v1"),
            Self::InvalidSignature => write!(f, "the header `{SIGNATURE}` has no signature of 32 bytes in base64"),
            Self::SignatureMismatch => f.write_str("no signature fits the webhook"),
            Self::BodyTooLarge { limit } => write!(f, "the webhook's body has more than {limit} bytes"),
            Self::BodyUnreadable => f.write_str("the webhook's body could not be read"),
            Self::NotUtf8 { offset } => write!(f, "the webhook's body is not UTF-8 at byte {offset}"),
            Self::Decode(error) => write!(f, "the webhook's body cannot be decoded: {error}"),
        }
    }
}

impl std::error::Error for Error {
    #[inline]
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Decode(error) => Some(error),
            _ => None,
        }
    }
}
