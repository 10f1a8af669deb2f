//! Versions of the API beside each other.

use std::collections::BTreeSet;

use crate::lifecycle::Lifecycle;

/// What the plan of a version has to do with those of others.
///
/// One version is at the root of the crate. Each of the others has a module, and takes from the root what it has in common
/// with it.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    /// The module, as a Rust name: `v2026_10`. Nothing for the version at the root.
    pub module: Option<String>,
    /// The version at the root; `None` for that version itself.
    pub root: Option<String>,
    /// The versions of which there are documents. From these follows when each is served.
    pub known: Vec<String>,
    /// The others, of the version at the root.
    pub others: Vec<String>,
    /// For the version at the root: the other versions with the same webhook events.
    pub same_events: Vec<String>,
    /// The types that a module takes from the root; at the root, those that any module takes.
    pub types: BTreeSet<String>,
    /// The operations that a module takes from the root, by their ids.
    pub operations: BTreeSet<String>,
    /// The groups of operations that a module takes from the root.
    pub groups: BTreeSet<Vec<String>>,
}

impl Versions {
    /// When a version is served, if it is named by a month.
    pub fn lifecycle(&self, version: &str) -> Option<Lifecycle> {
        Lifecycle::of(version, &self.known)
    }

    /// The name of a file of source, in the folder of the module.
    pub fn file(&self, name: &str) -> String {
        match &self.module {
            Some(module) => format!("{module}/{name}"),
            None => name.to_owned(),
        }
    }

    /// The path of the module, for a program.
    pub fn crate_path(&self) -> String {
        match &self.module {
            Some(module) => format!("polar_client::{module}"),
            None => "polar_client".to_owned(),
        }
    }
}
