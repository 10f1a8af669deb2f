//! Schemas that an overlay marks as untyped, which accept any string or any JSON value.

use super::keywords::is_annotation;
use crate::json::Value;

/// Removes the constraints of an untyped schema. The type is kept if it is primitive.
pub fn rewrite(schema: &mut Value) {
    if schema["x-untyped"] != true {
        return;
    }
    let is_simple = matches!(schema["type"].as_str(), Some("boolean" | "integer" | "number" | "string"));
    let Value::Object(members) = schema else { return };
    members.retain(|key, _| is_annotation(key) || (is_simple && matches!(key.as_str(), "type" | "format" | "pattern")));
}
