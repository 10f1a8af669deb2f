//! serde's traits, on top of this crate's own.
//!
//! A value passes through `serde_json::Value` on its way, so deserializing needs a format that describes itself. Nothing
//! here is instantiated for the types of the API unless a program uses it.

use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;

use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::Value;

use super::{DecodeError, Encode, Ends, Reader};

/// Implements `Serialize::serialize`.
///
/// # Errors
/// As the serializer gives them.
pub(crate) fn serialize<S: Serializer>(value: &dyn Encode, serializer: S) -> Result<S::Ok, S::Error> {
    TO_VALUE(value).map_err(ser::Error::custom)?.serialize(serializer)
}

/// Implements `Deserialize::deserialize`, with the type's [`decode`](super::Decode::decode).
///
/// # Errors
/// As the deserializer gives them, or if the value has another shape.
pub(crate) fn deserialize<'de, T, D: Deserializer<'de>>(deserializer: D, decode: DecodeFn<T>) -> Result<T, D::Error> {
    let json = TO_JSON(&Value::deserialize(deserializer)?);
    let ends = Ends::of(json.as_bytes());
    let mut reader = Reader::new(json.as_bytes(), &ends);
    decode(&mut reader).and_then(|value| reader.end().map(|()| value)).map_err(de::Error::custom)
}

/// Implements `Deserialize::deserialize` for a type that is a string in every format.
///
/// # Errors
/// As the deserializer gives them, or if the string cannot be parsed.
pub fn deserialize_text<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Text<T>(PhantomData<T>);

    impl<T: FromStr<Err: Display>> de::Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Text(PhantomData))
}

type DecodeFn<T> = fn(&mut Reader<'_>) -> Result<T, DecodeError>;

// Called by their addresses, and so is `decode`: an optimizing rustc follows all calls of each of the many functions that
// call these, in search of cycles, and would go through a whole JSON parser each time.
const TO_VALUE: fn(&dyn Encode) -> serde_json::Result<Value> = |value| serde_json::from_slice(&super::to_vec(value));
const TO_JSON: fn(&Value) -> String = Value::to_string;
