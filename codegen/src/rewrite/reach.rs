//! The parts of a document that the client has types for: requests, successful responses and webhooks, with all schemas
//! that they refer to.

use std::collections::BTreeSet;

use super::schemas::name_of;
use crate::json::{Map, Value};

/// Returns a document without error responses and the schemas that only they refer to.
pub fn reachable(root: &Value) -> Value {
    let mut kept = Map::new();
    for key in ["webhooks", "x-webhook-payload"] {
        kept.extend(root.get(key).map(|value| (key.to_owned(), value.clone())));
    }
    let mut paths = Map::new();
    for (path, item) in root["paths"].as_object().into_iter().flatten() {
        let operations = item.as_object().into_iter().flatten();
        let operations = operations
            .filter(|(_, operation)| operation.get("responses").is_some() || operation.get("operationId").is_some());
        paths.insert(
            path.clone(),
            operations.map(|(method, operation)| (method.clone(), without_error_responses(operation))).collect(),
        );
    }
    kept.insert("paths".to_owned(), Value::Object(paths));
    let schemas = &root["components"]["schemas"];
    let mut names = BTreeSet::new();
    let mut open = Vec::new();
    kept.values().for_each(|value| references(value, &mut open));
    open.push("Scope".to_owned());
    while let Some(name) = open.pop() {
        if let Some(schema) = schemas.get(&name)
            && names.insert(name)
        {
            references(schema, &mut open);
        }
    }
    let schemas: Map<String, Value> = names
        .into_iter()
        .map(|name| {
            let schema = schemas[&name].clone();
            (name, schema)
        })
        .collect();
    kept.insert(
        "components".to_owned(),
        Value::Object([("schemas".to_owned(), Value::Object(schemas))].into_iter().collect()),
    );
    Value::Object(kept)
}

fn without_error_responses(operation: &Value) -> Value {
    let members = operation.as_object().into_iter().flatten();
    let kept = members.map(|(key, value)| {
        let value = match value {
            Value::Object(responses) if key == "responses" => {
                let successes = responses.iter().filter(|(status, _)| !status.starts_with(['4', '5']));
                successes.map(|(status, response)| (status.clone(), response.clone())).collect()
            }
            _ => value.clone(),
        };
        (key.clone(), value)
    });
    kept.collect()
}

/// Collects the names of the schemas that a value refers to.
fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("$ref", Value::String(reference)) => names.extend(name_of(reference)),
                    ("mapping", Value::Object(targets)) => {
                        names.extend(targets.values().filter_map(|target| name_of(target.as_str()?)));
                    }
                    _ => references(value, names),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, names)),
        _ => {}
    }
}
