//! Forward compatibility: each discriminator and each enumerated value in the recordings is changed to an unknown one,
//! one at a time.

use support::recordings;

use polar_client::Operation;
use polar_client::codec::{Encode, from_slice, to_vec};
use polar_client::operation::Success;
use polar_client::types::WebhookPayload;
use serde_json::Value;

const UNHEARD_OF: &str = "unheard_of_value";

/// The vendored document.
struct Document(Value);

impl Document {
    fn vendored() -> Self {
        Self(polar_loopback::contract::document().clone())
    }

    fn response_schema(&self, operation: &Operation) -> Option<&Value> {
        let described = &self.0["paths"][operation.path()][operation.method().as_str().to_lowercase()];
        let responses = described["responses"].as_object()?.iter();
        let mut successes = responses.filter(|(status, _)| status.starts_with('2'));
        successes.find_map(|(_, response)| response["content"]["application/json"].get("schema"))
    }

    fn webhook_schema(&self, event: &str) -> &Value {
        &self.0["webhooks"][event]["post"]["requestBody"]["content"]["application/json"]["schema"]
    }

    /// Returns the schemas that may apply to a value, with references and alternatives resolved.
    fn resolve<'d>(&'d self, schema: &'d Value, value: &Value) -> Vec<&'d Value> {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = self.0.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere");
            return self.resolve(target, value);
        }
        match schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
            Some(branches) => branches.iter().flat_map(|branch| self.resolve(branch, value)).collect(),
            None if self.may_apply(schema, value) => vec![schema],
            None => Vec::new(),
        }
    }

    /// Returns true if a value has the schema's type, required properties and constants, two levels deep.
    fn may_apply(&self, schema: &Value, value: &Value) -> bool {
        if let Some(constant) = schema.get("const") {
            return constant == value;
        }
        if let Some(values) = schema["enum"].as_array() {
            return values.contains(value);
        }
        match (schema["type"].as_str(), value) {
            (Some("object"), Value::Object(object)) => {
                let required = schema["required"].as_array().into_iter().flatten();
                let properties = schema["properties"].as_object();
                required.clone().all(|name| object.contains_key(name.as_str().expect("a name")))
                    && properties.into_iter().flatten().all(|(name, property)| {
                        let Some(value) = object.get(name) else { return true };
                        !value.is_string() && !value.is_boolean() && !value.is_object() && !value.is_null()
                            || !self.resolve(property, value).is_empty()
                    })
            }
            (Some("string"), Value::String(_))
            | (Some("array"), Value::Array(_))
            | (Some("integer" | "number"), Value::Number(_))
            | (Some("boolean"), Value::Bool(_))
            | (Some("null"), Value::Null)
            | (None, _) => true,
            _ => false,
        }
    }

    /// Collects the JSON pointers of all strings with an enumerated schema.
    fn enumerated(&self, schemas: &[&Value], value: &Value, pointer: &str, found: &mut Vec<String>) {
        let closed = |schema: &&Value| schema.get("const").is_some() || schema.get("enum").is_some();
        match value {
            Value::String(_) if !schemas.is_empty() && schemas.iter().all(closed) => found.push(pointer.to_owned()),
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let prefix = |schema: &&'_ Value| schema["prefixItems"].get(index).or(schema.get("items")).cloned();
                    let items: Vec<Value> = schemas.iter().filter_map(prefix).collect();
                    let inner: Vec<&Value> =
                        items.iter().flat_map(|items| self.resolve_owned(items, element)).collect();
                    self.enumerated(&inner, element, &format!("{pointer}/{index}"), found);
                }
            }
            Value::Object(object) => {
                for (name, property) in object {
                    let inner: Vec<&Value> = schemas
                        .iter()
                        .filter_map(|schema| schema["properties"].get(name))
                        .flat_map(|schema| self.resolve(schema, property))
                        .collect();
                    self.enumerated(&inner, property, &format!("{pointer}/{name}"), found);
                }
            }
            _ => {}
        }
    }

    fn resolve_owned(&self, schema: &Value, value: &Value) -> Vec<&Value> {
        // Elements are references; an inline schema is looked up by equality.
        match schema["$ref"].as_str() {
            Some(reference) => {
                self.resolve(self.0.pointer(reference.trim_start_matches('#')).expect("a target"), value)
            }
            None => match schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
                Some(branches) => branches.iter().flat_map(|branch| self.resolve_owned(branch, value)).collect(),
                None => Vec::new(),
            },
        }
    }
}

type Decoder<'a> = &'a dyn Fn(&[u8]) -> Result<Box<dyn Encode + Send>, polar_client::codec::DecodeError>;

/// Decodes a value, and returns what it is encoded as.
fn encoded(decode: Decoder<'_>, value: &Value, name: &str) -> Value {
    let decoded = decode(value.to_string().as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_slice(&to_vec(&*decoded)).expect("JSON")
}

/// Returns the place around another one.
fn outside(place: &str) -> Option<&str> {
    Some(place.rsplit_once('/')?.0)
}

/// Changes one value and checks the outcome. `other` is a place that has nothing to do with it.
fn check_change(
    decode: Decoder<'_>,
    original: &Value,
    before: &Value,
    place: &str,
    other: Option<&String>,
    name: &str,
) {
    let name = format!("{name} {place}");
    let mut changed = original.clone();
    *changed.pointer_mut(place).expect("the place is there") = UNHEARD_OF.into();
    let after = encoded(decode, &changed, &name);

    // What is unknown comes back as it was received: the value itself, or the union that it discriminates, one object
    // further out if the tag is nested. All else comes back as before.
    let around = [Some(place), outside(place), outside(place).and_then(outside)];
    let is_kept = |unknown: &str| {
        let mut expected = before.clone();
        *expected.pointer_mut(unknown).expect("the place is there") =
            changed.pointer(unknown).expect("a value").clone();
        after == expected
    };
    assert!(around.into_iter().flatten().any(is_kept), "{name}: {after} comes back");

    // What is elsewhere still has its type.
    if let Some(other) = other {
        *changed.pointer_mut(other).expect("the place is there") = 7.into();
        assert!(decode(changed.to_string().as_bytes()).is_err(), "{name}: a number was accepted as {other}");
    }
}

fn check(document: &Document, schema: &Value, decode: Decoder<'_>, original: &Value, name: &str) -> usize {
    let before = encoded(decode, original, name);
    let mut places = Vec::new();
    document.enumerated(&document.resolve(schema, original), original, "", &mut places);
    // The tag of a union may be anything.
    let is_typed = |place: &&String| {
        let mut changed = original.clone();
        *changed.pointer_mut(place).expect("the place is there") = 7.into();
        decode(changed.to_string().as_bytes()).is_err()
    };
    let typed: Vec<&String> = places.iter().filter(is_typed).collect();
    for place in &places {
        // Two objects further out than the value, nothing is unknown.
        let near = outside(place).and_then(outside).unwrap_or_default();
        let other = typed.iter().find(|other| !near.is_empty() && !other.starts_with(&format!("{near}/")));
        let other = other.copied();
        check_change(decode, original, &before, place, other, name);
    }
    places.len()
}

#[test]
fn new_value_in_a_response_is_kept() {
    let document = Document::vendored();
    let mut changes = 0;
    for recording in recordings::all().iter().filter(|recording| recording.is_success()) {
        let Some(operation) = recording.operation_id.as_deref().and_then(Operation::by_id) else { continue };
        let (Success::Json(ty) | Success::OptionalJson(ty)) = operation.success() else { continue };
        let Some(schema) = document.response_schema(operation) else { continue };
        if recording.response_body.is_object() || recording.response_body.is_array() {
            changes += check(&document, schema, &|json| ty.decode(json), &recording.response_body, &recording.name);
        }
    }
    println!("{changes} changes");
    assert!(changes > 1000, "only {changes} places were found to change");
}

#[test]
fn new_value_in_a_webhook_is_kept() {
    let document = Document::vendored();
    let mut changes = 0;
    for webhook in &recordings::all().webhooks {
        let body: Value = serde_json::from_str(&webhook.raw_body).expect("JSON");
        let schema = document.webhook_schema(body["type"].as_str().expect("a type"));
        let decode =
            |json: &[u8]| from_slice::<WebhookPayload>(json).map(|payload| Box::new(payload) as Box<dyn Encode + Send>);
        changes += check(&document, schema, &decode, &body, &webhook.name);
    }
    println!("{changes} changes");
    assert!(changes > 50, "only {changes} places were found to change");
}
