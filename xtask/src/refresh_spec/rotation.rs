//! Rotates versions: the next version moves to the crate root, and the current one becomes a module.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use polar_codegen::lifecycle::Month;
use polar_codegen::names::version_feature;

use super::files;
use super::project::Project;
use super::report::{Change, Subject};

/// A rotation of versions.
#[derive(Debug)]
pub struct Rotation {
    /// The new version at the root.
    pub root: String,
    /// The previous version at the root.
    pub former: String,
    /// The older versions, which are removed.
    pub removed: Vec<String>,
}

impl Rotation {
    /// Plans the next rotation.
    ///
    /// # Errors
    /// If no version after the one at the root is vendored.
    pub fn of(project: &Project<'_>) -> Result<Self> {
        let former = project.default_version()?.context("no version of the API is vendored yet")?;
        let versions = project.versions()?;
        let root = versions.iter().find(|version| **version > former).cloned();
        let root = root.with_context(|| format!("no version after {former} is vendored that could replace it"))?;
        let removed = versions.into_iter().filter(|version| *version < former).collect();
        Ok(Self { root, former, removed })
    }

    /// Returns the changes for programs that the rotation itself causes.
    pub fn changes(&self) -> Vec<Change> {
        let gone = self.removed.iter().map(|version| Change::removed(Subject::Feature, version_feature(version)));
        let detail = "its version is no longer at the root, so the module needs the feature";
        let moved = Change::changed(Subject::Feature, version_feature(&self.former), detail);
        gone.chain([moved]).collect()
    }

    /// Removes the documents and overlays of old versions, and updates version names in texts. `vendored` are the
    /// versions after the rotation. Returns a summary.
    ///
    /// # Errors
    /// If a file cannot be read, written or removed.
    pub fn apply<'v>(&self, project: &Project<'_>, vendored: impl Iterator<Item = &'v str>) -> Result<String> {
        let mut notes = format!("version {} is at the root now, and {} a module\n", self.root, self.former);
        for version in &self.removed {
            let document = Project::document(version);
            fs::remove_file(project.root.join(&document)).with_context(|| format!("cannot remove {document}"))?;
            let overlays = project.overlays().join(version);
            if overlays.exists() {
                fs::remove_dir_all(&overlays).with_context(|| format!("cannot remove {}", overlays.display()))?;
            }
            notes += &format!("removed {document}\n");
        }
        let next = vendored.filter(|version| **version > *self.root).min().map(str::to_owned);
        let next = next.or_else(|| Some(Month::parse(&self.root)?.plus_quarter().to_string()));
        let mut names: Vec<(&str, &str)> = vec![(&self.former, &self.root)];
        names.extend(self.removed.last().map(|previous| (previous.as_str(), self.former.as_str())));
        names.extend(next.as_deref().map(|next| (self.root.as_str(), next)));
        for path in texts(project)? {
            let text = files::read(&path)?;
            let renamed = renamed(&text, &names);
            if renamed != text {
                files::write(&path, &renamed)?;
                let path = path.strip_prefix(project.root).unwrap_or(&path);
                notes += &format!("updated version names in {}\n", path.display());
            }
        }
        Ok(notes)
    }
}

/// Returns the texts that refer to versions: the one at the root, the previous and the next one.
fn texts(project: &Project<'_>) -> Result<Vec<PathBuf>> {
    let mut paths = files::list(&project.root.join("docs/guide"), "md")?;
    paths.extend(["README.md", "src/lib.rs"].map(|file| project.root.join(file)));
    paths.retain(|path| path.exists());
    Ok(paths)
}

/// Renames versions in a text, both `2026-10` and `2026_10`. Dates such as `2026-10-01` are not changed.
fn renamed(text: &str, names: &[(&str, &str)]) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let found = names.iter().find_map(|(old, new)| {
            let module = (old.replace('-', "_"), new.replace('-', "_"));
            let forms = [((*old).to_owned(), (*new).to_owned()), module];
            let (old, new) = forms.into_iter().find(|(old, _)| rest.starts_with(old.as_str()))?;
            let after = rest[old.len()..].trim_start_matches(['-', '_']);
            let is_part = after.len() < rest.len() - old.len() && after.starts_with(|next: char| next.is_ascii_digit());
            let before = renamed.chars().next_back();
            (!is_part && !before.is_some_and(|before| before.is_ascii_digit())).then_some((old.len(), new))
        });
        match found {
            Some((length, new)) => {
                renamed.push_str(&new);
                rest = &rest[length..];
            }
            None => {
                renamed.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_renamed_and_dates_are_not() {
        let names = [("2026-10", "2027-01"), ("2026-04", "2026-10"), ("2027-01", "2027-04")];
        let text =
            "`v2026-04` is `v2026_04::V2026_04`, then 2026-10 and 2027-01; since 2026-04-01T12:00:00Z, 12026-10.";
        assert_eq!(
            renamed(text, &names),
            "`v2026-10` is `v2026_10::V2026_10`, then 2027-01 and 2027-04; since 2026-04-01T12:00:00Z, 12026-10."
        );
    }
}
