//! The rewrite pass: converts the document to a form that typify and progenitor support. Every schema that results in a
//! type gets a name, and features of OpenAPI 3.1 are replaced by equivalents that both generators accept.
//!
//! Each file implements one rewrite. Rewrites that need only a single schema are applied to every schema of the
//! document, from the outermost to the innermost.

mod choices;
mod constants;
mod currencies;
mod decimals;
mod entities;
mod enums;
mod features;
mod finite;
mod formats;
mod ids;
mod intersections;
mod keywords;
mod names;
mod open_sets;
mod operations;
mod parameters;
mod patches;
mod reach;
mod rests;
mod rules;
pub mod schemas;
mod scopes;
mod shared;
mod types;
mod unions;
mod untyped;
mod uses;
mod webhooks;

pub use constants::CONSTANTS;
pub use enums::VALUES;
pub use features::Selection;
pub(crate) use features::resource_of;
pub use ids::ID;
pub use names::{Definitions, ORDER, PLACE, definition_of};
pub use patches::PATCH;
pub use rests::ADDITIONAL;
pub use rules::{Literal, Rule};
pub use shared::{RAW, UNKNOWN, is_unknown};
pub use unions::LITERAL;
pub use uses::{References, Uses};
pub use webhooks::PLACE as WEBHOOKS;

use std::collections::{BTreeMap, BTreeSet};

use crate::Result;
use crate::json::{Map, Value};
use crate::load::Document;

/// A rewritten document.
#[derive(Clone, Debug, Default)]
pub struct Rewritten {
    /// The schemas of types, by Rust name. Each has its [`PLACE`].
    pub definitions: Definitions,
    /// The paths and their operations, in the format of OpenAPI 3.0.
    pub paths: Map<String, Value>,
    /// The rule of each union, by name.
    pub rules: BTreeMap<String, Rule>,
    /// The uses of each definition, whatever the features.
    pub uses: BTreeMap<String, Uses>,
    /// The names of all secret properties, whatever the features.
    pub secrets: BTreeSet<String>,
    /// The name of the union of all webhook payloads. `None` if there are no webhooks.
    pub webhook_union: Option<String>,
    /// The name of the enumeration of scopes. `None` if no operation requires scopes.
    pub scope_enum: Option<String>,
}

impl Rewritten {
    /// Returns the operations of all paths.
    pub fn operations(&self) -> impl Iterator<Item = &Value> {
        self.paths.values().filter_map(Value::as_object).flat_map(|item| item.values())
    }
}

/// Rewrites the selected parts of a document.
///
/// # Errors
/// Returns an error with its place if a schema or an operation is not supported.
pub fn rewrite(document: &Document, selection: &Selection) -> Result<Rewritten> {
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
    let mut rewritten = named(document, root)?;
    // The rewrites below recurse into the variants of unions.
    finite::check(&rewritten.definitions)?;
    shared::rewrite(&mut rewritten)?;
    rewritten.secrets = secrets(&rewritten.definitions);
    rewritten.uses = uses::of(&rewritten);
    rewritten.rules = rules::decide(&rewritten.definitions)?;
    rests::rewrite(&mut rewritten)?;
    patches::rewrite(&mut rewritten);
    constants::rewrite(&mut rewritten);
    features::rewrite(&mut rewritten, selection);
    Ok(rewritten)
}

/// Gives every object, enumeration and union a name.
fn named(document: &Document, mut root: Value) -> Result<Rewritten> {
    let schemas = match root.pointer_mut("/components/schemas") {
        Some(Value::Object(schemas)) => std::mem::take(schemas),
        _ => Map::new(),
    };
    let mut namer = names::Namer::new(document, schemas);
    Ok(Rewritten {
        paths: operations::rewrite(document, &root, &mut namer)?,
        webhook_union: webhooks::define(&root, &mut namer)?,
        scope_enum: scopes::define(&root, &mut namer)?,
        definitions: namer.finish(),
        ..Rewritten::default()
    })
}

/// Returns the names of the properties that overlays mark as secret.
fn secrets(definitions: &Definitions) -> BTreeSet<String> {
    let properties = definitions.values().filter_map(|definition| definition["properties"].as_object()).flatten();
    properties.filter(|(_, property)| property["x-secret"] == true).map(|(name, _)| name.clone()).collect()
}

/// Calls a function with each parameter of a document.
fn each_parameter(root: &mut Value, rule: fn(&mut Value)) {
    let Some(Value::Object(paths)) = root.get_mut("paths") else { return };
    let items = paths.values_mut().filter_map(Value::as_object_mut);
    let operations = items.flat_map(|item| item.values_mut());
    let parameters = operations.filter_map(|operation| operation.get_mut("parameters")?.as_array_mut()).flatten();
    parameters.for_each(rule);
}
