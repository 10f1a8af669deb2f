//! Samples of all types.

use std::fmt::Debug;

use polar_client::codec::{Decode, DecodeError, Encode, from_slice, to_vec};
use polar_client::test_util::Sample;
use polar_client::types::*;
use schemars::{Schema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Lists types with the JSON of each.
macro_rules! impl_samples {
    ($($name:ident: $json:literal),* $(,)?) => {
        /// The name of each type, the text of its sample, functions to encode it and to return its schema, and a test
        /// of its serde formats.
        const ALL: &[(&str, &str, fn() -> Vec<u8>, fn() -> Schema, fn())] =
            &[$((stringify!($name), $json, || to_vec(&$name::sample()), || schema_for!($name), formats::<$name>)),*];

        /// The name of each type, the text of its sample, and a function to decode and format it.
        pub const SHOWN: &[(&str, &str, Shown)] = &[$((stringify!($name), $json, shown::<$name>)),*];
    };
}

/// Decodes JSON, and returns the `Debug` output and the encoded value.
pub type Shown = fn(&[u8]) -> Result<(String, Vec<u8>), DecodeError>;

fn shown<T: Decode + Encode + Debug>(json: &[u8]) -> Result<(String, Vec<u8>), DecodeError> {
    let value: T = from_slice(json)?;
    Ok((format!("{value:?} {value:#?}"), to_vec(&value)))
}

include!(concat!(env!("OUT_DIR"), "/samples.rs"));

/// Serializes and deserializes a sample as JSON and as CBOR.
fn formats<T: Sample + Serialize + DeserializeOwned + PartialEq + Debug>() {
    let sample = T::sample();
    let json = serde_json::to_string(&sample).expect("JSON");
    assert_eq!(serde_json::from_str::<T>(&json).expect("the type of the sample"), sample);
    let mut cbor = Vec::new();
    ciborium::into_writer(&sample, &mut cbor).expect("CBOR");
    assert_eq!(ciborium::from_reader::<T, _>(&*cbor).expect("the type of the sample"), sample);
}

/// Removes `null` properties, since absent properties of responses are encoded as `null`.
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
fn samples_decode_and_encode_without_loss() {
    for (name, json, encode, ..) in ALL {
        let sample: Value = serde_json::from_str(json).expect("JSON");
        let encoded: Value = serde_json::from_slice(&encode()).expect("JSON");
        assert_eq!(without_nulls(encoded), without_nulls(sample), "{name}");
    }
    assert!(ALL.len() > 600, "{} types", ALL.len());
}

#[test]
fn each_sample_satisfies_the_schema_of_its_type() {
    let mut errors = Vec::new();
    for (name, json, _, schema, _) in ALL {
        let sample: Value = serde_json::from_str(json).expect("JSON");
        let options = jsonschema::options().should_validate_formats(true);
        let validator = options.build(schema().as_value()).expect("a schema");
        errors.extend(validator.iter_errors(&sample).map(|error| format!("{name}: {error}")));
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn each_sample_goes_through_two_formats_of_serde() {
    for (.., formats) in ALL {
        formats();
    }
}
