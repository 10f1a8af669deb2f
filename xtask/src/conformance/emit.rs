//! Writes re-encoded JSON to files, so that other tools can check it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use polar_client::codec::Variant;
use serde_json::{Value, json};

/// The output folder, if any.
pub struct Emitter {
    folder: Option<PathBuf>,
}

impl Emitter {
    /// Creates an emitter for a folder; with `None`, nothing is written.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// Writes the re-encoded value of one recording.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, file: &str, content: &Value) -> Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let path = folder.join(file);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, format!("{content:#}\n"))
        };
        write().with_context(|| path.display().to_string())
    }
}

/// Returns variants as JSON.
pub fn variants(variants: &[Variant]) -> Value {
    let variant = |variant: &Variant| {
        json!({
            "path": variant.path,
            "union": variant.of,
            "variant": variant.name,
            "unknown": variant.is_unknown(),
        })
    };
    variants.iter().map(variant).collect()
}
