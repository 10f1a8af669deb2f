//! Enumerations, whose values are replaced by the names of variants.

use std::collections::BTreeMap;

use serde_json::json;

use crate::json::Value;
use crate::names::{type_name, variant_name};
use crate::{Error, Result};

/// The key for the original values in the definition of an enumeration.
pub const VALUES: &str = "x-values";

/// Returns the definition of an enumeration, with the names of its variants as values.
///
/// # Errors
/// Returns an error if two values result in the same name.
pub fn definition(values: &[String], place: &str) -> Result<Value> {
    let mut seen = BTreeMap::new();
    let mut names = Vec::new();
    for value in values {
        let name = match value.strip_prefix('-') {
            Some(property) => format!("{}Desc", type_name(property)),
            None if values.contains(&format!("-{value}")) => format!("{}Asc", type_name(value)),
            None => variant_name(value),
        };
        if let Some(other) = seen.insert(name.clone(), value) {
            return Err(Error::new(place, format!("the values `{other}` and `{value}` have one name, `{name}`")));
        }
        names.push(name);
    }
    Ok(json!({ "type": "string", "enum": names, VALUES: values }))
}
