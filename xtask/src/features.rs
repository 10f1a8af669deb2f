//! `cargo xtask features`: the client with few features at a time.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use polar_codegen::names::version_feature;
use toml_edit::{DocumentMut, Item};

use crate::checkout::{project, vendored};
use crate::refresh_spec::{files, resources_of_manifest};

/// Check the client with each resource alone, and with every pair of the other features
///
/// Needs cargo-hack (`cargo install cargo-hack`).
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many of the other features are combined
    #[arg(long, default_value_t = 2)]
    depth: usize,

    /// Print what would be checked, and check nothing
    #[arg(long)]
    print: bool,
}

/// Features that are no choice: the sum of all resources, what is on by default, TLS of the operating system, and what
/// is for the tests of this crate alone.
const LEFT_OUT: [&str; 3] = ["all-resources", "default", "native-tls"];

/// Runs the command.
///
/// # Errors
/// When the client does not build with some features.
pub fn run(args: &Args) -> Result<()> {
    let text = files::read(&project().join("Cargo.toml"))?;
    let manifest: DocumentMut = text.parse()?;
    let resources = resources_of_manifest(&manifest);
    let all = manifest.get("features").and_then(Item::as_table).context("Cargo.toml has no [features]")?;
    // The version at the root is there without its feature.
    let root = version_feature(vendored()?.default_version());
    let others: Vec<&str> = all
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !resources.contains(*name) && !LEFT_OUT.contains(name) && *name != root)
        .collect();
    if resources.is_empty() || others.is_empty() {
        bail!("Cargo.toml has no features to choose from");
    }
    let resources: Vec<&str> = resources.iter().map(String::as_str).collect();
    let depth = args.depth.to_string();
    let (resources, others) = (resources.join(","), others.join(","));
    // A resource without a client has types for webhooks at most.
    hack(args, &["--each-feature", "--no-dev-deps", "--features", "client", "--include-features", &resources])?;
    hack(args, &["--feature-powerset", "--depth", &depth, "--no-dev-deps", "--include-features", &others])
}

fn hack(args: &Args, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(project()).args(["hack", "check", "--package", "polar-client", "--lib"]).args(arguments);
    command.env("RUSTFLAGS", "-D warnings");
    if args.print {
        command.arg("--print-command-list");
    }
    let status = command.status().context("cargo hack")?;
    ensure!(status.success(), "cargo hack {} failed", arguments.join(" "));
    Ok(())
}
