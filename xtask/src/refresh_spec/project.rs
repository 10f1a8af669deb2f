//! Where the files of a project lie, and which versions of the API it has.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use polar_codegen::vendored;
use serde_json::Value;

use super::files;

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

    /// The versions of which there are documents, in their order.
    pub fn versions(&self) -> Result<Vec<String>> {
        match self.openapi().exists() {
            true => Ok(vendored::versions(&self.openapi())?),
            false => Ok(Vec::new()),
        }
    }

    /// The documents of all versions, each with its version.
    pub fn documents(&self) -> Result<Vec<(String, Value)>> {
        let read = |version: String| {
            let document = files::read(&self.root.join(Self::document(&version)))?;
            Ok((version, serde_json::from_str(&document)?))
        };
        self.versions()?.into_iter().map(read).collect()
    }
}

/// Which of a project's documents a refresh makes.
#[derive(Debug)]
pub struct Slot {
    /// The version of the document.
    pub version: String,
    /// The version that is the default from then on.
    pub default: String,
    /// The default document of another version whose place it takes, from the project's folder.
    pub replaced: Option<String>,
}

impl Slot {
    /// A document that was asked for by its version stands beside the default one, if there is another. Any else becomes the
    /// default one.
    ///
    /// # Errors
    /// When the file with the default version cannot be read.
    pub fn of(project: &Project<'_>, version: &str, is_asked_for: bool) -> Result<Self> {
        let (version, former) = (version.to_owned(), project.default_version()?);
        let default = former.clone().filter(|_| is_asked_for).unwrap_or_else(|| version.clone());
        let replaced = former.filter(|former| *former != default).map(|former| Project::document(&former));
        Ok(Self { version, default, replaced })
    }

    /// Whether the document stands beside the default one.
    pub fn is_beside(&self) -> bool {
        self.version != self.default
    }

    /// The document, from the project's folder.
    pub fn document(&self) -> String {
        Project::document(&self.version)
    }

    /// The overlay for places that a refresh decides by itself, from the folder of overlays. Those of a version beside the
    /// default one are not decided for others.
    pub fn undecided(&self) -> String {
        match self.is_beside() {
            true => format!("{}/{UNDECIDED}", self.version),
            false => UNDECIDED.to_owned(),
        }
    }
}

const UNDECIDED: &str = "90-undecided.yaml";

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
