//! Findings about overlay actions.

use std::fmt;

use polar_codegen::json::escape;
use serde::Serialize;

/// An action of an overlay, or a part of one, that no longer applies to the document or is no longer needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The overlay's file.
    pub file: String,
    /// The index of the action in its file.
    pub action: usize,
    /// The action's target as written.
    pub target: String,
    /// What the part adds.
    pub adds: Adds,
    /// What is wrong with it.
    pub problem: Problem,
    /// The keys in the action's update that lead to the part; empty for the whole action.
    pub within: Vec<String>,
    /// The missing target of a reference in the part, as a JSON pointer.
    pub missing: Option<String>,
}

/// The kind of content that an action adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Adds {
    /// Only prose, which does not affect the client.
    Prose,
    /// Something that affects the client.
    Rule,
}

/// The reason why an action is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Its target, or the target of a reference, is missing.
    Gone,
    /// Its target is of another kind, such as a string instead of an object.
    Unfit,
    /// The document already has everything that it adds.
    Unneeded,
    /// The document has nothing of what it removes.
    Removed,
}

/// The number of findings about prose that are listed; the others are counted.
const LISTED: usize = 10;

/// Formats findings as lines: all rules, and some of the prose of each file.
pub struct Findings<'a>(pub &'a [Finding]);

impl Finding {
    /// Returns the file, action and keys of the part.
    pub fn part(&self) -> (String, usize, Vec<String>) {
        (self.file.clone(), self.action, self.within.clone())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, action, target, adds, problem, within, missing } = self;
        write!(f, "{file}: actions[{action}]: target `{target}`: ")?;
        if !within.is_empty() {
            let keys: Vec<String> = within.iter().map(|key| escape(key)).collect();
            write!(f, "`{}` ", keys.join("/"))?;
        }
        match (problem, missing) {
            (Problem::Gone, Some(missing)) => write!(f, "refers to #{missing}, which is gone")?,
            (Problem::Gone, None) if within.is_empty() => f.write_str("matches nothing")?,
            (Problem::Gone, None) => f.write_str("is gone")?,
            (Problem::Unfit, _) => f.write_str("is of another kind now")?,
            (Problem::Unneeded, _) => f.write_str("is no longer needed, since upstream has it")?,
            (Problem::Removed, _) => f.write_str("is no longer needed, since it is gone")?,
        }
        match adds {
            Adds::Prose => f.write_str(" (prose)"),
            Adds::Rule => f.write_str(" (rule)"),
        }
    }
}

impl fmt::Display for Findings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prose, rules): (Vec<&Finding>, Vec<&Finding>) =
            self.0.iter().partition(|finding| finding.adds == Adds::Prose);
        if self.0.is_empty() {
            return Ok(());
        }
        writeln!(f, "overlays that no longer apply: {} rules, {} texts", rules.len(), prose.len())?;
        rules.iter().try_for_each(|finding| writeln!(f, "  {finding}"))?;
        for file in prose.chunk_by(|one, other| one.file == other.file) {
            file.iter().take(LISTED).try_for_each(|finding| writeln!(f, "  {finding}"))?;
            if file.len() > LISTED {
                writeln!(f, "  {}: {} more texts", file[0].file, file.len() - LISTED)?;
            }
        }
        Ok(())
    }
}
