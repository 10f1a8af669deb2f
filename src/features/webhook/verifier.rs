use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;

use super::delivery::Delivery;
use super::error::Error;
use super::headers::{ID, SIGNATURE, TIMESTAMP};
use super::signature::{self, Key};
use crate::data::codec::{self, Decode};

/// Verifies and decodes deliveries.
///
/// It is cheap to clone, and shows no secret in its `Debug` text.
///
/// ```
/// use std::time::Duration;
/// use polar_client::webhook::Verifier;
///
/// // While a secret is being replaced, both are accepted.
/// let verifier = Verifier::new(["polar_whs_new", "polar_whs_old"])?.tolerance(Duration::from_secs(60));
/// # Ok::<(), polar_client::webhook::Error>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<[Key]>,
    tolerance: Duration,
    pub(super) body_limit: usize,
    clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

impl Verifier {
    /// A verifier that accepts what is signed with any of these secrets.
    ///
    /// A secret is what Polar shows for the endpoint, as a whole.
    ///
    /// # Errors
    /// [`Error::NoSecret`] if there are none, and [`Error::UnusableSecret`] if one is empty, or starts or ends with
    /// white space, as one read from a file may: anybody could sign with the former, and nobody does with the latter.
    pub fn new(secrets: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, Error> {
        let secrets = secrets.into_iter().enumerate();
        let keys: Vec<Key> =
            secrets.map(|(index, secret)| Key::new(secret.as_ref(), index)).collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(Error::NoSecret);
        }
        Ok(Self {
            keys: keys.into(),
            tolerance: Duration::from_secs(5 * 60),
            body_limit: 1024 * 1024,
            clock: Arc::new(Utc::now),
        })
    }

    /// How far the time of a delivery may lie in the past or in the future: 5 minutes unless set.
    ///
    /// A delivery that somebody recorded can be sent again within this time, but not later.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// How many bytes a body may have: 1 MiB unless set.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Where the current time comes from: the system's clock unless set.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    /// Verifies a delivery, then decodes it.
    ///
    /// The body is the raw one. An event of a type that this version does not know, or whose resource is not among the
    /// enabled features, is [`WebhookPayload::Unknown`](crate::types::WebhookPayload::Unknown).
    ///
    /// # Errors
    /// Each reason for a refusal is a variant of [`Error`]. Nothing is decoded before the signature was verified.
    #[inline]
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery, Error> {
        self.verify_at(headers, body, (self.clock)())
    }

    /// Verifies a delivery, then decodes it as an event of another version of the API.
    ///
    /// The version of an endpoint is set when it is created.
    ///
    /// ```
    /// # use polar_client::webhook::{Error, Verifier};
    /// # fn example(verifier: &Verifier, headers: &polar_client::webhook::http::HeaderMap, body: &[u8]) -> Result<(), Error> {
    /// use polar_client::v2026_04::types::WebhookPayload;
    ///
    /// let delivery = verifier.verify_as::<WebhookPayload>(headers, body)?;
    /// println!("{:?}", delivery.payload);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    #[inline]
    pub fn verify_as<P: Decode>(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery<P>, Error> {
        self.decode(lookup(headers), body, (self.clock)())
    }

    /// Verifies a delivery as if it were `now`, then decodes it.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    #[inline]
    pub fn verify_at(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<Delivery, Error> {
        self.decode(lookup(headers), body, now)
    }

    /// Verifies a delivery whose headers are looked up by a function, then decodes it.
    ///
    /// This is for frameworks that do not use the crate `http`. The function is asked for [`ID`], [`TIMESTAMP`] and
    /// [`SIGNATURE`], which are in lower case.
    ///
    /// ```
    /// # use polar_client::webhook::{Error, Verifier};
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
    /// As [`Verifier::verify`].
    pub fn verify_with<'h>(&self, header: impl Fn(&str) -> Option<&'h str>, body: &[u8]) -> Result<Delivery, Error> {
        self.decode(|name| header(name).ok_or(Error::MissingHeader(name)), body, (self.clock)())
    }

    // Inlined or generic up to here, so that only a program that receives webhooks compiles the types of all events.
    #[inline]
    fn decode<'h, P: Decode>(
        &self,
        header: impl Fn(&'static str) -> Result<&'h str, Error>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Delivery<P>, Error> {
        let (id, timestamp) = self.authenticate(header, body, now)?;
        if let Err(error) = std::str::from_utf8(body) {
            return Err(Error::NotUtf8 { offset: error.valid_up_to() });
        }
        let payload = codec::from_slice(body).map_err(Error::Decode)?;
        Ok(Delivery { id: id.to_owned(), timestamp, payload })
    }

    /// The id and the time of a delivery, once they and the body are proven to be Polar's.
    fn authenticate<'h>(
        &self,
        header: impl Fn(&'static str) -> Result<&'h str, Error>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(&'h str, DateTime<Utc>), Error> {
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
        Ok((id, time))
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
            .field("secrets", &self.keys.len())
            .field("tolerance", &self.tolerance)
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}

/// Looks a header up that must be there once.
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
