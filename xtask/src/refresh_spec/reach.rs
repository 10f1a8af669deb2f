//! Removes schemas that no operation and no webhook refers to.

use std::collections::BTreeSet;

use polar_codegen::json::{escape, unescape};
use serde_json::{Value, json};

/// The prefix of references to schemas.
pub const SCHEMAS: &str = "#/components/schemas/";

/// Everything that is reachable from some roots.
#[derive(Debug, Default)]
pub struct Reach {
    /// The names of the schemas.
    pub schemas: BTreeSet<String>,
    /// Dangling references, each with its place.
    pub dangling: Vec<(String, String)>,
}

impl Reach {
    /// Follows every `$ref` and discriminator mapping of the roots, which are pairs of place and value.
    pub fn from_roots<'a>(document: &'a Value, roots: impl IntoIterator<Item = (String, &'a Value)>) -> Self {
        let mut reach = Self::default();
        let mut open: Vec<_> = roots.into_iter().collect();
        while let Some((place, value)) = open.pop() {
            let mut references = Vec::new();
            collect(value, &place, &mut references);
            for (place, reference) in references {
                if pointed_at(document, &reference).is_none() {
                    reach.dangling.push((reference, place));
                    continue;
                }
                let Some(rest) = reference.strip_prefix(SCHEMAS) else {
                    continue;
                };
                let segment = rest.split('/').next().unwrap_or(rest);
                let name = unescape(segment);
                if reach.schemas.insert(name.clone()) {
                    let schema = &document["components"]["schemas"][&name];
                    open.push((format!("{SCHEMAS}{segment}"), schema));
                }
            }
        }
        reach.dangling.sort();
        reach
    }
}

/// Removes schemas that are not reachable from operations and webhooks. Returns dangling references, each with its
/// place.
pub fn prune(document: &mut Value) -> Vec<(String, String)> {
    let roots = ["paths", "webhooks"].map(|key| (format!("#/{key}"), &document[key]));
    let reach = Reach::from_roots(document, roots);
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| reach.schemas.contains(name));
    }
    reach.dangling
}

/// If a reference to a schema is dangling, adds a schema that accepts anything.
pub fn add_schema(document: &mut Value, reference: &str) {
    if let Some(name) = reference.strip_prefix(SCHEMAS) {
        document["components"]["schemas"][unescape(name)] = json!({});
    }
}

fn pointed_at<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document.pointer(reference.strip_prefix('#')?)
}

/// Collects the references in a value, each with its place.
fn collect(value: &Value, place: &str, references: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let place = format!("{place}/{}", escape(key));
                match (key.as_str(), value) {
                    ("$ref", Value::String(reference)) => references.push((place.clone(), reference.clone())),
                    ("discriminator", value) => collect_mapping(value, &place, references),
                    _ => {}
                }
                collect(value, &place, references);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                collect(value, &format!("{place}/{index}"), references);
            }
        }
        _ => {}
    }
}

fn collect_mapping(discriminator: &Value, place: &str, references: &mut Vec<(String, String)>) {
    for (key, target) in discriminator["mapping"].as_object().into_iter().flatten() {
        let Some(target) = target.as_str() else {
            continue;
        };
        // OpenAPI allows the bare name of a schema here.
        let reference = match target.contains(['#', '/']) {
            true => target.to_owned(),
            false => format!("{SCHEMAS}{target}"),
        };
        references.push((format!("{place}/mapping/{}", escape(key)), reference));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "paths": {"/things": {"get": {
                "responses": {"404": {"schema": {"$ref": "#/components/schemas/Error"}}},
                "x-polar-pagination": {"item_schema": {"$ref": "#/components/schemas/Item"}},
            }}},
            "webhooks": {"created": {"$ref": "#/components/schemas/Event"}},
            "components": {"schemas": {
                "Error": {},
                "Event": {"discriminator": {"mapping": {
                    "a": "#/components/schemas/A", "b": "B",
                }}},
                "A": {},
                "B": {},
                "Item": {"properties": {"again": {"$ref": "#/components/schemas/Item"}}},
                "Unused": {"$ref": "#/components/schemas/Nowhere"},
            }},
        })
    }

    #[test]
    fn unreachable_schemas_are_dropped() {
        let mut document = document();
        assert_eq!(prune(&mut document), []);
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let names: Vec<&String> = schemas.keys().collect();
        assert_eq!(names, ["A", "B", "Error", "Event", "Item"]);
    }

    #[test]
    fn references_that_lead_nowhere_are_found_with_their_places() {
        let mut document = document();
        document["paths"]["/things"]["get"]["parameters"] =
            json!([{"schema": {"$ref": "#/components/schemas/Unused"}}]);
        document["components"]["schemas"]["Event"]["discriminator"]["mapping"]["c/d"] = json!("C");
        let found = |name: &str, place: &str| (format!("{SCHEMAS}{name}"), format!("{SCHEMAS}{place}"));
        assert_eq!(
            prune(&mut document),
            [found("C", "Event/discriminator/mapping/c~1d"), found("Nowhere", "Unused/$ref")]
        );
        add_schema(&mut document, "#/components/schemas/C");
        assert_eq!(document["components"]["schemas"]["C"], json!({}));
    }
}
