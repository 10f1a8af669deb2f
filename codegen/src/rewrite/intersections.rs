//! Intersections (`allOf`) of objects, which are merged into one object.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::names::dangling;
use super::schemas::name_of;
use crate::json::{Map, Value};
use crate::{Error, Result};

/// Returns an object with the properties of all parts of an intersection.
///
/// # Errors
/// Returns an error if a part is not an object, if two parts define a property differently, or if an intersection
/// contains itself.
pub fn merge(schemas: &BTreeMap<String, Rc<Value>>, schema: &Value, place: &str) -> Result<Value> {
    let mut merged = Merged { schemas, place, open: BTreeSet::new(), object: Map::new() };
    merged.add(schema)?;
    Ok(Value::Object(merged.object))
}

struct Merged<'a> {
    schemas: &'a BTreeMap<String, Rc<Value>>,
    place: &'a str,
    /// The references that are currently being merged.
    open: BTreeSet<String>,
    object: Map<String, Value>,
}

impl Merged<'_> {
    fn add(&mut self, schema: &Value) -> Result<()> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            if !self.open.insert(reference.to_owned()) {
                return Err(self.error(format!("`{reference}` is a part of itself")));
            }
            let schemas = self.schemas;
            let part = name_of(reference).and_then(|name| schemas.get(&name));
            self.add(part.ok_or_else(|| dangling(reference, self.place))?)?;
            self.open.remove(reference);
            return Ok(());
        }
        for (key, value) in schema.as_object().into_iter().flatten() {
            match (key.as_str(), value) {
                ("allOf", Value::Array(parts)) => parts.iter().try_for_each(|part| self.add(part))?,
                ("properties", Value::Object(properties)) => self.properties(properties)?,
                ("required", Value::Array(names)) => self.required(names),
                ("type", kind) if *kind == "object" => {}
                ("additionalProperties", Value::Bool(_)) => {}
                ("anyOf" | "oneOf" | "enum" | "const" | "type" | "additionalProperties" | "patternProperties", _) => {
                    return Err(self.error(format!("a part of `allOf` with `{key}`, which cannot be merged")));
                }
                // Annotations of a part do not apply to the whole.
                _ => {}
            }
        }
        Ok(())
    }

    fn properties(&mut self, properties: &Map<String, Value>) -> Result<()> {
        for (name, property) in properties {
            let all = self.object.entry("properties".to_owned()).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(all) = all else { continue };
            if all.insert(name.clone(), property.clone()).is_some_and(|other| other != *property) {
                return Err(self.error(format!("two parts of `allOf` disagree on the property `{name}`")));
            }
        }
        Ok(())
    }

    fn required(&mut self, names: &[Value]) {
        let all = self.object.entry("required".to_owned()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(all) = all {
            all.extend(names.iter().filter(|name| !all.contains(name)).cloned().collect::<Vec<_>>());
        }
    }

    fn error(&self, message: String) -> Error {
        Error::new(self.place, message)
    }
}
