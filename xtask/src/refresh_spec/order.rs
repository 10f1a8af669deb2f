//! The order of properties.
//!
//! The API sends properties in the order of its published document, and decoding is fastest if it expects them so. In
//! requests, the order of required properties is that of the arguments of constructors, and does not change.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use polar_codegen::json::escape;
use polar_codegen::rewrite::ORDER;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::reach::Reach;

/// The schemas of a document, with their properties in the order of its text.
#[derive(Default, Deserialize)]
struct Published {
    components: Components,
}

#[derive(Default, Deserialize)]
struct Components {
    schemas: BTreeMap<String, Schema>,
}

#[derive(Default, Deserialize)]
struct Schema {
    #[serde(default)]
    properties: IndexMap<String, IgnoredAny>,
}

/// Records the order of properties in the text of a document as [`ORDER`], in each schema where it is not the default.
pub fn record(document: &mut Value, text: &str) {
    // If they are of other types, there is no order to record.
    let published = serde_json::from_str::<Published>(text).unwrap_or_default().components.schemas;
    // A vendored document is sorted, and the order is recorded already.
    if published.values().all(|schema| schema.properties.keys().is_sorted()) {
        return;
    }
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else { return };
    for (name, Schema { properties }) in published {
        let Some(Value::Object(schema)) = schemas.get_mut(&name) else { continue };
        let required = schema.get("required").and_then(Value::as_array).map_or([].as_slice(), Vec::as_slice);
        let mut expected: Vec<&String> = properties.keys().collect();
        expected
            .sort_by_key(|name| (required.iter().position(|other| other == *name).unwrap_or(required.len()), *name));
        if !properties.keys().eq(expected) {
            schema.insert(ORDER.to_owned(), properties.into_keys().collect());
        }
    }
}

/// Puts the required properties of everything that requests send in the order of an earlier document. New ones come last.
pub fn keep(document: &mut Value, earlier: &Value) {
    let mut bodies = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            bodies.extend(operation.get("requestBody").map(|body| (pointer(path, method), body)));
        }
    }
    let places: Vec<String> = bodies.iter().map(|(place, _)| place.clone()).collect();
    let reach = Reach::from_roots(document, bodies);
    let schemas = reach.schemas.iter().map(|name| format!("/components/schemas/{}", escape(name)));
    for place in schemas.chain(places) {
        let Some(new) = document.pointer_mut(&place) else { continue };
        if let Some(new) = new.as_object_mut() {
            new.remove(ORDER);
        }
        if let Some(old) = earlier.pointer(&place) {
            keep_within(new, old);
        }
    }
}

fn pointer(path: &str, method: &str) -> String {
    format!("/paths/{}/{method}/requestBody", escape(path))
}

fn keep_within(new: &mut Value, old: &Value) {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            for (key, new) in new.iter_mut() {
                match (key.as_str(), new, old.get(key)) {
                    ("required", Value::Array(new), Some(Value::Array(old))) => {
                        new.sort_by_key(|name| old.iter().position(|other| other == name).unwrap_or(old.len()));
                    }
                    (_, new, Some(old)) => keep_within(new, old),
                    (_, _, None) => {}
                }
            }
        }
        (Value::Array(new), Value::Array(old)) => {
            new.iter_mut().zip(old).for_each(|(new, old)| keep_within(new, old));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(required: &Value, sent: bool) -> Value {
        let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Part" } } });
        let operation = if sent { json!({ "requestBody": { "content": content } }) } else { json!({}) };
        json!({
            "paths": { "/v1/parts/": { "post": operation } },
            "components": { "schemas": { "Part": { "properties": { "required": {} }, "required": required } } },
        })
    }

    #[test]
    fn an_earlier_order_is_kept_and_what_is_new_comes_last() {
        let earlier = document(&json!(["number", "start", "end"]), true);
        let mut new = document(&json!(["checksum", "end", "size", "number"]), true);
        keep(&mut new, &earlier);
        assert_eq!(new, document(&json!(["number", "end", "checksum", "size"]), true));
    }

    #[test]
    fn answers_have_the_published_order() {
        let mut new = document(&json!(["b", "a"]), false);
        keep(&mut new, &document(&json!(["a", "b"]), false));
        assert_eq!(new, document(&json!(["b", "a"]), false));
    }

    #[test]
    fn lists_in_place_of_objects_are_left_alone() {
        let schema = r#"{"properties":{"b":{},"a":{}}}"#;
        for components in [
            format!(r#"[{{"Part":{schema}}}]"#),
            format!(r#"{{"schemas":[{schema}]}}"#),
            r#"{"schemas":{"Part":[{"b":{},"a":{}}]}}"#.to_owned(),
        ] {
            let text = format!(r#"{{"components":{components}}}"#);
            let document: Value = serde_json::from_str(&text).expect("JSON");
            let mut recorded = document.clone();
            record(&mut recorded, &text);
            assert_eq!(recorded, document);
        }
    }

    /// Returns the order that is recorded for a schema with these properties.
    fn recorded(properties: &str, required: &Value, sent: bool) -> Value {
        let mut document = document(required, sent);
        document["components"]["schemas"]["Part"]["properties"] = serde_json::from_str(properties).expect("JSON");
        let text = format!(r#"{{"components":{{"schemas":{{"Part":{{"properties":{properties}}}}}}}}}"#);
        record(&mut document, &text);
        keep(&mut document, &json!({}));
        document["components"]["schemas"]["Part"][ORDER].take()
    }

    #[test]
    fn an_order_that_the_document_does_not_tell_is_recorded() {
        let properties = r#"{"start":{},"size":{},"end":{}}"#;
        assert_eq!(recorded(properties, &json!(["start", "end"]), false), json!(["start", "size", "end"]));
        assert_eq!(recorded(properties, &json!(["start", "size"]), false), Value::Null);
        assert_eq!(recorded(properties, &json!(["start", "end"]), true), Value::Null);
        assert_eq!(recorded(r#"{"end":{},"size":{}}"#, &json!(["size"]), false), Value::Null);
    }
}
