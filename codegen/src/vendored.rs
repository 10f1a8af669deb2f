//! The folder of vendored documents. It contains a document for each version, such as `2026-04.json`, and the file
//! `default-version` with the version at the root of the crate.

use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The file that contains the version at the root of the crate.
pub const DEFAULT: &str = "default-version";

/// A folder of vendored documents.
#[derive(Clone, Debug)]
pub struct Vendored {
    folder: PathBuf,
    default: String,
}

impl Vendored {
    /// Opens a folder.
    ///
    /// # Errors
    /// Returns an error if the default version cannot be read.
    pub fn at(folder: &Path) -> Result<Self> {
        let path = folder.join(DEFAULT);
        let fail = |message: String| Error::new(path.display().to_string(), message);
        let text = std::fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
        match text.trim() {
            "" => Err(fail("no version of the API".to_owned())),
            default => Ok(Self { folder: folder.to_owned(), default: default.to_owned() }),
        }
    }

    /// Returns the version at the root of the crate.
    pub fn default_version(&self) -> &str {
        &self.default
    }

    /// Returns the path of the document of a version.
    pub fn document(&self, version: &str) -> PathBuf {
        self.folder.join(file_name(version))
    }

    /// Returns the path of the document of the version at the root of the crate.
    pub fn default_document(&self) -> PathBuf {
        self.document(&self.default)
    }

    /// Returns the versions other than the default, in ascending order.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be read.
    pub fn others(&self) -> Result<Vec<String>> {
        let mut versions = versions(&self.folder)?;
        versions.retain(|version| *version != self.default);
        Ok(versions)
    }

    /// Returns the paths of all documents. That of the version at the root of the crate is the first.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be read.
    pub fn documents(&self) -> Result<Vec<PathBuf>> {
        let others = self.others()?.into_iter().map(|version| self.document(&version));
        Ok([self.default_document()].into_iter().chain(others).collect())
    }
}

/// Returns the versions that have a document in `folder`, in ascending order.
///
/// # Errors
/// Returns an error if the folder cannot be read.
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

/// Returns the file name of the document of a version.
pub fn file_name(version: &str) -> String {
    format!("{version}.json")
}
