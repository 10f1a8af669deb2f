//! Enumerations, whose values are replaced by the names of variants.

use std::collections::BTreeMap;

use serde_json::json;

use super::schemas::text;
use crate::json::Value;
use crate::names::{type_name, variant_name};
use crate::{Error, Result};

/// The key for the original values in the definition of an enumeration.
pub const VALUES: &str = "x-values";

/// Returns the definition of an enumeration, with the names of its variants as values. `given` has the names that an
/// overlay assigns, by value.
///
/// # Errors
/// Returns an error if two values result in the same name.
pub fn definition(values: &[String], given: &Value, place: &str) -> Result<Value> {
    let mut seen = BTreeMap::new();
    let mut names = Vec::new();
    for value in values {
        let name = match value.strip_prefix('-') {
            _ if given.get(value.as_str()).is_some() => variant_name(&text(given, value).unwrap_or_default()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_have_the_names_that_an_overlay_gives() {
        let values = ["2xx".to_owned(), "none".to_owned()];
        let given = crate::json::parse(r#"{"2xx": "Success"}"#).expect("JSON");
        let definition = definition(&values, &given, "/a").expect("a definition");
        assert_eq!(definition["enum"], json!(["Success", "None"]));
        assert_eq!(definition[VALUES], json!(["2xx", "none"]));
    }
}
