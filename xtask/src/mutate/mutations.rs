//! Random changes of a document, both plausible and broken ones.

use fastrand::Rng;
use polar_codegen::json::escape;
use serde_json::{Map, Value, json};

/// Names that are difficult for generated code: keywords, names of the prelude and of this crate, and odd characters.
const NAMES: [&str; 36] = [
    "",
    "type",
    "self",
    "Self",
    "crate",
    "super",
    "async",
    "fn",
    "_",
    "__",
    "1st",
    "naïve",
    "with space",
    "a-b",
    "a.b",
    "a/b",
    "a~b",
    "$ref",
    "\"quoted\"",
    "back\\slash",
    "two\nlines",
    "🎉",
    "Option",
    "String",
    "Vec",
    "Result",
    "Error",
    "Default",
    "None",
    "new",
    "send",
    "stream",
    "sample",
    "raw",
    "unknown",
    "Unknown",
];

/// A kind of change. Returns a description, or `None` if it cannot be applied to the document.
type Mutation = fn(&mut Rng, &mut Value) -> Option<String>;

/// All kinds of changes.
const MUTATIONS: [(&str, Mutation); 40] = [
    ("add a property", add_property),
    ("remove a property", remove_property),
    ("remove a property that stays required", remove_property_alone),
    ("rename a property", rename_property),
    ("add a property that differs in its case", add_property_twin),
    ("make a property required", |rng, root| require(rng, root, true)),
    ("make a property optional", |rng, root| require(rng, root, false)),
    ("make a property nullable", add_null),
    ("make a property not nullable", remove_null),
    ("change the type of a property", change_type),
    ("add an enum value", |rng, root| change_enum(rng, root, "another_value")),
    ("add an odd enum value", |rng, root| {
        let name = odd(rng);
        change_enum(rng, root, name)
    }),
    ("add an enum value that differs in its case", add_enum_twin),
    ("remove an enum value", remove_enum_value),
    ("remove all enum values", remove_enum_values),
    ("mix the types of enum values", mix_enum),
    ("add a schema", add_schema),
    ("remove a schema", remove_schema),
    ("rename a schema", |rng, root| rename_schema(rng, root, "Renamed")),
    ("give a schema an odd name", |rng, root| {
        let name = odd(rng);
        rename_schema(rng, root, name)
    }),
    ("give a schema the name of another but for its case", rename_schema_twin),
    ("add a variant", add_variant),
    ("remove a variant", remove_variant),
    ("add a variant that nothing tells apart", add_ambiguous_variant),
    ("make a union of one variant", keep_one_variant),
    ("make a union a variant of itself", add_union_to_itself),
    ("swap two mappings of a discriminator", swap_mappings),
    ("remove a mapping of a discriminator", remove_mapping),
    ("let a mapping lead nowhere", dangle_mapping),
    ("remove a discriminator", remove_discriminator),
    ("let a reference lead nowhere", dangle_reference),
    ("let a schema refer to itself", refer_to_itself),
    ("let a schema require itself", require_itself),
    ("make a circle of allOf", circle_of_all_of),
    ("add an operation", add_operation),
    ("remove an operation", remove_operation),
    ("change an operation's id", rename_operation),
    ("add a parameter", add_parameter),
    ("remove a parameter", remove_parameter),
    ("change what an operation answers", change_response),
];

/// Applies a random change to a document, and returns a description. The same seed makes the same change.
pub fn mutate(root: &mut Value, seed: u64) -> String {
    let mut rng = Rng::with_seed(seed);
    loop {
        let (kind, mutation) = MUTATIONS[rng.usize(..MUTATIONS.len())];
        if let Some(place) = mutation(&mut rng, root) {
            return format!("{kind}: {place}");
        }
    }
}

fn odd(rng: &mut Rng) -> &'static str {
    NAMES[rng.usize(..NAMES.len())]
}

/// Returns a random place that satisfies a condition, as a JSON pointer.
fn place(rng: &mut Rng, root: &Value, is_fit: impl Fn(&Value) -> bool) -> Option<String> {
    let mut places = Vec::new();
    if let Some(schemas) = root.pointer("/components/schemas").and_then(Value::as_object) {
        schemas.iter().for_each(|(name, schema)| {
            walk(schema, format!("/components/schemas/{}", escape(name)), &is_fit, &mut places)
        });
    }
    rng.choice(places)
}

fn walk(schema: &Value, at: String, is_fit: &impl Fn(&Value) -> bool, places: &mut Vec<String>) {
    if is_fit(schema) {
        places.push(at.clone());
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        walk(inner, format!("{at}/properties/{}", escape(name)), is_fit, places);
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        for (index, inner) in schema[keyword].as_array().into_iter().flatten().enumerate() {
            walk(inner, format!("{at}/{keyword}/{index}"), is_fit, places);
        }
    }
    for keyword in ["items", "additionalProperties"] {
        if schema[keyword].is_object() {
            walk(&schema[keyword], format!("{at}/{keyword}"), is_fit, places);
        }
    }
}

fn object<'v>(root: &'v mut Value, pointer: &str) -> Option<&'v mut Map<String, Value>> {
    root.pointer_mut(pointer)?.as_object_mut()
}

fn key(rng: &mut Rng, map: &Value) -> Option<String> {
    rng.choice(map.as_object()?.keys().cloned().collect::<Vec<_>>())
}

fn has_properties(schema: &Value) -> bool {
    schema["properties"].as_object().is_some_and(|properties| !properties.is_empty())
}

/// Returns a random schema.
fn any_schema(rng: &mut Rng, root: &Value) -> Value {
    let name = key(rng, &root["components"]["schemas"]).unwrap_or_default();
    let kinds = [
        json!({ "type": "string" }),
        json!({ "type": "integer" }),
        json!({ "type": "number" }),
        json!({ "type": "boolean" }),
        json!({ "type": "string", "format": "date-time" }),
        json!({ "type": "string", "format": "uuid" }),
        json!({ "type": "string", "enum": ["one", "two"] }),
        json!({ "type": "array", "items": { "type": "string" } }),
        json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
        json!({ "type": "object", "properties": { "inner": { "type": "string" } }, "required": ["inner"], "title": "Inner" }),
        json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] }),
        json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] }),
        json!({ "$ref": format!("#/components/schemas/{name}") }),
        json!({ "anyOf": [{ "$ref": format!("#/components/schemas/{name}") }, { "type": "null" }] }),
        json!({ "type": "array", "items": { "$ref": format!("#/components/schemas/{name}") } }),
        json!({ "const": "constant", "type": "string" }),
        json!({ "type": "null" }),
        json!({}),
    ];
    kinds[rng.usize(..kinds.len())].clone()
}

fn insert_property(root: &mut Value, at: &str, name: &str, schema: Value, is_required: bool) -> Option<()> {
    let object = object(root, at)?;
    object.get_mut("properties")?.as_object_mut()?.insert(name.to_owned(), schema);
    if is_required {
        object.entry("required").or_insert_with(|| json!([])).as_array_mut()?.push(json!(name));
    }
    Some(())
}

fn add_property(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = place(rng, root, has_properties)?;
    let schema = any_schema(rng, root);
    let name = if rng.bool() { "another_property" } else { odd(rng) };
    let is_required = rng.bool();
    let text = format!("{at}: {name:?}, {schema}{}", if is_required { ", required" } else { "" });
    insert_property(root, &at, name, schema, is_required)?;
    Some(text)
}

/// Returns a random place and the name of one of its properties.
fn property(rng: &mut Rng, root: &Value) -> Option<(String, String)> {
    let at = place(rng, root, has_properties)?;
    let name = key(rng, &root.pointer(&at)?["properties"])?;
    Some((at, name))
}

fn unrequire(root: &mut Value, at: &str, name: &str) {
    if let Some(required) = object(root, at).and_then(|object| object.get_mut("required")?.as_array_mut()) {
        required.retain(|other| other != name);
    }
}

fn remove_property(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (at, name) = property(rng, root)?;
    object(root, &format!("{at}/properties"))?.remove(&name);
    unrequire(root, &at, &name);
    Some(format!("{at}: {name}"))
}

fn remove_property_alone(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (at, name) = property(rng, root)?;
    object(root, &format!("{at}/properties"))?.remove(&name);
    Some(format!("{at}: {name}"))
}

fn rename_property(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (at, old) = property(rng, root)?;
    let new = if rng.bool() { "renamed_property" } else { odd(rng) };
    let properties = object(root, &format!("{at}/properties"))?;
    let schema = properties.remove(&old)?;
    properties.insert(new.to_owned(), schema);
    if let Some(required) = object(root, &at)?.get_mut("required").and_then(Value::as_array_mut) {
        required.iter_mut().filter(|name| **name == old).for_each(|name| *name = json!(new));
    }
    Some(format!("{at}: {old} to {new:?}"))
}

fn add_property_twin(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (at, name) = property(rng, root)?;
    let twins =
        [name.to_uppercase(), name.replace('_', "-"), format!("{name}_"), format!("_{name}"), name.replace('_', "")];
    let twin = rng.choice(twins.into_iter().filter(|twin| *twin != name).collect::<Vec<_>>())?;
    let schema = root.pointer(&at)?["properties"][&name].clone();
    insert_property(root, &at, &twin, schema, false)?;
    Some(format!("{at}: {twin:?} beside {name}"))
}

fn require(rng: &mut Rng, root: &mut Value, is_required: bool) -> Option<String> {
    let (at, name) = property(rng, root)?;
    let required = object(root, &at)?.entry("required").or_insert_with(|| json!([])).as_array_mut()?;
    if required.iter().any(|other| *other == name) == is_required {
        return None;
    }
    if is_required {
        required.push(json!(name))
    } else {
        required.retain(|other| *other != name)
    }
    Some(format!("{at}: {name}"))
}

fn is_null(schema: &Value) -> bool {
    schema["type"] == "null"
}

fn add_null(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (at, name) = property(rng, root)?;
    let schema = root.pointer_mut(&format!("{at}/properties/{}", escape(&name)))?;
    if schema["anyOf"].as_array().is_some_and(|variants| variants.iter().any(is_null)) {
        return None;
    }
    *schema = json!({ "anyOf": [schema.take(), { "type": "null" }] });
    Some(format!("{at}: {name}"))
}

fn remove_null(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at =
        place(rng, root, |schema| schema["anyOf"].as_array().is_some_and(|variants| variants.iter().any(is_null)))?;
    root.pointer_mut(&format!("{at}/anyOf"))?.as_array_mut()?.retain(|variant| !is_null(variant));
    Some(at)
}

fn change_type(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (at, name) = property(rng, root)?;
    let schema = any_schema(rng, root);
    let text = format!("{at}: {name}: {schema}");
    *root.pointer_mut(&format!("{at}/properties/{}", escape(&name)))? = schema;
    Some(text)
}

fn is_enum(schema: &Value) -> bool {
    schema["enum"].as_array().is_some_and(|values| !values.is_empty())
}

fn values<'v>(root: &'v mut Value, at: &str) -> Option<&'v mut Vec<Value>> {
    root.pointer_mut(at)?.get_mut("enum")?.as_array_mut()
}

fn change_enum(rng: &mut Rng, root: &mut Value, value: &str) -> Option<String> {
    let at = place(rng, root, is_enum)?;
    values(root, &at)?.push(json!(value));
    Some(format!("{at}: {value:?}"))
}

fn add_enum_twin(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = place(rng, root, is_enum)?;
    let values = values(root, &at)?;
    let value = values[rng.usize(..values.len())].as_str()?.to_owned();
    let twins =
        [value.to_uppercase(), value.replace('_', "-"), format!("{value} "), format!("-{value}"), value.clone()];
    let twin = twins[rng.usize(..twins.len())].clone();
    values.push(json!(twin));
    Some(format!("{at}: {twin:?} beside {value}"))
}

fn remove_enum_value(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = place(rng, root, |schema| schema["enum"].as_array().is_some_and(|values| values.len() > 1))?;
    let values = values(root, &at)?;
    let removed = values.remove(rng.usize(..values.len()));
    Some(format!("{at}: {removed}"))
}

fn remove_enum_values(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = place(rng, root, is_enum)?;
    values(root, &at)?.clear();
    Some(at)
}

fn mix_enum(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = place(rng, root, is_enum)?;
    let values = values(root, &at)?;
    let value = if rng.bool() { json!(7) } else { Value::Null };
    let text = format!("{at}: {value}");
    values.push(value);
    Some(text)
}

fn add_schema(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = place(rng, root, has_properties)?;
    let schema = json!({ "type": "object", "title": "Another", "properties": { "value": any_schema(rng, root) }, "required": ["value"] });
    object(root, "/components/schemas")?.insert("AnotherSchema".to_owned(), schema);
    insert_property(root, &at, "another", json!({ "$ref": "#/components/schemas/AnotherSchema" }), false)?;
    Some(format!("AnotherSchema, at {at}"))
}

fn remove_schema(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let name = key(rng, &root["components"]["schemas"])?;
    object(root, "/components/schemas")?.remove(&name);
    Some(name)
}

fn rename(root: &mut Value, old: &str, new: &str) -> Option<()> {
    let schemas = object(root, "/components/schemas")?;
    let schema = schemas.remove(old)?;
    schemas.insert(new.to_owned(), schema);
    // Names are escaped as in a JSON pointer, but not as in a URL.
    replace(root, &format!("#/components/schemas/{old}"), &format!("#/components/schemas/{}", escape(new)));
    Some(())
}

fn replace(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if text == old => new.clone_into(text),
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, old, new)),
        Value::Object(map) => map.values_mut().for_each(|value| replace(value, old, new)),
        _ => {}
    }
}

fn rename_schema(rng: &mut Rng, root: &mut Value, new: &str) -> Option<String> {
    let old = key(rng, &root["components"]["schemas"])?;
    rename(root, &old, new)?;
    Some(format!("{old} to {new:?}"))
}

fn rename_schema_twin(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (old, other) = (key(rng, &root["components"]["schemas"])?, key(rng, &root["components"]["schemas"])?);
    let new = if rng.bool() { other.to_lowercase() } else { format!("{other}_") };
    if old == other {
        return None;
    }
    rename(root, &old, &new)?;
    Some(format!("{old} to {new}"))
}

/// Returns a random union with at least `least` inline variants, and its keyword.
fn union(rng: &mut Rng, root: &Value, least: usize) -> Option<(String, &'static str)> {
    let keyword = |schema: &Value| {
        ["oneOf", "anyOf"].into_iter().find(|keyword| {
            let variants = schema[keyword].as_array();
            variants
                .is_some_and(|variants| variants.iter().filter(|variant| variant["$ref"].is_string()).count() >= least)
        })
    };
    let at = place(rng, root, |schema| keyword(schema).is_some())?;
    let keyword = keyword(root.pointer(&at)?)?;
    Some((at, keyword))
}

fn variants<'v>(root: &'v mut Value, at: &str, keyword: &str) -> Option<&'v mut Vec<Value>> {
    root.pointer_mut(at)?.get_mut(keyword)?.as_array_mut()
}

fn add_variant(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (at, keyword) = union(rng, root, 2)?;
    let union = root.pointer(&at)?;
    let tag = union["discriminator"]["propertyName"].as_str().unwrap_or("type").to_owned();
    let schema = json!({
        "type": "object",
        "title": "AnotherVariant",
        "properties": { &tag: { "type": "string", "const": "another" }, "value": any_schema(rng, root) },
        "required": [&tag]
    });
    object(root, "/components/schemas")?.insert("AnotherVariant".to_owned(), schema);
    variants(root, &at, keyword)?.push(json!({ "$ref": "#/components/schemas/AnotherVariant" }));
    if let Some(mapping) = object(root, &format!("{at}/discriminator/mapping")) {
        mapping.insert("another".to_owned(), json!("#/components/schemas/AnotherVariant"));
    }
    Some(at)
}

fn remove_variant(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (at, keyword) = union(rng, root, 2)?;
    let variants = variants(root, &at, keyword)?;
    let removed = variants.remove(rng.usize(..variants.len()));
    let keeps_mapping = rng.bool();
    if !keeps_mapping && let Some(mapping) = object(root, &format!("{at}/discriminator/mapping")) {
        mapping.retain(|_, target| *target != removed["$ref"]);
    }
    Some(format!("{at}: {removed}{}", if keeps_mapping { ", not from the mapping" } else { "" }))
}

fn add_ambiguous_variant(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (at, keyword) = union(rng, root, 2)?;
    let schema =
        json!({ "type": "object", "title": "AmbiguousVariant", "properties": { "value": { "type": "string" } } });
    object(root, "/components/schemas")?.insert("AmbiguousVariant".to_owned(), schema);
    variants(root, &at, keyword)?.push(json!({ "$ref": "#/components/schemas/AmbiguousVariant" }));
    Some(at)
}

fn keep_one_variant(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (at, keyword) = union(rng, root, 2)?;
    variants(root, &at, keyword)?.truncate(1);
    Some(at)
}

fn add_union_to_itself(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let schemas = root["components"]["schemas"].as_object()?;
    let unions = schemas.iter().filter(|(_, schema)| schema["oneOf"].is_array() || schema["anyOf"].is_array());
    let name = rng.choice(unions.map(|(name, _)| name.clone()).collect::<Vec<_>>())?;
    let at = format!("/components/schemas/{}", escape(&name));
    let keyword = if root.pointer(&at)?["oneOf"].is_array() { "oneOf" } else { "anyOf" };
    variants(root, &at, keyword)?.push(json!({ "$ref": format!("#/components/schemas/{name}") }));
    Some(at)
}

fn mapped(rng: &mut Rng, root: &Value) -> Option<String> {
    place(rng, root, |schema| schema["discriminator"]["mapping"].as_object().is_some_and(|mapping| mapping.len() > 1))
}

fn swap_mappings(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = mapped(rng, root)?;
    let mapping = object(root, &format!("{at}/discriminator/mapping"))?;
    let keys: Vec<String> = mapping.keys().cloned().collect();
    let (one, other) = (rng.choice(keys.iter())?, rng.choice(keys.iter())?);
    if mapping[one] == mapping[other] {
        return None;
    }
    let (first, second) = (mapping[one].clone(), mapping[other].clone());
    mapping.insert(one.clone(), second);
    mapping.insert(other.clone(), first);
    Some(format!("{at}: {one} and {other}"))
}

fn remove_mapping(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = mapped(rng, root)?;
    let mapping = object(root, &format!("{at}/discriminator/mapping"))?;
    let name = rng.choice(mapping.keys().cloned().collect::<Vec<_>>())?;
    mapping.remove(&name);
    Some(format!("{at}: {name}"))
}

fn dangle_mapping(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = mapped(rng, root)?;
    object(root, &format!("{at}/discriminator/mapping"))?
        .insert("nowhere".to_owned(), json!("#/components/schemas/Nowhere"));
    Some(at)
}

fn remove_discriminator(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = place(rng, root, |schema| schema["discriminator"].is_object())?;
    object(root, &at)?.remove("discriminator");
    Some(at)
}

fn dangle_reference(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let at = place(rng, root, |schema| schema["$ref"].is_string())?;
    object(root, &at)?.insert("$ref".to_owned(), json!("#/components/schemas/Nowhere"));
    Some(at)
}

/// Returns the name of a random object schema.
fn an_object(rng: &mut Rng, root: &Value) -> Option<String> {
    let schemas = root["components"]["schemas"].as_object()?.iter();
    rng.choice(schemas.filter(|(_, schema)| has_properties(schema)).map(|(name, _)| name.clone()).collect::<Vec<_>>())
}

fn refer_to_itself(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let name = an_object(rng, root)?;
    let itself = json!({ "$ref": format!("#/components/schemas/{name}") });
    let schemas = [
        json!({ "anyOf": [itself, { "type": "null" }] }),
        json!({ "type": "array", "items": itself }),
        json!({ "type": "object", "additionalProperties": itself }),
        itself.clone(),
    ];
    let schema = schemas[rng.usize(..schemas.len())].clone();
    insert_property(root, &format!("/components/schemas/{}", escape(&name)), "itself", schema, false)?;
    Some(name)
}

fn require_itself(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let name = an_object(rng, root)?;
    let itself = json!({ "$ref": format!("#/components/schemas/{name}") });
    insert_property(root, &format!("/components/schemas/{}", escape(&name)), "itself", itself, true)?;
    Some(name)
}

fn circle_of_all_of(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let name = an_object(rng, root)?;
    let schema = object(root, "/components/schemas")?.get_mut(&name)?;
    let itself = json!({ "$ref": format!("#/components/schemas/{name}") });
    match rng.u8(..3) {
        0 => *schema = json!({ "allOf": [schema.take(), itself] }),
        1 => *schema = itself,
        _ => {
            let other = json!({ "allOf": [itself] });
            *schema = json!({ "allOf": [{ "$ref": "#/components/schemas/CircleOther" }, schema.take()] });
            object(root, "/components/schemas")?.insert("CircleOther".to_owned(), other);
        }
    }
    Some(name)
}

/// Returns the path and method of a random operation.
fn operation(rng: &mut Rng, root: &Value) -> Option<(String, String)> {
    let path = key(rng, &root["paths"])?;
    let operations = root["paths"][&path].as_object()?.iter();
    let methods =
        operations.filter(|(_, operation)| operation["operationId"].is_string()).map(|(method, _)| method.clone());
    Some((path.clone(), rng.choice(methods.collect::<Vec<_>>())?))
}

fn an_operation_id(rng: &mut Rng, root: &Value) -> Option<String> {
    let (path, method) = operation(rng, root)?;
    root["paths"][&path][&method]["operationId"].as_str().map(str::to_owned)
}

/// Returns an operation id that is new, odd, or already in use.
fn any_operation_id(rng: &mut Rng, root: &Value) -> Option<String> {
    let other = an_operation_id(rng, root)?;
    let resource = other.split(':').next().unwrap_or_default().to_owned();
    let ids = [
        format!("{resource}:another"),
        "another_resource:list".to_owned(),
        "another:nested:resource:list".to_owned(),
        format!("{resource}:{}", odd(rng)),
        format!("{}:list", odd(rng)),
        other.clone(),
        other.to_uppercase(),
        other.replace(':', "_"),
        "::".to_owned(),
        resource,
    ];
    Some(ids[rng.usize(..ids.len())].clone())
}

fn add_operation(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (path, method) = operation(rng, root)?;
    let id = any_operation_id(rng, root)?;
    let mut operation = root["paths"][&path][&method].clone();
    operation["operationId"] = json!(id);
    let new_path = format!("{}/another", path.trim_end_matches('/'));
    object(root, "/paths")?.insert(new_path.clone(), json!({ method: operation }));
    Some(format!("{new_path}: {id:?}"))
}

fn remove_operation(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (path, method) = operation(rng, root)?;
    object(root, &format!("/paths/{}", escape(&path)))?.remove(&method);
    Some(format!("{method} {path}"))
}

fn rename_operation(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (path, method) = operation(rng, root)?;
    let id = any_operation_id(rng, root)?;
    let operation = &mut root["paths"][&path][&method];
    if rng.u8(..8) == 0 {
        operation.as_object_mut()?.remove("operationId");
        return Some(format!("{method} {path}: none"));
    }
    operation["operationId"] = json!(id);
    Some(format!("{method} {path}: {id:?}"))
}

fn add_parameter(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (path, method) = operation(rng, root)?;
    let schema = any_schema(rng, root);
    let name = if rng.bool() { "another_parameter" } else { odd(rng) };
    let place = ["query", "query", "query", "path", "header", "cookie"][rng.usize(..6)];
    let is_required = place == "path" || rng.bool();
    let text = format!("{method} {path}: {name:?} in {place}, {schema}");
    let parameters = root["paths"][&path][&method].as_object_mut()?.entry("parameters").or_insert_with(|| json!([]));
    parameters.as_array_mut()?.push(json!({ "name": name, "in": place, "required": is_required, "schema": schema }));
    Some(text)
}

fn remove_parameter(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (path, method) = operation(rng, root)?;
    let parameters = root["paths"][&path][&method]["parameters"].as_array_mut()?;
    if parameters.is_empty() {
        return None;
    }
    let removed = parameters.remove(rng.usize(..parameters.len()));
    Some(format!("{method} {path}: {}", removed["name"]))
}

fn change_response(rng: &mut Rng, root: &mut Value) -> Option<String> {
    let (path, method) = operation(rng, root)?;
    let schema = any_schema(rng, root);
    let responses = [
        json!({ "204": {} }),
        json!({}),
        json!({ "200": { "content": { "application/json": { "schema": schema } } } }),
        json!({ "201": { "content": { "application/json": { "schema": schema } } } }),
        json!({ "200": { "content": { "text/plain": { "schema": { "type": "string" } } } } }),
        json!({ "200": { "content": {} } }),
        json!({ "default": { "content": { "application/json": { "schema": schema } } } }),
    ];
    let responses = responses[rng.usize(..responses.len())].clone();
    let text = format!("{method} {path}: {responses}");
    root["paths"][&path][&method]["responses"] = responses;
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn document() -> Value {
        let path = crate::checkout::vendored().expect("a default document").default_document();
        serde_json::from_str(&std::fs::read_to_string(path).expect("a document")).expect("JSON")
    }

    #[test]
    fn every_kind_of_change_changes_the_document() {
        let document = document();
        for (kind, mutation) in MUTATIONS {
            let changed = (0..50).any(|seed| {
                let mut changed = document.clone();
                mutation(&mut Rng::with_seed(seed), &mut changed).is_some() && changed != document
            });
            assert!(changed, "{kind}");
        }
    }

    #[test]
    fn a_seed_makes_one_change_and_seeds_make_many() {
        let document = document();
        let texts: BTreeSet<String> = (0..10)
            .map(|seed| {
                let (mut one, mut other) = (document.clone(), document.clone());
                let text = mutate(&mut one, seed);
                assert_eq!(text, mutate(&mut other, seed));
                assert_eq!(one, other);
                text
            })
            .collect();
        assert!(texts.len() > 5, "{texts:?}");
    }
}
