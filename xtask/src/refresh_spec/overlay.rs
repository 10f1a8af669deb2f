//! Applies our OpenAPI Overlay (1.0) files: documentation, fixes, and unlisted operations.
//!
//! An update merges as the specification says: objects recursively, lists by appending, anything
//! else by replacing. One thing is added so that overlays can be applied to their own result: an
//! element that a list already holds is not appended again. Elements count as the same if they
//! differ only in prose and vendors' extensions, because the prose an overlay wrote is dropped
//! before the overlay is applied again; then the update's prose is merged into the element.

use std::cmp::Ordering;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};
use serde_json_path::{JsonPath, NormalizedPath, PathElement};

use super::files;

/// One overlay file.
#[derive(Debug)]
pub struct Overlay {
    /// The file's name, for errors.
    name: String,
    actions: Vec<Action>,
}

/// One action: where, and what to do there.
#[derive(Debug)]
struct Action {
    target: JsonPath,
    /// The target as written, for errors.
    written: String,
    change: Change,
}

#[derive(Debug)]
enum Change {
    Update(Value),
    Remove,
}

/// Reads the overlays of a folder, `*.yaml`, in the order of their names.
///
/// # Errors
/// When one cannot be read or is no overlay; the error names the file and the action.
pub fn read_folder(folder: &Path) -> Result<Vec<Overlay>> {
    let paths = files::list(folder, "yaml")?;
    paths.iter().map(|path| Overlay::read(path)).collect()
}

impl Overlay {
    fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        Self::parse(name.clone(), &text).context(name)
    }

    /// Parses the text of an overlay.
    fn parse(name: String, text: &str) -> Result<Self> {
        // As in YAML 1.2, only `true` and `false` are booleans, and the country `NO` is a text.
        let options = serde_saphyr::options! { strict_booleans: true };
        let value: Value = serde_saphyr::from_str_with_options(text, options).context("not YAML")?;
        let file: OverlayFile = serde_json::from_value(value).context("not an overlay")?;
        ensure!(file.overlay.starts_with("1.0."), "`overlay` is `{}`, expected 1.0.x", file.overlay);
        let actions = file
            .actions
            .into_iter()
            .enumerate()
            .map(|(index, action)| Action::parse(action).with_context(|| format!("actions[{index}]")));
        Ok(Self { name, actions: actions.collect::<Result<_>>()? })
    }

    /// Applies the actions in order.
    ///
    /// # Errors
    /// When an update's target matches nothing or a plain value: an overlay that no longer fits
    /// must not pass unnoticed. A removal may match nothing, since it does when applied again.
    pub fn apply(&self, document: &mut Value) -> Result<()> {
        for (index, action) in self.actions.iter().enumerate() {
            action
                .apply(document)
                .with_context(|| format!("{}: actions[{index}]: target `{}`", self.name, action.written))?;
        }
        Ok(())
    }
}

impl Action {
    fn parse(action: Value) -> Result<Self> {
        let action: OverlayAction = serde_json::from_value(action)?;
        let target = JsonPath::parse(&action.target)
            .with_context(|| format!("the target `{}` is not a JSONPath (RFC 9535)", action.target))?;
        let change = match (action.remove, action.update) {
            (true, _) => Change::Remove,
            (false, Some(update)) => Change::Update(update),
            (false, None) => bail!("neither `update` nor `remove: true`"),
        };
        Ok(Self { target, written: action.target, change })
    }

    fn apply(&self, document: &mut Value) -> Result<()> {
        let located = self.target.query_located(document);
        let mut locations: Vec<NormalizedPath<'_>> = located.locations().cloned().collect();
        match &self.change {
            Change::Update(update) => {
                ensure!(!locations.is_empty(), "matches nothing");
                let pointers = pointers(&locations);
                for pointer in pointers {
                    let Some(node) = document.pointer_mut(&pointer) else {
                        bail!("an earlier match of the same action replaced #{pointer}");
                    };
                    update_node(node, update).with_context(|| format!("at #{pointer}"))?;
                }
            }
            Change::Remove => {
                // From the back, so that no removal moves the element a later one means.
                locations.sort_by(|a, b| compare_locations(b, a));
                locations.dedup();
                for pointer in pointers(&locations) {
                    remove_node(document, &pointer);
                }
            }
        }
        Ok(())
    }
}

/// An overlay file as the specification lays it out.
#[derive(Debug, Deserialize)]
struct OverlayFile {
    overlay: String,
    actions: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OverlayAction {
    target: String,
    #[serde(rename = "description")]
    _description: Option<String>,
    update: Option<Value>,
    #[serde(default)]
    remove: bool,
}

fn update_node(node: &mut Value, update: &Value) -> Result<()> {
    match (node, update) {
        (node @ Value::Object(_), Value::Object(_)) => merge(node, update),
        (Value::Object(_), _) => bail!("the target is an object, the update is none"),
        // The specification: the update of a list is one entry to append.
        (Value::Array(list), entry) => append(list, entry),
        _ => bail!("the target is neither an object nor a list"),
    }
    Ok(())
}

fn merge(node: &mut Value, update: &Value) {
    match (node, update) {
        (Value::Object(node), Value::Object(update)) => {
            for (key, update) in update {
                match node.get_mut(key) {
                    Some(node) => merge(node, update),
                    None => {
                        node.insert(key.clone(), update.clone());
                    }
                }
            }
        }
        (Value::Array(list), Value::Array(entries)) => {
            entries.iter().for_each(|entry| append(list, entry));
        }
        (node, update) => *node = update.clone(),
    }
}

/// Appends an entry unless the list holds it; see the module's documentation.
fn append(list: &mut Vec<Value>, entry: &Value) {
    let bare = without_prose(entry);
    match list.iter_mut().find(|held| without_prose(held) == bare) {
        Some(held) => merge(held, entry),
        None => list.push(entry.clone()),
    }
}

/// A value without what the facts step drops, for comparison only: here a property named
/// `description` counts as prose just if it is a text, which the schema of a property never is.
fn without_prose(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, value)| match key.as_str() {
                "description" | "summary" | "title" => !value.is_string(),
                "examples" => !value.is_array(),
                key => !key.starts_with("x-") || key.starts_with("x-polar-"),
            });
            let bare = kept.map(|(key, value)| (key.clone(), without_prose(value)));
            Value::Object(bare.collect::<Map<_, _>>())
        }
        Value::Array(list) => list.iter().map(without_prose).collect(),
        plain => plain.clone(),
    }
}

fn remove_node(document: &mut Value, pointer: &str) {
    let Some((parent, segment)) = pointer.rsplit_once('/') else {
        return;
    };
    let key = segment.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent) {
        Some(Value::Object(object)) => {
            object.remove(&key);
        }
        Some(Value::Array(list)) => {
            if let Ok(index) = key.parse::<usize>() {
                list.remove(index);
            }
        }
        _ => {}
    }
}

fn pointers(locations: &[NormalizedPath<'_>]) -> Vec<String> {
    locations.iter().map(NormalizedPath::to_json_pointer).collect()
}

fn compare_locations(a: &NormalizedPath<'_>, b: &NormalizedPath<'_>) -> Ordering {
    let by_element = a.iter().zip(b.iter()).map(|pair| match pair {
        (PathElement::Index(a), PathElement::Index(b)) => a.cmp(b),
        (PathElement::Name(a), PathElement::Name(b)) => a.cmp(b),
        (PathElement::Index(_), PathElement::Name(_)) => Ordering::Less,
        (PathElement::Name(_), PathElement::Index(_)) => Ordering::Greater,
    });
    by_element.fold(Ordering::Equal, Ordering::then).then(a.len().cmp(&b.len()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(actions: &str) -> Result<Overlay> {
        let text = format!("overlay: 1.0.0\ninfo: {{title: T, version: 1.0.0}}\nactions:\n{actions}");
        Overlay::parse("test.yaml".to_owned(), &text)
    }

    fn apply(actions: &str, mut document: Value) -> Result<Value> {
        parse(actions)?.apply(&mut document)?;
        Ok(document)
    }

    fn error(result: Result<impl std::fmt::Debug>) -> String {
        format!("{:#}", result.unwrap_err())
    }

    #[test]
    fn an_update_merges_objects_and_replaces_plain_values() {
        let result =
            apply("- {target: $.a, update: {b: {c: 2}, d: 3, '200': ok}}", json!({"a": {"b": {"c": 1, "e": 1}}}));
        assert_eq!(result.unwrap(), json!({"a": {"b": {"c": 2, "e": 1}, "d": 3, "200": "ok"}}));
    }

    #[test]
    fn lists_are_appended_to_once() {
        let actions = "- {target: $.a, update: {list: [x, y]}}\n- {target: $.a.list, update: z}";
        let once = apply(actions, json!({"a": {"list": ["w", "x"]}})).unwrap();
        assert_eq!(once, json!({"a": {"list": ["w", "x", "y", "z"]}}));
        assert_eq!(apply(actions, once.clone()).unwrap(), once);
    }

    #[test]
    fn plain_words_and_versions_are_texts() {
        let actions = "- {target: $, update: {list: [NO, on, y, 2026-04, 1.0.0], 200: null}}";
        assert_eq!(
            apply(actions, json!({})).unwrap(),
            json!({"list": ["NO", "on", "y", "2026-04", "1.0.0"], "200": null})
        );
    }

    #[test]
    fn an_element_whose_prose_was_dropped_is_the_same_element() {
        let actions = "- {target: $.a, update: {list: [{name: n, description: ours, x-ours: 1}]}}";
        let result = apply(actions, json!({"a": {"list": [{"name": "n"}]}})).unwrap();
        let described = json!({"name": "n", "description": "ours", "x-ours": 1});
        assert_eq!(result, json!({"a": {"list": [described]}}));
    }

    #[test]
    fn an_update_applies_to_every_match() {
        let result = apply(
            "- {target: \"$..p[?@.name == 'limit']\", update: {max: 100}}",
            json!({"a": {"p": [{"name": "limit"}]}, "b": {"p": [{"name": "x"}, {"name": "limit"}]}}),
        );
        let limit = json!({"name": "limit", "max": 100});
        assert_eq!(result.unwrap(), json!({"a": {"p": [limit]}, "b": {"p": [{"name": "x"}, limit]}}));
    }

    #[test]
    fn removals_take_keys_and_elements() {
        let result = apply(
            "- {target: '$.list[0,2]', remove: true}\n- {target: \"$['a/b']\", remove: true}",
            json!({"list": ["a", "b", "c", "d"], "a/b": 1}),
        );
        assert_eq!(result.unwrap(), json!({"list": ["b", "d"]}));
    }

    #[test]
    fn many_elements_are_removed_in_any_order() {
        let list: Vec<u32> = (0..12).collect();
        let result = apply("- {target: '$.list[10,2,9,2]', remove: true}", json!({"list": list}));
        assert_eq!(result.unwrap(), json!({"list": [0, 1, 3, 4, 5, 6, 7, 8, 11]}));
    }

    #[test]
    fn a_removal_may_match_nothing() {
        let result = apply("- {target: $.gone, remove: true}", json!({"a": 1}));
        assert_eq!(result.unwrap(), json!({"a": 1}));
    }

    #[test]
    fn an_update_that_matches_nothing_is_an_error() {
        let actions = "- {target: $.a, update: {b: 1}}\n- {target: $.gone, update: {b: 1}}";
        assert_eq!(error(apply(actions, json!({"a": {}}))), "test.yaml: actions[1]: target `$.gone`: matches nothing");
    }

    #[test]
    fn an_update_of_a_plain_value_is_an_error() {
        assert_eq!(
            error(apply("- {target: $.a, update: {b: 1}}", json!({"a": 1}))),
            "test.yaml: actions[0]: target `$.a`: at #/a: \
             the target is neither an object nor a list"
        );
    }

    #[test]
    fn a_broken_json_path_names_the_action() {
        let error = error(parse("- {target: '$.a', remove: true}\n- {target: '$.[', remove: true}"));
        assert!(error.starts_with("actions[1]: the target `$.[` is not a JSONPath"), "{error}");
    }

    #[test]
    fn an_action_that_does_nothing_or_is_misspelt_is_an_error() {
        assert_eq!(error(parse("- {target: $.a}")), "actions[0]: neither `update` nor `remove: true`");
        let error = error(parse("- {target: $.a, updaet: {}}"));
        assert!(error.starts_with("actions[0]: unknown field `updaet`"), "{error}");
    }

    #[test]
    fn another_version_is_refused() {
        let error = error(Overlay::parse(String::new(), "overlay: 2.0.0\nactions: []"));
        assert_eq!(error, "`overlay` is `2.0.0`, expected 1.0.x");
    }
}
