//! The files of a project, and its versions of the API.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use polar_codegen::vendored;
use serde_json::Value;

use super::files;

/// A project that vendors documents.
#[derive(Clone, Copy, Debug)]
pub struct Project<'a> {
    /// The project's folder.
    pub root: &'a Path,
}

impl Project<'_> {
    /// Returns the folder of the documents.
    fn openapi(&self) -> PathBuf {
        self.root.join("openapi")
    }

    /// Returns the folder of the overlays.
    pub fn overlays(&self) -> PathBuf {
        self.openapi().join("overlays")
    }

    /// Returns the manifest with the cargo features.
    pub fn manifest(&self) -> PathBuf {
        self.root.join("Cargo.toml")
    }

    /// Returns the path of a version's document, relative to the project's folder.
    pub fn document(version: &str) -> String {
        format!("openapi/{}", vendored::file_name(version))
    }

    /// Returns the path of the file with the default version, relative to the project's folder.
    pub fn default_file() -> String {
        format!("openapi/{}", vendored::DEFAULT)
    }

    /// Returns the default version; `None` if no document has been vendored yet.
    pub fn default_version(&self) -> Result<Option<String>> {
        let text = files::read_if_there(&self.openapi().join(vendored::DEFAULT))?;
        Ok(text.map(|text| text.trim().to_owned()))
    }

    /// Returns the versions with a document, in order.
    pub fn versions(&self) -> Result<Vec<String>> {
        match self.openapi().exists() {
            true => Ok(vendored::versions(&self.openapi())?),
            false => Ok(Vec::new()),
        }
    }

    /// Returns the documents of all versions.
    pub fn documents(&self) -> Result<Vec<(String, Value)>> {
        let read = |version: String| {
            let document = files::read(&self.root.join(Self::document(&version)))?;
            Ok((version, serde_json::from_str(&document)?))
        };
        self.versions()?.into_iter().map(read).collect()
    }
}

/// The place of a refreshed document in the project.
#[derive(Debug)]
pub struct Slot {
    /// The version of the document.
    pub version: String,
    /// The default version after the refresh.
    pub default: String,
    /// The previous default document that it replaces, relative to the project's folder.
    pub replaced: Option<String>,
}

impl Slot {
    /// A document of a requested version is vendored in addition to the default one, if that is another version.
    /// Otherwise it becomes the default.
    ///
    /// # Errors
    /// If the file with the default version cannot be read.
    pub fn of(project: &Project<'_>, version: &str, is_asked_for: bool) -> Result<Self> {
        let (version, former) = (version.to_owned(), project.default_version()?);
        let default = former.clone().filter(|_| is_asked_for).unwrap_or_else(|| version.clone());
        let replaced = former.filter(|former| *former != default).map(|former| Project::document(&former));
        Ok(Self { version, default, replaced })
    }

    /// Returns true if the document is not the default one.
    pub fn is_beside(&self) -> bool {
        self.version != self.default
    }

    /// Returns the path of the document, relative to the project's folder.
    pub fn document(&self) -> String {
        Project::document(&self.version)
    }

    /// Returns the overlay for places that were decided automatically, relative to the folder of overlays. Versions
    /// other than the default have their own.
    pub fn undecided(&self) -> String {
        match self.is_beside() {
            true => format!("{}/{UNDECIDED}", self.version),
            false => UNDECIDED.to_owned(),
        }
    }
}

const UNDECIDED: &str = "90-undecided.yaml";

/// Returns the API version of a document.
///
/// # Errors
/// If it has none, or one that cannot be part of a file name.
pub fn version_of(document: &Value) -> Result<&str> {
    let version = document["info"]["version"].as_str().unwrap_or_default();
    ensure!(!version.is_empty(), "#/info/version: the version of the API is missing");
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
    ensure!(version.chars().all(fits), "#/info/version: version `{version}` cannot be part of a file name");
    Ok(version)
}
