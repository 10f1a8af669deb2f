//! Unions of primitive types, which are replaced by a single type.

use std::collections::BTreeSet;

use serde_json::json;

use super::decimals::is_decimal;
use super::schemas::{branches, branches_key, is_null};
use crate::json::Value;

/// Replaces a union of primitive types by one of them, or by a type of the client that represents all of them.
pub fn rewrite(schema: &mut Value) {
    let (Some(key), Some(branches)) = (branches_key(schema), branches(schema)) else { return };
    let (nulls, rest): (Vec<&Value>, Vec<&Value>) = branches.into_iter().partition(|branch| is_null(branch));
    if rest.len() < 2 {
        return;
    }
    let Some(Value::Object(leaf)) = one_of(&rest) else { return };
    let nullable = !nulls.is_empty();
    let Value::Object(members) = schema else { return };
    members.remove(key);
    if nullable {
        members.insert("anyOf".to_owned(), json!([leaf, { "type": "null" }]));
    } else {
        members.extend(leaf);
    }
}

/// Returns a schema that accepts all of these primitive alternatives, if there is one.
fn one_of(branches: &[&Value]) -> Option<Value> {
    let mut types = BTreeSet::new();
    for branch in branches {
        if branch.get("const").is_some() || branch.get("enum").is_some() {
            return None;
        }
        types.insert(branch.get("type")?.as_str()?);
    }
    let is_decimal = branches.iter().any(|branch| is_decimal(branch));
    match types.into_iter().collect::<Vec<_>>().as_slice() {
        ["integer", "number"] => Some(json!({ "type": "number" })),
        ["string"] => Some(json!({ "type": "string" })),
        ["number", "string"] | ["integer", "number", "string"] if is_decimal => {
            Some(json!({ "type": "string", "format": "decimal-or-number" }))
        }
        types if types.iter().all(|ty| matches!(*ty, "boolean" | "integer" | "number" | "string")) => {
            Some(json!({ "type": "string", "format": "scalar" }))
        }
        _ => None,
    }
}
