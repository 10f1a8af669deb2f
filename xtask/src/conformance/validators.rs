//! Validates values against schemas of the document.

use std::cell::RefCell;
use std::collections::HashMap;

use anyhow::{Result, anyhow};
use jsonschema::{Registry, Validator};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};

/// Characters that must be escaped in the fragment of a URI.
const FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// How strictly values are validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strictness {
    /// Strictly by JSON Schema.
    Exact,
    /// As by [`relax`]: allows extensions of the API since the document was written.
    Relaxed,
    /// As by [`tags`]: validates only the properties that distinguish variants.
    Tags,
}

impl Strictness {
    fn uri(self) -> &'static str {
        match self {
            Self::Exact => "urn:polar:document",
            Self::Relaxed => "urn:polar:relaxed",
            Self::Tags => "urn:polar:tags",
        }
    }

    /// Returns the schema to validate with, with references that can be resolved from anywhere.
    fn apply(self, schema: &Value) -> Value {
        match self {
            Self::Exact => rebase(schema, self),
            Self::Relaxed => rebase(&relax(schema), self),
            Self::Tags => rebase(&tags(schema), self),
        }
    }
}

/// Validators for schemas of the document, created on demand.
///
/// Building a validator compiles all reachable schemas, so they are cached by the schema's text: the document repeats
/// itself.
pub struct Validators {
    registry: Registry<'static>,
    built: RefCell<HashMap<(Strictness, String), Validator>>,
}

impl Validators {
    /// Creates the validators of a document.
    pub fn new(document: &Value) -> Result<Self> {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        let mut registry = Registry::new();
        for strictness in [Strictness::Exact, Strictness::Relaxed, Strictness::Tags] {
            let schemas = schemas.into_iter().flatten();
            let applied: Map<String, Value> =
                schemas.map(|(name, schema)| (name.clone(), strictness.apply(schema))).collect();
            registry = registry.add(strictness.uri(), json!({"components": {"schemas": applied}}))?;
        }
        let registry = registry.prepare()?;
        Ok(Self { registry, built: RefCell::default() })
    }

    /// Returns true if a value satisfies a schema of the document.
    ///
    /// # Errors
    /// If the schema is invalid.
    pub fn satisfies(&self, value: &Value, schema: &Value, strictness: Strictness) -> Result<bool> {
        let key = (strictness, schema.to_string());
        if let Some(validator) = self.built.borrow().get(&key) {
            return Ok(validator.is_valid(value));
        }
        let validator = self.build(schema, strictness)?;
        let valid = validator.is_valid(value);
        self.built.borrow_mut().insert(key, validator);
        Ok(valid)
    }

    fn build(&self, schema: &Value, strictness: Strictness) -> Result<Validator> {
        let schema = strictness.apply(schema);
        jsonschema::options()
            .with_registry(&self.registry)
            .should_validate_formats(false)
            .build(&schema)
            .map_err(|error| anyhow!("the document's schema {schema}: {error}"))
    }
}

/// Makes local references resolvable from outside of the document.
fn rebase(schema: &Value, strictness: Strictness) -> Value {
    match schema {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| match value {
                Value::String(target) if key == "$ref" && target.starts_with('#') => {
                    // The document has plain JSON pointers, which must be escaped in a URI.
                    let target = utf8_percent_encode(&target[1..], FRAGMENT);
                    (key.clone(), format!("{}#{target}", strictness.uri()).into())
                }
                _ => (key.clone(), rebase(value, strictness)),
            })
            .collect(),
        Value::Array(values) => values.iter().map(|value| rebase(value, strictness)).collect(),
        other => other.clone(),
    }
}

/// Returns a schema that allows extensions of the API: enums are open, bounds are removed, and a union of several types
/// of objects accepts any object.
///
/// A `const`, or an `enum` with a single value, is kept, since it distinguishes variants.
pub fn relax(schema: &Value) -> Value {
    const BOUNDS: [&str; 15] = [
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "pattern",
        "propertyNames",
        "uniqueItems",
    ];
    let Value::Object(map) = schema else {
        return schema.clone();
    };
    let mut relaxed = Map::new();
    for (key, value) in map {
        let value = match (key.as_str(), value) {
            ("enum", Value::Array(values)) if values.len() > 1 => continue,
            ("additionalProperties", Value::Bool(false)) => continue,
            (key, _) if BOUNDS.contains(&key) => continue,
            ("properties" | "patternProperties", Value::Object(properties)) => {
                properties.iter().map(|(name, schema)| (name.clone(), relax(schema))).collect()
            }
            // More than one variant may match after relaxing.
            ("anyOf" | "oneOf", Value::Array(variants)) => {
                let mut open: Vec<Value> = variants.iter().map(relax).collect();
                if variants.iter().filter(|variant| may_be_object(variant)).count() > 1 {
                    open.push(json!({"type": "object"}));
                }
                relaxed.insert("anyOf".to_owned(), Value::Array(open));
                continue;
            }
            ("allOf" | "prefixItems", Value::Array(schemas)) => schemas.iter().map(relax).collect(),
            ("items" | "additionalProperties", value) => relax(value),
            (_, value) => value.clone(),
        };
        relaxed.insert(key.clone(), value);
    }
    Value::Object(relaxed)
}

/// Returns a schema with only the constraints that distinguish variants: required properties, and properties with a
/// single possible value.
pub fn tags(schema: &Value) -> Value {
    let Value::Object(map) = schema else {
        return Value::Bool(true);
    };
    let mut kept = Map::new();
    for (key, value) in map {
        let value = match (key.as_str(), value) {
            ("$ref" | "const" | "required", value) => value.clone(),
            ("enum", Value::Array(values)) if values.len() == 1 => value.clone(),
            ("properties", Value::Object(properties)) => {
                properties.iter().map(|(name, schema)| (name.clone(), tags(schema))).collect()
            }
            ("allOf" | "anyOf", Value::Array(schemas)) => schemas.iter().map(tags).collect(),
            ("oneOf", Value::Array(schemas)) => {
                kept.insert("anyOf".to_owned(), schemas.iter().map(tags).collect());
                continue;
            }
            _ => continue,
        };
        kept.insert(key.clone(), value);
    }
    Value::Object(kept)
}

/// Returns true if a variant may be an object. References are not followed: most lead to objects, and accepting a few
/// more values is harmless.
fn may_be_object(schema: &Value) -> bool {
    schema.get("type").is_none_or(|name| name == "object")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relaxed_schema_allows_extensions_and_still_distinguishes_variants() {
        let schema = json!({
            "type": "object",
            "required": ["type"],
            "additionalProperties": false,
            "properties": {
                "type": {"const": "a", "type": "string"},
                "also": {"enum": ["a"], "type": "string"},
                "status": {"enum": ["a", "b"], "type": "string", "maxLength": 1},
                "owner": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]},
                "maybe": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
            },
        });
        let expected = json!({
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"const": "a", "type": "string"},
                "also": {"enum": ["a"], "type": "string"},
                "status": {"type": "string"},
                "owner": {"anyOf": [
                    {"$ref": "#/components/schemas/A"},
                    {"$ref": "#/components/schemas/B"},
                    {"type": "object"},
                ]},
                "maybe": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
            },
        });
        assert_eq!(relax(&schema), expected);
    }

    #[test]
    fn tags_are_required_and_single_valued_properties() {
        let schema = json!({
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"const": "a", "type": "string"},
                "also": {"enum": ["a"]},
                "status": {"enum": ["a", "b"]},
                "owner": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
                "list": {"type": "array", "items": {"const": 1}},
            },
            "additionalProperties": {"type": "integer"},
        });
        let expected = json!({
            "required": ["type"],
            "properties": {
                "type": {"const": "a"},
                "also": {"enum": ["a"]},
                "status": {},
                "owner": {"anyOf": [{"$ref": "#/components/schemas/A"}, {}]},
                "list": {},
            },
        });
        assert_eq!(tags(&schema), expected);
    }

    #[test]
    fn references_are_followed_and_formats_are_not_asserted() {
        let document = json!({"components": {"schemas": {
            "A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}},
            "B": {"type": "string", "format": "date-time", "enum": ["x", "y"]},
        }}});
        let validators = Validators::new(&document).unwrap();
        let schema = json!({"$ref": "#/components/schemas/A"});
        let satisfies = |b: Value, strictness| validators.satisfies(&json!({"b": b}), &schema, strictness).unwrap();

        assert!(satisfies(json!("x"), Strictness::Exact));
        assert!(!satisfies(json!("z"), Strictness::Exact));
        assert!(satisfies(json!("z"), Strictness::Relaxed));
        assert!(!satisfies(json!(1), Strictness::Relaxed));
    }
}
