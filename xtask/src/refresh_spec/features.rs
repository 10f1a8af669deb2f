//! Derives the root package's cargo features from the document's resources.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use polar_codegen::names::{resource_name, version_feature};
use serde_json::Value;
use toml_edit::{DocumentMut, Item};

use super::facts::METHODS;

const FROM: &str = "# resources: written by `cargo xtask refresh-spec`, from here";
const TO: &str = "# resources: to here";

/// The feature that enables all resources.
const ALL: &str = "all-resources";

/// The feature that enables all versions.
const ALL_VERSIONS: &str = "all-versions";

/// The resources and versions that have a feature.
#[derive(Debug, Default)]
pub struct Offered {
    /// The resources of all versions.
    pub resources: BTreeSet<String>,
    /// The versions.
    pub versions: BTreeSet<String>,
}

impl Offered {
    /// Adds the resources of a version.
    pub fn add(&mut self, version: &str, document: &Value) {
        self.versions.insert(version.to_owned());
        self.resources.extend(resources(document));
    }
}

/// Returns the resources of a document: the first segment of each operation id, in kebab case.
pub fn resources(document: &Value) -> BTreeSet<String> {
    let items = document["paths"].as_object().into_iter().flatten();
    items
        .flat_map(|(_, item)| METHODS.map(|method| &item[method]["operationId"]))
        .filter_map(Value::as_str)
        .map(resource_name)
        .collect()
}

/// Returns the names of all features in a manifest.
///
/// # Errors
/// If the manifest is not TOML.
pub fn all(manifest: &str) -> Result<BTreeSet<String>> {
    let manifest: DocumentMut = manifest.parse().context("the manifest is not TOML")?;
    Ok(feature_lists(&manifest).into_keys().collect())
}

/// Returns the features in a manifest that are not generated.
///
/// # Errors
/// If the manifest is not TOML, or has no markers.
pub fn outside_of_region(manifest: &str) -> Result<BTreeSet<String>> {
    let (before, rest) = split_at_line(manifest, FROM)?;
    let (_, after) = split_at_line(rest, TO)?;
    let mut features = all(&format!("{before}{after}"))?;
    features.extend([ALL, ALL_VERSIONS].map(str::to_owned));
    Ok(features)
}

/// Writes the resources and versions into the marked region of a manifest. Nothing else is changed.
///
/// # Errors
/// If the markers are missing, repeated or out of order, or if the result is not a valid manifest with the resources in
/// `[features]`, for example because another feature refers to a resource that was removed.
pub fn rewrite(manifest: &str, offered: &Offered) -> Result<String> {
    let resources = &offered.resources;
    let (before, rest) = split_at_line(manifest, FROM)?;
    let (_, after) = split_at_line(rest, TO)?;
    let region = region(offered);
    let rewritten = format!("{before}{FROM}\n{region}{TO}{after}");

    let parsed: DocumentMut = rewritten.parse().context("would not be valid TOML with the resources written")?;
    let lists = feature_lists(&parsed);
    ensure!(
        lists.get(ALL).is_some_and(|all| all.len() == resources.len()),
        "the lines `{FROM}` and `{TO}` are not in [features]"
    );
    // Cargo would reject such a manifest, so that this command could not even be run to repair it.
    let old: DocumentMut = manifest.parse().context("not valid TOML")?;
    for lost in feature_lists(&old).keys().filter(|name| !lists.contains_key(*name)) {
        if let Some((feature, _)) = lists.iter().find(|(_, list)| list.contains(lost)) {
            bail!("feature `{feature}` names `{lost}`, which the document no longer has");
        }
    }
    Ok(rewritten)
}

/// Returns the features of a manifest, each with the features that it enables.
fn feature_lists(manifest: &DocumentMut) -> BTreeMap<String, Vec<String>> {
    let features = manifest.get("features").and_then(Item::as_table);
    let features = features.into_iter().flat_map(|table| table.iter());
    features
        .map(|(name, list)| {
            let list = list.as_array().into_iter().flatten();
            let list = list.filter_map(|value| value.as_str().map(str::to_owned));
            (name.to_owned(), list.collect())
        })
        .collect()
}

/// Splits a text at the only line that equals `marker`.
fn split_at_line<'a>(text: &'a str, marker: &str) -> Result<(&'a str, &'a str)> {
    let mut starts = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == marker {
            starts.push(start);
        }
        start += line.len();
    }
    ensure!(starts.len() == 1, "expected the line `{marker}` once in [features], found it {} times", starts.len());
    Ok((&text[..starts[0]], &text[starts[0] + marker.len()..]))
}

fn region(offered: &Offered) -> String {
    let resources = &offered.resources;
    let mut lines = format!("{ALL} = [\n");
    for name in resources {
        lines += &format!("    \"{name}\",\n");
    }
    lines += "]\n";
    for name in resources {
        lines += &format!("{name} = []\n");
    }
    if !offered.versions.is_empty() {
        let names: Vec<String> =
            offered.versions.iter().map(|version| format!("\"{}\"", version_feature(version))).collect();
        lines += "# Versions of the API. The one at the root is always there, so that its feature adds nothing.\n";
        lines += &format!("{ALL_VERSIONS} = [{}]\n", names.join(", "));
    }
    for version in &offered.versions {
        lines += &format!("{} = []\n", version_feature(version));
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BEFORE: &str = "[package]\nname = \"demo\"  # spaces stay \n\n[features]\n";
    const AFTER: &str = "\nwebhook-events = []\n\n[dependencies]\n";

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn offered(resources: &[&str]) -> Offered {
        Offered { resources: names(resources), ..Offered::default() }
    }

    #[test]
    fn resources_are_the_first_segments_of_operation_ids() {
        let document = json!({"paths": {
            "/a": {"get": {"operationId": "checkout-links:list"}},
            "/b": {"post": {"operationId": "customers:members:create"},
                   "get": {"operationId": "customers:list"}},
            "/c": {"parameters": []},
        }});
        assert_eq!(resources(&document), names(&["checkout-links", "customers"]));
    }

    #[test]
    fn only_the_region_between_the_markers_is_written() {
        let manifest = format!("{BEFORE}{FROM}\nold = []\n{TO}{AFTER}");
        let rewritten = rewrite(&manifest, &offered(&["license-keys", "checkout-links"])).unwrap();
        let region = "all-resources = [\n    \"checkout-links\",\n    \"license-keys\",\n]\n\
                      checkout-links = []\nlicense-keys = []\n";
        assert_eq!(rewritten, format!("{BEFORE}{FROM}\n{region}{TO}{AFTER}"));
        let again = rewrite(&rewritten, &offered(&["license-keys", "checkout-links"])).unwrap();
        assert_eq!(again, rewritten);
    }

    #[test]
    fn versions_have_a_feature_each() {
        let manifest = format!("{BEFORE}{FROM}\n{TO}{AFTER}");
        let offered = Offered { resources: names(&["orders"]), versions: names(&["2026-10", "2027-04"]) };
        let rewritten = rewrite(&manifest, &offered).unwrap();
        assert!(
            rewritten.contains(
                "\nall-versions = [\"v2026-10\", \"v2027-04\"]\nv2026-10 = []\nv2027-04 = []\n# resources: to here"
            ),
            "{rewritten}"
        );
        assert!(
            rewritten.contains(
                "all-resources = [
    \"orders\",
]"
            ),
            "{rewritten}"
        );
    }

    #[test]
    fn missing_markers_are_an_error() {
        let error = rewrite(BEFORE, &offered(&["a"])).unwrap_err().to_string();
        assert_eq!(error, format!("expected the line `{FROM}` once in [features], found it 0 times"));
    }

    #[test]
    fn markers_in_another_table_are_an_error() {
        let manifest = format!("[features]\n[dependencies]\n{FROM}\n{TO}\n");
        let error = rewrite(&manifest, &offered(&["a"])).unwrap_err().to_string();
        assert_eq!(error, format!("the lines `{FROM}` and `{TO}` are not in [features]"));
    }

    #[test]
    fn a_resource_named_by_another_feature_is_not_dropped() {
        let region = "all-resources = [\"webhooks\"]\nwebhooks = []\n";
        let manifest = format!("{BEFORE}events = [\"webhooks\"]\n{FROM}\n{region}{TO}{AFTER}");
        let error = rewrite(&manifest, &offered(&["orders"])).unwrap_err();
        assert_eq!(error.to_string(), "feature `events` names `webhooks`, which the document no longer has");
    }

    #[test]
    fn a_feature_of_the_same_name_outside_the_region_is_an_error() {
        let manifest = format!("{BEFORE}{FROM}\n{TO}{AFTER}");
        let error = rewrite(&manifest, &offered(&["webhook-events"])).unwrap_err();
        assert_eq!(error.to_string(), "would not be valid TOML with the resources written");
    }
}
