//! Writes re-encoded JSON to files, so that other tools can check it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

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
