//! Why a document is refused: every place that cannot be decided, and what would decide it.

use std::fmt;

use anyhow::{Result, ensure};
use serde::Serialize;

use super::faults::{self, Mend};
use super::overlay::{Adds, Finding, Problem};
use super::reach::SCHEMAS;

/// All that keeps a client from being made of a document. Its `Display` is the message of the error.
#[derive(Debug, Serialize)]
pub struct Refusal {
    faults: Vec<Fault>,
    /// The rules of overlays that have lost their target, for want of which a place may be undecided.
    lost: Vec<Finding>,
}

/// One thing that keeps a client from being made of a document.
#[derive(Debug, Serialize)]
pub struct Fault {
    /// A JSON pointer into the document.
    place: String,
    message: String,
    /// The action of an overlay that decides it.
    overlay: Option<String>,
}

impl Fault {
    /// A reference that leads nowhere.
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
    /// Something that the document can do without.
    pub fn removable(place: String, message: String) -> Self {
        let overlay = Some(Mend::Removed(place.clone()).to_string());
        Self { place, message, overlay }
    }

    /// A JSON pointer into the document.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong.
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

/// What stands above the actions that a refresh adds.
const HEAD: &str = "\
# Places that upstream leaves undecided, each decided by a refresh so that a client can be made. Better rules are welcome.
overlay: 1.0.0
info:
  title: Undecided places
  version: 1.0.0
actions:
";

impl Refusal {
    /// Collects what was found. References may stand at many places and want one thing.
    pub fn new(faults: Vec<Fault>, mut findings: Vec<Finding>) -> Self {
        findings
            .retain(|finding| finding.adds == Adds::Rule && matches!(finding.problem, Problem::Gone | Problem::Unfit));
        Self { faults, lost: findings }
    }

    /// What keeps a client from being made.
    pub fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// The text of an overlay that decides all places, given what it has so far.
    ///
    /// # Errors
    /// When something cannot be decided.
    pub fn decided(&self, text: Option<String>) -> Result<String> {
        let mut text = text.unwrap_or_else(|| HEAD.to_owned());
        for Fault { place, message, overlay } in &self.faults {
            ensure!(overlay.is_some(), "nothing decides {place}: {message}");
            let action = overlay.iter().flat_map(|overlay| overlay.lines()).map(|line| format!("  {line}\n"));
            let action: String = action.collect();
            if !text.contains(&action) {
                text.push_str(&format!("  # {}\n{action}", message.replace('\n', " ")));
            }
        }
        Ok(text)
    }

    /// The refusal as JSON.
    ///
    /// # Errors
    /// Never in practice: everything in it can be JSON.
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(&serde_json::json!({ "refused": self }))? + "\n")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = if self.faults.len() == 1 { "place" } else { "places" };
        write!(f, "no client can be made of the document: {} {places} cannot be decided", self.faults.len())?;
        for Fault { place, message, overlay } in &self.faults {
            write!(f, "\n  {place}: {message}")?;
            match overlay {
                Some(overlay) => overlay.lines().try_for_each(|line| write!(f, "\n    {line}"))?,
                None => f.write_str("\n    nothing that an overlay can say replaces it")?,
            }
        }
        if !self.lost.is_empty() {
            f.write_str("\nrules of overlays that have lost their target:")?;
            self.lost.iter().try_for_each(|finding| write!(f, "\n  {finding}"))?;
        }
        Ok(())
    }
}
