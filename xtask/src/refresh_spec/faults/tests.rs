//! All faults of a document are found at once, each with what an overlay says to mend it.

use polar_codegen::load;
use polar_codegen::model::{Kind, TypeRef};
use serde_json::{Value, json};

use super::{Fault, mended};

fn document(parts: Value) -> Value {
    let mut document = json!({ "openapi": "3.1.0", "info": { "title": "Test", "version": "1" }, "paths": {} });
    for (key, value) in parts.as_object().expect("a document is an object") {
        document[key] = value.clone();
    }
    document
}

/// A document whose only operation answers with the first of these schemas, `Thing`.
fn answering_with(schemas: Value) -> Value {
    let operation = json!({ "operationId": "things:get", "responses": { "200": json_content(reference("Thing")) } });
    document(json!({ "paths": { "/things": { "get": operation } }, "components": { "schemas": schemas } }))
}

fn json_content(schema: Value) -> Value {
    json!({ "content": { "application/json": { "schema": schema } } })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object that requires all its properties.
fn object(properties: Value) -> Value {
    let names: Vec<&String> = properties.as_object().expect("properties are an object").keys().collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

fn loaded(document: &Value) -> load::Document {
    load::parse(&document.to_string()).expect("a document")
}

/// The type of the property `x` of `Thing`.
fn type_of_x(document: &Value) -> TypeRef {
    let model = polar_codegen::model::model(&loaded(document)).expect("a model");
    let Kind::Struct(thing) = &model.types["Thing"].kind else { panic!("`Thing` is an object") };
    thing.properties[0].ty.clone()
}

/// The place of each fault, with the action of an overlay that mends it.
fn found(document: &Value) -> Vec<(String, String)> {
    let mend = |fault: &Fault| fault.mend.as_ref().map(ToString::to_string).unwrap_or_default();
    let (faults, _) = mended(&loaded(document));
    faults.iter().map(|fault| (fault.error.place().to_owned(), mend(fault))).collect()
}

fn untyped(target: &str) -> String {
    format!("- target: {target}\n  update: {{ x-untyped: true }}")
}

fn removed(target: &str) -> String {
    format!("- target: {target}\n  remove: true")
}

#[test]
fn a_document_without_faults_has_none() {
    assert_eq!(found(&answering_with(json!({ "Thing": object(json!({ "x": { "type": "string" } })) }))), []);
}

#[test]
fn every_fault_is_found_in_one_run() {
    let branch = object(json!({ "name": { "type": "string" } }));
    let operation = |id: &str| json!({ "operationId": id, "responses": { "200": json_content(reference("Thing")) } });
    let mut paged = operation("/paths/~1things/post");
    paged["x-polar-pagination"] = json!({ "type": "spiral" });
    let mut traced = operation("things:trace");
    traced["parameters"] = json!([{ "name": "Trace-Id", "in": "header", "schema": { "type": "string" } }]);
    let document = document(json!({
        "paths": { "/things": { "get": operation("things:list"), "post": paged, "put": traced, "patch": operation("things:list") } },
        "webhooks": { "thing.made": { "post": {} } },
        "components": { "schemas": {
            "Thing": object(json!({
                "odd-one": { "type": "quaternion" },
                "owner": { "anyOf": [branch, branch] },
                "part": reference("Part"),
                "lost": reference("Nowhere"),
            })),
            "Part": object(json!({ "code": { "type": "string", "enum": ["a-b", "a_b"] } })),
        } },
    }));
    let place = |rest: &str| format!("/components/schemas/{rest}");
    assert_eq!(
        found(&document),
        [
            (place("Thing/properties/lost"), untyped("$.components.schemas.Thing.properties.lost")),
            (place("Thing/properties/odd-one"), untyped("$.components.schemas.Thing.properties['odd-one']")),
            (place("Part/properties/code"), untyped("$.components.schemas.Part.properties.code")),
            ("/paths/~1things/post".to_owned(), removed("$.paths['/things'].post")),
            (
                "/paths/~1things/put/parameters/0".to_owned(),
                removed("\"$.paths['/things'].put.parameters[?@.name == 'Trace-Id']\""),
            ),
            ("/paths/~1things/patch".to_owned(), removed("$.paths['/things'].patch")),
            ("/webhooks/thing.made".to_owned(), removed("$.webhooks['thing.made']")),
            (place("Thing/properties/owner"), untyped("$.components.schemas.Thing.properties.owner")),
        ]
    );
}

#[test]
fn a_variant_of_no_type_leaves_its_union_without_one() {
    let dog = object(json!({ "kind": { "const": "dog" }, "age": { "type": "quaternion" } }));
    let cat = object(json!({ "kind": { "const": "cat" } }));
    let union = json!({ "oneOf": [reference("Dog"), reference("Cat")] });
    let document = answering_with(json!({ "Thing": union, "Dog": dog, "Cat": cat }));
    assert_eq!(
        found(&document),
        [("/components/schemas/Dog/properties/age".to_owned(), untyped("$.components.schemas.Dog.properties.age"))]
    );
    let nullable = json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] });
    let document = answering_with(json!({
        "Thing": object(json!({ "pet": { "oneOf": [reference("Dog"), nullable] } })),
        "Dog": object(json!({ "kind": { "const": "dog" } })),
    }));
    let place = "/components/schemas/Thing/properties/pet/oneOf/1".to_owned();
    let mends: Vec<String> = found(&document)
        .into_iter()
        .map(|(at, mend)| {
            assert_eq!(at, place);
            mend
        })
        .collect();
    let branch = "$.components.schemas.Thing.properties.pet.oneOf[1]";
    assert_eq!(mends, [untyped(branch), untyped("$.components.schemas.Thing.properties.pet")]);
}

#[test]
fn a_name_that_is_taken_is_given_a_number() {
    let part = object(json!({ "size": { "type": "integer" } }));
    let document = answering_with(json!({
        "Thing": object(json!({ "a": reference("Small-Part"), "b": reference("SmallPart"), "c": reference("Page") })),
        "Small-Part": part,
        "SmallPart": part,
        "Page": part,
    }));
    let named = |schema: &str, name: &str| {
        format!("- target: $.components.schemas.{schema}\n  update: {{ x-rust-name: {name} }}")
    };
    let mends: Vec<String> = found(&document).into_iter().map(|(_, mend)| mend).collect();
    assert_eq!(mends, [named("SmallPart", "SmallPart2"), named("Page", "Page2")]);
}

#[test]
fn what_is_left_open_holds_any_text_or_any_value() {
    let mut open = json!({ "type": "string", "enum": ["a-b", "a_b"], "x-untyped": true });
    assert_eq!(type_of_x(&answering_with(json!({ "Thing": object(json!({ "x": open })) }))), TypeRef::String);
    open["type"] = json!("quaternion");
    assert_eq!(type_of_x(&answering_with(json!({ "Thing": object(json!({ "x": open })) }))), TypeRef::Any);
}

#[test]
fn shared_properties_that_are_not_shared_cost_the_rule_and_not_the_union() {
    let variant = |kind: &str| object(json!({ "kind": { "type": "string", "const": kind } }));
    let union = json!({ "anyOf": [variant("cat"), variant("dog")], "x-shared-properties": ["name"] });
    let place = "/components/schemas/Thing/x-shared-properties".to_owned();
    let mend = removed("$.components.schemas.Thing['x-shared-properties']");
    assert_eq!(found(&answering_with(json!({ "Thing": union }))), [(place, mend)]);
}
