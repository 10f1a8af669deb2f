//! The second pass: what the document says, as small tables that everything later reads.
//!
//! Types keep their names whichever features are on, so the whole document is planned before anything is left out.

mod finite;
mod ids;
mod intersection;
mod model;
mod operations;
pub(crate) mod schema;
pub mod texts;
mod types;
mod unions;
mod unknown;

use std::collections::{BTreeMap, BTreeSet};

pub use model::{
    Body, Credential, Encoding, Enum, EnumValue, Id, Kind, Literal, Operation, Pagination, PathParameter, Plan,
    Presence, Property, QueryParameter, QueryStyle, Refusal, Rule, Struct, Success, Type, TypeRef, Union, Variant,
    Versions,
};
pub use texts::Limits;
pub(crate) use unknown::RAW;

use crate::Result;
use crate::json::Value;
use crate::load::Document;

/// Plans a whole document.
pub fn plan(document: &Document) -> Result<Plan> {
    let root = document.root();
    let mut types = types::Builder::new(document);
    let operations = operations::plan(document, &mut types)?;
    let webhook_union = types.webhooks()?;
    let scope_enum = types.scopes(&operations)?;
    let types = types.finish();
    finite::check(&types)?;
    let secrets = secrets(&types);
    let mut plan = Plan {
        version: document.version().to_owned(),
        servers: servers(root),
        operations,
        types: unions::decide(types)?,
        webhook_union,
        scope_enum,
        recursive: BTreeSet::new(),
        secrets,
        versions: Versions::default(),
    };
    operations::infer_pagination(&mut plan);
    operations::check_parameters(document, &plan.operations, &plan.types)?;
    note_uses(&mut plan);
    unknown::plan(&mut plan)?;
    unions::keep_rest(&mut plan)?;
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

/// The names of the properties that overlays mark as secrets.
fn secrets(types: &BTreeMap<String, Type>) -> BTreeSet<String> {
    let structs = types.values().filter_map(|ty| match &ty.kind {
        Kind::Struct(object) => Some(object),
        _ => None,
    });
    let properties = structs.flat_map(|object| &object.properties).filter(|property| property.secret);
    properties.map(|property| property.name.clone()).collect()
}

/// Notes for every type whether requests or answers hold it, and for which resources.
fn note_uses(plan: &mut Plan) {
    let mut roots = Vec::new();
    for operation in &plan.operations {
        let resource = operation.resource.clone();
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
