//! The report of a refresh: what changed for Rust users, which overlays no longer apply, and which descriptions are
//! missing.
//!
//! [`models`] compares the API. Whether a change breaks programs follows from how the client represents it; the workflow
//! `gate` compares the crate itself, with cargo-semver-checks.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;
use polar_codegen::model::Model;
use polar_codegen::names::{version_feature, version_module};
use serde::Serialize;
use serde_json::Value;

use super::compile::CompileError;
use super::overlay::{Finding, Findings};
use docs::MissingDocs;

mod docs;
mod models;

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
    /// Errors of compiling the client with the document.
    pub compile_errors: Vec<CompileError>,
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

/// Reads a document.
///
/// # Errors
/// If no client can be generated from the document.
pub fn model_of(document: &str) -> Result<Model, polar_codegen::Error> {
    let model = polar_codegen::model::model(&polar_codegen::load::parse(document)?)?;
    polar_codegen::emit(model.clone())?;
    Ok(model)
}

impl Change {
    fn new(impact: Impact, subject: Subject, kind: Kind, name: impl Into<String>) -> Self {
        Self { impact, subject, name: name.into(), kind, detail: String::new() }
    }

    /// Creates a removal, which is breaking.
    pub fn removed(subject: Subject, name: impl Into<String>) -> Self {
        Self::new(Impact::Breaking, subject, Kind::Removed, name)
    }

    fn added(subject: Subject, name: impl Into<String>) -> Self {
        Self::new(Impact::Additive, subject, Kind::Added, name)
    }

    /// Creates a change that is not breaking.
    pub fn changed(subject: Subject, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Impact::Additive, subject, Kind::Changed, name).detailed(detail)
    }

    fn detailed(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    fn breaking_if(self, breaks: bool) -> Self {
        let impact = if breaks { Impact::Breaking } else { self.impact };
        Self { impact, ..self }
    }
}

impl Report {
    /// Compares the model with that of the earlier document, if there is one.
    pub fn new(before: Before<'_>, text: &str, new: &Model, document: &Value, mut findings: Vec<Finding>) -> Self {
        findings.sort();
        let missing = MissingDocs::of(document);
        let compile_errors = Vec::new();
        let mut report = Self { changes: None, incomparable: None, differs: None, findings, compile_errors, missing };
        match before {
            Before::Nothing => {}
            Before::Document(old) if old == text => report.changes = Some(Vec::new()),
            Before::Document(old) => match model_of(old) {
                Ok(old) => report.changes = Some(models::compare(&old, new)),
                Err(error) => report.incomparable = Some(error.to_string()),
            },
            Before::Default { version, document } => {
                let added = Change::added(Subject::Feature, version_feature(&new.version));
                report.changes = Some(vec![added.detailed(format!("the module `{}`", version_module(&new.version)))]);
                if let Ok(old) = model_of(document) {
                    let changes = models::compare(&old, new);
                    report.differs = Some(Differs { from: version.to_owned(), changes });
                }
            }
        }
        report
    }

    /// Returns the number of changes, in one line.
    pub fn summary(&self) -> String {
        let Some(changes) = &self.changes else {
            return match &self.incomparable {
                None => "no earlier document to compare with".to_owned(),
                Some(why) => {
                    format!(
                        "nothing to compare with, since no client can be generated from the earlier document: {why}"
                    )
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
        if !self.compile_errors.is_empty() {
            writeln!(f, "the client does not compile with the document:")?;
        }
        for error in &self.compile_errors {
            writeln!(f, "  {error}")?;
            error.pointers.iter().try_for_each(|pointer| writeln!(f, "    {pointer}"))?;
        }
        write!(f, "{}{}", Findings(&self.findings), self.missing)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { impact, subject, name, kind, detail } = self;
        write!(f, "{impact}  {subject} {kind}: {name}")?;
        if detail.is_empty() { Ok(()) } else { write!(f, ": {detail}") }
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

    fn model(document: &Value) -> Model {
        model_of(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Returns the lines of the changes between two documents.
    fn changes(old: &Value, new: &Value) -> Vec<String> {
        let changes = models::compare(&model(old), &model(new));
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
                "breaking  property added: Sent.a: required",
                "additive  property added: Received.a: required",
                "additive  property added: Received.b: optional",
                "additive  property added: Sent.b: optional",
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
                "breaking  property changed: Received.formatted: String became DateTime",
                "breaking  property removed: Received.gone",
                "breaking  property changed: Received.looser: no longer required",
                "breaking  property changed: Received.stricter: now required",
                "breaking  property changed: Received.typed: String became Integer",
                // In responses, an absent property and `null` are equivalent.
                "additive  property changed: Received.nullable: now also null",
                "additive  property changed: Received.same: now deprecated; its default none became `a`",
            ]
        );
    }

    #[test]
    fn an_enum_may_grow_and_not_shrink() {
        let of = |values: Value| object(&["kind"], json!({"kind": {"type": "string", "enum": values}}));
        assert_eq!(
            received_changes(of(json!(["a", "b"])), of(json!(["b", "c"]))),
            ["breaking  enum value removed: ReceivedKind \"a\"", "additive  enum value added: ReceivedKind \"c\"",]
        );
    }

    #[test]
    fn a_value_that_renames_another_is_breaking() {
        let of = |values: Value| object(&["order"], json!({"order": {"type": "string", "enum": values}}));
        assert_eq!(
            received_changes(of(json!(["name"])), of(json!(["name", "-name"]))),
            [
                "breaking  enum value changed: ReceivedOrder \"name\": `Name` became `NameAsc`",
                "additive  enum value added: ReceivedOrder \"-name\"",
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
                "breaking  schema removed: RedCat",
                "breaking  variant removed: Received RedCat",
                "additive  schema added: RedFox",
                "additive  variant added: Received RedFox",
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
                "breaking  schema removed: Part: `types::Piece` is the same",
                "breaking  property changed: Received.part: (`Part`) became (`Piece`)",
                "additive  schema added: Piece",
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
                "breaking  parameter removed: things:list(gone)",
                "breaking  parameter added: things:list(must)",
                "breaking  parameter changed: things:list(same): now required",
                "additive  parameter added: things:list(may)",
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
                "breaking  scope removed: Scope \"a:read\"",
                "additive  operation changed: things:list: deprecated: false became true",
                "additive  scope added: Scope \"a:write\"",
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
            ["breaking  operation changed: things:list: the answer Empty became Json(Integer)"]
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
                "breaking  operation removed: things:get: GET /things",
                "additive  operation added: things:read: GET /things",
            ]
        );
    }

    #[test]
    fn features_and_handles_are_added_and_removed() {
        let lines = operation_changes(json!({"operationId": "things:get"}), json!({"operationId": "parts:get"}));
        assert!(lines.contains(&"breaking  feature removed: things".to_owned()), "{lines:#?}");
        assert!(lines.contains(&"additive  feature added: parts".to_owned()), "{lines:#?}");
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
        let report = Report::new(Before::Nothing, &text, &model(&new), &new, Vec::new());
        assert_eq!(
            report.to_string(),
            "no earlier document to compare with\n\
             without doc text: 1 of 1 operations, 1 of 2 schemas, 2 of 5 properties\n  \
             no summary: things:create\n"
        );
    }
}
