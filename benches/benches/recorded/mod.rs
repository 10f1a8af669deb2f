//! JSON from recorded responses.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The relevant parts of a recording. Read directly from the file, since the loader of recordings sorts properties.
#[derive(Deserialize)]
struct Recorded<'a> {
    operation_id: Option<String>,
    status: u16,
    #[serde(borrow)]
    response_body: &'a RawValue,
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

/// Returns the items in the responses of these operations, as compact JSON with properties in their original order.
///
/// # Errors
/// If the recordings cannot be read, or if there are none.
pub fn recorded(operations: &[&str]) -> Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/recordings/responses");
    let entries = fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();

    let mut items = Vec::new();
    for file in files {
        let place = || format!("{} is no recording", file.display());
        let text = fs::read_to_string(&file).with_context(place)?;
        let recorded: Recorded<'_> = serde_json::from_str(&text).with_context(place)?;
        let Some(operation) = recorded.operation_id.filter(|operation| operations.contains(&operation.as_str())) else {
            continue;
        };
        if !(200..300).contains(&recorded.status) {
            continue;
        }
        let body = recorded.response_body.get();
        if operation.ends_with(":list") {
            let list: List<'_> = serde_json::from_str(body).with_context(place)?;
            items.extend(list.items.iter().map(|item| compact(item.get())));
        } else {
            items.push(compact(body));
        }
    }
    ensure!(!items.is_empty(), "no recording of {operations:?} in {}", folder.display());
    Ok(items)
}

/// Returns a page of these items.
pub fn page<'a>(items: impl Iterator<Item = &'a String>, pages: usize) -> String {
    let items: Vec<&str> = items.map(String::as_str).collect();
    let (count, items) = (items.len() * pages, items.join(","));
    format!(r#"{{"items":[{items}],"pagination":{{"total_count":{count},"max_page":{pages}}}}}"#)
}

/// Removes whitespace between the tokens of JSON.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let is_kept = |character: &char| {
        let kept = in_string || !character.is_ascii_whitespace();
        match character {
            '"' if !escaped => in_string = !in_string,
            _ => {}
        }
        escaped = *character == '\\' && !escaped;
        kept
    };
    json.chars().filter(is_kept).collect()
}
