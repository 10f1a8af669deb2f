//! Operations, converted to OpenAPI 3.0. progenitor requires only the parameters, the body and the successful response.

use std::collections::BTreeSet;

use serde_json::json;

use super::enums::VALUES;
use super::ids::ID;
use super::names::{Namer, Use, definition_of, words};
use super::schemas::{is_null, text};
use crate::json::{Map, Value, escape};
use crate::load::Document;
use crate::names::{type_name, value_name};
use crate::{Error, Result};

/// The supported HTTP methods.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The methods that all calls have, regardless of the operation.
const CALL_METHODS: [&str; 18] = [
    "body",
    "by_cursor",
    "bytes_stream",
    "bytes_stream_blocking",
    "extra_query",
    "idempotent",
    "operation",
    "organization",
    "pages",
    "retry",
    "rows",
    "send",
    "send_blocking",
    "stream",
    "timeout",
    "token",
    "with_response",
    "with_response_blocking",
];

/// Rewrites the operations of a document.
///
/// # Errors
/// Returns an error if an operation uses a feature that the client does not support.
pub fn rewrite(document: &Document, root: &Value, namer: &mut Namer<'_>) -> Result<Map<String, Value>> {
    let mut paths = Map::new();
    let mut ids = BTreeSet::new();
    for (path, original) in document.entries("/paths") {
        let keys = original.as_object().into_iter().flatten().map(|(key, _)| key);
        if let Some(key) = keys.into_iter().find(|key| !is_known_of_path(key)) {
            let place = format!("/paths/{}/{}", escape(path), escape(key));
            return Err(Error::new(place, format!("`{key}` of a path is not understood")));
        }
        let mut rewritten = Map::new();
        for method in METHODS {
            if original.get(method).is_none() {
                continue;
            }
            let operation = &root["paths"][path.as_str()][method];
            let place = format!("/paths/{}/{method}", escape(path));
            let id = text(&original[method], "operationId")
                .ok_or_else(|| Error::new(&place, "an operation without an id"))?;
            if !ids.insert(id.clone()) {
                return Err(Error::new(place, format!("two operations of one id, `{id}`")));
            }
            let operation = Operation { operation, path, place, id, namer }.rewrite()?;
            rewritten.insert(method.to_owned(), operation);
        }
        paths.insert(path.clone(), Value::Object(rewritten));
    }
    Ok(paths)
}

fn is_known_of_path(key: &str) -> bool {
    METHODS.contains(&key) || matches!(key, "summary" | "description" | "servers") || key.starts_with("x-")
}

struct Operation<'a, 'd> {
    operation: &'a Value,
    path: &'a str,
    /// The JSON pointer of the operation.
    place: String,
    id: String,
    namer: &'a mut Namer<'d>,
}

impl Operation<'_, '_> {
    fn rewrite(mut self) -> Result<Value> {
        let path = self.operation["x-rust-name"].as_str().unwrap_or(&self.id);
        if !path.contains(':') {
            return Err(self.error("an operation id without a group"));
        }
        let parameters = self.parameters()?;
        let body = self.body()?;
        let success = self.success()?;
        let mut rewritten = json!({
            "operationId": self.id,
            "parameters": parameters,
            "responses": { "200": success },
        });
        if let (Value::Object(members), Some(body)) = (&mut rewritten, body) {
            members.insert("requestBody".to_owned(), body);
        }
        Ok(rewritten)
    }

    fn error(&self, message: impl Into<String>) -> Error {
        Error::new(&self.id, message)
    }

    fn parameters(&mut self) -> Result<Vec<Value>> {
        let mut parameters = Vec::new();
        for (index, parameter) in self.operation["parameters"].as_array().into_iter().flatten().enumerate() {
            let place = format!("{}/parameters/{index}", self.place);
            let name = text(parameter, "name").ok_or_else(|| Error::new(&place, "a parameter without a name"))?;
            let position = parameter["in"].as_str().filter(|position| matches!(*position, "path" | "query"));
            let position = position
                .ok_or_else(|| Error::new(&place, "a parameter that is neither in the path nor in the query"))?;
            let (schema, hint) = (&parameter["schema"], format!("{}_{name}", self.id));
            let schema_place = format!("{place}/schema");
            let value = match schema.get("items").filter(|_| position == "query" && schema["type"] == "array") {
                Some(items) => {
                    let element = self.namer.schema(items, &hint, &schema_place)?.schema;
                    self.check_simple(&element, position, &place)?;
                    json!({ "type": "array", "items": element })
                }
                None => {
                    let value = self.namer.schema(schema, &hint, &schema_place)?.schema;
                    if parameter["style"] != "deepObject" {
                        self.check_simple(&value, position, &place)?;
                    }
                    value
                }
            };
            parameters.push(json!({
                "name": name,
                "in": position,
                "required": position == "path" || parameter["required"] == true,
                "schema": of_openapi_3_0(&value),
            }));
        }
        self.check_path(&parameters)?;
        self.check_names(&parameters)?;
        Ok(parameters)
    }

    /// Checks that the Rust names of parameters are unique. Required parameters are arguments. Optional ones have
    /// setters, which must not conflict with the other methods of calls.
    fn check_names(&self, parameters: &[Value]) -> Result<()> {
        let mut seen = BTreeSet::new();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap_or_default();
            let rust_name = value_name(name);
            let is_method = parameter["required"] != true && CALL_METHODS.contains(&rust_name.as_str());
            if is_method || !seen.insert(rust_name) {
                return Err(self.error(format!("the Rust name of the parameter `{name}` is taken")));
            }
        }
        Ok(())
    }

    /// Checks that a parameter is a single primitive value.
    fn check_simple(&self, schema: &Value, position: &str, place: &str) -> Result<()> {
        let is_simple = match definition_of(schema) {
            Some(name) => {
                self.namer.definition(name).is_some_and(|known| known.get(VALUES).or(known.get(ID)).is_some())
            }
            None => {
                matches!(schema["type"].as_str(), Some("boolean" | "integer" | "number" | "string"))
                    && !matches!(schema["format"].as_str(), Some("decimal" | "decimal-or-number"))
            }
        };
        if is_simple {
            return Ok(());
        }
        Err(Error::new(place, format!("a {position} parameter of the type {}", words(schema))))
    }

    /// Checks that the parameters match the placeholders of the path.
    fn check_path(&self, parameters: &[Value]) -> Result<()> {
        let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let mut names: Vec<&str> = in_path.filter_map(|parameter| parameter["name"].as_str()).collect();
        for name in self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            match names.iter().position(|known| *known == name) {
                Some(index) => drop(names.remove(index)),
                None => return Err(self.error(format!("the path's `{{{name}}}` is no parameter"))),
            }
        }
        match names.first() {
            Some(name) => Err(self.error(format!("the parameter `{name}` is not in the path"))),
            None => Ok(()),
        }
    }

    fn body(&mut self) -> Result<Option<Value>> {
        let Some(body) = self.operation.get("requestBody") else { return Ok(None) };
        let content: Vec<(&String, &Value)> = body["content"].as_object().into_iter().flatten().collect();
        let [(kind, content)] = content.as_slice() else {
            return Err(self.error("a request body that is not of exactly one content type"));
        };
        if !matches!(kind.as_str(), "application/json" | "application/x-www-form-urlencoded") {
            return Err(self.error(format!("a request body of the content type `{kind}`")));
        }
        let place = format!("{}/requestBody/content/{}/schema", self.place, escape(kind));
        let named = self.namer.schema(&content["schema"], &format!("{}Body", type_name(&self.id)), &place)?;
        // progenitor determines from the nullability of the body whether it is optional, and ignores `required`.
        let is_required = body["required"] == true && !named.nullable;
        let schema = of_openapi_3_0(&named.schema);
        let schema = if is_required { schema } else { nullable(schema) };
        Ok(Some(json!({ "required": is_required, "content": { kind.as_str(): { "schema": schema } } })))
    }

    /// Merges all successful responses into one.
    fn success(&mut self) -> Result<Value> {
        let mut json: Vec<Use> = Vec::new();
        let (mut csv, mut empty, mut redirect) = (false, false, false);
        for (status, response) in self.operation["responses"].as_object().into_iter().flatten() {
            redirect |= status.starts_with('3');
            if !status.starts_with('2') {
                continue;
            }
            let mut content = response["content"].as_object().into_iter().flatten().peekable();
            empty |= content.peek().is_none();
            for (kind, content) in content {
                let place = format!("{}/responses/{status}/content/{}", self.place, escape(kind));
                match kind.as_str() {
                    "text/csv" => csv = true,
                    "application/json" => {
                        let hint = format!("{}Response", type_name(&self.id));
                        let named = self.namer.schema(&content["schema"], &hint, &format!("{place}/schema"))?;
                        // The response to an accepted request has an empty body or `null`.
                        if status == "202" && named.is_any() {
                            empty = true;
                            continue;
                        }
                        empty |= named.nullable && !named.is_any();
                        if json.iter().all(|known| known.schema != named.schema) {
                            json.push(named);
                        }
                    }
                    other => return Err(Error::new(place, format!("an answer of the content type `{other}`"))),
                }
            }
        }
        let content = match (json.as_slice(), csv, empty) {
            // The success next to a redirect has no meaning, since the framework adds one to every operation.
            ([], false, _) => json!({}),
            ([only], false, _) if redirect && only.is_any() => json!({}),
            ([], true, false) => json!({ "text/csv": { "schema": { "type": "string" } } }),
            ([only], false, empty) => {
                let schema = of_openapi_3_0(&only.schema);
                let schema = if empty { nullable(schema) } else { schema };
                json!({ "application/json": { "schema": schema } })
            }
            _ => return Err(self.error("successes of several types")),
        };
        Ok(json!({ "description": "", "content": content }))
    }
}

/// Converts a schema to OpenAPI 3.0, which has no type `null`.
fn of_openapi_3_0(schema: &Value) -> Value {
    if let Some(name) = definition_of(schema) {
        return json!({ "$ref": format!("#/components/schemas/{name}") });
    }
    if is_null(schema) {
        return json!({ "type": "string", "format": "null" });
    }
    let Value::Object(members) = schema else { return schema.clone() };
    let kept =
        members.iter().filter(|(key, _)| matches!(key.as_str(), "type" | "format" | "items" | "additionalProperties"));
    let kept = kept.map(|(key, value)| {
        let value = if value.is_object() { of_openapi_3_0(value) } else { value.clone() };
        (key.clone(), value)
    });
    kept.collect()
}

/// Returns a nullable schema in OpenAPI 3.0.
fn nullable(schema: Value) -> Value {
    json!({ "nullable": true, "oneOf": [schema] })
}
