//! How schemas are read.

use crate::json::Value;

/// The text at a key, if there is one.
pub fn text(schema: &Value, key: &str) -> Option<String> {
    Some(schema.get(key)?.as_str()?.to_owned())
}

/// The alternatives of a schema that has some.
pub fn branches(schema: &Value) -> Option<Vec<&Value>> {
    let branches = schema.get("anyOf").or_else(|| schema.get("oneOf"))?;
    Some(branches.as_array()?.iter().collect())
}
