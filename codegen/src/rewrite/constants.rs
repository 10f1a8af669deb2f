//! Constants that need no field, either because the decoder has already checked them to select the type, or because the
//! object is only sent.

use std::collections::{BTreeMap, BTreeSet};

use super::Rewritten;
use super::names::{Definitions, definition_of, references};
use super::rules::{Rule, payloads};
use super::schemas::{is_null, strings};
use crate::json::{Map, Value};

/// The key for the values of such constants, by the name of the property.
pub const CONSTANTS: &str = "x-constants";

/// Removes the properties of such constants, and keeps their values in [`CONSTANTS`].
///
/// The API selects the variant of a request before it applies defaults. Therefore a tag is sent even if the document
/// does not require it.
pub fn rewrite(document: &mut Rewritten) {
    let places = Places { document, usages: usages(document) };
    let tags = tags(document);
    let mut implied: Vec<(String, String)> = Vec::new();
    for (name, definition) in &document.definitions {
        let required = strings(&definition["required"]).unwrap_or_default();
        for (property, schema) in definition["properties"].as_object().into_iter().flatten() {
            let is_constant = schema.get("const").is_some() || is_null(schema);
            let is_sent = required.contains(property) || tags.contains(&(name.as_str(), property.as_str()));
            let is_checked = || {
                !document.uses[name].output || places.check(name, std::slice::from_ref(property), &mut BTreeSet::new())
            };
            if is_constant && is_sent && is_checked() {
                implied.push((name.clone(), property.clone()));
            }
        }
    }
    for (name, property) in implied {
        let Some(definition) = document.definitions.get_mut(&name) else { continue };
        let removed = definition["properties"].as_object_mut().and_then(|properties| properties.remove(&property));
        let constant = removed.and_then(|schema| schema.get("const").cloned()).unwrap_or_default();
        if definition.get(CONSTANTS).is_none() {
            definition[CONSTANTS] = Value::Object(Map::new());
        }
        definition[CONSTANTS][property] = constant;
    }
}

/// Returns the objects that are variants of a request's union with a tag, each with the name of the tag.
fn tags(document: &Rewritten) -> BTreeSet<(&str, &str)> {
    let mut tags = BTreeSet::new();
    for (name, rule) in document.rules.iter().filter(|(name, _)| document.uses[*name].input) {
        let Rule::Tag { path, .. } = rule else { continue };
        let [tag] = path.as_slice() else { continue };
        let mut objects = BTreeSet::new();
        objects_within(&document.definitions, name, &mut objects, &mut BTreeSet::new());
        tags.extend(objects.into_iter().map(|object| (object, tag.as_str())));
    }
    tags
}

/// Collects the objects among the variants of a union, including those of nested unions.
fn objects_within<'a>(
    definitions: &'a Definitions,
    name: &'a str,
    objects: &mut BTreeSet<&'a str>,
    visited: &mut BTreeSet<&'a str>,
) {
    let Some(definition) = definitions.get(name) else { return };
    if definition.get("properties").is_some() {
        objects.insert(name);
    } else if visited.insert(name) {
        for payload in payloads(definition).filter_map(definition_of) {
            objects_within(definitions, payload, objects, visited);
        }
    }
}

/// A place where a definition is used.
enum Usage<'a> {
    /// A variant of a union.
    Union(&'a str),
    /// The value of a property of an object.
    Property(&'a str, &'a str),
    /// A use that does not check the properties of the definition.
    Other,
}

/// Returns the places in responses and webhook payloads where each definition is used.
fn usages(document: &Rewritten) -> BTreeMap<&str, Vec<Usage<'_>>> {
    let mut usages: BTreeMap<&str, Vec<Usage<'_>>> = BTreeMap::new();
    let mut others = Vec::new();
    document.operations().for_each(|operation| references(&operation["responses"], &mut others));
    for (name, definition) in document.definitions.iter().filter(|(name, _)| document.uses[*name].output) {
        for payload in payloads(definition) {
            match definition_of(payload) {
                Some(payload) => usages.entry(payload).or_default().push(Usage::Union(name)),
                None => references(payload, &mut others),
            }
        }
        let required = strings(&definition["required"]).unwrap_or_default();
        for (property, schema) in definition["properties"].as_object().into_iter().flatten() {
            match definition_of(schema).filter(|_| required.contains(property)) {
                Some(value) => usages.entry(value).or_default().push(Usage::Property(name, property)),
                None => references(schema, &mut others),
            }
        }
        references(&definition["additionalProperties"], &mut others);
        references(&definition["x-page"], &mut others);
    }
    for name in others {
        usages.entry(name).or_default().push(Usage::Other);
    }
    usages
}

struct Places<'a> {
    document: &'a Rewritten,
    usages: BTreeMap<&'a str, Vec<Usage<'a>>>,
}

impl Places<'_> {
    /// Returns true if every use of a definition checks this property before it decodes the value.
    fn check(&self, name: &str, path: &[String], visited: &mut BTreeSet<(String, Vec<String>)>) -> bool {
        if !visited.insert((name.to_owned(), path.to_vec())) {
            return false;
        }
        let usages = self.usages.get(name).map(Vec::as_slice).unwrap_or_default();
        !usages.is_empty()
            && usages.iter().all(|usage| match usage {
                Usage::Union(union) => {
                    matches!(&self.document.rules[*union], Rule::Tag { path: tag, .. } if tag == path)
                        || self.check(union, path, visited)
                }
                Usage::Property(object, property) => {
                    let outer = [*property].into_iter().map(str::to_owned).chain(path.iter().cloned());
                    self.check(object, &outer.collect::<Vec<_>>(), visited)
                }
                Usage::Other => false,
            })
    }
}
