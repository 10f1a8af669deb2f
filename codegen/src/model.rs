//! The model: the types of typify and the methods of progenitor, completed with the facts that neither of the two
//! supports: discrimination of unions, presence of properties, scopes, credentials, pagination and errors.

mod operation;
mod read;
pub mod standalone;
pub mod texts;
mod ty;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

pub use self::operation::{
    Body, Credential, Effects, Encoding, Operation, Pagination, PathParameter, QueryParameter, QueryStyle, Refusal,
};
pub use self::read::{model, model_of};
pub use self::texts::Limits;
pub use self::ty::{Enum, EnumValue, Id, Kind, Presence, Property, Struct, Type, Union, Variant};
pub use self::versions::Versions;
pub use crate::generate::{Success, TypeRef};
pub use crate::rewrite::{Literal, Rule};
use crate::{Error, Result};

/// A model: everything that is generated from a document.
#[derive(Clone, Debug)]
pub struct Model {
    /// The version of the API, as sent in the `Polar-Version` header.
    pub version: String,
    /// The server URLs by environment: `production`, `sandbox`.
    pub servers: BTreeMap<String, String>,
    /// The operations, ordered by id.
    pub operations: Vec<Operation>,
    /// The named types, by Rust name.
    pub types: BTreeMap<String, Type>,
    /// The descriptions of resources, by the path of their group, such as `customers.members`.
    pub resources: BTreeMap<String, String>,
    /// The name of the union of all webhook payloads. `None` if the document has no webhooks.
    pub webhook_union: Option<String>,
    /// The name of the enumeration of scopes. `None` if no operation requires scopes.
    pub scope_enum: Option<String>,
    /// The names of all secret properties. They do not depend on the types that pruning keeps.
    pub secrets: BTreeSet<String>,
    /// The relation to the other versions of the API.
    pub versions: Versions,
    /// True if the client that sends requests is generated.
    pub client: bool,
    /// True if the exercises are generated as well: source for tests that covers all types and operations.
    pub exercises: bool,
}

impl Model {
    /// Returns the names of the types that are reachable from `roots`, including the roots.
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

    /// Returns the representation of the ids if a type is an id type.
    pub fn id(&self, ty: &TypeRef) -> Option<Id> {
        let TypeRef::Named(name) = ty else { return None };
        match self.types.get(name)?.kind {
            Kind::Id(id) => Some(id),
            _ => None,
        }
    }

    /// Returns true if a type implements `Copy`.
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

    /// Returns the type of the items if a type is a page of a list: either the client's `Page`, or an object with `items`
    /// and `pagination`.
    pub fn item_of_page<'m>(&'m self, ty: &'m TypeRef) -> Option<&'m TypeRef> {
        let name = match ty {
            TypeRef::Page(item) => return Some(item),
            TypeRef::Named(name) => name,
            _ => return None,
        };
        let Kind::Struct(object) = &self.types.get(name)?.kind else { return None };
        let property = |name| {
            let mut required = object.properties.iter().filter(|property| property.required && !property.nullable);
            required.find(|property| property.name == name)
        };
        match (&property("items")?.ty, property("pagination")) {
            (TypeRef::List(item), Some(_)) => Some(item),
            _ => None,
        }
    }

    /// Returns true if a type is defined in this version's module rather than imported from the root of the crate.
    pub fn is_own(&self, ty: &str) -> bool {
        self.versions.module.is_none() || !self.versions.types.contains(ty)
    }

    /// Returns the type with a name.
    pub fn ty(&self, name: &str) -> Result<&Type> {
        self.types.get(name).ok_or_else(|| Error::new(name, "no such type"))
    }
}
