//! Restricts an update to the parts that apply to a document.
//!
//! Parts that describe something missing, that refer to missing schemas, or that upstream has itself are left out and
//! reported.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::finding::{Adds, Problem};
use crate::refresh_spec::facts::{METHODS, PROSE_EXTENSIONS};
use crate::refresh_spec::reach::SCHEMAS;

/// Marks content that was added by an overlay, to distinguish it from upstream content when overlays are applied again.
const ADDED: &str = "x-from-overlay";

/// The state of a document before overlays are applied.
#[derive(Debug, Default)]
pub struct Upstream {
    /// The operations of the document: their ids, paths and methods.
    operations: BTreeSet<String>,
    /// The schemas of the document.
    schemas: BTreeSet<String>,
    /// The schemas that overlays add.
    added: BTreeSet<String>,
}

impl Upstream {
    /// Inspects a document, to which overlays may have been applied before.
    pub fn of(document: &Value, added: BTreeSet<String>) -> Self {
        let mut upstream = Self { added, ..Self::default() };
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                let Some(operation) = item.get(method).filter(|operation| operation[ADDED] != true) else { continue };
                upstream.operations.insert(format!("{method} {path}"));
                upstream.operations.extend(operation["operationId"].as_str().map(str::to_owned));
            }
        }
        let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
        let own = schemas.filter(|(_, schema)| schema[ADDED] != true).map(|(name, _)| name.clone());
        upstream.schemas.extend(own);
        upstream
    }

    fn has_operation(&self, path: &str, method: &str, operation: &Value) -> bool {
        self.operations.contains(&format!("{method} {path}"))
            || operation["operationId"].as_str().is_some_and(|id| self.operations.contains(id))
    }
}

/// A part of an update that was left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    pub within: Vec<String>,
    pub adds: Adds,
    pub problem: Problem,
    pub missing: Option<String>,
}

/// The update of one target, while it is being restricted.
pub struct Fit<'a> {
    upstream: &'a Upstream,
    document: &'a Value,
    /// The parts that were left out.
    pub parts: BTreeSet<Part>,
}

impl<'a> Fit<'a> {
    pub fn new(upstream: &'a Upstream, document: &'a Value) -> Self {
        Self { upstream, document, parts: BTreeSet::new() }
    }

    /// Leaves out what upstream has itself, and what refers to missing schemas: a whole operation, and otherwise the
    /// smallest entry possible.
    pub fn known_and_dangling(&mut self, target: &str, update: &mut Value) {
        match (target, update) {
            ("$.paths", Value::Object(paths)) => {
                for (path, item) in paths {
                    let Some(item) = item.as_object_mut() else { continue };
                    item.retain(|method, operation| {
                        let within = [path.clone(), method.clone()];
                        if METHODS.contains(&method.as_str()) && self.upstream.has_operation(path, method, operation) {
                            self.leave_out(&within, Adds::Rule, Problem::Unneeded, None);
                            return false;
                        }
                        let gone: Vec<String> =
                            references(operation).into_iter().filter_map(|name| self.gone(name)).collect();
                        // Reports all missing schemas of the operation.
                        gone.iter().for_each(|name| {
                            self.leave_out(&within, Adds::Rule, Problem::Gone, Some(name.clone()));
                        });
                        mark(operation);
                        gone.is_empty()
                    });
                }
            }
            ("$.components.schemas", Value::Object(schemas)) => {
                schemas.retain(|name, schema| {
                    let is_known = is_whole(schema) && self.upstream.schemas.contains(name);
                    if is_known {
                        self.leave_out(std::slice::from_ref(name), Adds::Rule, Problem::Unneeded, None);
                    } else if is_whole(schema) {
                        mark(schema);
                    }
                    !is_known
                });
                for (name, schema) in schemas {
                    self.dangling(schema, &mut vec![name.clone()]);
                }
            }
            (_, update) => self.dangling(update, &mut Vec::new()),
        }
    }

    fn dangling(&mut self, value: &mut Value, within: &mut Vec<String>) {
        let reference = |value: &Value| -> Option<String> {
            value.as_str().or_else(|| value.get("$ref")?.as_str()).map(str::to_owned)
        };
        let mut keeps = |key: String, value: &mut Value| {
            within.push(key);
            let gone = reference(value).and_then(|reference| self.gone(&reference));
            match &gone {
                Some(_) => self.leave_out(within, Adds::Rule, Problem::Gone, gone.clone()),
                None => self.dangling(value, within),
            }
            within.pop();
            gone.is_none()
        };
        match value {
            Value::Object(object) => object.retain(|key, value| keeps(key.clone(), value)),
            Value::Array(list) => {
                let mut index = 0;
                list.retain_mut(|value| {
                    index += 1;
                    keeps((index - 1).to_string(), value)
                });
            }
            _ => {}
        }
    }

    /// Returns the target of a reference to a schema, if it is missing.
    fn gone(&self, reference: &str) -> Option<String> {
        let name = reference.strip_prefix(SCHEMAS)?;
        let is_there = self.upstream.added.contains(name) || self.document["components"]["schemas"].get(name).is_some();
        (!is_there).then(|| reference.trim_start_matches('#').to_owned())
    }

    /// Returns the part of an update that describes existing content.
    pub fn described(&mut self, update: &Value, node: &Value) -> Value {
        self.described_within(update, node, &mut Vec::new())
    }

    fn described_within(&mut self, update: &Value, node: &Value, within: &mut Vec<String>) -> Value {
        let (Value::Object(update), Value::Object(node)) = (update, node) else { return update.clone() };
        let mut kept = Map::new();
        for (key, value) in update {
            within.push(key.clone());
            match (key.as_str(), node.get(key)) {
                ("x-enum-descriptions", _) => {
                    let values = node.get("enum").and_then(Value::as_array);
                    let is_there = |value: &str| values.is_none_or(|values| values.iter().any(|known| known == value));
                    kept.insert(key.clone(), self.entries(value, within, is_there));
                }
                (_, Some(inner)) => drop(kept.insert(key.clone(), self.described_within(value, inner, within))),
                (_, None) if is_prose(value) => self.leave_out(within, Adds::Prose, Problem::Gone, None),
                (_, None) => drop(kept.insert(key.clone(), value.clone())),
            }
            within.pop();
        }
        Value::Object(kept)
    }

    /// Returns the descriptions of names that exist.
    fn entries(&mut self, texts: &Value, within: &mut Vec<String>, is_there: impl Fn(&str) -> bool) -> Value {
        let mut kept = Map::new();
        for (name, text) in texts.as_object().into_iter().flatten() {
            if is_there(name) {
                kept.insert(name.clone(), text.clone());
                continue;
            }
            within.push(name.clone());
            self.leave_out(within, Adds::Prose, Problem::Gone, None);
            within.pop();
        }
        Value::Object(kept)
    }

    fn leave_out(&mut self, within: &[String], adds: Adds, problem: Problem, missing: Option<String>) {
        self.parts.insert(Part { within: within.to_vec(), adds, problem, missing });
    }
}

fn mark(added: &mut Value) {
    if let Some(added) = added.as_object_mut() {
        added.insert(ADDED.to_owned(), Value::Bool(true));
    }
}

/// Returns all references to schemas in a value.
fn references(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::Object(object) => object.values().flat_map(references).collect(),
        Value::Array(list) => list.iter().flat_map(references).collect(),
        Value::String(text) if text.starts_with(SCHEMAS) => BTreeSet::from([text.as_str()]),
        _ => BTreeSet::new(),
    }
}

/// Returns true if the update of a schema is a complete schema rather than a change.
pub fn is_whole(schema: &Value) -> bool {
    ["type", "$ref", "anyOf", "oneOf", "allOf"].iter().any(|key| schema.get(key).is_some())
}

/// Returns true if an update consists only of prose.
pub fn is_prose(update: &Value) -> bool {
    let Value::Object(update) = update else { return false };
    !update.is_empty() && update.iter().all(|(key, value)| is_prose_entry(key, value) || is_prose(value))
}

/// Returns true if an entry of an object is prose.
fn is_prose_entry(key: &str, value: &Value) -> bool {
    match key {
        "description" | "summary" => value.is_string(),
        _ => PROSE_EXTENSIONS.contains(&key),
    }
}

/// Returns true if an update contains one of our own extensions that is a rule. Upstream documents have none.
pub fn has_rule_extension(update: &Value) -> bool {
    let is_rule = |key: &str| key.starts_with("x-") && !key.starts_with("x-polar-") && !PROSE_EXTENSIONS.contains(&key);
    match update {
        Value::Object(update) => update.iter().any(|(key, value)| is_rule(key) || has_rule_extension(value)),
        Value::Array(list) => list.iter().any(has_rule_extension),
        _ => false,
    }
}
