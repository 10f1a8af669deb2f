//! The second pass: what the document says, as small tables that everything later reads.
//!
//! Types keep their names whichever features are on, so the whole document is planned before anything is left out.

mod ids;
mod intersection;
mod operations;
pub mod texts;
mod types;
mod unions;

use std::collections::{BTreeMap, BTreeSet};

pub use operations::{
    Body, Credential, Encoding, Operation, Pagination, PathParameter, QueryParameter, QueryStyle, Refusal, Success,
};
pub use texts::Limits;
pub use types::{Enum, EnumValue, Id, Kind, Property, Struct, Type, TypeRef};
pub use unions::{Literal, Rule, Union, Variant};

use crate::json::Value;
use crate::load::Document;
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

/// Plans a whole document.
pub fn plan(document: &Document) -> Result<Plan> {
    let root = document.root();
    let mut types = types::Builder::new(document);
    let operations = operations::plan(document, &mut types)?;
    let webhook_union = types.webhooks()?;
    let scope_enum = types.scopes(&operations)?;
    let mut plan = Plan {
        version: root["info"]["version"].as_str().unwrap_or_default().to_owned(),
        servers: servers(root),
        operations,
        types: unions::decide(types.finish())?,
        webhook_union,
        scope_enum,
        recursive: BTreeSet::new(),
    };
    operations::check_parameters(document, &plan.operations, &plan.types)?;
    note_uses(&mut plan);
    unions::imply_constants(&mut plan);
    plan.drop_unused_types();
    plan.recursive = recursive(&plan.types);
    Ok(plan)
}

fn servers(root: &Value) -> BTreeMap<String, String> {
    let servers = root["servers"].as_array().into_iter().flatten();
    servers
        .filter_map(|server| {
            let environment = server["x-polar-environment"].as_str()?;
            Some((environment.to_owned(), server["url"].as_str()?.trim_end_matches('/').to_owned()))
        })
        .collect()
}

/// Notes for every type whether requests or answers hold it, and for which resources.
fn note_uses(plan: &mut Plan) {
    let mut roots = Vec::new();
    for operation in &plan.operations {
        let resource = operation.resource().to_owned();
        if let Some(body) = &operation.body {
            roots.push((body.ty.clone(), resource.clone(), true));
        }
        for parameter in &operation.query {
            roots.push((parameter.ty.clone(), resource.clone(), true));
        }
        for parameter in &operation.path_parameters {
            roots.push((parameter.ty.clone(), resource.clone(), true));
        }
        if let Some(ty) = operation.success.ty() {
            roots.push((ty.clone(), resource, false));
        }
    }
    if let Some(union) = &plan.webhook_union {
        roots.push((TypeRef::Named(union.clone()), "webhook-events".to_owned(), false));
    }
    for (ty, resource, input) in roots {
        for name in plan.reachable([&ty]) {
            let Some(ty) = plan.types.get_mut(&name) else { continue };
            ty.resources.insert(resource.clone());
            ty.input |= input;
            ty.output |= !input;
        }
    }
}

/// The types that are left when those are taken away, again and again, that hold none of the rest.
fn recursive(types: &BTreeMap<String, Type>) -> BTreeSet<String> {
    let mut rest: BTreeSet<String> = types.keys().cloned().collect();
    loop {
        let holds_some = |name: &String| types[name].kind.held().any(|held| rest.contains(held));
        let left: BTreeSet<String> = rest.iter().filter(|name| holds_some(name)).cloned().collect();
        if left.len() == rest.len() {
            return rest;
        }
        rest = left;
    }
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

    /// A type by its name.
    pub fn ty(&self, name: &str) -> Result<&Type> {
        self.types.get(name).ok_or_else(|| Error::new(name, "no such type"))
    }
}
