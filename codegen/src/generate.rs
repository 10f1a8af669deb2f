//! The generate pass: runs typify for types and progenitor for operations.

mod catch;
mod methods;
mod schemas;
mod syntax;
mod type_ref;
mod types;

pub use methods::{Argument, Method, Methods, Place, Success};
pub use type_ref::TypeRef;
pub use types::{Field, Source, Types};

use crate::Result;
use crate::rewrite::Rewritten;

/// The output of typify and progenitor.
#[derive(Debug)]
pub struct Generated {
    /// The types that typify generated.
    pub types: Types,
    /// The methods that progenitor generated.
    pub methods: Methods,
}

/// Runs typify and progenitor on a document.
///
/// # Errors
/// Returns an error if one of them fails or panics. The error has the operation id, or the JSON pointer of the type.
pub fn generate(rewritten: &Rewritten) -> Result<Generated> {
    let (types, methods) = std::thread::scope(|scope| {
        let methods = scope.spawn(|| methods::methods(rewritten));
        let types = types::types(&rewritten.definitions);
        let methods = methods.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (types, methods)
    });
    Ok(Generated { types: types?, methods: methods? })
}
