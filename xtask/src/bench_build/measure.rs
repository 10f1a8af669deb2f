//! Builds apps, and reads how long it took.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::app::{self, App};
use super::{environment, features, table, timings};

/// How often something short is measured in a round, whose value is the median.
const TIMES: usize = 5;

/// Downloads what the app depends on, for this triple.
pub fn fetch(app: &App, host: &str) -> Result<()> {
    seconds(app, cargo(app).arg("generate-lockfile"))?;
    seconds(app, cargo(app).args(["fetch", "--locked", "--target", host]))?;
    Ok(())
}

/// A target folder.
#[derive(Debug)]
pub struct Target(PathBuf);

impl Target {
    /// Makes sure that nothing is in it.
    pub fn empty(folder: PathBuf) -> Result<Self> {
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context(folder.display().to_string()),
            _ => Ok(Self(folder)),
        }
    }

    /// The seconds of a debug build of the whole app.
    pub fn debug(&self, app: &App) -> Result<f64> {
        seconds(app, &mut self.cargo(app, "build"))
    }

    /// The seconds of a release build of the whole app.
    pub fn release(&self, app: &App) -> Result<f64> {
        seconds(app, self.cargo(app, "build").arg("--release"))
    }

    /// The seconds of a check of the whole app.
    pub fn check(&self, app: &App) -> Result<f64> {
        seconds(app, &mut self.cargo(app, "check"))
    }

    /// The bytes of the binary, after [`Self::release`].
    pub fn release_size(&self, app: &App) -> Result<f64> {
        let binary = self.0.join("release").join(format!("{}{}", app.side, std::env::consts::EXE_SUFFIX));
        let size = fs::metadata(&binary).with_context(|| binary.display().to_string())?.len();
        Ok(size as f64)
    }

    /// The seconds of rustc for the crate with the generated code and nothing beside it, after [`Self::debug`].
    ///
    /// Its fingerprint is removed, so that cargo builds it again and nothing else: neither its dependencies and its
    /// build script, which are still fresh, nor the app, which was not asked for. The time is the one in cargo's own
    /// report of this build (`--timings`), which does not count what cargo does before and after.
    pub fn generated(&self, app: &App) -> Result<f64> {
        let package = app.side.generated();
        let fingerprint = format!("lib-{}", package.replace('-', "_"));
        let folder = self.folder_with("debug/.fingerprint", package, &fingerprint)?;
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        seconds(app, self.cargo(app, "build").args(["--timings", "--package", package]))?;

        let report = self.0.join("cargo-timings/cargo-timing.html");
        let page = fs::read_to_string(&report).with_context(|| report.display().to_string())?;
        timings::of_library_alone(&page, package).with_context(|| report.display().to_string())
    }

    /// The seconds of a debug build after an edit in the app, after [`Self::debug`].
    ///
    /// The app is compiled incrementally, as cargo does by default, but no dependency is, as if all were from the
    /// registry. So rustc is told, not cargo.
    pub fn edits(&self, app: &App) -> Result<f64> {
        let mut incremental = OsString::from("incremental=");
        incremental.push(self.0.join("debug/incremental"));
        let build = || seconds(app, self.cargo(app, "rustc").args(["--", "-C"]).arg(&incremental));
        build()?;
        median_of(|number| {
            app.edit(number)?;
            build()
        })
    }

    /// The seconds of one run of the build script of polar-client with its default features, after [`Self::debug`].
    ///
    /// It is run without cargo, with what it reads of the environment that cargo gives it.
    pub fn script(&self, app: &App) -> Result<f64> {
        let checkout = app::checkout();
        let manifest = checkout.join("Cargo.toml");
        let features = fs::read_to_string(&manifest)
            .map_err(anyhow::Error::from)
            .and_then(|text| features::variables(&text))
            .with_context(|| manifest.display().to_string())?;
        let name = format!("build-script-build{}", std::env::consts::EXE_SUFFIX);
        let script = self.folder_with("debug/build", "polar-client", &name)?.join(name);
        median_of(|_| {
            let out = tempfile::tempdir().context("a temporary folder for the build script")?;
            let mut command = environment::command(&script);
            command.current_dir(checkout).env("CARGO_MANIFEST_DIR", checkout).env("OUT_DIR", out.path());
            command.envs(features.iter().map(|feature| (feature, "1")));
            seconds(app, &mut command)
        })
    }

    /// The one folder of a package in a folder of the target folder that has this file.
    fn folder_with(&self, parent: &str, package: &str, file: &str) -> Result<PathBuf> {
        let parent = self.0.join(parent);
        let entries = fs::read_dir(&parent).with_context(|| parent.display().to_string())?;
        let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
        let mut found = paths.into_iter().filter(|path| is_of(path, package) && path.join(file).exists());
        let folder = found.next().with_context(|| format!("no {package}-*/{file} in {}", parent.display()))?;
        ensure!(found.next().is_none(), "more than one {package}-*/{file} in {}", parent.display());
        Ok(folder)
    }

    /// A build of the app into this folder, without the network.
    fn cargo(&self, app: &App, subcommand: &str) -> Command {
        let mut command = cargo(app);
        command.arg(subcommand).args(["--locked", "--offline", "--target-dir"]).arg(&self.0);
        command
    }
}

/// Whether a folder is named after the package and a hash.
fn is_of(path: &Path, package: &str) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let hash = name.strip_prefix(package).and_then(|rest| rest.strip_prefix('-'));
    hash.is_some_and(|hash| !hash.is_empty() && hash.chars().all(|c| c.is_ascii_hexdigit()))
}

fn median_of(mut measure: impl FnMut(usize) -> Result<f64>) -> Result<f64> {
    let values = (1..=TIMES).map(&mut measure).collect::<Result<Vec<f64>>>()?;
    table::median(&values).context("nothing was measured")
}

/// Cargo in the folder of the app, with the settings that a crate of the registry has, and no cache of compiled crates.
fn cargo(app: &App) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = environment::command(program);
    command.current_dir(&app.folder).env("CARGO_INCREMENTAL", "0").env("RUSTFLAGS", "--cap-lints=allow");
    command.env("RUSTC_WRAPPER", "");
    command
}

/// Runs a command: the wall time in seconds, or an error with what it printed.
fn seconds(app: &App, command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    let output = command.output().with_context(|| format!("{}: {command:?}", app.side))?;
    let seconds = start.elapsed().as_secs_f64();
    let stderr = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {command:?}: {}\n{}", app.side, output.status, stderr.trim_end());
    Ok(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_of_the_package_before_the_hash() {
        assert!(is_of(Path::new("build/polar-client-03a5e7a13ec368a7"), "polar-client"));
        assert!(!is_of(Path::new("build/polar-client-derive-03a5e7a13ec368a7"), "polar-client"));
        assert!(!is_of(Path::new("build/polar-client-"), "polar-client"));
        assert!(!is_of(Path::new("build/polar-client"), "polar-client"));
    }
}
