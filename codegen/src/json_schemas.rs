//! The JSON Schema of each type: the schema of the document, with references to other types.
//!
//! They are generated directly from the document and the model, and only if the feature is enabled.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::json::{Value, escape, segments};
use crate::load::Document;
use crate::model::standalone::Standalone;
use crate::model::{Id, Kind, Model, Type, TypeRef};
use crate::print::header;
use crate::rewrite::schemas::branches;
use crate::{Error, Result};

/// Returns the source of the JSON Schemas of a model.
///
/// # Errors
/// Returns an error if the document has no schema at the place of a type.
pub fn json_schemas(document: &Document, model: &Model) -> Result<String> {
    let places = model.types.values().map(|ty| (ty.place.as_str(), ty.name.as_str())).collect();
    let mut source = header(&model.version) + "impl_json_schemas! {\n";
    for ty in model.types.values().filter(|ty| model.is_own(&ty.name)) {
        let mut schemas = Schemas { document, places: &places, names: BTreeSet::new() };
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

struct Schemas<'a> {
    document: &'a Document,
    /// The names of the types, by place.
    places: &'a BTreeMap<&'a str, &'a str>,
    /// The types that the schema refers to.
    names: BTreeSet<&'a str>,
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

    /// Copies a schema, with references to types by name.
    fn schema(&mut self, schema: &Value) -> Result<Value> {
        let (document, places) = (self.document, self.places);
        let named = |place: &str| places.get(place).map(|name| self.named(name));
        Standalone::new(document, named).schema(schema)
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
