//! The report of a refresh: what changed for Rust users, which overlays no longer apply, and which descriptions are
//! missing.
//!
//! Changes are detected twice. [`plans`] compares the API, and knows its names. [`surface`] compares the public items
//! of the generated source, and knows what breaks programs. Each item is listed with the change of the API that causes
//! it, or by itself if there is none, so none is missed.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;
use polar_codegen::names::{version_feature, version_module};
use polar_codegen::plan::Plan;
use polar_codegen::{Selection, Source};
use serde::Serialize;
use serde_json::Value;

use super::needs::Unmet;
use super::overlay::{Finding, Findings};
use docs::MissingDocs;
use plans::Difference;
use surface::Surface;

pub use surface::ItemChange;

mod docs;
mod plans;
mod surface;

/// The changes of a refresh, and what remains to be done. `Display` writes the whole report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// `None` if there was no earlier document to compare with.
    pub changes: Option<Vec<Change>>,
    /// Why the earlier document could not be compared.
    pub incomparable: Option<String>,
    /// The differences between a new version and the default one.
    pub differs: Option<Differs>,
    /// Overlay actions that no longer apply to the document.
    pub findings: Vec<Finding>,
    missing: MissingDocs,
}

/// The differences between a version and the default one, for programs that migrate.
#[derive(Debug, Serialize)]
pub struct Differs {
    /// The default version.
    pub from: String,
    pub changes: Vec<Change>,
}

/// The document to compare with.
#[derive(Clone, Copy, Debug)]
pub enum Before<'a> {
    /// The document is the first one.
    Nothing,
    /// The earlier document of the same version.
    Document(&'a str),
    /// The default document, if the version is new.
    Default { version: &'a str, document: &'a str },
}

/// A difference of the API.
///
/// The order of the fields determines the order of the report: breaking changes come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    pub impact: Impact,
    pub subject: Subject,
    /// The place in the API, such as `customers:list` or `Order.amount`.
    pub name: String,
    pub kind: Kind,
    /// Details; may be empty.
    pub detail: String,
    /// The public items of the crate that changed as a result.
    pub items: Vec<ItemChange>,
}

/// The effect of a change on programs that use the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Programs may no longer compile.
    Breaking,
    Additive,
}

/// The kind of thing that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Document,
    Feature,
    Handle,
    Operation,
    Parameter,
    Credential,
    Scope,
    Webhook,
    Schema,
    Property,
    EnumValue,
    Variant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Removed,
    Changed,
    Added,
}

/// A plan and the source that is generated from it.
#[derive(Debug)]
pub struct Client {
    pub plan: Plan,
    pub source: Source,
}

impl Client {
    /// Plans a document and generates its source.
    ///
    /// # Errors
    /// If no client can be generated from the document.
    pub fn of(document: &str) -> Result<Self, polar_codegen::Error> {
        let plan = polar_codegen::plan::plan(&polar_codegen::load::parse(document)?)?;
        let source = polar_codegen::source_of(plan.clone(), &Selection { exercises: false, ..Selection::all() })?;
        Ok(Self { plan, source })
    }

    /// Returns the changes since an earlier client, breaking changes first.
    ///
    /// # Errors
    /// If generated source is not valid Rust.
    pub fn changes_since(&self, old: &Self) -> Result<Vec<Change>> {
        let items = Surface::of(&old.source)?.changes(&Surface::of(&self.source)?);
        let mut changes = assign(plans::compare(&old.plan, &self.plan), items);
        changes.sort();
        Ok(changes)
    }
}

/// Assigns each item to the changes that cause it.
fn assign(mut differences: Vec<Difference>, items: Vec<ItemChange>) -> Vec<Change> {
    let mut rest = Vec::new();
    for item in items {
        let path = item.path.as_str();
        let (owner, member) = path.rsplit_once("::").unwrap_or_default();
        let longest = |difference: &Difference| {
            let claimed = difference.items.iter().filter(|claimed| is_within(path, claimed));
            claimed.map(String::len).max().unwrap_or(0)
        };
        let best = differences.iter().map(longest).max().unwrap_or(0);
        let mut found = false;
        for difference in &mut differences {
            // A constructor changes with every property that is an argument, before or now. An item that is added or
            // removed includes its contents.
            let is_constructor = member == "new"
                && difference.is_argument
                && difference.items.iter().any(|claimed| claimed.rsplit_once("::").is_some_and(|(of, _)| of == owner));
            let is_whole = best == 0 && difference.items.iter().any(|claimed| is_within(claimed, path));
            if (best > 0 && longest(difference) == best) || is_constructor || is_whole {
                difference.change.add(item.clone());
                found = true;
            }
        }
        if !found {
            rest.push(item);
        }
    }
    // A method of a union changes with the property that it reads.
    let mut alone: BTreeMap<(Subject, String), Change> = BTreeMap::new();
    for item in rest {
        let member = item.path.rsplit_once("::").map(|(_, member)| member.to_owned());
        let shown =
            differences.iter_mut().find(|difference| difference.method.is_some() && difference.method == member);
        match shown {
            Some(difference) => difference.change.add(item),
            None => {
                let (subject, name) = subject_of(&item.path);
                let change = alone.entry((subject, name.clone())).or_insert_with(|| Change::changed(subject, name, ""));
                change.add(item);
            }
        }
    }
    for change in alone.values_mut() {
        change.kind = match change.items.iter().map(|item| (&item.old, &item.new)).collect::<Vec<_>>().as_slice() {
            items if items.iter().all(|(_, new)| new.is_none()) => Kind::Removed,
            items if items.iter().all(|(old, _)| old.is_none()) => Kind::Added,
            _ => Kind::Changed,
        };
    }
    differences.into_iter().map(|difference| difference.change).chain(alone.into_values()).collect()
}

/// Returns true if an item is `outer`, or is in it.
fn is_within(path: &str, outer: &str) -> bool {
    let tail = path.strip_prefix(outer);
    tail.is_some_and(|tail| tail.is_empty() || tail.starts_with("::") || tail.starts_with(": "))
}

/// Returns the subject of an item that is not caused by any change of the API.
fn subject_of(path: &str) -> (Subject, String) {
    let item = path.split(": ").next().unwrap_or(path);
    let names: Vec<&str> = item.split("::").collect();
    match names.as_slice() {
        ["types", name, ..] => (Subject::Schema, (*name).to_owned()),
        ["operations", ..] => (Subject::Operation, item.to_owned()),
        // Handles lead to operations: `resources::orders::Orders`, and `Polar::orders`, which returns it.
        _ => (Subject::Handle, item.to_owned()),
    }
}

impl Change {
    /// Creates a change without details.
    pub fn of(kind: Kind, subject: Subject, name: impl Into<String>) -> Self {
        Self::new(subject, kind, name, "")
    }

    fn new(subject: Subject, kind: Kind, name: impl Into<String>, detail: impl Into<String>) -> Self {
        let (name, detail) = (name.into(), detail.into());
        Self { impact: Impact::Additive, subject, name, kind, detail, items: Vec::new() }
    }

    /// Creates a removal.
    pub fn removed(subject: Subject, name: impl Into<String>) -> Self {
        let removed = Self::new(subject, Kind::Removed, name, "");
        // A feature is not an item of the source, but programs refer to it.
        if subject == Subject::Feature { Self { impact: Impact::Breaking, ..removed } } else { removed }
    }

    fn added(subject: Subject, name: impl Into<String>) -> Self {
        Self::new(subject, Kind::Added, name, "")
    }

    fn changed(subject: Subject, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(subject, Kind::Changed, name, detail)
    }

    fn add(&mut self, item: ItemChange) {
        self.impact = self.impact.min(item.impact);
        self.items.push(item);
    }
}

impl Report {
    /// Compares the client with that of the earlier document, if there is one.
    ///
    /// # Errors
    /// If generated source is not valid Rust.
    pub fn new(
        before: Before<'_>,
        text: &str,
        new: &Client,
        document: &Value,
        mut findings: Vec<Finding>,
    ) -> Result<Self> {
        findings.sort();
        let missing = MissingDocs::of(document);
        let mut report = Self { changes: None, incomparable: None, differs: None, findings, missing };
        match before {
            Before::Nothing => {}
            Before::Document(old) if old == text => report.changes = Some(Vec::new()),
            Before::Document(old) => match Client::of(old) {
                Ok(old) => report.changes = Some(new.changes_since(&old)?),
                Err(error) => report.incomparable = Some(error.to_string()),
            },
            Before::Default { version, document } => {
                let mut added = Change::added(Subject::Feature, version_feature(&new.plan.version));
                added.detail = format!("the module `{}`", version_module(&new.plan.version));
                report.changes = Some(vec![added]);
                if let Ok(old) = Client::of(document) {
                    let changes = new.changes_since(&old)?;
                    report.differs = Some(Differs { from: version.to_owned(), changes });
                }
            }
        }
        Ok(report)
    }

    /// Removes the marker types of versions, which exist independently of where their versions are.
    #[must_use]
    pub fn without_markers(mut self) -> Self {
        let is_marker = |change: &Change| change.name.starts_with("versions::");
        self.changes.iter_mut().for_each(|changes| changes.retain(|change| !is_marker(change)));
        self.differs.iter_mut().for_each(|differs| differs.changes.retain(|change| !is_marker(change)));
        self
    }

    /// Moves all items to the module of a version.
    #[must_use]
    pub fn in_module(self, module: &str) -> Self {
        let mut report = self.without_markers();
        let differs = report.differs.iter_mut().flat_map(|differs| &mut differs.changes);
        for item in report.changes.iter_mut().flatten().chain(differs).flat_map(|change| &mut change.items) {
            item.path = format!("{module}::{}", item.path);
        }
        report
    }

    /// Adds features that do not compile with the document.
    pub fn lose(&mut self, unmet: Vec<Unmet>) {
        if unmet.is_empty() {
            return;
        }
        let lost = unmet.into_iter().map(|unmet| Change {
            impact: Impact::Breaking,
            ..Change::changed(Subject::Feature, unmet.feature, format!("does not compile: {}", unmet.error))
        });
        let changes = self.changes.get_or_insert_default();
        changes.extend(lost);
        changes.sort();
    }

    /// Returns the number of changes, in one line.
    pub fn summary(&self) -> String {
        let Some(changes) = &self.changes else {
            return match &self.incomparable {
                None => "no earlier document to compare with".to_owned(),
                Some(why) => {
                    format!("nothing to compare with, since no client can be made of the earlier document: {why}")
                }
            };
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

    /// Returns the report as JSON.
    ///
    /// # Errors
    /// Never in practice, since everything in it can be serialized.
    pub fn json(&self) -> Result<String> {
        let mut report = serde_json::to_value(self)?;
        report["summary"] = self.summary().into();
        Ok(serde_json::to_string_pretty(&report)? + "\n")
    }
}

/// The number of items listed per change; the others are counted.
const LISTED: usize = 4;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in self.changes.iter().flatten() {
            writeln!(f, "{change}")?;
        }
        writeln!(f, "{}", self.summary())?;
        if let Some(Differs { from, changes }) = &self.differs {
            writeln!(f, "what differs from version {from}, for a program that moves:")?;
            changes.iter().try_for_each(|change| writeln!(f, "  {change}"))?;
        }
        write!(f, "{}{}", Findings(&self.findings), self.missing)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { impact, subject, name, kind, detail, items } = self;
        write!(f, "{impact}  {subject} {kind}: {name}")?;
        if !detail.is_empty() {
            write!(f, ": {detail}")?;
        }
        if !items.is_empty() {
            let listed: Vec<String> = items.iter().take(LISTED).map(|item| format!("`{}`", item.path)).collect();
            let more = items.len().saturating_sub(LISTED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            write!(f, " [{}{more}]", listed.join(", "))?;
        }
        Ok(())
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
            Self::Feature => "feature",
            Self::Handle => "handle",
            Self::Operation => "operation",
            Self::Parameter => "parameter",
            Self::Credential => "credential",
            Self::Scope => "scope",
            Self::Webhook => "webhook event",
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn content(name: &str) -> Value {
        let reference = format!("#/components/schemas/{name}");
        json!({"content": {"application/json": {"schema": {"$ref": reference}}}})
    }

    /// Returns a document with one operation, which sends `Sent` and receives `Received`, and other schemas.
    fn document(sent: Value, received: Value, others: Value) -> Value {
        let mut body = content("Sent");
        body["required"] = json!(true);
        let mut document = json!({
            "openapi": "3.1.0", "info": {"version": "1"},
            "paths": {"/things": {"post": {
                "operationId": "things:create", "requestBody": body, "responses": {"200": content("Received")},
            }}},
            "components": {"schemas": {"Sent": sent, "Received": received}},
        });
        for (name, schema) in others.as_object().into_iter().flatten() {
            document["components"]["schemas"][name] = schema.clone();
        }
        document
    }

    fn client(document: &Value) -> Client {
        Client::of(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Returns the lines of the changes between two documents.
    fn changes(old: &Value, new: &Value) -> Vec<String> {
        let changes = client(new).changes_since(&client(old)).unwrap();
        changes.iter().map(Change::to_string).collect()
    }

    /// Returns an object schema with required strings and further properties.
    fn object(required: &[&str], properties: Value) -> Value {
        let mut all = properties;
        all["id"] = json!({"type": "string"});
        let required: Vec<&str> = required.iter().copied().chain(["id"]).collect();
        json!({"type": "object", "required": required, "properties": all})
    }

    fn received_changes(old: Value, new: Value) -> Vec<String> {
        let sent = || object(&[], json!({}));
        changes(&document(sent(), old, json!({})), &document(sent(), new, json!({})))
    }

    fn operation_changes(old: Value, new: Value) -> Vec<String> {
        let [old, new] = [old, new].map(|mut operation| {
            if operation.get("operationId").is_none() {
                operation["operationId"] = json!("things:list");
            }
            if operation.get("responses").is_none() {
                operation["responses"] = json!({"204": {}});
            }
            json!({"openapi": "3.1.0", "info": {"version": "1"}, "paths": {"/things": {"get": operation}}})
        });
        changes(&old, &new)
    }

    #[test]
    fn a_new_required_property_breaks_only_who_sends_it() {
        let old = object(&[], json!({}));
        let new = object(&["a"], json!({"a": {"type": "string"}, "b": {"type": "string"}}));
        assert_eq!(
            changes(&document(old.clone(), old, json!({})), &document(new.clone(), new, json!({}))),
            [
                "breaking  property added: Sent.a: required [`types::Sent::a`, `types::Sent::new`]",
                "additive  property added: Received.a: required [`types::Received::a`]",
                "additive  property added: Received.b: optional [`types::Received::b`]",
                "additive  property added: Sent.b: optional [`types::Sent::b`]",
            ]
        );
    }

    #[test]
    fn whatever_changes_the_type_of_a_property_is_breaking() {
        let text = json!({"type": "string"});
        let old = object(
            &["gone", "looser", "typed"],
            json!({
                "gone": text, "looser": text, "stricter": text, "nullable": text, "typed": text, "formatted": text,
                "same": text,
            }),
        );
        let new = object(
            &["stricter", "typed"],
            json!({
                "looser": text, "stricter": text, "nullable": {"anyOf": [text, {"type": "null"}]},
                "typed": {"type": "integer"}, "formatted": {"type": "string", "format": "date-time"},
                "same": {"type": "string", "maxLength": 3, "default": "a", "deprecated": true},
            }),
        );
        assert_eq!(
            received_changes(old, new),
            [
                "breaking  property changed: Received.formatted: String became DateTime [`types::Received::formatted`]",
                "breaking  property removed: Received.gone [`types::Received::gone`]",
                "breaking  property changed: Received.looser: no longer required [`types::Received::looser`]",
                "breaking  property changed: Received.stricter: now required [`types::Received::stricter`]",
                "breaking  property changed: Received.typed: String became Integer [`types::Received::typed`]",
                // In responses, an absent property and `null` are equivalent.
                "additive  property changed: Received.nullable: now also null",
                "additive  property changed: Received.same: now deprecated; its default none became \"a\"",
            ]
        );
    }

    #[test]
    fn an_enum_may_grow_and_not_shrink() {
        let of = |values: Value| object(&["kind"], json!({"kind": {"type": "string", "enum": values}}));
        assert_eq!(
            received_changes(of(json!(["a", "b"])), of(json!(["b", "c"]))),
            [
                "breaking  enum value removed: ReceivedKind \"a\" [`types::ReceivedKind::A`]",
                "additive  enum value added: ReceivedKind \"c\" [`types::ReceivedKind::C`]",
            ]
        );
    }

    #[test]
    fn a_value_that_renames_another_is_breaking() {
        let of = |values: Value| object(&["order"], json!({"order": {"type": "string", "enum": values}}));
        assert_eq!(
            received_changes(of(json!(["name"])), of(json!(["name", "-name"]))),
            [
                "breaking  enum value changed: ReceivedOrder \"name\": `Name` became `NameAsc` \
                 [`types::ReceivedOrder::Name`, `types::ReceivedOrder::NameAsc`]",
                "additive  enum value added: ReceivedOrder \"-name\" [`types::ReceivedOrder::NameDesc`]",
            ]
        );
    }

    #[test]
    fn a_union_may_grow_and_not_shrink() {
        let animal = |kind: &str| object(&["kind"], json!({"kind": {"type": "string", "const": kind}}));
        let schemas = json!({"RedCat": animal("cat"), "RedDog": animal("dog"), "RedFox": animal("fox")});
        let of = |names: &[&str]| {
            let variants: Vec<Value> =
                names.iter().map(|name| json!({"$ref": format!("#/components/schemas/{name}")})).collect();
            document(object(&[], json!({})), json!({ "oneOf": variants }), schemas.clone())
        };
        assert_eq!(
            changes(&of(&["RedCat", "RedDog"]), &of(&["RedDog", "RedFox"])),
            [
                "breaking  schema removed: RedCat [`types::RedCat`]",
                "breaking  variant removed: Received RedCat [`types::Received: From<RedCat>`, `types::Received::Cat`]",
                "additive  schema added: RedFox [`types::RedFox`]",
                "additive  variant added: Received RedFox [`types::Received: From<RedFox>`, `types::Received::Fox`]",
            ]
        );
    }

    #[test]
    fn a_renamed_schema_is_removed_and_added() {
        let of = |name: &str| {
            let part = json!({"$ref": format!("#/components/schemas/{name}")});
            document(object(&[], json!({})), object(&[], json!({"part": part})), json!({name: object(&[], json!({}))}))
        };
        assert_eq!(
            changes(&of("Part"), &of("Piece")),
            [
                "breaking  schema removed: Part: `types::Piece` is the same [`types::Part`]",
                "breaking  property changed: Received.part: (`Part`) became (`Piece`) [`types::Received::part`]",
                "additive  schema added: Piece [`types::Piece`]",
            ]
        );
    }

    #[test]
    fn parameters_break_when_required_or_removed() {
        let parameter = |name: &str, required: bool| json!({"name": name, "in": "query", "required": required, "schema": {"type": "string"}});
        assert_eq!(
            operation_changes(
                json!({"parameters": [parameter("gone", false), parameter("same", false)]}),
                json!({"parameters": [
                    parameter("must", true), parameter("may", false), parameter("same", true),
                ]}),
            ),
            [
                "breaking  parameter removed: things:list(gone) [`resources::things::List::gone`]",
                "breaking  parameter added: things:list(must) [`resources::things::Things::list`]",
                "breaking  parameter changed: things:list(same): One String, default None became One String, required, \
                 default None [`resources::things::List::same`, `resources::things::Things::list`]",
                "additive  parameter added: things:list(may) [`resources::things::List::may`]",
            ]
        );
    }

    #[test]
    fn scopes_and_routes_change_no_program() {
        let lines = operation_changes(
            json!({"security": [{"oat": ["a:read"]}]}),
            json!({"security": [{"oat": ["a:write"]}], "deprecated": true}),
        );
        assert_eq!(
            lines,
            [
                "breaking  scope removed: Scope \"a:read\" [`types::Scope::ARead`]",
                "additive  operation changed: things:list: deprecated: false became true",
                "additive  scope added: Scope \"a:write\" [`types::Scope::AWrite`]",
                "additive  scope changed: things:list oat: `a:read` no longer suffices",
                "additive  scope changed: things:list oat: `a:write` now suffices",
            ]
        );
    }

    #[test]
    fn another_answer_is_breaking() {
        let number = json!({"200": {"content": {"application/json": {"schema": {"type": "integer"}}}}});
        assert_eq!(
            operation_changes(json!({"responses": {"204": {}}}), json!({ "responses": number })),
            [
                "breaking  operation changed: things:list: the answer Empty became Json(Integer) [`resources::things::Things::list`]"
            ]
        );
        assert_eq!(
            operation_changes(
                json!({"responses": {"204": {}, "404": {}}}),
                json!({"responses": {"204": {}, "409": {}}})
            ),
            [] as [&str; 0]
        );
    }

    #[test]
    fn a_renamed_operation_is_removed_and_added() {
        assert_eq!(
            operation_changes(json!({"operationId": "things:get"}), json!({"operationId": "things:read"})),
            [
                "breaking  operation removed: things:get: GET /things [`operations::THINGS_GET`, `resources::things::Things::get`]",
                "additive  operation added: things:read: GET /things [`operations::THINGS_READ`, `resources::things::Things::read`]",
            ]
        );
    }

    #[test]
    fn features_and_handles_are_added_and_removed() {
        let lines = operation_changes(json!({"operationId": "things:get"}), json!({"operationId": "parts:get"}));
        assert!(lines.contains(&"breaking  feature removed: things [`CustomerPortal::things`, `MemberPortal::things`, `Polar::things`]".to_owned()), "{lines:#?}");
        assert!(
            lines.contains(
                &"additive  feature added: parts [`CustomerPortal::parts`, `MemberPortal::parts`, `Polar::parts`]"
                    .to_owned()
            ),
            "{lines:#?}"
        );
    }

    #[test]
    fn prose_is_no_change() {
        let old = object(&[], json!({"a": {"type": "string"}}));
        let mut new = old.clone();
        new["description"] = json!("D");
        new["properties"]["a"]["description"] = json!("D");
        assert_eq!(received_changes(old, new), [] as [&str; 0]);
    }

    #[test]
    fn missing_docs_are_counted_and_operations_named() {
        let described = json!({"a": {"type": "string", "description": "D"}, "b": {"type": "string"}});
        let mut sent = object(&[], described);
        sent["description"] = json!("D");
        let mut new = document(sent, object(&[], json!({"c": {"type": "string"}})), json!({}));
        new["x-shared-descriptions"] = json!({"properties": {"id": "An id."}});
        let text = new.to_string();
        let report = Report::new(Before::Nothing, &text, &client(&new), &new, Vec::new()).unwrap();
        assert_eq!(
            report.to_string(),
            "no earlier document to compare with\n\
             without doc text: 1 of 1 operations, 1 of 2 schemas, 2 of 5 properties\n  \
             no summary: things:create\n"
        );
    }
}
