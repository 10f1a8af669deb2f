//! The plan: the types of typify and the methods of progenitor, completed with the facts that neither of the two
//! supports: discrimination of unions, presence of properties, scopes, credentials, pagination and errors.
//!
mod model;
mod operations;
pub mod standalone;
pub mod texts;
mod types;

use std::collections::BTreeMap;

pub use crate::rewrite::{Literal, Rule};
pub use model::{
    Body, Credential, Effects, Encoding, Enum, EnumValue, Id, Kind, Operation, Pagination, PathParameter, Plan,
    Presence, Property, QueryParameter, QueryStyle, Refusal, Struct, Success, Type, TypeRef, Union, Variant, Versions,
};
pub use texts::Limits;

use crate::json::Value;
use crate::load::Document;
use crate::rewrite::Selection;
use crate::{Result, generate, rewrite};

/// Plans a whole document.
///
/// # Errors
/// Returns an error if the document cannot be represented. The error has the place: a JSON pointer or an operation id.
pub fn plan(document: &Document) -> Result<Plan> {
    plan_of(document, &Selection::all())
}

/// Plans the selected parts of a document.
///
/// # Errors
/// Returns the errors of [`plan`].
pub fn plan_of(document: &Document, selection: &Selection) -> Result<Plan> {
    let mut rewritten = rewrite::rewrite(document, selection)?;
    let generated = generate::generate(&rewritten)?;
    let mut plan = Plan {
        version: document.version().to_owned(),
        servers: servers(document.root()),
        operations: operations::operations(document, &rewritten.paths, &generated.methods)?,
        types: types::types(document, &mut rewritten, &generated.types)?,
        resources: texts::of_resources(document),
        webhook_union: rewritten.webhook_union,
        scope_enum: rewritten.scope_enum,
        secrets: rewritten.secrets,
        versions: Versions::default(),
    };
    operations::infer_pagination(&mut plan);
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
