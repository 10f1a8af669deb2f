//! Ids, which are replaced by references to a schema for the ids of their entity.

use serde_json::json;

use super::entities::Entities;
use super::schemas::{branches_key, is_null, name_of, place_of};
use crate::json::{Map, Value, escape};
use crate::load::Document;
use crate::{Error, Result};

/// The key for the place of an id schema's first occurrence.
pub const ID: &str = "x-id";

/// Replaces the ids in properties and parameters.
///
/// # Errors
/// Returns an error if the ids of an entity have different types, or if the document has a schema with the name of an
/// id type.
pub fn rewrite(document: &Document, root: &mut Value) -> Result<()> {
    let entities = Entities::of(document);
    let mut schemas = match root.pointer_mut("/components/schemas") {
        Some(Value::Object(schemas)) => std::mem::take(schemas),
        _ => Map::new(),
    };
    let mut ids = Ids { kinds: Map::new(), schemas: strings(&schemas) };
    for (name, schema) in &mut schemas {
        let place = place_of(name);
        ids.properties(&entities, Some(name), schema, &place)?;
    }
    if let Some(Value::Object(paths)) = root.get_mut("paths") {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                let place = format!("/paths/{}/{method}", escape(path));
                let Some(Value::Array(parameters)) = operation.get_mut("parameters") else { continue };
                for (index, parameter) in parameters.iter_mut().enumerate() {
                    if let Some(entity) = entities.of_parameter(path, parameter) {
                        let place = format!("{place}/parameters/{index}");
                        if let Some(schema) = parameter.get_mut("schema") {
                            ids.identify(schema, &entity, &place)?;
                        }
                    }
                }
            }
        }
    }
    for (name, id) in ids.kinds {
        if schemas.contains_key(&name) {
            let place = id[ID].as_str().unwrap_or_default();
            return Err(Error::new(place, format!("the name of the type of ids, `{name}`, is taken")));
        }
        schemas.insert(name, id);
    }
    if let Some(Value::Object(all)) = root.pointer_mut("/components/schemas") {
        *all = schemas;
    }
    Ok(())
}

/// Returns the schemas that are plain strings.
fn strings(schemas: &Map<String, Value>) -> Map<String, Value> {
    let plain = schemas.iter().filter(|(_, schema)| kind(schema).is_some());
    plain.map(|(name, schema)| (name.clone(), schema.clone())).collect()
}

struct Ids {
    /// The id schemas.
    kinds: Map<String, Value>,
    /// The schemas of the document that are plain strings.
    schemas: Map<String, Value>,
}

impl Ids {
    /// Replaces the ids in the properties of a schema and of the schemas within it.
    fn properties(
        &mut self,
        entities: &Entities<'_>,
        owner: Option<&str>,
        schema: &mut Value,
        place: &str,
    ) -> Result<()> {
        let Value::Object(members) = schema else { return Ok(()) };
        for (key, value) in members.iter_mut() {
            match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    for (name, property) in properties {
                        let place = format!("{place}/properties/{}", escape(name));
                        match entities.of_property(owner, name, property) {
                            Some(entity) => self.identify(property, &entity, &place)?,
                            None => self.properties(entities, None, property, &place)?,
                        }
                    }
                }
                ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(list)) => {
                    // The parts of an intersection describe the same entity as the schema itself.
                    let owner = owner.filter(|_| key == "allOf");
                    for (index, schema) in list.iter_mut().enumerate() {
                        self.properties(entities, owner, schema, &format!("{place}/{key}/{index}"))?;
                    }
                }
                ("items" | "additionalProperties", value @ Value::Object(_)) => {
                    self.properties(entities, None, value, &format!("{place}/{key}"))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Replaces a string by the id of an entity. Applies to the schema itself, the elements of a list, or the only
    /// alternative to `null`.
    fn identify(&mut self, schema: &mut Value, entity: &str, place: &str) -> Result<()> {
        if let Some(key) = branches_key(schema) {
            let Some(Value::Array(branches)) = schema.get_mut(key) else { return Ok(()) };
            let mut rest: Vec<&mut Value> = branches.iter_mut().filter(|branch| !is_null(branch)).collect();
            if let [only] = rest.as_mut_slice() {
                self.identify(only, entity, place)?;
            }
            return Ok(());
        }
        if schema["type"] == "array" {
            return schema.get_mut("items").map_or(Ok(()), |items| self.identify(items, entity, place));
        }
        let target = schema["$ref"].as_str().and_then(name_of).and_then(|name| self.schemas.get(&name));
        let Some(kind) = kind(target.unwrap_or(schema)) else { return Ok(()) };
        let name = format!("{entity}Id");
        match self.kinds.get(&name) {
            None => {
                let id = match kind {
                    Some(format) => json!({ "type": "string", "format": format, ID: place }),
                    None => json!({ "type": "string", ID: place }),
                };
                self.kinds.insert(name.clone(), id);
            }
            Some(known) if known["format"].as_str() == kind => {}
            Some(known) => {
                let (what, other) = (kind.unwrap_or("string"), known[ID].as_str().unwrap_or_default());
                return Err(Error::new(
                    place,
                    format!("the id of a `{entity}` is a {what}, and something else at {other}"),
                ));
            }
        }
        if let Value::Object(members) = schema {
            members.retain(|key, _| super::keywords::is_annotation(key));
            members.insert("$ref".to_owned(), Value::from(format!("#{}", place_of(&name))));
        }
        Ok(())
    }
}

/// Returns the format of an id if a schema is a plain string: `uuid` for UUIDs and `None` for other strings.
fn kind(schema: &Value) -> Option<Option<&'static str>> {
    if schema["type"] != "string" || schema.get("enum").or(schema.get("const")).is_some() {
        return None;
    }
    match schema["format"].as_str() {
        Some("uuid") => Some(Some("uuid")),
        Some("date-time" | "date" | "decimal" | "decimal-or-number" | "scalar") => None,
        _ => Some(None),
    }
}
