//! Keeps the order of required properties, which is that of the arguments of constructors.

use polar_codegen::json::escape;
use serde_json::Value;

use super::reach::Reach;

/// Puts the required properties of everything that requests send in the order of an earlier document. New ones come last.
///
/// Answers have the order of the document that is published: nothing but the speed of decoding depends on it.
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
        if let (Some(new), Some(old)) = (document.pointer_mut(&place), earlier.pointer(&place)) {
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
}
