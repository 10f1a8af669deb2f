//! `cargo xtask refresh-spec`: updates the vendored documents from the upstream ones.
//!
//! Data flows one way: [`published`] and [`source`] read upstream documents, [`facts`] removes everything but facts,
//! [`overlay`] adds our own descriptions and fixes, [`reach`] removes unused schemas, and [`files`] writes.
//! [`features`] derives the cargo features from the result, [`mod@report`] describes what changed, and [`compile`] checks that
//! hand-written code still fits.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use features::Offered;
use overlay::{Finding, Problem, Upstream};
use polar_codegen::json::escape;
use polar_codegen::model::Model;
use polar_codegen::names::version_module;
use project::{Slot, version_of};
use refusal::Refusal;
use report::{Before, Change, Impact, Report, Subject};
use rotation::Rotation;

mod changelog;
pub mod compile;
mod facts;
mod faults;
mod features;
pub mod files;
mod order;
mod overlay;
mod project;
mod published;
mod reach;
mod refusal;
pub mod report;
mod rotation;
mod source;

/// Update the vendored documents and cargo features from the published API documents
///
/// Without --from, every vendored version is updated from its published document, and the next version is added once it is
/// published. With --from, a single document is updated.
///
/// Only facts are kept of an upstream document: prose, examples and vendor extensions are dropped. Then
/// openapi/overlays/*.yaml and openapi/overlays/VERSION/*.yaml are applied, each in alphabetical order, and unused schemas
/// are removed. The result is written to openapi/VERSION.json, and the marked region of [features] in Cargo.toml is
/// updated. openapi/default-version names the version at the root of the crate.
///
/// Finally the client is compiled with all features, and a report lists what changed, what breaks programs, and where
/// hand-written code no longer compiles. Overlay actions whose target no longer exists are skipped and reported.
///
/// If no client can be generated, nothing is written, and every place at fault is listed with an overlay that fixes it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Read a single upstream document from this file or URL instead of the published ones
    #[arg(long, value_name = "FILE|URL")]
    from: Option<String>,

    /// Update only this version of the API. With --from but without this option, the document replaces the one at the root
    /// of the crate, whatever its version
    #[arg(long, value_name = "VERSION")]
    api_version: Option<String>,

    /// The URL below which VERSION.openapi.json is published
    #[arg(long, value_name = "URL", default_value = published::BASE)]
    published: String,

    /// Move the next version to the root of the crate and the current one to a module, and remove older versions
    #[arg(long, conflicts_with_all = ["from", "api_version", "check"])]
    rotate: bool,

    /// Write nothing, and fail if the documents or Cargo.toml would change
    #[arg(long)]
    check: bool,

    /// Remove overlay actions that are reported as gone or no longer needed
    #[arg(long, conflicts_with = "check")]
    prune_overlays: bool,

    /// If a document is refused, write the proposed fixes to openapi/overlays/90-undecided.yaml and continue
    #[arg(long, conflicts_with = "check")]
    mend: bool,

    /// Do not compile the client with the result
    #[arg(long)]
    no_compile: bool,

    /// The format of the report on standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Also write the report, or the reasons for a refusal, to this file; as JSON if its name ends in .json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Add the changes to CHANGELOG.md, and raise the version of the crate accordingly
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
/// If an upstream document or an overlay cannot be read, if no client can be generated from the result, if a file
/// cannot be written, and, with `--check`, if a file would change.
pub fn run(args: &Args) -> Result<()> {
    let project = Project { root: &args.root };
    let rotation = if args.rotate { Some(Rotation::of(&project)?) } else { None };
    let removed: &[String] = rotation.as_ref().map_or(&[], |rotation| &rotation.removed);

    let (upstream, mut notes) = upstream(args, &project, removed)?;
    let mut refreshed = Vec::new();
    for upstream in upstream {
        refreshed.push(prepare(args, &project, upstream, rotation.as_ref())?);
    }
    refreshed.sort_by_key(|one| (one.slot.is_beside(), one.slot.version.clone()));
    let Some(default) = refreshed.first().map(|one| one.slot.default.clone()) else {
        bail!(
            "no version of the API is vendored, and {} does not list versions; name one with --api-version",
            args.published
        );
    };
    let manifest = manifest(&project, &refreshed, removed)?;
    let mut new_files: Vec<(String, &str)> =
        refreshed.iter().map(|one| (one.slot.document(), one.vendored.text.as_str())).collect();
    let default_text = format!("{default}\n");
    new_files.extend([(Project::default_file(), default_text.as_str()), ("Cargo.toml".to_owned(), &manifest)]);
    let mut changed = Vec::new();
    for (file, text) in &new_files {
        if files::read_if_there(&args.root.join(file))?.as_deref() != Some(*text) {
            changed.push((file.as_str(), *text));
        }
    }
    let names: Vec<&str> = changed.iter().map(|(file, _)| *file).collect();
    let mut reports = Vec::new();
    for one in &refreshed {
        reports.push((one.slot.version.as_str(), report(&project, one, &refreshed, rotation.as_ref())?));
    }
    keep_what_no_version_needs(&refreshed, &mut reports);

    if args.check {
        if changed.is_empty() {
            let documents: Vec<String> = refreshed.iter().map(|one| one.slot.document()).collect();
            return say(&format!("{} and Cargo.toml are up to date\n", documents.join(" and ")));
        }
        for (_, report) in &reports {
            say(&format!("{}\n", report.summary()))?;
        }
        bail!("{} would change; run `cargo xtask refresh-spec`", names.join(" and "));
    }

    // Unchanged files keep their modification times, so that cargo does not rebuild anything.
    for (file, text) in &changed {
        files::write(&args.root.join(file), text)?;
    }
    for one in &refreshed {
        if let Some(text) = &one.undecided {
            let path = project.overlays().join(one.slot.undecided());
            std::fs::create_dir_all(path.parent().unwrap_or(&path)).with_context(|| path.display().to_string())?;
            files::write(&path, text)?;
        }
    }
    notes += &match changed.is_empty() {
        true => "nothing to write: all files are up to date\n".to_owned(),
        false => format!("wrote {}\n", names.join(" and ")),
    };
    for replaced in refreshed.iter().filter_map(|one| one.slot.replaced.as_ref()) {
        std::fs::remove_file(args.root.join(replaced)).with_context(|| format!("cannot remove {replaced}"))?;
        notes += &format!("removed {replaced}: version {default} is the default now\n");
    }
    if let Some(rotation) = &rotation {
        notes += &rotation.apply(&project, refreshed.iter().map(|one| one.slot.version.as_str()))?;
    }
    if args.prune_overlays {
        for (version, report) in &reports {
            notes += &prune_overlays(&project, version, &report.findings)?;
        }
    }
    if args.write_changelog {
        notes += &changelog::write(project.root, &changes(&refreshed, &reports, rotation.as_ref()))?;
    }
    // The reports, like the documents, begin with the version at the root, for which code is written by hand.
    if let (false, false, [root, ..], [(_, report), ..]) =
        (args.no_compile, changed.is_empty(), refreshed.as_slice(), reports.as_mut_slice())
    {
        report.compile_errors = compile::check(project.root, &manifest, &root.vendored.model)?;
    }
    let (text, json) = (as_text(&reports), as_json(&reports)?);
    if let Some(path) = &args.report {
        files::write(path, if is_json(path) { &json } else { &text })?;
    }
    match args.format {
        Format::Text => say(&format!("{text}{notes}"))?,
        // Notes are not part of the report, which is read by a program.
        Format::Json => {
            eprint!("{notes}");
            say(&json)?;
        }
    }
    let errors: usize = reports.iter().map(|(_, report)| report.compile_errors.len()).sum();
    ensure!(errors == 0, "the documents are vendored, but the client does not compile with them: see the report");
    Ok(())
}

/// Returns the documents to refresh from, and notes on those that are not available.
fn upstream(args: &Args, project: &Project<'_>, removed: &[String]) -> Result<(Vec<UpstreamDocument>, String)> {
    if let Some(from) = &args.from {
        let document = source::read(from)?;
        return Ok((
            vec![UpstreamDocument { from: from.clone(), document, version: args.api_version.clone() }],
            String::new(),
        ));
    }
    let mut wanted = match &args.api_version {
        Some(version) => vec![version.clone()],
        None => project.versions()?,
    };
    wanted.retain(|version| !removed.contains(version));
    published::read(&args.published, &wanted, args.api_version.is_none())
}

/// A document to refresh from.
struct UpstreamDocument {
    /// The path or URL.
    from: String,
    document: Value,
    /// The requested version.
    version: Option<String>,
}

/// A refreshed document that has not been written yet.
struct Refresh {
    slot: Slot,
    vendored: Vendored,
    /// The overlay that decides ambiguous places.
    undecided: Option<String>,
}

/// Refreshes a document, or returns all reasons why no client can be generated from it.
fn prepare(
    args: &Args,
    project: &Project<'_>,
    UpstreamDocument { from, mut document, version: wanted }: UpstreamDocument,
    rotation: Option<&Rotation>,
) -> Result<Refresh> {
    let version = version_of(&document).with_context(|| from.clone())?.to_owned();
    if let Some(wanted) = wanted.as_ref().filter(|wanted| **wanted != version) {
        bail!("{from}: #/info/version: the document is of version {version}, not {wanted}");
    }
    let mut slot = Slot::of(project, &version, wanted.is_some())?;
    if let Some(rotation) = rotation {
        slot.default.clone_from(&rotation.root);
        slot.replaced = None;
    }
    let mut earlier = Value::Null;
    for path in [slot.document(), Project::document(&slot.default)] {
        if let Some(text) = files::read_if_there(&args.root.join(path))? {
            // A document that cannot be read is replaced.
            earlier = serde_json::from_str(&text).unwrap_or_default();
            break;
        }
    }
    order::keep(&mut document, &earlier);
    let mut overlays = overlay::read_folder(&project.overlays())?;
    overlays.extend(overlay::read_folder_of(&project.overlays(), &version)?);
    let is_own = is_same_file(Path::new(&from), &args.root.join(slot.document()));
    let features = features::outside_of_region(&files::read(&project.manifest())?)
        .with_context(|| project.manifest().display().to_string())?;
    let mut vendored = vendor(&document, &overlays, is_own, &features).with_context(|| from.clone())?;
    let mut undecided = None;
    if let (true, Err(refusal)) = (args.mend, &vendored) {
        let name = slot.undecided();
        let text = refusal.decided(files::read_if_there(&project.overlays().join(&name))?)?;
        overlays.retain(|overlay| overlay.name() != name);
        overlays.push(Overlay::parse(name.clone(), &text).context(name)?);
        vendored = vendor(&document, &overlays, is_own, &features).with_context(|| from.clone())?;
        undecided = Some(text);
    }
    match vendored {
        Ok(vendored) => Ok(Refresh { slot, vendored, undecided }),
        Err(refusal) => {
            if let Some(path) = &args.report {
                let as_json = is_json(path);
                files::write(path, &if as_json { refusal.json()? } else { format!("{refusal}\n") })?;
            }
            bail!("{from}: {refusal}");
        }
    }
}

/// Returns the manifest with the features of all documents.
fn manifest(project: &Project<'_>, refreshed: &[Refresh], removed: &[String]) -> Result<String> {
    let mut offered = Offered::default();
    for one in refreshed {
        offered.add(&one.slot.version, &one.vendored.document);
    }
    let is_replaced = |version: &String| {
        removed.contains(version)
            || refreshed.iter().any(|one| {
                one.slot.version == *version || one.slot.replaced.as_ref() == Some(&Project::document(version))
            })
    };
    for (version, document) in project.documents()?.iter().filter(|(version, _)| !is_replaced(version)) {
        offered.add(version, document);
    }
    let manifest = files::read(&project.manifest())?;
    features::rewrite(&manifest, &offered).with_context(|| project.manifest().display().to_string())
}

/// Reports the changes of a refresh.
fn report(project: &Project<'_>, refresh: &Refresh, all: &[Refresh], rotation: Option<&Rotation>) -> Result<Report> {
    let Refresh { slot, vendored, .. } = refresh;
    let read = |name: &str| files::read_if_there(&project.root.join(name));
    // In a rotation, the document at the root was that of another version.
    let former = match rotation.filter(|rotation| rotation.root == slot.version) {
        Some(rotation) => Project::document(&rotation.former),
        None => slot.replaced.clone().unwrap_or_else(|| slot.document()),
    };
    let old_text = read(&former)?;
    let default_text = match all.iter().find(|one| one.slot.version == slot.default && slot.is_beside()) {
        Some(default) => Some(default.vendored.text.clone()),
        None => read(&Project::document(&slot.default))?,
    };
    let before = match (&old_text, &default_text) {
        (Some(old), _) => Before::Document(old),
        (None, Some(document)) => Before::Default { version: &slot.default, document },
        (None, None) => Before::Nothing,
    };
    Ok(Report::new(before, &vendored.text, &vendored.model, &vendored.document, vendored.findings.clone()))
}

/// Removes findings about shared overlays, unless they apply to all versions.
fn keep_what_no_version_needs(refreshed: &[Refresh], reports: &mut [(&str, Report)]) {
    if refreshed.len() < 2 {
        return;
    }
    let parts = |one: &Refresh| one.vendored.findings.iter().map(Finding::part).collect::<BTreeSet<_>>();
    let dead = refreshed.iter().map(parts).reduce(|one, other| &one & &other).unwrap_or_default();
    for (index, (version, report)) in reports.iter_mut().enumerate() {
        let own = format!("{version}/");
        let is_shared = |finding: &Finding| index == 0 && dead.contains(&finding.part());
        report.findings.retain(|finding| finding.file.starts_with(&own) || is_shared(finding));
    }
}

/// Returns the changes for the changelog: those at the root, and those of other versions under the names of their
/// modules.
fn changes(refreshed: &[Refresh], reports: &[(&str, Report)], rotation: Option<&Rotation>) -> Vec<Change> {
    let mut all: Vec<Change> = rotation.into_iter().flat_map(Rotation::changes).collect();
    for (one, (version, report)) in refreshed.iter().zip(reports) {
        // A preview may change in any release.
        let is_preview = one.slot.is_beside() && **version > *one.slot.default;
        for change in report.changes.iter().flatten() {
            let mut change = change.clone();
            if one.slot.is_beside() && change.subject != Subject::Feature {
                change.name = format!("{}::{}", version_module(version), change.name);
            }
            if is_preview {
                change.impact = Impact::Additive;
            }
            all.push(change);
        }
    }
    all
}

fn as_text(reports: &[(&str, Report)]) -> String {
    match reports {
        [(_, report)] => report.to_string(),
        several => several.iter().map(|(version, report)| format!("Version {version}\n{report}\n")).collect(),
    }
}

/// Returns a single report, or an object of reports by version.
fn as_json(reports: &[(&str, Report)]) -> Result<String> {
    if let [(_, report)] = reports {
        return report.json();
    }
    let mut all = serde_json::Map::new();
    for (version, report) in reports {
        all.insert((*version).to_owned(), serde_json::from_str(&report.json()?)?);
    }
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

/// Returns a manifest with the features of a document.
///
/// # Errors
/// If the features cannot be written to the manifest, or the document has no version.
pub fn with_features(manifest: &str, document: &Value) -> Result<String> {
    let mut offered = Offered::default();
    offered.add(version_of(document)?, document);
    features::rewrite(manifest, &offered)
}

pub use overlay::Overlay;
pub use project::Project;
pub use refusal::Fault;

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// A vendored document, from which a client can be generated.
struct Vendored {
    document: Value,
    text: String,
    model: Model,
    findings: Vec<Finding>,
}

/// Returns a fault for each resource that has the name of another feature of the crate.
fn taken(model: &Model, own_features: &BTreeSet<String>) -> Vec<Fault> {
    let taken = model.operations.iter().filter(|operation| own_features.contains(&operation.resource));
    let faults = taken.map(|operation| {
        let message = format!("the resource `{}` has the name of a cargo feature of the crate", operation.resource);
        Fault::removable(operation.place(), message)
    });
    faults.collect()
}

/// Vendors a document and generates the client, or returns all reasons why that is impossible.
fn vendor(
    upstream: &Value,
    overlays: &[Overlay],
    is_own: bool,
    own_features: &BTreeSet<String>,
) -> Result<Result<Vendored, Refusal>> {
    let Refreshed { document, mut findings, dangling } = refresh(upstream.clone(), overlays)?;
    if is_own {
        // A vendored document already contains what overlays add, and lacks what they remove.
        findings.retain(|finding| !matches!(finding.problem, Problem::Unneeded | Problem::Removed));
    }
    let text = print(document.clone())?;
    if dangling.is_empty()
        && let Ok(model) = report::model_of(&text)
    {
        let taken = taken(&model, own_features);
        if !taken.is_empty() {
            return Ok(Err(Refusal::new(taken, findings)));
        }
        return Ok(Ok(Vendored { document, text, model, findings }));
    }
    let mut completed = document;
    let mut faults = Vec::new();
    for (reference, place) in dangling {
        faults.push(Fault::dangling(&reference, &place));
        // With a placeholder in place, other faults can be found.
        reach::add_schema(&mut completed, &reference);
    }
    let parsed = polar_codegen::load::parse(&print(completed)?)?;
    let (found, mended) = faults::mended(&parsed);
    faults.extend(found.into_iter().map(Fault::from));
    // Finds what would still be missing after all places have been decided.
    if let Ok(model) = polar_codegen::model::model(&mended) {
        faults.extend(taken(&model, own_features));
    }
    Ok(Err(Refusal::new(faults, findings)))
}

/// Vendors a document that was vendored before and generates the client. Returns the text of the document, or the
/// faults that prevent it.
///
/// # Errors
/// If an overlay cannot be applied to the document.
pub fn vendor_again(document: &Value, overlays: &[Overlay]) -> Result<Result<String, Vec<Fault>>> {
    let manifest = files::read(&Project { root: Path::new(workspace_root()) }.manifest())?;
    Ok(vendor(document, overlays, true, &features::outside_of_region(&manifest)?)?
        .map(|vendored| vendored.text)
        .map_err(Refusal::into_faults))
}

/// Reads the overlays of this checkout.
///
/// # Errors
/// If one cannot be read.
pub fn own_overlays() -> Result<Vec<Overlay>> {
    overlay::read_folder(&Project { root: Path::new(workspace_root()) }.overlays())
}

/// A vendored document, the overlay actions that no longer apply, and dangling references.
struct Refreshed {
    document: Value,
    findings: Vec<Finding>,
    dangling: Vec<(String, String)>,
}

/// Creates the vendored document from an upstream one, or from an earlier vendored one.
///
/// The result is a fixed point: refreshing it again changes nothing. So `--from openapi/2026-04.json` applies changed
/// overlays without the network, and a refresh differs only where the API or an overlay does.
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

/// Rewrites the overlays without unused actions, and returns a summary.
///
/// Actions that another version needs are kept.
fn prune_overlays(project: &Project<'_>, version: &str, findings: &[Finding]) -> Result<String> {
    let shared = overlay::read_folder(&project.overlays())?;
    let mut elsewhere = Vec::new();
    for (other, document) in project.documents()?.into_iter().filter(|(other, _)| other != version) {
        let own = overlay::read_folder_of(&project.overlays(), &other)?;
        let overlays = shared.iter().cloned().chain(own).collect::<Vec<_>>();
        let findings = refresh(document, &overlays).with_context(|| Project::document(&other))?.findings;
        // The document already contains what overlays add, so unneeded actions cannot be detected.
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
        // In reverse order, one by one, so that a part that cannot be removed does not prevent others.
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
        notes += &format!("removed {dropped} of {} unused parts of {file}\n", parts.len());
    }
    Ok(notes)
}

fn is_same_file(left: &Path, right: &Path) -> bool {
    matches!((left.canonicalize(), right.canonicalize()), (Ok(left), Ok(right)) if left == right)
}

/// Returns the text of a document's file: keys sorted, one value per line.
fn print(mut document: Value) -> Result<String> {
    // A no-op, unless another crate in the build enables serde_json's `preserve_order`.
    document.sort_all_objects();
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// Returns the JSON pointer of the first place where two values differ.
fn first_difference(left: &Value, right: &Value) -> Option<String> {
    fn walk(left: &Value, right: &Value, place: String) -> Option<String> {
        match (left, right) {
            (Value::Object(left), Value::Object(right)) => {
                let keys = left.keys().chain(right.keys());
                keys.into_iter().find_map(|key| {
                    let place = format!("{place}/{}", escape(key));
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
    // Most values are equal, and comparing is much faster than building pointers.
    if left == right { None } else { walk(left, right, "#".to_owned()) }
}

/// Prints to standard output. Ignores a closed pipe (`| head`).
fn say(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Returns the project's folder.
pub fn workspace_root() -> &'static str {
    let package = env!("CARGO_MANIFEST_DIR");
    let parent = Path::new(package).parent().and_then(Path::to_str);
    parent.unwrap_or(package)
}
