//! Creates every request type by its constructor alone, and validates it like the API: first the discriminators, then
//! the schema.

use std::collections::BTreeSet;

use polar_client::codec::{Decode, from_slice, to_vec};
use polar_client::types::*;
use polar_client::{DateTime, DecimalOrNumber, Scalar, Utc};
use polar_loopback::contract;
use serde_json::{Value, json};
use support::document::Described;

include!(concat!(env!("OUT_DIR"), "/every_request.rs"));

/// Returns the schema of a type, by its JSON pointer.
fn schema(place: &str) -> &'static Value {
    let names: Vec<String> = place.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    descend(contract::document(), &names).unwrap_or_else(|| panic!("{place} is not in the document"))
}

/// Follows property names into a schema, and into its alternatives.
fn descend<'d>(value: &'d Value, names: &[&str]) -> Option<&'d Value> {
    let Some((name, rest)) = names.split_first() else { return Some(value) };
    let inner = match value {
        Value::Array(values) => name.parse::<usize>().ok().and_then(|index| values.get(index)),
        _ => value.get(name),
    };
    let inner = inner.and_then(|inner| descend(inner, rest));
    let alternatives = value.get("anyOf").or_else(|| value.get("oneOf")).and_then(Value::as_array);
    inner.or_else(|| alternatives?.iter().find_map(|alternative| descend(alternative, names)))
}

/// Returns the value of a property, as described by the document.
fn property<T: Decode>(place: &str) -> T {
    let described = Described {
        document: contract::document(),
        method: String::new(),
        path: String::new(),
        operation: &Value::Null,
    };
    let sample = described.sample(schema(place), 0);
    from_slice(sample.to_string().as_bytes()).unwrap_or_else(|error| panic!("{place}: {sample}: {error}"))
}

/// Removes constraints on the contents of strings, numbers and lists from a schema, since samples do not satisfy them.
fn structure(schema: &Value) -> Value {
    const CONTENTS: [&str; 11] = [
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "pattern",
        "propertyNames",
    ];
    match schema {
        Value::Object(schema) => schema
            .iter()
            .filter(|(key, value)| !CONTENTS.contains(&key.as_str()) || value.get("type").is_some())
            .map(|(key, value)| (key.clone(), structure(value)))
            .collect(),
        Value::Array(list) => list.iter().map(structure).collect(),
        other => other.clone(),
    }
}

#[test]
fn request_with_only_required_fields_is_accepted() {
    let components = structure(&contract::document()["components"]);
    let requests = every_request();
    let mut refused = Vec::new();
    let mut tagged = 0;
    for (place, what, json) in &requests {
        let body: Value = serde_json::from_slice(json).expect("JSON");
        let schema = schema(place);
        let issues = contract::issues(schema, &body);
        refused.extend(issues.iter().map(|issue| format!("{what}: {issue} in {body}")));
        tagged += usize::from(schema.get("discriminator").is_some());

        let root = json!({ "components": components, "allOf": [structure(schema)] });
        let validator = jsonschema::draft202012::new(&root).expect("a schema");
        refused.extend(validator.iter_errors(&body).map(|error| format!("{what}: {error} in {body}")));
    }
    assert!(refused.is_empty(), "{} of {}:\n{}", refused.len(), requests.len(), refused.join("\n"));
    assert!(requests.len() > 150 && tagged >= 39, "{} requests, {tagged} with a discriminator", requests.len());
}

/// Collects the names of the schemas that a schema refers to.
fn reach(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(name) = map.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next())
                && names.insert(name.to_owned())
            {
                reach(&contract::document()["components"]["schemas"][name], names);
            }
            map.values().for_each(|value| reach(value, names));
        }
        Value::Array(values) => values.iter().for_each(|value| reach(value, names)),
        _ => {}
    }
}

#[test]
fn no_object_of_requests_is_left_out() {
    let mut names = BTreeSet::new();
    for item in contract::document()["paths"].as_object().expect("paths").values() {
        for operation in item.as_object().expect("operations").values() {
            reach(&operation["requestBody"]["content"], &mut names);
        }
    }
    let is_made = |name: &&String| {
        let schema = &contract::document()["components"]["schemas"][*name];
        schema["properties"].is_object() || schema["discriminator"].is_object()
    };
    let expected: BTreeSet<String> =
        names.iter().filter(is_made).map(|name| format!("/components/schemas/{name}")).collect();
    let covered: BTreeSet<String> = every_request().into_iter().map(|(place, ..)| place.to_owned()).collect();
    let left_out: Vec<&String> = expected.difference(&covered).collect();
    assert!(left_out.is_empty(), "{left_out:?}");
    assert!(expected.len() > 100, "{} schemas", expected.len());
}
