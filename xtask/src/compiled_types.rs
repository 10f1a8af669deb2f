//! `cargo xtask compiled-types`: the API's types that are compiled with the crate.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::checkout::project;

/// Checks that no type of the API is compiled with the crate
///
/// A program is to compile the types that it uses, and no others. So a function of the crate that decodes or encodes a
/// certain type must be `#[inline]` or generic, unless it belongs to a feature that does nothing else. The crate is
/// built without these features, and the names in the library are searched for types.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The features with which the crate is built
    #[arg(long, default_value = "all-resources,axum,blocking,client,csv,rate-limit,rustls,webhook-events")]
    features: String,

    /// A library that is searched instead
    #[arg(long)]
    library: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If the crate cannot be built, or if types are compiled with it.
pub fn run(args: &Args) -> Result<()> {
    let library = match &args.library {
        Some(library) => library.clone(),
        None => build(&args.features)?,
    };
    let bytes = fs::read(&library).with_context(|| library.display().to_string())?;
    let names = names(&bytes);
    ensure!(!names.is_empty(), "{} has no names of functions of this crate", library.display());
    let types = coded_types(&names);
    println!("{}: {} functions, {} types of the API", shown(&library), names.len(), types.len());
    if types.is_empty() {
        return Ok(());
    }
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    bail!("these types are compiled with the crate: {}", types.join(", "))
}

/// Builds the crate, and returns the path of the library.
fn build(features: &str) -> Result<PathBuf> {
    // Names of version 0 say of which crate, module and type a function is, whatever the default of the compiler.
    let output = Command::new(env!("CARGO"))
        .current_dir(project())
        .args(["rustc", "--quiet", "--package", "polar-client", "--lib", "--message-format", "json"])
        .args(["--no-default-features", "--features", features])
        .args(["--", "-C", "symbol-mangling-version=v0"])
        .stderr(Stdio::inherit())
        .output()
        .context("cargo rustc")?;
    ensure!(output.status.success(), "the crate does not build with the features {features}");
    let text = String::from_utf8(output.stdout).context("messages of cargo")?;
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let libraries = messages.filter(|message| message["target"]["name"] == "polar_client");
    let mut files = libraries.filter_map(|message| message["filenames"].as_array().cloned()).flatten();
    let library = files.find_map(|file| file.as_str().filter(|file| file.ends_with(".rlib")).map(PathBuf::from));
    library.context("cargo named no library")
}

fn shown(path: &Path) -> String {
    path.strip_prefix(project()).unwrap_or(path).display().to_string()
}

/// The demangled names of functions of this crate.
fn names(bytes: &[u8]) -> BTreeSet<String> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.');
    let words = bytes.split(|byte| !is_part(byte)).filter(|word| word.starts_with(b"_R"));
    let names = words.filter_map(|word| rustc_demangle::try_demangle(std::str::from_utf8(word).ok()?).ok());
    names.map(|name| format!("{name:#}")).filter(|name| name.contains("polar_client::")).collect()
}

/// The types that any of these functions decode or encode.
fn coded_types(names: &BTreeSet<String>) -> BTreeSet<String> {
    let implementations =
        names.iter().filter_map(|name| name.strip_prefix("<polar_client::types::")?.split_once(" as "));
    let coded = implementations.filter(|(_, rest)| rest.starts_with("polar_client::data::codec::"));
    coded.map(|(path, _)| path.rsplit("::").next().unwrap_or(path).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENCODED: &[u8] = b"\0_RNvXsd_NtNtCs266Ar6MocJo_12polar_client5types6oauth2NtB5_12TokenRequestNtNtNtNtB9_4data5codec6encode6Encode6encodeB9_\0";

    #[test]
    fn names_of_a_library_tell_which_types_are_encoded() {
        let names = names(ENCODED);
        assert_eq!(names.len(), 1);
        assert_eq!(coded_types(&names), BTreeSet::from(["TokenRequest".to_owned()]));
    }

    #[test]
    fn other_functions_of_types_do_not_count() {
        let names = names(b"_RNvNtCs266Ar6MocJo_12polar_client5types3abc _RNvC4core3def");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["polar_client::types::abc"]);
        assert!(coded_types(&BTreeSet::from(["polar_client::types::abc".to_owned()])).is_empty());
    }
}
