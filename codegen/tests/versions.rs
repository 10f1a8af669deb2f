//! Several versions of the API: shared items are generated once.

use std::collections::BTreeSet;
use std::path::Path;

use polar_codegen::load::{Document, parse};
use polar_codegen::model::{Model, model};
use polar_codegen::{Source, Vendored, emit, emit_versions};
use serde_json::{Value, json};

fn operation(id: &str, result: &str, scope: &str) -> Value {
    json!({
        "operationId": id,
        "security": [{ "oat": [scope] }],
        "responses": { "200": { "content": { "application/json": {
            "schema": { "$ref": format!("#/components/schemas/{result}") },
        } } } },
    })
}

/// Creates a document in which kites have lines and lines have knots. Winds are unrelated.
fn document(version: &str) -> Value {
    let object = |properties: Value| json!({ "type": "object", "required": ["name"], "properties": properties });
    json!({
        "openapi": "3.1.0",
        "info": { "version": version },
        "paths": {
            "/kites": { "get": operation("kites:get", "Kite", "kites:read") },
            "/kites/lines": { "get": operation("kites:lines:get", "Line", "kites:read") },
            "/winds": { "get": operation("winds:get", "Wind", "winds:read") },
        },
        "components": { "schemas": {
            "Kite": object(json!({
                "name": { "type": "string" },
                "lines": { "type": "array", "items": { "$ref": "#/components/schemas/Line" } },
            })),
            "Line": object(json!({ "name": { "type": "string" }, "knot": { "$ref": "#/components/schemas/Knot" } })),
            "Knot": object(json!({ "name": { "type": "string" } })),
            "Wind": object(json!({ "name": { "type": "string" } })),
        } },
    })
}

fn model_of(document: &Value) -> Model {
    model(&parse(&document.to_string()).expect("a document")).expect("a model")
}

fn both(root: &Value, other: &Value) -> (Source, Vec<Model>) {
    emit_versions(model_of(root), vec![model_of(other)]).expect("source")
}

fn names<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<&'a str> {
    names.into_iter().map(String::as_str).collect()
}

#[test]
fn versions_without_changes_have_no_types_of_their_own() {
    let (source, models) = both(&document("2026-04"), &document("2026-10"));
    assert_eq!(names(&models[1].versions.types), ["Kite", "Knot", "Line", "Scope", "Wind"]);
    assert_eq!(names(&models[1].versions.operations), ["kites:get", "kites:lines:get", "winds:get"]);
    let own = source.keys().filter(|file| file.starts_with("v2026_10/"));
    assert_eq!(
        names(own),
        [
            "v2026_10/api",
            "v2026_10/every_operation",
            "v2026_10/every_request",
            "v2026_10/operations",
            "v2026_10/version"
        ]
    );
    assert!(source["operations_kites"].contains(r#"versions: &["2026-04", "2026-10"]"#));
    assert!(source["v2026_10/api"].contains("pub use crate::resources::kites;"));
    assert!(source["v2026_10/api"].contains("-> crate::resources::kites::Kites<"));
}

#[test]
fn types_that_refer_to_a_changed_type_are_generated_again() {
    let mut next = document("2026-10");
    next["components"]["schemas"]["Knot"]["properties"]["turns"] = json!({ "type": "integer" });
    let (source, models) = both(&document("2026-04"), &next);
    assert_eq!(names(&models[1].versions.types), ["Scope", "Wind"]);
    assert_eq!(names(&models[1].versions.operations), ["winds:get"]);
    let own: String =
        source.iter().filter(|(file, _)| file.starts_with("v2026_10/types")).map(|(_, text)| &**text).collect();
    for name in ["Kite", "Line", "Knot"] {
        assert!(own.contains(&format!("pub struct {name} ")), "{name} is not in: {own}");
    }
    assert!(own.contains("pub turns: Option<i64>"), "{own}");
    assert!(source["v2026_10/resources_kites"].starts_with("// Generated from `openapi/2026-10.json`"));
    assert!(source["v2026_10/resources_kites"].contains("use crate::v2026_10::prelude::*;"));
    assert!(!own.contains("struct Wind"));
    assert!(source["v2026_10/api"].contains("pub use crate::types::{Scope, Wind};"));
    assert!(source["v2026_10/operations_kites"].contains(r#"versions: &["2026-10"]"#));
    assert!(source["v2026_10/operations"].contains("pub use crate::operations::WINDS_GET;"));
    assert!(source["operations_kites"].contains(r#"versions: &["2026-04"]"#));
    assert!(source["operations_winds"].contains(r#"versions: &["2026-04", "2026-10"]"#));
    // The table of operations contains both versions, whose ids are the same, so types are looked up by version first.
    assert!(source["operations"].contains("crate::v2026_10::operations::success(operation)"));
}

#[test]
fn a_group_within_a_changed_group_is_shared() {
    let mut next = document("2026-10");
    next["components"]["schemas"]["Kite"]["properties"]["color"] = json!({ "type": "string" });
    let (source, models) = both(&document("2026-04"), &next);
    let groups = &models[1].versions.groups;
    assert_eq!(groups.iter().map(|path| path.join("/")).collect::<Vec<_>>(), ["kites/lines", "winds"]);
    let kites = &source["v2026_10/resources_kites"];
    assert!(kites.contains("pub use crate::resources::kites::lines;"), "{kites}");
    assert!(kites.contains("pub struct Kites<C, V = crate::versions::V2026_10>"), "{kites}");
}

#[test]
fn scopes_of_all_versions_are_one_type() {
    let mut next = document("2026-10");
    next["paths"]["/winds"]["get"]["security"] = json!([{ "oat": ["winds:feel"] }]);
    let (source, _) = both(&document("2026-04"), &next);
    let types: String = source.iter().filter(|(file, _)| file.starts_with("types_")).map(|(_, text)| &**text).collect();
    assert!(types.contains("WindsFeel") && types.contains("WindsRead"), "{types}");
    assert!(source["v2026_10/operations_winds"].contains("Scope::WindsFeel"));
    let own = source.iter().filter(|(file, _)| file.starts_with("v2026_10/types"));
    assert_eq!(own.count(), 0, "the type of scopes is the root's");
}

#[test]
fn types_that_only_another_version_imports_are_in_the_root() {
    let mut next = document("2026-10");
    next["paths"]["/winds"]["get"] = operation("winds:get", "Kite", "winds:read");
    let (source, models) = both(&document("2026-04"), &next);
    // The root has no operation that returns kites.
    assert!(models[0].types.contains_key("Kite"));
    assert!(
        source["v2026_10/api"].contains("pub use crate::types::{Kite, Knot, Line, Scope};"),
        "{}",
        source["v2026_10/api"]
    );
}

#[test]
fn two_documents_of_one_version_are_refused() {
    let error = emit_versions(model_of(&document("2026-04")), vec![model_of(&document("2026-04"))]);
    let error = error.expect_err("an error").to_string();
    assert_eq!(error, "/info/version: there are two documents of version 2026-04");
}

/// The types that a version imports from the root are equal to those that would be generated for the version alone.
#[test]
fn vendored_versions_import_types_equal_to_their_own() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"));
    if !folder.exists() {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    }
    let vendored = Vendored::at(folder).expect("a default document");
    let read = |path: &Path| -> Document { polar_codegen::load::load(path).expect("a document") };
    let root = read(&vendored.default_document());
    let items = |source: &Source, folder: &str, module: &str| -> Vec<String> {
        let types = source.iter().filter(|(file, _)| file.starts_with(&format!("{folder}types_")));
        let text: String = types.map(|(_, text)| format!("{text}\n\n")).collect();
        let here = format!("crate::{module}::");
        text.split("\n\n").map(|item| item.trim().replace(&here, "crate::")).collect()
    };
    for version in vendored.others().expect("versions") {
        let other = read(&vendored.document(&version));
        let [root, other] = [&root, &other].map(|document| model(document).expect("a model"));
        let alone = emit(other.clone()).expect("source");
        let (both, _) = emit_versions(root, vec![other]).expect("source");
        let module = polar_codegen::names::version_module(&version);
        let without_module = |item: String| item.replace(&format!("polar_client::{module}::"), "polar_client::");
        let mut known: BTreeSet<String> = items(&both, "", &module).into_iter().map(without_module).collect();
        known.extend(items(&both, &format!("{module}/"), &module).into_iter().map(without_module));
        // The list of versions of a payload differs by design.
        let is_compared = |item: &String| {
            (item.contains("pub struct") || item.contains("impl ")) && !item.contains("crate::webhook_events::Payload")
        };
        for item in items(&alone, "", &module).into_iter().filter(is_compared).map(without_module) {
            assert!(known.contains(&item), "version {version} by itself has: {item}");
        }
    }
}
