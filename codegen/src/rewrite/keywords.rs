//! Classification of JSON Schema keywords.

/// Returns true if a keyword does not affect validation.
pub fn is_annotation(key: &str) -> bool {
    key.starts_with("x-")
        || matches!(key, "description" | "title" | "default" | "examples" | "deprecated" | "readOnly" | "writeOnly")
}

/// Returns true if a keyword constrains values without affecting their type.
pub fn is_limit(key: &str) -> bool {
    matches!(
        key,
        "exclusiveMaximum"
            | "exclusiveMinimum"
            | "format"
            | "maxItems"
            | "maxLength"
            | "maximum"
            | "minItems"
            | "minLength"
            | "minimum"
            | "pattern"
    )
}
