//! The plan itself.

use std::collections::{BTreeMap, BTreeSet};

use super::operations::Operation;
use super::types::{Id, Kind, Type, TypeRef};
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
    /// The types whose values may hold values of their own type, not by way of a list or a map, and those that hold
    /// such types.
    pub recursive: BTreeSet<String>,
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
        let operations = self.operations.iter().flat_map(|operation| {
            let parameters = operation.path_parameters.iter().map(|parameter| &parameter.ty);
            let query = operation.query.iter().map(|parameter| &parameter.ty);
            let body = operation.body.iter().map(|body| &body.ty);
            parameters.chain(query).chain(body).chain(operation.success.ty())
        });
        let others = self.webhook_union.iter().chain(&self.scope_enum).cloned().map(TypeRef::Named);
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

    /// A type by its name.
    pub fn ty(&self, name: &str) -> Result<&Type> {
        self.types.get(name).ok_or_else(|| Error::new(name, "no such type"))
    }
}
