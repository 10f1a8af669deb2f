use crate::data::codec::{Decode, from_slice};
// Nothing uses them if no resource is enabled.
#[allow(unused_imports)]
use crate::types::*;

/// A type of the API that can be made for a test in one line.
///
/// A sample is what the API could answer, by its document: required properties have a value, `null` where that is
/// allowed, and the others are absent. A union is its first variant, and lists are empty. Samples are always the same. The
/// ids in them fit together: the customer of `Order::sample()` is the one of `Customer::sample()`.
///
/// ```
/// use polar_client::test::Sample;
/// use polar_client::types::{Customer, Subscription, SubscriptionStatus};
///
/// let mut subscription = Subscription::sample();
/// subscription.status = SubscriptionStatus::PastDue;
/// assert_eq!(subscription.customer_id, Customer::sample().id());
/// ```
pub trait Sample: Sized {
    /// Makes a sample.
    fn sample() -> Self;
}

/// Implements `Sample` for types by the JSON of each.
macro_rules! impl_samples {
    ($($name:ident: $json:literal),* $(,)?) => {$(
        // Inlined, so that a test compiles the types that it uses.
        impl Sample for $name {
            #[inline]
            fn sample() -> Self {
                decode($json)
            }
        }
    )*};
}

include!(concat!(env!("OUT_DIR"), "/samples.rs"));

/// Decodes a sample. That each can be decoded is known from the tests of this crate.
#[allow(dead_code)]
fn decode<T: Decode>(json: &str) -> T {
    match from_slice(json.as_bytes()) {
        Ok(sample) => sample,
        Err(error) => unreachable!("a sample is not of its type: {error}"),
    }
}
