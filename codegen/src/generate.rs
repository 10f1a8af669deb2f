//! typify makes the types of a document, and progenitor a method for each operation.

mod catch;
mod methods;
mod schemas;
mod syntax;
mod types;

pub use methods::{Argument, Method, Methods, Place};
pub use syntax::{tidy_block, tidy_type};
pub use types::{Field, Source, Types};

use crate::Result;
use crate::rewrite::Rewritten;

/// What typify and progenitor made of a document.
#[derive(Debug)]
pub struct Generated {
    /// typify's types.
    pub types: Types,
    /// progenitor's methods.
    pub methods: Methods,
}

/// Lets typify and progenitor make what a document describes.
///
/// # Errors
/// If one of them fails or panics. The error names the operation, or the place of the type in the document.
pub fn generate(rewritten: &Rewritten) -> Result<Generated> {
    let (types, methods) = std::thread::scope(|scope| {
        let methods = scope.spawn(|| methods::methods(rewritten));
        let types = types::types(&rewritten.definitions);
        let methods = methods.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (types, methods)
    });
    Ok(Generated { types: types?, methods: methods? })
}
