//! Helpers for schemas.

use crate::json::{Value, escape};

/// The keywords whose values are objects of schemas.
const OBJECTS: [&str; 2] = ["properties", "patternProperties"];
/// The keywords whose values are lists of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// The keywords whose values are schemas.
const SINGLE: [&str; 2] = ["items", "additionalProperties"];

/// Calls a function with each schema of a document, from the outermost to the innermost.
pub fn visit(root: &mut Value, rule: &mut dyn FnMut(&mut Value)) {
    if let Some(Value::Object(schemas)) = root.pointer_mut("/components/schemas") {
        schemas.values_mut().for_each(|schema| visit_schema(schema, rule));
    }
    let is_method = |item: &Value| item.is_object();
    for key in ["paths", "webhooks"] {
        let Some(Value::Object(items)) = root.get_mut(key) else { continue };
        let items = items.values_mut().filter_map(Value::as_object_mut);
        let operations = items.flat_map(|item| item.values_mut()).filter(|item| is_method(item));
        operations.for_each(|operation| visit_operation(operation, rule));
    }
}

fn visit_operation(operation: &mut Value, rule: &mut dyn FnMut(&mut Value)) {
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        for parameter in parameters {
            if let Some(schema) = parameter.get_mut("schema") {
                visit_schema(schema, rule);
            }
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        visit_content(body, rule);
    }
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        responses.values_mut().for_each(|response| visit_content(response, rule));
    }
}

fn visit_content(holder: &mut Value, rule: &mut dyn FnMut(&mut Value)) {
    let Some(Value::Object(content)) = holder.get_mut("content") else { return };
    for media in content.values_mut() {
        if let Some(schema) = media.get_mut("schema") {
            visit_schema(schema, rule);
        }
    }
}

fn visit_schema(schema: &mut Value, rule: &mut dyn FnMut(&mut Value)) {
    rule(schema);
    let Value::Object(members) = schema else { return };
    for (key, value) in members {
        match value {
            Value::Object(inner) if OBJECTS.contains(&key.as_str()) => {
                inner.values_mut().for_each(|schema| visit_schema(schema, rule));
            }
            Value::Array(inner) if LISTS.contains(&key.as_str()) => {
                inner.iter_mut().for_each(|schema| visit_schema(schema, rule));
            }
            Value::Object(_) if SINGLE.contains(&key.as_str()) => visit_schema(value, rule),
            _ => {}
        }
    }
}

/// Returns the string at a key.
pub fn text(schema: &Value, key: &str) -> Option<String> {
    Some(schema.get(key)?.as_str()?.to_owned())
}

/// Returns the alternatives of a union (`anyOf` or `oneOf`).
pub fn branches(schema: &Value) -> Option<Vec<&Value>> {
    Some(schema.get(branches_key(schema)?)?.as_array()?.iter().collect())
}

/// Returns the keyword for the alternatives of a union.
pub fn branches_key(schema: &Value) -> Option<&'static str> {
    ["anyOf", "oneOf"].into_iter().find(|key| schema.get(*key).is_some())
}

/// Returns true if a schema accepts only `null`.
pub fn is_null(schema: &Value) -> bool {
    schema["type"] == "null"
}

/// Returns true if a schema accepts `null`.
pub fn is_nullable(schema: &Value) -> bool {
    is_null(schema) || schema["anyOf"].as_array().into_iter().flatten().any(is_null)
}

/// Returns the elements of a list if all of them are strings.
pub fn strings(values: &Value) -> Option<Vec<String>> {
    values.as_array()?.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}

/// The prefix of a reference to a schema of the document.
const SCHEMAS: &str = "#/components/schemas/";

/// Returns the name of the schema that a reference points to.
pub fn name_of(reference: &str) -> Option<String> {
    reference.strip_prefix(SCHEMAS).map(crate::json::unescape)
}

/// Returns the JSON pointer of a schema of the document.
pub fn place_of(name: &str) -> String {
    format!("/components/schemas/{}", escape(name))
}
