//! The relation between versions of the API.

use std::collections::BTreeSet;

use crate::lifecycle::Lifecycle;

/// The relation of a model to the models of other versions.
///
/// One version is at the root of the crate. Every other version has a module, which re-exports the items that it shares
/// with the root.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    /// The Rust name of the module, such as `v2026_10`. `None` for the version at the root.
    pub module: Option<String>,
    /// The version at the root. `None` for that version itself.
    pub root: Option<String>,
    /// The versions that have a document. The lifecycle of each version is derived from them.
    pub known: Vec<String>,
    /// The versions other than the root. Only set for the version at the root.
    pub others: Vec<String>,
    /// The other versions that have the same webhook events. Only set for the version at the root.
    pub same_events: Vec<String>,
    /// The types that the module imports from the root. For the root, the types that any module imports.
    pub types: BTreeSet<String>,
    /// The ids of the operations that the module imports from the root.
    pub operations: BTreeSet<String>,
    /// The groups of operations that the module imports from the root.
    pub groups: BTreeSet<Vec<String>>,
}

impl Versions {
    /// Returns the lifecycle of a version. `None` if its name is not a month.
    pub fn lifecycle(&self, version: &str) -> Option<Lifecycle> {
        Lifecycle::of(version, &self.known)
    }

    /// Returns the path of a source file, relative to the output folder.
    pub fn file(&self, name: &str) -> String {
        match &self.module {
            Some(module) => format!("{module}/{name}"),
            None => name.to_owned(),
        }
    }

    /// Returns the path of the module, as seen from another crate.
    pub fn crate_path(&self) -> String {
        match &self.module {
            Some(module) => format!("polar_client::{module}"),
            None => "polar_client".to_owned(),
        }
    }
}
