//! The fourth pass: the plan, as an OpenAPI 3.0 document that progenitor and typify turn into the right Rust.
//!
//! Both know less than OpenAPI 3.1 says, and are silently wrong about some of it. So they are given only what they
//! do well: objects, lists, maps, simple types and the signatures of operations. Unions and enumerations become
//! placeholders that [`shape`](crate::shape) fills; operations and parameters get plain names, so that nothing is
//! renamed on the way.

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};

use crate::plan::{Body, Encoding, Kind, Operation, Plan, QueryStyle, Struct, TypeRef};
use crate::{Error, Result};

/// Types that stand in the lowered document by name and are replaced by a Rust type of another crate.
pub const REPLACED: [(&str, &str); 5] = [
    ("Number", "::serde_json::Number"),
    ("Decimal", "::rust_decimal::Decimal"),
    ("DecimalOrNumber", "crate::value::DecimalOrNumber"),
    ("Scalar", "crate::value::Scalar"),
    ("Null", "crate::value::Null"),
];

/// The names of types that generated files import, which no type of the document can have.
pub const IMPORTED: [&str; 14] = [
    "BTreeMap",
    "DateTime",
    "Decimal",
    "DecimalOrNumber",
    "Map",
    "NaiveDate",
    "Null",
    "Number",
    "Page",
    "Patch",
    "Scalar",
    "Utc",
    "Uuid",
    "Value",
];

/// Other names that generated files use, which no type of the document can have either.
const TAKEN: [&str; 26] = [
    "BodyFormat",
    "Borrow",
    "Box",
    "Call",
    "Client",
    "Core",
    "Credential",
    "Decode",
    "DecodeError",
    "Encode",
    "JsonType",
    "Literal",
    "OneOrMany",
    "Operation",
    "Option",
    "Portal",
    "Property",
    "Reader",
    "Request",
    "Requirement",
    "Result",
    "String",
    "Success",
    "Tag",
    "Vec",
    "Writer",
];

/// Whether generated files use a name for something else than what they define.
pub fn is_taken(name: &str) -> bool {
    IMPORTED.contains(&name) || TAKEN.contains(&name)
}

/// The lowered document.
pub fn lower(plan: &Plan) -> Result<OpenAPI> {
    let mut schemas = Map::new();
    if let Some(ty) = plan.types.values().find(|ty| is_taken(&ty.name)) {
        return Err(Error::new(&ty.place, format!("the name `{}` is taken by a type of the client", ty.name)));
    }
    for (name, _) in REPLACED {
        schemas.insert(name.to_owned(), json!({ "type": "string" }));
    }
    for (name, ty) in &plan.types {
        let schema = match &ty.kind {
            Kind::Struct(object) => structure(object),
            Kind::Enum(_) | Kind::Union(_) => json!({ "type": "string" }),
        };
        schemas.insert(name.clone(), schema);
    }
    let mut paths = Map::new();
    for (index, operation) in plan.operations.iter().enumerate() {
        let (path, method, lowered) = lower_operation(index, operation);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method] = lowered;
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Polar", "version": plan.version },
        "paths": paths,
        "components": { "schemas": schemas },
    });
    serde_json::from_value(document).map_err(|error| Error::new("the lowered document", error.to_string()))
}

/// The id of a lowered operation.
pub fn operation_id(index: usize) -> String {
    format!("operation{index}")
}

/// The name of a lowered parameter.
pub fn parameter(index: usize) -> String {
    format!("parameter{index}")
}

fn lower_operation(index: usize, operation: &Operation) -> (String, String, Value) {
    let mut path = format!("/{index}");
    let mut parameters = Vec::new();
    for path_parameter in &operation.path_parameters {
        let name = parameter(parameters.len());
        path.push_str(&format!("/{{{name}}}"));
        parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema(&path_parameter.ty) }));
    }
    for query in &operation.query {
        let name = parameter(parameters.len());
        let schema = match query.style {
            QueryStyle::One | QueryStyle::Deep => schema(&query.ty),
            QueryStyle::Many => json!({ "type": "array", "items": schema(&query.ty) }),
        };
        parameters.push(json!({ "name": name, "in": "query", "required": query.required, "schema": schema }));
    }
    let success = match operation.success.ty() {
        Some(ty) => json!({ "description": "", "content": { "application/json": { "schema": schema(ty) } } }),
        None => json!({ "description": "" }),
    };
    let mut lowered = json!({
        "operationId": operation_id(index),
        // For errors only.
        "summary": operation.id,
        "parameters": parameters,
        "responses": { "200": success },
    });
    if let Some(body) = &operation.body {
        lowered["requestBody"] = request_body(body);
    }
    (path, operation.method.to_lowercase(), lowered)
}

fn request_body(body: &Body) -> Value {
    let kind = match body.encoding {
        Encoding::Json => "application/json",
        Encoding::Form => "application/x-www-form-urlencoded",
    };
    json!({ "required": true, "content": { kind: { "schema": schema(&body.ty) } } })
}

fn structure(object: &Struct) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for property in object.properties.iter().filter(|property| !property.implied) {
        properties.insert(property.name.clone(), schema(&property.ty));
        required.push(property.name.clone());
    }
    let mut lowered = json!({ "type": "object", "properties": properties, "required": required });
    if let Some(additional) = &object.additional {
        lowered["additionalProperties"] = schema(additional);
    }
    lowered
}

fn schema(ty: &TypeRef) -> Value {
    let named = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    match ty {
        TypeRef::String => json!({ "type": "string" }),
        TypeRef::Integer => json!({ "type": "integer", "format": "int64" }),
        TypeRef::Boolean => json!({ "type": "boolean" }),
        TypeRef::DateTime => json!({ "type": "string", "format": "date-time" }),
        TypeRef::Date => json!({ "type": "string", "format": "date" }),
        TypeRef::Uuid => json!({ "type": "string", "format": "uuid" }),
        TypeRef::Number => named("Number"),
        TypeRef::Decimal => named("Decimal"),
        TypeRef::DecimalOrNumber => named("DecimalOrNumber"),
        TypeRef::Scalar => named("Scalar"),
        TypeRef::Null => named("Null"),
        TypeRef::Any => json!({}),
        // progenitor knows neither pages nor lists of fixed elements; `shape` knows from the plan what these are.
        TypeRef::List(element) | TypeRef::Page(element) | TypeRef::Pair(element, _) => {
            json!({ "type": "array", "items": schema(element) })
        }
        TypeRef::Map(value) if **value == TypeRef::Any => json!({ "type": "object" }),
        TypeRef::Map(value) => json!({ "type": "object", "additionalProperties": schema(value) }),
        TypeRef::Named(name) => named(name),
    }
}
