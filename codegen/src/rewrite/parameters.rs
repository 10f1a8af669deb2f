//! Parameters with several values and deep objects.

use serde_json::json;

use super::schemas::{branches, branches_key};
use crate::json::Value;

/// Converts a parameter that may have several values to a list, and a deep object to a map of scalars.
pub fn rewrite(parameter: &mut Value) {
    let is_deep = parameter["style"] == "deepObject";
    let Some(schema) = parameter.get_mut("schema") else { return };
    if is_deep {
        // All values of a deep object are serialized as strings.
        *schema = json!({ "type": "object", "additionalProperties": { "type": "string", "format": "scalar" } });
    } else if schema["x-untyped"] == true {
        // All values are serialized as strings.
        if schema["type"].is_null()
            && let Value::Object(members) = schema
        {
            members.insert("type".to_owned(), Value::from("string"));
        }
    } else if let (Some(key), Some(list)) = (branches_key(schema), list(schema).cloned())
        && let (Value::Object(members), Value::Object(list)) = (schema, list)
    {
        members.remove(key);
        members.extend(list);
    }
}

/// Returns the list among the alternatives of a schema.
fn list(schema: &Value) -> Option<&Value> {
    branches(schema)?.into_iter().find(|branch| branch["type"] == "array" && branch.get("items").is_some())
}
