use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::error::Error;
use crate::data::codec::{self, Decode, DecodeError, Ends, Reader};
use crate::types::WebhookPayload;

/// A delivery whose signature was verified.
///
/// `P` is the type of the event. For an endpoint of another version of the API, use the type of that version:
/// `Delivery<v2026_04::types::WebhookPayload>`. For endpoints of several versions, see [`Verified`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Delivery<P = WebhookPayload> {
    /// The id, which is the same when Polar delivers the same event to the same endpoint again.
    pub id: String,
    /// When it was signed, which is when it was sent. The payload has the time of the event.
    pub timestamp: DateTime<Utc>,
    /// The version of the API that the event was made for, such as `2026-10`: that of the endpoint at the time of the event,
    /// also when it is delivered again later. `None` for events made before September 2026.
    pub api_version: Option<String>,
    /// The event.
    pub payload: P,
}

/// The events of a version of the API: its `WebhookPayload`.
pub trait Payload: Decode {
    /// The versions whose events this type decodes, such as `2026-10`: the one that it is defined for, and those in which
    /// nothing of it differs.
    const VERSIONS: &'static [&'static str];
}

/// A delivery whose signature was verified and whose body has not been decoded yet.
///
/// This is for a program with endpoints of several versions of the API, or one that stores bodies as they came.
/// [`Verifier::verify_signature`](super::Verifier::verify_signature) returns it, and with the feature `axum` it is an
/// extractor. `Debug` omits the body.
///
/// ```
/// use polar_client::types::WebhookPayload;
/// use polar_client::webhook::{Error, Verified};
///
/// fn handle(delivery: Verified<'_>) -> Result<(), Error> {
///     match delivery.api_version() {
/// # /*
///         Some("2026-04") => old(delivery.decode::<v2026_04::types::WebhookPayload>()?),
/// # */
///         _ => new(delivery.decode::<WebhookPayload>()?),
///     }
///     Ok(())
/// }
/// # fn new(_: polar_client::webhook::Delivery) {}
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Verified<'b> {
    pub(super) id: String,
    pub(super) timestamp: DateTime<Utc>,
    pub(super) api_version: Option<String>,
    pub(super) body: Cow<'b, [u8]>,
}

impl Verified<'_> {
    /// Returns the id, which is the same when Polar delivers the same event to the same endpoint again.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns when it was signed, which is when it was sent.
    pub fn timestamp(&self) -> DateTime<Utc> {
        self.timestamp
    }

    /// Returns the version of the API that the event was made for; see [`Delivery::api_version`].
    pub fn api_version(&self) -> Option<&str> {
        self.api_version.as_deref()
    }

    /// Returns the body as it was signed.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Decodes the event. An event of another version than that of the type is decoded if its properties fit.
    ///
    /// # Errors
    /// [`Error::NotUtf8`], [`Error::Decode`], and [`Error::OtherVersion`] if the event does not fit the type and was made for
    /// another version.
    #[inline]
    pub fn decode<P: Payload>(self) -> Result<Delivery<P>, Error> {
        let payload = codec::from_slice(&self.body).map_err(|error| self.undecodable(P::VERSIONS, error))?;
        let Self { id, timestamp, api_version, .. } = self;
        Ok(Delivery { id, timestamp, api_version, payload })
    }

    /// Returns why the body cannot be decoded as an event of a version.
    fn undecodable(&self, versions: &[&'static str], source: DecodeError) -> Error {
        if let Err(error) = std::str::from_utf8(&self.body) {
            return Error::NotUtf8 { offset: error.valid_up_to() };
        }
        match (&self.api_version, versions) {
            (Some(made_for), [decoded_as, ..]) if !versions.contains(&made_for.as_str()) => {
                Error::OtherVersion { made_for: made_for.clone(), decoded_as, source }
            }
            _ => Error::Decode(source),
        }
    }
}

impl std::fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified")
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .field("api_version", &self.api_version)
            .finish_non_exhaustive()
    }
}

/// Returns the `api_version` of a body, if it is an object that has one.
pub(super) fn api_version(body: &[u8]) -> Option<String> {
    fn find(body: &[u8]) -> Result<Option<String>, DecodeError> {
        let ends = Ends::of(body);
        let mut reader = Reader::new(body, &ends);
        reader.object()?;
        while let Some(key) = reader.key()? {
            if key == "api_version" {
                return reader.string().map(|version| Some(version.into_owned()));
            }
            reader.skip()?;
        }
        Ok(None)
    }
    find(body).ok().flatten()
}
