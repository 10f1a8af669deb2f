//! Formats that have two names.

use crate::json::Value;

/// Calls a UUID of any version a UUID, and an integer one of 64 bits.
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
