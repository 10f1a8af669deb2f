//! What is found about the actions of overlays while they are applied.

use std::fmt;

use serde::Serialize;

use crate::refresh_spec::reach::escape;

/// An action of an overlay, or a part of it, that does not fit the document any more, or is no longer needed.
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
    /// The keys in the action's update that lead to the part. None if it is the whole action.
    pub within: Vec<String>,
    /// What the part refers to and the document does not have: a JSON pointer.
    pub missing: Option<String>,
}

/// What an action adds to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Adds {
    /// Prose only: without it the client is the same.
    Prose,
    /// Something that the client depends on.
    Rule,
}

/// Why an action is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// What it changes, or refers to, is not in the document.
    Gone,
    /// What it changes is of another kind, such as a text instead of an object.
    Unfit,
    /// The document has all that it adds.
    Unneeded,
    /// The document has nothing of what it removes.
    Removed,
}

/// The number of findings about prose that are listed; more are only counted.
const LISTED: usize = 10;

/// Several findings as lines: all rules, and of each file a part of the prose.
pub struct Findings<'a>(pub &'a [Finding]);

impl Finding {
    /// Which part of which action it is about.
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
        writeln!(f, "overlays that no longer fit: {} rules, {} texts", rules.len(), prose.len())?;
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
