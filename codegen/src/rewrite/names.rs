//! Names of schemas. Every object, enumeration and union becomes a named definition, and other schemas refer to it.
//! References to schemas that do not need a name are replaced by the schema itself.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::json;

use super::enums;
use super::ids::ID;
use super::intersections;
use super::keywords::{is_annotation, is_limit};
use super::rests::ADDITIONAL;
use super::schemas::{branches, is_null, name_of, place_of, strings, text};
use super::unions;
use crate::json::{Map, Value, escape};
use crate::load::Document;
use crate::names::{type_name, value_name};
use crate::{Error, Result};

/// The definitions of types, by Rust name.
pub type Definitions = BTreeMap<String, Value>;

/// The key for the JSON pointer of a definition in the document.
pub const PLACE: &str = "x-place";

/// The key for the order in which the API sends the properties of an object. Without it, those that are required come
/// first, as `required` lists them, then all others by name.
pub const ORDER: &str = "x-order";

/// The prefix of a reference to a definition.
const DEFINITIONS: &str = "#/definitions/";

/// A use of a schema: a primitive schema or a reference to a definition.
#[derive(Clone, Debug)]
pub struct Use {
    /// The schema of non-null values.
    pub schema: Value,
    /// True if the value may be `null`.
    pub nullable: bool,
}

impl Use {
    fn plain(schema: Value) -> Result<Self> {
        Ok(Self { schema, nullable: false })
    }

    fn of(name: &str) -> Result<Self> {
        Self::plain(json!({ "$ref": format!("{DEFINITIONS}{name}") }))
    }

    /// Returns the name of the definition if the schema is a reference.
    pub fn name(&self) -> Option<&str> {
        definition_of(&self.schema)
    }

    /// Returns true if the schema accepts any JSON value.
    pub fn is_any(&self) -> bool {
        self.schema.as_object().is_some_and(Map::is_empty)
    }

    /// Returns the schema, with `null` as an alternative if it is nullable.
    pub fn into_schema(self) -> Value {
        if self.nullable && !is_null(&self.schema) {
            let choice = Value::Array(vec![self.schema, json!({ "type": "null" })]);
            Value::Object(Map::from_iter([("anyOf".to_owned(), choice)]))
        } else {
            self.schema
        }
    }
}

/// Returns the name of the definition if a schema is a reference.
pub fn definition_of(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(DEFINITIONS)
}

/// Collects the names of the definitions that a value refers to.
pub fn references<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(reference) if key == "$ref" => names.extend(reference.rsplit('/').next()),
                    value => references(value, names),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, names)),
        _ => {}
    }
}

/// Creates the error for an unresolved reference.
pub fn dangling(reference: &str, place: &str) -> Error {
    Error::new(place, format!("`{reference}` leads nowhere"))
}

/// Assigns names to the schemas of a document.
pub struct Namer<'d> {
    document: &'d Document,
    /// The schemas of the document after all other rewrites.
    schemas: BTreeMap<String, Rc<Value>>,
    /// The definitions by name. `None` while a definition is being created, so that recursive schemas can refer to it.
    definitions: BTreeMap<String, Option<Value>>,
    /// The place of the schema that each name is assigned to.
    places: BTreeMap<String, String>,
    /// The content of the inline schemas by name, which distinguishes repetitions from conflicts.
    inline: BTreeMap<String, Value>,
    /// The schemas that are currently being named.
    open: BTreeSet<String>,
    /// The results for the schemas that have been named.
    uses: BTreeMap<String, Use>,
}

impl<'d> Namer<'d> {
    /// Creates a namer for schemas to which all other rewrites have been applied.
    pub fn new(document: &'d Document, schemas: Map<String, Value>) -> Self {
        Self {
            document,
            schemas: schemas.into_iter().map(|(name, schema)| (name, Rc::new(schema))).collect(),
            definitions: BTreeMap::new(),
            places: BTreeMap::new(),
            inline: BTreeMap::new(),
            open: BTreeSet::new(),
            uses: BTreeMap::new(),
        }
    }

    /// Returns the definitions.
    pub fn finish(self) -> Definitions {
        self.definitions.into_iter().filter_map(|(name, definition)| Some((name, definition?))).collect()
    }

    /// Returns the definition with a name, unless it is currently being created.
    pub fn definition(&self, name: &str) -> Option<&Value> {
        self.definitions.get(name)?.as_ref()
    }

    /// Returns a mutable reference to the definition with a name.
    pub fn definition_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.definitions.get_mut(name)?.as_mut()
    }

    /// Returns true if the document has a schema with this name.
    pub fn has_schema(&self, name: &str) -> bool {
        self.schemas.contains_key(name)
    }

    /// Assigns names to a schema and the schemas within it. `hint` is the name of an inline schema without a name of
    /// its own.
    pub fn schema(&mut self, schema: &Value, hint: &str, place: &str) -> Result<Use> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.reference(reference, place);
        }
        let hint = given_name(schema).unwrap_or(hint);
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return match parts.as_slice() {
                [only] if schema.get("properties").is_none() => self.schema(only, hint, place),
                _ => {
                    let merged = intersections::merge(&self.schemas, schema, place)?;
                    self.simple(&merged, "object", hint, place)
                }
            };
        }
        if let Some(branches) = branches(schema) {
            return self.branches(schema, branches, hint, place);
        }
        if let Some(constant) = schema.get("const") {
            return match constant {
                Value::String(value) => self.enumeration(type_name(hint), vec![value.clone()], place, schema),
                Value::Bool(_) => Use::plain(json!({ "type": "boolean" })),
                other => Err(Error::new(place, format!("a constant that is neither string nor boolean: {other}"))),
            };
        }
        if let Some(values) = schema.get("enum") {
            let values =
                strings(values).ok_or_else(|| Error::new(place, "an enumeration of other things than strings"))?;
            return self.enumeration(type_name(hint), values, place, schema);
        }
        match schema.get("type").and_then(Value::as_str) {
            Some(ty) => self.simple(schema, ty, hint, place),
            None if schema.get("properties").is_some() => self.simple(schema, "object", hint, place),
            None if schema.as_object().is_some_and(|schema| schema.keys().all(|key| is_annotation(key))) => {
                Ok(Use { schema: json!({}), nullable: true })
            }
            None => Err(Error::new(place, "a schema that says neither its type nor anything else that is understood")),
        }
    }

    fn simple(&mut self, schema: &Value, ty: &str, hint: &str, place: &str) -> Result<Use> {
        match ty {
            "null" => Ok(Use { schema: json!({ "type": "null" }), nullable: true }),
            "boolean" | "integer" | "number" | "string" => {
                let members = schema.as_object().into_iter().flatten();
                let kept = members.filter(|(key, _)| *key == "type" || is_limit(key));
                Use::plain(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
            }
            "array" => self.array(schema, hint, place),
            "object" => self.object(schema, hint, place),
            other => Err(Error::new(place, format!("unknown type `{other}`"))),
        }
    }

    fn array(&mut self, schema: &Value, hint: &str, place: &str) -> Result<Use> {
        if let Some(elements) = schema.get("prefixItems").and_then(Value::as_array) {
            let [first, second] = elements.as_slice() else {
                return Err(Error::new(place, "a list of fixed elements that are not two"));
            };
            let first = self.schema(first, &format!("{hint}First"), &format!("{place}/prefixItems/0"))?;
            let second = self.schema(second, &format!("{hint}Second"), &format!("{place}/prefixItems/1"))?;
            if first.nullable || second.nullable {
                return Err(Error::new(place, "a fixed element that may be null"));
            }
            if first.schema != second.schema && second.name().is_none() {
                let message = format!("a pair of {} and {}", words(&first.schema), words(&second.schema));
                return Err(Error::new(place, message));
            }
            return Use::plain(json!({ "type": "array", "prefixItems": [first.schema, second.schema] }));
        }
        let items = schema.get("items").ok_or_else(|| Error::new(place, "a list without a type for its elements"))?;
        let element = self.schema(items, &format!("{hint}Item"), &format!("{place}/items"))?;
        if element.nullable && !element.is_any() {
            return Err(Error::new(place, "a list whose elements may be null"));
        }
        let mut list = json!({ "type": "array", "items": element.schema });
        copy(schema, &mut list, |key| matches!(key, "minItems" | "maxItems"));
        Use::plain(list)
    }

    fn object(&mut self, schema: &Value, hint: &str, place: &str) -> Result<Use> {
        if schema.get("properties").is_some() {
            let name = type_name(hint);
            self.structure(&name, schema, place)?;
            return Use::of(&name);
        }
        let values = match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => Some((values, "additionalProperties")),
            _ => schema
                .get("patternProperties")
                .and_then(|patterns| patterns.as_object()?.values().next())
                .map(|values| (values, "patternProperties")),
        };
        let value = match values {
            Some((values, key)) => self.map_value(values, hint, place, key)?,
            None => json!({}),
        };
        Use::plain(json!({ "type": "object", "additionalProperties": value }))
    }

    /// Assigns names to the schema of an object's additional properties.
    fn map_value(&mut self, values: &Value, hint: &str, place: &str, key: &str) -> Result<Value> {
        let value = self.schema(values, &format!("{hint}Value"), &format!("{place}/{key}"))?;
        // A map of scalars accepts all other values as unknown scalars, including `null`.
        if value.nullable && !value.is_any() && value.schema["format"] != "scalar" {
            return Err(Error::new(place, "an object whose values may be null"));
        }
        Ok(value.schema)
    }

    /// Resolves a reference and assigns names to its target.
    pub fn reference(&mut self, reference: &str, place: &str) -> Result<Use> {
        let name = name_of(reference).filter(|name| self.schemas.contains_key(name));
        let name = name.ok_or_else(|| dangling(reference, place))?;
        if let Some(known) = self.uses.get(&name) {
            return Ok(known.clone());
        }
        let own_place = place_of(&name);
        let schema = Rc::clone(&self.schemas[&name]);
        // The schema is recursive and already has a name.
        let rust_name = type_name(given_name(&schema).unwrap_or(&name));
        if self.definitions.contains_key(&rust_name) && self.places.get(&rust_name) == Some(&own_place) {
            return Use::of(&rust_name);
        }
        if !self.open.insert(own_place.clone()) {
            return Err(Error::new(own_place, "a type that refers to nothing but itself"));
        }
        let named = match () {
            () if schema.get(ID).is_some() => self.id(&name, &schema)?,
            () if self.document.page_item(&name).is_some() => self.page(&name, &schema, &own_place)?,
            () => self.schema(&schema, &name, &own_place)?,
        };
        self.open.remove(&own_place);
        self.uses.insert(name, named.clone());
        Ok(named)
    }

    /// Defines the ids of an entity.
    fn id(&mut self, name: &str, schema: &Value) -> Result<Use> {
        let place = schema[ID].as_str().unwrap_or_default().to_owned();
        self.claim(name, &place)
            .map_err(|_| Error::new(&place, format!("the name of the type of ids, `{name}`, is taken")))?;
        self.define(name, &place, schema.clone());
        Use::of(name)
    }

    /// Defines a page of a list. It is represented by the client's own type if its items have a name.
    fn page(&mut self, name: &str, schema: &Value, own_place: &str) -> Result<Use> {
        let items = &schema["properties"]["items"]["items"];
        let item = self.schema(items, &type_name(name), &format!("{own_place}/properties/items/items"))?;
        if item.name().is_none() {
            return self.schema(schema, name, own_place);
        }
        let name = type_name(name);
        self.claim(&name, own_place)?;
        self.define(&name, own_place, json!({ "x-page": item.schema }));
        Use::of(&name)
    }

    fn branches(&mut self, schema: &Value, branches: Vec<&Value>, hint: &str, place: &str) -> Result<Use> {
        let (nulls, rest): (Vec<&Value>, Vec<&Value>) = branches.into_iter().partition(|branch| is_null(branch));
        let nullable = !nulls.is_empty();
        if let [only] = rest.as_slice() {
            let place = branch_place(schema, place, only);
            let named = self.schema(only, hint, &place)?;
            return Ok(Use { schema: named.schema, nullable: nullable || named.nullable });
        }
        let name = type_name(hint);
        self.union(&name, place, &rest, schema, |branch, _| branch_place(schema, place, branch))?;
        Ok(Use { nullable, ..Use::of(&name)? })
    }

    /// Defines an enumeration of strings.
    pub fn enumeration(&mut self, name: String, values: Vec<String>, place: &str, schema: &Value) -> Result<Use> {
        if values.is_empty() {
            return Err(Error::new(place, "an enumeration without values"));
        }
        if !self.is_repetition(&name, &json!(values)) {
            self.claim(&name, place)?;
            let mut definition = enums::definition(&values, &schema["x-variant-names"], place)?;
            copy(schema, &mut definition, |key| matches!(key, "description" | "x-enum-descriptions"));
            self.define(&name, place, definition);
        }
        Use::of(&name)
    }

    fn structure(&mut self, name: &str, schema: &Value, place: &str) -> Result<()> {
        self.claim(name, place)?;
        let required = schema.get("required").and_then(strings).unwrap_or_default();
        let mut properties = Map::new();
        // Required properties that are not described may have any value.
        let anything = json!({});
        let described = schema["properties"].as_object().into_iter().flatten();
        let is_described = |name: &&String| schema["properties"].get(name.as_str()).is_some();
        let is_open = schema.get("additionalProperties").is_none_or(|values| values.as_object().is_none());
        let others = required.iter().filter(|name| is_open && !is_described(name)).map(|name| (name, &anything));
        for (property, inner) in described.chain(others) {
            let place = format!("{place}/properties/{}", escape(property));
            let mut named = self.schema(inner, &format!("{name}_{property}"), &place)?.into_schema();
            copy(inner, &mut named, |key| is_annotation(key) || is_limit(key) || key == "const");
            copy_limits_beside_null(inner, &mut named);
            properties.insert(property.clone(), named);
        }
        let mut definition = json!({ "type": "object", "required": required });
        definition["properties"] = Value::Object(properties);
        match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => {
                definition["additionalProperties"] = self.map_value(values, name, place, "additionalProperties")?;
            }
            Some(Value::Bool(true)) => definition["additionalProperties"] = json!({}),
            _ => {}
        }
        check_names(&definition, place)?;
        copy(schema, &mut definition, |key| matches!(key, "description" | "x-absent-is-not-null" | ORDER));
        self.define(name, place, definition);
        Ok(())
    }

    /// Defines a union with these alternatives as variants.
    pub fn union(
        &mut self,
        name: &str,
        place: &str,
        branches: &[&Value],
        schema: &Value,
        place_of: impl Fn(&Value, usize) -> String,
    ) -> Result<()> {
        // Unions with equal variants but different discriminators are different types.
        let discriminators = ["discriminator", "x-discriminator-in-parent"];
        let discriminators = discriminators.iter().filter_map(|key| schema.get(key));
        if self.is_repetition(name, &Value::Array(branches.iter().copied().chain(discriminators).cloned().collect())) {
            return Ok(());
        }
        self.claim(name, place)?;
        let mut variants = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let place = place_of(branch, index);
            variants.push(match branch.get("const").and_then(Value::as_str) {
                Some(literal) => unions::Variant::Literal(literal.to_owned()),
                None => {
                    let named = self.schema(branch, &format!("{name}_variant_{index}"), &place)?;
                    if named.nullable {
                        return Err(Error::new(place, "a variant that may be null"));
                    }
                    let schema = branch.get("$ref").and_then(Value::as_str).and_then(name_of);
                    unions::Variant::Payload { schema, payload: named }
                }
            });
        }
        let mut resolve = |reference: &str| self.reference(reference, place);
        let mut definition = unions::definition(variants, schema, place, &mut resolve)?;
        copy(schema, &mut definition, |key| matches!(key, "description" | "x-shared-properties"));
        self.define(name, place, definition);
        Ok(())
    }

    /// Returns true if an inline schema with the same name and content has been defined. An overlay may assign one name
    /// to several places if their schemas are equal.
    fn is_repetition(&mut self, name: &str, content: &Value) -> bool {
        match self.inline.get(name) {
            Some(known) => self.places.contains_key(name) && known == content,
            None => {
                self.inline.insert(name.to_owned(), content.clone());
                false
            }
        }
    }

    /// Reserves a name for the schema at `place`.
    fn claim(&mut self, name: &str, place: &str) -> Result<()> {
        if let Some(other) = self.places.get(name).filter(|other| *other != place) {
            return Err(Error::taken(place, name, format!("two types of one name: `{name}` is also {other}")));
        }
        self.places.insert(name.to_owned(), place.to_owned());
        self.definitions.insert(name.to_owned(), None);
        Ok(())
    }

    fn define(&mut self, name: &str, place: &str, mut definition: Value) {
        definition[PLACE] = Value::from(place);
        self.definitions.insert(name.to_owned(), Some(definition));
    }
}

/// Copies the members of an object that another object lacks.
fn copy(from: &Value, to: &mut Value, is_wanted: impl Fn(&str) -> bool) {
    let (Value::Object(from), Value::Object(to)) = (from, to) else { return };
    for (key, value) in from.iter().filter(|(key, _)| is_wanted(key)) {
        to.entry(key.clone()).or_insert_with(|| value.clone());
    }
}

/// Copies the constraints of the only alternative to `null`, which are not part of a reference.
fn copy_limits_beside_null(from: &Value, to: &mut Value) {
    let rest: Vec<&Value> = branches(from).into_iter().flatten().filter(|branch| !is_null(branch)).collect();
    if let ([only], Some(value)) = (rest.as_slice(), to.pointer_mut("/anyOf/0")) {
        copy(only, value, is_limit);
    }
}

/// Returns the name that an overlay assigns to a schema.
fn given_name(schema: &Value) -> Option<&str> {
    schema.get("x-rust-name")?.as_str()
}

/// Returns the JSON pointer of an alternative of a schema.
fn branch_place(schema: &Value, place: &str, branch: &Value) -> String {
    let lists = ["anyOf", "oneOf"].into_iter().filter_map(|key| Some((key, schema.get(key)?.as_array()?)));
    let mut places = lists.filter_map(|(key, list)| {
        let index = list.iter().position(|listed| std::ptr::eq(listed, branch))?;
        Some(format!("{place}/{key}/{index}"))
    });
    places.next().unwrap_or_else(|| place.to_owned())
}

/// Checks that the Rust names of properties are unique and do not conflict with the field for additional properties.
fn check_names(object: &Value, place: &str) -> Result<()> {
    let has_rest = object.get("additionalProperties").is_some();
    let mut seen = BTreeMap::new();
    for property in object["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
        let name = value_name(property);
        if has_rest && name == ADDITIONAL {
            return Err(Error::new(place, format!("the property `{property}` has the name of the other properties")));
        }
        if let Some(other) = seen.insert(name.clone(), property) {
            let message = format!("the properties `{other}` and `{property}` have one name, `{name}`");
            return Err(Error::new(place, message));
        }
    }
    Ok(())
}

/// Returns a short description of a schema for error messages.
pub fn words(schema: &Value) -> String {
    let name = || definition_of(schema).map(|name| format!("`{name}`"));
    let format = || text(schema, "format").filter(|format| format != "int64");
    name().or_else(format).or_else(|| text(schema, "type")).unwrap_or_else(|| "any JSON".to_owned())
}
