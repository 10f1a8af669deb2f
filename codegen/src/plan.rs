//! The plan: the types of typify and the methods of progenitor, completed with the facts that neither of the two
//! supports: discrimination of unions, presence of properties, scopes, credentials, pagination and errors.
//!
//! The names of types must not depend on the enabled features. Therefore the whole document is planned first, and
//! pruned afterwards.

mod finite;
mod model;
mod operations;
pub mod standalone;
pub mod texts;
mod types;
mod unions;

use std::collections::{BTreeMap, BTreeSet};

pub use model::{
    Body, Credential, Effects, Encoding, Enum, EnumValue, Id, Kind, Literal, Operation, Pagination, PathParameter,
    Plan, Presence, Property, QueryParameter, QueryStyle, Refusal, Rule, Struct, Success, Type, TypeRef, Union,
    Variant, Versions,
};
pub use texts::Limits;
pub(crate) use types::EXTRA;

use crate::json::Value;
use crate::load::Document;
use crate::{Result, generate, rewrite};

/// Plans a whole document.
///
/// # Errors
/// Returns an error if the document cannot be represented. The error has the place: a JSON pointer or an operation id.
pub fn plan(document: &Document) -> Result<Plan> {
    let rewritten = rewrite::rewrite(document)?;
    let generated = generate::generate(&rewritten)?;
    let types = types::types(document, &rewritten.definitions, &generated.types)?;
    finite::check(&types)?;
    let secrets = secrets(&types);
    let mut plan = Plan {
        version: document.version().to_owned(),
        servers: servers(document.root()),
        operations: operations::operations(document, &rewritten.paths, &generated.methods)?,
        types: unions::decide(types)?,
        webhook_union: rewritten.webhook_union,
        scope_enum: rewritten.scope_enum,
        secrets,
        versions: Versions::default(),
    };
    operations::infer_pagination(&mut plan);
    note_uses(&mut plan);
    unions::keep_rest(&mut plan)?;
    unions::imply_constants(&mut plan);
    plan.drop_unused_types();
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

/// Returns the names of the properties that overlays mark as secret.
fn secrets(types: &BTreeMap<String, Type>) -> BTreeSet<String> {
    let structs = types.values().filter_map(|ty| match &ty.kind {
        Kind::Struct(object) => Some(object),
        _ => None,
    });
    let properties = structs.flat_map(|object| &object.properties).filter(|property| property.secret);
    properties.map(|property| property.name.clone()).collect()
}

/// Records for every type whether it is used in requests or responses, and by which resources.
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
            // Values of unknown variants are never sent.
            ty.input |= input && !matches!(&ty.kind, Kind::Struct(object) if object.keeps_json);
            ty.output |= !input;
        }
    }
}
