//! Plans the types that the variant `Unknown` of unions holds.

use std::collections::BTreeMap;

use super::model::{Kind, Plan, Property, Struct, Type, TypeRef, Union};
use super::texts::Limits;
use crate::json::Value;
use crate::names::value_name;
use crate::{Error, Result};

/// The name of the field that has the whole object.
pub(crate) const RAW: &str = "raw";

/// Adds a type for each union in answers with shared properties. It has these properties and the whole object as JSON.
pub(super) fn plan(plan: &mut Plan) -> Result<()> {
    let mut made = Vec::new();
    for ty in plan.types.values().filter(|ty| ty.output) {
        let Kind::Union(union) = &ty.kind else { continue };
        if union.shared.is_empty() {
            continue;
        }
        // What is said of the payloads of all webhooks stands beside them, not among them.
        let home = if ty.place == "/webhooks" { "/x-webhook-payload" } else { &ty.place };
        let place = format!("{home}/x-shared-properties");
        let name = format!("Unknown{}", ty.name);
        if plan.types.contains_key(&name) {
            return Err(Error::new(place, format!("the name `{name}` is taken by a type of the document")));
        }
        if union.shared.iter().any(|name| value_name(name) == RAW) {
            return Err(Error::new(place, format!("a shared property with the name of the whole object, `{RAW}`")));
        }
        let properties: Result<Vec<Property>> =
            union.shared.iter().map(|name| property(&plan.types, union, name, &place)).collect();
        made.push((ty.name.clone(), Type {
            kind: Kind::Struct(Struct { properties: properties?, additional: None, partial: false, keeps_json: true }),
            description: Some(format!(
                "An object of [`{}`] whose variant this version of the crate does not know.\n\nIts fields are the properties \
                 that all variants share, and `raw` is the whole object. Serialization writes `raw` and ignores the fields.",
                ty.name
            )),
            resources: ty.resources.clone(),
            input: false,
            output: true,
            name,
            place,
        }));
    }
    for (union, ty) in made {
        if let Some(Type { kind: Kind::Union(union), .. }) = plan.types.get_mut(&union) {
            union.unknown = Some(TypeRef::Named(ty.name.clone()));
        }
        plan.types.insert(ty.name.clone(), ty);
    }
    Ok(())
}

/// Returns a property that all variants of a union have, without what applies to some variants only.
fn property(types: &BTreeMap<String, Type>, union: &Union, name: &str, place: &str) -> Result<Property> {
    let mut found: Option<Property> = None;
    for variant in &union.variants {
        let lacks = |why: &str| Error::new(place, format!("`{name}` {why} the variant `{}`", variant.name));
        let Some(TypeRef::Named(payload)) = &variant.payload else { return Err(lacks("is no property of")) };
        let own = match types.get(payload).map(|ty| &ty.kind) {
            Some(Kind::Struct(object)) => object.properties.iter().find(|property| property.name == name).cloned(),
            Some(Kind::Union(inner)) if inner.shared.iter().any(|shared| shared == name) => {
                Some(property(types, inner, name, place)?)
            }
            _ => None,
        };
        let mut own = own.filter(|own| own.required).ok_or_else(|| lacks("is no required property of"))?;
        if let Some(Value::String(_)) = own.constant.take() {
            own.ty = TypeRef::String;
        }
        own.implied = false;
        match &found {
            Some(other) if (&other.ty, other.nullable) != (&own.ty, own.nullable) => {
                return Err(lacks("has another type in"));
            }
            Some(_) => {}
            None => found = Some(Property { limits: Limits::default(), default: None, preset: None, ..own }),
        }
    }
    found.ok_or_else(|| Error::new(place, format!("`{name}` is shared by no variants")))
}
