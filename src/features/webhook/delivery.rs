use chrono::{DateTime, Utc};

use crate::types::WebhookPayload;

/// A delivery that was verified.
///
/// `P` is the type of the event. An endpoint that receives another version of the API names that version's:
/// `Delivery<v2026_10::types::WebhookPayload>`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Delivery<P = WebhookPayload> {
    /// The id, which is the same when Polar delivers the same event to the same endpoint again.
    pub id: String,
    /// When it was signed, which is when it was sent. The payload has the time of the event.
    pub timestamp: DateTime<Utc>,
    /// The event.
    pub payload: P,
}
