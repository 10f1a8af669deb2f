//! The load pass: parses a document.

use std::collections::BTreeSet;
use std::path::Path;

use crate::json::{self, Value};
use crate::names::resource_name;
use crate::{Error, Result};

/// An OpenAPI 3.1 document.
#[derive(Clone, Debug)]
pub struct Document {
    root: Value,
}

/// Reads a document from a file.
pub fn load(path: &Path) -> Result<Document> {
    let text =
        std::fs::read_to_string(path).map_err(|error| Error::new(path.display().to_string(), error.to_string()))?;
    parse(&text).map_err(|error| Error::new(format!("{}{}", path.display(), error.place()), error.message()))
}

/// Parses a document.
pub fn parse(text: &str) -> Result<Document> {
    let root = json::parse(text)?;
    match root.get("openapi").and_then(Value::as_str) {
        Some(version) if version.starts_with("3.1") => {}
        Some(version) => return Err(Error::new("/openapi", format!("expected OpenAPI 3.1, found {version}"))),
        None => return Err(Error::new("/openapi", "not an OpenAPI document: the version is missing")),
    }
    if root["paths"].as_object().is_none() {
        return Err(Error::new("/paths", "the document has no paths"));
    }
    Ok(Document { root })
}

impl Document {
    /// Returns the root of the document.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// Returns a mutable reference to the root of the document.
    pub fn root_mut(&mut self) -> &mut Value {
        &mut self.root
    }

    /// Returns the version of the API.
    pub fn version(&self) -> &str {
        self.root["info"]["version"].as_str().unwrap_or_default()
    }

    /// Returns the entries of the object at a JSON pointer. Empty if there is no such object.
    pub fn entries(&self, pointer: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.root.pointer(pointer).and_then(Value::as_object).into_iter().flatten()
    }

    /// Returns the JSON pointer of the operation with an id.
    pub fn operation_place(&self, id: &str) -> Option<String> {
        self.entries("/paths").find_map(|(path, item)| {
            let mut operations = item.as_object()?.iter();
            let (method, _) = operations.find(|(_, operation)| operation["operationId"] == id)?;
            Some(format!("/paths/{}/{method}", json::escape(path)))
        })
    }

    /// Returns the resources of all operations, in the spelling of their cargo features.
    pub fn resources(&self) -> impl Iterator<Item = String> {
        let operations = self.entries("/paths").filter_map(|(_, item)| item.as_object()).flatten();
        operations.filter_map(|(_, operation)| Some(resource_name(operation.get("operationId")?.as_str()?)))
    }

    /// Replaces the place of an error by a JSON pointer if the place is an operation id.
    pub fn locate(&self, error: Error) -> Error {
        match self.operation_place(error.place()) {
            Some(place) => error.at(place),
            None => error,
        }
    }

    /// Returns the name and the schema that a `$ref` refers to.
    pub fn schema(&self, reference: &str, place: &str) -> Result<(&str, &Value)> {
        reference
            .strip_prefix("#/components/schemas/")
            .map(json::unescape)
            .and_then(|name| self.root["components"]["schemas"].as_object()?.get_key_value(&name))
            .map(|(name, schema)| (name.as_str(), schema))
            .ok_or_else(|| Error::new(place, format!("`{reference}` leads nowhere")))
    }

    /// Returns the schema of the items if the schema with this name is a page of a list.
    pub fn list_item(&self, name: &str) -> Option<&Value> {
        let schema = self.root["components"]["schemas"].get(name).filter(|_| name.starts_with("ListResource_"))?;
        schema.get("properties")?.get("items")?.get("items")
    }

    /// Returns the schema of the items if the schema with this name is a page of a list without further properties,
    /// which is represented by the client's own type. Other pages are ordinary objects.
    pub fn page_item(&self, name: &str) -> Option<&Value> {
        let items = self.list_item(name)?;
        let schema = &self.root["components"]["schemas"][name];
        let pagination = self.root["components"]["schemas"].get("Pagination")?;
        let is_integer = |name: &str| pagination["properties"][name]["type"] == "integer";
        let is_page = has_exactly(schema, &["items", "pagination"])
            && schema["properties"]["pagination"]["$ref"] == "#/components/schemas/Pagination"
            && has_exactly(pagination, &["max_page", "total_count"])
            && is_integer("max_page")
            && is_integer("total_count");
        is_page.then_some(items)
    }
}

/// Returns true if a schema is an object with exactly these properties, all of them required.
fn has_exactly(schema: &Value, names: &[&str]) -> bool {
    let names: BTreeSet<&str> = names.iter().copied().collect();
    let properties = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    schema["type"] == "object"
        && properties.collect::<BTreeSet<_>>() == names
        && required.collect::<BTreeSet<_>>() == names
}
