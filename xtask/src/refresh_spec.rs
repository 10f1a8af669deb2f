//! `cargo xtask refresh-spec`: the vendored document, made anew from the upstream one.
//!
//! Data flows one way: [`source`] reads the upstream document, [`facts`] drops what is not a fact,
//! [`overlay`] adds what is ours, [`reach`] drops the schemas nothing needs, and [`files`] writes.
//! [`features`] derives the cargo features from the result, and [`report`] says what changed.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use overlay::Overlay;
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
/// On any error nothing is written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Read the upstream document from here instead
    #[arg(long, value_name = "FILE|URL", default_value = source::UPSTREAM)]
    from: String,

    /// Write nothing; fail if openapi/polar.json or Cargo.toml would change
    #[arg(long)]
    check: bool,

    /// The project's folder, for tests
    #[arg(long, value_name = "DIR", default_value = workspace_root(), hide_default_value = true)]
    root: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// When the upstream document or an overlay cannot be read or does not fit, when a file cannot be
/// written, and, with `--check`, when a file would change.
pub fn run(args: &Args) -> Result<()> {
    let project = Project { root: &args.root };

    let upstream = source::read(&args.from)?;
    let overlays = overlay::read_folder(&project.overlays())?;
    let document = refresh(upstream, &overlays).with_context(|| args.from.clone())?;
    let text = print(document.clone())?;

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
    let report = Report::new(old_document.as_ref(), &document);

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
    say(&report.to_string())?;
    match changed.is_empty() {
        true => say("nothing to write: all files are up to date\n"),
        false => say(&format!("wrote {}\n", changed.join(" and "))),
    }
}

/// Makes the vendored document from the upstream one, or from an earlier vendored one.
///
/// The result is a fixed point: made again from itself, it is the same. So `--from
/// openapi/polar.json` applies changed overlays without the network, and a refresh differs only
/// where the API or an overlay does.
fn refresh(upstream: Value, overlays: &[Overlay]) -> Result<Value> {
    let document = refresh_once(upstream, overlays)?;
    let again =
        refresh_once(document.clone(), overlays).context("the overlays cannot be applied to their own result")?;
    if let Some(place) = first_difference(&document, &again) {
        bail!("applying the overlays to their own result changes it, at {place}");
    }
    Ok(document)
}

fn refresh_once(upstream: Value, overlays: &[Overlay]) -> Result<Value> {
    let mut document = facts::keep(upstream)?;
    for overlay in overlays {
        overlay.apply(&mut document)?;
    }
    facts::complete(&mut document);
    reach::prune(&mut document)?;
    Ok(document)
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
