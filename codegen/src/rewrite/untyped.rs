//! Schemas that an overlay leaves open: any string, or any JSON.

use super::keywords::is_annotation;
use crate::json::Value;

/// Drops what an untyped schema holds; of its type it keeps only that of simple values.
pub fn rewrite(schema: &mut Value) {
    if schema["x-untyped"] != true {
        return;
    }
    let is_simple = matches!(schema["type"].as_str(), Some("boolean" | "integer" | "number" | "string"));
    let Value::Object(members) = schema else { return };
    members.retain(|key, _| is_annotation(key) || (is_simple && matches!(key.as_str(), "type" | "format" | "pattern")));
}
