//! The document as typify and progenitor can read it: everything that makes a type has a name, and OpenAPI 3.1 is said in
//! words that the two know.
//!
//! Each file has one idea. Those that need no more than one schema are functions of it; they are called with every schema
//! of the document, before the schemas within it.

mod choices;
mod decimals;
mod entities;
mod enums;
mod formats;
mod ids;
mod intersections;
mod keywords;
mod names;
mod open_sets;
mod operations;
mod parameters;
mod reach;
pub mod schemas;
mod scopes;
mod shared;
mod types;
mod unions;
mod untyped;
mod webhooks;

pub use enums::VALUES;
pub use ids::ID;
pub use names::{Definitions, PLACE, definition_of, references};
pub use shared::{RAW, UNKNOWN};
pub use unions::LITERAL;
pub use webhooks::PLACE as WEBHOOKS;

use crate::Result;
use crate::json::{Map, Value};
use crate::load::Document;

/// A document for typify and progenitor.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// The schemas of types, by their Rust names. Each has its [`PLACE`].
    pub definitions: Definitions,
    /// The operations by their paths, as OpenAPI 3.0 has them.
    pub paths: Map<String, Value>,
    /// The name of the union of all webhooks' payloads, if the document has webhooks.
    pub webhook_union: Option<String>,
    /// The name of the enumeration of what tokens may do, if operations ask for scopes.
    pub scope_enum: Option<String>,
}

/// Rewrites a document.
///
/// # Errors
/// If a schema or an operation cannot be said in what typify and progenitor read. The error names the place.
pub fn rewrite(document: &Document) -> Result<Rewritten> {
    let mut root = reach::reachable(document.root());
    each_parameter(&mut root, parameters::rewrite);
    schemas::visit(&mut root, &mut |schema| {
        untyped::rewrite(schema);
        types::rewrite(schema);
        decimals::rewrite(schema);
        choices::rewrite(schema);
        open_sets::rewrite(schema);
        formats::rewrite(schema);
    });
    ids::rewrite(document, &mut root)?;
    let schemas = match root.pointer_mut("/components/schemas") {
        Some(Value::Object(schemas)) => std::mem::take(schemas),
        _ => Map::new(),
    };
    let mut namer = names::Namer::new(document, schemas);
    let paths = operations::rewrite(document, &root, &mut namer)?;
    let webhook_union = webhooks::define(&root, &mut namer)?;
    let scope_enum = scopes::define(&root, &mut namer)?;
    let mut rewritten = Rewritten { definitions: namer.finish(), paths, webhook_union, scope_enum };
    shared::rewrite(&mut rewritten)?;
    Ok(rewritten)
}

/// Calls a function with each parameter of a document.
fn each_parameter(root: &mut Value, rule: fn(&mut Value)) {
    let Some(Value::Object(paths)) = root.get_mut("paths") else { return };
    let items = paths.values_mut().filter_map(Value::as_object_mut);
    let operations = items.flat_map(|item| item.values_mut());
    let parameters = operations.filter_map(|operation| operation.get_mut("parameters")?.as_array_mut()).flatten();
    parameters.for_each(rule);
}
