//! Plans types: structs, enumerations and unions, and how they refer to each other.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::Entities;
use super::intersection;
use super::model::{Enum, EnumValue, Id, Kind, Operation, Property, Rule, Struct, Type, TypeRef, Union, Variant};
use super::schema::{branches, text};
use super::texts::{self, Limits};
use crate::json::{Value, escape};
use crate::lifecycle::Month;
use crate::load::Document;
use crate::names::{type_name, value_name, variant_name, without_shared_words};
use crate::{Error, Result};

/// Enumerations of more values than this are open sets in disguise (time zones), and become strings.
const LARGEST_ENUM: usize = 300;

/// How pydantic writes a decimal number as a pattern; nothing else in the document says that a string is a number.
const DECIMAL_PATTERN: &str = "^(?!^[-+.]*$)[+-]?0*";

/// The name of the union of all webhooks' payloads.
const WEBHOOK_PAYLOAD: &str = "WebhookPayload";

/// A schema's type, and whether it may be `null`.
#[derive(Clone)]
pub(super) struct Resolved {
    pub ty: TypeRef,
    pub nullable: bool,
}

impl Resolved {
    fn plain(ty: TypeRef) -> Result<Self> {
        Ok(Self { ty, nullable: false })
    }
}

/// Collects the named types while schemas are resolved.
pub(super) struct Builder<'d> {
    document: &'d Document,
    /// Whose id is where.
    pub entities: Entities<'d>,
    /// `None` while a type is being built, so that it can refer to itself.
    types: BTreeMap<String, Option<Type>>,
    /// Which schema a name stands for.
    places: BTreeMap<String, String>,
    /// What the inline types of each name were made of, for telling repetitions from clashes.
    inline: BTreeMap<String, Value>,
    /// The schemas that are being resolved.
    open: BTreeSet<String>,
    /// What the schemas that were resolved are.
    references: BTreeMap<String, Resolved>,
}

impl<'d> Builder<'d> {
    pub fn new(document: &'d Document) -> Self {
        Self {
            document,
            entities: Entities::of(document),
            types: BTreeMap::new(),
            places: BTreeMap::new(),
            inline: BTreeMap::new(),
            open: BTreeSet::new(),
            references: BTreeMap::new(),
        }
    }

    /// The document that the types are of.
    pub fn document(&self) -> &'d Document {
        self.document
    }

    pub fn finish(self) -> BTreeMap<String, Type> {
        self.types.into_iter().filter_map(|(name, ty)| Some((name, ty?))).collect()
    }

    /// Makes one union of the payloads of all webhooks.
    pub fn webhooks(&mut self) -> Result<Option<String>> {
        let mut branches = Vec::new();
        let mut descriptions = Vec::new();
        for (event, item) in self.document.entries("/webhooks") {
            descriptions.push(text(&item["post"], "description"));
            let schema = &item["post"]["requestBody"]["content"]["application/json"]["schema"];
            if *schema == Value::Null {
                return Err(Error::new(format!("/webhooks/{}", escape(event)), "the webhook has no JSON payload"));
            }
            branches.push(schema);
        }
        if branches.is_empty() {
            return Ok(None);
        }
        self.union(WEBHOOK_PAYLOAD, "/webhooks", &branches, &self.document.root()["x-webhook-payload"])?;
        if let Some(Some(Type { kind: Kind::Union(union), description, .. })) = self.types.get_mut(WEBHOOK_PAYLOAD) {
            *description = Some("The payload of a webhook: its time, and what happened to which object.".to_owned());
            for (variant, description) in union.variants.iter_mut().zip(descriptions) {
                variant.description = description;
            }
        }
        Ok(Some(WEBHOOK_PAYLOAD.to_owned()))
    }

    /// Makes an enumeration of what tokens may do: the document's own if it has one, else of what operations ask for.
    pub fn scopes(&mut self, operations: &[Operation]) -> Result<Option<String>> {
        let asked: BTreeSet<&String> =
            operations.iter().flat_map(|operation| operation.security.values()).flatten().collect();
        if asked.is_empty() {
            return Ok(None);
        }
        let values: Vec<String> = asked.into_iter().cloned().collect();
        let reference = "#/components/schemas/Scope";
        if self.document.schema(reference, "").is_err() {
            self.inline_enum("Scope".to_owned(), values, "the scopes of all operations", &Value::Null)?;
            return Ok(Some("Scope".to_owned()));
        }
        let place = "/components/schemas/Scope";
        let TypeRef::Named(name) = self.reference(reference, place)?.ty else {
            return Err(Error::new(place, "the scopes are no enumeration"));
        };
        let Some(Some(Type { kind: Kind::Enum(set), .. })) = self.types.get_mut(&name) else {
            return Err(Error::new(place, "the scopes are no enumeration"));
        };
        // An operation may ask for a scope that the document forgot to list, or that is no longer given.
        let missing = values.into_iter().filter(|value| !set.values.iter().any(|known| known.value == *value));
        let listed = set.values.iter().map(|known| known.value.clone());
        let all: Vec<String> = listed.chain(missing).collect();
        let (_, schema) = self.document.schema(reference, place)?;
        set.values = enum_values(&all, place, schema)?;
        Ok(Some(name))
    }

    /// The type of a schema. `hint` names it if it is an inline type without a name of its own.
    pub fn resolve(&mut self, schema: &Value, hint: &str, place: &str) -> Result<Resolved> {
        if schema["x-untyped"] == true {
            return self.untyped(schema, hint, place);
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.reference(reference, place);
        }
        let hint = given_name(schema).unwrap_or(hint);
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return match parts.as_slice() {
                [only] if schema.get("properties").is_none() => self.resolve(only, hint, place),
                _ => {
                    let merged = intersection::merge(self.document, schema, place)?;
                    self.simple(&merged, "object", hint, place)
                }
            };
        }
        if let Some(branches) = branches(schema) {
            return self.branches(schema, branches, hint, place);
        }
        if let Some(constant) = schema.get("const") {
            return match constant {
                Value::String(value) => self.inline_enum(type_name(hint), vec![value.clone()], place, schema),
                Value::Bool(_) => Resolved::plain(TypeRef::Boolean),
                other => Err(Error::new(place, format!("a constant that is neither string nor boolean: {other}"))),
            };
        }
        if let Some(values) = schema.get("enum") {
            let values =
                strings(values).ok_or_else(|| Error::new(place, "an enumeration of other things than strings"))?;
            if values.len() > LARGEST_ENUM {
                return Resolved::plain(TypeRef::String);
            }
            return self.inline_enum(type_name(hint), values, place, schema);
        }
        match schema.get("type") {
            Some(Value::String(kind)) => self.simple(schema, kind, hint, place),
            Some(Value::Array(kinds)) => {
                let alternatives: Vec<Value> = kinds.iter().map(|kind| with_type(schema, kind)).collect();
                let alternatives: Vec<&Value> = alternatives.iter().collect();
                self.branches(schema, alternatives, hint, place)
            }
            None if schema.get("properties").is_some() => self.simple(schema, "object", hint, place),
            None if schema.as_object().is_some_and(|schema| schema.keys().all(|key| is_annotation(key))) => {
                Ok(Resolved { ty: TypeRef::Any, nullable: true })
            }
            _ => Err(Error::new(place, "a schema that says neither its type nor anything else that is understood")),
        }
    }

    /// The type of a schema that an overlay takes for what it is, without what it may hold: any string, or any JSON.
    fn untyped(&mut self, schema: &Value, hint: &str, place: &str) -> Result<Resolved> {
        match schema["type"].as_str() {
            Some(kind @ ("boolean" | "integer" | "number" | "string")) => self.simple(schema, kind, hint, place),
            _ => Ok(Resolved { ty: TypeRef::Any, nullable: true }),
        }
    }

    fn simple(&mut self, schema: &Value, kind: &str, hint: &str, place: &str) -> Result<Resolved> {
        let text = |key: &str| schema[key].as_str().unwrap_or_default();
        match kind {
            "null" => Ok(Resolved { ty: TypeRef::Null, nullable: true }),
            "boolean" => Resolved::plain(TypeRef::Boolean),
            "integer" => Resolved::plain(TypeRef::Integer),
            "number" => Resolved::plain(TypeRef::Number),
            "string" => Resolved::plain(match text("format") {
                "date-time" => TypeRef::DateTime,
                "date" => TypeRef::Date,
                "uuid" | "uuid4" => TypeRef::Uuid,
                _ if text("pattern").starts_with(DECIMAL_PATTERN) => TypeRef::Decimal,
                _ => TypeRef::String,
            }),
            "array" => self.array(schema, hint, place),
            "object" => self.object(schema, hint, place),
            other => Err(Error::new(place, format!("unknown type `{other}`"))),
        }
    }

    fn array(&mut self, schema: &Value, hint: &str, place: &str) -> Result<Resolved> {
        if let Some(elements) = schema.get("prefixItems").and_then(Value::as_array) {
            let [first, second] = elements.as_slice() else {
                return Err(Error::new(place, "a list of fixed elements that are not two"));
            };
            let first = self.resolve(first, &format!("{hint}First"), &format!("{place}/prefixItems/0"))?;
            let second = self.resolve(second, &format!("{hint}Second"), &format!("{place}/prefixItems/1"))?;
            if first.nullable || second.nullable {
                return Err(Error::new(place, "a fixed element that may be null"));
            }
            if first.ty != second.ty && !matches!(second.ty, TypeRef::Named(_)) {
                return Err(Error::new(place, format!("a pair of {:?} and {:?}", first.ty, second.ty)));
            }
            return Resolved::plain(TypeRef::Pair(first.ty.into(), second.ty.into()));
        }
        let items = schema.get("items").ok_or_else(|| Error::new(place, "a list without a type for its elements"))?;
        let element = self.resolve(items, &format!("{hint}Item"), &format!("{place}/items"))?;
        if element.nullable && element.ty != TypeRef::Any {
            return Err(Error::new(place, "a list whose elements may be null"));
        }
        Resolved::plain(TypeRef::List(element.ty.into()))
    }

    fn object(&mut self, schema: &Value, hint: &str, place: &str) -> Result<Resolved> {
        if schema.get("properties").is_some() {
            let name = type_name(hint);
            self.structure(&name, schema, place)?;
            return Resolved::plain(TypeRef::Named(name));
        }
        let values = match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => Some((values, "additionalProperties")),
            _ => schema
                .get("patternProperties")
                .and_then(|patterns| patterns.as_object()?.values().next())
                .map(|values| (values, "patternProperties")),
        };
        let Some((values, key)) = values else {
            return Resolved::plain(TypeRef::Map(TypeRef::Any.into()));
        };
        let value = self.map_value(values, hint, place, key)?;
        Resolved::plain(TypeRef::Map(value.into()))
    }

    /// The type of the values of an object's unnamed properties.
    fn map_value(&mut self, values: &Value, hint: &str, place: &str, key: &str) -> Result<TypeRef> {
        let value = self.resolve(values, &format!("{hint}Value"), &format!("{place}/{key}"))?;
        // A map of scalars keeps whatever else comes, null included, as an unknown scalar.
        if value.nullable && !matches!(value.ty, TypeRef::Any | TypeRef::Scalar) {
            return Err(Error::new(place, "an object whose values may be null"));
        }
        Ok(value.ty)
    }

    fn reference(&mut self, reference: &str, place: &str) -> Result<Resolved> {
        let document = self.document;
        let (name, schema) = document.schema(reference, place)?;
        if let Some(resolved) = self.references.get(name) {
            return Ok(resolved.clone());
        }
        let home = format!("/components/schemas/{}", escape(name));
        // A type in the making, which refers to itself.
        let rust_name = type_name(given_name(schema).unwrap_or(name));
        if self.types.contains_key(&rust_name) && self.places.get(&rust_name) == Some(&home) {
            return Resolved::plain(TypeRef::Named(rust_name));
        }
        if !self.open.insert(home.clone()) {
            return Err(Error::new(home, "a type that refers to nothing but itself"));
        }
        let resolved = self.referenced(name, schema, &home)?;
        self.open.remove(&home);
        self.references.insert(name.to_owned(), resolved.clone());
        Ok(resolved)
    }

    fn referenced(&mut self, name: &str, schema: &Value, home: &str) -> Result<Resolved> {
        let document = self.document;
        if let Some(items) = document.page_item(name) {
            let item = self.resolve(items, &type_name(name), &format!("{home}/properties/items/items"))?;
            return Resolved::plain(TypeRef::Page(item.ty.into()));
        }
        self.resolve(schema, name, home)
    }

    fn branches(&mut self, schema: &Value, branches: Vec<&Value>, hint: &str, place: &str) -> Result<Resolved> {
        let (nulls, rest): (Vec<&Value>, Vec<&Value>) =
            branches.into_iter().partition(|branch| branch.get("type").and_then(Value::as_str) == Some("null"));
        let nullable = !nulls.is_empty();
        if let [only] = rest.as_slice() {
            let place = self.branch_place(schema, place, only, 0);
            let resolved = self.resolve(only, hint, &place)?;
            return Ok(Resolved { ty: resolved.ty, nullable: nullable || resolved.nullable });
        }
        let ty = match scalars(&rest) {
            Some(ty) => ty,
            None => self.union(&type_name(hint), place, &rest, schema)?,
        };
        Ok(Resolved { ty, nullable })
    }

    fn inline_enum(&mut self, name: String, values: Vec<String>, place: &str, schema: &Value) -> Result<Resolved> {
        if values.is_empty() {
            return Err(Error::new(place, "an enumeration without values"));
        }
        if self.is_repetition(&name, &Value::Array(values.iter().cloned().map(Value::String).collect())) {
            return Resolved::plain(TypeRef::Named(name));
        }
        self.claim(&name, place)?;
        let kind = Kind::Enum(Enum { values: enum_values(&values, place, schema)? });
        self.insert(&name, place, kind, schema);
        Resolved::plain(TypeRef::Named(name))
    }

    fn structure(&mut self, name: &str, schema: &Value, place: &str) -> Result<()> {
        self.claim(name, place)?;
        let required = schema.get("required").and_then(strings).unwrap_or_default();
        let owner = place.strip_prefix("/components/schemas/");
        let mut properties = Vec::new();
        // What must be there and is not described can be anything.
        let anything = Value::Object(Default::default());
        let described = schema["properties"].as_object().into_iter().flatten();
        let is_described = |name: &&String| schema["properties"].get(name.as_str()).is_some();
        let is_open = schema.get("additionalProperties").is_none_or(|values| values.as_object().is_none());
        let others = required.iter().filter(|name| is_open && !is_described(name)).map(|name| (name, &anything));
        for (property, inner) in described.chain(others) {
            let inner_place = format!("{place}/properties/{}", escape(property));
            let resolved = self.resolve(inner, &format!("{name}_{property}"), &inner_place)?;
            let ty = match self.entities.of_property(owner, property, inner) {
                Some(entity) => self.identified(resolved.ty, &entity, &inner_place)?,
                None => resolved.ty,
            };
            let preset = (inner["x-preset-version"] == true).then(|| self.document.version().to_owned());
            properties.push(Property {
                name: property.clone(),
                ty,
                required: required.contains(property),
                nullable: resolved.nullable,
                constant: inner.get("const").cloned(),
                implied: false,
                deprecated: inner["deprecated"] == true,
                secret: inner["x-secret"] == true,
                description: texts::of_property(self.document, property, inner),
                default: inner.get("default").filter(|_| preset.is_none()).cloned(),
                preset,
                limits: Limits::of(inner),
            });
        }
        let additional = match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => Some(self.map_value(values, name, place, "additionalProperties")?),
            Some(Value::Bool(true)) => Some(TypeRef::Any),
            _ => None,
        };
        let partial = schema["x-absent-is-not-null"] == true;
        properties.sort_by_cached_key(|property| {
            let place = required.iter().position(|name| *name == property.name);
            (place.unwrap_or(required.len()), property.name.clone())
        });
        check_names(&properties, additional.is_some(), place)?;
        self.insert(name, place, Kind::Struct(Struct { properties, additional, partial, keeps_json: false }), schema);
        Ok(())
    }

    fn union(&mut self, name: &str, place: &str, branches: &[&Value], schema: &Value) -> Result<TypeRef> {
        // Unions of the same variants that are told apart in other ways are not the same.
        let told_by = ["discriminator", "x-discriminator-in-parent"];
        let told_by = told_by.iter().filter_map(|key| schema.get(key));
        if self.is_repetition(name, &Value::Array(branches.iter().copied().chain(told_by).cloned().collect())) {
            return Ok(TypeRef::Named(name.to_owned()));
        }
        self.claim(name, place)?;
        let mut variants = Vec::new();
        let mut given_names = BTreeMap::new();
        for (index, branch) in branches.iter().enumerate() {
            let place = self.branch_place(schema, place, branch, index);
            let schema_name = text(branch, "$ref").and_then(|reference| Some(reference.rsplit_once('/')?.1.to_owned()));
            given_names.extend(schema_name.and_then(|name| Some((index, text(&schema["x-variant-names"], &name)?))));
            if let Some(literal) = branch.get("const").and_then(Value::as_str) {
                let name = variant_name(literal);
                let description = texts::of_value(schema, literal);
                variants.push(Variant { name, payload: None, literal: Some(literal.to_owned()), description });
                continue;
            }
            let resolved = self.resolve(branch, &format!("{name}_variant_{index}"), &place)?;
            if resolved.nullable {
                return Err(Error::new(place, "a variant that may be null"));
            }
            let name = match &resolved.ty {
                TypeRef::Named(name) => name.clone(),
                other => type_name(&format!("{other:?}")),
            };
            variants.push(Variant { name, payload: Some(resolved.ty), literal: None, description: None });
        }
        if variants.iter().all(|variant| variant.literal.is_none()) {
            let names: Vec<String> = variants.iter().map(|variant| variant.name.clone()).collect();
            for (variant, short) in variants.iter_mut().zip(without_shared_words(&names)) {
                variant.name = variant_name(&short);
            }
        }
        for (index, name) in given_names {
            variants[index].name = variant_name(&name);
        }
        let mut seen = BTreeSet::new();
        if let Some(repeated) = variants.iter().find(|variant| !seen.insert(&variant.name)) {
            return Err(Error::new(place, format!("two variants of one name, `{}`", repeated.name)));
        }
        let declared = Rule::declared(schema, place, |reference| {
            let resolved = self.reference(reference, place)?;
            let found = variants.iter().position(|variant| variant.payload.as_ref() == Some(&resolved.ty));
            found.ok_or_else(|| {
                Error::new(place, format!("the discriminator leads to `{reference}`, which is no variant"))
            })
        })?;
        if let Rule::Tag { cases, .. } = &declared
            && !cases.is_empty()
            && let Some(index) = (0..variants.len()).find(|index| !cases.iter().any(|(_, variant)| variant == index))
        {
            let message = format!("no value of the discriminator leads to the variant `{}`", variants[index].name);
            return Err(Error::new(place, message));
        }
        let shared = match schema.get("x-shared-properties") {
            None => Vec::new(),
            Some(names) => strings(names).ok_or_else(|| {
                Error::new(format!("{place}/x-shared-properties"), "shared properties that are no list of names")
            })?,
        };
        self.insert(name, place, Kind::Union(Union { variants, rule: declared, shared, unknown: None }), schema);
        Ok(TypeRef::Named(name.to_owned()))
    }

    /// Where the document has a branch of a union.
    fn branch_place(&self, schema: &Value, place: &str, branch: &Value, index: usize) -> String {
        if *schema == Value::Null {
            let event = self.document.entries("/webhooks").nth(index).map(|(event, _)| webhook_place(event));
            return event.unwrap_or_else(|| place.to_owned());
        }
        let lists = ["anyOf", "oneOf"].into_iter().filter_map(|key| Some((key, schema.get(key)?.as_array()?)));
        let mut places = lists.filter_map(|(key, list)| {
            let index = list.iter().position(|listed| std::ptr::eq(listed, branch))?;
            Some(format!("{place}/{key}/{index}"))
        });
        places.next().unwrap_or_else(|| place.to_owned())
    }

    /// A type with ids of an entity where it has UUIDs or strings.
    pub fn identified(&mut self, ty: TypeRef, entity: &str, place: &str) -> Result<TypeRef> {
        let (id, ty) = match ty {
            TypeRef::List(element) => {
                return Ok(TypeRef::List(self.identified(*element, entity, place)?.into()));
            }
            TypeRef::Uuid => (Id::Uuid, ty),
            TypeRef::String => (Id::String, ty),
            other => return Ok(other),
        };
        let name = format!("{entity}Id");
        match self.types.get(&name) {
            None => {
                self.claim(&name, place)?;
                self.insert(&name, place, Kind::Id(id), &Value::Null);
            }
            Some(Some(Type { kind: Kind::Id(known), .. })) if *known == id => {}
            Some(Some(Type { kind: Kind::Id(_), place: other, .. })) => {
                return Err(Error::new(
                    place,
                    format!("the id of a `{entity}` is {ty:?}, and something else at {other}"),
                ));
            }
            Some(_) => return Err(Error::new(place, format!("the name of the type of ids, `{name}`, is taken"))),
        }
        Ok(TypeRef::Named(name))
    }

    /// Whether a type of this name was made of the same before. Several places may share a name that an overlay
    /// gives them, if they mean the same.
    fn is_repetition(&mut self, name: &str, made_of: &Value) -> bool {
        match self.inline.get(name) {
            Some(known) => self.places.contains_key(name) && known == made_of,
            None => {
                self.inline.insert(name.to_owned(), made_of.clone());
                false
            }
        }
    }

    /// Takes a name for a schema.
    fn claim(&mut self, name: &str, place: &str) -> Result<()> {
        if let Some(other) = self.places.get(name).filter(|other| *other != place) {
            return Err(Error::taken(place, name, format!("two types of one name: `{name}` is also {other}")));
        }
        self.places.insert(name.to_owned(), place.to_owned());
        self.types.insert(name.to_owned(), None);
        Ok(())
    }

    fn insert(&mut self, name: &str, place: &str, kind: Kind, schema: &Value) {
        let ty = Type {
            name: name.to_owned(),
            place: place.to_owned(),
            kind,
            description: text(schema, "description"),
            resources: BTreeSet::new(),
            input: false,
            output: false,
        };
        self.types.insert(name.to_owned(), Some(ty));
    }
}

fn strings(values: &Value) -> Option<Vec<String>> {
    values.as_array()?.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}

/// Where the document has the payload of a webhook.
fn webhook_place(event: &str) -> String {
    format!("/webhooks/{}/post/requestBody/content/application~1json/schema", escape(event))
}

/// A schema of several types, as one of just one.
fn with_type(schema: &Value, kind: &Value) -> Value {
    let mut single = schema.as_object().cloned().unwrap_or_default();
    single.insert("type".to_owned(), kind.clone());
    Value::Object(single)
}

/// Whether a keyword says nothing about what is valid.
fn is_annotation(key: &str) -> bool {
    key.starts_with("x-")
        || matches!(key, "description" | "title" | "default" | "examples" | "deprecated" | "readOnly" | "writeOnly")
}

/// The one type that holds any of these simple alternatives, if there is one.
fn scalars(branches: &[&Value]) -> Option<TypeRef> {
    let mut kinds = BTreeSet::new();
    let mut decimal = false;
    for branch in branches {
        if branch.get("const").is_some() || branch.get("enum").is_some() {
            return None;
        }
        let kind = branch.get("type")?.as_str()?;
        decimal |= branch["pattern"].as_str().is_some_and(|pattern| pattern.starts_with(DECIMAL_PATTERN));
        kinds.insert(kind);
    }
    let kinds: Vec<&str> = kinds.into_iter().collect();
    match kinds.as_slice() {
        ["integer", "number"] => Some(TypeRef::Number),
        ["string"] => Some(TypeRef::String),
        ["number", "string"] | ["integer", "number", "string"] if decimal => Some(TypeRef::DecimalOrNumber),
        kinds if kinds.iter().all(|kind| matches!(*kind, "boolean" | "integer" | "number" | "string")) => {
            Some(TypeRef::Scalar)
        }
        _ => None,
    }
}

/// The name that an overlay gives a schema.
fn given_name(schema: &Value) -> Option<&str> {
    schema.get("x-rust-name")?.as_str()
}

/// No two properties may have one field, nor one that of the rest.
pub(super) fn check_names(properties: &[Property], has_rest: bool, place: &str) -> Result<()> {
    let mut seen = BTreeMap::new();
    for property in properties {
        let name = value_name(&property.name);
        if has_rest && name == "additional" {
            return Err(Error::new(
                place,
                format!("the property `{}` has the name of the other properties", property.name),
            ));
        }
        if let Some(other) = seen.insert(name.clone(), &property.name) {
            let message = format!("the properties `{other}` and `{}` have one name, `{name}`", property.name);
            return Err(Error::new(place, message));
        }
    }
    Ok(())
}

fn enum_values(values: &[String], place: &str, schema: &Value) -> Result<Vec<EnumValue>> {
    let mut seen = BTreeMap::new();
    let mut result = Vec::new();
    for value in values {
        let variant = match value.strip_prefix('-') {
            Some(property) => format!("{}Desc", type_name(property)),
            None if values.contains(&format!("-{value}")) => format!("{}Asc", type_name(value)),
            None => variant_name(value),
        };
        if let Some(other) = seen.insert(variant.clone(), value) {
            return Err(Error::new(place, format!("the values `{other}` and `{value}` have one name, `{variant}`")));
        }
        // New ones come each quarter, and all mean the same.
        let of_version = || Month::parse(value).map(|_| format!("Version {value} of the API."));
        let description = texts::of_value(schema, value).or_else(of_version);
        result.push(EnumValue { value: value.clone(), variant, description });
    }
    Ok(result)
}
