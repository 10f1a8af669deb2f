//! The report after a refresh: what changed for a Rust user, and what lacks a doc text.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::facts;
use super::overlay::{Adds, Finding};
use docs::MissingDocs;

mod docs;
mod operations;
mod schemas;

/// What a refresh changed, and what is left to document. Its `Display` is the whole report.
#[derive(Debug)]
pub struct Report {
    /// None if there was no earlier document to compare with.
    changes: Option<Vec<Change>>,
    /// The overlay actions that do not fit the document any more.
    pub findings: Vec<Finding>,
    missing: MissingDocs,
}

/// One difference between two documents.
///
/// The order of the fields is the order of the report: breaking changes come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    impact: Impact,
    subject: Subject,
    /// Where in the API: `customers:list`, `Order.items[].amount`.
    place: String,
    kind: Kind,
    /// What exactly; may be empty.
    detail: String,
}

/// What a change means to the user of the generated client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Impact {
    /// Code that compiled, or a call that worked, may no longer.
    Breaking,
    Additive,
}

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Document,
    Operation,
    Parameter,
    RequestBody,
    Answer,
    Credential,
    Pagination,
    Webhook,
    Schema,
    Property,
    EnumValue,
    Variant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Removed,
    Changed,
    Added,
}

impl Report {
    /// Compares the document with the earlier one, if there is one.
    pub fn new(old: Option<&Value>, new: &Value, mut findings: Vec<Finding>) -> Self {
        let changes = old.map(|old| {
            let [old, new] = [old, new].map(|document| facts::without_prose(document.clone()));
            let mut changes = Changes::default();
            compare_documents(&mut changes, &old, &new);
            operations::compare(&mut changes, &old, &new);
            schemas::compare_named(&mut changes, &old, &new);
            changes.0.sort();
            changes.0.dedup();
            changes.0
        });
        findings.sort();
        Self { changes, findings, missing: MissingDocs::of(new) }
    }

    /// The counts of changes, one line.
    pub fn summary(&self) -> String {
        let Some(changes) = &self.changes else {
            return "no earlier document to compare with".to_owned();
        };
        if changes.is_empty() {
            return "no changes of the API".to_owned();
        }
        let count = |impact| changes.iter().filter(|change| change.impact == impact).count();
        let mut kinds = BTreeMap::<(Subject, Kind), usize>::new();
        for change in changes {
            *kinds.entry((change.subject, change.kind)).or_default() += 1;
        }
        let kinds: Vec<String> =
            kinds.iter().map(|((subject, kind), count)| format!("{count} {subject} {kind}")).collect();
        format!("{} breaking, {} additive: {}", count(Impact::Breaking), count(Impact::Additive), kinds.join(", "))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in self.changes.iter().flatten() {
            writeln!(f, "{change}")?;
        }
        writeln!(f, "{}", self.summary())?;
        if !self.findings.is_empty() {
            let (prose, rules): (Vec<&Finding>, Vec<&Finding>) =
                self.findings.iter().partition(|finding| finding.adds == Adds::Prose);
            writeln!(f, "overlay actions that no longer fit: {} of prose, {} of rules", prose.len(), rules.len())?;
            rules.into_iter().chain(prose).try_for_each(|finding| writeln!(f, "  {finding}"))?;
        }
        write!(f, "{}", self.missing)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { impact, subject, place, kind, detail } = self;
        write!(f, "{impact}  {subject} {kind}: {place}")?;
        match detail.is_empty() {
            true => Ok(()),
            false => write!(f, ": {detail}"),
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Breaking => "breaking",
            Self::Additive => "additive",
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Document => "document",
            Self::Operation => "operation",
            Self::Parameter => "parameter",
            Self::RequestBody => "request body",
            Self::Answer => "answer",
            Self::Credential => "credential",
            Self::Pagination => "pagination",
            Self::Webhook => "webhook",
            Self::Schema => "schema",
            Self::Property => "property",
            Self::EnumValue => "enum value",
            Self::Variant => "variant",
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Added => "added",
        })
    }
}

/// The changes found so far.
#[derive(Debug, Default)]
struct Changes(Vec<Change>);

impl Changes {
    /// Something is gone: always breaking.
    fn removed(&mut self, subject: Subject, place: &str, detail: impl Into<String>) {
        self.push(Impact::Breaking, subject, Kind::Removed, place, detail);
    }

    /// Something is new: breaking only if callers must now give it.
    fn added(&mut self, impact: Impact, subject: Subject, place: &str, detail: impl Into<String>) {
        self.push(impact, subject, Kind::Added, place, detail);
    }

    fn changed(&mut self, impact: Impact, subject: Subject, place: &str, detail: impl Into<String>) {
        self.push(impact, subject, Kind::Changed, place, detail);
    }

    fn push(&mut self, impact: Impact, subject: Subject, kind: Kind, place: &str, detail: impl Into<String>) {
        self.0.push(Change { impact, subject, place: place.to_owned(), kind, detail: detail.into() });
    }
}

/// Which way data flows through a schema, seen from the client.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Direction {
    /// The client sends it (perhaps receives it too): a new required part breaks callers.
    Sent,
    /// The client only receives it.
    Received,
}

fn compare_documents(changes: &mut Changes, old: &Value, new: &Value) {
    let (before, after) = (&old["info"]["version"], &new["info"]["version"]);
    if before != after {
        let detail = format!("version {before} became {after}");
        changes.changed(Impact::Additive, Subject::Document, "info", detail);
    }
    let servers = |document: &Value| by_name(document["servers"].as_array(), "url");
    compare_names(changes, "server", &servers(old), &servers(new));
    let schemes = |document: &Value| by_key(&document["components"]["securitySchemes"]);
    compare_names(changes, "credential", &schemes(old), &schemes(new));
}

fn compare_names(changes: &mut Changes, what: &str, old: &BTreeMap<String, Value>, new: &BTreeMap<String, Value>) {
    for (name, pair) in pairs(old, new) {
        let place = format!("{what} {name}");
        match pair {
            Pair::Old(_) => changes.removed(Subject::Document, &place, ""),
            Pair::New(_) => changes.added(Impact::Additive, Subject::Document, &place, ""),
            Pair::Both(old, new) if old != new => {
                let detail = format!("{old} became {new}");
                changes.changed(Impact::Breaking, Subject::Document, &place, detail);
            }
            Pair::Both(..) => {}
        }
    }
}

fn by_name(list: Option<&Vec<Value>>, key: &str) -> BTreeMap<String, Value> {
    let values = list.into_iter().flatten();
    values.map(|value| (value[key].as_str().unwrap_or_default().to_owned(), value.clone())).collect()
}

fn by_key(object: &Value) -> BTreeMap<String, Value> {
    let entries = object.as_object().into_iter().flatten();
    entries.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// What two maps have under one key.
enum Pair<'a, T> {
    Old(&'a T),
    New(&'a T),
    Both(&'a T, &'a T),
}

/// The keys of both maps, in order, each with what the maps have there.
fn pairs<'a, K: Ord, T>(
    old: &'a BTreeMap<K, T>,
    new: &'a BTreeMap<K, T>,
) -> impl Iterator<Item = (&'a K, Pair<'a, T>)> {
    let mut keys: Vec<&K> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter().filter_map(|key| {
        let pair = match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) => Pair::Both(old, new),
            (Some(old), None) => Pair::Old(old),
            (None, Some(new)) => Pair::New(new),
            (None, None) => return None,
        };
        Some((key, pair))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A document of one operation, which sends `Sent` and receives `Received`.
    fn document(sent: Value, received: Value) -> Value {
        let content = |name: &str| {
            let reference = format!("#/components/schemas/{name}");
            json!({"application/json": {"schema": {"$ref": reference}}})
        };
        json!({
            "paths": {"/things": {"post": {
                "operationId": "things:create",
                "requestBody": {"required": true, "content": content("Sent")},
                "responses": {"200": {"content": content("Received")}},
            }}},
            "components": {"schemas": {"Sent": sent, "Received": received}},
        })
    }

    /// The lines of the changes between two documents.
    fn changes(old: &Value, new: &Value) -> Vec<String> {
        let report = Report::new(Some(old), new, Vec::new());
        report.changes.unwrap().iter().map(Change::to_string).collect()
    }

    fn received_changes(old: Value, new: Value) -> Vec<String> {
        changes(&document(json!({}), old), &document(json!({}), new))
    }

    fn operation_changes(old: Value, new: Value) -> Vec<String> {
        let [old, new] = [old, new].map(|mut operation| {
            operation["operationId"] = json!("things:list");
            json!({"paths": {"/things": {"get": operation}}})
        });
        changes(&old, &new)
    }

    #[test]
    fn a_new_required_property_breaks_only_who_sends_it() {
        let old = json!({"type": "object", "properties": {}});
        let new = json!({"type": "object", "required": ["a"], "properties": {
            "a": {"type": "string"}, "b": {"type": "string"},
        }});
        assert_eq!(
            changes(&document(old.clone(), old), &document(new.clone(), new)),
            [
                "breaking  property added: Sent.a: required",
                "additive  property added: Received.a: required",
                "additive  property added: Received.b: optional",
                "additive  property added: Sent.b: optional",
            ]
        );
    }

    #[test]
    fn whatever_changes_the_type_of_a_property_is_breaking() {
        let old = json!({"type": "object", "required": ["gone", "looser", "typed"], "properties": {
            "gone": {"type": "string"},
            "looser": {"type": "string"},
            "stricter": {"type": "string"},
            "nullable": {"type": "string"},
            "typed": {"type": "string"},
            "formatted": {"type": "string"},
        }});
        let new = json!({"type": "object", "required": ["stricter", "typed"], "properties": {
            "looser": {"type": "string"},
            "stricter": {"type": "string"},
            "nullable": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "typed": {"type": "integer"},
            "formatted": {"type": "string", "format": "date-time"},
        }});
        assert_eq!(
            received_changes(old, new),
            [
                "breaking  property changed: Received.formatted: string became string (date-time)",
                "breaking  property removed: Received.gone",
                "breaking  property changed: Received.looser: no longer required",
                "breaking  property changed: Received.nullable: now also null",
                "breaking  property changed: Received.stricter: now required",
                "breaking  property changed: Received.typed: string became integer",
            ]
        );
    }

    #[test]
    fn an_enum_may_grow_and_not_shrink() {
        assert_eq!(
            received_changes(json!({"enum": ["a", "b"]}), json!({"enum": ["b", "c"]})),
            ["breaking  enum value removed: Received: \"a\"", "additive  enum value added: Received: \"c\"",]
        );
    }

    #[test]
    fn a_union_may_grow_and_not_shrink() {
        let union = |names: &[&str]| {
            let variant = |name| json!({"$ref": format!("#/components/schemas/{name}")});
            json!({"oneOf": names.iter().map(variant).collect::<Vec<_>>()})
        };
        assert_eq!(
            received_changes(union(&["A", "B"]), union(&["B", "C"])),
            ["breaking  variant removed: Received: A", "additive  variant added: Received: C",]
        );
    }

    #[test]
    fn constraints_defaults_and_deprecation_are_additive() {
        let old = json!({"type": "string", "maxLength": 3});
        let new = json!({"type": "string", "maxLength": 5, "default": "a", "deprecated": true});
        assert_eq!(
            received_changes(old, new),
            [
                "additive  schema changed: Received: `default`: none became \"a\"",
                "additive  schema changed: Received: `deprecated`: none became true",
                "additive  schema changed: Received: `maxLength`: 3 became 5",
            ]
        );
    }

    #[test]
    fn prose_is_no_change() {
        let old = json!({"anyOf": [{"type": "string"}, {"type": "integer"}]});
        let new = json!({"description": "D", "anyOf": [
            {"type": "string", "description": "D"}, {"type": "integer"},
        ]});
        let report = Report::new(Some(&document(json!({}), old)), &document(json!({}), new), Vec::new());
        assert_eq!(report.summary(), "no changes of the API");
    }

    #[test]
    fn parameters_break_when_required_or_removed() {
        let parameter =
            |name: &str, required: bool| json!({"name": name, "in": "query", "required": required, "schema": {}});
        assert_eq!(
            operation_changes(
                json!({"parameters": [parameter("gone", false), parameter("same", false)]}),
                json!({"parameters": [
                    parameter("must", true), parameter("may", false), parameter("same", true),
                ]}),
            ),
            [
                "breaking  parameter removed: things:list(gone): in query",
                "breaking  parameter added: things:list(must): required, in query",
                "breaking  parameter changed: things:list(same): now required",
                "additive  parameter added: things:list(may): optional, in query",
            ]
        );
    }

    #[test]
    fn losing_a_scope_is_breaking_and_gaining_one_is_not() {
        assert_eq!(
            operation_changes(json!({"security": [{"oat": ["a:read"]}]}), json!({"security": [{"oat": ["a:write"]}]}),),
            [
                "breaking  credential changed: things:list oat: scope a:read no longer suffices",
                "additive  credential changed: things:list oat: scope a:write now suffices",
            ]
        );
    }

    #[test]
    fn error_answers_come_and_go_without_breaking() {
        assert_eq!(
            operation_changes(
                json!({"responses": {"200": {}, "404": {}}}),
                json!({"responses": {"202": {}, "409": {}}}),
            ),
            [
                "breaking  answer removed: things:list 200",
                "additive  answer added: things:list 202",
                "additive  answer changed: things:list 404: no longer documented",
                "additive  answer added: things:list 409",
            ]
        );
    }

    #[test]
    fn a_renamed_operation_is_removed_and_added() {
        let named = |id: &str| json!({"paths": {"/things": {"get": {"operationId": id}}}});
        assert_eq!(
            changes(&named("things:get"), &named("things:read")),
            [
                "breaking  operation removed: things:get: GET /things",
                "additive  operation added: things:read: GET /things",
            ]
        );
    }

    #[test]
    fn the_summary_counts() {
        let old = json!({"type": "object", "properties": {"a": {}, "b": {}, "c": {"enum": [1]}}});
        let new = json!({"type": "object", "properties": {"c": {"enum": [1, 2]}}});
        let report = Report::new(Some(&document(json!({}), old)), &document(json!({}), new), Vec::new());
        assert_eq!(report.summary(), "2 breaking, 1 additive: 2 property removed, 1 enum value added");
    }

    #[test]
    fn missing_docs_are_counted_and_operations_named() {
        let new = document(
            json!({"description": "D", "properties": {"a": {"description": "D"}, "b": {}}}),
            json!({"items": {"properties": {"c": {}}}}),
        );
        assert_eq!(
            Report::new(None, &new, Vec::new()).to_string(),
            "no earlier document to compare with\n\
             without doc text: 1 of 1 operations, 1 of 2 schemas, 2 of 3 properties\n  \
             no summary: things:create\n"
        );
    }
}
