//! Schemas of the document as JSON Schemas that stand alone.

use crate::Result;
use crate::json::{Map, Value};
use crate::load::Document;
use crate::model::texts;

/// Copies schemas of a document, without the keywords that belong to OpenAPI or to the generator. References are
/// replaced by what they refer to.
pub struct Standalone<'a, F> {
    document: &'a Document,
    /// Returns the schema to insert for a reference, given its JSON pointer. `None` inserts what it refers to.
    named: F,
    /// The references that are currently being resolved.
    open: Vec<String>,
}

/// Returns a schema of a document as a JSON Schema without references.
///
/// # Errors
/// Returns an error if a reference leads nowhere.
pub fn standalone(document: &Document, schema: &Value) -> Result<Value> {
    Standalone::new(document, |_: &str| None).schema(schema)
}

impl<'a, F: FnMut(&str) -> Option<Value>> Standalone<'a, F> {
    /// Creates a copier that asks `named` what to insert for a reference.
    pub fn new(document: &'a Document, named: F) -> Self {
        Self { document, named, open: Vec::new() }
    }

    /// Copies a schema.
    ///
    /// # Errors
    /// Returns an error if a reference leads nowhere.
    pub fn schema(&mut self, schema: &Value) -> Result<Value> {
        let Value::Object(members) = schema else { return Ok(schema.clone()) };
        let mut result = Map::new();
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            let Value::Object(target) = self.reference(reference)? else { return Ok(Value::Bool(true)) };
            result = target;
        }
        for (key, value) in members.iter().filter(|(key, _)| *key != "$ref" && !is_foreign(key)) {
            let value = match (key.as_str(), value) {
                ("format", Value::String(format)) if format == "uuid4" => Value::String("uuid".to_owned()),
                ("properties" | "patternProperties" | "$defs", Value::Object(properties)) => {
                    let properties = properties.iter().map(|(name, property)| {
                        let mut schema = self.schema(property)?;
                        if let (Value::Object(schema), "properties") = (&mut schema, key.as_str())
                            && let Some(description) = texts::of_property(self.document, name, property)
                        {
                            schema.insert("description".to_owned(), Value::String(description));
                        }
                        Ok((name.clone(), schema))
                    });
                    Value::Object(properties.collect::<Result<_>>()?)
                }
                ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(schemas)) => {
                    Value::Array(schemas.iter().map(|schema| self.schema(schema)).collect::<Result<_>>()?)
                }
                ("items" | "additionalProperties" | "propertyNames" | "not" | "contains", Value::Object(_)) => {
                    self.schema(value)?
                }
                _ => value.clone(),
            };
            // Variants may overlap, and JSON Schema cannot express their discrimination.
            let key = if key == "oneOf" { "anyOf" } else { key.as_str() };
            result.insert(key.to_owned(), value);
        }
        Ok(Value::Object(result))
    }

    /// Returns the schema for a reference.
    fn reference(&mut self, reference: &str) -> Result<Value> {
        // The fragment of a local reference is a JSON pointer.
        if let Some(named) = reference.strip_prefix('#').and_then(|place| (self.named)(place)) {
            return Ok(named);
        }
        if self.open.iter().any(|open| open == reference) {
            return Ok(Value::Bool(true));
        }
        let (_, schema) = self.document.schema(reference, reference)?;
        self.open.push(reference.to_owned());
        let schema = self.schema(schema);
        self.open.pop();
        schema
    }
}

/// Returns true if a keyword belongs to OpenAPI or to the generator and does not constrain values.
fn is_foreign(key: &str) -> bool {
    key.starts_with("x-") || matches!(key, "discriminator" | "example" | "xml" | "externalDocs")
}
