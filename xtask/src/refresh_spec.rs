//! `cargo xtask refresh-spec`: the vendored document, made anew from the upstream one.
//!
//! Data flows one way: [`source`] reads the upstream document, [`facts`] drops what is not a fact,
//! [`overlay`] adds what is ours, [`reach`] drops the schemas nothing needs, and [`files`] writes.
//! [`features`] derives the cargo features from the result, and [`report`] says what changed.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use overlay::{Adds, Finding, Overlay, Problem};
use report::Report;

mod facts;
mod features;
mod files;
mod overlay;
mod reach;
mod report;
mod source;

/// Refresh openapi/polar.json and the cargo features from the upstream OpenAPI document
///
/// Keeps the facts of the upstream document (no prose, no examples, no vendors' extensions),
/// applies openapi/overlays/*.yaml in the order of their names, drops unreachable schemas,
/// and rewrites the marked region of Cargo.toml's [features]. Ends with a report of what changed.
/// An overlay action whose target is gone is reported and passed over, as long as the client can
/// still be planned from the document. On any error nothing is written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Read the upstream document from here instead
    #[arg(long, value_name = "FILE|URL", default_value = source::UPSTREAM)]
    from: String,

    /// Write nothing; fail if openapi/polar.json or Cargo.toml would change
    #[arg(long)]
    check: bool,

    /// Also drop the actions of overlays that are reported as gone or no longer needed
    #[arg(long, conflicts_with = "check")]
    prune_overlays: bool,

    /// The project's folder, for tests
    #[arg(long, value_name = "DIR", default_value = workspace_root(), hide_default_value = true)]
    root: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// When the upstream document or an overlay cannot be read, when no client can be planned from the
/// result, when a file cannot be written, and, with `--check`, when a file would change.
pub fn run(args: &Args) -> Result<()> {
    let project = Project { root: &args.root };

    let upstream = source::read(&args.from)?;
    let overlays = overlay::read_folder(&project.overlays())?;
    let Refreshed { document, mut findings } = refresh(upstream, &overlays).with_context(|| args.from.clone())?;
    if is_same_file(Path::new(&args.from), &project.document()) {
        // The document has what the overlays added before.
        findings.retain(|finding| finding.problem != Problem::Unneeded);
    }
    let text = print(document.clone())?;
    check_plan(&text, &findings).with_context(|| args.from.clone())?;

    let old_manifest = files::read(&project.manifest())?;
    let manifest = features::rewrite(&old_manifest, &features::resources(&document))
        .with_context(|| project.manifest().display().to_string())?;
    let old_text = files::read_if_there(&project.document())?;

    let changed: Vec<&str> = [
        (old_text.as_deref() != Some(&*text)).then_some("openapi/polar.json"),
        (old_manifest != manifest).then_some("Cargo.toml"),
    ]
    .into_iter()
    .flatten()
    .collect();
    // An old file which is no JSON is nothing to compare with, and no reason not to replace it.
    let old_document = old_text.and_then(|text| serde_json::from_str(&text).ok());
    let report = Report::new(old_document.as_ref(), &document, findings);

    if args.check {
        if changed.is_empty() {
            return say("openapi/polar.json and Cargo.toml are up to date\n");
        }
        say(&format!("{}\n", report.summary()))?;
        bail!("{} would change; run `cargo xtask refresh-spec`", changed.join(" and "));
    }

    // Unchanged files keep their time stamps, so that cargo rebuilds nothing for them.
    if changed.contains(&"openapi/polar.json") {
        files::write(&project.document(), &text)?;
    }
    if changed.contains(&"Cargo.toml") {
        files::write(&project.manifest(), &manifest)?;
    }
    if args.prune_overlays {
        prune_overlays(&report.findings)?;
    }
    say(&report.to_string())?;
    match changed.is_empty() {
        true => say("nothing to write: all files are up to date\n"),
        false => say(&format!("wrote {}\n", changed.join(" and "))),
    }
}

/// A vendored document, and the overlay actions that do not fit it.
struct Refreshed {
    document: Value,
    findings: Vec<Finding>,
}

/// Makes the vendored document from the upstream one, or from an earlier vendored one.
///
/// The result is a fixed point: made again from itself, it is the same. So `--from
/// openapi/polar.json` applies changed overlays without the network, and a refresh differs only
/// where the API or an overlay does.
fn refresh(upstream: Value, overlays: &[Overlay]) -> Result<Refreshed> {
    let refreshed = refresh_once(upstream, overlays)?;
    let again = refresh_once(refreshed.document.clone(), overlays)
        .context("the overlays cannot be applied to their own result")?;
    if let Some(place) = first_difference(&refreshed.document, &again.document) {
        bail!("applying the overlays to their own result changes it, at {place}");
    }
    Ok(refreshed)
}

fn refresh_once(upstream: Value, overlays: &[Overlay]) -> Result<Refreshed> {
    let mut document = facts::keep(upstream)?;
    let added = overlays.iter().flat_map(Overlay::added_schemas).collect();
    let mut findings = Vec::new();
    for overlay in overlays {
        findings.extend(overlay.apply(&mut document, &added)?);
    }
    facts::complete(&mut document);
    reach::prune(&mut document)?;
    Ok(Refreshed { document, findings })
}

/// Plans the client, as the build would, so that no document is vendored from which none can be made.
fn check_plan(document: &str, findings: &[Finding]) -> Result<()> {
    let planned = polar_codegen::load::parse(document).and_then(|document| polar_codegen::plan::plan(&document));
    let Err(error) = planned else { return Ok(()) };
    let mut message = format!("no client can be made of the document: {error}");
    for finding in findings.iter().filter(|finding| (finding.adds, finding.problem) == (Adds::Rule, Problem::Gone)) {
        message.push_str(&format!("\n  perhaps for want of {finding}"));
    }
    bail!(message)
}

/// Rewrites the overlays without the actions that nothing is left of.
fn prune_overlays(findings: &[Finding]) -> Result<()> {
    let mut dead = BTreeMap::<&str, Vec<usize>>::new();
    for finding in findings.iter().filter(|finding| finding.place.is_none()) {
        dead.entry(&finding.file).or_default().push(finding.action);
    }
    for (file, actions) in dead {
        let path = Path::new(file);
        let pruned = Overlay::without(&files::read(path)?, &actions).with_context(|| file.to_owned())?;
        files::write(path, &pruned)?;
        say(&format!("dropped {} actions of {file}\n", actions.len()))?;
    }
    Ok(())
}

fn is_same_file(left: &Path, right: &Path) -> bool {
    matches!((left.canonicalize(), right.canonicalize()), (Ok(left), Ok(right)) if left == right)
}

/// The document as the text of its file: keys sorted, one value a line.
fn print(mut document: Value) -> Result<String> {
    // Sorted already, unless a crate of the same build switches on serde_json's `preserve_order`.
    document.sort_all_objects();
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// The JSON pointer of the first place where two values differ.
fn first_difference(left: &Value, right: &Value) -> Option<String> {
    fn walk(left: &Value, right: &Value, place: String) -> Option<String> {
        match (left, right) {
            (Value::Object(left), Value::Object(right)) => {
                let keys = left.keys().chain(right.keys());
                keys.into_iter().find_map(|key| {
                    let place = format!("{place}/{}", reach::escape(key));
                    match (left.get(key), right.get(key)) {
                        (Some(left), Some(right)) => walk(left, right, place),
                        _ => Some(place),
                    }
                })
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => left
                .iter()
                .zip(right)
                .enumerate()
                .find_map(|(index, (left, right))| walk(left, right, format!("{place}/{index}"))),
            _ => (left != right).then_some(place),
        }
    }
    walk(left, right, "#".to_owned())
}

/// Prints to standard output. A reader that stops reading (`| head`) is no error.
fn say(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Where the files of a project lie.
#[derive(Debug)]
struct Project<'a> {
    root: &'a Path,
}

impl Project<'_> {
    fn document(&self) -> PathBuf {
        self.root.join("openapi/polar.json")
    }

    fn overlays(&self) -> PathBuf {
        self.root.join("openapi/overlays")
    }

    fn manifest(&self) -> PathBuf {
        self.root.join("Cargo.toml")
    }
}

fn workspace_root() -> &'static str {
    let package = env!("CARGO_MANIFEST_DIR");
    let parent = Path::new(package).parent().and_then(Path::to_str);
    parent.unwrap_or(package)
}
