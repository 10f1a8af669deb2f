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
        impl Sample for $name {
            fn sample() -> Self {
                decode($json)
            }
        }
    )*

        /// The name of each type, the text of its sample, and how it is encoded and described.
        #[cfg(all(test, feature = "schemars"))]
        const ALL: &[(&str, &str, fn() -> Vec<u8>, fn() -> schemars::Schema)] = &[$((
            stringify!($name),
            $json,
            || crate::data::codec::to_vec(&$name::sample()),
            || schemars::schema_for!($name),
        )),*];
    };
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

#[cfg(all(test, feature = "schemars"))]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Without properties that are `null`: an absent one of an answer is written as that.
    fn without_nulls(value: Value) -> Value {
        match value {
            Value::Object(members) => {
                let members = members.into_iter().filter(|(_, value)| !value.is_null());
                members.map(|(name, value)| (name, without_nulls(value))).collect()
            }
            Value::Array(elements) => elements.into_iter().map(without_nulls).collect(),
            other => other,
        }
    }

    #[test]
    fn each_sample_is_of_its_type_and_comes_back() {
        for (name, json, encode, _) in ALL {
            let sample: Value = serde_json::from_str(json).expect("JSON");
            let encoded: Value = serde_json::from_slice(&encode()).expect("JSON");
            assert_eq!(without_nulls(encoded), without_nulls(sample), "{name}");
        }
        assert!(ALL.len() > 600, "{} types", ALL.len());
    }

    #[test]
    fn each_sample_satisfies_the_schema_of_its_type() {
        let mut errors = Vec::new();
        for (name, json, _, schema) in ALL {
            let sample: Value = serde_json::from_str(json).expect("JSON");
            let options = jsonschema::options().should_validate_formats(true);
            let validator = options.build(schema().as_value()).expect("a schema");
            errors.extend(validator.iter_errors(&sample).map(|error| format!("{name}: {error}")));
        }
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}
