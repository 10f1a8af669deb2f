//! Maintainers' commands of `polar-client`, run as `cargo xtask COMMAND`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench_build;
mod bench_refresh;
mod checkout;
mod circles;
mod client_names;
mod compiled_types;
mod conformance;
mod docs_coverage;
mod features;
mod mutate;
mod package;
mod refresh_spec;
mod round_trip;
mod verify_report;

/// Maintainers' commands of polar-client.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    BenchBuild(bench_build::Args),
    BenchRefresh(bench_refresh::Args),
    Circles(circles::Args),
    ClientNames(client_names::Args),
    CompiledTypes(compiled_types::Args),
    Conformance(conformance::Args),
    DocsCoverage(docs_coverage::Args),
    Features(features::Args),
    Mutate(mutate::Args),
    Package(package::Args),
    RefreshSpec(refresh_spec::Args),
    RoundTrip(round_trip::Args),
    VerifyReport(verify_report::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::BenchBuild(args) => bench_build::run(&args).map(|()| ExitCode::SUCCESS),
        Command::BenchRefresh(args) => bench_refresh::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Circles(args) => circles::run(&args).map(|()| ExitCode::SUCCESS),
        Command::ClientNames(args) => client_names::run(&args).map(|()| ExitCode::SUCCESS),
        Command::CompiledTypes(args) => compiled_types::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Conformance(args) => conformance::run(&args),
        Command::DocsCoverage(args) => docs_coverage::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Features(args) => features::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Mutate(args) => mutate::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Package(args) => package::run(&args).map(|()| ExitCode::SUCCESS),
        Command::RefreshSpec(args) => refresh_spec::run(&args).map(|()| ExitCode::SUCCESS),
        Command::RoundTrip(args) => round_trip::run(&args).map(|()| ExitCode::SUCCESS),
        Command::VerifyReport(args) => verify_report::run(&args).map(|()| ExitCode::SUCCESS),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
