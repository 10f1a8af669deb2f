//! `cargo xtask verify-report`: whether what a refresh reports is what happens to the public API of the crate.
//!
//! The crate is documented with either document, and `cargo public-api` lists its items. What these lists differ in is
//! compared with the items of the report, one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::checkout::{Checkout, project, vendored};
use crate::mutate::{mutations::mutate, together};
use crate::refresh_spec::report::{Client, Impact, ItemChange};
use crate::refresh_spec::{Overlay, files, own_overlays, vendor_again};

/// Compare the report of a refresh with the public API of the crate before and after
///
/// Needs a nightly compiler, which writes the items down, and cargo-public-api
/// (`cargo install --locked cargo-public-api`), which reads them. A document is a file that was
/// vendored, or one of git: COMMIT:openapi/2026-04.json.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The document before
    #[arg(required_unless_present = "mutations")]
    old: Option<String>,

    /// The document after
    #[arg(required_unless_present = "mutations")]
    new: Option<String>,

    /// Compare the vendored document with as many random changes of it, as `cargo xtask mutate` makes them
    #[arg(long, value_name = "COUNT", conflicts_with_all = ["old", "new"])]
    mutations: Option<usize>,

    /// The first seed of the changes
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// How many changes are compared at once
    #[arg(long, default_value_t = 10)]
    together: usize,

    /// The features with which the crate is documented
    #[arg(long, default_value = FEATURES)]
    features: String,

    /// List every item, not only those that disagree
    #[arg(long)]
    list: bool,
}

/// All features but the system's TLS, which needs headers that may not be there.
const FEATURES: &str = "axum,blocking,csv,downloads,licensing,rate-limit,schemars,sign-in,spool,test-util,uploads";

/// Runs the command.
///
/// # Errors
/// When a document cannot be read or documented, and when the report and the public API disagree.
pub fn run(args: &Args) -> Result<()> {
    let checkout = Checkout::at(project().join("target/verify-report"))?;
    let mut disagreements = 0;
    match (&args.old, &args.new) {
        (Some(old), Some(new)) => {
            let (old, new) = (Side::of(args, &checkout, read(old)?)?, read(new)?);
            disagreements += compare(args, &checkout, &old, &new)?;
        }
        _ => {
            let document = files::read(&vendored()?.default_document())?;
            let parsed = serde_json::from_str(&document)?;
            let old = Side::of(args, &checkout, document)?;
            let overlays = own_overlays()?;
            let mut seeds = args.seed..;
            let mut rest = args.mutations.unwrap_or_default();
            while rest > 0 {
                let seeds = seeds_of_source(&parsed, &overlays, &mut seeds, rest.min(args.together))?;
                let (new, taken) = together(&parsed, &overlays, &seeds, seeds.len())?;
                for seed in &taken {
                    println!("{seed}: {}", mutate(&mut parsed.clone(), *seed));
                }
                rest -= taken.len();
                disagreements += compare(args, &checkout, &old, &new)?;
            }
        }
    }
    ensure!(disagreements == 0, "the report and the public API disagree");
    Ok(())
}

/// The crate with a document: what the report compares, and the items that are listed.
struct Side {
    client: Client,
    listing: String,
}

impl Side {
    fn of(args: &Args, checkout: &Checkout, document: String) -> Result<Self> {
        let client = Client::of(&document).map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(Self { client, listing: listing(args, checkout, &document)? })
    }
}

/// The next seeds whose changes give source.
fn seeds_of_source(
    document: &serde_json::Value,
    overlays: &[Overlay],
    seeds: &mut impl Iterator<Item = u64>,
    count: usize,
) -> Result<Vec<u64>> {
    let mut found = Vec::new();
    while found.len() < count {
        let seed = seeds.next().context("no more seeds")?;
        let mut changed = document.clone();
        mutate(&mut changed, seed);
        if matches!(vendor_again(&changed, overlays), Ok(Ok(_))) {
            found.push(seed);
        }
    }
    Ok(found)
}

/// Compares the report with what differs, and returns in how many items they disagree.
fn compare(args: &Args, checkout: &Checkout, old: &Side, new: &str) -> Result<usize> {
    let new = Side::of(args, checkout, new.to_owned())?;
    let changes = new.client.changes_since(&old.client)?;
    let reported: Vec<ItemChange> = changes.into_iter().flat_map(|change| change.items).collect();
    let found = differences(&old.listing, &new.listing);

    let mut disagreements = 0;
    for (path, impact) in &found {
        let by = reported.iter().filter(|item| covers(item, path)).map(|item| item.impact).min();
        let agrees = by == Some(*impact);
        disagreements += usize::from(!agrees);
        if args.list || !agrees {
            let by = by.map_or_else(|| "not reported".to_owned(), |by| format!("reported as {by}"));
            println!("{impact}  {path}: {by}");
        }
    }
    let unconfirmed: BTreeSet<&str> = reported
        .iter()
        .filter(|item| !found.keys().any(|path| covers(item, path)))
        .map(|item| item.path.as_str())
        .collect();
    unconfirmed.iter().for_each(|path| println!("reported, and no difference of the public API: {path}"));
    let count = |impact| found.values().filter(|other| **other == impact).count();
    println!(
        "{} items differ, {} breaking and {} additive: {} agree, {disagreements} disagree, {} are reported alone",
        found.len(),
        count(Impact::Breaking),
        count(Impact::Additive),
        found.len() - disagreements,
        unconfirmed.len()
    );
    Ok(disagreements + unconfirmed.len())
}

fn read(document: &str) -> Result<String> {
    if Path::new(document).exists() {
        return files::read(Path::new(document));
    }
    let output = Command::new("git").current_dir(project()).args(["show", document]).output().context("git")?;
    ensure!(output.status.success(), "{document} is neither a file nor one of git");
    Ok(String::from_utf8(output.stdout)?)
}

/// The items of the crate with a document, as `cargo public-api` lists them.
fn listing(args: &Args, checkout: &Checkout, document: &str) -> Result<String> {
    checkout.set_document(document)?;
    let target = project().join("target/public-api");
    // Not the compiler of this program, but that of the toolchain that is named.
    let mut rustdoc = crate::bench_build::environment::command("cargo");
    rustdoc.current_dir(checkout.root()).env("CARGO_TARGET_DIR", &target);
    rustdoc.args(["+nightly", "rustdoc", "--package", "polar-client", "--lib", "--features", &args.features]);
    rustdoc.args(["--", "-Z", "unstable-options", "--output-format", "json"]);
    ensure!(rustdoc.status().context("cargo rustdoc")?.success(), "the crate cannot be documented");
    let json = target.join("doc/polar_client.json");
    let mut list = crate::bench_build::environment::command("cargo");
    list.current_dir(checkout.root()).args(["public-api", "-ss", "--rustdoc-json"]).arg(json);
    let output = list.output().context("cargo public-api")?;
    if !output.status.success() {
        bail!("cargo public-api: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The items of two listings that differ.
fn differences(old: &str, new: &str) -> BTreeMap<String, Impact> {
    let (old, new) = (items(old), items(new));
    let mut found = BTreeMap::new();
    let none = BTreeSet::new();
    for path in old.keys().chain(new.keys()) {
        let (before, after) = (old.get(path).unwrap_or(&none), new.get(path).unwrap_or(&none));
        if before == after {
            continue;
        }
        // A program that writes out all fields or variants breaks when there is one more.
        let parent = path.rsplit_once("::").and_then(|(parent, _)| Some((old.get(parent)?, new.get(parent)?)));
        let is_member = after.iter().any(|line| line.starts_with("pub polar_client::"));
        let is_closed = parent.is_some_and(|(_, parent)| {
            is_member && parent.iter().any(|line| !line.contains("#[non_exhaustive]") && !line.contains("{ .. }"))
        });
        let impact = if before.is_empty() && !is_closed { Impact::Additive } else { Impact::Breaking };
        found.insert(path.clone(), impact);
    }
    found
}

/// The lines of each item of a listing. A trait that a type implements is an item, too, and not what it consists of.
fn items(listing: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut items: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // The type that implements the trait whose parts may follow.
    let mut implementer: Option<String> = None;
    for line in listing.lines() {
        let bare = without_attributes(line);
        let path = if let Some(implementation) = bare.strip_prefix("impl") {
            let implementation = implementation.strip_prefix('<').map_or(implementation, after_brackets);
            let Some((implemented, of)) = implementation.trim().split_once(" for ") else {
                implementer = None;
                continue;
            };
            implementer = Some(path_of(of));
            match implemented.split_once("<polar_client::") {
                // What a type of the crate is converted into is an item of that type.
                Some((_, argument)) if !of.trim_start_matches('&').starts_with("polar_client::") => {
                    format!("{}: {} for {of}", path_of(argument), short(implemented))
                }
                _ => format!("{}: {}", path_of(of), short(implemented)),
            }
        } else {
            let is_part = ["fn ", "type ", "const "].iter().any(|kind| keyword(bare).starts_with(kind));
            // A module is what is in it.
            if keyword(bare).starts_with("mod ") {
                continue;
            }
            let path = path_of(keyword(bare).split_once(' ').map_or(keyword(bare), |(kind, rest)| match kind {
                "fn" | "struct" | "enum" | "static" | "const" | "type" | "mod" | "trait" | "macro" | "union"
                | "use" => rest,
                _ => keyword(bare),
            }));
            if is_part && implementer.as_ref().is_some_and(|of| is_within(&path, of)) {
                continue;
            }
            implementer = None;
            path
        };
        // The setters of a call are the same whatever it answers with.
        let setter =
            bare.strip_prefix("pub fn polar_client::Call<").and_then(|line| line.find(">::").map(|at| &line[at..]));
        items.entry(path).or_default().insert(setter.unwrap_or(line).to_owned());
    }
    items
}

fn without_attributes(line: &str) -> &str {
    let mut line = line;
    while let Some((_, rest)) = line.strip_prefix("#[").and_then(|rest| rest.split_once("] ")) {
        line = rest;
    }
    line
}

/// A line from its keyword on: `fn …`, or the path of a field or a variant.
fn keyword(line: &str) -> &str {
    let mut line = line.trim_start_matches("pub ");
    for word in ["async ", "unsafe ", "mut "] {
        line = line.trim_start_matches(word);
    }
    line.strip_prefix("const ").filter(|rest| rest.starts_with("fn ")).unwrap_or(line)
}

/// What follows generics, whose opening bracket is gone.
fn after_brackets(text: &str) -> &str {
    let mut depth = 1;
    for (at, letter) in text.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' if !text[..at].ends_with('-') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[at + 1..];
        }
    }
    text
}

/// The path at the beginning of a text, in the crate, without generics.
fn path_of(text: &str) -> String {
    let (mut path, mut generics) = (String::new(), "");
    let mut rest = text.trim_start_matches('&');
    while let Some(letter) = rest.chars().next() {
        if rest.starts_with("::") {
            path.push_str("::");
            rest = &rest[2..];
        } else if letter.is_alphanumeric() || letter == '_' {
            path.push(letter);
            rest = &rest[letter.len_utf8()..];
        } else if let Some(inside) = rest.strip_prefix('<').filter(|inside| after_brackets(inside).starts_with("::")) {
            rest = after_brackets(inside);
            generics = &inside[..inside.len() - rest.len() - 1];
        } else {
            break;
        }
    }
    let path = path.trim_start_matches("polar_client::");
    // The clients stand in a private module, and are exported from the crate.
    let path = path.strip_prefix("client::").unwrap_or(path);
    alias(path, generics).unwrap_or_else(|| path.to_owned())
}

/// The path of a method of a type by the name that the crate has for the type: `Polar::orders` of
/// `Client<AccessToken>::orders`, `resources::orders::List::limit` of `Call<…, ListOptions>::limit`.
fn alias(path: &str, generics: &str) -> Option<String> {
    if let Some(method) = path.strip_prefix("Client::") {
        let clients =
            [("AccessToken", "Polar"), ("CustomerSession", "CustomerPortal"), ("MemberSession", "MemberPortal")];
        let (_, client) =
            clients.iter().find(|(kind, _)| generics.starts_with(&format!("polar_client::client::{kind}")))?;
        return Some(format!("{client}::{method}"));
    }
    let method = path.strip_prefix("Call::")?;
    let (_, options) = generics.rsplit_once("polar_client::")?;
    Some(format!("{}::{method}", options.strip_suffix("Options")?))
}

/// A trait without the paths of the names in it, as source has it that imports them.
fn short(text: &str) -> String {
    let mut short = String::new();
    for part in text.split_inclusive(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':') {
        let (name, end) = match part.char_indices().last() {
            Some((at, last)) if !last.is_alphanumeric() && last != '_' => part.split_at(at),
            _ => (part, ""),
        };
        short.push_str(name.rsplit("::").next().unwrap_or(name));
        short.push_str(end);
    }
    short
}

/// Whether a reported item tells of a difference of the public API.
fn covers(item: &ItemChange, path: &str) -> bool {
    let reported = match item.path.split_once(": ") {
        Some((of, implemented)) if !implemented.starts_with("impl_") => format!("{of}: {}", short(implemented)),
        // What a macro gives a type is methods and traits of it.
        Some((of, _)) => return is_within(path, of) && path != of,
        None => item.path.clone(),
    };
    if reported == path {
        return true;
    }
    // What is in an item that comes or goes as a whole is not reported by itself.
    let is_whole = item.old.is_none() || item.new.is_none();
    is_whole && is_within(path, &reported)
}

fn is_within(path: &str, outer: &str) -> bool {
    let tail = path.strip_prefix(outer);
    tail.is_some_and(|tail| tail.is_empty() || tail.starts_with("::") || tail.starts_with(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "\
pub mod polar_client::types
#[non_exhaustive] pub enum polar_client::types::A
pub polar_client::types::A::B(alloc::vec::Vec<u8>)
impl polar_client::types::A
pub const fn polar_client::types::A::new(&str) -> Self
impl core::clone::Clone for polar_client::types::A
pub fn polar_client::types::A::clone(&self) -> polar_client::types::A
impl<T: core::convert::Into<u8>> core::convert::From<polar_client::types::C<T>> for polar_client::types::A
pub fn polar_client::types::A::from(polar_client::types::C<T>) -> Self
pub struct polar_client::types::D
pub polar_client::types::D::e: core::option::Option<u8>
impl polar_client::client::Polar
pub fn polar_client::client::Polar::things(&self)
impl polar_client::Paged for polar_client::types::D
pub type polar_client::types::D::Item = u8
pub type polar_client::Current = polar_client::types::D
pub fn polar_client::resources::orders::Orders<polar_client::client::AccessToken, V>::list(&self) -> u8
pub fn polar_client::client::Client<polar_client::client::AccessToken>::orders(&self) -> u8
pub fn polar_client::Call<alloc::vec::Vec<u8>, polar_client::resources::orders::ListOptions>::limit(self, i64) -> Self
impl core::convert::From<polar_client::types::D> for uuid::Uuid
";

    #[test]
    fn a_listing_is_read_item_by_item() {
        let paths: Vec<String> = items(OLD).into_keys().collect();
        let expected = [
            "Current",
            "Polar::orders",
            "Polar::things",
            "resources::orders::List::limit",
            "resources::orders::Orders::list",
            "types::A",
            "types::A: Clone",
            "types::A: From<C<T>>",
            "types::A::B",
            "types::A::new",
            "types::D",
            "types::D: From<D> for uuid::Uuid",
            "types::D: Paged",
            "types::D::e",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn what_goes_or_changes_breaks_and_what_comes_does_so_in_closed_types() {
        let new = OLD
            .replace("A::new(&str)", "A::new()")
            .replace("impl core::clone::Clone for polar_client::types::A\n", "")
            .replace("pub fn polar_client::types::A::clone(&self) -> polar_client::types::A\n", "")
            .replace("types::D::e", "types::D::f")
            .replace("pub polar_client::types::A::B", "pub polar_client::types::A::X\npub polar_client::types::A::B");
        let found = differences(OLD, &new);
        let found: Vec<(&str, Impact)> = found.iter().map(|(path, impact)| (path.as_str(), *impact)).collect();
        assert_eq!(
            found,
            [
                ("types::A: Clone", Impact::Breaking),
                ("types::A::X", Impact::Additive),
                ("types::A::new", Impact::Breaking),
                ("types::D::e", Impact::Breaking),
                ("types::D::f", Impact::Breaking),
            ]
        );
    }

    #[test]
    fn an_item_that_goes_as_a_whole_covers_what_is_in_it() {
        let item = |path: &str, new: Option<&str>| ItemChange {
            impact: Impact::Breaking,
            path: path.to_owned(),
            old: Some(String::new()),
            new: new.map(str::to_owned),
        };
        assert!(covers(&item("types::A", None), "types::A::b"));
        assert!(covers(&item("types::A", None), "types::A: Clone"));
        assert!(!covers(&item("types::A", None), "types::Ab"));
        assert!(!covers(&item("types::A", Some("")), "types::A::b"));
        assert!(covers(&item("types::A: impl_call", Some("")), "types::A::send"));
        assert!(covers(&item("types::A: ::std::convert::From<super::B>", None), "types::A: From<B>"));
    }
}
