//! Reads a model from a document.

mod operations;
mod types;

use std::collections::BTreeMap;

use super::{Model, Versions, texts};
use crate::json::Value;
use crate::load::Document;
use crate::rewrite::Selection;
use crate::{Result, generate, rewrite};

/// Reads a whole document.
///
/// # Errors
/// Returns an error if the document cannot be represented. The error has the place: a JSON pointer or an operation id.
pub fn model(document: &Document) -> Result<Model> {
    model_of(document, &Selection::all())
}

/// Reads the selected parts of a document.
///
/// # Errors
/// Returns the errors of [`model`].
pub fn model_of(document: &Document, selection: &Selection) -> Result<Model> {
    let mut rewritten = rewrite::rewrite(document, selection)?;
    let generated = generate::generate(&rewritten)?;
    let mut model = Model {
        version: document.version().to_owned(),
        servers: servers(document.root()),
        operations: operations::operations(document, &rewritten.paths, &generated.methods)?,
        types: types::types(document, &mut rewritten, &generated.types)?,
        resources: texts::of_resources(document),
        webhook_union: rewritten.webhook_union,
        scope_enum: rewritten.scope_enum,
        secrets: rewritten.secrets,
        versions: Versions::default(),
        client: selection.client,
        exercises: selection.exercises,
    };
    operations::infer_pagination(&mut model);
    Ok(model)
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
