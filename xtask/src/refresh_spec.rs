//! `cargo xtask refresh-spec`: the vendored document, made anew from the upstream one.
//!
//! Data flows one way: [`source`] reads the upstream document, [`facts`] drops what is not a fact,
//! [`overlay`] adds what is ours, [`reach`] drops the schemas nothing needs, and [`files`] writes.
//! [`features`] derives the cargo features from the result, and [`report`] says what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use overlay::{Finding, Problem, Upstream};
use polar_codegen::load::Document;
use polar_codegen::names::version_module;
use polar_codegen::needs::{self, Unmet};
use polar_codegen::plan::Plan;
use project::{Offered, Slot, version_of};
use refusal::Refusal;
use report::{Before, Client, Report};

mod changelog;
mod facts;
mod features;
pub mod files;
mod overlay;
mod project;
mod reach;
mod refusal;
pub mod report;
mod source;

/// Refresh the vendored document and the cargo features from the upstream OpenAPI document
///
/// Keeps the facts of the upstream document (no prose, no examples, no vendors' extensions),
/// applies openapi/overlays/*.yaml in the order of their names, then those of the version in
/// openapi/overlays/VERSION/*.yaml, drops unreachable schemas, and rewrites the marked region of
/// Cargo.toml's [features]. The result is openapi/VERSION.json; openapi/default-version says which
/// version is at the root of the crate. Ends with a report of what changed,
/// for the API and for Rust programs. An overlay action whose target is gone is reported and passed
/// over, as long as source can still be made of the document. If it cannot, all places that are to
/// blame are listed, each with the lines of an overlay that would decide it. On any error nothing is
/// written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Read the upstream document from here instead
    #[arg(long, value_name = "FILE|URL", default_value = source::UPSTREAM)]
    from: String,

    /// Vendor this version of the API, beside the default one if it is another. Without this, the document becomes the
    /// default one, whichever version it is of
    #[arg(long, value_name = "VERSION")]
    api_version: Option<String>,

    /// Write nothing; fail if the document or Cargo.toml would change
    #[arg(long)]
    check: bool,

    /// Also drop what overlays have and is reported as gone or no longer needed
    #[arg(long, conflicts_with = "check")]
    prune_overlays: bool,

    /// Decide the places that cannot be decided as the refusal proposes, in openapi/overlays/90-undecided.yaml
    #[arg(long, conflicts_with = "check")]
    mend: bool,

    /// Print the report in this format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Also write the report, or the refusal, to a file; as JSON if its name ends in .json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Also write the changes into CHANGELOG.md, and raise the version as they demand
    #[arg(long, conflicts_with = "check")]
    write_changelog: bool,

    /// The project's folder, for tests
    #[arg(long, value_name = "DIR", default_value = workspace_root(), hide_default_value = true)]
    root: PathBuf,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Runs the command.
///
/// # Errors
/// When the upstream document or an overlay cannot be read, when no client can be made of the
/// result, when a file cannot be written, and, with `--check`, when a file would change.
pub fn run(args: &Args) -> Result<()> {
    let project = Project { root: &args.root };

    let upstream = source::read(&args.from, args.api_version.as_deref())?;
    let version = version_of(&upstream).with_context(|| args.from.clone())?.to_owned();
    if let Some(wanted) = args.api_version.as_ref().filter(|wanted| **wanted != version) {
        bail!("{}: #/info/version: the document is of version {version}, not {wanted}", args.from);
    }
    let slot = Slot::of(&project, &version, args.api_version.is_some())?;
    let mut overlays = overlay::read_folder(&project.overlays())?;
    overlays.extend(overlay::read_folder_of(&project.overlays(), &version)?);
    let is_own = is_same_file(Path::new(&args.from), &args.root.join(slot.document()));
    let old_manifest = files::read(&project.manifest())?;
    let own_features = Features::of(&old_manifest).with_context(|| project.manifest().display().to_string())?;
    let mut made = make(&upstream, &overlays, is_own, &own_features).with_context(|| args.from.clone())?;
    let mut undecided = None;
    if let (true, Err(refusal)) = (args.mend, &made) {
        let name = slot.undecided();
        let text = refusal.decided(files::read_if_there(&project.overlays().join(&name))?)?;
        overlays.retain(|overlay| overlay.name() != name);
        overlays.push(Overlay::parse(name.clone(), &text).context(name)?);
        made = make(&upstream, &overlays, is_own, &own_features).with_context(|| args.from.clone())?;
        undecided = Some(text);
    }
    let Made { document, text, client, findings, lost_features } = match made {
        Ok(made) => made,
        Err(refusal) => {
            if let Some(path) = &args.report {
                let as_json = is_json(path);
                files::write(path, &if as_json { refusal.json()? } else { format!("{refusal}\n") })?;
            }
            bail!("{}: {refusal}", args.from);
        }
    };

    let mut offered = Offered::default();
    offered.add(&version, &document);
    let others = project.other_documents(&version)?;
    let others = others.iter().filter(|(other, _)| slot.replaced.as_ref() != Some(&Project::document(other)));
    for (other, document) in others {
        offered.add(other, document);
    }
    let manifest =
        features::rewrite(&old_manifest, &offered).with_context(|| project.manifest().display().to_string())?;
    let read = |name: &str| files::read_if_there(&args.root.join(name));
    let old_text = read(slot.replaced.as_ref().unwrap_or(&slot.document()))?;
    let default_text = read(&Project::document(&slot.default))?;

    let new_files = [
        (slot.document(), text.clone()),
        (Project::default_file(), format!("{}\n", slot.default)),
        ("Cargo.toml".to_owned(), manifest),
    ];
    let mut changed = Vec::new();
    for (file, text) in &new_files {
        if files::read_if_there(&args.root.join(file))?.as_deref() != Some(text) {
            changed.push((file.as_str(), text.as_str()));
        }
    }
    let names: Vec<&str> = changed.iter().map(|(file, _)| *file).collect();
    let before = match (&old_text, &default_text) {
        (Some(old), _) => Before::Document(old),
        (None, Some(document)) => Before::Default { version: &slot.default, document },
        (None, None) => Before::Nothing,
    };
    let mut report = Report::new(before, &text, &client, &document, findings)?;
    let known = old_text.as_deref().map(|old| lost_features_of(old, &own_features)).unwrap_or_default();
    report.lose(lost_features.into_iter().filter(|lost| !known.contains(lost)).collect());
    if slot.is_beside() {
        report = report.in_module(&version_module(&version));
    }

    if args.check {
        if changed.is_empty() {
            return say(&format!("{} and Cargo.toml are up to date\n", slot.document()));
        }
        say(&format!("{}\n", report.summary()))?;
        bail!("{} would change; run `cargo xtask refresh-spec`", names.join(" and "));
    }

    // Unchanged files keep their time stamps, so that cargo rebuilds nothing for them.
    for (file, text) in &changed {
        files::write(&args.root.join(file), text)?;
    }
    if let Some(text) = undecided {
        let path = project.overlays().join(slot.undecided());
        std::fs::create_dir_all(path.parent().unwrap_or(&path)).with_context(|| path.display().to_string())?;
        files::write(&path, &text)?;
    }
    let mut notes = match changed.is_empty() {
        true => "nothing to write: all files are up to date\n".to_owned(),
        false => format!("wrote {}\n", names.join(" and ")),
    };
    if let Some(replaced) = &slot.replaced {
        std::fs::remove_file(args.root.join(replaced)).with_context(|| format!("cannot remove {replaced}"))?;
        notes += &format!("removed {replaced}: version {version} is the default now\n");
    }
    if args.prune_overlays {
        notes += &prune_overlays(&project, &version, &report.findings)?;
    }
    if args.write_changelog {
        notes += &changelog::write(project.root, &report)?;
    }
    if let Some(path) = &args.report {
        files::write(path, &if is_json(path) { report.json()? } else { report.to_string() })?;
    }
    match args.format {
        Format::Text => say(&format!("{report}{notes}")),
        // The notes are not part of the report, which a program reads.
        Format::Json => {
            eprint!("{notes}");
            say(&report.json()?)
        }
    }
}

/// A manifest with the features of a document.
///
/// # Errors
/// When the manifest cannot have them.
pub fn with_features(manifest: &str, document: &Value) -> Result<String> {
    let mut offered = Offered::default();
    offered.add(version_of(document)?, document);
    features::rewrite(manifest, &offered)
}

pub use features::of_manifest as resources_of_manifest;
pub use overlay::Overlay;
pub use project::Project;
pub use refusal::Fault;

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// A vendored document and the client that is made of it.
struct Made {
    document: Value,
    text: String,
    client: Client,
    findings: Vec<Finding>,
    /// What features need that are off by default, and the document does not have.
    lost_features: Vec<Unmet>,
}

/// The features of the crate.
struct Features {
    all: BTreeSet<String>,
    /// Those that are no resource and no version.
    own: BTreeSet<String>,
    /// Those that every program has that does not say otherwise.
    default: BTreeSet<String>,
}

impl Features {
    fn of(manifest: &str) -> Result<Self> {
        let (all, default) = (features::all(manifest)?, features::on_by_default(manifest)?);
        Ok(Self { own: features::outside_of_region(manifest)?, all, default })
    }

    /// The resources of a document that have the name of a feature of the crate's own.
    fn taken(&self, plan: &Plan) -> Vec<Fault> {
        let taken = plan.operations.iter().filter(|operation| self.own.contains(&operation.resource));
        let faults = taken.map(|operation| {
            let message = format!("the resource `{}` has the name of a cargo feature of the crate", operation.resource);
            Fault::removable(operation.place(), message)
        });
        faults.collect()
    }
}

/// Makes a vendored document and the client, or says all that keeps it from being made.
fn make(
    upstream: &Value,
    overlays: &[Overlay],
    is_own: bool,
    own_features: &Features,
) -> Result<Result<Made, Refusal>> {
    let Refreshed { document, mut findings, dangling } = refresh(upstream.clone(), overlays)?;
    if is_own {
        // The document has what the overlays added before, and lacks what they removed.
        findings.retain(|finding| !matches!(finding.problem, Problem::Unneeded | Problem::Removed));
    }
    let text = print(document.clone())?;
    if dangling.is_empty()
        && let Ok(client) = Client::of(&text)
    {
        let parsed = polar_codegen::load::parse(&text)?;
        let (mut unmet, lost_features) = unmet(&parsed, &client.plan, own_features);
        unmet.extend(own_features.taken(&client.plan));
        if !unmet.is_empty() {
            return Ok(Err(Refusal::new(unmet, findings)));
        }
        return Ok(Ok(Made { document, text, client, findings, lost_features }));
    }
    let mut completed = document;
    let mut faults = Vec::new();
    for (reference, place) in dangling {
        faults.push(Fault::dangling(&reference, &place));
        // With something there, the other faults can be found.
        reach::add_schema(&mut completed, &reference);
    }
    let parsed = polar_codegen::load::parse(&print(completed)?)?;
    let (found, mended) = polar_codegen::mended(&parsed);
    faults.extend(found.into_iter().map(Fault::from));
    // What would be missing once all else is decided.
    if let Ok(plan) = polar_codegen::plan::plan(&mended) {
        faults.extend(unmet(&mended, &plan, own_features).0);
        faults.extend(own_features.taken(&plan));
    }
    Ok(Err(Refusal::new(faults, findings)))
}

/// What the client's own code needs, and a document does not have: faults of the document, and what only features need that
/// are off by default. A document is not refused for these; whoever enables one is told when it is built.
fn unmet(document: &Document, plan: &Plan, own: &Features) -> (Vec<Fault>, Vec<Unmet>) {
    let unmet = needs::unmet(plan, |feature| own.all.contains(feature)).into_iter();
    let unmet = unmet.map(|unmet| Unmet { error: document.locate(unmet.error), ..unmet });
    let (fatal, lost): (Vec<Unmet>, Vec<Unmet>) = unmet.partition(|unmet| own.default.contains(unmet.feature));
    let fault = |unmet: Unmet| polar_codegen::Fault { error: unmet.error, mend: unmet.mend }.into();
    (fatal.into_iter().map(fault).collect(), lost)
}

/// What features needed already that are off by default, and an earlier document did not have.
fn lost_features_of(document: &str, own: &Features) -> Vec<Unmet> {
    let parsed = polar_codegen::load::parse(document);
    let planned = parsed.and_then(|document| Ok((polar_codegen::plan::plan(&document)?, document)));
    planned.map(|(plan, document)| unmet(&document, &plan, own).1).unwrap_or_default()
}

/// Vendors a document that was vendored before, and makes the client: the text of the document, or the faults that keep
/// a client from being made of it.
///
/// # Errors
/// If an overlay cannot be applied to the document.
pub fn vendor_again(document: &Value, overlays: &[Overlay]) -> Result<Result<String, Vec<Fault>>> {
    let manifest = files::read(&Project { root: Path::new(workspace_root()) }.manifest())?;
    Ok(make(document, overlays, true, &Features::of(&manifest)?)?.map(|made| made.text).map_err(Refusal::into_faults))
}

/// The overlays of this checkout.
///
/// # Errors
/// If one cannot be read.
pub fn own_overlays() -> Result<Vec<Overlay>> {
    overlay::read_folder(&Project { root: Path::new(workspace_root()) }.overlays())
}

/// A vendored document, the overlay actions that do not fit it, and the references that lead nowhere.
struct Refreshed {
    document: Value,
    findings: Vec<Finding>,
    dangling: Vec<(String, String)>,
}

/// Makes the vendored document from the upstream one, or from an earlier vendored one.
///
/// The result is a fixed point: made again from itself, it is the same. So `--from
/// openapi/2026-04.json` applies changed overlays without the network, and a refresh differs only
/// where the API or an overlay does.
fn refresh(upstream: Value, overlays: &[Overlay]) -> Result<Refreshed> {
    let mut refreshed = refresh_once(upstream, overlays)?;
    for is_last in [false, true] {
        let again = refresh_once(refreshed.document.clone(), overlays)
            .context("the overlays cannot be applied to their own result")?;
        let Some(place) = first_difference(&refreshed.document, &again.document) else { break };
        // A later overlay may add what an earlier one describes.
        let is_prose = place.ends_with("/description") || place.ends_with("/summary");
        if is_last || !is_prose {
            bail!("applying the overlays to their own result changes it, at {place}");
        }
        refreshed.document = again.document;
    }
    Ok(refreshed)
}

fn refresh_once(upstream: Value, overlays: &[Overlay]) -> Result<Refreshed> {
    let added: BTreeSet<String> = overlays.iter().flat_map(Overlay::added_schemas).collect();
    let own = Upstream::of(&upstream, added);
    let mut document = facts::keep(upstream)?;
    let mut findings = Vec::new();
    for overlay in overlays {
        findings.extend(overlay.apply(&mut document, &own)?);
    }
    facts::complete(&mut document);
    let dangling = reach::prune(&mut document);
    findings.extend(overlay::drop_unused(&mut document, overlays));
    Ok(Refreshed { document, findings, dangling })
}

/// Rewrites the overlays without what is dead, and says what was done.
///
/// What is gone from one version may be needed for another: then it stays.
fn prune_overlays(project: &Project<'_>, version: &str, findings: &[Finding]) -> Result<String> {
    let shared = overlay::read_folder(&project.overlays())?;
    let mut elsewhere = Vec::new();
    for (other, document) in project.other_documents(version)? {
        let own = overlay::read_folder_of(&project.overlays(), &other)?;
        let overlays = shared.iter().cloned().chain(own).collect::<Vec<_>>();
        let findings = refresh(document, &overlays).with_context(|| Project::document(&other))?.findings;
        // All that overlays added before is in the document, which makes them seem unneeded.
        let gone = findings.into_iter().filter(|finding| finding.problem == Problem::Gone);
        elsewhere.push(gone.map(|finding| finding.part()).collect::<BTreeSet<_>>());
    }
    let is_dead = |finding: &&Finding| {
        let is_of_version = finding.file.starts_with(&format!("{version}/"));
        finding.problem != Problem::Unfit
            && (is_of_version || elsewhere.iter().all(|parts| parts.contains(&finding.part())))
    };
    let mut dead = BTreeMap::<&str, Vec<(usize, Vec<String>)>>::new();
    for finding in findings.iter().filter(is_dead) {
        dead.entry(&finding.file).or_default().push((finding.action, finding.within.clone()));
    }
    let mut notes = String::new();
    for (file, mut parts) in dead {
        parts.sort();
        parts.dedup();
        let path = project.overlays().join(file);
        let mut text = files::read(&path)?;
        let mut dropped = 0;
        // From the back, one by one: what cannot be cut keeps nothing else from being cut.
        for part in parts.iter().rev() {
            match overlay::cut(&text, part.0, &part.1) {
                Ok(pruned) => {
                    text = pruned;
                    dropped += 1;
                }
                Err(error) => notes += &format!("{file}: {error:#}\n"),
            }
        }
        files::write(&path, &text)?;
        notes += &format!("dropped {dropped} of {} parts of {file} that are dead\n", parts.len());
    }
    Ok(notes)
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
    // Most are the same, and comparing takes far less than writing each place.
    if left == right { None } else { walk(left, right, "#".to_owned()) }
}

/// Prints to standard output. A reader that stops reading (`| head`) is no error.
fn say(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// The folder of the project.
pub fn workspace_root() -> &'static str {
    let package = env!("CARGO_MANIFEST_DIR");
    let parent = Path::new(package).parent().and_then(Path::to_str);
    parent.unwrap_or(package)
}
