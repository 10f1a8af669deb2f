//! Every type of requests is made from its required arguments alone, and every variant of every union in requests. The
//! JSON is judged as the API does: discriminators first, then the schema.

#[path = "../src/conformance/validators.rs"]
#[allow(dead_code)]
mod validators;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use polar_client::codec::{Decode, from_slice, to_vec};
use polar_client::types::*;
use polar_client::{DateTime, DecimalOrNumber, Scalar, Utc, Uuid};
use polar_loopback::contract;
use serde_json::{Value, json};
use validators::{Strictness, Validators};

include!(concat!(env!("OUT_DIR"), "/every_request.rs"));

/// A value of a request type.
pub struct MadeRequest {
    /// The type, and the variant if it is a union.
    name: &'static str,
    /// Where the document has the schema.
    place: &'static str,
    /// The path to the property that tells the variant, if one does.
    tag: &'static [&'static str],
    /// The values of that property that stand for the variant.
    tag_values: &'static [&'static str],
    json: Vec<u8>,
}

/// The schema at a place: a JSON pointer that passes over `anyOf`, or an operation's body.
fn schema(place: &str) -> &'static Value {
    let Some(pointer) = place.strip_prefix('/') else {
        let id = place.split(' ').next().unwrap_or_default();
        let items = contract::document()["paths"].as_object().expect("paths").values();
        let mut operations = items.flat_map(|item| item.as_object().expect("operations").values());
        let operation = operations.find(|operation| operation["operationId"] == id);
        let content = operation.and_then(|operation| operation["requestBody"]["content"].as_object());
        let media_type = content.and_then(|content| content.values().next());
        return &media_type.unwrap_or_else(|| panic!("nothing is at `{place}`"))["schema"];
    };
    pointer.split('/').fold(contract::document(), |schema, step| {
        find(schema, step).unwrap_or_else(|| panic!("nothing is at `{place}`"))
    })
}

fn find<'s>(schema: &'s Value, step: &str) -> Option<&'s Value> {
    let branches = schema["anyOf"].as_array().into_iter().flatten();
    let found = schema.get(step).or_else(|| schema.as_array()?.get(step.parse::<usize>().ok()?));
    found.or_else(|| branches.into_iter().find_map(|branch| find(branch, step)))
}

/// Makes up a value for a schema.
fn value<T: Decode>(place: &str) -> T {
    let sample = sample(schema(place));
    from_slice(sample.to_string().as_bytes()).unwrap_or_else(|error| panic!("{place}: {sample}: {error}"))
}

fn sample(schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return sample(contract::document().pointer(reference.trim_start_matches('#')).expect("a schema"));
    }
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    if let Some(values) = schema["enum"].as_array() {
        return values[0].clone();
    }
    let branches = schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array);
    if let Some(branch) = branches.and_then(|branches| branches.iter().find(|branch| branch["type"] != "null")) {
        return sample(branch);
    }
    let least = |key: &str| schema[key].as_f64();
    let lowest = |step| least("exclusiveMinimum").map(|least| least + step).or(least("minimum")).unwrap_or(7.0);
    match schema["type"].as_str() {
        Some("boolean") => json!(true),
        Some("integer") => json!(lowest(1.0) as i64),
        Some("number") => json!(lowest(0.5)),
        Some("array") => {
            let count = schema["minItems"].as_u64().unwrap_or(0);
            (0..count).map(|_| sample(&schema["items"])).collect()
        }
        Some("object") => json!({}),
        Some("string") => match (schema["format"].as_str(), schema["pattern"].as_str()) {
            (Some("date-time"), _) => json!("2026-04-01T12:30:00Z"),
            (Some("date"), _) => json!("2026-04-01"),
            (Some("uuid" | "uuid4"), _) => json!("0eaa044b-4da8-4737-af3a-aefc02729b2a"),
            (Some("uri"), _) => json!("https://example.org/"),
            (Some("email" | "idn-email"), _) => json!("ada@example.org"),
            (_, Some(pattern)) => {
                let fits = |text: &&str| satisfies(&json!(text), &json!({ "type": "string", "pattern": pattern }));
                let texts = ["0.05", "usd", "image/png", "key", "DE", "de", "en-US", "A1", "https://example.org/"];
                json!(texts.iter().find(|text| fits(text)).unwrap_or_else(|| panic!("nothing fits {pattern}")))
            }
            _ => json!("x".repeat(least("minLength").unwrap_or(3.0) as usize)),
        },
        _ => json!({}),
    }
}

fn satisfies(value: &Value, schema: &Value) -> bool {
    static VALIDATORS: OnceLock<std::sync::Mutex<Validators>> = OnceLock::new();
    let validators = VALIDATORS.get_or_init(|| Validators::new(contract::document()).expect("schemas").into());
    validators.lock().expect("no panic").satisfies(value, schema, Strictness::Exact).expect("a schema")
}

/// Whether a value of a property tells its variant.
fn tells(made: &MadeRequest, json: &Value) -> bool {
    let found = made.tag.iter().fold(json, |json, name| &json[*name]);
    made.tag_values.is_empty() || made.tag_values.iter().any(|value| found == value)
}

#[test]
fn requests_made_from_required_arguments_alone_satisfy_the_api() {
    let every = every_request();
    assert!(every.len() > 150, "{} requests", every.len());
    let mut wrong = Vec::new();
    for made in &every {
        let json: Value = serde_json::from_slice(&made.json).expect("JSON");
        if !tells(made, &json) {
            wrong.push(format!("{}: {json} does not tell its variant by {:?}", made.name, made.tag));
        }
        let issues = contract::issues(schema(made.place), &json);
        if !issues.is_empty() {
            wrong.push(format!("{}: {json} is refused: {}", made.name, json!(issues)));
        } else if !satisfies(&json, schema(made.place)) {
            wrong.push(format!("{}: {json} does not satisfy its schema", made.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), every.len(), wrong.join("\n"));
}

/// The names of the schemas that a schema reaches.
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
fn no_object_or_union_of_requests_is_left_out() {
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
    let every = every_request();
    let places: BTreeSet<String> = every.iter().map(|made| made.place.to_owned()).collect();
    let left_out: Vec<&String> = expected.difference(&places).collect();
    assert!(left_out.is_empty(), "{left_out:?}");
    assert!(expected.len() > 100, "{} schemas", expected.len());
}
