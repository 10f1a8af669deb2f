//! The enumeration of scopes.

use std::collections::BTreeSet;

use super::enums::{self, VALUES};
use super::names::Namer;
use super::schemas::{place_of, strings};
use crate::json::Value;
use crate::{Error, Result};

/// The name of the schema of scopes.
const SCOPE: &str = "Scope";

/// Defines the enumeration of scopes and returns its name. Uses the schema of the document and adds the scopes that are
/// missing there. If there is no such schema, the enumeration consists of the scopes that operations require. Returns
/// `None` if no operation requires scopes.
///
/// # Errors
/// Returns an error if the schema of the document is not an enumeration.
pub fn define(root: &Value, namer: &mut Namer<'_>) -> Result<Option<String>> {
    let operations = root["paths"].as_object().into_iter().flatten().flat_map(|(_, item)| item.as_object()).flatten();
    let schemes = operations.flat_map(|(_, operation)| operation["security"].as_array()).flatten();
    let asked = schemes.filter_map(Value::as_object).flatten().flat_map(|(_, scopes)| strings(scopes)).flatten();
    let asked: BTreeSet<String> = asked.collect();
    if asked.is_empty() {
        return Ok(None);
    }
    if !namer.has_schema(SCOPE) {
        namer.enumeration(
            SCOPE.to_owned(),
            asked.into_iter().collect(),
            "the scopes of all operations",
            &Value::Null,
        )?;
        return Ok(Some(SCOPE.to_owned()));
    }
    let place = place_of(SCOPE);
    let no_enumeration = || Error::new(&place, "the scopes are no enumeration");
    let name = namer.reference(&format!("#{place}"), &place)?.name().map(str::to_owned).ok_or_else(no_enumeration)?;
    let definition = namer.definition_mut(&name).ok_or_else(no_enumeration)?;
    let listed = strings(&definition[VALUES]).ok_or_else(no_enumeration)?;
    // An operation may require a scope that the document does not list, or that is no longer granted.
    let missing = asked.into_iter().filter(|scope| !listed.contains(scope));
    let all: Vec<String> = listed.iter().cloned().chain(missing).collect();
    let completed = enums::definition(&all, &Value::Null, &place)?;
    for key in ["enum", VALUES] {
        definition[key] = completed[key].clone();
    }
    Ok(Some(name))
}
