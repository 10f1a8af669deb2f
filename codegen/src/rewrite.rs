//! The rewrite pass: converts the document to a form that typify and progenitor support. Every schema that results in a
//! type gets a name, and features of OpenAPI 3.1 are replaced by equivalents that both generators accept.
//!
//! Each file implements one rewrite. Rewrites that need only a single schema are applied to every schema of the
//! document, from the outermost to the innermost.

mod choices;
mod currencies;
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

/// A rewritten document.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// The schemas of types, by Rust name. Each has its [`PLACE`].
    pub definitions: Definitions,
    /// The paths and their operations, in the format of OpenAPI 3.0.
    pub paths: Map<String, Value>,
    /// The name of the union of all webhook payloads. `None` if the document has no webhooks.
    pub webhook_union: Option<String>,
    /// The name of the enumeration of scopes. `None` if no operation requires scopes.
    pub scope_enum: Option<String>,
}

/// Rewrites a document.
///
/// # Errors
/// Returns an error with its place if a schema or an operation is not supported.
pub fn rewrite(document: &Document) -> Result<Rewritten> {
    let mut root = reach::reachable(document.root());
    each_parameter(&mut root, parameters::rewrite);
    let has_currencies = currencies::are_known(&root);
    schemas::visit(&mut root, &mut |schema| {
        if has_currencies {
            currencies::rewrite(schema);
        }
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
