//! The last pass: source as text, in files.

use std::path::Path;

use crate::shape::Source;
use crate::{Error, Result};

/// Writes each file of the source into a folder, unless it holds the same already.
pub fn print(source: &Source, folder: &Path) -> Result<()> {
    for (name, tokens) in source {
        let path = folder.join(format!("{name}.rs"));
        let fail = |error: String| Error::new(path.display().to_string(), error);
        let text = text(name, tokens)?;
        if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        std::fs::write(&path, text).map_err(|error| fail(error.to_string()))?;
    }
    Ok(())
}

/// A file's text.
pub fn text(name: &str, tokens: &proc_macro2::TokenStream) -> Result<String> {
    let file = syn::parse2(tokens.clone())
        .map_err(|error| Error::new(name, format!("the generated source is no Rust: {error}")))?;
    Ok(prettyplease::unparse(&file))
}
