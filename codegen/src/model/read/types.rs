//! Reads types from their definitions and from the output of typify.

use std::collections::BTreeMap;

use crate::generate::Types;
use crate::json::{Value, escape};
use crate::lifecycle::Month;
use crate::load::Document;
use crate::model::texts::{self, Limits};
use crate::model::{Enum, EnumValue, Id, Kind, Property, Struct, Type, TypeRef, Union, Variant};
use crate::names::value_name;
use crate::rewrite::schemas::{is_nullable, strings, text};
use crate::rewrite::{
    ADDITIONAL, CONSTANTS, ID, LITERAL, ORDER, PATCH, PLACE, RAW, Rewritten, Rule, UNKNOWN, Uses, VALUES,
    definition_of, is_unknown,
};
use crate::{Error, Result};

/// Reads the types of all definitions.
pub fn types(document: &Document, rewritten: &mut Rewritten, typify: &Types) -> Result<BTreeMap<String, Type>> {
    let mut types = BTreeMap::new();
    for (name, definition) in rewritten.definitions.iter().filter(|(_, definition)| definition.get("x-page").is_none())
    {
        let place = text(definition, PLACE).unwrap_or_default();
        let kind = match () {
            () if definition.get(ID).is_some() => {
                Kind::Id(if definition["format"] == "uuid" { Id::Uuid } else { Id::String })
            }
            () if definition.get(VALUES).is_some() => Kind::Enum(enumeration(definition)),
            () => match rewritten.rules.remove(name) {
                Some(rule) => Kind::Union(union(definition, rule, &place)?),
                None => Kind::Struct(structure(document, name, definition, &place, typify)?),
            },
        };
        let Uses { resources, input, output } = rewritten.uses.remove(name).unwrap_or_default();
        let (description, source) = (text(definition, "description"), typify.sources.get(name).cloned());
        let source = source.unwrap_or_default();
        let ty = Type { name: name.clone(), place, kind, description, resources, input, output, source };
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

fn union(definition: &Value, rule: Rule, place: &str) -> Result<Union> {
    let variants = definition["oneOf"].as_array().into_iter().flatten();
    let variants = variants.map(|variant| self::variant(variant, place)).collect::<Result<_>>()?;
    Ok(Union { variants, rule, unknown: text(definition, UNKNOWN).map(TypeRef::Named) })
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
    let keeps_json = is_unknown(place);
    for (property, schema) in definition["properties"].as_object().into_iter().flatten() {
        if keeps_json && property == RAW {
            continue;
        }
        let field = field_of(property, &value_name(property))?;
        let preset = match schema["x-preset-version"] == true {
            true => Some(Value::from(document.version())),
            false => schema.get("x-preset").cloned(),
        };
        properties.push(Property {
            name: property.clone(),
            ty: field.ty.clone(),
            boxed: field.boxed,
            required: required.contains(property),
            nullable: is_nullable(schema),
            patch: schema.get(PATCH).is_some(),
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
    let constants = definition[CONSTANTS].as_object().into_iter().flatten();
    properties.extend(constants.map(|(name, value)| constant(name, value, required.contains(name))));
    let order = strings(&definition[ORDER]).unwrap_or(required);
    properties.sort_by_cached_key(|property| {
        let place = order.iter().position(|name| *name == property.name);
        (place.unwrap_or(order.len()), property.name.clone())
    });
    let additional = match definition.get("additionalProperties") {
        Some(_) => match &field_of("additionalProperties", ADDITIONAL)?.ty {
            TypeRef::Map(value) => Some((**value).clone()),
            _ => None,
        },
        None => None,
    };
    Ok(Struct { properties, additional, keeps_json })
}

/// Returns a property without a field.
fn constant(name: &str, value: &Value, required: bool) -> Property {
    let ty = match value {
        Value::Null => TypeRef::Null,
        Value::Bool(_) => TypeRef::Boolean,
        _ => TypeRef::String,
    };
    Property {
        name: name.to_owned(),
        nullable: ty == TypeRef::Null,
        constant: Some(value.clone()).filter(|value| !value.is_null()),
        ty,
        boxed: false,
        required,
        patch: false,
        implied: true,
        deprecated: false,
        secret: false,
        description: None,
        default: None,
        preset: None,
        limits: Limits::default(),
    }
}
