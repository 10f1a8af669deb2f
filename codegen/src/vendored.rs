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
        let mut versions = versions(&self.folder)?;
        versions.retain(|version| *version != self.default);
        Ok(versions)
    }

    /// The documents of all versions, that of the version at the root of the crate first.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn documents(&self) -> Result<Vec<PathBuf>> {
        let others = self.others()?.into_iter().map(|version| self.document(&version));
        Ok([self.default_document()].into_iter().chain(others).collect())
    }
}

/// The versions of which a folder has a document, in their order.
///
/// # Errors
/// If the folder cannot be read.
pub fn versions(folder: &Path) -> Result<Vec<String>> {
    let fail = |error: std::io::Error| Error::new(folder.display().to_string(), error.to_string());
    let mut versions = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let name = entry.map_err(fail)?.file_name();
        versions.extend(name.to_string_lossy().strip_suffix(".json").map(str::to_owned));
    }
    versions.sort();
    Ok(versions)
}

/// The name of the file of a version.
pub fn file_name(version: &str) -> String {
    format!("{version}.json")
}
