//! Parameters: lists of values, and values by key.

use serde_json::json;

use super::schemas::{branches, branches_key};
use crate::json::Value;

/// Makes a parameter that may have several values a list of them, and a deep object one of simple values.
pub fn rewrite(parameter: &mut Value) {
    let is_deep = parameter["style"] == "deepObject";
    let Some(schema) = parameter.get_mut("schema") else { return };
    if is_deep {
        // What deep objects hold is written as text, whatever it is.
        *schema = json!({ "type": "object", "additionalProperties": { "type": "string", "format": "scalar" } });
    } else if schema["x-untyped"] == true {
        // All values are texts in the end.
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

/// The list among the alternatives of a parameter.
fn list(schema: &Value) -> Option<&Value> {
    branches(schema)?.into_iter().find(|branch| branch["type"] == "array" && branch.get("items").is_some())
}
