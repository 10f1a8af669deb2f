//! The last pass: source as text, in files.

use std::path::Path;

use proc_macro2::TokenStream;

use crate::shape::Source;
use crate::{Error, Result};

mod layout;
mod pieces;

/// Writes each file of the source into a folder, unless it holds the same already.
pub fn print(source: Source, folder: &Path) -> Result<()> {
    for (name, tokens) in source {
        let path = folder.join(format!("{name}.rs"));
        let text = text(tokens);
        if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        std::fs::write(&path, text).map_err(|error| Error::new(path.display().to_string(), error.to_string()))?;
    }
    Ok(())
}

/// A file's text, laid out for readers.
///
/// It is made of the tokens as they are, without parsing them: that takes a fifth of the time that a printer of syntax
/// trees needs, in a program that is compiled for every user and not optimized.
pub fn text(tokens: TokenStream) -> String {
    layout::file(tokens)
}
