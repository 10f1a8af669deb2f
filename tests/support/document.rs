//! Reads the API's documents without the code generator.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// An operation in a document.
pub struct Described<'d> {
    pub document: &'d Value,
    pub method: String,
    pub path: String,
    pub operation: &'d Value,
}

/// Returns the vendored documents.
pub fn documents() -> Vec<Value> {
    vec![polar_loopback::contract::document().clone()]
}

/// Returns all operations of the documents by id.
pub fn operations(documents: &[Value]) -> BTreeMap<String, Described<'_>> {
    let mut operations = BTreeMap::new();
    for document in documents {
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                let Some(id) = operation["operationId"].as_str() else { continue };
                let described = Described { document, method: method.to_uppercase(), path: path.clone(), operation };
                operations.insert(id.to_owned(), described);
            }
        }
    }
    operations
}

impl Described<'_> {
    pub fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.operation["parameters"].as_array().into_iter().flatten()
    }

    pub fn parameter(&self, name: &str) -> &Value {
        self.parameters().find(|parameter| parameter["name"] == name).unwrap_or(&Value::Null)
    }

    /// Returns a request body that matches the operation's schema, with all properties.
    pub fn body(&self) -> Option<Value> {
        let content = self.operation["requestBody"]["content"].as_object()?;
        Some(self.sample(&content.values().next()?["schema"], 0))
    }

    /// Returns a value that matches a schema.
    pub fn sample(&self, schema: &Value, depth: usize) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            return self.sample(self.document.pointer(pointer).expect("a reference leads somewhere"), depth);
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(values) = schema["enum"].as_array() {
            return values[values.len() / 2].clone();
        }
        if let Some(branches) = schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
            return self.sample(&branches[0], depth);
        }
        match schema["type"].as_str() {
            Some("null") => Value::Null,
            Some("boolean") => json!(true),
            Some("integer") => json!(7),
            Some("number") => json!(7.5),
            Some("array") => match schema["prefixItems"].as_array() {
                Some(items) => items.iter().map(|item| self.sample(item, depth + 1)).collect(),
                // Ends the recursion of recursive types.
                None if depth > 6 => json!([]),
                None => json!([self.sample(&schema["items"], depth + 1)]),
            },
            Some("object") => self.object(schema, depth),
            Some("string") => json!(match schema["format"].as_str() {
                Some("date-time") => "2026-04-01T12:30:00.123456Z",
                Some("date") => "2026-04-01",
                Some("uuid" | "uuid4") => "0eaa044b-4da8-4737-af3a-aefc02729b2a",
                _ if schema["pattern"].as_str().is_some_and(|pattern| pattern.contains("\\d*\\.")) => "0.050000",
                _ => "a?x=1#z & ü%",
            }),
            _ => json!("anything"),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            object.insert(name.clone(), self.sample(property, depth + 1));
        }
        if schema["additionalProperties"].is_object() {
            let name = if schema["propertyNames"]["$ref"].is_string() { "usd" } else { "any key" };
            object.insert(name.to_owned(), self.sample(&schema["additionalProperties"], depth + 1));
        }
        object.into()
    }
}
