//! Variants that accept any tag, which keep the properties of kinds that the document does not have yet.

use serde_json::json;

use super::Rewritten;
use super::names::{PLACE, definition_of};
use super::rules::{Literal, Rule};
use crate::names::value_name;
use crate::{Error, Result};

/// The name of the field for additional properties.
pub const ADDITIONAL: &str = "additional";

/// Lets the objects that are such variants have additional properties. A value of a later kind is decoded as this
/// variant rather than as `Unknown`.
///
/// # Errors
/// Returns an error if a property has the name of the field for additional properties.
pub fn rewrite(document: &mut Rewritten) -> Result<()> {
    let open = document.rules.iter().filter_map(|(name, rule)| {
        let Rule::Tag { cases, other: Some(other), .. } = rule else { return None };
        let is_named = cases.iter().all(|(value, _)| matches!(value, Literal::String(_)));
        let variant = &document.definitions.get(name)?["oneOf"][*other]["properties"];
        let payload = variant.as_object()?.values().next().filter(|_| is_named && document.uses[name].output)?;
        Some(definition_of(payload)?.to_owned())
    });
    for name in open.collect::<Vec<_>>() {
        let definition = document.definitions.get_mut(&name).filter(|definition| definition["properties"].is_object());
        let Some(definition) = definition else { continue };
        let mut properties = definition["properties"].as_object().into_iter().flatten().map(|(name, _)| name);
        if let Some(property) = properties.find(|property| value_name(property) == ADDITIONAL) {
            let place = definition[PLACE].as_str().unwrap_or_default();
            return Err(Error::new(place, format!("the property `{property}` has the name of the other properties")));
        }
        if definition.get("additionalProperties").is_none() {
            definition["additionalProperties"] = json!({});
        }
    }
    Ok(())
}
