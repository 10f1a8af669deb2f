//! Receives webhooks: proves that a delivery comes from Polar, and decodes it.
//!
//! Deliveries are signed as [Standard Webhooks](https://www.standardwebhooks.com) specifies: HMAC-SHA256 over the id, the
//! time and the body. Which key a secret stands for has changed in September 2026; [`Verifier`] accepts both, and
//! [`SigningScheme`] explains them.
//!
//! ```
//! use polar_client::types::WebhookPayload;
//! use polar_client::webhook::{self, Verifier};
//! use polar_client::Utc;
//!
//! # fn main() -> Result<(), webhook::Error> {
//! let verifier = Verifier::new(["whsec_dGhlIHNlY3JldCBmcm9tIHRoZSBkYXNoYm9hcmQ"])?;
//!
//! // What a web framework hands over; here it is made as Polar makes it.
//! let body = br#"{"type": "planet.discovered", "timestamp": "2026-04-01T12:30:00Z", "data": {}}"#;
//! let headers = webhook::sign("whsec_dGhlIHNlY3JldCBmcm9tIHRoZSBkYXNoYm9hcmQ", "msg_1", Utc::now(), body)?;
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
//! The body has to be verified as it came: text that was parsed and written again has another signature.
//!
//! Polar delivers again if the answer is no success, and it may do so although a delivery arrived.
//! [`Delivery::id`] stays the same, so that what was handled before can be passed over.
//!
//! # With axum
//!
//! With the feature `axum`, [`Delivery`] is an extractor of axum 0.8. It takes the [`Verifier`] from the router's state,
//! reads the raw body, and answers what [`Error::status`] says with the reason as text. The chapter
//! [Webhooks in production](crate::guide::webhooks) has a whole server.
//!
//! [`Verified`] is an extractor, too, for endpoints of several versions of the API.
//!
//! A state with more in it implements `FromRef<AppState> for Verifier`. A handler that takes
//! `Result<Delivery, webhook::Error>` answers refusals itself.

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
