//! Descriptions and constraints.
//!
//! Descriptions are written for this crate and added by an overlay. A description that applies to every property or
//! parameter with some name is stored once, in `x-shared-descriptions` at the root of the document.

use std::collections::BTreeMap;

use crate::json::Value;
use crate::load::Document;
use crate::rewrite::schemas::text;

/// Returns the description of a property: its own, or the one shared by all properties of that name.
pub fn of_property(document: &Document, name: &str, schema: &Value) -> Option<String> {
    text(schema, "description").or_else(|| shared(document, "properties", name))
}

/// Returns the description of a parameter: its own, or the one shared by all parameters of that name.
pub fn of_parameter(document: &Document, name: &str, parameter: &Value) -> Option<String> {
    text(parameter, "description").or_else(|| shared(document, "parameters", name))
}

/// Returns the descriptions of resources, by their path such as `customers.members`.
pub fn of_resources(document: &Document) -> BTreeMap<String, String> {
    let texts = document.root()["x-shared-descriptions"]["resources"].as_object().into_iter().flatten();
    texts.filter_map(|(path, text)| Some((path.clone(), text.as_str()?.to_owned()))).collect()
}

fn shared(document: &Document, kind: &str, name: &str) -> Option<String> {
    text(&document.root()["x-shared-descriptions"][kind], name)
}

/// Returns the description of a value of an enumeration.
pub fn of_value(schema: &Value, value: &str) -> Option<String> {
    text(&schema["x-enum-descriptions"], value)
}

/// Returns the first paragraph of a text, joined into one line.
pub fn first_paragraph(text: &str) -> String {
    let lines = text.trim().lines().take_while(|line| !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

/// The constraints on a value, beyond its type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// The minimum and the maximum.
    pub range: (Option<String>, Option<String>),
    /// The exclusive minimum.
    pub above: Option<String>,
    /// The exclusive maximum.
    pub below: Option<String>,
    /// The minimum and the maximum length in characters.
    pub length: (Option<String>, Option<String>),
    /// The minimum and the maximum number of elements.
    pub items: (Option<String>, Option<String>),
    /// The regular expression that strings match.
    pub pattern: Option<String>,
    /// The format of strings.
    pub format: Option<String>,
}

impl Limits {
    /// Returns the constraints of a schema, or of its only alternative to `null`.
    pub fn of(schema: &Value) -> Self {
        let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
        let mut values = alternatives.into_iter().flatten().filter(|value| value["type"] != "null");
        let schema = match (values.next(), values.next()) {
            (Some(only), None) => only,
            (Some(_), Some(_)) => return Self::default(),
            (None, _) => schema,
        };
        let number = |key: &str| match schema.get(key) {
            // The bounds of an integer may be written as `0.0`.
            Some(Value::Number(limit)) if schema["type"] == "integer" => {
                let limit = limit.to_string();
                Some(limit.strip_suffix(".0").map(str::to_owned).unwrap_or(limit))
            }
            Some(Value::Number(limit)) => Some(limit.to_string()),
            _ => None,
        };
        Self {
            range: (number("minimum"), number("maximum")),
            above: number("exclusiveMinimum"),
            below: number("exclusiveMaximum"),
            length: (number("minLength"), number("maxLength")),
            items: (number("minItems"), number("maxItems")),
            pattern: text(schema, "pattern"),
            format: text(schema, "format"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn limits_are_found_beside_null() {
        let text = r#"{"anyOf": [{"type": "string", "maxLength": 9, "minLength": 1}, {"type": "null"}]}"#;
        let limits = Limits::of(&json::parse(text).expect("JSON"));
        assert_eq!(limits.length, (Some("1".to_owned()), Some("9".to_owned())));
    }

    #[test]
    fn limits_of_one_of_several_types_are_not_those_of_all() {
        let text = r#"{"anyOf": [{"type": "string", "maxLength": 9}, {"type": "integer"}]}"#;
        assert_eq!(Limits::of(&json::parse(text).expect("JSON")), Limits::default());
    }

    #[test]
    fn the_first_paragraph_is_one_line() {
        assert_eq!(first_paragraph("A session.\nIt ends.\n\nMore."), "A session. It ends.");
    }
}
