//! The first pass: the document as it stands in its file.

use std::collections::BTreeSet;
use std::path::Path;

use crate::json::{self, Value};
use crate::{Error, Result};

/// An OpenAPI 3.1 document, and how to look things up in it.
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

/// Reads a document from its text.
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
    /// The whole document.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The whole document, to be changed.
    pub fn root_mut(&mut self) -> &mut Value {
        &mut self.root
    }

    /// The version of the API.
    pub fn version(&self) -> &str {
        self.root["info"]["version"].as_str().unwrap_or_default()
    }

    /// The entries of an object at a JSON pointer; none if there is no such object.
    pub fn entries(&self, pointer: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.root.pointer(pointer).and_then(Value::as_object).into_iter().flatten()
    }

    /// The JSON pointer of the operation with an id.
    pub fn operation_place(&self, id: &str) -> Option<String> {
        self.entries("/paths").find_map(|(path, item)| {
            let mut operations = item.as_object()?.iter();
            let (method, _) = operations.find(|(_, operation)| operation["operationId"] == id)?;
            Some(format!("/paths/{}/{method}", json::escape(path)))
        })
    }

    /// Gives an error a JSON pointer for its place, if that is the id of an operation.
    pub fn locate(&self, error: Error) -> Error {
        match self.operation_place(error.place()) {
            Some(place) => error.at(place),
            None => error,
        }
    }

    /// The schema that a `$ref` names.
    pub fn schema(&self, reference: &str, place: &str) -> Result<(&str, &Value)> {
        reference
            .strip_prefix("#/components/schemas/")
            .map(json::unescape)
            .and_then(|name| self.root["components"]["schemas"].as_object()?.get_key_value(&name))
            .map(|(name, schema)| (name.as_str(), schema))
            .ok_or_else(|| Error::new(place, format!("`{reference}` leads nowhere")))
    }

    /// The schema of the items, if a schema of this name is that of a page of a list.
    pub fn list_item(&self, name: &str) -> Option<&Value> {
        let schema = self.root["components"]["schemas"].get(name).filter(|_| name.starts_with("ListResource_"))?;
        schema.get("properties")?.get("items")?.get("items")
    }

    /// The schema of the items of a page of a list that has nothing more: the client has a type of its own for these. A page
    /// that has more is an object as any other.
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

/// Whether a schema is that of an object with these properties alone, all of which must be there.
fn has_exactly(schema: &Value, names: &[&str]) -> bool {
    let names: BTreeSet<&str> = names.iter().copied().collect();
    let properties = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    schema["type"] == "object"
        && properties.collect::<BTreeSet<_>>() == names
        && required.collect::<BTreeSet<_>>() == names
}
