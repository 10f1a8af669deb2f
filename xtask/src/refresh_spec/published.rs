//! The documents that the API publishes, one for each version.

use anyhow::{Result, ensure};
use polar_codegen::lifecycle::Month;

use super::{UpstreamDocument, source};

/// The base URL of the documents.
pub const BASE: &str = "https://polar.sh/docs/openapi";

/// How many quarters after the newest version to look for the next one, since one may be skipped.
const LOOK_AHEAD: usize = 2;

/// Reads the documents of versions, and of the next version if `finds_next`. Returns notes on those that are not
/// published.
///
/// # Errors
/// If a document cannot be read.
pub fn read(base: &str, versions: &[String], finds_next: bool) -> Result<(Vec<UpstreamDocument>, String)> {
    let base = base.trim_end_matches('/');
    let read = |version: &str| {
        let from = format!("{base}/{version}.openapi.json");
        let document = source::read_if_there(&from)?;
        Ok::<_, anyhow::Error>(document.map(|document| UpstreamDocument {
            from,
            document,
            version: Some(version.to_owned()),
        }))
    };
    let (mut found, mut notes) = (Vec::new(), String::new());
    for version in versions {
        match read(version)? {
            Some(source) => found.push(source),
            None => {
                notes += &format!(
                    "version {version} is no longer published; `cargo xtask refresh-spec --rotate` removes what came before \
                     the current one\n"
                );
            }
        }
    }
    ensure!(
        versions.is_empty() || !found.is_empty(),
        "{base} has no document of {}: the documents are published elsewhere now, or a newer release is needed",
        versions.join(", ")
    );
    if finds_next && let Some(newest) = versions.iter().filter_map(|version| Month::parse(version)).max() {
        let mut month = newest;
        for _ in 0..LOOK_AHEAD {
            month = month.plus_quarter();
            if let Some(source) = read(&month.to_string())? {
                notes += &format!("version {month} is new\n");
                found.push(source);
                break;
            }
        }
    }
    Ok((found, notes))
}
