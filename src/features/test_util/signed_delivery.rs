use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue};

use crate::data::codec::{Encode, to_vec};
use crate::features::webhook_events::{API_VERSION, Error, Payload, SigningScheme, sign_with};
use crate::types::WebhookPayload;

/// A webhook delivery, signed like Polar signs it.
///
/// ```
/// use polar_client::test_util::{Sample, SignedDelivery};
/// use polar_client::types::{WebhookOrderPaidPayload, WebhookPayload};
/// use polar_client::webhook_events::{Error, Verifier};
///
/// let mut paid = WebhookOrderPaidPayload::sample();
/// paid.data.total_amount = 1500;
/// let delivery = SignedDelivery::new("whsec_dGVzdA", &paid.into())?;
///
/// // The web framework passes these to the handler under test.
/// let received = Verifier::new(["whsec_dGVzdA"])?.verify(&delivery.headers, &delivery.body)?;
/// assert!(matches!(received.payload, WebhookPayload::OrderPaid(paid) if paid.data.total_amount == 1500));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedDelivery {
    /// The headers: id, time and signature.
    pub headers: HeaderMap,
    /// The body, as JSON.
    pub body: Vec<u8>,
}

impl SignedDelivery {
    /// Signs an event like Polar does with this secret. The delivery has a new id and the current time.
    ///
    /// # Errors
    /// As for [`sign`](crate::webhook_events::sign).
    pub fn new(secret: &str, payload: &WebhookPayload) -> Result<Self, Error> {
        Self::with_scheme(SigningScheme::of(secret), secret, payload)
    }

    /// Signs an event with a given scheme, such as that of an endpoint whose secret is older than September 2026.
    ///
    /// # Errors
    /// As for [`sign_with`].
    pub fn with_scheme(scheme: SigningScheme, secret: &str, payload: &WebhookPayload) -> Result<Self, Error> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let id = format!("msg_test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        Self::sign(scheme, secret, &id, Utc::now(), payload)
    }

    /// Signs an event with a given id and time. Use the id of an earlier delivery to test the handling of duplicates.
    ///
    /// # Errors
    /// As for [`sign`](crate::webhook_events::sign).
    pub fn with_id_and_time(
        secret: &str,
        id: &str,
        timestamp: DateTime<Utc>,
        payload: &WebhookPayload,
    ) -> Result<Self, Error> {
        Self::sign(SigningScheme::of(secret), secret, id, timestamp, payload)
    }

    /// Signs an event of any version of the API. The header [`API_VERSION`] has the version.
    ///
    /// # Errors
    /// As for [`sign_with`].
    pub fn sign<P: Payload + Encode>(
        scheme: SigningScheme,
        secret: &str,
        id: &str,
        timestamp: DateTime<Utc>,
        payload: &P,
    ) -> Result<Self, Error> {
        let body = to_vec(payload);
        let mut headers = sign_with(scheme, secret, id, timestamp, &body)?;
        if let Some(version) = P::VERSIONS.first() {
            headers.insert(API_VERSION, HeaderValue::from_static(version));
        }
        Ok(Self { headers, body })
    }
}
