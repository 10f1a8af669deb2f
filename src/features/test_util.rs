//! Utilities for testing programs that use this crate, without a network or an account.
//!
//! [`MockApi`] returns configured replies and records the calls it receives. [`Sample`] returns a sample value of any
//! type of the API. [`SignedDelivery`] signs a webhook like Polar.
//!
//! ```
//! use polar_client::test_util::{MockApi, Sample};
//! use polar_client::types::{Customer, CustomerId, CustomerIndividual};
//! use polar_client::{Error, Polar, operations};
//!
//! // The function under test.
//! async fn greeting(polar: &Polar, id: CustomerId) -> Result<String, Error> {
//!     let customer = polar.customers().get(id).await?;
//!     Ok(format!("Hello {}!", customer.name().unwrap_or("stranger")))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let mut jane = CustomerIndividual::sample();
//! jane.name = Some("Jane".to_owned());
//!
//! let api = MockApi::new();
//! api.on(&operations::CUSTOMERS_GET).reply(&Customer::from(jane.clone()));
//!
//! assert_eq!(greeting(&api.polar(), jane.id).await?, "Hello Jane!");
//! assert_eq!(api.calls()[0].path("id"), Some(jane.id.to_string().as_str()));
//! # Ok(())
//! # }
//! ```

mod mock_api;
mod mock_server;
mod sample;
#[cfg(feature = "webhook-events")]
mod signed_delivery;

pub use mock_api::{MockApi, MockReply, ReceivedCall, Replies};
pub use mock_server::MockServer;
pub use sample::Sample;
#[allow(unused_imports)]
pub(crate) use sample::{decode, impl_samples};
#[cfg(feature = "webhook-events")]
pub use signed_delivery::SignedDelivery;
