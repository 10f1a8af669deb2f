//! Converts definitions to the schemas that typify accepts, without the keywords that it does not support.

use schemars::schema::{
    ArrayValidation, InstanceType, ObjectValidation, Schema, SchemaObject, SingleOrVec, SubschemaValidation,
};

use serde_json::json;

use crate::json::Value;
use crate::rewrite::schemas::{is_null, strings};
use crate::rewrite::{ADDITIONAL, PATCH};

/// The keyword of a reference in JSON Schema.
const REFERENCE: &str = "$ref";

/// The formats that typify or one of the conversions recognizes.
const FORMATS: [&str; 7] = ["date", "date-time", "decimal", "decimal-or-number", "int64", "scalar", "uuid"];

/// Returns the schema of a definition.
pub fn definition(definition: &Value) -> Schema {
    if definition["type"] == "object" && definition.get("properties").is_some() {
        return structure(definition).into();
    }
    schema(definition)
}

/// Returns the schema of an object with properties.
fn structure(object: &Value) -> SchemaObject {
    let required = strings(&object["required"]).unwrap_or_default();
    let mut validation = ObjectValidation::default();
    for (name, property) in object["properties"].as_object().into_iter().flatten() {
        let value = match (required.contains(name), is_null(property)) {
            _ if property.get(PATCH).is_some() => {
                validation.required.insert(name.clone());
                patch(property)
            }
            // typify generates an `Option` for properties of type `null`, as for other nullable properties.
            (_, true) => schema(property),
            (true, _) => {
                validation.required.insert(name.clone());
                schema(property)
            }
            // typify does not wrap an optional list or map in an `Option` unless it is nullable.
            (false, _) => optional(property),
        };
        validation.properties.insert(name.clone(), value);
    }
    // typify would name the field `extra`, and generate none for values without a schema.
    if let Some(values) = object.get("additionalProperties") {
        let is_any = values.as_object().is_some_and(|any| any.is_empty());
        let values = if is_any { json().into() } else { schema(values) };
        validation.required.insert(ADDITIONAL.to_owned());
        validation.properties.insert(ADDITIONAL.to_owned(), map_of(values).into());
    }
    // typify treats an object without properties as a map unless additional properties are forbidden.
    if validation.properties.is_empty() {
        validation.additional_properties = Some(Box::new(Schema::Bool(false)));
    }
    SchemaObject { object: Some(Box::new(validation)), ..of_type(InstanceType::Object) }
}

fn optional(property: &Value) -> Schema {
    let value = schema(property);
    match property.get("anyOf") {
        Some(_) => value,
        None => any_of(vec![value, of_type(InstanceType::Null).into()]).into(),
    }
}

/// Returns the schema of a value.
fn schema(value: &Value) -> Schema {
    if let Some(reference) = value[REFERENCE].as_str() {
        return Schema::new_ref(reference.to_owned());
    }
    if let Some(choice) = value["anyOf"].as_array() {
        return any_of(choice.iter().map(schema).collect()).into();
    }
    if let Some(choice) = value["oneOf"].as_array() {
        let one_of = Some(choice.iter().map(definition).collect());
        let choice = SubschemaValidation { one_of, ..SubschemaValidation::default() };
        return SchemaObject { subschemas: Some(Box::new(choice)), ..SchemaObject::default() }.into();
    }
    let format = value["format"].as_str().filter(|format| FORMATS.contains(format)).map(str::to_owned);
    match value["type"].as_str() {
        Some("string") => {
            SchemaObject { format, enum_values: value["enum"].as_array().cloned(), ..of_type(InstanceType::String) }
        }
        Some("integer") => SchemaObject { format, ..of_type(InstanceType::Integer) },
        Some("number") => of_type(InstanceType::Number),
        Some("boolean") => of_type(InstanceType::Boolean),
        Some("null") => of_type(InstanceType::Null),
        Some("array") => array(value),
        Some("object") => map(value),
        _ => return Schema::Bool(true),
    }
    .into()
}

fn array(array: &Value) -> SchemaObject {
    let validation = match array["prefixItems"].as_array() {
        Some(elements) => {
            let length = u32::try_from(elements.len()).ok();
            ArrayValidation {
                items: Some(SingleOrVec::Vec(elements.iter().map(schema).collect())),
                min_items: length,
                max_items: length,
                ..ArrayValidation::default()
            }
        }
        None => ArrayValidation { items: Some(schema(&array["items"]).into()), ..ArrayValidation::default() },
    };
    SchemaObject { array: Some(Box::new(validation)), ..of_type(InstanceType::Array) }
}

fn map(map: &Value) -> SchemaObject {
    map_of(schema(&map["additionalProperties"]))
}

fn map_of(values: Schema) -> SchemaObject {
    let validation = ObjectValidation { additional_properties: Some(Box::new(values)), ..ObjectValidation::default() };
    SchemaObject { object: Some(Box::new(validation)), ..of_type(InstanceType::Object) }
}

fn any_of(choice: Vec<Schema>) -> SchemaObject {
    let choice = SubschemaValidation { any_of: Some(choice), ..SubschemaValidation::default() };
    SchemaObject { subschemas: Some(Box::new(choice)), ..SchemaObject::default() }
}

fn of_type(ty: InstanceType) -> SchemaObject {
    SchemaObject { instance_type: Some(ty.into()), ..SchemaObject::default() }
}

fn string(format: &str) -> SchemaObject {
    SchemaObject { format: Some(format.to_owned()), ..of_type(InstanceType::String) }
}

/// Returns a schema that is converted to the client's type for any JSON value.
fn json() -> SchemaObject {
    string("json")
}

/// Returns the schema of a property for which an absent value differs from `null`. Its type is the client's `Patch` of
/// what typify makes of the value.
fn patch(property: &Value) -> Schema {
    let mut choice = property["anyOf"].as_array().into_iter().flatten();
    let value = schema(choice.find(|value| !is_null(value)).unwrap_or(property));
    let value = if property[PATCH] == true { wrapped("std", "boxed::Box", value) } else { value };
    wrapped("polar-client", "Patch", value)
}

/// Returns a schema whose type is a generic one with the type of `value` as its parameter.
fn wrapped(krate: &str, path: &str, value: Schema) -> Schema {
    let path = format!("{}::{path}", krate.replace('-', "_"));
    let ty = json!({ "crate": krate, "version": "*", "path": path, "parameters": [value] });
    SchemaObject { extensions: [("x-rust-type".to_owned(), ty)].into(), ..SchemaObject::default() }.into()
}

/// Returns the schemas that are represented by types of the client.
pub fn conversions() -> [(SchemaObject, &'static str); 7] {
    [
        (of_type(InstanceType::Number), "Number"),
        (of_type(InstanceType::Null), "Null"),
        (string("null"), "Null"),
        (string("decimal"), "Decimal"),
        (string("decimal-or-number"), "DecimalOrNumber"),
        (string("scalar"), "Scalar"),
        (json(), "Value"),
    ]
}
