//! Generates values from a document's schemas.
//!
//! `polar_codegen::samples` is not used, since it reads the model: a mistake in the model would go unnoticed.

use fastrand::Rng;
use serde_json::{Map, Number, Value, json};

/// Generates values of schemas.
pub struct Sampler<'d> {
    root: &'d Value,
    rng: Rng,
}

/// The nesting depth beyond which only required properties are generated.
const DEPTH: usize = 5;

/// The nesting depth beyond which a schema is assumed to have no finite value.
const LIMIT: usize = 40;

impl<'d> Sampler<'d> {
    pub fn new(root: &'d Value, seed: u64) -> Self {
        Self { root, rng: Rng::with_seed(seed) }
    }

    /// Generates a value of a schema; `None` if it has no finite value, or none that can be generated.
    pub fn sample(&mut self, schema: &Value) -> Option<Value> {
        self.value(schema, 0)
    }

    fn value(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        if depth > LIMIT {
            return None;
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let root = self.root;
            return self.value(root.pointer(reference.strip_prefix('#')?)?, depth + 1);
        }
        if let Some(constant) = schema.get("const") {
            return Some(constant.clone());
        }
        if let Some(values) = schema["enum"].as_array() {
            return self.rng.choice(values).cloned();
        }
        if let Some(variants) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
            return self.variant(schema, variants, depth);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts {
                match self.value(part, depth + 1)? {
                    Value::Object(part) => whole.extend(part),
                    other => return Some(other),
                }
            }
            return Some(Value::Object(whole));
        }
        match schema["type"].as_str() {
            Some("null") => Some(Value::Null),
            Some("boolean") => Some(json!(self.rng.bool())),
            Some("integer") => Some(self.integer(schema)),
            Some("number") => Some(if self.rng.bool() { self.integer(schema) } else { json!(1.5) }),
            Some("string") => Some(json!(self.text(schema))),
            Some("array") => self.array(schema, depth),
            Some("object") => self.object(schema, depth),
            _ if schema["properties"].is_object() => self.object(schema, depth),
            _ => Some([json!({ "any": [1, null] }), json!("any"), json!(7)][self.rng.usize(..3)].clone()),
        }
    }

    /// Generates a value of one of the variants. Beyond the depth limit, prefers `null`, and otherwise the first that
    /// has a value.
    fn variant(&mut self, schema: &Value, variants: &[Value], depth: usize) -> Option<Value> {
        let null = variants.iter().position(|variant| variant["type"] == "null");
        if let (true, Some(_)) = (depth > DEPTH, null) {
            return Some(Value::Null);
        }
        let first = self.rng.usize(..variants.len().max(1));
        let rotated = variants.iter().cycle().skip(first).take(variants.len());
        for variant in rotated {
            let Some(mut value) = self.value(variant, depth + 1) else { continue };
            let discriminator = &schema["discriminator"];
            if let (Some(property), Some(mapping)) =
                (discriminator["propertyName"].as_str(), discriminator["mapping"].as_object())
            {
                let tags: Vec<&String> =
                    mapping.iter().filter(|(_, target)| **target == variant["$ref"]).map(|(tag, _)| tag).collect();
                if let (Some(object), Some(tag)) = (value.as_object_mut(), self.rng.choice(tags)) {
                    object.insert(property.to_owned(), json!(tag));
                }
            }
            return Some(value);
        }
        None
    }

    fn integer(&mut self, schema: &Value) -> Value {
        let bound = |name: &str| schema[name].as_i64();
        let least = bound("minimum").or(bound("exclusiveMinimum").map(|bound| bound + 1)).unwrap_or(0);
        let most = bound("maximum").or(bound("exclusiveMaximum").map(|bound| bound - 1)).unwrap_or(least + 1000);
        Value::Number(Number::from(self.rng.i64(least..=most.max(least))))
    }

    fn text(&mut self, schema: &Value) -> String {
        match schema["format"].as_str() {
            Some("date-time") => "2026-04-01T12:34:56.789Z".to_owned(),
            Some("date") => "2026-04-01".to_owned(),
            Some("uuid" | "uuid4") => format!("{:08x}-0000-4000-8000-{:012x}", self.rng.u32(..), self.rng.u32(..)),
            Some("uri") => "https://example.com/".to_owned(),
            Some("email" | "idn-email") => "jane@example.com".to_owned(),
            // Strings with a pattern are numbers, except for some whose pattern only the API checks.
            _ if schema["pattern"].as_str().is_some_and(|pattern| pattern.contains("\\d")) => "12.5".to_owned(),
            _ => {
                let least = schema["minLength"].as_u64().unwrap_or(0) as usize;
                let word = ["", "text", "née \"quoted\"\\\n", "🎉"][self.rng.usize(..4)];
                let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX) as usize;
                let letters = word.chars().chain(std::iter::repeat_n('x', least.saturating_sub(word.chars().count())));
                letters.take(most).collect()
            }
        }
    }

    fn array(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        if let Some(items) = schema["prefixItems"].as_array() {
            return items.iter().map(|item| self.value(item, depth + 1)).collect::<Option<Vec<_>>>().map(Value::Array);
        }
        let least = schema["minItems"].as_u64().unwrap_or(0) as usize;
        let extra = if depth > DEPTH { 0 } else { self.rng.usize(..3) };
        let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX) as usize;
        let mut values = Vec::new();
        for _ in 0..(least.max(extra)).min(most) {
            match self.value(&schema["items"], depth + 1) {
                Some(value) => values.push(value),
                None if values.len() >= least => break,
                None => return None,
            }
        }
        Some(Value::Array(values))
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        let mut object = Map::new();
        let required = schema["required"].as_array();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = required.is_some_and(|required| required.iter().any(|other| other == name));
            // Constants distinguish variants, and are sent even if they are optional.
            let is_wanted = property.get("const").is_some() || depth <= DEPTH && self.rng.bool();
            if !is_required && !is_wanted {
                continue;
            }
            match self.value(property, depth + 1) {
                Some(value) => drop(object.insert(name.clone(), value)),
                None if is_required => return None,
                None => {}
            }
        }
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                object.insert(name.to_owned(), json!("required"));
            }
        }
        if schema["additionalProperties"].is_object() && depth <= DEPTH {
            for name in ["one", "another key"].into_iter().take(self.rng.usize(..3)) {
                if let Some(value) = self.value(&schema["additionalProperties"], depth + 1) {
                    object.insert(name.to_owned(), value);
                }
            }
        }
        Some(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(schema: &Value) -> Vec<Value> {
        let root = json!({ "components": { "schemas": {
            "Itself": { "type": "object", "properties": { "itself": { "$ref": "#/components/schemas/Itself" } }, "required": ["itself"] },
            "List": { "type": "object", "properties": { "list": { "type": "array", "items": { "$ref": "#/components/schemas/List" } } }, "required": ["list"] },
            "Cat": { "type": "object", "properties": { "type": { "const": "cat" } } },
            "Dog": { "type": "object", "properties": { "type": { "const": "dog" } } },
        } } });
        (0..50).filter_map(|seed| Sampler::new(&root, seed).sample(schema)).collect()
    }

    #[test]
    fn samples_have_required_and_some_optional_properties() {
        let schema = json!({ "type": "object", "properties": { "one": { "type": "integer", "minimum": 3, "maximum": 4 }, "two": { "type": "boolean" } }, "required": ["one"] });
        let samples = samples(&schema);
        assert_eq!(samples.len(), 50);
        assert!(samples.iter().all(|sample| (3..=4).contains(&sample["one"].as_i64().expect("a number"))));
        assert!(
            samples.iter().any(|sample| sample.get("two").is_some())
                && samples.iter().any(|sample| sample.get("two").is_none())
        );
    }

    #[test]
    fn what_has_no_end_has_no_value_unless_a_list_ends_it() {
        assert!(samples(&json!({ "$ref": "#/components/schemas/Itself" })).is_empty());
        let lists = samples(&json!({ "$ref": "#/components/schemas/List" }));
        assert!(!lists.is_empty() && lists.iter().any(|list| list["list"][0].is_object()));
    }

    #[test]
    fn variants_have_the_tags_of_the_mapping() {
        let schema = json!({
            "oneOf": [{ "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Dog" }],
            "discriminator": { "propertyName": "type", "mapping": { "cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog" } },
        });
        let samples = samples(&schema);
        for kind in ["cat", "dog"] {
            assert!(samples.iter().any(|sample| sample["type"] == kind), "{kind}");
        }
    }
}
