//! Applies OpenAPI Overlay (1.0) files: documentation, fixes, and unlisted operations.
//!
//! Updates are merged as specified: objects recursively, lists by appending, everything else by replacing. In addition,
//! overlays are idempotent: an element that a list already contains is not appended again. Elements are considered
//! equal if they differ only in prose and vendor extensions, because prose is removed before overlays are applied
//! again; the update's prose is then merged into the element.
//!
//! The API removes operations and properties without notice, and refreshes run unattended. An action whose target is
//! missing is therefore skipped and reported as a [`Finding`], not an error, and so are parts of an action that refer
//! to something missing, or that upstream has itself. Prose never creates what it describes.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use polar_codegen::json::unescape;
use serde::Deserialize;
use serde_json::Value;
use serde_json_path::{JsonPath, NormalizedPath, PathElement};

use super::files;
use fit::{Fit, Part, has_rule_extension, is_prose, is_whole};
use merge::without_prose;

pub use cut::cut;
pub use finding::{Adds, Finding, Findings, Problem};
pub use fit::Upstream;
pub use shared::drop_unused;

mod cut;
mod finding;
mod fit;
mod merge;
mod shared;

/// An overlay file.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// The file name, for errors.
    name: String,
    actions: Vec<Action>,
}

/// An action: a target and a change.
#[derive(Clone, Debug)]
struct Action {
    target: JsonPath,
    /// The target as written, for errors.
    written: String,
    change: Change,
}

#[derive(Clone, Debug, PartialEq)]
enum Change {
    Update(Value),
    Remove,
}

/// Reads the overlays in a folder, `*.yaml`, sorted by name.
///
/// # Errors
/// If a file cannot be read or is not an overlay. The error names the file and the action.
pub fn read_folder(folder: &Path) -> Result<Vec<Overlay>> {
    let paths = files::list(folder, "yaml")?;
    paths.iter().map(|path| Overlay::read(path, "")).collect()
}

/// Reads the overlays of a single version, from the folder of that name.
///
/// # Errors
/// As for [`read_folder`].
pub fn read_folder_of(folder: &Path, version: &str) -> Result<Vec<Overlay>> {
    let paths = files::list(&folder.join(version), "yaml")?;
    paths.iter().map(|path| Overlay::read(path, &format!("{version}/"))).collect()
}

impl Overlay {
    fn read(path: &Path, folder: &str) -> Result<Self> {
        let context = || path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        Self::parse(format!("{folder}{name}"), &text).with_context(context)
    }

    /// Returns the file name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Parses the text of an overlay.
    ///
    /// # Errors
    /// If it is not an overlay. The error names the action.
    pub fn parse(name: String, text: &str) -> Result<Self> {
        // As in YAML 1.2, only `true` and `false` are booleans, so the country `NO` is a string.
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

    /// Returns the names of the schemas that the overlay adds.
    pub fn added_schemas(&self) -> impl Iterator<Item = String> {
        let updates = self.actions.iter().filter(|action| action.written == "$.components.schemas");
        let schemas = updates.filter_map(|action| match &action.change {
            Change::Update(update) => update.as_object(),
            Change::Remove => None,
        });
        schemas.flatten().filter(|(_, schema)| is_whole(schema)).map(|(name, _)| name.clone())
    }

    /// Applies the actions in order. Returns the actions, and parts of actions, that no longer apply to the document,
    /// or have no effect on it.
    ///
    /// # Errors
    /// If an update replaced the target of another match of the same action.
    pub fn apply(&self, document: &mut Value, upstream: &Upstream) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for (index, action) in self.actions.iter().enumerate() {
            let parts = action
                .apply(document, upstream)
                .with_context(|| format!("{}: actions[{index}]: target `{}`", self.name, action.written))?;
            findings.extend(parts.into_iter().map(|part| Finding {
                file: self.name.clone(),
                action: index,
                target: action.written.clone(),
                adds: part.adds,
                problem: part.problem,
                within: part.within,
                missing: part.missing,
            }));
        }
        Ok(findings)
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

    /// Applies the action, and returns the parts that do not apply.
    fn apply(&self, document: &mut Value, upstream: &Upstream) -> Result<BTreeSet<Part>> {
        let located = self.target.query_located(document);
        let mut locations: Vec<NormalizedPath<'_>> = located.locations().cloned().collect();
        match &self.change {
            Change::Update(_) if locations.is_empty() => Ok(self.whole(Problem::Gone)),
            Change::Update(update) => self.update(update, &pointers(&locations), document, upstream),
            Change::Remove if locations.is_empty() => Ok(self.whole(Problem::Removed)),
            Change::Remove => {
                // In reverse order, so that removals do not shift the index of later elements.
                locations.sort_by(|a, b| compare_locations(b, a));
                locations.dedup();
                pointers(&locations).iter().for_each(|pointer| remove_node(document, pointer));
                Ok(BTreeSet::new())
            }
        }
    }

    fn update(
        &self,
        update: &Value,
        pointers: &[String],
        document: &mut Value,
        upstream: &Upstream,
    ) -> Result<BTreeSet<Part>> {
        let mut update = update.clone();
        let mut fit = Fit::new(upstream, document);
        fit.known_and_dangling(&self.written, &mut update);
        let mut found = fit.parts;
        // A part is used if it applies to any of several targets.
        let mut parts: Option<BTreeSet<Part>> = None;
        let mut changes = has_rule_extension(&update);
        for pointer in pointers {
            let Some(node) = document.pointer(pointer) else {
                bail!("an earlier match of the same action replaced #{pointer}");
            };
            let mut fit = Fit::new(upstream, document);
            let fitting = fit.described(&update, node);
            parts = Some(match parts {
                None => fit.parts,
                Some(parts) => parts.intersection(&fit.parts).cloned().collect(),
            });
            let Some(node) = document.pointer_mut(pointer) else { continue };
            // Prose does not change facts, and comparing is slow.
            let before = (!changes && self.change.adds() == Adds::Rule).then(|| without_prose(node));
            if merge::update(node, &fitting).is_err() {
                found.extend(self.whole(Problem::Unfit));
            }
            changes |= before.is_some_and(|before| before != without_prose(node));
        }
        found.extend(parts.into_iter().flatten());
        if !changes && self.change.adds() == Adds::Rule && found.is_empty() {
            found.extend(self.whole(Problem::Unneeded));
        }
        Ok(found)
    }

    /// Returns the whole action as a part.
    fn whole(&self, problem: Problem) -> BTreeSet<Part> {
        BTreeSet::from([Part { within: Vec::new(), adds: self.change.adds(), problem, missing: None }])
    }
}

/// An overlay file, as specified.
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

fn remove_node(document: &mut Value, pointer: &str) {
    let Some((parent, segment)) = pointer.rsplit_once('/') else {
        return;
    };
    let key = unescape(segment);
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
        let upstream = Upstream::of(&document, BTreeSet::new());
        parse(actions)?.apply(&mut document, &upstream)?;
        Ok(document)
    }

    /// Returns the findings of an overlay as lines, and the resulting document.
    fn findings(actions: &str, mut document: Value) -> (Vec<String>, Value) {
        let upstream = Upstream::of(&document, BTreeSet::new());
        let found = parse(actions).unwrap().apply(&mut document, &upstream).unwrap();
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
    fn removals_apply_to_keys_and_elements() {
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
    fn references_to_missing_schemas_are_skipped() {
        let actions = "- target: $.paths\n  update:\n    /a: {get: {$ref: '#/components/schemas/A'}}\n    \
            /b: {get: {$ref: '#/components/schemas/B'}}\n";
        let schemas = json!({"schemas": {"A": {}}});
        let (found, document) = findings(actions, json!({"paths": {}, "components": schemas}));
        let part = "`~1b/get` refers to #/components/schemas/B, which is gone (rule)";
        assert_eq!(found, [format!("test.yaml: actions[0]: target `$.paths`: {part}")]);
        assert_eq!(
            document["paths"],
            json!({"/a": {"get": {"$ref": "#/components/schemas/A", "x-from-overlay": true}}, "/b": {}})
        );
    }

    #[test]
    fn upstream_definitions_are_not_overridden() {
        let actions = "- target: $.paths\n  update:\n    /a: {get: {operationId: a, deprecated: true}}\n    \
            /b: {get: {operationId: moved}, put: {operationId: new}}\n\
            - target: $.components.schemas\n  update:\n    Known: {type: string}\n    New: {type: string}\n";
        let upstream = json!({
            "paths": {"/a": {"get": {"operationId": "a"}}, "/c": {"get": {"operationId": "moved"}}},
            "components": {"schemas": {"Known": {"type": "integer"}}},
        });
        let (found, document) = findings(actions, upstream);
        let unneeded = "is no longer needed, since upstream has it (rule)";
        assert_eq!(
            found,
            [
                format!("test.yaml: actions[0]: target `$.paths`: `~1a/get` {unneeded}"),
                format!("test.yaml: actions[0]: target `$.paths`: `~1b/get` {unneeded}"),
                format!("test.yaml: actions[1]: target `$.components.schemas`: `Known` {unneeded}"),
            ]
        );
        assert_eq!(document["paths"]["/a"]["get"], json!({"operationId": "a"}));
        assert_eq!(document["paths"]["/b"], json!({"put": {"operationId": "new", "x-from-overlay": true}}));
        let schemas = json!({"Known": {"type": "integer"}, "New": {"type": "string", "x-from-overlay": true}});
        assert_eq!(document["components"]["schemas"], schemas);
        // When an overlay is applied again, what it added is still recognized as its own.
        let again = findings(actions, document.clone());
        assert_eq!(again, (found, document));
    }

    #[test]
    fn a_parameter_that_upstream_has_keeps_its_schema() {
        let parameter = "{name: n, in: query, description: D, schema: {type: string}}";
        let actions = format!("- {{target: $.a, update: {{parameters: [{parameter}]}}}}");
        let parameter = json!({"name": "n", "in": "query", "schema": {"type": "integer"}});
        let (found, document) = findings(&actions, json!({"a": {"parameters": [parameter]}}));
        assert_eq!(found, ["test.yaml: actions[0]: target `$.a`: is no longer needed, since upstream has it (rule)"]);
        let described = json!({"name": "n", "in": "query", "description": "D", "schema": {"type": "integer"}});
        assert_eq!(document["a"]["parameters"], json!([described]));
    }

    #[test]
    fn prose_never_creates_what_it_describes() {
        let actions = "- {target: $.Order, update: {description: O, x-enum-descriptions: {a: A, z: Z}, \
            properties: {a: {description: A}, b: {description: B}}}}";
        let (found, document) =
            findings(actions, json!({"Order": {"enum": ["a"], "properties": {"a": {"type": "string"}}}}));
        assert_eq!(
            found,
            [
                "test.yaml: actions[0]: target `$.Order`: `properties/b` is gone (prose)",
                "test.yaml: actions[0]: target `$.Order`: `x-enum-descriptions/z` is gone (prose)",
            ]
        );
        let described = json!({"a": {"type": "string", "description": "A"}});
        let texts = json!({"a": "A"});
        let order = json!({"description": "O", "enum": ["a"], "x-enum-descriptions": texts, "properties": described});
        assert_eq!(document, json!({ "Order": order }));
    }

    #[test]
    fn prose_next_to_rules_creates_nothing() {
        let actions = "- {target: $.s, update: {Gone: {description: G}, New: {type: string, description: N}}}";
        let (found, document) = findings(actions, json!({"s": {}}));
        assert_eq!(found, ["test.yaml: actions[0]: target `$.s`: `Gone` is gone (prose)"]);
        assert_eq!(document, json!({"s": {"New": {"type": "string", "description": "N"}}}));
    }

    #[test]
    fn prose_that_fits_one_of_several_targets_is_not_dead() {
        let actions = "- {target: \"$['A','B']\", update: {x: {description: X}, y: {description: Y}}}";
        let (found, _) = findings(actions, json!({"A": {"x": {}}, "B": {}}));
        assert_eq!(found, ["test.yaml: actions[0]: target `$['A','B']`: `y` is gone (prose)"]);
    }

    #[test]
    fn a_text_for_all_places_of_a_name_needs_one() {
        let texts = "{properties: {a: A, b: B}, parameters: {c: C, d: D}}";
        let actions = format!("- {{target: $, update: {{x-shared-descriptions: {texts}}}}}");
        let document = json!({
            "paths": {"/": {"get": {"parameters": [{"name": "c"}]}}},
            "components": {"schemas": {"A": {"properties": {"a": {}}}}},
        });
        let (_, mut document) = findings(&actions, document);
        let found = drop_unused(&mut document, &[parse(&actions).unwrap()]);
        let found: Vec<String> = found.iter().map(Finding::to_string).collect();
        let line =
            |text: &str| format!("test.yaml: actions[0]: target `$`: `x-shared-descriptions/{text}` is gone (prose)");
        assert_eq!(found, [line("parameters/d"), line("properties/b")]);
        assert_eq!(document["x-shared-descriptions"], json!({"properties": {"a": "A"}, "parameters": {"c": "C"}}));
    }

    #[test]
    fn a_removal_of_what_is_gone_is_no_longer_needed() {
        let (found, _) = findings("- {target: $.gone, remove: true}", json!({"a": 1}));
        assert_eq!(found, ["test.yaml: actions[0]: target `$.gone`: is no longer needed, since it is gone (rule)"]);
    }

    #[test]
    fn a_target_of_another_kind_is_passed_over_and_found() {
        let (found, document) = findings("- {target: $.a, update: {b: 1}}", json!({"a": 1}));
        assert_eq!(found, ["test.yaml: actions[0]: target `$.a`: is of another kind now (rule)"]);
        assert_eq!(document, json!({"a": 1}));
    }

    #[test]
    fn many_findings_about_prose_are_counted() {
        let texts: Vec<String> = (0..30).map(|number| format!("p{number:02}: {{description: D}}")).collect();
        let actions =
            format!("- {{target: $.a, update: {{{}}}}}\n- {{target: $.b, update: {{x: 1}}}}", texts.join(", "));
        let mut document = json!({"a": {}});
        let upstream = Upstream::of(&document, BTreeSet::new());
        let found = parse(&actions).unwrap().apply(&mut document, &upstream).unwrap();
        let text = Findings(&found).to_string();
        assert!(
            text.starts_with("overlays that no longer apply: 1 rules, 30 texts\n  test.yaml: actions[1]"),
            "{text}"
        );
        assert!(text.ends_with("`p09` is gone (prose)\n  test.yaml: 20 more texts\n"), "{text}");
    }

    #[test]
    fn a_rule_that_upstream_has_is_no_longer_needed() {
        let actions = "- {target: $.a, update: {enum: [x]}}\n- {target: $.a, update: {enum: [y]}}\n\
            - {target: $.a, update: {x-rust-name: A}}";
        let (found, _) = findings(actions, json!({"a": {"enum": ["x"]}}));
        assert_eq!(found, ["test.yaml: actions[0]: target `$.a`: is no longer needed, since upstream has it (rule)"]);
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
