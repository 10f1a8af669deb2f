//! Merges an update into its target.

use anyhow::{Result, bail};
use serde_json::{Map, Value};

/// Merges an update into its target.
///
/// # Errors
/// If the update cannot be merged into a target of this kind.
pub fn update(node: &mut Value, update: &Value) -> Result<()> {
    match (node, update) {
        (node @ Value::Object(_), Value::Object(_)) => merge(node, update),
        (Value::Object(_), _) => bail!("the target is an object, but the update is not"),
        // As specified, the update of a list is an entry to append.
        (Value::Array(list), entry) => append(list, entry),
        _ => bail!("the target is neither an object nor an array"),
    }
    Ok(())
}

fn merge(node: &mut Value, update: &Value) {
    match (node, update) {
        (Value::Object(node), Value::Object(update)) => {
            for (key, update) in update {
                match node.get_mut(key) {
                    Some(node) => merge(node, update),
                    None => {
                        node.insert(key.clone(), update.clone());
                    }
                }
            }
        }
        (Value::Array(list), Value::Array(entries)) => {
            entries.iter().for_each(|entry| append(list, entry));
        }
        (node, update) => *node = update.clone(),
    }
}

/// Appends an entry, unless the list contains it; see the documentation of overlays. If a parameter exists with another
/// schema, only the description is merged.
fn append(list: &mut Vec<Value>, entry: &Value) {
    let bare = without_prose(entry);
    if let Some(held) = list.iter_mut().find(|held| without_prose(held) == bare) {
        return merge(held, entry);
    }
    let is_same_parameter =
        |held: &Value| entry["name"].is_string() && held["name"] == entry["name"] && held["in"] == entry["in"];
    match list.iter_mut().find(|held| is_same_parameter(held)) {
        Some(held) => {
            if let Some(description) = entry.get("description") {
                held["description"] = description.clone();
            }
        }
        None => list.push(entry.clone()),
    }
}

/// Returns a value without prose, for comparison only. A property named `description` counts as prose only if it is a
/// string, which the schema of a property never is.
pub fn without_prose(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, value)| match key.as_str() {
                "description" | "summary" | "title" => !value.is_string(),
                "examples" => !value.is_array(),
                key => !key.starts_with("x-") || key.starts_with("x-polar-"),
            });
            let bare = kept.map(|(key, value)| (key.clone(), without_prose(value)));
            Value::Object(bare.collect::<Map<_, _>>())
        }
        Value::Array(list) => list.iter().map(without_prose).collect(),
        plain => plain.clone(),
    }
}
