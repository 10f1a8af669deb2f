//! Codes of currencies, which are replaced by references to the enumeration of currencies.

use serde_json::json;

use super::schemas::{branches_key, place_of};
use crate::json::Value;

/// The enumeration of currencies.
const CURRENCIES: &str = "PresentmentCurrency";

/// Returns true if a document has an enumeration of currencies.
pub fn are_known(root: &Value) -> bool {
    root.pointer(&place_of(CURRENCIES)).is_some()
}

/// Replaces the texts in properties whose names end with `currency`, so that one type has all codes of currencies. It keeps
/// codes that the document does not have, as all enumerations do.
pub fn rewrite(schema: &mut Value) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (_, property) in properties.iter_mut().filter(|(name, _)| name.ends_with("currency")) {
        let text = match branches_key(property) {
            Some(key) => property[key].as_array_mut().into_iter().flatten().find(|branch| is_text(branch)),
            None if is_text(property) => Some(property),
            None => None,
        };
        if let Some(Value::Object(members)) = text {
            // The limits of a text do not apply to a code.
            members.retain(|key, _| matches!(key.as_str(), "description" | "default" | "deprecated"));
            members.insert("$ref".to_owned(), json!(format!("#{}", place_of(CURRENCIES))));
        }
    }
}

/// Returns true if a schema accepts any code. One with a pattern accepts only some.
fn is_text(schema: &Value) -> bool {
    schema["type"] == "string" && ["const", "enum", "pattern"].iter().all(|key| schema.get(*key).is_none())
}
