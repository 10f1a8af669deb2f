//! `cargo xtask refresh-spec`: updates the vendored documents from the upstream ones.
//!
//! Data flows one way: [`published`] and [`source`] read upstream documents, [`facts`] removes everything but facts,
//! [`overlay`] adds our own descriptions and fixes, [`reach`] removes unused schemas, and [`files`] writes.
//! [`features`] derives the cargo features from the result, and [`mod@report`] describes what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use features::Offered;
use needs::Unmet;
use overlay::{Finding, Problem, Upstream};
use polar_codegen::load::Document;
use polar_codegen::names::version_module;
use polar_codegen::plan::Plan;
use project::{Slot, version_of};
use refusal::Refusal;
use report::{Before, Change, Client, Impact, Report, Subject};
use rotation::Rotation;

mod changelog;
mod facts;
mod faults;
mod features;
pub mod files;
pub mod needs;
mod order;
mod overlay;
mod project;
mod published;
mod reach;
mod refusal;
pub mod report;
mod rotation;
mod source;

/// Refresh the vendored documents and the cargo features from what the API publishes
///
/// Without --from, the published document of each vendored version is followed, and that of the next version is vendored as
/// soon as it is published. With --from, one document is refreshed.
///
/// Keeps the facts of an upstream document (no prose, no examples, no vendors' extensions),
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
    /// Refresh from this document instead of the published ones
    #[arg(long, value_name = "FILE|URL")]
    from: Option<String>,

    /// Vendor this version of the API alone, beside the default one if it is another. With --from and without this, the
    /// document becomes the default one, whichever version it is of
    #[arg(long, value_name = "VERSION")]
    api_version: Option<String>,

    /// Where the API publishes its documents, as VERSION.openapi.json
    #[arg(long, value_name = "URL", default_value = published::BASE)]
    published: String,

    /// Put the next version at the root, make a module of the one that is there, and remove those before it
    #[arg(long, conflicts_with_all = ["from", "api_version", "check"])]
    rotate: bool,

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
            "no version of the API is vendored, and {} cannot be asked for all; name one with --api-version",
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
    let (text, json) = (as_text(&reports), as_json(&reports)?);
    if let Some(path) = &args.report {
        files::write(path, if is_json(path) { &json } else { &text })?;
    }
    match args.format {
        Format::Text => say(&format!("{text}{notes}")),
        // Notes are not part of the report, which is read by a program.
        Format::Json => {
            eprint!("{notes}");
            say(&json)
        }
    }
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
    vendored: VendoredClient,
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
    for earlier in [slot.document(), Project::document(&slot.default)] {
        if let Some(text) = files::read_if_there(&args.root.join(earlier))? {
            // A document that cannot be read is replaced.
            order::keep(&mut document, &serde_json::from_str(&text).unwrap_or_default());
            break;
        }
    }
    let mut overlays = overlay::read_folder(&project.overlays())?;
    overlays.extend(overlay::read_folder_of(&project.overlays(), &version)?);
    let is_own = is_same_file(Path::new(&from), &args.root.join(slot.document()));
    let features = features_of(project)?;
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

fn features_of(project: &Project<'_>) -> Result<Features> {
    Features::of(&files::read(&project.manifest())?).with_context(|| project.manifest().display().to_string())
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
    let mut report =
        Report::new(before, &vendored.text, &vendored.client, &vendored.document, vendored.findings.clone())?;
    let features = features_of(project)?;
    let known = old_text.as_deref().map(|old| lost_features_of(old, &features)).unwrap_or_default();
    report.lose(vendored.lost_features.iter().filter(|lost| !known.contains(lost)).cloned().collect());
    if rotation.is_some() {
        report = report.without_markers();
    }
    if slot.is_beside() {
        report = report.in_module(&version_module(&slot.version));
    }
    Ok(report)
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

/// A vendored document and the client that is generated from it.
struct VendoredClient {
    document: Value,
    text: String,
    client: Client,
    findings: Vec<Finding>,
    /// Requirements of optional features that the document does not meet.
    lost_features: Vec<Unmet>,
}

/// The features of the crate.
struct Features {
    all: BTreeSet<String>,
    /// Features that are neither resources nor versions.
    own: BTreeSet<String>,
    /// Features that are enabled by default.
    default: BTreeSet<String>,
}

impl Features {
    fn of(manifest: &str) -> Result<Self> {
        let (all, default) = (features::all(manifest)?, features::on_by_default(manifest)?);
        Ok(Self { own: features::outside_of_region(manifest)?, all, default })
    }

    /// Returns a fault for each resource that has the name of another feature of the crate.
    fn taken(&self, plan: &Plan) -> Vec<Fault> {
        let taken = plan.operations.iter().filter(|operation| self.own.contains(&operation.resource));
        let faults = taken.map(|operation| {
            let message = format!("the resource `{}` has the name of a cargo feature of the crate", operation.resource);
            Fault::removable(operation.place(), message)
        });
        faults.collect()
    }
}

/// Vendors a document and generates the client, or returns all reasons why that is impossible.
fn vendor(
    upstream: &Value,
    overlays: &[Overlay],
    is_own: bool,
    own_features: &Features,
) -> Result<Result<VendoredClient, Refusal>> {
    let Refreshed { document, mut findings, dangling } = refresh(upstream.clone(), overlays)?;
    if is_own {
        // A vendored document already contains what overlays add, and lacks what they remove.
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
        return Ok(Ok(VendoredClient { document, text, client, findings, lost_features }));
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
    if let Ok(plan) = polar_codegen::plan::plan(&mended) {
        faults.extend(unmet(&mended, &plan, own_features).0);
        faults.extend(own_features.taken(&plan));
    }
    Ok(Err(Refusal::new(faults, findings)))
}

/// Returns the requirements of hand-written code that a document does not meet: faults, and those of optional features.
/// The latter are no reason to refuse a document; enabling such a feature is a build error.
fn unmet(document: &Document, plan: &Plan, own: &Features) -> (Vec<Fault>, Vec<Unmet>) {
    let unmet = needs::unmet(plan, |feature| own.all.contains(feature)).into_iter();
    let unmet = unmet.map(|unmet| Unmet { error: document.locate(unmet.error), ..unmet });
    let (fatal, lost): (Vec<Unmet>, Vec<Unmet>) = unmet.partition(|unmet| own.default.contains(unmet.feature));
    let fault = |unmet: Unmet| faults::Fault { error: unmet.error, mend: unmet.mend }.into();
    (fatal.into_iter().map(fault).collect(), lost)
}

/// Returns the requirements of optional features that an earlier document did not meet.
fn lost_features_of(document: &str, own: &Features) -> Vec<Unmet> {
    let parsed = polar_codegen::load::parse(document);
    let planned = parsed.and_then(|document| Ok((polar_codegen::plan::plan(&document)?, document)));
    planned.map(|(plan, document)| unmet(&document, &plan, own).1).unwrap_or_default()
}

/// Vendors a document that was vendored before and generates the client. Returns the text of the document, or the
/// faults that prevent it.
///
/// # Errors
/// If an overlay cannot be applied to the document.
pub fn vendor_again(document: &Value, overlays: &[Overlay]) -> Result<Result<String, Vec<Fault>>> {
    let manifest = files::read(&Project { root: Path::new(workspace_root()) }.manifest())?;
    Ok(vendor(document, overlays, true, &Features::of(&manifest)?)?
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
        notes += &format!("dropped {dropped} of {} parts of {file} that are dead\n", parts.len());
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
