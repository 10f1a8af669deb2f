//! The folder of vendored documents: `2026-04.json` and so on, and `default-version`, which says which of them is at the root
//! of the crate.

use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The file that says which version is at the root of the crate.
pub const DEFAULT: &str = "default-version";

/// The folder of the documents.
#[derive(Clone, Debug)]
pub struct Vendored {
    folder: PathBuf,
    default: String,
}

impl Vendored {
    /// Looks at a folder.
    ///
    /// # Errors
    /// If it does not say which version is the default.
    pub fn at(folder: &Path) -> Result<Self> {
        let path = folder.join(DEFAULT);
        let fail = |message: String| Error::new(path.display().to_string(), message);
        let text = std::fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
        match text.trim() {
            "" => Err(fail("no version of the API".to_owned())),
            default => Ok(Self { folder: folder.to_owned(), default: default.to_owned() }),
        }
    }

    /// The version at the root of the crate.
    pub fn default_version(&self) -> &str {
        &self.default
    }

    /// The document of a version.
    pub fn document(&self, version: &str) -> PathBuf {
        self.folder.join(file_name(version))
    }

    /// The document of the version at the root of the crate.
    pub fn default_document(&self) -> PathBuf {
        self.document(&self.default)
    }

    /// The other versions, in their order.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn others(&self) -> Result<Vec<String>> {
        let fail = |error: std::io::Error| Error::new(self.folder.display().to_string(), error.to_string());
        let entries = std::fs::read_dir(&self.folder).map_err(fail)?;
        let names: std::io::Result<Vec<String>> =
            entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect();
        let versions =
            names.map_err(fail)?.into_iter().filter_map(|name| name.strip_suffix(".json").map(str::to_owned));
        let mut others: Vec<String> = versions.filter(|version| *version != self.default).collect();
        others.sort();
        Ok(others)
    }
}

/// The name of the file of a version.
pub fn file_name(version: &str) -> String {
    format!("{version}.json")
}
