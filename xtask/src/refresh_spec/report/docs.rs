//! Finds generated documentation without a description.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::refresh_spec::facts::{METHODS, subschemas};

/// Items without a description.
#[derive(Debug, Default, Serialize)]
pub struct MissingDocs {
    operations: Count,
    schemas: Count,
    properties: Count,
    /// The ids of operations without a summary, sorted.
    unnamed: Vec<String>,
}

#[derive(Debug, Default, Serialize)]
struct Count {
    missing: usize,
    total: usize,
}

impl MissingDocs {
    /// Inspects a document.
    pub fn of(document: &Value) -> Self {
        let mut missing = Self::default();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                let Some(operation) = item.get(method) else {
                    continue;
                };
                let documented = operation["summary"].is_string();
                missing.operations.add(documented);
                if !documented {
                    let id = operation["operationId"].as_str();
                    let place = || format!("{} {path}", method.to_uppercase());
                    missing.unnamed.push(id.map_or_else(place, str::to_owned));
                }
            }
        }
        missing.unnamed.sort();
        for (_, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
            missing.schemas.add(schema["description"].is_string());
            missing.add_properties(schema, &document["x-shared-descriptions"]["properties"]);
        }
        missing
    }

    /// Counts properties, which may have a description that is shared by name.
    fn add_properties(&mut self, schema: &Value, shared: &Value) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            self.properties.add(property["description"].is_string() || shared[name].is_string());
        }
        for schema in subschemas(schema) {
            self.add_properties(schema, shared);
        }
    }
}

impl Count {
    fn add(&mut self, documented: bool) {
        self.total += 1;
        self.missing += usize::from(!documented);
    }
}

impl fmt::Display for MissingDocs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operations, schemas, properties, unnamed } = self;
        writeln!(f, "without doc text: {operations} operations, {schemas} schemas, {properties} properties")?;
        for operation in unnamed {
            writeln!(f, "  no summary: {operation}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.missing, self.total)
    }
}
