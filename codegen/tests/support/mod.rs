//! Helpers of the tests: documents with few lines, and access to their models.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use polar_codegen::load::{self, Document};
use polar_codegen::model::{self, Model, Operation, Struct, Type, Union};
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

/// Reads a document.
pub fn model_of(document: &Value) -> Model {
    model::model(&loaded(document)).unwrap_or_else(|error| panic!("the document has a model: {error}"))
}

/// Runs all passes on a document and returns the text of all files.
pub fn text(document: &Value) -> Result<String> {
    let loaded = load::parse(&document.to_string())?;
    Ok(source(&loaded, &Selection::all())?.into_values().collect())
}

/// Runs all passes on a model.
pub fn sources(model: &Model) -> Result<Source> {
    emit(model.clone())
}

/// Returns the type with this name.
pub fn ty<'a>(model: &'a Model, name: &str) -> &'a Type {
    model.ty(name).unwrap_or_else(|_| panic!("no `{name}` among {:?}", model.types.keys()))
}

/// Returns the union with this name.
pub fn union<'a>(model: &'a Model, name: &str) -> &'a Union {
    match &ty(model, name).kind {
        model::Kind::Union(union) => union,
        other => panic!("`{name}` is {other:?}"),
    }
}

/// Returns the struct with this name.
pub fn structure<'a>(model: &'a Model, name: &str) -> &'a Struct {
    match &ty(model, name).kind {
        model::Kind::Struct(object) => object,
        other => panic!("`{name}` is {other:?}"),
    }
}

/// Returns the variants of the enumeration with this name.
pub fn variants<'a>(model: &'a Model, name: &str) -> Vec<&'a str> {
    match &ty(model, name).kind {
        model::Kind::Enum(set) => set.values.iter().map(|value| value.variant.as_str()).collect(),
        other => panic!("`{name}` is {other:?}"),
    }
}

/// Returns the type of a property.
pub fn property<'a>(model: &'a Model, object: &str, name: &str) -> &'a model::TypeRef {
    let properties = &structure(model, object).properties;
    &properties.iter().find(|property| property.name == name).unwrap_or_else(|| panic!("no `{name}`")).ty
}

/// Returns the operation with this id.
pub fn operation_of<'a>(model: &'a Model, id: &str) -> &'a Operation {
    model.operations.iter().find(|operation| operation.id == id).unwrap_or_else(|| panic!("no operation `{id}`"))
}

/// Returns the ids of all operations.
pub fn ids(model: &Model) -> Vec<&str> {
    model.operations.iter().map(|operation| operation.id.as_str()).collect()
}

/// Returns the names of all types.
pub fn names(model: &Model) -> Vec<&str> {
    model.types.keys().map(String::as_str).collect()
}
