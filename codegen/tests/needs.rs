//! What the client's own code needs of the document, and how it is told when that is gone.

use std::path::Path;

use polar_codegen::Vendored;
use polar_codegen::load::parse;
use polar_codegen::needs::unmet;
use polar_codegen::plan::plan;
use serde_json::{Value, json};

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
fn the_vendored_document_has_all_that_is_needed() {
    assert_eq!(of(&vendored(), |_| true), Vec::<String>::new());
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
    let required = &mut document["components"]["schemas"]["LicenseKeyActivate"]["required"];
    required.as_array_mut().expect("names").push(json!("meta"));
    let unmet = of(&document, |_| true);
    assert_eq!(
        unmet[0],
        "/components/schemas/LicenseKeyActivate: the feature `licensing` needs `LicenseKeyActivate` to require key, label, \
         organization_id"
    );
}

#[test]
fn an_operation_with_another_answer_is_named_by_its_place() {
    let mut document = vendored();
    document["paths"]["/v1/events/ingest"]["post"]["responses"] = json!({ "204": {} });
    assert_eq!(
        of(&document, |_| true)[0],
        "/paths/~1v1~1events~1ingest/post: `events:ingest`: the feature `ingestion` needs it to take EventsIngest and to \
             give EventsIngestResponse"
    );
}
