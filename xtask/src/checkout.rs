//! A copy of the packages that the client is built from, with another document.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use polar_codegen::Vendored;
use toml_edit::{Array, DocumentMut, Item, Table};

use crate::refresh_spec::{self, files};

/// Returns the project's folder.
pub fn project() -> &'static Path {
    Path::new(refresh_spec::workspace_root())
}

/// Returns the vendored documents.
///
/// # Errors
/// If the folder does not name the default version.
pub fn vendored() -> Result<Vendored> {
    Ok(Vendored::at(&project().join("openapi"))?)
}

/// A copy of the two published packages, in a workspace of its own.
#[derive(Debug)]
pub struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// Copies the packages and the overlays to a folder. Unchanged files are not touched, so that cargo rebuilds
    /// little.
    ///
    /// # Errors
    /// If cargo cannot list the files of a package, or a file cannot be copied.
    pub fn at(root: impl Into<PathBuf>) -> Result<Self> {
        let checkout = Self { root: root.into() };
        let mut files: BTreeSet<PathBuf> = packaged("polar-client")?.into_iter().collect();
        files.extend(packaged("polar-codegen")?.into_iter().map(|file| Path::new("codegen").join(file)));
        let overlays = files::list(&project().join("openapi/overlays"), "yaml")?;
        files.extend(overlays.iter().filter_map(|path| path.strip_prefix(project()).ok()).map(Path::to_owned));
        // Cargo generates these for a package; they belong to the workspace here.
        files.extend(["Cargo.toml", "Cargo.lock", "codegen/Cargo.toml"].map(PathBuf::from));
        for file in files.iter().filter(|file| project().join(file).exists()) {
            let text = fs::read_to_string(project().join(file)).with_context(|| file.display().to_string())?;
            let text = if file == Path::new("Cargo.toml") { manifest(&text)? } else { text };
            checkout.write(file, &text)?;
        }
        Ok(checkout)
    }

    /// Replaces the document, and the features derived from it.
    ///
    /// # Errors
    /// If the document is not JSON, or a file cannot be written.
    pub fn set_document(&self, text: &str) -> Result<()> {
        let document = serde_json::from_str(text).context("the document is not JSON")?;
        let manifest = refresh_spec::with_features(&files::read(&self.root.join("Cargo.toml"))?, &document)?;
        self.write(Path::new("Cargo.toml"), &manifest)?;
        let document = Vendored::at(&self.root.join("openapi"))?.default_document();
        self.write(document.strip_prefix(&self.root)?, text)
    }

    /// Writes a file, unless it already has this content.
    fn write(&self, file: &Path, text: &str) -> Result<()> {
        let path = self.root.join(file);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        fs::write(&path, text).with_context(|| path.display().to_string())
    }
}

/// Returns the files of a package, relative to its folder.
fn packaged(package: &str) -> Result<Vec<PathBuf>> {
    let output = Command::new(env!("CARGO"))
        .current_dir(project())
        .args(["package", "--list", "--allow-dirty", "--offline", "--package", package])
        .output()
        .context("cargo package")?;
    ensure!(output.status.success(), "cargo package: {}", String::from_utf8_lossy(&output.stderr));
    let generated = ["Cargo.toml", "Cargo.lock", "Cargo.toml.orig", ".cargo_vcs_info.json"];
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter(|line| !generated.contains(line)).map(PathBuf::from).collect())
}

/// Removes from the manifest what only the project's own tests need.
fn manifest(text: &str) -> Result<String> {
    let mut manifest: DocumentMut = text.parse()?;
    for key in ["bench", "bin", "dev-dependencies", "example", "test"] {
        manifest.remove(key);
    }
    let workspace = manifest.get_mut("workspace").and_then(Item::as_table_mut).context("[workspace]")?;
    keep(workspace, &["resolver", "package", "lints", "dependencies"]);
    workspace.insert("members", Item::Value(Array::from_iter(["codegen"]).into()));
    Ok(manifest.to_string())
}

fn keep(table: &mut Table, keys: &[&str]) {
    table.retain(|key, _| keys.contains(&key));
}
