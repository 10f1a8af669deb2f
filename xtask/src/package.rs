//! `cargo xtask package`: the published packages, built as those who depend on them get them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::checkout::project;

/// Package both crates, unpack them elsewhere, and check and document them offline
///
/// The packages go to target/package. What is unpacked sees nothing of this checkout.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// The packages, those that others depend on first.
const PACKAGES: [&str; 2] = ["polar-codegen", "polar-client"];

/// Runs the command.
///
/// # Errors
/// When a package cannot be made, lacks a file, or does not build.
pub fn run(_: &Args) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let packages = PACKAGES.iter().flat_map(|package| ["--package", package]);
    // What is built below needs no verification by cargo.
    let arguments = ["package", "--quiet", "--offline", "--allow-dirty", "--no-verify"];
    cargo(project(), arguments.into_iter().chain(packages))?;

    let elsewhere = tempfile::tempdir().context("a temporary folder")?;
    let mut manifest = "[workspace]\nresolver = \"3\"\nmembers = [".to_owned();
    for package in PACKAGES {
        let file = project().join(format!("target/package/{package}-{version}.crate"));
        unpack(&file, elsewhere.path())?;
        let folder = elsewhere.path().join(format!("{package}-{version}"));
        for name in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
            let is_needed = name != "README.md" || package == "polar-client";
            ensure!(!is_needed || folder.join(name).exists(), "{package} is packaged without {name}");
        }
        manifest += &format!("\"{package}-{version}\", ");
    }
    // polar-client asks the registry for polar-codegen, which may not be there yet.
    manifest += &format!("]\n\n[patch.crates-io]\npolar-codegen = {{ path = \"polar-codegen-{version}\" }}\n");
    fs::write(elsewhere.path().join("Cargo.toml"), manifest)?;
    fs::copy(project().join("Cargo.lock"), elsewhere.path().join("Cargo.lock"))?;

    cargo(elsewhere.path(), ["check", "--quiet", "--offline", "--workspace"])?;
    cargo(elsewhere.path(), ["doc", "--quiet", "--offline", "--workspace", "--no-deps"])?;
    println!("{} {version} build and document from their packages", PACKAGES.join(" and "));
    Ok(())
}

fn cargo<'a>(folder: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let arguments: Vec<&str> = arguments.into_iter().collect();
    let status = Command::new(env!("CARGO"))
        .current_dir(folder)
        // Dependencies that were built already are not built again.
        .env("CARGO_TARGET_DIR", project().join("target"))
        .env("RUSTDOCFLAGS", "-D warnings")
        .args(&arguments)
        .status()
        .context("cargo")?;
    ensure!(status.success(), "cargo {} failed", arguments.join(" "));
    Ok(())
}

fn unpack(file: &Path, folder: &Path) -> Result<()> {
    let status = Command::new("tar").arg("xzf").arg(file).arg("-C").arg(folder).status().context("tar")?;
    ensure!(status.success(), "tar cannot unpack {}", file.display());
    Ok(())
}
