//! Plans types from their definitions and from the output of typify.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Enum, EnumValue, Id, Kind, Property, Rule, Struct, Type, TypeRef, Union, Variant};
use super::texts::{self, Limits};
use crate::generate::Types;
use crate::json::{Value, escape};
use crate::lifecycle::Month;
use crate::load::Document;
use crate::names::value_name;
use crate::rewrite::schemas::{is_null, strings, text};
use crate::rewrite::{Definitions, ID, LITERAL, PLACE, RAW, UNKNOWN, VALUES, definition_of};
use crate::{Error, Result};

/// Plans the types of all definitions.
pub(super) fn types(document: &Document, definitions: &Definitions, typify: &Types) -> Result<BTreeMap<String, Type>> {
    let mut types = BTreeMap::new();
    for (name, definition) in definitions.iter().filter(|(_, definition)| definition.get("x-page").is_none()) {
        let place = text(definition, PLACE).unwrap_or_default();
        let kind = match () {
            () if definition.get(ID).is_some() => {
                Kind::Id(if definition["format"] == "uuid" { Id::Uuid } else { Id::String })
            }
            () if definition.get(VALUES).is_some() => Kind::Enum(enumeration(definition)),
            () if definition.get("oneOf").is_some() => Kind::Union(union(definition, &place)?),
            () => Kind::Struct(structure(document, name, definition, &place, typify)?),
        };
        let ty = Type {
            name: name.clone(),
            place,
            kind,
            description: text(definition, "description"),
            resources: BTreeSet::new(),
            input: false,
            output: false,
            source: typify.sources.get(name).cloned().unwrap_or_default(),
        };
        types.insert(name.clone(), ty);
    }
    Ok(types)
}

fn enumeration(definition: &Value) -> Enum {
    let values = strings(&definition[VALUES]).unwrap_or_default();
    let variants = strings(&definition["enum"]).unwrap_or_default();
    let values = values.into_iter().zip(variants).map(|(value, variant)| {
        // A version is added every quarter, and its description is always the same.
        let of_version = || Month::parse(&value).map(|_| format!("Version {value} of the API."));
        EnumValue { description: texts::of_value(definition, &value).or_else(of_version), value, variant }
    });
    Enum { values: values.collect() }
}

fn union(definition: &Value, place: &str) -> Result<Union> {
    let variants = definition["oneOf"].as_array().into_iter().flatten();
    let variants: Vec<Variant> = variants.map(|variant| self::variant(variant, place)).collect::<Result<_>>()?;
    let rule = Rule::declared(definition, place, &variants)?;
    if let Rule::Tag { cases, .. } = &rule
        && !cases.is_empty()
        && let Some(index) = (0..variants.len()).find(|index| !cases.iter().any(|(_, variant)| variant == index))
    {
        let message = format!("no value of the discriminator leads to the variant `{}`", variants[index].name);
        return Err(Error::new(place, message));
    }
    let unknown = text(definition, UNKNOWN).map(TypeRef::Named);
    Ok(Union { variants, rule, unknown })
}

fn variant(variant: &Value, place: &str) -> Result<Variant> {
    let description = text(variant, "description");
    if let Some(literal) = text(variant, LITERAL) {
        let name = strings(&variant["enum"]).and_then(|names| names.into_iter().next()).unwrap_or_default();
        return Ok(Variant { name, payload: None, literal: Some(literal), description });
    }
    let property = variant["properties"].as_object().and_then(|properties| properties.iter().next());
    let (name, payload) = property.ok_or_else(|| Error::new(place, "a variant without a name"))?;
    // typify does not expose the payloads of variants.
    let payload = match definition_of(payload) {
        Some(name) => TypeRef::Named(name.to_owned()),
        None if payload["format"] == "date-time" => TypeRef::DateTime,
        None => TypeRef::String,
    };
    Ok(Variant { name: name.clone(), payload: Some(payload), literal: None, description })
}

fn structure(document: &Document, name: &str, definition: &Value, place: &str, typify: &Types) -> Result<Struct> {
    let required = strings(&definition["required"]).unwrap_or_default();
    let fields = typify.fields.get(name).ok_or_else(|| Error::new(place, "typify made no struct of it"))?;
    let field_of = |property: &str, field: &str| {
        let missing = || Error::new(format!("{place}/properties/{}", escape(property)), "typify made no field of it");
        fields.get(field).ok_or_else(missing)
    };
    let mut properties = Vec::new();
    let keeps_json = place.ends_with("/x-shared-properties");
    for (property, schema) in definition["properties"].as_object().into_iter().flatten() {
        if keeps_json && property == RAW {
            continue;
        }
        let field = field_of(property, &value_name(property))?;
        let preset = (schema["x-preset-version"] == true).then(|| document.version().to_owned());
        properties.push(Property {
            name: property.clone(),
            ty: field.ty.clone(),
            boxed: field.boxed,
            required: required.contains(property),
            nullable: is_nullable(schema),
            constant: schema.get("const").cloned(),
            implied: false,
            deprecated: schema["deprecated"] == true,
            secret: schema["x-secret"] == true,
            description: texts::of_property(document, property, schema),
            default: schema.get("default").filter(|_| preset.is_none()).cloned(),
            preset,
            limits: Limits::of(schema),
        });
    }
    properties.sort_by_cached_key(|property| {
        let place = required.iter().position(|name| *name == property.name);
        (place.unwrap_or(required.len()), property.name.clone())
    });
    let additional = match definition.get("additionalProperties") {
        Some(_) => match &field_of("additionalProperties", EXTRA)?.ty {
            TypeRef::Map(value) => Some((**value).clone()),
            _ => None,
        },
        None => None,
    };
    let partial = definition["x-absent-is-not-null"] == true;
    Ok(Struct { properties, additional, partial, keeps_json })
}

/// typify's name for the field of additional properties.
pub(crate) const EXTRA: &str = "extra";

fn is_nullable(schema: &Value) -> bool {
    is_null(schema) || schema["anyOf"].as_array().into_iter().flatten().any(is_null)
}
