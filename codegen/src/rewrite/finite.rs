//! Rejects definitions that no value can have: unions that are variants of themselves, and types without finite values.

use std::collections::BTreeSet;

use super::names::{Definitions, PLACE, definition_of};
use super::rules::payloads;
use super::schemas::{is_nullable, strings};
use crate::json::Value;
use crate::{Error, Result};

/// Checks all definitions.
///
/// # Errors
/// Returns an error if a union is a variant of itself, directly or through other unions, or if every value of a type
/// contains another value of that type.
pub fn check(definitions: &Definitions) -> Result<()> {
    let place = |definition: &Value| definition[PLACE].as_str().unwrap_or_default().to_owned();
    let mut unions = definitions.iter().filter(|(_, definition)| definition.get("oneOf").is_some());
    if let Some((name, definition)) = unions.find(|(name, _)| holds_itself(definitions, name)) {
        return Err(Error::new(place(definition), format!("the union `{name}` is a variant of itself")));
    }
    // A type is finite if all types that it requires are. Start with the types that require no others, and repeat until
    // no more are found.
    let mut finite = BTreeSet::<&str>::new();
    loop {
        let more: Vec<&str> = definitions
            .iter()
            .filter(|(name, definition)| !finite.contains(name.as_str()) && is_finite(definition, &finite))
            .map(|(name, _)| name.as_str())
            .collect();
        if more.is_empty() {
            break;
        }
        finite.extend(more);
    }
    match definitions.iter().find(|(name, _)| !finite.contains(name.as_str())) {
        Some((name, definition)) => {
            Err(Error::new(place(definition), format!("every value of `{name}` holds another, without an end")))
        }
        None => Ok(()),
    }
}

/// Returns true if a union contains itself, directly or through other unions.
fn holds_itself(definitions: &Definitions, name: &str) -> bool {
    let variants = |name: &str| -> Vec<&str> {
        definitions.get(name).into_iter().flat_map(payloads).filter_map(definition_of).collect()
    };
    let (mut seen, mut open) = (BTreeSet::new(), variants(name));
    while let Some(next) = open.pop() {
        if next == name {
            return true;
        }
        if seen.insert(next) {
            open.extend(variants(next));
        }
    }
    false
}

/// Returns true if a definition has a finite value, given the definitions that are known to have one.
fn is_finite(definition: &Value, finite: &BTreeSet<&str>) -> bool {
    if let Some(variants) = definition["oneOf"].as_array() {
        let is_literal = |variant: &Value| variant.get("properties").is_none();
        return variants.iter().any(is_literal) || payloads(definition).any(|payload| has_value(payload, finite));
    }
    let required = strings(&definition["required"]).unwrap_or_default();
    let properties = definition["properties"].as_object().into_iter().flatten();
    let mut needed = properties.filter(|(name, property)| required.contains(name) && !is_nullable(property));
    needed.all(|(_, property)| has_value(property, finite))
}

fn has_value(schema: &Value, finite: &BTreeSet<&str>) -> bool {
    let elements = || schema["prefixItems"].as_array().into_iter().flatten();
    // Lists and maps can be empty.
    definition_of(schema).is_none_or(|name| finite.contains(name)) && elements().all(|schema| has_value(schema, finite))
}
