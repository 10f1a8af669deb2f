use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::error::Error;
use crate::data::codec::{self, Decode, DecodeError, Ends, Reader};
use crate::types::WebhookPayload;

/// A verified and decoded delivery.
///
/// `P` is the type of the event. For endpoints of another version of the API, use the type of that version:
/// `Delivery<v2026_04::types::WebhookPayload>`. For endpoints of several versions, see [`Verified`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Delivery<P = WebhookPayload> {
    /// The id. Repeated deliveries of the same event to the same endpoint have the same id.
    pub id: String,
    /// When the delivery was signed and sent. The time of the event is in the payload.
    pub timestamp: DateTime<Utc>,
    /// The version of the API of the event, such as `2026-10`. It is that of the endpoint at the time of the event,
    /// even if the delivery is repeated later. `None` for events before September 2026.
    pub api_version: Option<String>,
    /// The event.
    pub payload: P,
}

/// The event type of a version of the API, which is its `WebhookPayload`.
pub trait Payload: Decode {
    /// The versions whose events this type decodes, such as `2026-10`: its own version, and those in which all events
    /// are the same.
    const VERSIONS: &'static [&'static str];
}

/// A verified delivery whose body has not been decoded.
///
/// For programs that have endpoints of several versions of the API, or that store raw bodies. Returned by
/// [`Verifier::verify_signature`](super::Verifier::verify_signature); with the feature `axum` it is an extractor.
/// `Debug` omits the body.
///
/// ```
/// use polar_client::types::WebhookPayload;
/// use polar_client::webhook_events::{Error, Verified};
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
/// # fn new(_: polar_client::webhook_events::Delivery) {}
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Verified<'b> {
    pub(super) id: String,
    pub(super) timestamp: DateTime<Utc>,
    pub(super) api_version: Option<String>,
    pub(super) body: Cow<'b, [u8]>,
}

impl Verified<'_> {
    /// Returns the id. Repeated deliveries of the same event to the same endpoint have the same id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns when the delivery was signed and sent.
    pub fn timestamp(&self) -> DateTime<Utc> {
        self.timestamp
    }

    /// Returns the version of the API of the event; see [`Delivery::api_version`].
    pub fn api_version(&self) -> Option<&str> {
        self.api_version.as_deref()
    }

    /// Returns the raw body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Decodes the event. Events of other versions are decoded, too, if they match the type.
    ///
    /// # Errors
    /// [`Error::NotUtf8`], [`Error::Decode`], and [`Error::OtherVersion`] if the event is of another version and does
    /// not match the type.
    #[inline]
    pub fn decode<P: Payload>(self) -> Result<Delivery<P>, Error> {
        let payload = codec::from_slice(&self.body).map_err(|error| self.undecodable(P::VERSIONS, error))?;
        let Self { id, timestamp, api_version, .. } = self;
        Ok(Delivery { id, timestamp, api_version, payload })
    }

    /// Returns the error for a body that cannot be decoded.
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

/// Returns the `api_version` of a JSON body.
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
