//! Helpers of the tests: documents with few lines, and access to their plans.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use polar_codegen::load::{self, Document};
use polar_codegen::plan::{self, Operation, Plan, Struct, Type, Union};
use polar_codegen::{Result, Selection, Source, emit, source};
use serde_json::{Value, json};

/// Creates a document with these paths and schemas.
pub fn document(parts: Value) -> Value {
    let mut document = json!({ "openapi": "3.1.0", "info": { "title": "Test", "version": "1" }, "paths": {} });
    for (key, value) in parts.as_object().expect("a document is an object") {
        document[key] = value.clone();
    }
    document
}

/// Creates a document with a single operation, which returns the schema `Thing`.
pub fn answering(thing: Value) -> Value {
    answering_with(json!({ "Thing": thing }))
}

/// Creates a document with a single operation, which returns the schema `Thing` from `schemas`.
pub fn answering_with(schemas: Value) -> Value {
    let operation = json!({ "operationId": "things:get", "responses": { "200": json_content(reference("Thing")) } });
    document(json!({ "paths": { "/things": { "get": operation } }, "components": { "schemas": schemas } }))
}

/// Creates a document with a single operation, whose body is the schema `Thing`.
pub fn taking(thing: Value) -> Value {
    let mut body = json_content(reference("Thing"));
    body["required"] = json!(true);
    let operation = json!({ "operationId": "things:create", "requestBody": body, "responses": { "204": {} } });
    document(json!({ "paths": { "/things": { "post": operation } }, "components": { "schemas": { "Thing": thing } } }))
}

/// Creates a document with a single operation, `GET /things/{id}`.
pub fn operation(operation: Value) -> Value {
    document(json!({ "paths": { "/things/{id}": { "get": operation } } }))
}

/// Returns a reference to a schema.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Returns a body or a response with JSON content.
pub fn json_content(schema: Value) -> Value {
    json!({ "content": { "application/json": { "schema": schema } } })
}

/// Returns an object schema with these properties, all of them required.
pub fn object(properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().expect("properties are an object").keys().collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

/// Loads a document.
pub fn loaded(document: &Value) -> Document {
    load::parse(&document.to_string()).expect("the document loads")
}

/// Plans a document.
pub fn planned(document: &Value) -> Plan {
    plan::plan(&loaded(document)).unwrap_or_else(|error| panic!("the document has a plan: {error}"))
}

/// Runs all passes on a document and returns the text of all files.
pub fn text(document: &Value) -> Result<String> {
    let loaded = load::parse(&document.to_string())?;
    Ok(source(&loaded, &Selection::all())?.into_values().collect())
}

/// Runs all passes on a plan.
pub fn sources(plan: &Plan) -> Result<Source> {
    emit(plan.clone(), &Selection::all())
}

/// Returns the type with this name.
pub fn ty<'a>(plan: &'a Plan, name: &str) -> &'a Type {
    plan.ty(name).unwrap_or_else(|_| panic!("no `{name}` among {:?}", plan.types.keys()))
}

/// Returns the union with this name.
pub fn union<'a>(plan: &'a Plan, name: &str) -> &'a Union {
    match &ty(plan, name).kind {
        plan::Kind::Union(union) => union,
        other => panic!("`{name}` is {other:?}"),
    }
}

/// Returns the struct with this name.
pub fn structure<'a>(plan: &'a Plan, name: &str) -> &'a Struct {
    match &ty(plan, name).kind {
        plan::Kind::Struct(object) => object,
        other => panic!("`{name}` is {other:?}"),
    }
}

/// Returns the variants of the enumeration with this name.
pub fn variants<'a>(plan: &'a Plan, name: &str) -> Vec<&'a str> {
    match &ty(plan, name).kind {
        plan::Kind::Enum(set) => set.values.iter().map(|value| value.variant.as_str()).collect(),
        other => panic!("`{name}` is {other:?}"),
    }
}

/// Returns the type of a property.
pub fn property<'a>(plan: &'a Plan, object: &str, name: &str) -> &'a plan::TypeRef {
    let properties = &structure(plan, object).properties;
    &properties.iter().find(|property| property.name == name).unwrap_or_else(|| panic!("no `{name}`")).ty
}

/// Returns the operation with this id.
pub fn operation_of<'a>(plan: &'a Plan, id: &str) -> &'a Operation {
    plan.operations.iter().find(|operation| operation.id == id).unwrap_or_else(|| panic!("no operation `{id}`"))
}

/// Returns the ids of all operations.
pub fn ids(plan: &Plan) -> Vec<&str> {
    plan.operations.iter().map(|operation| operation.id.as_str()).collect()
}

/// Returns the names of all types.
pub fn names(plan: &Plan) -> Vec<&str> {
    plan.types.keys().map(String::as_str).collect()
}
