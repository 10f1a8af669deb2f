//! The JSON Schemas of types are those of the document, and recorded bodies match them.

use support::recordings;

use polar_client::operation::{JsonType, Success};
use polar_client::types::{Customer, Order, Subscription, WebhookPayload};
use polar_client::{Operation, Page, Patch};
use schemars::{JsonSchema, SchemaGenerator, schema_for};
use serde_json::{Value, json};

/// Returns the schema of an operation's type, including its definitions.
fn schema_of(ty: JsonType) -> Value {
    let mut generator = SchemaGenerator::default();
    let mut schema = ty.json_schema(&mut generator).to_value();
    if let Value::Object(members) = &mut schema {
        members.insert("$defs".to_owned(), Value::Object(generator.take_definitions(true)));
    }
    schema
}

#[track_caller]
fn assert_valid(schema: &Value, body: &Value, name: &str) {
    let options = jsonschema::options().should_validate_formats(true);
    // `success_url` contains the placeholder `{CHECKOUT_ID}`, which is not valid in a URI.
    let validator = options.with_format("uri", |_| true).build(schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
}

#[test]
fn recorded_bodies_match_the_json_schemas_of_their_types() {
    let (mut answers, mut requests) = (0, 0);
    for recording in recordings::all().iter().filter(|recording| recording.is_success()) {
        let Some(operation) = recording.operation_id.as_deref().and_then(Operation::by_id) else { continue };
        if let Success::Json(ty) | Success::OptionalJson(ty) = operation.success()
            && (recording.response_body.is_object() || recording.response_body.is_array())
        {
            // Validates the re-encoded body, since properties may be absent from older responses.
            let value = ty.decode(&recording.response_bytes()).expect("a value of the type");
            let body = serde_json::from_slice(&polar_client::codec::to_vec(&*value)).expect("JSON");
            assert_valid(&schema_of(ty), &body, &recording.name);
            answers += 1;
        }
        if let (Some((_, ty)), Some(body)) = (operation.body(), &recording.request_body) {
            assert_valid(&schema_of(ty), body, &recording.name);
            requests += 1;
        }
    }
    println!("{answers} answers, {requests} requests");
    assert!(answers > 100 && requests > 30, "{answers} answers, {requests} requests");
}

#[test]
fn recorded_webhooks_satisfy_the_schema_of_payloads() {
    let schema = schema_for!(WebhookPayload).to_value();
    for webhook in &recordings::all().webhooks {
        assert_valid(&schema, &serde_json::from_str(&webhook.raw_body).expect("JSON"), &webhook.name);
    }
    assert!(recordings::all().webhooks.len() > 10);
}

#[test]
fn json_schema_equals_the_documents() {
    let schema = schema_for!(Order).to_value();
    assert_eq!(schema["title"], "Order");
    assert_eq!(schema["properties"]["id"]["format"], "uuid");
    assert_eq!(schema["properties"]["total_amount"]["type"], "integer");
    assert!(schema["required"].as_array().expect("a list").contains(&json!("currency")));
    assert_eq!(schema["properties"]["status"]["$ref"], "#/$defs/OrderStatus");
    let statuses = schema["$defs"]["OrderStatus"]["enum"].as_array().expect("values");
    assert!(statuses.contains(&json!("paid")) && statuses.contains(&json!("refunded")), "{statuses:?}");
    let text = schema["properties"]["total_amount"]["description"].as_str().expect("a text");
    assert!(text.contains("minor units"), "{text}");
}

#[test]
fn a_union_is_a_choice_of_its_variants() {
    let schema = schema_for!(Customer).to_value();
    let variants = json!([{ "$ref": "#/$defs/CustomerIndividual" }, { "$ref": "#/$defs/CustomerTeam" }]);
    assert_eq!(schema["anyOf"], variants);
}

#[test]
fn types_of_values_have_schemas_of_their_own() {
    let mut generator = SchemaGenerator::default();
    let page = Page::<Subscription>::json_schema(&mut generator).to_value();
    assert_eq!(page["properties"]["items"]["items"], json!({ "$ref": "#/$defs/Subscription" }));
    assert_eq!(page["required"], json!(["items", "pagination"]));
    let patch = Patch::<String>::json_schema(&mut generator).to_value();
    assert_eq!(patch["type"], json!(["string", "null"]));
}

#[test]
fn schemas_have_no_dangling_references() {
    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(elements) => elements.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let mut checked = 0;
    for operation in Operation::all() {
        let body = operation.body().map(|(_, ty)| ty);
        let success = match operation.success() {
            Success::Json(ty) | Success::OptionalJson(ty) => Some(ty),
            _ => None,
        };
        for ty in body.into_iter().chain(success) {
            let schema = schema_of(ty);
            let mut found = Vec::new();
            references(&schema, &mut found);
            for reference in found {
                assert!(schema.pointer(reference.trim_start_matches('#')).is_some(), "{operation}: {reference}");
                checked += 1;
            }
        }
    }
    assert!(checked > 1000, "{checked} references");
}
