//! Converts definitions to the schemas that typify accepts, without the keywords that it does not support.

use schemars::schema::{
    ArrayValidation, InstanceType, ObjectValidation, Schema, SchemaObject, SingleOrVec, SubschemaValidation,
};

use crate::json::Value;
use crate::rewrite::schemas::{is_null, strings};
use crate::rewrite::{ADDITIONAL, PATCH, definition_of};

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
                patch(property).into()
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

/// Returns the schema of a property whose type is `Patch`. It is converted to [`patch_type`].
pub fn patch(property: &Value) -> SchemaObject {
    string(&patch_type(property))
}

/// Returns the type of a property for which an absent value differs from `null`.
pub fn patch_type(property: &Value) -> String {
    let mut choice = property["anyOf"].as_array().into_iter().flatten();
    let value = rust_type(choice.find(|value| !is_null(value)).unwrap_or(property));
    if property[PATCH] == true { format!("Patch<Box<{value}>>") } else { format!("Patch<{value}>") }
}

/// Returns the type of a value.
fn rust_type(value: &Value) -> String {
    if let Some(name) = definition_of(value) {
        return name.to_owned();
    }
    match (value["type"].as_str(), value["format"].as_str()) {
        (Some("array"), _) => match value["prefixItems"].as_array() {
            Some(pair) => format!("({})", pair.iter().map(rust_type).collect::<Vec<_>>().join(", ")),
            None => format!("Vec<{}>", rust_type(&value["items"])),
        },
        (Some("object"), _) => match rust_type(&value["additionalProperties"]).as_str() {
            "Value" => "Map<String, Value>".to_owned(),
            values => format!("BTreeMap<String, {values}>"),
        },
        (Some("string"), Some("date-time")) => "DateTime<Utc>".to_owned(),
        (Some("string"), Some("date")) => "NaiveDate".to_owned(),
        (Some("string"), Some("uuid")) => "Uuid".to_owned(),
        (Some("string"), Some("decimal")) => "Decimal".to_owned(),
        (Some("string"), Some("decimal-or-number")) => "DecimalOrNumber".to_owned(),
        (Some("string"), Some("scalar")) => "Scalar".to_owned(),
        (Some("string"), _) => "String".to_owned(),
        (Some("integer"), _) => "i64".to_owned(),
        (Some("number"), _) => "Number".to_owned(),
        (Some("boolean"), _) => "bool".to_owned(),
        (Some("null"), _) => "Null".to_owned(),
        _ => "Value".to_owned(),
    }
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
