//! Removes actions, and parts of actions, from the text of an overlay, including comments above them.
//!
//! The text is edited in place, so that its formatting is preserved. The result is parsed and compared with the
//! expected value.

use std::ops::Range;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Change, Overlay};

/// Removes a part from the text of an overlay. The part is given by the index of its action and the keys of its update
/// that lead to it; without keys, the whole action is removed.
///
/// # Errors
/// If the part cannot be located in the text: actions must be items of a block list, and parts entries of block
/// mappings.
pub fn cut(text: &str, action: usize, within: &[String]) -> Result<String> {
    cut_out(text, action, within)
        .with_context(|| format!("actions[{action}]: `{}` has to be removed by hand", within.join("/")))
}

fn cut_out(text: &str, action: usize, within: &[String]) -> Result<String> {
    let items = items(text).context("the actions are not a block list")?;
    let item = items.get(action).with_context(|| format!("there is no actions[{action}]"))?.clone();
    let before = Overlay::parse(String::new(), text)?;
    let mut expected: Vec<Change> = before.actions.into_iter().map(|action| action.change).collect();
    let is_whole = within.is_empty()
        || match &mut expected[action] {
            Change::Update(update) => {
                remove(update, within);
                is_empty(update)
            }
            Change::Remove => false,
        };
    let range = if is_whole {
        expected.remove(action);
        item
    } else {
        entry(text, item, within).context("it is not an entry of a block mapping")?
    };
    let kept = format!("{}{}", &text[..range.start], &text[range.end..]);
    let left = match expected.is_empty() {
        // A list without items must be written explicitly.
        true => return Ok(kept.replace("actions:\n", "actions: []\n")),
        false => Overlay::parse(String::new(), &kept).context("the result is not an overlay")?,
    };
    let left: Vec<Change> = left.actions.into_iter().map(|action| action.change).collect();
    ensure!(left == expected, "something else would change");
    Ok(kept)
}

/// Removes an entry, and the objects that become empty.
fn remove(value: &mut Value, within: &[String]) {
    let ([key, rest @ ..], Value::Object(object)) = (within, value) else { return };
    if let Some(inner) = object.get_mut(key) {
        remove(inner, rest);
        if rest.is_empty() || is_empty(inner) {
            object.remove(key);
        }
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// A line of the text: its position, indentation and content.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    indent: usize,
    text: &'a str,
}

fn lines(text: &str, range: Range<usize>) -> Vec<Line<'_>> {
    let mut start = range.start;
    text[range]
        .split_inclusive('\n')
        .map(|line| {
            let trimmed = line.trim_start();
            let read = Line { start, indent: line.len() - trimmed.len(), text: trimmed.trim_end() };
            start += line.len();
            read
        })
        .collect()
}

/// Locates an entry of an action's update, or the outermost entry that contains nothing else.
fn entry(text: &str, item: Range<usize>, within: &[String]) -> Option<Range<usize>> {
    let lines = lines(text, item.clone());
    let update = lines.iter().position(|line| line.text.trim_start_matches("- ") == "update:")?;
    let indent = lines[update].indent + if lines[update].text.starts_with("- ") { 2 } else { 0 };
    let mut block = block(&lines, update, indent);
    let mut largest = None;
    for key in within {
        let inner = lines[block.clone()].iter().find(|line| is_said(line)).map(|line| line.indent)?;
        let entries: Vec<usize> =
            block.clone().filter(|&at| is_said(&lines[at]) && lines[at].indent == inner).collect();
        let found = entries.iter().copied().find(|&at| key_of(lines[at].text).as_deref() == Some(key))?;
        if entries.len() > 1 {
            largest = None;
        }
        block = self::block(&lines, found, inner);
        // Comments directly above belong to the entry.
        let mut first = found;
        while first > 0 && lines[first - 1].text.starts_with('#') && lines[first - 1].indent == inner {
            first -= 1;
        }
        let end = lines.get(block.end).map_or(item.end, |line| line.start);
        largest = largest.or(Some(lines[first].start..end));
    }
    largest
}

/// Returns the lines below an entry that are indented further.
fn block(lines: &[Line<'_>], head: usize, indent: usize) -> Range<usize> {
    let below = lines[head + 1..].iter().take_while(|line| line.text.is_empty() || line.indent > indent);
    let mut end = head + 1 + below.count();
    while end > head + 1 && lines[end - 1].text.is_empty() {
        end -= 1;
    }
    head + 1..end
}

fn is_said(line: &Line<'_>) -> bool {
    !line.text.is_empty() && !line.text.starts_with('#')
}

/// Returns the key at the beginning of a line.
fn key_of(line: &str) -> Option<String> {
    match line.chars().next()? {
        '"' => {
            let end = 1 + line[1..].find('"')?;
            serde_json::from_str(&line[..=end]).ok()
        }
        '\'' => Some(line[1..].split_once("':")?.0.replace("''", "'")),
        _ => Some(line.split_once(": ").map(|(key, _)| key).or_else(|| line.strip_suffix(':'))?.to_owned()),
    }
}

/// Locates each action, including the comments above it.
fn items(text: &str) -> Option<Vec<Range<usize>>> {
    let lines = lines(text, 0..text.len());
    let head = lines.iter().position(|line| line.text == "actions:" && line.indent == 0)?;
    let below = &lines[head + 1..];
    let indent = below.iter().find(|line| line.text.starts_with("- "))?.indent;
    let mut starts = Vec::new();
    let mut comment = None;
    for line in below {
        if line.indent == indent && line.text.starts_with('#') {
            comment.get_or_insert(line.start);
        } else if line.indent == indent && line.text.starts_with("- ") {
            starts.push(comment.take().unwrap_or(line.start));
        } else if line.text.is_empty() {
            // A comment followed by an empty line is not part of an action.
            comment = None;
        } else if line.indent <= indent {
            return None;
        }
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    Some(starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "overlay: 1.0.0\ninfo: {title: T, version: 1.0.0}\nactions:\n";

    /// Removes several parts, in reverse order.
    fn cut_of(text: &str, parts: &[(usize, &[&str])]) -> Result<String> {
        parts.iter().rev().try_fold(text.to_owned(), |text, (action, within)| {
            let within: Vec<String> = within.iter().map(|key| (*key).to_owned()).collect();
            cut(&text, *action, &within)
        })
    }

    #[test]
    fn actions_are_cut_out_with_their_comments() {
        let (first, second, third) = (
            "  # Group\n\n  - target: $.a\n    update:\n      b: 1\n",
            "  # Why\n  - target: $.b\n    update:\n      - c\n",
            "  - target: $.c\n    remove: true\n",
        );
        let text = format!("{HEAD}{first}{second}{third}");
        assert_eq!(cut_of(&text, &[(1, &[])]).unwrap(), format!("{HEAD}{first}{third}"));
        assert_eq!(cut_of(&text, &[(1, &[]), (2, &[])]).unwrap(), format!("{HEAD}{first}"));
        let none = "overlay: 1.0.0\ninfo: {title: T, version: 1.0.0}\nactions: []\n";
        assert_eq!(cut_of(&text, &[(0, &[]), (1, &[]), (2, &[])]).unwrap(), format!("{none}  # Group\n\n"));
        let error = format!("{:#}", cut_of(&text, &[(3, &[])]).unwrap_err());
        assert!(error.ends_with("there is no actions[3]"), "{error}");
    }

    const NESTED: &str = "  - target: $.schemas\n    update:\n      # The first\n      A:\n        description: >-\n          Long\n\n          text.\n        properties:\n          x: { description: X }\n          'it''s': { description: Y }\n      \"B-2\":\n        properties:\n          z:\n            description: Z\n";

    #[test]
    fn an_entry_is_cut_out_with_what_it_leaves_empty() {
        let text = format!("{HEAD}{NESTED}");
        let without_x = NESTED.replace("          x: { description: X }\n", "");
        assert_eq!(cut_of(&text, &[(0, &["A", "properties", "x"])]).unwrap(), format!("{HEAD}{without_x}"));
        let (a, b) = NESTED.split_at(NESTED.find("      \"B-2\"").unwrap());
        assert_eq!(cut_of(&text, &[(0, &["B-2", "properties", "z", "description"])]).unwrap(), format!("{HEAD}{a}"));
        let target = "  - target: $.schemas\n    update:\n";
        let all_of_a: &[(usize, &[&str])] =
            &[(0, &["A", "properties", "x"]), (0, &["A", "properties", "it's"]), (0, &["A", "description"])];
        assert_eq!(cut_of(&text, all_of_a).unwrap(), format!("{HEAD}{target}{b}"));
        let rest = "  - {target: $.b, remove: true}\n";
        let text = format!("{HEAD}{target}{b}{rest}");
        assert_eq!(cut_of(&text, &[(0, &["B-2", "properties", "z"])]).unwrap(), format!("{HEAD}{rest}"));
    }

    #[test]
    fn what_is_not_laid_out_in_blocks_is_left_to_people() {
        let text = format!("{HEAD}  - {{target: $.a, update: {{b: 1, c: 2}}}}\n");
        let error = format!("{:#}", cut_of(&text, &[(0, &["b"])]).unwrap_err());
        assert_eq!(error, "actions[0]: `b` has to be removed by hand: it is not an entry of a block mapping");
    }
}
