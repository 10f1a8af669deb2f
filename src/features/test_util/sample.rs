use crate::data::codec::{Decode, from_slice};

/// A type of the API that has a sample value for tests.
///
/// Samples are valid according to the API's document. Required properties have a value, or `null` if they are nullable;
/// optional properties are absent; lists are empty; a union has its first variant. Samples are deterministic, and their
/// ids are consistent: the customer of `Order::sample()` has the id of `Customer::sample()`.
///
/// ```
/// use polar_client::test_util::Sample;
/// use polar_client::types::{Customer, Subscription, SubscriptionStatus};
///
/// let mut subscription = Subscription::sample();
/// subscription.status = SubscriptionStatus::PastDue;
/// assert_eq!(subscription.customer_id, Customer::sample().id());
/// ```
pub trait Sample: Sized {
    /// Returns the sample.
    fn sample() -> Self;
}

/// Implements `Sample` for types, given the JSON of each.
macro_rules! impl_samples {
    ($($name:ident: $json:literal),* $(,)?) => {$(
        // Inlined, so that only the types that a test uses are compiled.
        impl crate::test_util::Sample for $name {
            #[inline]
            fn sample() -> Self {
                crate::features::test_util::decode($json)
            }
        }
    )*};
}

#[allow(unused_imports)]
pub(crate) use impl_samples;

/// In a module of its own, since types may have the same names as the items of this file.
mod generated {
    // Unused if no resource is enabled.
    #[allow(unused_imports)]
    use crate::types::*;

    include!(concat!(env!("OUT_DIR"), "/samples.rs"));
}

/// Decodes a sample. The tests of this crate decode every sample.
#[allow(dead_code)]
pub(crate) fn decode<T: Decode>(json: &str) -> T {
    match from_slice(json.as_bytes()) {
        Ok(sample) => sample,
        Err(error) => unreachable!("a sample is not of its type: {error}"),
    }
}
