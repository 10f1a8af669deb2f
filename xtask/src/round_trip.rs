//! `cargo xtask round-trip`: checks that values of all types of a document survive decoding and encoding.

mod samples;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use polar_codegen::load;
use polar_codegen::model::model;
use serde_json::{Value, json};

use crate::checkout::{Checkout, project, vendored};
use crate::conformance::document::Document;
use crate::conformance::judge::{Judge, Rule};
use crate::conformance::validators::{Strictness, Validators};
use crate::environment::command;
use crate::refresh_spec::compile::{CompileError, errors_of};
use crate::refresh_spec::files;

use self::samples::Sampler;

/// Compile the client with a document, and check that values of all types survive decoding and encoding
///
/// The values are generated from the schemas of each request, response and webhook, by code that shares nothing with the
/// code generator. They are judged like recordings.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Vendored documents; by default, all in openapi/
    documents: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If the crate does not compile with a document, or if a value is not preserved.
pub fn run(args: &Args) -> Result<()> {
    let documents = match args.documents.as_slice() {
        [] => vendored()?.documents()?,
        documents => documents.to_vec(),
    };
    let round_trip = RoundTrip::new()?;
    let mut failed = 0;
    for document in documents {
        let seen = round_trip.run(&files::read(&document)?)?;
        println!("{}: {} values preserved, {} failures", document.display(), seen.whole, seen.failures.len());
        seen.failures.iter().take(SHOWN).for_each(|failure| println!("  {failure}"));
        failed += seen.failures.len();
    }
    ensure!(failed == 0, "{failed} failures");
    Ok(())
}

/// The number of failures shown per document.
const SHOWN: usize = 20;

/// The number of values generated per schema.
const SAMPLES: u64 = 3;

/// The generated program, and the crate that it depends on.
pub struct RoundTrip {
    checkout: Checkout,
    program: PathBuf,
}

/// The results of a run.
#[derive(Debug, Default)]
pub struct Seen {
    /// The number of values that were preserved.
    pub whole: usize,
    /// Errors of compiling, and values that were not preserved.
    pub failures: Vec<String>,
    /// True if it is only hand-written code that does not compile.
    pub is_by_hand: bool,
}

impl RoundTrip {
    /// Writes the program to `target/mutate`.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn new() -> Result<Self> {
        let folder = project().join("target/mutate");
        let checkout = Checkout::at(folder.join("crate"))?;
        let program = folder.join("program");
        fs::create_dir_all(program.join("src")).context("target/mutate")?;
        fs::write(program.join("src/main.rs"), include_str!("../templates/round_trip.rs"))?;
        files::write(&program.join("Cargo.toml"), &manifest())?;
        fs::copy(project().join("Cargo.lock"), program.join("Cargo.lock"))?;
        Ok(Self { checkout, program })
    }

    /// Builds the crate with a document, and decodes and encodes values of all its types.
    ///
    /// # Errors
    /// If the document is invalid, or the program cannot be run.
    pub fn run(&self, text: &str) -> Result<Seen> {
        self.checkout.set_document(text)?;
        let errors = errors_of(self.cargo("build"), &model(&load::parse(text)?)?)?;
        if !errors.is_empty() {
            let is_by_hand = errors.iter().all(CompileError::is_by_hand);
            let failures = errors.iter().map(|error| format!("does not compile: {error}")).collect();
            return Ok(Seen { whole: 0, failures, is_by_hand });
        }
        self.values(&Document::parse(text)?)
    }

    fn cargo(&self, verb: &str) -> Command {
        let mut cargo = command("cargo");
        cargo.current_dir(&self.program).env("CARGO_TARGET_DIR", project().join("target/mutate/target"));
        cargo.arg(verb);
        cargo
    }

    fn values(&self, document: &Document) -> Result<Seen> {
        let mut samples = Vec::new();
        let validators = Validators::new(document.root())?;
        let mut add = |of: &'static str, id: &str, schema: Option<&Value>| -> Result<()> {
            for seed in 0..SAMPLES {
                let sample = schema
                    .and_then(|schema| Some((schema.clone(), Sampler::new(document.root(), seed).sample(schema)?)));
                if let Some((schema, value)) = sample
                    && validators.satisfies(&value, &schema, Strictness::Exact)?
                {
                    samples.push((of, id.to_owned(), schema, value));
                }
            }
            Ok(())
        };
        for id in document.operations() {
            add("response", id, document.response(id, 0))?;
            add("request", id, document.request(id))?;
        }
        for event in document.webhooks() {
            add("webhook", event, document.webhook(event))?;
        }
        let lines: Vec<String> = samples.iter().map(|(of, id, _, value)| json!([of, id, value]).to_string()).collect();
        let answers = self.answers(&lines)?;

        let judge = Judge::new(document.root())?;
        let mut seen = Seen::default();
        for ((of, id, schema, value), answer) in samples.iter().zip(&answers) {
            if let Some(error) = answer["error"].as_str() {
                seen.failures.push(format!("{of} {id}: {error}: {value}"));
                continue;
            }
            let rule = if *of == "request" { Rule::Same } else { Rule::Lossless };
            let verdict = judge.judge(value, &answer["encoded"], schema, rule)?;
            seen.whole += usize::from(verdict.losses.is_empty());
            seen.failures
                .extend(verdict.losses.iter().map(|loss| format!("{of} {id}: {}: {}: {value}", loss.path, loss.what)));
        }
        Ok(seen)
    }

    /// Runs the program with lines of input, and returns its output.
    fn answers(&self, lines: &[String]) -> Result<Vec<Value>> {
        let mut process = self
            .cargo("run")
            .arg("--quiet")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cargo run")?;
        let mut input = process.stdin.take().context("no input")?;
        let text = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>();
        let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
        let output = process.wait_with_output()?;
        // If the program ended early, its output is incomplete.
        let _ = writer.join();
        let answers: Vec<Value> =
            String::from_utf8(output.stdout)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        ensure!(
            output.status.success() && answers.len() == lines.len(),
            "the program ended after {} of {} values",
            answers.len(),
            lines.len()
        );
        Ok(answers)
    }
}

/// Features without code that is written for certain types or operations.
const FEATURES: [&str; 5] = ["all-resources", "client", "schemars", "test-util", "webhook-events"];

/// Returns the program's manifest.
fn manifest() -> String {
    format!(
        "[workspace]\n\n[package]\nname = \"round-trip\"\nedition = \"2024\"\n\n[dependencies]\nserde_json = \"1\"\n\
         polar-client = {{ path = \"../crate\", default-features = false, features = {FEATURES:?} }}\n\n\
         [profile.dev]\ndebug = false\n"
    )
}
