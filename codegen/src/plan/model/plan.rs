//! The plan itself.

use std::collections::{BTreeMap, BTreeSet};

use super::operations::Operation;
use super::types::{Id, Kind, Property, Type, TypeRef};
use super::versions::Versions;
use crate::{Error, Result};

/// Everything that is generated from a document.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The version of the API, for the `Polar-Version` header.
    pub version: String,
    /// The servers by environment: `production`, `sandbox`.
    pub servers: BTreeMap<String, String>,
    /// The operations in the order of their ids.
    pub operations: Vec<Operation>,
    /// The named types by their Rust name.
    pub types: BTreeMap<String, Type>,
    /// The union of all webhook payloads, if the document has webhooks.
    pub webhook_union: Option<String>,
    /// The enumeration of what tokens may do, if operations ask for scopes.
    pub scope_enum: Option<String>,
    /// The names of all properties whose values are secrets, whichever types are left.
    pub secrets: BTreeSet<String>,
    /// What it has to do with other versions of the API.
    pub versions: Versions,
}

impl Plan {
    /// The names of all types that these types hold, themselves included.
    pub fn reachable<'a>(&self, roots: impl IntoIterator<Item = &'a TypeRef>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open: Vec<String> = roots.into_iter().flat_map(TypeRef::names).map(str::to_owned).collect();
        while let Some(name) = open.pop() {
            let Some(ty) = self.types.get(&name) else { continue };
            if found.insert(name) {
                open.extend(ty.kind.references().into_iter().flat_map(TypeRef::names).map(str::to_owned));
            }
        }
        found
    }

    /// The types that operations and webhooks hold themselves.
    fn roots(&self) -> Vec<TypeRef> {
        let operations = self.operations.iter().flat_map(Operation::types);
        // What another version takes from the root has to be there, whichever operations are.
        let taken = self.versions.module.is_none().then_some(&self.versions.types).into_iter().flatten();
        let others = self.webhook_union.iter().chain(&self.scope_enum).chain(taken).cloned().map(TypeRef::Named);
        operations.cloned().chain(others).collect()
    }

    /// Leaves out all types that nothing holds.
    pub(crate) fn drop_unused_types(&mut self) {
        let used = self.reachable(&self.roots());
        self.types.retain(|name, _| used.contains(name));
    }

    /// What a type is if it is that of ids.
    pub fn id(&self, ty: &TypeRef) -> Option<Id> {
        let TypeRef::Named(name) = ty else { return None };
        match self.types.get(name)?.kind {
            Kind::Id(id) => Some(id),
            _ => None,
        }
    }

    /// Whether values of a type are copied rather than borrowed.
    pub fn is_copy(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::Integer
            | TypeRef::Boolean
            | TypeRef::DateTime
            | TypeRef::Date
            | TypeRef::Uuid
            | TypeRef::Decimal
            | TypeRef::Null => true,
            _ => self.id(ty) == Some(Id::Uuid),
        }
    }

    /// Whether a type is a page of a list: the client's own, or an object with `items` and `pagination`.
    pub fn is_page(&self, ty: &TypeRef) -> bool {
        let name = match ty {
            TypeRef::Page(_) => return true,
            TypeRef::Named(name) => name,
            _ => return false,
        };
        let Some(Kind::Struct(object)) = self.types.get(name).map(|ty| &ty.kind) else { return false };
        let property = |name| object.properties.iter().find(|property| property.name == name);
        let has =
            |property: Option<&Property>| property.is_some_and(|property| property.required && !property.nullable);
        has(property("pagination"))
            && has(property("items"))
            && property("items").is_some_and(|items| matches!(items.ty, TypeRef::List(_)))
    }

    /// Whether a type is generated for this version, and not taken from the root of the crate.
    pub fn is_own(&self, ty: &str) -> bool {
        self.versions.module.is_none() || !self.versions.types.contains(ty)
    }

    /// A type by its name.
    pub fn ty(&self, name: &str) -> Result<&Type> {
        self.types.get(name).ok_or_else(|| Error::new(name, "no such type"))
    }
}
