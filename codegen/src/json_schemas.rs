//! The JSON Schema of each type: the schema of the document, with references to other types.
//!
//! They are generated directly from the document and the plan, and only if the feature is enabled.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::json::{Map, Value, escape, segments};
use crate::load::Document;
use crate::plan::{Id, Kind, Plan, Type, TypeRef, texts};
use crate::print::header;
use crate::rewrite::schemas::branches;
use crate::{Error, Result};

/// Returns the source of the JSON Schemas of a plan.
///
/// # Errors
/// Returns an error if the document has no schema at the place of a type.
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

/// Returns true if a keyword belongs to OpenAPI or to the generator and does not constrain values.
fn is_foreign(key: &str) -> bool {
    key.starts_with("x-") || matches!(key, "discriminator" | "example" | "xml" | "externalDocs")
}

struct Schemas<'a> {
    document: &'a Document,
    /// The names of the types, by place.
    places: &'a BTreeMap<&'a str, &'a str>,
    /// The types that the schema refers to.
    names: BTreeSet<&'a str>,
    /// The references that are currently being resolved.
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
            // The union of webhook payloads has no schema in the document.
            (Some(schema), Kind::Union(union)) if branches(schema).is_none() => {
                let payloads = union.variants.iter().filter_map(|variant| match &variant.payload {
                    Some(TypeRef::Named(name)) => Some(name.as_str()),
                    _ => None,
                });
                let references = payloads.map(|name| self.named(name)).collect();
                Ok(object([("anyOf", Value::Array(references))]))
            }
            (Some(schema), _) => self.schema(&without_null(schema)),
            // The enumeration of scopes may have no schema in the document.
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
            // Variants may overlap, and JSON Schema cannot express their discrimination.
            let key = if key == "oneOf" { "anyOf" } else { key.as_str() };
            result.insert(key.to_owned(), value);
        }
        Ok(Value::Object(result))
    }

    /// Returns the schema for a reference: a reference to a type, or else the schema inline.
    fn reference(&mut self, reference: &str) -> Result<Value> {
        // The fragment of a local reference is a JSON pointer.
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

/// Returns the value at a path. The path omits the branches of nullable schemas, so these are searched as well.
fn find<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    let Some((name, rest)) = path.split_first() else { return Some(value) };
    if let Some(inner) = value.pointer(&format!("/{}", escape(name))) {
        return find(inner, rest);
    }
    branches(value)?.into_iter().find_map(|branch| find(branch, path))
}

/// Removes the branch `null`. Nullability belongs to the use of a type, not to the type.
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
