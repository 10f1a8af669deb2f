//! Values that programs keep as JSON: what one release of the crate wrote is read by another, or the error says what lacks.

use support::recordings;

use polar_client::codec::{from_slice, to_vec};
use polar_client::operation::{JsonType, Success};
use polar_client::types::{Subscription, WebhookPayload};
use polar_client::{Operation, client::Version, versions};
use serde_json::Value;

/// A recorded value as this release stores it.
struct Stored {
    name: &'static str,
    operation: &'static str,
    ty: JsonType,
    json: Value,
}

fn json_type(operation: &Operation) -> Option<JsonType> {
    match operation.success() {
        Success::Json(ty) | Success::OptionalJson(ty) => Some(ty),
        _ => None,
    }
}

fn stored() -> impl Iterator<Item = Stored> {
    recordings::all().iter().filter(|recording| recording.is_success()).filter_map(|recording| {
        let operation = recording.operation_id.as_deref().and_then(Operation::by_id)?;
        let ty = json_type(operation)?;
        let value = ty.decode(recording.response_body.to_string().as_bytes()).ok()?;
        let json = serde_json::from_slice(&to_vec(&*value)).expect("JSON");
        Some(Stored { name: &recording.name, operation: operation.id(), ty, json })
    })
}

/// Returns the JSON pointers of all properties.
fn properties(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                properties(value, &pointer, found);
                found.push(pointer);
            }
        }
        // The others are alike.
        Value::Array(items) => items.iter().take(1).for_each(|item| properties(item, &format!("{pointer}/0"), found)),
        _ => {}
    }
}

fn without(value: &Value, pointer: &str) -> Value {
    let mut value = value.clone();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let name = name.replace("~1", "/").replace("~0", "~");
    value.pointer_mut(parent).and_then(Value::as_object_mut).and_then(|object| object.remove(&name)).expect("there");
    value
}

#[test]
fn what_was_stored_is_read_again_without_loss() {
    let mut count = 0;
    for Stored { name, ty, json, .. } in stored() {
        let again = ty.decode(json.to_string().as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(serde_json::from_slice::<Value>(&to_vec(&*again)).expect("JSON"), json, "{name}");
        count += 1;
    }
    for webhook in &recordings::all().webhooks {
        let payload: WebhookPayload = serde_json::from_str(&webhook.raw_body).expect("a payload");
        let json = serde_json::to_string(&payload).expect("JSON");
        assert_eq!(serde_json::from_str::<WebhookPayload>(&json).expect("a payload"), payload, "{}", webhook.name);
        count += 1;
    }
    assert!(count > 100, "{count}");
}

/// A property that a later release requires is not in what an earlier one stored.
#[test]
fn what_lacks_a_property_is_read_or_the_error_names_it() {
    let (mut read, mut refused) = (0, 0);
    for Stored { name, ty, json, .. } in stored() {
        let mut all = Vec::new();
        properties(&json, "", &mut all);
        for pointer in all {
            let lacking = without(&json, &pointer).to_string();
            let property = pointer.rsplit('/').next().unwrap_or_default();
            match ty.decode(lacking.as_bytes()) {
                Ok(_) => read += 1,
                Err(error) => {
                    let text = error.to_string();
                    assert!(text.contains(property), "{name} without {pointer}: {text}");
                    refused += 1;
                }
            }
        }
    }
    assert!(read > 100 && refused > 100, "{read} were read, {refused} were refused");
}

/// What is stored by the types of one version of the API is read by those of the next.
#[test]
fn what_one_version_stored_is_read_by_the_next_or_the_error_names_what_lacks() {
    let versions = [
        polar_client::versions::V2026_04::operations(),
        versions::Current::operations(),
        polar_client::versions::V2027_01::operations(),
    ];
    let of = |version: &[&'static Operation], id: &str| -> Option<JsonType> {
        json_type(version.iter().find(|operation| operation.id() == id)?)
    };
    let (mut read, mut refused) = (0, Vec::new());
    for Stored { name, operation, json, .. } in stored() {
        for pair in versions.windows(2) {
            let (Some(earlier), Some(later)) = (of(pair[0], operation), of(pair[1], operation)) else { continue };
            let Ok(value) = earlier.decode(json.to_string().as_bytes()) else { continue };
            match later.decode(&to_vec(&*value)) {
                Ok(_) => read += 1,
                Err(error) => refused.push(format!("{name}: {error}")),
            }
        }
    }
    assert!(read > 100, "{read}");
    assert!(refused.iter().all(|text| text.contains("missing property `")), "{refused:#?}");
}

#[test]
fn a_stored_subscription_that_lacks_something_says_what() {
    let json = recordings::response("subscriptions__get.1").response_body.clone();
    let lacking = without(&json, "/product/name").to_string();
    let error = from_slice::<Subscription>(lacking.as_bytes()).expect_err("it has no name");
    let text = error.to_string();
    assert!(text.contains("missing property `name`") && text.contains("product"), "{text}");
}
