//! Applies our OpenAPI Overlay (1.0) files: documentation, fixes, and unlisted operations.
//!
//! An update merges as the specification says: objects recursively, lists by appending, anything
//! else by replacing. One thing is added so that overlays can be applied to their own result: an
//! element that a list already holds is not appended again. Elements count as the same if they
//! differ only in prose and vendors' extensions, because the prose an overlay wrote is dropped
//! before the overlay is applied again; then the update's prose is merged into the element.
//!
//! The API drops operations and properties without notice, and a refresh runs unattended. So an
//! action whose target is gone is passed over and reported as a [`Finding`], not an error. An update
//! that only adds prose never creates what it describes.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_json_path::{JsonPath, NormalizedPath, PathElement};

use super::facts::{METHODS, PROSE_EXTENSIONS};
use super::files;
use super::reach::escape;

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

    /// The names of the schemas that the overlay adds.
    pub fn added_schemas(&self) -> impl Iterator<Item = String> {
        let updates = self.actions.iter().filter(|action| action.written == "$.components.schemas");
        let schemas = updates.filter_map(|action| match &action.change {
            Change::Update(update) => update.as_object(),
            Change::Remove => None,
        });
        schemas.flat_map(|schemas| schemas.keys().cloned())
    }

    /// Applies the actions in order, given the schemas that all overlays add. Returns the actions that no longer fit the document, or that change nothing in it.
    ///
    /// # Errors
    /// When an update cannot be merged into its target, such as a plain value.
    pub fn apply(&self, document: &mut Value, added: &BTreeSet<String>) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for (index, action) in self.actions.iter().enumerate() {
            let outcome = action
                .apply(document, added)
                .with_context(|| format!("{}: actions[{index}]: target `{}`", self.name, action.written))?;
            findings.extend(outcome.into_iter().map(|(problem, place)| Finding {
                file: self.name.clone(),
                action: index,
                target: action.written.clone(),
                adds: action.change.adds(),
                problem,
                place,
            }));
        }
        Ok(findings)
    }

    /// The text of the overlay without some of its actions, comments above them included.
    ///
    /// # Errors
    /// When the actions cannot be told apart in the text: each must be an item of a block list.
    pub fn without(text: &str, actions: &[usize]) -> Result<String> {
        let items = items(text).context("the actions are no block list")?;
        let mut kept = String::new();
        let mut from = 0;
        for &action in actions {
            let item = items.get(action).with_context(|| format!("there is no actions[{action}]"))?;
            kept.push_str(&text[from..item.start]);
            from = item.end;
        }
        kept.push_str(&text[from..]);
        let expected = Self::parse(String::new(), text)?.actions.len() - actions.len();
        let left = Self::parse(String::new(), &kept).map_or(0, |overlay| overlay.actions.len());
        ensure!(left == expected, "the actions cannot be told apart in the text");
        Ok(kept)
    }
}

/// An action that does not fit the document any more, or is no longer needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The overlay's file.
    pub file: String,
    /// The index of the action in its file.
    pub action: usize,
    /// The action's target as written.
    pub target: String,
    /// What the action would have added.
    pub adds: Adds,
    /// What is wrong with it.
    pub problem: Problem,
    /// The JSON pointer of what is gone, if it is a part of what the target matches.
    pub place: Option<String>,
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
    /// The target, or a part of it, is not in the document.
    Gone,
    /// The document has all that the action adds.
    Unneeded,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, action, target, adds, problem, place } = self;
        write!(f, "{file}: actions[{action}]: target `{target}`: ")?;
        match (problem, place) {
            (Problem::Gone, None) => f.write_str("matches nothing")?,
            (Problem::Gone, Some(place)) => write!(f, "#{place} is gone")?,
            (Problem::Unneeded, None) => f.write_str("is no longer needed, since upstream has it")?,
            (Problem::Unneeded, Some(place)) => write!(f, "#{place} is no longer needed, since upstream has it")?,
        }
        match adds {
            Adds::Prose => f.write_str(" (prose)"),
            Adds::Rule => f.write_str(" (rule)"),
        }
    }
}

impl Change {
    fn adds(&self) -> Adds {
        match self {
            Self::Update(update) if is_prose(update) => Adds::Prose,
            _ => Adds::Rule,
        }
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

    fn apply(&self, document: &mut Value, added: &BTreeSet<String>) -> Result<Vec<(Problem, Option<String>)>> {
        let located = self.target.query_located(document);
        let mut locations: Vec<NormalizedPath<'_>> = located.locations().cloned().collect();
        let mut findings = Vec::new();
        match &self.change {
            Change::Update(_) if locations.is_empty() => findings.push((Problem::Gone, None)),
            Change::Update(update) if self.change.adds() == Adds::Prose => {
                for pointer in pointers(&locations) {
                    let Some(node) = document.pointer_mut(&pointer) else { continue };
                    let mut gone = Vec::new();
                    describe(node, update, &pointer, &mut gone).with_context(|| format!("at #{pointer}"))?;
                    findings.extend(gone.into_iter().map(|place| (Problem::Gone, Some(place))));
                }
            }
            Change::Update(update) => {
                let mut update = update.clone();
                let gone = drop_dangling(&mut update, &self.written, document, added);
                findings.extend(gone.into_iter().map(|place| (Problem::Gone, Some(place))));
                if self.written == PATHS {
                    let known = drop_known_operations(&mut update, &document["paths"]);
                    findings.extend(known.into_iter().map(|place| (Problem::Unneeded, Some(place))));
                }
                let update = &update;
                let mut changes = false;
                for pointer in pointers(&locations) {
                    let Some(node) = document.pointer_mut(&pointer) else {
                        bail!("an earlier match of the same action replaced #{pointer}");
                    };
                    let before = without_prose(node);
                    update_node(node, update).with_context(|| format!("at #{pointer}"))?;
                    changes |= before != without_prose(node) || has_extension(update);
                }
                if !changes {
                    findings.push((Problem::Unneeded, None));
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
        Ok(findings)
    }
}

/// Drops what refers to schemas that neither the document has nor an overlay adds, and returns these references. Of an
/// operation everything goes; elsewhere the smallest entry that can.
fn drop_dangling(update: &mut Value, target: &str, document: &Value, added: &BTreeSet<String>) -> BTreeSet<String> {
    let mut gone = BTreeSet::new();
    let mut is_gone = |reference: &str| {
        let Some(name) = reference.strip_prefix(SCHEMAS) else { return false };
        let is_gone = !added.contains(name) && document["components"]["schemas"].get(name).is_none();
        if is_gone {
            gone.insert(reference.trim_start_matches('#').to_owned());
        }
        is_gone
    };
    if target == PATHS {
        for item in update.as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
            // All references are looked at, so that all that are gone are reported.
            item.retain(|_, operation| references(operation).into_iter().filter(|name| is_gone(name)).count() == 0);
        }
    } else {
        drop_entries(update, &mut is_gone);
    }
    gone
}

const PATHS: &str = "$.paths";

const SCHEMAS: &str = "#/components/schemas/";

fn drop_entries(value: &mut Value, is_gone: &mut dyn FnMut(&str) -> bool) {
    let mut is_dead = |value: &Value| {
        let reference = value.as_str().or_else(|| value.get("$ref")?.as_str());
        reference.is_some_and(&mut *is_gone)
    };
    match value {
        Value::Object(object) => object.retain(|_, value| !is_dead(value)),
        Value::Array(list) => list.retain(|value| !is_dead(value)),
        _ => {}
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(|value| drop_entries(value, is_gone)),
        Value::Array(list) => list.iter_mut().for_each(|value| drop_entries(value, is_gone)),
        _ => {}
    }
}

/// All references to schemas within a value.
fn references(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::Object(object) => object.values().flat_map(references).collect(),
        Value::Array(list) => list.iter().flat_map(references).collect(),
        Value::String(text) if text.starts_with(SCHEMAS) => BTreeSet::from([text.as_str()]),
        _ => BTreeSet::new(),
    }
}

/// Drops the operations that the document has by itself, and returns their places: upstream knows them better.
fn drop_known_operations(update: &mut Value, paths: &Value) -> Vec<String> {
    let mut known = Vec::new();
    for (path, item) in update.as_object_mut().into_iter().flatten() {
        let Some(item) = item.as_object_mut() else { continue };
        item.retain(|method, _| {
            let is_known = METHODS.contains(&method.as_str()) && paths[path].get(method).is_some();
            if is_known {
                known.push(format!("/paths/{}/{method}", escape(path)));
            }
            !is_known
        });
    }
    known
}

/// Whether an update adds nothing but prose, at any depth.
fn is_prose(update: &Value) -> bool {
    let Value::Object(update) = update else { return false };
    !update.is_empty() && update.iter().all(|(key, value)| is_prose_entry(key, value) || is_prose(value))
}

/// Whether an entry of an object is prose itself.
fn is_prose_entry(key: &str, value: &Value) -> bool {
    match key {
        "description" | "summary" => value.is_string(),
        _ => PROSE_EXTENSIONS.contains(&key),
    }
}

/// Whether an update holds an extension of ours, which no upstream document has.
fn has_extension(update: &Value) -> bool {
    match update {
        Value::Object(update) => update
            .iter()
            .any(|(key, value)| (key.starts_with("x-") && !key.starts_with("x-polar-")) || has_extension(value)),
        Value::Array(list) => list.iter().any(has_extension),
        _ => false,
    }
}

/// Merges prose into what is there, and notes the places that are not.
fn describe(node: &mut Value, prose: &Value, place: &str, gone: &mut Vec<String>) -> Result<()> {
    let Value::Object(node) = node else { bail!("the target is not an object") };
    for (key, value) in prose.as_object().into_iter().flatten() {
        let place = format!("{place}/{}", escape(key));
        if is_prose_entry(key, value) {
            match node.get_mut(key) {
                Some(held) => merge(held, value),
                None => drop(node.insert(key.clone(), value.clone())),
            }
            continue;
        }
        match node.get_mut(key) {
            Some(inner) => describe(inner, value, &place, gone)?,
            None => gone.push(place),
        }
    }
    Ok(())
}

/// Where each action stands in the text of an overlay, with the comments above it.
fn items(text: &str) -> Option<Vec<Range<usize>>> {
    let list = text.lines().scan(0, |at, line| {
        let start = *at;
        *at += line.len() + 1;
        Some((start, line))
    });
    let mut lines = list.skip_while(|(_, line)| line.trim_end() != "actions:").skip(1).peekable();
    let indent = lines.clone().find(|(_, line)| line.trim_start().starts_with("- ")).map(|(_, line)| {
        let trimmed = line.trim_start();
        line.len() - trimmed.len()
    })?;
    let mut starts = Vec::new();
    let mut comment = None;
    for (start, line) in lines.by_ref() {
        let trimmed = line.trim_start();
        let depth = line.len() - trimmed.len();
        if depth == indent && trimmed.starts_with('#') {
            comment.get_or_insert(start);
        } else if depth == indent && trimmed.starts_with("- ") {
            starts.push(comment.take().unwrap_or(start));
        } else if trimmed.is_empty() {
            // A comment above an empty line belongs to all that follows it, not to one action.
            comment = None;
        } else if depth <= indent {
            return None;
        }
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    Some(starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect())
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
        parse(actions)?.apply(&mut document, &BTreeSet::new())?;
        Ok(document)
    }

    /// The findings of an overlay, as lines, and the document after it.
    fn findings(actions: &str, mut document: Value) -> (Vec<String>, Value) {
        let found = parse(actions).unwrap().apply(&mut document, &BTreeSet::new()).unwrap();
        (found.iter().map(Finding::to_string).collect(), document)
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
    fn an_update_that_matches_nothing_is_passed_over_and_found() {
        let actions = "- {target: $.gone, update: {b: 1}}\n\
            - {target: $.gone, update: {description: text}}\n- {target: $.a, update: {b: 1}}";
        let (found, document) = findings(actions, json!({"a": {}}));
        assert_eq!(
            found,
            [
                "test.yaml: actions[0]: target `$.gone`: matches nothing (rule)",
                "test.yaml: actions[1]: target `$.gone`: matches nothing (prose)",
            ]
        );
        assert_eq!(document, json!({"a": {"b": 1}}));
    }

    #[test]
    fn what_refers_to_a_schema_that_is_gone_is_passed_over() {
        let actions = "- target: $.paths\n  update:\n    /a: {get: {$ref: '#/components/schemas/A'}}\n    \
            /b: {get: {$ref: '#/components/schemas/B'}}\n";
        let schemas = json!({"schemas": {"A": {}}});
        let (found, document) = findings(actions, json!({"paths": {}, "components": schemas}));
        let line = "test.yaml: actions[0]: target `$.paths`: #/components/schemas/B is gone (rule)";
        assert_eq!(found, [line]);
        assert_eq!(document["paths"], json!({"/a": {"get": {"$ref": "#/components/schemas/A"}}, "/b": {}}));
    }

    #[test]
    fn prose_never_creates_what_it_describes() {
        let actions =
            "- {target: $.Order, update: {description: O, properties: {a: {description: A}, b: {description: B}}}}";
        let (found, document) = findings(actions, json!({"Order": {"properties": {"a": {"type": "string"}}}}));
        assert_eq!(found, ["test.yaml: actions[0]: target `$.Order`: #/Order/properties/b is gone (prose)"]);
        let described = json!({"type": "string", "description": "A"});
        assert_eq!(document, json!({"Order": {"description": "O", "properties": {"a": described}}}));
    }

    #[test]
    fn a_rule_that_upstream_has_is_no_longer_needed() {
        let actions = "- {target: $.a, update: {enum: [x]}}\n- {target: $.a, update: {enum: [y]}}\n\
            - {target: $.a, update: {x-type-name: A}}";
        let (found, _) = findings(actions, json!({"a": {"enum": ["x"]}}));
        assert_eq!(found, ["test.yaml: actions[0]: target `$.a`: is no longer needed, since upstream has it (rule)"]);
    }

    #[test]
    fn actions_are_cut_out_of_the_text_with_their_comments() {
        let head = "overlay: 1.0.0\ninfo: {title: T, version: 1.0.0}\nactions:\n";
        let (first, second, third) = (
            "  # Group\n\n  - target: $.a\n    update:\n      b: 1\n",
            "  # Why\n  - target: $.b\n    update:\n      - c\n",
            "  - target: $.c\n    remove: true\n",
        );
        let text = format!("{head}{first}{second}{third}");
        assert_eq!(Overlay::without(&text, &[1]).unwrap(), format!("{head}{first}{third}"));
        assert_eq!(Overlay::without(&text, &[1, 2]).unwrap(), format!("{head}{first}"));
        assert_eq!(error(Overlay::without(&text, &[3])), "there is no actions[3]");
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
