//! Normalization of formats.

use crate::json::Value;

/// Sets the format `uuid` for UUIDs of all versions, and `int64` for all integers.
pub fn rewrite(schema: &mut Value) {
    let format = match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("uuid4")) => "uuid",
        (Some("integer"), _) => "int64",
        _ => return,
    };
    if let Value::Object(members) = schema {
        members.insert("format".to_owned(), Value::from(format));
    }
}
