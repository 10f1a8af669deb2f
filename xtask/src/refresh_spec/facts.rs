//! Reduces a document to its facts: removes prose, titles, examples and vendor extensions.
//!
//! A word such as `description` is prose as a keyword, but a fact as the name of a property or inside a default value.
//! The walk therefore tracks the [`Kind`] of each object.

use anyhow::{Result, ensure};
use polar_client::reqwest::StatusCode;
use polar_codegen::rewrite::ORDER;
use serde_json::{Map, Value};

/// The kind of an object in the document, which determines which of its keys are prose, and the kinds of its children.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Document,
    Info,
    Server,
    PathItem,
    Operation,
    Pagination,
    /// A parameter or a header.
    Parameter,
    RequestBody,
    Response,
    MediaType,
    Components,
    SecurityScheme,
    Schema,
}

/// How the value of a key contains its children.
enum Children {
    One(Kind),
    List(Kind),
    /// Keyed by names, all of which are facts.
    Map(Kind),
    /// No children: the value is a fact (`enum`, `default`, `required`, `security`…).
    Literal,
}

/// Our own extensions that contain only prose.
pub const PROSE_EXTENSIONS: [&str; 2] = ["x-enum-descriptions", "x-shared-descriptions"];

/// The methods of an OpenAPI path item.
pub const METHODS: [&str; 8] = ["delete", "get", "head", "options", "patch", "post", "put", "trace"];

/// The tags of public operations. Documents of 2025 use `documented`.
const PUBLIC: [&str; 2] = ["public", "documented"];

/// The tag of private operations, which takes precedence.
const PRIVATE: &str = "private";

/// Reduces a document to the facts of its public operations.
///
/// # Errors
/// If no operation is public.
pub fn keep(document: Value) -> Result<Value> {
    let mut document = filter(document, Kind::Document, is_fact);
    let servers = document.get_mut("servers").and_then(Value::as_array_mut);
    for server in servers.into_iter().flatten().filter_map(Value::as_object_mut) {
        // Documents of 2025 name the environment in another extension.
        if let Some(environment) = server.remove("x-speakeasy-server-id") {
            server.entry("x-polar-environment").or_insert(environment);
        }
    }
    if let Some(paths) = document["paths"].as_object_mut() {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            item.retain(|key, operation| !METHODS.contains(&key.as_str()) || is_public(operation));
        }
        paths.retain(|_, item| has_operations(item));
        ensure!(!paths.is_empty(), "no operation has the tag `{}`", PUBLIC[0]);
    }
    Ok(document)
}

/// Adds what OpenAPI requires: a description of each response that has none, which is the reason phrase of its status.
/// Lists keep their order, even `required`, which is the order in which the API sends properties.
///
/// Removes paths without operations.
pub fn complete(document: &mut Value) {
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.retain(|_, item| has_operations(item));
    }
    each_of_kind(document, Kind::Document, &mut |kind, object| {
        if kind == Kind::Operation {
            describe_responses(object);
        }
    });
}

/// Returns the schemas directly inside a schema.
pub fn subschemas(schema: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        match children(Kind::Schema, key) {
            Children::One(_) => found.push(value),
            Children::List(_) => found.extend(value.as_array().into_iter().flatten()),
            Children::Map(_) => found.extend(value.as_object().into_iter().flat_map(Map::values)),
            Children::Literal => {}
        }
    }
    found
}

fn has_operations(item: &Value) -> bool {
    METHODS.iter().any(|method| item.get(method).is_some())
}

fn is_public(operation: &Value) -> bool {
    let tagged = |tag: &str| {
        let tags = operation["tags"].as_array();
        tags.is_some_and(|tags| tags.iter().any(|found| found == tag))
    };
    PUBLIC.iter().any(|tag| tagged(tag)) && !tagged(PRIVATE)
}

/// Keeps the keys for which `keeps` returns true.
fn filter(value: Value, kind: Kind, keeps: fn(Kind, &str) -> bool) -> Value {
    // A schema may be a boolean: `true` accepts anything, `false` nothing.
    let Value::Object(object) = value else {
        return value;
    };
    let kept = object.into_iter().filter(|(key, _)| keeps(kind, key));
    let kept = kept.map(|(key, value)| {
        let value = match (children(kind, &key), value) {
            (Children::One(kind), value) => filter(value, kind, keeps),
            (Children::List(kind), Value::Array(values)) => {
                values.into_iter().map(|value| filter(value, kind, keeps)).collect()
            }
            (Children::Map(kind), Value::Object(values)) => {
                Value::Object(values.into_iter().map(|(name, value)| (name, filter(value, kind, keeps))).collect())
            }
            (_, value) => value,
        };
        (key, value)
    });
    Value::Object(kept.collect())
}

fn is_fact(kind: Kind, key: &str) -> bool {
    if key.starts_with("x-") {
        // True if an operation is read-only, idempotent or destructive.
        let is_annotation = kind == Kind::Operation && key == "x-tool-annotations";
        // Column headings of another program.
        let is_layout = key == "x-polar-cli-preview";
        let is_order = kind == Kind::Schema && key == ORDER;
        return (key.starts_with("x-polar-") && !is_layout)
            || is_annotation
            || is_order
            || (kind == Kind::Server && key == "x-speakeasy-server-id");
    }
    match kind {
        Kind::Document => {
            matches!(key, "openapi" | "info" | "servers" | "security" | "paths" | "webhooks" | "components")
        }
        Kind::Info => matches!(key, "title" | "version"),
        Kind::Components => matches!(key, "schemas" | "securitySchemes"),
        _ => !matches!(
            key,
            "description" | "summary" | "title" | "example" | "examples" | "externalDocs" | "enumNames" | "$comment"
        ),
    }
}

fn children(kind: Kind, key: &str) -> Children {
    use Children::{List, Literal, Map, One};
    match (kind, key) {
        (Kind::Document, "info") => One(Kind::Info),
        (Kind::Document, "components") => One(Kind::Components),
        (Kind::Document, "paths" | "webhooks") => Map(Kind::PathItem),
        (Kind::Document | Kind::PathItem | Kind::Operation, "servers") => List(Kind::Server),

        (Kind::Components, "schemas") => Map(Kind::Schema),
        (Kind::Components, "securitySchemes") => Map(Kind::SecurityScheme),

        (Kind::PathItem | Kind::Operation, "parameters") => List(Kind::Parameter),
        (Kind::PathItem, method) if METHODS.contains(&method) => One(Kind::Operation),
        (Kind::Operation, "requestBody") => One(Kind::RequestBody),
        (Kind::Operation, "responses") => Map(Kind::Response),
        (Kind::Operation, "x-polar-pagination") => One(Kind::Pagination),
        (Kind::Pagination, "item_schema") => One(Kind::Schema),

        (Kind::Response, "headers") => Map(Kind::Parameter),
        (Kind::Parameter | Kind::RequestBody | Kind::Response, "content") => Map(Kind::MediaType),
        (Kind::Parameter | Kind::MediaType, "schema") => One(Kind::Schema),

        (Kind::Schema, "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions") => {
            Map(Kind::Schema)
        }
        (Kind::Schema, "allOf" | "anyOf" | "oneOf" | "prefixItems") => List(Kind::Schema),
        (
            Kind::Schema,
            "items"
            | "additionalProperties"
            | "propertyNames"
            | "not"
            | "if"
            | "then"
            | "else"
            | "contains"
            | "contentSchema"
            | "unevaluatedItems"
            | "unevaluatedProperties",
        ) => One(Kind::Schema),
        _ => Literal,
    }
}

fn each_of_kind(value: &mut Value, kind: Kind, visit: &mut dyn FnMut(Kind, &mut Map<String, Value>)) {
    let Value::Object(object) = value else {
        return;
    };
    visit(kind, object);
    for (key, value) in object {
        match (children(kind, key), value) {
            (Children::One(kind), value) => each_of_kind(value, kind, visit),
            (Children::List(kind), Value::Array(values)) => {
                values.iter_mut().for_each(|value| each_of_kind(value, kind, visit));
            }
            (Children::Map(kind), Value::Object(values)) => {
                values.values_mut().for_each(|value| each_of_kind(value, kind, visit));
            }
            _ => {}
        }
    }
}

fn describe_responses(operation: &mut Map<String, Value>) {
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    for (status, response) in responses.into_iter().flatten() {
        if let Some(response) = response.as_object_mut() {
            response.entry("description").or_insert_with(|| reason(status).into());
        }
    }
}

/// Returns the reason phrase of a status as written in documents: `404`, `4XX` or `default`.
fn reason(status: &str) -> &'static str {
    let exact = StatusCode::from_bytes(status.as_bytes()).ok();
    exact.and_then(|status| status.canonical_reason()).unwrap_or("Response")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema_facts(schema: Value) -> Value {
        filter(schema, Kind::Schema, is_fact)
    }

    fn with_operations(operations: Value) -> Value {
        json!({"openapi": "3.1.0", "paths": {"/things": operations}})
    }

    #[test]
    fn prose_of_a_schema_is_dropped() {
        let kept = schema_facts(json!({
            "type": "string", "title": "T", "description": "D", "summary": "S", "example": "a",
            "examples": ["a"], "externalDocs": {}, "enumNames": {}, "$comment": "C",
            "x-vendor": 1, "x-polar-thing": 2, "enum": ["a"], "deprecated": true,
        }));
        assert_eq!(kept, json!({"type": "string", "enum": ["a"], "deprecated": true, "x-polar-thing": 2}));
    }

    #[test]
    fn properties_named_like_prose_are_kept() {
        let kept = schema_facts(json!({
            "properties": {
                "description": {"type": "string", "description": "D"},
                "title": {"anyOf": [{"title": "T", "type": "string"}, {"type": "null"}]},
                "x-rate": {"items": {"examples": [1], "type": "integer"}},
            },
            "patternProperties": {"examples": {"example": 1}},
        }));
        assert_eq!(
            kept,
            json!({
                "properties": {
                    "description": {"type": "string"},
                    "title": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "x-rate": {"items": {"type": "integer"}},
                },
                "patternProperties": {"examples": {}},
            })
        );
    }

    #[test]
    fn literal_values_are_kept_whole() {
        let schema = json!({
            "default": {"description": "kept"},
            "const": {"title": "kept"},
            "enum": [{"summary": "kept"}],
            "required": ["description", "title"],
            "discriminator": {"propertyName": "type", "mapping": {"title": "#/components/schemas/A"}},
            "additionalProperties": true,
        });
        assert_eq!(schema_facts(schema.clone()), schema);
    }

    #[test]
    fn only_public_operations_are_kept() {
        let kept = keep(with_operations(json!({
            "get": {"tags": ["things", "public"]},
            "put": {"tags": ["things"]},
            "post": {"tags": ["public", "private"]},
            "delete": {},
        })))
        .unwrap();
        assert_eq!(kept["paths"], json!({"/things": {"get": {"tags": ["things", "public"]}}}));
    }

    #[test]
    fn a_document_without_public_operations_is_refused() {
        let error = keep(with_operations(json!({"get": {"tags": ["things"]}}))).unwrap_err();
        assert_eq!(error.to_string(), "no operation has the tag `public`");
    }

    #[test]
    fn api_title_is_kept_and_parameter_titles_are_removed() {
        let kept = keep(json!({
            "openapi": "3.1.0",
            "info": {"title": "API", "version": "1", "summary": "S"},
            "tags": [{"name": "things"}],
            "servers": [{"url": "u", "description": "D", "x-polar-environment": "sandbox"}],
            "paths": {"/things": {"get": {
                "tags": ["public"], "summary": "S", "x-codeSamples": [],
                "parameters": [{"name": "title", "in": "query", "description": "D",
                    "schema": {"title": "T", "type": "string"}}],
            }}},
        }))
        .unwrap();
        assert_eq!(
            kept,
            json!({
                "openapi": "3.1.0",
                "info": {"title": "API", "version": "1"},
                "servers": [{"url": "u", "x-polar-environment": "sandbox"}],
                "paths": {"/things": {"get": {
                    "tags": ["public"],
                    "parameters": [
                        {"name": "title", "in": "query", "schema": {"type": "string"}},
                    ],
                }}},
            })
        );
    }

    #[test]
    fn responses_are_described_by_their_status() {
        let mut document = with_operations(json!({"get": {"responses": {
            "200": {}, "422": {}, "4XX": {}, "404": {"description": "No such thing."},
        }}}));
        complete(&mut document);
        let responses = &document["paths"]["/things"]["get"]["responses"];
        assert_eq!(responses["200"]["description"], "OK");
        assert_eq!(responses["422"]["description"], "Unprocessable Entity");
        assert_eq!(responses["4XX"]["description"], "Response");
        assert_eq!(responses["404"]["description"], "No such thing.");
    }

    #[test]
    fn lists_keep_their_order() {
        let schema = json!({ "required": ["b", "a"], "enum": ["b", "a"] });
        let mut document = json!({"components": {"schemas": {"A": schema.clone()}}});
        complete(&mut document);
        assert_eq!(document["components"]["schemas"]["A"], schema);
    }
}
