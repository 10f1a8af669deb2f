//! Descriptions shared by all properties or parameters of a name: `x-shared-descriptions`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::finding::{Adds, Finding, Problem};
use super::{Change, Overlay};

const KEY: &str = "x-shared-descriptions";

/// Removes descriptions of names that the document does not have, and returns findings.
///
/// Must be called with the final document, after unused schemas were removed.
pub fn drop_unused(document: &mut Value, overlays: &[Overlay]) -> Vec<Finding> {
    let (mut properties, mut parameters) = (BTreeSet::new(), BTreeSet::new());
    names(document, &mut properties, &mut parameters);
    let mut unused = BTreeSet::new();
    for (kind, texts) in document.get_mut(KEY).and_then(Value::as_object_mut).into_iter().flatten() {
        let known = match kind.as_str() {
            "properties" => &properties,
            "parameters" => &parameters,
            _ => continue,
        };
        if let Some(texts) = texts.as_object_mut() {
            texts.retain(|name, _| {
                let is_used = known.contains(name);
                if !is_used {
                    unused.insert((kind.clone(), name.clone()));
                }
                is_used
            });
        }
    }
    let mut findings = Vec::new();
    for overlay in overlays {
        for (index, action) in overlay.actions.iter().enumerate() {
            let Change::Update(update) = &action.change else { continue };
            let held = unused.iter().filter(|(kind, name)| update[KEY][kind].get(name).is_some());
            findings.extend(held.map(|(kind, name)| Finding {
                file: overlay.name.clone(),
                action: index,
                target: action.written.clone(),
                adds: Adds::Prose,
                problem: Problem::Gone,
                within: vec![KEY.to_owned(), kind.clone(), name.clone()],
                missing: None,
            }));
        }
    }
    findings
}

/// Collects the names of all properties and parameters in a document.
fn names(value: &Value, properties: &mut BTreeSet<String>, parameters: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter().filter(|(key, _)| *key != KEY) {
                match (key.as_str(), value) {
                    ("properties", Value::Object(named)) => properties.extend(named.keys().cloned()),
                    ("parameters", Value::Array(list)) => {
                        let named = list.iter().filter_map(|parameter| parameter["name"].as_str());
                        parameters.extend(named.map(str::to_owned));
                    }
                    _ => {}
                }
                names(value, properties, parameters);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| names(value, properties, parameters)),
        _ => {}
    }
}
