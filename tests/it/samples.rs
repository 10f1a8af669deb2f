//! The samples of all types.

use polar_client::codec::to_vec;
use polar_client::test::Sample;
use polar_client::types::*;
use schemars::{Schema, schema_for};
use serde_json::Value;

/// Lists types by the JSON of each.
macro_rules! impl_samples {
    ($($name:ident: $json:literal),* $(,)?) => {
        /// The name of each type, the text of its sample, and how it is encoded and described.
        const ALL: &[(&str, &str, fn() -> Vec<u8>, fn() -> Schema)] =
            &[$((stringify!($name), $json, || to_vec(&$name::sample()), || schema_for!($name))),*];
    };
}

include!(concat!(env!("OUT_DIR"), "/samples.rs"));

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
