//! Schemas with several types, such as `type: [string, null]`, which are replaced by a union.

use super::keywords::is_annotation;
use crate::json::{Map, Value};

/// Replaces a list of types by a union. Each alternative has all constraints of the schema.
pub fn rewrite(schema: &mut Value) {
    if !schema["type"].is_array() || schema.get("anyOf").or(schema.get("oneOf")).is_some() {
        return;
    }
    let Value::Object(members) = schema else { return };
    let Some(Value::Array(types)) = members.remove("type") else { return };
    let (annotations, limits): (Map<String, Value>, Map<String, Value>) =
        std::mem::take(members).into_iter().partition(|(key, _)| is_annotation(key) && key != "x-rust-name");
    let choice = types.into_iter().map(|ty| {
        let mut one = limits.clone();
        one.insert("type".to_owned(), ty);
        Value::Object(one)
    });
    *members = annotations;
    members.insert("anyOf".to_owned(), Value::Array(choice.collect()));
}
