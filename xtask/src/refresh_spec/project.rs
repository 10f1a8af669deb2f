//! Where the files of a project lie, and which versions of the API it has.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use polar_codegen::vendored;
use serde_json::Value;

use super::{features, files};

/// A project that vendors documents.
#[derive(Clone, Copy, Debug)]
pub struct Project<'a> {
    /// Its folder.
    pub root: &'a Path,
}

impl Project<'_> {
    /// The folder of the documents.
    fn openapi(&self) -> PathBuf {
        self.root.join("openapi")
    }

    /// The folder of the overlays.
    pub fn overlays(&self) -> PathBuf {
        self.openapi().join("overlays")
    }

    /// The manifest with the cargo features.
    pub fn manifest(&self) -> PathBuf {
        self.root.join("Cargo.toml")
    }

    /// The document of a version, from the project's folder.
    pub fn document(version: &str) -> String {
        format!("openapi/{}", vendored::file_name(version))
    }

    /// The file that says which version is the default, from the project's folder.
    pub fn default_file() -> String {
        format!("openapi/{}", vendored::DEFAULT)
    }

    /// The version at the root of the crate, if a document has been vendored before.
    pub fn default_version(&self) -> Result<Option<String>> {
        let text = files::read_if_there(&self.openapi().join(vendored::DEFAULT))?;
        Ok(text.map(|text| text.trim().to_owned()))
    }

    /// The documents of all versions but one, each with its version.
    pub fn other_documents(&self, version: &str) -> Result<Vec<(String, Value)>> {
        let mut documents = Vec::new();
        for path in files::list(&self.openapi(), "json")? {
            let other = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if other != version {
                documents.push((other, serde_json::from_str(&files::read(&path)?)?));
            }
        }
        Ok(documents)
    }
}

/// The resources and the versions that a manifest has features for.
#[derive(Debug, Default)]
pub struct Offered {
    /// The resources of all versions.
    pub resources: BTreeSet<String>,
    /// The versions.
    pub versions: BTreeSet<String>,
}

impl Offered {
    /// Adds the document of a version.
    pub fn add(&mut self, version: &str, document: &Value) {
        self.versions.insert(version.to_owned());
        self.resources.extend(features::resources(document));
    }
}

/// The version of the API that a document is of.
///
/// # Errors
/// If it does not say so, or if no file can be named after it.
pub fn version_of(document: &Value) -> Result<&str> {
    let version = document["info"]["version"].as_str().unwrap_or_default();
    ensure!(!version.is_empty(), "#/info/version: the document does not say of which version of the API it is");
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
    ensure!(version.chars().all(fits), "#/info/version: no file can be named after version `{version}`");
    Ok(version)
}
