//! Tests that the model contains all facts of the vendored documents, in every version.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use polar_codegen::Vendored;
use polar_codegen::json::{Value, escape};
use polar_codegen::load::{Document, load};
use polar_codegen::model::{Kind, Model, Operation, model};

/// Returns the documents of all versions, and their models. The packaged crate does not contain them, so the tests are
/// skipped there.
fn documents() -> &'static [(PathBuf, Document, Model)] {
    static PLANNED: OnceLock<Vec<(PathBuf, Document, Model)>> = OnceLock::new();
    PLANNED.get_or_init(|| {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"));
        if !folder.exists() {
            eprintln!("skipped: {} is not there", folder.display());
            return Vec::new();
        }
        let paths = Vendored::at(folder).expect("a default document").documents().expect("documents");
        assert!(paths.len() > 1, "more than one version");
        let planned = paths.into_iter().map(|path| {
            let document = load(&path).expect("a document");
            let model = model(&document).expect("a model");
            (path, document, model)
        });
        planned.collect()
    })
}

fn each(check: impl Fn(&Document, &Model)) {
    for (path, document, model) in documents() {
        println!("{}", path.display());
        check(document, model);
    }
}

/// Returns the operations of a document, each with its counterpart in the model.
fn operations<'a>(document: &'a Document, model: &'a Model) -> Vec<(&'a Value, &'a Operation)> {
    let planned: BTreeMap<&str, &Operation> = model.operations.iter().map(|one| (one.id.as_str(), one)).collect();
    let mut pairs = Vec::new();
    for (path, item) in document.entries("/paths") {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Some(id) = operation.get("operationId").and_then(Value::as_str) else { continue };
            let planned = planned.get(id).unwrap_or_else(|| panic!("{id} is not planned"));
            assert_eq!((planned.method.to_lowercase(), planned.path.as_str()), (method.clone(), path.as_str()), "{id}");
            pairs.push((operation, *planned));
        }
    }
    assert_eq!(pairs.len(), model.operations.len());
    pairs
}

fn strings(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn operations_have_their_parameters_and_scopes() {
    each(|document, model| {
        for (operation, planned) in operations(document, model) {
            let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
            let named: BTreeSet<String> =
                parameters.filter_map(|one| Some(one.get("name")?.as_str()?.to_owned())).collect();
            let in_path = planned.path_parameters.iter().map(|parameter| parameter.name.clone());
            let in_query = planned.query.iter().map(|parameter| parameter.name.clone());
            assert_eq!(in_path.chain(in_query).collect::<BTreeSet<_>>(), named, "{}", planned.id);

            let security = operation.get("security").and_then(Value::as_array).into_iter().flatten();
            let security = security.filter_map(Value::as_object).flatten();
            let security: BTreeMap<String, Vec<String>> =
                security.map(|(scheme, scopes)| (scheme.clone(), strings(Some(scopes)))).collect();
            assert_eq!(planned.security, security, "{}", planned.id);
            let scopes = model.types[model.scope_enum.as_ref().expect("scopes")].kind.clone();
            let Kind::Enum(scopes) = scopes else { panic!("scopes are an enumeration") };
            for scope in security.values().flatten() {
                assert!(scopes.values.iter().any(|known| known.value == *scope), "{}: {scope}", planned.id);
            }
        }
    });
}

#[test]
fn operations_have_their_refusals() {
    each(|document, model| {
        let mut names = 0;
        for (operation, planned) in operations(document, model) {
            for (status, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
                if status.starts_with('2') || status.starts_with('3') {
                    continue;
                }
                let of_status = || planned.refusals.iter().filter(|refusal| refusal.status == *status);
                assert!(of_status().next().is_some(), "{}: {status}", planned.id);
                for name in error_names(document, response) {
                    let has_name = of_status().any(|refusal| refusal.name.as_ref() == Some(&name));
                    assert!(has_name, "{}: {status} {name}", planned.id);
                    names += 1;
                }
            }
        }
        assert!(names > 100, "{names} errors with a name");
    });
}

/// Returns the names of the errors that a response may contain.
fn error_names(document: &Document, response: &Value) -> BTreeSet<String> {
    fn collect(document: &Document, schema: &Value, names: &mut BTreeSet<String>) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let schema = document.root().pointer(reference.trim_start_matches('#')).expect("a schema");
            return collect(document, schema, names);
        }
        for branch in ["anyOf", "oneOf"].iter().filter_map(|key| schema.get(key)?.as_array()).flatten() {
            collect(document, branch, names);
        }
        names.extend(schema.pointer("/properties/error/const").and_then(Value::as_str).map(str::to_owned));
    }
    let mut names = BTreeSet::new();
    if let Some(schema) = response.pointer("/content/application~1json/schema") {
        collect(document, schema, &mut names);
    }
    names
}

/// Calls a function with each schema within a value, and its JSON pointer.
fn walk<'v>(value: &'v Value, place: String, visit: &mut dyn FnMut(&'v Value, &str)) {
    visit(value, &place);
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                walk(value, format!("{place}/{}", escape(name)), visit);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                walk(value, format!("{place}/{index}"), visit);
            }
        }
        _ => {}
    }
}

#[test]
fn schemas_have_all_their_properties() {
    each(|document, model| {
        let types: BTreeMap<&str, &Kind> = model.types.values().map(|ty| (ty.place.as_str(), &ty.kind)).collect();
        let mut count = 0;
        for (name, schema) in document.entries("/components/schemas") {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else { continue };
            let Some(kind) = types.get(format!("/components/schemas/{}", escape(name)).as_str()) else {
                // The client has its own types for errors and pages.
                let is_error =
                    properties.contains_key("error") || matches!(&**name, "HTTPValidationError" | "ValidationError");
                let is_page = name.starts_with("ListResource_") || name == "Pagination";
                assert!(is_error || is_page, "{name} has no type");
                continue;
            };
            let Kind::Struct(object) = kind else { panic!("{name} is not a struct") };
            let planned: BTreeSet<&String> = object.properties.iter().map(|property| &property.name).collect();
            let documented: BTreeSet<&String> = properties
                .keys()
                .chain(schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(|name| {
                    match name {
                        Value::String(name) => Some(name),
                        _ => None,
                    }
                }))
                .collect();
            assert_eq!(planned, documented, "{name}");
            count += planned.len();
        }
        assert!(count > 3000, "{count} properties");
    });
}

#[test]
fn enumerations_have_all_their_values() {
    each(|document, model| {
        let planned: BTreeSet<Vec<&str>> = model
            .types
            .values()
            .filter_map(|ty| match &ty.kind {
                Kind::Enum(set) => Some(set.values.iter().map(|value| value.value.as_str()).collect()),
                _ => None,
            })
            .collect();
        let mut missing = Vec::new();
        let mut count = 0;
        walk(document.root(), String::new(), &mut |value, place| {
            // Time zones are strings, and enumerations with a single value are constants.
            let Some(values) =
                value.get("enum").and_then(Value::as_array).filter(|values| (2..300).contains(&values.len()))
            else {
                return;
            };
            let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            count += 1;
            if !values.is_empty() && !planned.contains(&values) {
                missing.push(place.to_owned());
            }
        });
        // Scopes of operations that an overlay adds come last.
        missing.retain(|place| place != "/components/schemas/Scope");
        assert_eq!(missing, [] as [&str; 0]);
        assert!(count > 50, "{count} enumerations");
    });
}

#[test]
fn every_webhook_is_a_variant() {
    each(|document, model| {
        let union = model.webhook_union.as_ref().expect("webhooks");
        let Kind::Union(union) = &model.types[union].kind else { panic!("a union") };
        assert_eq!(union.variants.len(), document.entries("/webhooks").count());
    });
}
