//! Entities, and the properties and parameters that contain their ids.
//!
//! An entity is an object that has an id, such as `Customer`. Each entity has a type for its ids, such as `CustomerId`.
//! The entity of an id is derived from the document: `customer_id` and `customer_ids` refer to a customer, and `id`
//! refers to the entity that the enclosing schema describes or that the operation returns. Overlays specify the other
//! cases: `x-entity` sets the entity that a schema describes, and `x-id-of` sets the entity of a property or parameter.
//! An id that may belong to several entities remains a plain UUID.

use std::collections::{BTreeMap, BTreeSet};

use super::schemas::{branches, text};
use crate::json::Value;
use crate::load::Document;
use crate::names::type_name;

/// The entities of a document.
pub struct Entities<'d> {
    document: &'d Document,
    /// The entities that have a name, because properties are named after them or an overlay specifies them.
    named: BTreeSet<String>,
    /// The entity that each schema describes. `None` if it is ambiguous.
    described: BTreeMap<&'d str, Option<String>>,
}

impl<'d> Entities<'d> {
    /// Finds the entities of a document.
    pub fn of(document: &'d Document) -> Self {
        let mut entities = Self { document, named: BTreeSet::new(), described: BTreeMap::new() };
        entities.name(document.root());
        entities.describe();
        entities
    }

    /// Returns the entity whose id a property contains, if there is one.
    pub fn of_property(&self, owner: Option<&str>, name: &str, schema: &Value) -> Option<String> {
        match stated(schema) {
            Some(entity) => Some(entity),
            None if !is_uuid(schema) => None,
            None if is_id(name) => self.described.get(owner?)?.clone(),
            None => of_name(name),
        }
    }

    /// Returns the entity whose id a parameter contains, if there is one.
    pub fn of_parameter(&self, path: &str, parameter: &Value) -> Option<String> {
        let name = parameter["name"].as_str().unwrap_or_default();
        match stated(parameter) {
            Some(entity) => Some(entity),
            None if !is_uuid(&parameter["schema"]) => None,
            None if is_id(name) => self.at(path),
            None => of_name(name),
        }
    }

    /// Returns the entity that the operations of a path return. The path is cut after its first id:
    /// `/orders/{id}/invoice` becomes `/orders/{id}`. For a list, it is the entity of the items.
    pub fn at(&self, path: &str) -> Option<String> {
        let path = path.find("{id}").map_or(path, |start| &path[..start + "{id}".len()]);
        let collection = path.trim_end_matches("{id}").trim_end_matches('/');
        let same = |other: &str| other == path || other.trim_end_matches('/') == collection;
        let items = self.document.entries("/paths").filter(|(other, _)| same(other));
        // The response for a single id takes precedence over the items of the list.
        let mut items: Vec<_> = items.collect();
        items.sort_by_key(|(other, _)| *other != path);
        items
            .into_iter()
            .flat_map(|(_, item)| answers(self.document, item))
            .find_map(|answer| self.described.get(answer)?.clone())
    }

    /// Records the entities that properties are named after.
    fn name(&mut self, value: &'d Value) {
        match value {
            Value::Object(object) => {
                for (key, member) in object {
                    match (key.as_str(), member) {
                        ("properties", Value::Object(properties)) => {
                            let named =
                                properties.iter().filter_map(|(name, schema)| named_after(name, schema, schema));
                            self.named.extend(named);
                        }
                        ("name", Value::String(name)) => {
                            self.named.extend(named_after(name, value, &value["schema"]));
                        }
                        ("x-id-of", _) => self.named.extend(stated(value)),
                        _ => {}
                    }
                    self.name(member);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.name(value)),
            _ => {}
        }
    }

    /// Determines the entity of each schema, in order of precedence: the entity that an overlay specifies, the name of
    /// a property that refers to the schema (`customer`), the name of the schema itself (`Customer`), and the name of a
    /// schema that operations return.
    fn describe(&mut self) {
        let schemas: Vec<(&str, &Value)> =
            self.document.entries("/components/schemas").map(|(name, schema)| (name.as_str(), schema)).collect();
        let stated = schemas.iter().filter_map(|(name, schema)| Some((*name, type_name(&text(schema, "x-entity")?))));
        let stated: Vec<(&str, String)> = stated.collect();
        self.named.extend(stated.iter().map(|(_, entity)| entity.clone()));
        self.note(stated);
        let properties = schemas.iter().flat_map(|(_, schema)| schema["properties"].as_object().into_iter().flatten());
        let properties = properties.map(|(name, schema)| (type_name(name), references(schema)));
        let held = properties.filter(|(name, _)| self.named.contains(name));
        self.note(held.flat_map(|(entity, held)| held.into_iter().map(move |name| (name, entity.clone()))).collect());
        let same = schemas.iter().map(|(name, _)| (*name, type_name(name)));
        self.note(same.filter(|(_, entity)| self.named.contains(entity)).collect());
        let answers = self.document.entries("/paths").flat_map(|(_, item)| answers(self.document, item));
        let described = answers.filter(|name| self.has_id(name)).map(|name| (name, type_name(name)));
        self.note(described.collect());
    }

    /// Records the entities of schemas, and of their variants if they are unions. Schemas that already have an entity
    /// are skipped.
    fn note(&mut self, found: Vec<(&'d str, String)>) {
        let mut noted: BTreeMap<&str, Option<String>> = BTreeMap::new();
        let mut open = found;
        while let Some((name, entity)) = open.pop() {
            if self.described.contains_key(name) {
                continue;
            }
            match noted.get_mut(name) {
                Some(known) if known.as_ref().is_none_or(|known| *known == entity) => continue,
                Some(known) => *known = None,
                None => drop(noted.insert(name, Some(entity.clone()))),
            }
            let schema = &self.document.root()["components"]["schemas"][name];
            let variants = branches(schema).into_iter().flatten().flat_map(references);
            open.extend(variants.map(|variant| (variant, entity.clone())));
        }
        self.described.extend(noted);
    }

    /// Returns true if a schema or one of its variants has an id.
    fn has_id(&self, name: &'d str) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            if !seen.insert(name) {
                continue;
            }
            let schema = &self.document.root()["components"]["schemas"][name];
            if is_uuid(&schema["properties"]["id"]) {
                return true;
            }
            open.extend(branches(schema).into_iter().flatten().flat_map(references));
        }
        false
    }
}

/// Returns the entity that an overlay specifies for an id.
fn stated(schema: &Value) -> Option<String> {
    text(schema, "x-id-of").map(|entity| type_name(&entity))
}

/// Returns the entity that an id is named after.
fn of_name(name: &str) -> Option<String> {
    name.strip_suffix("_id").or_else(|| name.strip_suffix("_ids")).map(type_name)
}

/// Returns the entity that a property or parameter is named after, unless an overlay specifies another.
fn named_after(name: &str, holder: &Value, schema: &Value) -> Option<String> {
    of_name(name).filter(|_| stated(holder).is_none() && is_uuid(schema))
}

fn is_id(name: &str) -> bool {
    matches!(name, "id" | "ids")
}

/// Returns the schemas of the successful responses of a path. For a list, it is the schema of the items.
fn answers<'d>(document: &'d Document, item: &'d Value) -> Vec<&'d str> {
    let operations =
        item.as_object().into_iter().flatten().filter_map(|(_, operation)| operation["responses"].as_object());
    let successes = operations.flatten().filter(|(status, _)| status.starts_with('2'));
    let schemas = successes.map(|(_, response)| &response["content"]["application/json"]["schema"]);
    let of_list = |name: &'d str| document.list_item(name).map_or_else(|| vec![name], references);
    schemas.flat_map(|schema| references(schema.get("items").unwrap_or(schema))).flat_map(of_list).collect()
}

/// Returns true if a schema is a UUID, a nullable UUID or a list of UUIDs.
fn is_uuid(schema: &Value) -> bool {
    matches!(schema["format"].as_str(), Some("uuid" | "uuid4"))
        || branches(schema).is_some_and(|branches| branches.into_iter().any(is_uuid))
        || schema.get("items").is_some_and(is_uuid)
}

/// Returns the names of the schemas that a schema or its alternatives refer to.
fn references(schema: &Value) -> Vec<&str> {
    match schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        Some(name) => vec![name],
        None => branches(schema).into_iter().flatten().flat_map(references).collect(),
    }
}
