//! The features of a manifest.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use toml_edit::{Document, Item};

/// The features that `default` switches on, itself included, as the variables that a build script is given.
pub fn variables(manifest: &str) -> Result<BTreeSet<String>> {
    let manifest: Document<&str> = Document::parse(manifest)?;
    let features = manifest.get("features").and_then(Item::as_table).context("no [features]")?;
    let mut enabled = BTreeSet::new();
    let mut left = vec!["default"];
    while let Some(feature) = left.pop() {
        // Others are of dependencies: `dep:name`, `name/feature`, `name?/feature`.
        let Some(implied) = features.get(feature).and_then(Item::as_array) else {
            continue;
        };
        if enabled.insert(format!("CARGO_FEATURE_{}", feature.to_uppercase().replace('-', "_"))) {
            left.extend(implied.iter().filter_map(|implied| implied.as_str()));
        }
    }
    Ok(enabled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_default_implies_is_on() {
        let manifest = r#"
            [features]
            default = ["all", "http"]
            all = ["gift-cards", "orders"]
            gift-cards = []
            orders = ["http", "dep:hmac"]
            http = ["dep:reqwest", "reqwest?/json"]
            hmac = []
            blocking = ["http"]
        "#;
        let variables: Vec<String> = variables(manifest).unwrap().into_iter().collect();
        let expected = ["ALL", "DEFAULT", "GIFT_CARDS", "HTTP", "ORDERS"];
        assert_eq!(variables, expected.map(|name| format!("CARGO_FEATURE_{name}")));
    }

    #[test]
    fn a_manifest_without_features_is_an_error() {
        assert!(variables("[package]\nname = \"a\"").is_err());
        assert!(variables("[package").is_err());
    }
}
