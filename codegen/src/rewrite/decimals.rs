//! Decimal numbers in strings, which only their pattern distinguishes from other strings.

use crate::json::Value;

/// The beginning of the pattern that pydantic generates for decimal numbers.
const PATTERN: &str = "^(?!^[-+.]*$)[+-]?0*";

/// Adds the format `decimal` to decimal numbers.
pub fn rewrite(schema: &mut Value) {
    if is_decimal(schema)
        && let Value::Object(members) = schema
    {
        members.insert("format".to_owned(), Value::from("decimal"));
    }
}

/// Returns true if the strings of a schema are decimal numbers.
pub fn is_decimal(schema: &Value) -> bool {
    let format = schema["format"].as_str();
    schema["type"] == "string"
        && !matches!(format, Some("date-time" | "date" | "uuid" | "uuid4"))
        && schema["pattern"].as_str().is_some_and(|pattern| pattern.starts_with(PATTERN))
}
