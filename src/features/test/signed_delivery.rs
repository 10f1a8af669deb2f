use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use http::HeaderMap;

use crate::data::codec::to_vec;
use crate::features::webhook::{Error, sign};
use crate::types::WebhookPayload;

/// A webhook delivery, signed as Polar signs it.
///
/// ```
/// use polar_client::test::{Sample, SignedDelivery};
/// use polar_client::types::{WebhookOrderPaidPayload, WebhookPayload};
/// use polar_client::webhook::{Error, Verifier};
///
/// let mut paid = WebhookOrderPaidPayload::sample();
/// paid.data.total_amount = 1500;
/// let delivery = SignedDelivery::new("polar_whs_test", &paid.into())?;
///
/// // What the web framework passes to the handler under test.
/// let received = Verifier::new(["polar_whs_test"])?.verify(&delivery.headers, &delivery.body)?;
/// assert!(matches!(received.payload, WebhookPayload::OrderPaid(paid) if paid.data.total_amount == 1500));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedDelivery {
    /// The headers: id, time and signature.
    pub headers: HeaderMap,
    /// The body, JSON.
    pub body: Vec<u8>,
}

impl SignedDelivery {
    /// Signs an event with a secret. The delivery has a new id and the current time.
    ///
    /// # Errors
    /// If the secret is empty, or begins or ends with white space.
    pub fn new(secret: &str, payload: &WebhookPayload) -> Result<Self, Error> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let id = format!("msg_test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        Self::with_id_and_time(secret, &id, Utc::now(), payload)
    }

    /// Signs an event with a secret, an id and a time. Use the id of an earlier delivery to test that duplicates are
    /// handled once.
    ///
    /// # Errors
    /// As [`sign`](crate::webhook::sign).
    pub fn with_id_and_time(
        secret: &str,
        id: &str,
        timestamp: DateTime<Utc>,
        payload: &WebhookPayload,
    ) -> Result<Self, Error> {
        let body = to_vec(payload);
        Ok(Self { headers: sign(secret, id, timestamp, &body)?, body })
    }
}
