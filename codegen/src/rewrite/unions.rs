//! Unions, whose alternatives are replaced by named variants.
//!
//! A union becomes a list of objects with a single property, which is named after the variant. typify generates an enum
//! with these variants from it. What tells them apart is decided in `rules`.

use std::collections::BTreeSet;

use serde_json::json;

use super::names::{Use, definition_of, words};
use super::schemas::text;
use crate::json::{Map, Value};
use crate::names::{type_name, variant_name, without_shared_words};
use crate::{Error, Result};

/// The key for the string in a variant that is a literal.
pub const LITERAL: &str = "x-literal";

/// An alternative of a union.
pub enum Variant {
    /// A string literal.
    Literal(String),
    /// Values of a schema.
    Payload {
        /// The name of the schema in the document, if it has one.
        schema: Option<String>,
        /// The schema.
        payload: Use,
    },
}

/// Returns the definition of a union.
///
/// # Errors
/// Returns an error if two variants result in the same name, or if a discriminator refers to a schema that is not a
/// variant.
pub fn definition(
    variants: Vec<Variant>,
    schema: &Value,
    place: &str,
    resolve: &mut dyn FnMut(&str) -> Result<Use>,
) -> Result<Value> {
    let names = names(&variants, schema);
    let mut seen = BTreeSet::new();
    if let Some(repeated) = names.iter().find(|name| !seen.insert(*name)) {
        return Err(Error::new(place, format!("two variants of one name, `{repeated}`")));
    }
    if let Some(index) = names.iter().position(|name| name == "Unknown") {
        let payload = match &variants[index] {
            Variant::Payload { payload, .. } => words(&payload.schema),
            Variant::Literal(literal) => format!("`{literal}`"),
        };
        return Err(Error::new(place, format!("the variant of {payload} needs the name of the fallback")));
    }
    for variant in &variants {
        if let Variant::Payload { payload, .. } = variant
            && payload.name().is_none()
            && !matches!(words(&payload.schema).as_str(), "string" | "date-time")
        {
            return Err(Error::new(place, format!("a variant of the type {}", words(&payload.schema))));
        }
    }
    let mut variant_of = |reference: &str| {
        let target = resolve(reference)?.schema;
        let found = variants
            .iter()
            .position(|variant| matches!(variant, Variant::Payload { payload, .. } if payload.schema == target));
        let index = found.ok_or_else(|| {
            Error::new(place, format!("the discriminator leads to `{reference}`, which is no variant"))
        })?;
        Ok(names[index].clone())
    };
    let mut members = Map::new();
    for key in ["discriminator", "x-discriminator-in-parent"] {
        let Some(declaration) = schema.get(key) else { continue };
        let mut declaration = declaration.clone();
        if let Some(Value::Object(mapping)) = declaration.get_mut("mapping") {
            for target in mapping.values_mut() {
                let reference = target.as_str();
                let reference =
                    reference.ok_or_else(|| Error::new(place, "a discriminator's mapping that is no string"))?;
                *target = Value::from(variant_of(reference)?);
            }
        }
        members.insert(key.to_owned(), declaration);
    }
    let described = |text: Option<String>| text.map(|text| ("description".to_owned(), Value::from(text)));
    let one_of = variants.into_iter().zip(&names).map(|(variant, name)| match variant {
        Variant::Literal(literal) => {
            let description = described(text(&schema["x-enum-descriptions"], &literal));
            let mut variant = json!({ "type": "string", "enum": [name], LITERAL: literal });
            variant.as_object_mut().into_iter().for_each(|members| members.extend(description.clone()));
            variant
        }
        Variant::Payload { payload, .. } => {
            json!({ "type": "object", "required": [name], "properties": { name.as_str(): payload.schema } })
        }
    });
    members.insert("oneOf".to_owned(), Value::Array(one_of.collect()));
    Ok(Value::Object(members))
}

/// Returns the names of variants: the name that an overlay assigns, or else the name of the type without the words that
/// all variants have in common.
fn names(variants: &[Variant], schema: &Value) -> Vec<String> {
    let mut names: Vec<String> = variants
        .iter()
        .map(|variant| match variant {
            Variant::Literal(literal) => variant_name(literal),
            Variant::Payload { payload, .. } => {
                definition_of(&payload.schema).map_or_else(|| type_name(&words(&payload.schema)), str::to_owned)
            }
        })
        .collect();
    if variants.iter().all(|variant| matches!(variant, Variant::Payload { .. })) {
        names = without_shared_words(&names).iter().map(|name| variant_name(name)).collect();
    }
    for (name, variant) in names.iter_mut().zip(variants) {
        if let Variant::Payload { schema: Some(schema_name), .. } = variant
            && let Some(given) = text(&schema["x-variant-names"], schema_name)
        {
            *name = variant_name(&given);
        }
    }
    names
}
