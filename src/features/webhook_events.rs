//! Verifies and decodes webhooks.
//!
//! Deliveries are signed according to [Standard Webhooks](https://www.standardwebhooks.com): HMAC-SHA256 over the id,
//! the time and the body. How the key is derived from the secret changed in September 2026; [`Verifier`] accepts both
//! ways, and [`SigningScheme`] describes them.
//!
//! ```
//! use polar_client::types::WebhookPayload;
//! use polar_client::webhook_events::{self, Verifier};
//! use polar_client::Utc;
//!
//! # fn main() -> Result<(), webhook_events::Error> {
//! let verifier = Verifier::new(["whsec_dGhlIHNlY3JldCBmcm9tIHRoZSBkYXNoYm9hcmQ"])?;
//!
//! // In a server, the headers and the body come from the web framework.
//! let body = br#"{"type": "planet.discovered", "timestamp": "2026-04-01T12:30:00Z", "data": {}}"#;
//! let headers = webhook_events::sign("whsec_dGhlIHNlY3JldCBmcm9tIHRoZSBkYXNoYm9hcmQ", "msg_1", Utc::now(), body)?;
//!
//! let delivery = verifier.verify(&headers, body)?;
//! assert_eq!(delivery.id, "msg_1");
//! match delivery.payload {
//!     # #[cfg(feature = "orders")]
//!     WebhookPayload::OrderPaid(event) => println!("{} was paid", event.data.id),
//!     other => println!("an event that this program does not handle: {other:?}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Pass the raw body: JSON that was parsed and serialized again no longer matches the signature.
//!
//! Polar repeats a delivery if the response is not a success, and sometimes even if it was received. [`Delivery::id`]
//! stays the same, so use it to skip duplicates.
//!
//! # With axum
//!
//! With the feature `axum`, [`Delivery`] is an extractor for axum 0.8. It takes the [`Verifier`] from the router's
//! state, reads the raw body, and rejects invalid requests with [`Error::status`] and the reason as text. The chapter
//! [Webhooks in production](crate::guide::webhooks) has a complete server.
//!
//! [`Verified`] is also an extractor, for endpoints of several versions of the API.
//!
//! If your state has other fields, implement `FromRef<AppState> for Verifier`. To handle rejections yourself, take
//! `Result<Delivery, webhook_events::Error>` as the argument.

#[cfg(feature = "axum")]
mod axum;
mod delivery;
mod error;
mod headers;
mod signature;
mod verifier;

pub use delivery::{Delivery, Payload, Verified};
pub use error::Error;
pub use headers::{API_VERSION, ID, SIGNATURE, TIMESTAMP};
pub use http;
pub use signature::{SigningScheme, sign, sign_with};
pub use verifier::Verifier;
