//! Refuses types that cannot be: unions that are a variant of themselves, and types without a value of finite size.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Kind, Type, TypeRef};
use crate::{Error, Result};

/// Checks all types.
///
/// # Errors
/// If a union is a variant of itself, be it through other unions, or if every value of a type holds another of it.
pub(super) fn check(types: &BTreeMap<String, Type>) -> Result<()> {
    for (name, ty) in types {
        if holds_itself(types, name) {
            return Err(Error::new(&ty.place, format!("the union `{name}` is a variant of itself")));
        }
    }
    // Types are known to be finite by those that they need, from those that need none.
    let mut finite = BTreeSet::<&str>::new();
    loop {
        let more: Vec<&str> = types
            .iter()
            .filter(|(name, ty)| !finite.contains(name.as_str()) && is_finite(ty, &finite))
            .map(|(name, _)| name.as_str())
            .collect();
        if more.is_empty() {
            break;
        }
        finite.extend(more);
    }
    match types.iter().find(|(name, _)| !finite.contains(name.as_str())) {
        Some((name, ty)) => {
            Err(Error::new(&ty.place, format!("every value of `{name}` holds another, without an end")))
        }
        None => Ok(()),
    }
}

/// Whether a union is reached from its own variants by unions alone.
fn holds_itself(types: &BTreeMap<String, Type>, name: &str) -> bool {
    let variants = |name: &str| -> Vec<&str> {
        let Some(Type { kind: Kind::Union(union), .. }) = types.get(name) else { return Vec::new() };
        let payloads = union.variants.iter().filter_map(|variant| variant.payload.as_ref());
        payloads
            .filter_map(|payload| if let TypeRef::Named(name) = payload { Some(name.as_str()) } else { None })
            .collect()
    };
    let (mut seen, mut open) = (BTreeSet::new(), variants(name));
    while let Some(next) = open.pop() {
        if next == name {
            return true;
        }
        if seen.insert(next) {
            open.extend(variants(next));
        }
    }
    false
}

/// Whether a type has a value, given the types that are known to have one.
fn is_finite(ty: &Type, finite: &BTreeSet<&str>) -> bool {
    match &ty.kind {
        Kind::Enum(_) | Kind::Id(_) => true,
        Kind::Struct(object) => {
            let needed = object.properties.iter().filter(|property| property.required && !property.nullable);
            needed.map(|property| &property.ty).all(|ty| has_value(ty, finite))
        }
        Kind::Union(union) => {
            union.variants.iter().any(|variant| variant.payload.as_ref().is_none_or(|ty| has_value(ty, finite)))
        }
    }
}

fn has_value(ty: &TypeRef, finite: &BTreeSet<&str>) -> bool {
    match ty {
        TypeRef::Named(name) => finite.contains(name.as_str()),
        TypeRef::Pair(first, second) => has_value(first, finite) && has_value(second, finite),
        // Lists and maps may be empty.
        _ => true,
    }
}
