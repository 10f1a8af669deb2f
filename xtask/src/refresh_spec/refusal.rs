//! The refusal of a document: every place that is ambiguous or broken, and an overlay that would fix it.

use std::fmt;

use anyhow::{Result, ensure};
use serde::Serialize;

use super::faults::{self, Mend};
use super::overlay::{Adds, Finding, Problem};
use super::reach::SCHEMAS;

/// All faults of a document. `Display` writes the error message.
#[derive(Debug, Serialize)]
pub struct Refusal {
    faults: Vec<Fault>,
    /// Overlay rules that lost their target, which may be the cause.
    lost: Vec<Finding>,
}

/// A reason why no client can be generated from a document.
#[derive(Debug, Serialize)]
pub struct Fault {
    /// A JSON pointer into the document.
    place: String,
    message: String,
    /// The overlay action that would fix it.
    overlay: Option<String>,
}

impl Fault {
    /// Creates the fault of a dangling reference.
    pub fn dangling(reference: &str, place: &str) -> Self {
        let add = |name: &str| format!("- target: $.components.schemas\n  update: {{ {name}: {{}} }}");
        Self {
            place: place.trim_start_matches('#').to_owned(),
            message: format!("`{reference}` does not exist"),
            overlay: reference.strip_prefix(SCHEMAS).filter(|name| name.chars().all(is_plain)).map(add),
        }
    }
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '-'
}

impl Fault {
    /// Creates a fault that can be fixed by removing the place.
    pub fn removable(place: String, message: String) -> Self {
        let overlay = Some(Mend::Removed(place.clone()).to_string());
        Self { place, message, overlay }
    }

    /// Returns the place, a JSON pointer.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Returns the message.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<faults::Fault> for Fault {
    fn from(fault: faults::Fault) -> Self {
        Self {
            place: fault.error.place().to_owned(),
            message: fault.error.message().to_owned(),
            overlay: fault.mend.map(|mend| mend.to_string()),
        }
    }
}

/// The header of the overlay that a refresh writes.
const HEAD: &str = "\
# Written by `cargo xtask refresh-spec --mend` for places that are ambiguous upstream. Replace these by better rules.
overlay: 1.0.0
info:
  title: Undecided places
  version: 1.0.0
actions:
";

impl Refusal {
    /// Creates a refusal. Faults with the same fix are merged.
    pub fn new(faults: Vec<Fault>, mut findings: Vec<Finding>) -> Self {
        findings
            .retain(|finding| finding.adds == Adds::Rule && matches!(finding.problem, Problem::Gone | Problem::Unfit));
        Self { faults, lost: findings }
    }

    /// Returns the faults.
    pub fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Returns the text of an overlay that decides all places, based on its current text.
    ///
    /// # Errors
    /// If a fault has no fix.
    pub fn decided(&self, text: Option<String>) -> Result<String> {
        let mut text = text.unwrap_or_else(|| HEAD.to_owned());
        for Fault { place, message, overlay } in &self.faults {
            ensure!(overlay.is_some(), "no overlay fixes {place}: {message}");
            let action = overlay.iter().flat_map(|overlay| overlay.lines()).map(|line| format!("  {line}\n"));
            let action: String = action.collect();
            if !text.contains(&action) {
                text.push_str(&format!("  # {}\n{action}", message.replace('\n', " ")));
            }
        }
        Ok(text)
    }

    /// Returns the refusal as JSON.
    ///
    /// # Errors
    /// Never in practice, since everything in it can be serialized.
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(&serde_json::json!({ "refused": self }))? + "\n")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = if self.faults.len() == 1 { "place" } else { "places" };
        write!(f, "no client can be generated from the document: {} {places} cannot be decided", self.faults.len())?;
        for Fault { place, message, overlay } in &self.faults {
            write!(f, "\n  {place}: {message}")?;
            match overlay {
                Some(overlay) => overlay.lines().try_for_each(|line| write!(f, "\n    {line}"))?,
                None => f.write_str("\n    no overlay can fix this")?,
            }
        }
        if !self.lost.is_empty() {
            f.write_str("\noverlay rules whose target no longer exists:")?;
            self.lost.iter().try_for_each(|finding| write!(f, "\n  {finding}"))?;
        }
        Ok(())
    }
}
