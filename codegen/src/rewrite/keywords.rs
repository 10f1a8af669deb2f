//! What the keywords of a schema are about.

/// Returns true for a keyword that says nothing about what is valid.
pub fn is_annotation(key: &str) -> bool {
    key.starts_with("x-")
        || matches!(key, "description" | "title" | "default" | "examples" | "deprecated" | "readOnly" | "writeOnly")
}

/// Returns true for a keyword that limits values without changing their type.
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
