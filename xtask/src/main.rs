//! Maintainers' commands of `polar-client`, run as `cargo xtask COMMAND`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod checkout;
mod conformance;
mod docs_coverage;
mod environment;
mod mutate;
mod refresh_spec;
mod round_trip;

/// Maintainers' commands of polar-client.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Conformance(conformance::Args),
    DocsCoverage(docs_coverage::Args),
    Mutate(mutate::Args),
    RefreshSpec(refresh_spec::Args),
    RoundTrip(round_trip::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Conformance(args) => conformance::run(&args),
        Command::DocsCoverage(args) => docs_coverage::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Mutate(args) => mutate::run(&args).map(|()| ExitCode::SUCCESS),
        Command::RefreshSpec(args) => refresh_spec::run(&args).map(|()| ExitCode::SUCCESS),
        Command::RoundTrip(args) => round_trip::run(&args).map(|()| ExitCode::SUCCESS),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
