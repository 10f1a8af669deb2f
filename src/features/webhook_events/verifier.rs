use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;

use super::delivery::{self, Delivery, Payload, Verified};
use super::error::Error;
use super::headers::{API_VERSION, ID, SIGNATURE, TIMESTAMP};
use super::signature::{self, Key};

/// Verifies and decodes deliveries.
///
/// Cheap to clone. Secrets are redacted from `Debug` output.
///
/// ```
/// use std::time::Duration;
/// use polar_client::webhook_events::Verifier;
///
/// // While a secret is being replaced, both are accepted.
/// let verifier = Verifier::new(["polar_whs_new", "polar_whs_old"])?.tolerance(Duration::from_secs(60));
/// # Ok::<(), polar_client::webhook_events::Error>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    secrets: usize,
    keys: Arc<[Key]>,
    tolerance: Duration,
    pub(super) body_limit: usize,
    clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

impl Verifier {
    /// Creates a verifier that accepts deliveries signed with any of these secrets.
    ///
    /// Pass secrets exactly as Polar shows them. Both keys that can be derived from a secret are accepted; see
    /// [`SigningScheme`](super::SigningScheme).
    ///
    /// # Errors
    /// [`Error::NoSecret`] if there are none, and [`Error::UnusableSecret`] if one is empty, or has leading or trailing
    /// whitespace, for example a line break from a file.
    pub fn new(secrets: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, Error> {
        let secrets: Vec<Vec<Key>> = secrets
            .into_iter()
            .enumerate()
            .map(|(index, secret)| Key::all(secret.as_ref(), index))
            .collect::<Result<_, _>>()?;
        if secrets.is_empty() {
            return Err(Error::NoSecret);
        }
        Ok(Self {
            secrets: secrets.len(),
            keys: secrets.into_iter().flatten().collect(),
            tolerance: Duration::from_secs(5 * 60),
            body_limit: 1024 * 1024,
            clock: Arc::new(Utc::now),
        })
    }

    /// Sets how far the timestamp of a delivery may be in the past or in the future. The default is 5 minutes.
    ///
    /// Within this time, an attacker could replay a recorded delivery.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the maximum size of a body in bytes. The default is 1 MiB.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Sets the clock. The default is the system's.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    /// Verifies and decodes a delivery.
    ///
    /// `body` must be the raw body. Events of unknown types, and of resources whose features are disabled, are decoded
    /// as [`WebhookPayload::Unknown`](crate::types::WebhookPayload::Unknown).
    ///
    /// # Errors
    /// See the variants of [`Error`]. The body is decoded only after its signature has been verified.
    #[inline]
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery, Error> {
        self.verify_as(headers, body)
    }

    /// Verifies and decodes a delivery as an event of another version of the API.
    ///
    /// The version is the endpoint's `api_version`.
    ///
    /// ```
    /// # use polar_client::webhook_events::{Error, Verifier};
    /// # fn example(verifier: &Verifier, headers: &polar_client::webhook_events::http::HeaderMap, body: &[u8]) -> Result<(), Error> {
    /// use polar_client::types::WebhookPayload; // or `polar_client::v2026_04::types::WebhookPayload`
    ///
    /// let delivery = verifier.verify_as::<WebhookPayload>(headers, body)?;
    /// println!("{:?}", delivery.payload);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`Verifier::verify`].
    #[inline]
    pub fn verify_as<P: Payload>(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery<P>, Error> {
        self.verify_signature(headers, body)?.decode()
    }

    /// Verifies a delivery without decoding it.
    ///
    /// For endpoints of several versions: [`Verified::api_version`] tells which type to decode.
    ///
    /// # Errors
    /// As for [`Verifier::verify`], except for decoding errors.
    pub fn verify_signature<'b>(&self, headers: &HeaderMap, body: &'b [u8]) -> Result<Verified<'b>, Error> {
        self.authenticate(lookup(headers), body, (self.clock)())
    }

    /// Verifies and decodes a delivery with a given current time.
    ///
    /// # Errors
    /// As for [`Verifier::verify`].
    #[inline]
    pub fn verify_at(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<Delivery, Error> {
        self.authenticate(lookup(headers), body, now)?.decode()
    }

    /// Verifies and decodes a delivery whose headers are looked up by a function.
    ///
    /// For frameworks that do not use the crate `http`. The function is called with [`ID`], [`TIMESTAMP`],
    /// [`SIGNATURE`] and [`API_VERSION`], which are in lower case.
    ///
    /// ```
    /// # use polar_client::webhook_events::{Error, Verifier};
    /// # let verifier = Verifier::new(["polar_whs_x"])?;
    /// # let body = b"{}";
    /// let headers = [("Webhook-Id", "msg_1"), ("Webhook-Timestamp", "1795173053")];
    /// let header = |name: &str| headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
    /// let refusal = verifier.clock(|| "2026-11-20T11:11:00Z".parse().unwrap()).verify_with(header, body).unwrap_err();
    /// assert_eq!(refusal.to_string(), "the header `webhook-signature` is missing");
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Verifier::verify`].
    #[inline]
    pub fn verify_with<'h>(&self, header: impl Fn(&str) -> Option<&'h str>, body: &[u8]) -> Result<Delivery, Error> {
        let header = |name| header(name).ok_or(Error::MissingHeader(name));
        self.authenticate(header, body, (self.clock)())?.decode()
    }

    /// Verifies that a delivery is from Polar.
    fn authenticate<'h, 'b>(
        &self,
        header: impl Fn(&'static str) -> Result<&'h str, Error>,
        body: &'b [u8],
        now: DateTime<Utc>,
    ) -> Result<Verified<'b>, Error> {
        let (id, timestamp, signatures) = (header(ID)?, header(TIMESTAMP)?, header(SIGNATURE)?);
        if body.len() > self.body_limit {
            return Err(Error::BodyTooLarge { limit: self.body_limit });
        }
        if !signature::is_id(id) {
            return Err(Error::InvalidId);
        }
        let time = signature::time(timestamp).ok_or(Error::InvalidTimestamp)?;
        self.check_time(time, now)?;
        signature::verify(&self.keys, signatures, |key| key.mac(id, timestamp, body))?;
        // Prefers the version in the body, since the header is not signed.
        let api_version = delivery::api_version(body).or_else(|| header(API_VERSION).ok().map(str::to_owned));
        Ok(Verified { id: id.to_owned(), timestamp: time, api_version, body: body.into() })
    }

    fn check_time(&self, time: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Error> {
        let tolerance = TimeDelta::from_std(self.tolerance).unwrap_or(TimeDelta::MAX);
        let age = now - time;
        if age > tolerance {
            return Err(Error::TooOld { age: age.to_std().unwrap_or_default(), tolerance: self.tolerance });
        }
        if -age > tolerance {
            return Err(Error::TooNew { ahead: (-age).to_std().unwrap_or_default(), tolerance: self.tolerance });
        }
        Ok(())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.secrets)
            .field("tolerance", &self.tolerance)
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}

/// Looks up a header that must occur exactly once.
fn lookup<'h>(headers: &'h HeaderMap) -> impl Fn(&'static str) -> Result<&'h str, Error> {
    |name| {
        let mut values = headers.get_all(name).iter();
        let value = values.next().ok_or(Error::MissingHeader(name))?;
        if values.next().is_some() {
            return Err(Error::RepeatedHeader(name));
        }
        value.to_str().map_err(|_| Error::InvalidHeader(name))
    }
}
