//! What the API refuses before an operation is reached, derived from the vendored document.

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::{Reply, Request};

/// The API's document, as far as it decides whether a request gets through.
pub struct Api {
    document: Value,
    operations: Vec<Operation>,
}

struct Operation {
    method: String,
    /// The path in segments; `None` stands for a parameter.
    segments: Vec<Option<String>>,
    body: Option<Body>,
}

struct Body {
    content_type: String,
    required: bool,
    schema: Value,
    /// Whether a discriminator can be met within the body.
    has_discriminators: bool,
}

impl Api {
    /// The vendored document.
    pub fn vendored() -> &'static Self {
        static API: OnceLock<Api> = OnceLock::new();
        API.get_or_init(|| {
            let document = serde_json::from_str(include_str!("../../openapi/polar.json"));
            Self::new(document.expect("the vendored document is JSON"))
        })
    }

    fn new(document: Value) -> Self {
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation["operationId"].is_string() {
                    let parameter = |segment: &str| segment.starts_with('{');
                    let segments =
                        path.split('/').map(|segment| (!parameter(segment)).then(|| segment.to_owned())).collect();
                    let body = Body::new(&document, &operation["requestBody"]);
                    operations.push(Operation { method: method.to_uppercase(), segments, body });
                }
            }
        }
        Self { document, operations }
    }

    /// The API's answer to a request that does not reach its operation; `None` if it does, or is for another server.
    ///
    /// A `POST`, `PATCH` or `PUT` needs a `Content-Length`, before anything else is looked at. A path needs the
    /// trailing slash that the document has. A body needs the content type of its operation, and the discriminators
    /// that the document declares.
    pub fn refusal(&self, request: &Request) -> Option<Reply> {
        if !request.path.starts_with("/v1/") {
            return None;
        }
        let has_body = matches!(request.method.as_str(), "PATCH" | "POST" | "PUT");
        if has_body && request.header("content-length").is_none() {
            return Some(error(411, "LengthRequired", json!("Content-Length is required")));
        }
        let Some(operation) = self.operation(&request.method, &request.path) else {
            return self.redirect(request);
        };
        let body = operation.body.as_ref().filter(|body| body.required || !request.body.is_empty())?;
        let content_type = request.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
        if content_type.trim() != body.content_type {
            let issue = issue("missing", vec![json!("body")], "Field required".to_owned());
            return Some(invalid(vec![issue]));
        }
        if !body.has_discriminators {
            return None;
        }
        let issues = self.discriminator_issues(&body.schema, &request.json().ok()?);
        (!issues.is_empty()).then(|| invalid(issues))
    }

    /// What is wrong with the discriminators of a body, as the API lists it in `detail`. `schema` is the body's.
    pub fn discriminator_issues(&self, schema: &Value, body: &Value) -> Vec<Value> {
        let mut issues = Vec::new();
        self.walk(schema, body, &mut vec![json!("body")], &mut issues);
        issues
    }

    fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let path: Vec<&str> = path.split('/').collect();
        let fits = |operation: &&Operation| {
            operation.method == method
                && operation.segments.len() == path.len()
                && operation.segments.iter().zip(&path).all(|(expected, segment)| match expected {
                    Some(expected) => expected == segment,
                    None => !segment.is_empty(),
                })
        };
        // A segment by its name outweighs a parameter.
        let parameters = |operation: &&Operation| operation.segments.iter().filter(|segment| segment.is_none()).count();
        self.operations.iter().filter(fits).min_by_key(parameters)
    }

    /// The way to the path with the trailing slash that a request lacks.
    fn redirect(&self, request: &Request) -> Option<Reply> {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        self.operation(&request.method, &format!("{path}/"))?;
        let separator = if query.is_empty() { "" } else { "?" };
        let host = request.header("host").unwrap_or_default();
        Some(Reply::new(307).header("location", format!("http://{host}{path}/{separator}{query}")))
    }

    fn walk(&self, schema: &Value, value: &Value, place: &mut Vec<Value>, issues: &mut Vec<Value>) {
        if let Some(reference) = schema["$ref"].as_str() {
            if let Some(schema) = self.document.pointer(reference.trim_start_matches('#')) {
                self.walk(schema, value, place, issues);
            }
            return;
        }
        if let Some(property) = schema["discriminator"]["propertyName"].as_str() {
            if value.is_object() {
                self.tagged(schema, property, value, place, issues);
            }
            return;
        }
        for branch in ["anyOf", "oneOf"].into_iter().flat_map(|key| schema[key].as_array()).flatten() {
            // Of a plain union any branch may be the right one, so only `null` and one other are followed.
            let others = schema["anyOf"]
                .as_array()
                .or(schema["oneOf"].as_array())
                .map_or(0, |branches| branches.iter().filter(|other| other["type"] != "null").count());
            if others == 1 && branch["type"] != "null" && !value.is_null() {
                self.walk(branch, value, place, issues);
            }
        }
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                place.push(json!(name));
                self.walk(inner, value, place, issues);
                place.pop();
            }
        }
        for (index, value) in value.as_array().into_iter().flatten().enumerate() {
            place.push(json!(index));
            self.walk(&schema["items"], value, place, issues);
            place.pop();
        }
    }

    /// Looks at the tag of a value, and then at what the tag leads to.
    fn tagged(&self, schema: &Value, property: &str, value: &Value, place: &mut Vec<Value>, issues: &mut Vec<Value>) {
        let mapping = schema["discriminator"]["mapping"].as_object();
        match value.get(property) {
            None => {
                let message = format!("Unable to extract tag using discriminator '{property}'");
                issues.push(issue("union_tag_not_found", place.clone(), message));
            }
            Some(tag) => match mapping.and_then(|mapping| mapping.get(tag.as_str()?)) {
                Some(target) => self.walk(&json!({ "$ref": target }), value, place, issues),
                None => {
                    let tags: Vec<&String> = mapping.into_iter().flat_map(|mapping| mapping.keys()).collect();
                    let message = format!("Input tag {tag} found using '{property}' is none of {tags:?}");
                    issues.push(issue("union_tag_invalid", place.clone(), message));
                }
            },
        }
    }
}

impl Body {
    fn new(document: &Value, body: &Value) -> Option<Self> {
        let (content_type, content) = body["content"].as_object()?.iter().next()?;
        let schema = content["schema"].clone();
        Some(Self {
            content_type: content_type.clone(),
            required: body["required"] == true,
            has_discriminators: has_discriminator(document, &schema, &mut Vec::new()),
            schema,
        })
    }
}

fn has_discriminator(document: &Value, schema: &Value, seen: &mut Vec<String>) -> bool {
    match schema {
        Value::Object(schema) => schema.iter().any(|(key, value)| match (key.as_str(), value) {
            ("discriminator", _) => true,
            ("$ref", Value::String(reference)) => {
                if seen.contains(reference) {
                    return false;
                }
                seen.push(reference.clone());
                let target = document.pointer(reference.trim_start_matches('#'));
                target.is_some_and(|schema| has_discriminator(document, schema, seen))
            }
            _ => has_discriminator(document, value, seen),
        }),
        Value::Array(list) => list.iter().any(|schema| has_discriminator(document, schema, seen)),
        _ => false,
    }
}

fn issue(kind: &str, place: Vec<Value>, message: String) -> Value {
    json!({ "type": kind, "loc": place, "msg": message })
}

fn invalid(issues: Vec<Value>) -> Reply {
    error(422, "RequestValidationError", Value::Array(issues))
}

fn error(status: u16, name: &str, detail: Value) -> Reply {
    Reply::json(status, &json!({ "error": name, "detail": detail }))
}
