//! Rejects types that cannot exist: unions that are variants of themselves, and types without finite values.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Kind, Type, TypeRef};
use crate::{Error, Result};

/// Checks all types.
///
/// # Errors
/// Returns an error if a union is a variant of itself, directly or through other unions, or if every value of a type
/// contains another value of that type.
pub(super) fn check(types: &BTreeMap<String, Type>) -> Result<()> {
    for (name, ty) in types {
        if holds_itself(types, name) {
            return Err(Error::new(&ty.place, format!("the union `{name}` is a variant of itself")));
        }
    }
    // A type is finite if all types that it requires are. Start with the types that require no others, and repeat until
    // no more are found.
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

/// Returns true if a union contains itself, directly or through other unions.
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

/// Returns true if a type has a finite value, given the types that are known to have one.
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
        // Lists and maps can be empty.
        _ => true,
    }
}
