//! `cargo xtask mutate`: tests the code generator with random changes of the vendored document.
//!
//! [`mutations`] changes the document, and [`trial`] vendors the result. [`RoundTrip`] compiles the crate with it, and
//! decodes and encodes values of all its types.

pub mod mutations;
mod trial;

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use self::mutations::mutate;
use self::trial::{Outcome, Trial};
use crate::checkout::vendored;
use crate::refresh_spec::{Overlay, files, own_overlays, vendor_again};
use crate::round_trip::RoundTrip;

/// Test the code generator with random changes of the vendored document
///
/// Each change must either be refused with an error that names a place in the document, or result in code that compiles
/// and preserves values of the changed document. To compile fewer times, changes are combined where possible.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The number of changes
    #[arg(long, default_value_t = 1000)]
    count: u64,

    /// The seed of the first change; each further change increments it
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// The number of changes that are combined to compile them
    #[arg(long, default_value_t = 12)]
    together: usize,

    /// Only vendor the changed documents, without compiling
    #[arg(long)]
    no_compile: bool,

    /// Print each change and its outcome
    #[arg(long)]
    list: bool,

    /// Print the outcome of each seed as JSON, for the parent process
    #[arg(long, hide = true)]
    worker: bool,
}

/// Runs the command.
///
/// # Errors
/// If a change neither fails with an error that names its place, nor results in correct code.
pub fn run(args: &Args) -> Result<()> {
    let document: Value = serde_json::from_str(&files::read(&vendored()?.default_document())?)?;
    let overlays = own_overlays()?;
    if args.worker {
        return work(args, &document, &overlays);
    }
    let seeds = args.seed..args.seed + args.count;
    let middle = args.seed + args.count / 2;
    // One process per core of the smallest supported machine.
    let halves = [seeds.start..middle, middle..seeds.end];
    let document = &document;
    let halves = thread::scope(|scope| {
        let halves = halves.map(|seeds| scope.spawn(move || trials(document, seeds.start, seeds.end)));
        halves.map(|half| half.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let mut trials = Vec::new();
    for half in halves {
        trials.extend(half?);
    }
    let mut wrong: Vec<String> = Vec::new();
    let mut count = BTreeMap::<&str, usize>::new();
    for trial in &trials {
        let kind = match &trial.outcome {
            Outcome::Source => "source",
            Outcome::Refused { .. } => "named errors",
            Outcome::Wrong { what } => {
                wrong.push(format!("{}: {}: {what}", trial.seed, trial.change));
                "wrong"
            }
        };
        *count.entry(kind).or_default() += 1;
        if args.list {
            println!("{}: {}: {:?}", trial.seed, trial.change, trial.outcome);
        }
    }
    println!("{} changes: {count:?}", trials.len());
    wrong.iter().for_each(|what| println!("{what}"));
    if !args.no_compile {
        let seeds = trials.iter().filter(|trial| trial.outcome == Outcome::Source).map(|trial| trial.seed).collect();
        let found = compile(args, document, &overlays, seeds)?;
        found.iter().for_each(|what| println!("{what}"));
        wrong.extend(found);
    }
    ensure!(wrong.is_empty(), "{} of {} changes have a wrong outcome", wrong.len(), trials.len());
    println!("all {} changes are refused with a place, or result in correct code", trials.len());
    Ok(())
}

/// Tries a range of seeds, and prints each outcome as a line of JSON.
fn work(args: &Args, document: &Value, overlays: &[Overlay]) -> Result<()> {
    // Panics are caught and counted.
    std::panic::set_hook(Box::new(|_| {}));
    let mut out = std::io::stdout().lock();
    for seed in args.seed..args.seed + args.count {
        writeln!(out, "{}", serde_json::to_string(&Trial::run(document, overlays, seed))?)?;
        out.flush()?;
    }
    Ok(())
}

/// Tries a range of seeds in another process, since it may overflow its stack or be killed.
fn trials(document: &Value, mut from: u64, to: u64) -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    while from < to {
        let mut worker: Child = Command::new(std::env::current_exe()?)
            .args(["mutate", "--worker", "--seed", &from.to_string(), "--count", &(to - from).to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start a worker process")?;
        let output = worker.stdout.take().context("the worker process has no output")?;
        for line in BufReader::new(output).lines() {
            trials.push(serde_json::from_str(&line?)?);
            from += 1;
        }
        let status = worker.wait()?;
        if from < to {
            let what = format!("the process ended: {status}");
            let change = mutate(&mut document.clone(), from);
            trials.push(Trial { seed: from, change, outcome: Outcome::Wrong { what } });
            from += 1;
        }
    }
    Ok(trials)
}

/// Compiles the documents of these seeds, several at a time, and returns what is wrong.
fn compile(args: &Args, document: &Value, overlays: &[Overlay], seeds: Vec<u64>) -> Result<Vec<String>> {
    let mut compiler =
        Compiler { round_trip: RoundTrip::new()?, document, overlays, wrong: Vec::new(), by_hand: 0, values: 0 };
    let total = seeds.len();
    let most = args.together.max(1);
    let mut open = VecDeque::from(seeds);
    let (mut size, mut compiled) = (most, 0);
    while !open.is_empty() {
        let seeds: Vec<u64> = open.drain(..size.min(open.len())).collect();
        let done = compiler.run(&seeds)?;
        compiled += done.len();
        // Seeds that could not be combined are tried first in the next round.
        seeds.iter().rev().filter(|seed| !done.contains(seed)).for_each(|seed| open.push_front(*seed));
        // Halve the group to find out which of them is wrong.
        size = if done.is_empty() { seeds.len().div_ceil(2) } else { (size * 2).min(most) };
        eprintln!(
            "{compiled} of {total} changes compiled, {} values preserved, {} wrong",
            compiler.values,
            compiler.wrong.len()
        );
    }
    println!(
        "{total} changes compiled, {} values preserved; {} changes require changes of hand-written code",
        compiler.values, compiler.by_hand
    );
    Ok(compiler.wrong)
}

/// Compiles changed documents, and collects failures.
struct Compiler<'a> {
    round_trip: RoundTrip,
    document: &'a Value,
    overlays: &'a [Overlay],
    wrong: Vec<String>,
    /// The number of changes with which only hand-written code does not compile.
    by_hand: usize,
    values: usize,
}

impl Compiler<'_> {
    /// Compiles as many of the changes as can be combined, and returns their seeds; empty if several were combined and
    /// one is wrong.
    fn run(&mut self, seeds: &[u64]) -> Result<Vec<u64>> {
        let (text, taken) = together(self.document, self.overlays, seeds, seeds.len())?;
        let seen = self.round_trip.run(&text)?;
        if !seen.failures.is_empty() && taken.len() > 1 {
            return Ok(Vec::new());
        }
        self.values += seen.whole;
        if seen.is_by_hand {
            // A refresh reports this, and leaves it to a person.
            self.by_hand += 1;
        } else if let [seed] = taken[..]
            && let Some(wrong) = named(self.document, seed, seen.failures)
        {
            eprintln!("{wrong}");
            self.wrong.push(wrong);
        }
        Ok(taken)
    }
}

fn named(document: &Value, seed: u64, failures: Vec<String>) -> Option<String> {
    let first = failures.first()?;
    let change = mutate(&mut document.clone(), seed);
    Some(format!("{seed}: {change}: {} failures; first: {first}", failures.len()))
}

/// Applies as many of the changes as can be combined to one document, and returns it with their seeds.
pub fn together(document: &Value, overlays: &[Overlay], seeds: &[u64], most: usize) -> Result<(String, Vec<u64>)> {
    let chunk = &seeds[..most.clamp(1, seeds.len())];
    // Tries all at once, and then one by one.
    let mut all = document.clone();
    chunk.iter().for_each(|seed| drop(mutate(&mut all, *seed)));
    if let Ok(Ok(text)) = vendor_again(&all, overlays) {
        return Ok((text, chunk.to_vec()));
    }
    let (mut changed, mut text, mut taken) = (document.clone(), None, Vec::new());
    for seed in chunk {
        let mut next = changed.clone();
        mutate(&mut next, *seed);
        if let Ok(Ok(vendored)) = vendor_again(&next, overlays) {
            (changed, text) = (next, Some(vendored));
            taken.push(*seed);
        }
    }
    Ok((text.context("a change that was vendored before cannot be vendored now")?, taken))
}
