//! serde's traits, on top of this crate's own.
//!
//! A value passes through `serde_json::Value` on its way, so that any serde format will do. Nothing here is
//! instantiated for the types of the API unless a program asks for it.

use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::Value;

use super::{Decode, Encode};

/// Implements `Serialize::serialize`.
///
/// # Errors
/// As the serializer gives them.
pub fn serialize<S: Serializer>(value: &dyn Encode, serializer: S) -> Result<S::Ok, S::Error> {
    to_value(value).map_err(ser::Error::custom)?.serialize(serializer)
}

fn to_value(value: &dyn Encode) -> serde_json::Result<Value> {
    serde_json::from_slice(&super::to_vec(value))
}

/// Implements `Deserialize::deserialize`.
///
/// # Errors
/// As the deserializer gives them, or if the value has another shape.
pub fn deserialize<'de, T: Decode, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let json = Value::deserialize(deserializer)?.to_string();
    super::from_slice(json.as_bytes()).map_err(de::Error::custom)
}
