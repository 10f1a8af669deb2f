//! Writes changes to CHANGELOG.md, and raises the crate's version accordingly.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use toml_edit::{DocumentMut, Item, TableLike, value};

use super::files;
use super::report::{Change, Impact, Kind, Subject};

/// The heading of unreleased changes.
const UNRELEASED: &str = "## Unreleased";

/// Writes the entry and the version, and returns a summary.
///
/// # Errors
/// If a file cannot be read or written, or has an unexpected format.
pub fn write(root: &Path, changes: &[Change]) -> Result<String> {
    let Some(impact) = changes.iter().map(|change| change.impact).min() else {
        return Ok("no entry for CHANGELOG.md: nothing changed\n".to_owned());
    };
    let path = root.join("CHANGELOG.md");
    let text = files::read(&path)?;
    files::write(&path, &with_entry(&text, changes).context("CHANGELOG.md")?)?;
    let mut notes = "wrote an entry into CHANGELOG.md\n".to_owned();

    let manifest = root.join("Cargo.toml");
    let current = version_of(&files::read(&manifest)?)?;
    let Some(released) = released(&text) else {
        return Ok(notes + &format!("the version stays {current}, since no version is released yet\n"));
    };
    let due = raised(released, impact);
    if current >= due {
        return Ok(notes + &format!("the version stays {current}: {released} is released\n"));
    }
    for path in manifests(root)? {
        let text = files::read(&path)?;
        let raised = with_version(&text, current, due).with_context(|| path.display().to_string())?;
        if raised != text {
            files::write(&path, &raised)?;
        }
    }
    notes += &format!("raised the version from {current} to {due}\n");
    Ok(notes)
}

/// A version of the crate: three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version([u64; 3]);

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let numbers: Vec<u64> = text.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
        Some(Self(numbers.try_into().ok()?))
    }
}

/// Returns the newest released version, from the first heading with a version.
fn released(changelog: &str) -> Option<Version> {
    let headings = changelog.lines().filter_map(|line| line.strip_prefix("## "));
    let word = |heading: &str| heading.split_whitespace().next().map(|word| word.trim_matches(['[', ']']).to_owned());
    headings.filter_map(|heading| Version::parse(&word(heading)?)).next()
}

/// Returns the next version by cargo's rules: below 1.0.0, breaking changes raise the second number.
fn raised(Version([major, minor, patch]): Version, impact: Impact) -> Version {
    Version(match (impact, major) {
        (Impact::Breaking, 0) => [0, minor + 1, 0],
        (Impact::Additive, 0) => [0, minor, patch + 1],
        (Impact::Breaking, _) => [major + 1, 0, 0],
        (Impact::Additive, _) => [major, minor + 1, 0],
    })
}

fn version_of(manifest: &str) -> Result<Version> {
    let manifest: DocumentMut = manifest.parse().context("Cargo.toml is not TOML")?;
    let version = manifest["workspace"]["package"]["version"].as_str();
    version.and_then(Version::parse).context("Cargo.toml has no [workspace.package] version of three numbers")
}

/// Returns the manifests and lock files that contain the version.
fn manifests(root: &Path) -> Result<Vec<PathBuf>> {
    let manifest: DocumentMut = files::read(&root.join("Cargo.toml"))?.parse()?;
    let members = manifest["workspace"].get("members").and_then(Item::as_array).into_iter().flatten();
    let members = members.filter_map(|member| member.as_str()).map(|member| root.join(member).join("Cargo.toml"));
    let others = ["Cargo.toml", "Cargo.lock", "fuzz/Cargo.lock"].map(|file| root.join(file));
    Ok(others.into_iter().chain(members).filter(|path| path.exists()).collect())
}

/// Returns a manifest or lock file with a new version of the project's packages.
fn with_version(text: &str, old: Version, new: Version) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    let (old, new) = (old.to_string(), new.to_string());
    if let Some(version) =
        document.get_mut("workspace").and_then(|workspace| workspace.get_mut("package")?.get_mut("version"))
        && version.as_str() == Some(&old)
    {
        set(version, &new);
    }
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(dependencies) = document.get_mut(table).and_then(Item::as_table_like_mut) else { continue };
        for (_, dependency) in dependencies.iter_mut() {
            let Some(dependency) = dependency.as_table_like_mut() else { continue };
            raise(dependency, |dependency| dependency.contains_key("path"), &old, &new);
        }
    }
    if let Some(packages) = document.get_mut("package").and_then(Item::as_array_of_tables_mut) {
        for package in packages.iter_mut() {
            raise(package, |package| !package.contains_key("source"), &old, &new);
        }
    }
    Ok(document.to_string())
}

fn raise(table: &mut dyn TableLike, is_ours: impl Fn(&dyn TableLike) -> bool, old: &str, new: &str) {
    if is_ours(table)
        && let Some(version) = table.get_mut("version").filter(|version| version.as_str() == Some(old))
    {
        set(version, new);
    }
}

/// Sets a value, preserving whitespace and comments around it.
fn set(item: &mut Item, text: &str) {
    let decor = item.as_value().map(|value| value.decor().clone());
    *item = value(text);
    if let (Some(decor), Some(value)) = (decor, item.as_value_mut()) {
        *value.decor_mut() = decor;
    }
}

/// Returns the changelog with the changes under the heading of unreleased ones.
fn with_entry(text: &str, changes: &[Change]) -> Result<String> {
    let Some(start) = text.find(&format!("{UNRELEASED}\n")) else { bail!("has no heading `{UNRELEASED}`") };
    let body = start + UNRELEASED.len() + 1;
    let end = text[body..].find("\n## ").map_or(text.len(), |end| body + end + 1);
    let mut sections = sections(text[body..end].trim_end());
    for (kind, title) in [(Kind::Added, "Added"), (Kind::Changed, "Changed"), (Kind::Removed, "Removed")] {
        let lines = bullets(changes.iter().filter(|change| change.kind == kind));
        if lines.is_empty() {
            continue;
        }
        let heading = format!("### {title}");
        let at = match sections.iter().position(|section| section.starts_with(&heading)) {
            Some(at) => at,
            None => {
                let later = |section: &String| section.starts_with("### ") && rank(section) > rank(&heading);
                let at = sections.iter().position(later).unwrap_or(sections.len());
                sections.insert(at, heading);
                at
            }
        };
        // Existing entries are not repeated.
        for line in lines.into_iter().filter(|line| !sections[at].contains(line.as_str())).collect::<Vec<_>>() {
            sections[at].push('\n');
            sections[at].push_str(&line);
        }
    }
    let rest = &text[end..];
    let gap = if rest.is_empty() { "" } else { "\n" };
    Ok(format!("{}\n{}\n{gap}{rest}", &text[..body], sections.join("\n\n")))
}

/// Splits a section at its headings, without empty lines around the parts.
fn sections(body: &str) -> Vec<String> {
    let mut sections: Vec<String> = Vec::new();
    for line in body.trim_start_matches('\n').split('\n') {
        match sections.last_mut() {
            Some(section) if !line.starts_with("### ") => {
                section.push('\n');
                section.push_str(line);
            }
            _ => sections.push(line.to_owned()),
        }
    }
    sections.into_iter().map(|section| section.trim_end().to_owned()).filter(|section| !section.is_empty()).collect()
}

/// Returns the position of a heading in the order of Keep a Changelog.
fn rank(section: &str) -> usize {
    let titles = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
    let title = section.trim_start_matches("### ").lines().next().unwrap_or_default();
    titles.iter().position(|known| *known == title).unwrap_or(titles.len())
}

/// Returns a line for each kind of change, breaking ones first.
fn bullets<'a>(changes: impl Iterator<Item = &'a Change>) -> Vec<String> {
    let mut groups = BTreeMap::<(Impact, Subject), Vec<String>>::new();
    for change in changes {
        let detail = match change.detail.as_str() {
            "" => String::new(),
            detail => format!(" ({detail})"),
        };
        groups.entry((change.impact, change.subject)).or_default().push(format!("`{}`{detail}", change.name));
    }
    let bullet = |((impact, subject), names): ((Impact, Subject), Vec<String>)| {
        let mark = if impact == Impact::Breaking { "**Breaking**: " } else { "" };
        wrapped(&format!("- API: {mark}{}: {}.", plural(subject), names.join(", ")))
    };
    groups.into_iter().map(bullet).collect()
}

fn plural(subject: Subject) -> &'static str {
    match subject {
        Subject::Document => "document",
        Subject::Feature => "features",
        Subject::Operation => "operations",
        Subject::Parameter => "parameters",
        Subject::Credential => "credentials",
        Subject::Scope => "scopes",
        Subject::Webhook => "webhook events",
        Subject::Schema => "types",
        Subject::Property => "properties",
        Subject::EnumValue => "values",
        Subject::Variant => "variants",
    }
}

/// Wraps a list item.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        if length > 0 && length + 1 + word.chars().count() > 125 {
            lines.push_str("\n  ");
            length = 2;
        } else if length > 0 {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += word.chars().count();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(impact: Impact, kind: Kind, name: &str, detail: &str) -> Change {
        let (name, detail) = (name.to_owned(), detail.to_owned());
        Change { impact, subject: Subject::Property, name, kind, detail }
    }

    #[test]
    fn what_breaks_raises_the_number_that_cargo_looks_at() {
        let raise = |version: [u64; 3], impact| raised(Version(version), impact).to_string();
        assert_eq!(raise([0, 3, 4], Impact::Breaking), "0.4.0");
        assert_eq!(raise([0, 3, 4], Impact::Additive), "0.3.5");
        assert_eq!(raise([2, 3, 4], Impact::Breaking), "3.0.0");
        assert_eq!(raise([2, 3, 4], Impact::Additive), "2.4.0");
    }

    #[test]
    fn the_first_heading_of_a_version_is_the_released_one() {
        assert_eq!(released("# C\n## Unreleased\n## [0.2.1] - 2026-11-01\n## 0.2.0\n"), Some(Version([0, 2, 1])));
        assert_eq!(released("# C\n## Unreleased\n"), None);
    }

    #[test]
    fn entries_are_added_below_existing_headings() {
        let text = "# C\n\n## Unreleased\n\n### Added\n- One.\n\n### Fixed\n- Two.\n\n## 0.1.0\n\nThree.\n";
        let changes = [
            change(Impact::Breaking, Kind::Removed, "Order.seats", ""),
            change(Impact::Additive, Kind::Added, "Order.chairs", "optional"),
            change(Impact::Additive, Kind::Added, "Order.tables", ""),
        ];
        let written = with_entry(text, &changes).unwrap();
        assert_eq!(
            written,
            "# C\n\n## Unreleased\n\n### Added\n- One.\n- API: properties: `Order.chairs` (optional), `Order.tables`.\n\n\
             ### Removed\n- API: **Breaking**: properties: `Order.seats`.\n\n### Fixed\n- Two.\n\n## 0.1.0\n\nThree.\n"
        );
        assert_eq!(with_entry(&written, &changes).unwrap(), written);
        assert!(with_entry("# C\n", &changes).is_err());
    }

    #[test]
    fn only_versions_of_the_project_are_raised() {
        let (old, new) = (Version([0, 1, 0]), Version([0, 2, 0]));
        let manifest = "[workspace.package]\nversion = \"0.1.0\" # ours\n\n[dependencies]\nother = \"0.1.0\"\n\
            codegen = { path = \"codegen\", version = \"0.1.0\" }\nthird = { version = \"0.1.0\" }\n";
        let expected = manifest
            .replacen("0.1.0", "0.2.0", 1)
            .replace("\"codegen\", version = \"0.1.0\"", "\"codegen\", version = \"0.2.0\"");
        assert_eq!(with_version(manifest, old, new).unwrap(), expected);
        let lock = "[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"other\"\nversion = \"0.1.0\"\nsource = \"registry\"\n";
        assert_eq!(with_version(lock, old, new).unwrap(), lock.replacen("0.1.0", "0.2.0", 1));
    }
}
