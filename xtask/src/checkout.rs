//! A copy of what the client is built from, with another document.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use polar_codegen::Vendored;
use toml_edit::{Array, DocumentMut, Item, Table};

use crate::refresh_spec::{self, files};

/// The folder of the project.
pub fn project() -> &'static Path {
    Path::new(refresh_spec::workspace_root())
}

/// The vendored documents.
///
/// # Errors
/// When the folder does not say which of them is the default.
pub fn vendored() -> Result<Vendored> {
    Ok(Vendored::at(&project().join("openapi"))?)
}

/// A copy of the two published packages in a workspace of their own.
#[derive(Debug)]
pub struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// Copies the packages, and the overlays, to a folder. Files that are there and the same stay as they are, so that
    /// cargo builds little anew.
    ///
    /// # Errors
    /// When cargo cannot list the files of a package, or a file cannot be copied.
    pub fn at(root: impl Into<PathBuf>) -> Result<Self> {
        let checkout = Self { root: root.into() };
        let mut files: BTreeSet<PathBuf> = packaged("polar-client")?.into_iter().collect();
        files.extend(packaged("polar-codegen")?.into_iter().map(|file| Path::new("codegen").join(file)));
        let overlays = files::list(&project().join("openapi/overlays"), "yaml")?;
        files.extend(overlays.iter().filter_map(|path| path.strip_prefix(project()).ok()).map(Path::to_owned));
        // Made by cargo for the package, and of the workspace here.
        files.extend(["Cargo.toml", "Cargo.lock", "codegen/Cargo.toml"].map(PathBuf::from));
        for file in files.iter().filter(|file| project().join(file).exists()) {
            let text = fs::read_to_string(project().join(file)).with_context(|| file.display().to_string())?;
            let text = if file == Path::new("Cargo.toml") { manifest(&text)? } else { text };
            checkout.write(file, &text)?;
        }
        Ok(checkout)
    }

    /// Gives it another document, and the features of that.
    ///
    /// # Errors
    /// When the document is no JSON, or a file cannot be written.
    pub fn set_document(&self, text: &str) -> Result<()> {
        let document = serde_json::from_str(text).context("the document is no JSON")?;
        let manifest = refresh_spec::with_features(&files::read(&self.root.join("Cargo.toml"))?, &document)?;
        self.write(Path::new("Cargo.toml"), &manifest)?;
        let document = Vendored::at(&self.root.join("openapi"))?.default_document();
        self.write(document.strip_prefix(&self.root)?, text)
    }

    /// Writes a file unless it holds the same already.
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

/// The files of a package, from its folder.
fn packaged(package: &str) -> Result<Vec<PathBuf>> {
    let output = Command::new(env!("CARGO"))
        .current_dir(project())
        .args(["package", "--list", "--allow-dirty", "--offline", "--package", package])
        .output()
        .context("cargo package")?;
    ensure!(output.status.success(), "cargo package: {}", String::from_utf8_lossy(&output.stderr));
    let made = ["Cargo.toml", "Cargo.lock", "Cargo.toml.orig", ".cargo_vcs_info.json"];
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter(|line| !made.contains(line)).map(PathBuf::from).collect())
}

/// The manifest of the project without what only its own tests need.
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
