//! The sixth pass: typify makes the types, and progenitor a method for each operation; both as syntax trees.

mod catch;
mod methods;
mod syntax;
mod types;

pub use methods::{Argument, Method, Methods, Place, Success, method_of, method_tokens};
pub use syntax::{docs, inner, is_named, mentions};
pub use types::{Definition, Definitions, definition, field, property_of, type_tokens};

use crate::Result;
use crate::lower::Lowered;

/// What typify and progenitor made for a file.
#[derive(Default)]
pub struct Generated {
    /// typify's types.
    pub definitions: Definitions,
    /// progenitor's methods.
    pub methods: Methods,
}

/// Lets typify and progenitor make what a file holds.
///
/// # Errors
/// If one of them fails, panics, or makes something else than what was lowered. The error names the operation, or the
/// place of the type in the document.
pub fn generate(lowered: &Lowered) -> Result<Generated> {
    let methods = lowered.operations.as_ref().map(methods::methods).transpose()?;
    Ok(Generated { definitions: types::types(&lowered.schemas)?, methods: methods.unwrap_or_default() })
}
