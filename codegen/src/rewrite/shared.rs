//! Values of unknown variants. The properties that all variants of a union share become a definition of their own,
//! together with the original object.

use std::collections::BTreeSet;

use serde_json::json;

use super::Rewritten;
use super::keywords::{is_annotation, is_limit};
use super::names::{Definitions, PLACE, definition_of, references};
use super::schemas::strings;
use super::uses::References;
use super::webhooks;
use crate::json::{Map, Value};
use crate::names::value_name;
use crate::{Error, Result};

/// The key for the name of the definition in a union.
pub const UNKNOWN: &str = "x-unknown";

/// The name of the property that contains the original object.
pub const RAW: &str = "raw";

/// Adds a definition for each union with shared properties that is part of a response or a webhook.
///
/// # Errors
/// Returns an error if a shared property is not required in all variants.
pub fn rewrite(document: &mut Rewritten) -> Result<()> {
    let used = used_in_responses(document);
    let mut unknowns = Vec::new();
    for (name, union) in document.definitions.iter().filter(|(name, _)| used.contains(*name)) {
        let Some(shared) = union.get("x-shared-properties") else { continue };
        // The union of webhook payloads has its extensions in `x-webhook-payload`, since `webhooks` contains only
        // events.
        let owner = union[PLACE].as_str().unwrap_or_default();
        let owner = if owner == webhooks::PLACE { "/x-webhook-payload" } else { owner };
        let place = format!("{owner}/x-shared-properties");
        let shared =
            strings(shared).ok_or_else(|| Error::new(&place, "shared properties that are no list of names"))?;
        if shared.is_empty() {
            continue;
        }
        let unknown = format!("Unknown{name}");
        if document.definitions.contains_key(&unknown) {
            return Err(Error::new(place, format!("the name `{unknown}` is taken by a type of the document")));
        }
        if shared.iter().any(|name| value_name(name) == RAW) {
            return Err(Error::new(place, format!("a shared property with the name of the whole object, `{RAW}`")));
        }
        let properties =
            shared.iter().map(|name| Ok((name.clone(), property(&document.definitions, union, name, &place)?)));
        let mut properties: Map<String, Value> = properties.collect::<Result<_>>()?;
        properties.insert(RAW.to_owned(), json!({}));
        let description = format!(
            "An object of [`{name}`] whose variant this version of the crate does not know.\n\nIts fields are the properties \
             that all variants share, and `raw` is the whole object. Serialization writes `raw` and ignores the fields."
        );
        let required: Vec<&str> = shared.iter().map(String::as_str).chain([RAW]).collect();
        let definition = json!({
            "type": "object", "properties": properties, "required": required, "description": description, PLACE: place,
        });
        unknowns.push((name.clone(), unknown, definition));
    }
    for (union, unknown, definition) in unknowns {
        if let Some(union) = document.definitions.get_mut(&union) {
            union[UNKNOWN] = Value::from(unknown.as_str());
        }
        document.definitions.insert(unknown, definition);
    }
    Ok(())
}

/// Returns true if a place is that of such a definition.
pub fn is_unknown(place: &str) -> bool {
    place.ends_with("/x-shared-properties")
}

/// Returns the names of the definitions that responses and webhooks refer to.
fn used_in_responses(document: &Rewritten) -> BTreeSet<String> {
    let mut roots: Vec<&str> = document.webhook_union.as_deref().into_iter().collect();
    document.operations().for_each(|operation| references(&operation["responses"], &mut roots));
    References::of(&document.definitions).reachable(roots).into_iter().map(str::to_owned).collect()
}

/// Returns the schema of a property that all variants of a union share, without keywords that apply to some variants
/// only.
fn property(definitions: &Definitions, union: &Value, name: &str, place: &str) -> Result<Value> {
    let mut found: Option<Value> = None;
    for variant in union["oneOf"].as_array().into_iter().flatten() {
        let label = strings(&variant["required"]).and_then(|names| names.into_iter().next()).unwrap_or_default();
        let lacks = |why: &str| Error::new(place, format!("`{name}` {why} the variant `{label}`"));
        let payload = definition_of(&variant["properties"][label.as_str()]).and_then(|name| definitions.get(name));
        let payload = payload.ok_or_else(|| lacks("is no property of"))?;
        let is_listed = |key: &str| strings(&payload[key]).is_some_and(|names| names.iter().any(|one| one == name));
        let own = match payload.get("oneOf") {
            Some(_) if is_listed("x-shared-properties") => property(definitions, payload, name, place)?,
            None if is_listed("required") => payload["properties"][name].clone(),
            _ => return Err(lacks("is no required property of")),
        };
        let own = open(own);
        match &found {
            Some(other) if value(other) != value(&own) => return Err(lacks("has another type in")),
            Some(_) => {}
            None => found = Some(own),
        }
    }
    found.ok_or_else(|| Error::new(place, format!("`{name}` is shared by no variants")))
}

/// Replaces a string constant by any string, and removes constraints.
fn open(mut property: Value) -> Value {
    let is_text = property["const"].is_string();
    if let Value::Object(members) = &mut property {
        members.retain(|key, _| match key.as_str() {
            "format" => true,
            "const" | "default" | "x-preset" | "x-preset-version" => false,
            "$ref" => !is_text,
            key => !is_limit(key),
        });
        if is_text {
            members.insert("type".to_owned(), Value::from("string"));
        }
    }
    property
}

/// Returns the keywords of a property that determine its type.
fn value(property: &Value) -> Map<String, Value> {
    let members = property.as_object().into_iter().flatten();
    let kept = members.filter(|(key, _)| !is_annotation(key) && (*key == "format" || !is_limit(key)));
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}
