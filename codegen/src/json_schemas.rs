//! The JSON Schema of each type: the document's own, with references from type to type.
//!
//! This is a pass beside the others, from the document and the plan straight to text, and runs only for a feature.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::json::{Map, Value, escape, segments};
use crate::load::Document;
use crate::plan::{Id, Kind, Plan, Type, TypeRef, texts};
use crate::print::header;
use crate::rewrite::schemas::branches;
use crate::{Error, Result};

/// Returns the source that gives each type of a plan its JSON Schema.
///
/// # Errors
/// If the document has no schema where the plan says that a type comes from.
pub fn json_schemas(document: &Document, plan: &Plan) -> Result<String> {
    let places = plan.types.values().map(|ty| (ty.place.as_str(), ty.name.as_str())).collect();
    let mut source = header(&plan.version) + "impl_json_schemas! {\n";
    for ty in plan.types.values().filter(|ty| plan.is_own(&ty.name)) {
        let mut schemas = Schemas { document, places: &places, names: BTreeSet::new(), open: Vec::new() };
        let schema = schemas.of(ty)?;
        let names: Vec<&str> = schemas.names.into_iter().collect();
        // Writing to a string cannot fail.
        let _ = writeln!(source, "    {}: {:?} [{}],", ty.name, schema.to_string(), names.join(", "));
    }
    source.push_str("}\n");
    Ok(source)
}

/// The prefix of a reference to a type.
const TYPES: &str = "#/types/";

/// Returns true for keywords of OpenAPI and of the generator, which do not constrain values.
fn is_foreign(key: &str) -> bool {
    key.starts_with("x-") || matches!(key, "discriminator" | "example" | "xml" | "externalDocs")
}

struct Schemas<'a> {
    document: &'a Document,
    /// The types by where the document has them.
    places: &'a BTreeMap<&'a str, &'a str>,
    /// The types that are referred to.
    names: BTreeSet<&'a str>,
    /// The references that are being replaced by what they refer to.
    open: Vec<String>,
}

impl<'a> Schemas<'a> {
    fn of(&mut self, ty: &'a Type) -> Result<Value> {
        match &ty.kind {
            Kind::Id(Id::Uuid) => return Ok(object([("type", text("string")), ("format", text("uuid"))])),
            Kind::Id(Id::String) => return Ok(object([("type", text("string"))])),
            Kind::Struct(one) if one.keeps_json => {
                let names = one.properties.iter().map(|property| text(&property.name)).collect();
                return Ok(object([("type", text("object")), ("required", Value::Array(names))]));
            }
            _ => {}
        }
        let path: Vec<String> = segments(&ty.place).collect();
        match (find(self.document.root(), &path), &ty.kind) {
            // The payloads of webhooks are a union that the document does not have as a schema.
            (Some(schema), Kind::Union(union)) if branches(schema).is_none() => {
                let payloads = union.variants.iter().filter_map(|variant| match &variant.payload {
                    Some(TypeRef::Named(name)) => Some(name.as_str()),
                    _ => None,
                });
                let references = payloads.map(|name| self.named(name)).collect();
                Ok(object([("anyOf", Value::Array(references))]))
            }
            (Some(schema), _) => self.schema(&without_null(schema)),
            // The scopes of all operations, if the document does not list them.
            (None, Kind::Enum(set)) => {
                let values = set.values.iter().map(|value| text(&value.value)).collect();
                Ok(object([("type", text("string")), ("enum", Value::Array(values))]))
            }
            (None, _) => Err(Error::new(&ty.place, format!("no schema of the type `{}`", ty.name))),
        }
    }

    fn schema(&mut self, schema: &Value) -> Result<Value> {
        let Value::Object(members) = schema else { return Ok(schema.clone()) };
        let mut result = Map::new();
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            let Value::Object(target) = self.reference(reference)? else { return Ok(Value::Bool(true)) };
            result = target;
        }
        for (key, value) in members.iter().filter(|(key, _)| *key != "$ref" && !is_foreign(key)) {
            let value = match (key.as_str(), value) {
                ("format", Value::String(format)) if format == "uuid4" => text("uuid"),
                ("properties" | "patternProperties" | "$defs", Value::Object(properties)) => {
                    let properties = properties.iter().map(|(name, property)| {
                        let mut schema = self.schema(property)?;
                        if let (Value::Object(schema), "properties") = (&mut schema, key.as_str())
                            && let Some(description) = texts::of_property(self.document, name, property)
                        {
                            schema.insert("description".to_owned(), Value::String(description));
                        }
                        Ok((name.clone(), schema))
                    });
                    Value::Object(properties.collect::<Result<_>>()?)
                }
                ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(schemas)) => {
                    Value::Array(schemas.iter().map(|schema| self.schema(schema)).collect::<Result<_>>()?)
                }
                ("items" | "additionalProperties" | "propertyNames" | "not" | "contains", Value::Object(_)) => {
                    self.schema(value)?
                }
                _ => value.clone(),
            };
            // Variants overlap, and what tells them apart is no part of JSON Schema.
            let key = if key == "oneOf" { "anyOf" } else { key.as_str() };
            result.insert(key.to_owned(), value);
        }
        Ok(Value::Object(result))
    }

    /// What a reference refers to: a type, or else the schema itself.
    fn reference(&mut self, reference: &str) -> Result<Value> {
        // A reference within the document is a pointer to the place.
        if let Some(name) = reference.strip_prefix('#').and_then(|place| self.places.get(place)) {
            return Ok(self.named(name));
        }
        if self.open.iter().any(|open| open == reference) {
            return Ok(Value::Bool(true));
        }
        let (_, schema) = self.document.schema(reference, reference)?;
        self.open.push(reference.to_owned());
        let schema = self.schema(schema);
        self.open.pop();
        schema
    }

    fn named(&mut self, name: &'a str) -> Value {
        self.names.insert(name);
        object([("$ref", Value::String(format!("{TYPES}{name}")))])
    }
}

/// Finds the value at a path. The path does not name the branches of nullable schemas, so these are looked through.
fn find<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    let Some((name, rest)) = path.split_first() else { return Some(value) };
    if let Some(inner) = value.pointer(&format!("/{}", escape(name))) {
        return find(inner, rest);
    }
    branches(value)?.into_iter().find_map(|branch| find(branch, path))
}

/// Removes the branch `null`, which belongs to the place of a schema and not to its type.
fn without_null(schema: &Value) -> Value {
    let (Some(branches), Value::Object(members)) = (branches(schema), schema) else { return schema.clone() };
    let rest: Vec<Value> = branches.into_iter().filter(|branch| branch["type"] != "null").cloned().collect();
    match rest.as_slice() {
        [only] => only.clone(),
        _ => {
            let mut members = members.clone();
            members.remove("oneOf");
            members.insert("anyOf".to_owned(), Value::Array(rest));
            Value::Object(members)
        }
    }
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}
