//! Properties of requests for which an absent value differs from `null`.

use super::Rewritten;
use super::names::references;
use super::schemas::{is_nullable, strings};
use super::uses::References;
use crate::json::Value;

/// The key that marks such properties, whose type is `Patch`: true if the value is a `Box`, because it may contain the
/// object itself.
pub const PATCH: &str = "x-patch";

/// Marks the optional properties of requests that may be `null`. In responses, an overlay marks the objects with such
/// properties.
pub fn rewrite(document: &mut Rewritten) {
    let all = References::of(&document.definitions);
    let mut patches = Vec::new();
    for (name, definition) in &document.definitions {
        if !document.uses[name].input && definition["x-absent-is-not-null"] != true {
            continue;
        }
        let required = strings(&definition["required"]).unwrap_or_default();
        for (property, schema) in definition["properties"].as_object().into_iter().flatten() {
            if !required.contains(property) && is_nullable(schema) {
                let mut held = Vec::new();
                references(&schema["anyOf"], &mut held);
                let boxed = all.reachable(held).contains(name.as_str());
                patches.push((name.clone(), property.clone(), boxed));
            }
        }
    }
    for (name, property, boxed) in patches {
        let properties = document.definitions.get_mut(&name).and_then(|definition| definition.get_mut("properties"));
        if let Some(schema) = properties.and_then(|properties| properties.get_mut(&property)) {
            schema[PATCH] = Value::Bool(boxed);
        }
    }
}
