//! `cargo xtask bench-refresh`: how long a refresh takes, from a file to checked code.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::bench_build::environment::command;
use crate::bench_build::machine::Machine;
use crate::checkout::{Checkout, project, vendored};
use crate::refresh_spec::files;

/// Measure a refresh, from a file to checked code, with all dependencies built
///
/// Each round changes a property of an order, refreshes a copy of the project from that document, with
/// the report, and checks the client.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many refreshes are measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// What a refresh takes at most.
const GOAL: Duration = Duration::from_secs(60);

/// Runs the command.
///
/// # Errors
/// When a refresh or a check fails.
pub fn run(args: &Args) -> Result<()> {
    ensure!(args.rounds > 0, "no rounds");
    let checkout = Checkout::at(project().join("target/bench-refresh"))?;
    let document = files::read(&vendored()?.default_document())?;
    checkout.set_document(&document)?;
    check(&checkout)?;

    let upstream = checkout.root().join("upstream.json");
    let mut rounds = Vec::new();
    for round in 1..=args.rounds {
        files::write(&upstream, &changed(&document, round)?)?;
        let began = Instant::now();
        let status = Command::new(std::env::current_exe()?)
            .arg("refresh-spec")
            .arg("--root")
            .arg(checkout.root())
            .arg("--from")
            .arg(&upstream)
            .status()
            .context("refresh-spec")?;
        ensure!(status.success(), "the refresh failed");
        let refreshed = began.elapsed();
        check(&checkout)?;
        rounds.push((began.elapsed(), refreshed));
    }
    rounds.sort();
    let (whole, refresh) = rounds[rounds.len() / 2];
    println!(
        "{:.1} s, of which the refresh took {:.1} s and `cargo check` the rest; the least of {} was {:.1} s, the most {:.1} s",
        whole.as_secs_f64(),
        refresh.as_secs_f64(),
        rounds.len(),
        rounds[0].0.as_secs_f64(),
        rounds[rounds.len() - 1].0.as_secs_f64()
    );
    println!("{}", Machine::read()?);
    ensure!(whole <= GOAL, "a refresh takes more than {} s", GOAL.as_secs());
    Ok(())
}

/// The document with another property, so that there is something to report and to compile.
fn changed(document: &str, round: usize) -> Result<String> {
    let mut document: Value = serde_json::from_str(document)?;
    let properties = document.pointer_mut("/components/schemas/Order/properties").and_then(Value::as_object_mut);
    let properties = properties.context("the document has no orders")?;
    properties.insert(format!("refreshed_{round}"), json!({"type": "integer"}));
    Ok(document.to_string())
}

fn check(checkout: &Checkout) -> Result<()> {
    let status = command("cargo")
        .current_dir(checkout.root())
        .env("CARGO_TARGET_DIR", project().join("target/bench-refresh/target"))
        .args(["check", "--quiet", "--package", "polar-client"])
        .status()
        .context("cargo check")?;
    ensure!(status.success(), "the client cannot be checked");
    Ok(())
}
