//! What the client's own code needs of the document, and how it is told when that is gone.

use std::path::Path;

use polar_codegen::Vendored;
use polar_codegen::load::parse;
use polar_codegen::plan::plan;
use serde_json::{Value, json};

use super::unmet;

fn vendored() -> Value {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"));
    let path = Vendored::at(folder).expect("a default document").default_document();
    serde_json::from_str(&std::fs::read_to_string(path).expect("a document")).expect("JSON")
}

fn of(document: &Value, has_feature: impl Fn(&str) -> bool) -> Vec<String> {
    let document = parse(&document.to_string()).expect("a document");
    let plan = plan(&document).expect("a plan");
    unmet(&plan, has_feature).into_iter().map(|fault| document.locate(fault.error).to_string()).collect()
}

#[test]
fn the_vendored_documents_have_all_that_is_needed() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"));
    for path in Vendored::at(folder).expect("a default document").documents().expect("documents") {
        let document = std::fs::read_to_string(&path).expect("a document");
        let document = serde_json::from_str(&document).expect("JSON");
        assert_eq!(of(&document, |_| true), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn what_answers_are_called_and_how_narrow_their_types_are_does_not_matter() {
    let text = vendored().to_string();
    for schema in ["EventsIngestResponse", "FileUpload", "ValidatedLicenseKey", "LicenseKeyActivationCreated"] {
        let reference = |name: &str| format!("\"#/components/schemas/{name}\"");
        let renamed = text.replace(&reference(schema), &reference("Renamed"));
        let renamed = renamed.replace(&format!("\"{schema}\":{{"), "\"Renamed\":{");
        assert_ne!(renamed, text);
        assert_eq!(of(&serde_json::from_str(&renamed).expect("JSON"), |_| true), Vec::<String>::new(), "{schema}");
    }
    let mut document = vendored();
    let key = &mut document["components"]["schemas"]["ValidatedLicenseKey"];
    key["properties"]["status"] = json!({ "enum": ["granted", "frozen"], "type": "string" });
    assert_eq!(of(&document, |_| true), Vec::<String>::new());
}

#[test]
fn an_operation_that_is_gone_is_named() {
    let mut document = vendored();
    document["paths"]["/v1/events/ingest"].as_object_mut().expect("a path").remove("post");
    assert_eq!(of(&document, |_| true)[0], "/paths: the feature `ingestion` needs the operation `events:ingest`");
    // Nobody misses it who does not enable the feature.
    assert_eq!(of(&document, |feature| feature != "ingestion"), Vec::<String>::new());
}

#[test]
fn a_property_of_another_type_is_named_with_its_place() {
    let mut document = vendored();
    document["components"]["schemas"]["EventsIngestResponse"]["properties"]["inserted"] = json!({ "type": "string" });
    assert_eq!(
        of(&document, |_| true),
        ["/components/schemas/EventsIngestResponse/properties/inserted: the feature `ingestion` needs the property \
             `inserted: Integer` of `EventsIngestResponse`"]
    );
}

#[test]
fn a_property_that_is_required_all_at_once_is_named() {
    let mut document = vendored();
    let required = &mut document["components"]["schemas"]["RevokeTokenRequest"]["required"];
    required.as_array_mut().expect("names").push(json!("token_type_hint"));
    let unmet = of(&document, |_| true);
    assert_eq!(
        unmet[0],
        "/components/schemas/RevokeTokenRequest: the feature `sign-in` needs `RevokeTokenRequest` to require client_id, \
         client_secret, token"
    );
}

#[test]
fn an_operation_with_another_answer_is_named_by_its_place() {
    let mut document = vendored();
    document["paths"]["/v1/events/ingest"]["post"]["responses"] = json!({ "204": {} });
    assert_eq!(
        of(&document, |_| true)[0],
        "/paths/~1v1~1events~1ingest/post: `events:ingest`: the feature `ingestion` needs its answer to have inserted: \
             Integer, duplicates: Integer?"
    );
}
