//! Calls every operation over HTTP by its own method, with all of its parameters. The requests are compared with the
//! API's documents, which are read without the code generator.

use support::document;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use polar_client::codec::{Decode, from_slice};
use polar_client::operation::ParameterPlace;
use polar_client::types::*;
use polar_client::{
    API_VERSION, CallFuture, CustomerPortal, DateTime, MemberPortal, NaiveDate, Operation, Polar, Scalar, Utc,
};
use polar_loopback::{Reply, Request, Server};
use serde_json::{Value, json};
use support::document::Described;

include!(concat!(env!("OUT_DIR"), "/every_operation.rs"));

/// Parameters that are missing in the API's document.
const UNDOCUMENTED: [(&str, &str); 1] = [("events:list", "cursor_pagination")];

fn documents() -> &'static [Value] {
    static DOCUMENTS: OnceLock<Vec<Value>> = OnceLock::new();
    DOCUMENTS.get_or_init(document::documents)
}

fn described(id: &str) -> Described<'static> {
    document::operations(documents()).remove(id).unwrap_or_else(|| panic!("{id} is in no document"))
}

fn typed<T: Decode>(value: &Value) -> T {
    from_slice(value.to_string().as_bytes()).unwrap_or_else(|error| panic!("{value} is not of its type: {error}"))
}

/// Returns a value of a parameter, as described by the document.
fn parameter(id: &str, name: &str) -> Value {
    let described = described(id);
    let parameter = described.parameter(name);
    if UNDOCUMENTED.contains(&(id, name)) {
        return json!(true);
    }
    if parameter["style"] == "deepObject" {
        return json!("pro & more");
    }
    assert!(parameter.is_object(), "{id} has no parameter `{name}`");
    match described.sample(&parameter["schema"], 0) {
        Value::Array(values) => values[0].clone(),
        // The API cannot address values that contain a slash.
        Value::String(text) if parameter["in"] == "path" => text.replace('/', "\\").into(),
        value => value,
    }
}

fn one<T: Decode>(id: &str, name: &str) -> T {
    typed(&parameter(id, name))
}

fn many<T: Decode>(id: &str, name: &str) -> Vec<T> {
    vec![one(id, name), one(id, name)]
}

fn body<T: Decode>(id: &str) -> T {
    typed(&described(id).body().unwrap_or_else(|| panic!("{id} has no body")))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the segments of a request's path, unescaped.
fn segments(path: &str) -> Vec<String> {
    path.split('/')
        .map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect()
}

fn check(id: &str, request: &Request) {
    let described = described(id);
    assert_eq!(request.method, described.method, "{id}: method");
    let expected: Vec<String> = described
        .path
        .split('/')
        .map(|segment| match segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) {
            Some(name) => text(&parameter(id, name)),
            None => segment.to_owned(),
        })
        .collect();
    assert_eq!(segments(&request.path), expected, "{id}: path");

    let mut expected: Vec<(String, String)> = Vec::new();
    for described_parameter in described.parameters().filter(|parameter| parameter["in"] == "query") {
        let name = described_parameter["name"].as_str().expect("a name");
        let value = text(&parameter(id, name));
        let alternatives = described_parameter["schema"]["anyOf"].as_array().into_iter().flatten();
        let is_list = described_parameter["schema"]["type"] == "array"
            || alternatives.into_iter().any(|alternative| alternative["type"] == "array");
        let deep = described_parameter["style"] == "deepObject";
        let key = if deep { format!("{name}[key]") } else { name.to_owned() };
        expected.extend(std::iter::repeat_n((key, value), if is_list || deep { 2 } else { 1 }));
    }
    for (_, name) in UNDOCUMENTED.iter().filter(|(other, name)| *other == id && described.parameter(name).is_null()) {
        expected.push(((*name).to_owned(), "true".to_owned()));
    }
    let mut query = request.query.clone();
    expected.sort();
    query.sort();
    assert_eq!(query, expected, "{id}: query");

    match described.body() {
        None => assert!(request.body.is_empty(), "{id}: a body that the document does not have"),
        Some(body) => {
            let content = described.operation["requestBody"]["content"].as_object().expect("content");
            let kind = content.keys().next().expect("a content type");
            assert_eq!(request.header("content-type"), Some(kind.as_str()), "{id}: content type");
            if kind == "application/json" {
                assert_eq!(request.json().expect("JSON"), body, "{id}: body");
            } else {
                let fields: Vec<(String, String)> =
                    body.as_object().expect("a form").iter().map(|(name, value)| (name.clone(), text(value))).collect();
                let mut form = request.form();
                form.sort();
                assert_eq!(form, fields, "{id}: form");
            }
        }
    }
    let secured = described.operation["security"].as_array().is_some_and(|schemes| !schemes.is_empty());
    if !secured {
        assert_eq!(request.header("authorization"), None, "{id} needs no token and got one");
    }
    assert_eq!(request.header("polar-version"), Some(API_VERSION), "{id}: version");
}

/// Creates a client for each kind of token.
fn clients(server: &Server) -> (Polar, CustomerPortal, MemberPortal) {
    let url = server.url();
    let polar = Polar::builder().token("polar_pat_x").base_url(&url).expect("a URL").build();
    let portal = CustomerPortal::builder().token("polar_cst_x").base_url(&url).expect("a URL").build();
    let member = MemberPortal::builder().token("polar_mst_x").base_url(&url).expect("a URL").build();
    (polar.expect("a client"), portal.expect("a client"), member.expect("a client"))
}

#[tokio::test]
async fn every_operation_is_sent_as_documented() {
    let server = Server::start(|_| Reply::new(418)).expect("a server");
    let (polar, portal, member) = clients(&server);

    let mut called = BTreeSet::new();
    for (id, call) in every_operation(&polar, &portal, &member) {
        let error = call.await.expect_err("the server refuses");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(418), "{id}: {error}");
        check(id, server.requests().last().expect("a request"));
        called.insert(id.to_owned());
    }

    let known: BTreeSet<String> = document::operations(documents()).into_keys().collect();
    assert_eq!(called, known, "the operations that were called, and those of the documents");
    assert_eq!(called.len(), Operation::all().len());
    assert!(called.len() >= 199, "{} operations", called.len());
}

#[tokio::test]
async fn every_list_of_the_document_can_be_streamed() {
    let server =
        Server::start(|_| Reply::json(200, &json!({ "items": [], "pagination": { "total_count": 0, "max_page": 0 } })))
            .expect("a server");
    let (polar, portal, member) = clients(&server);

    let mut streamed = BTreeSet::new();
    for (id, item, page) in every_list(&polar, &portal, &member) {
        assert_eq!(item.await.expect("no error"), None, "{id}: the list is empty");
        page.await.expect("no error").unwrap_or_else(|| panic!("{id}: the first page is given, though empty"));
        let requests = server.requests();
        let [.., of_items, of_pages] = &requests[..] else { panic!("{id}: no two requests") };
        for request in [of_items, of_pages] {
            assert!(request.query.contains(&("page".to_owned(), "1".to_owned())), "{id}: {:?}", request.query);
            assert!(request.query.contains(&("limit".to_owned(), "100".to_owned())), "{id}: {:?}", request.query);
        }
        assert_eq!(of_items.target, of_pages.target, "{id}");
        assert_eq!(segments(&of_items.path).len(), described(id).path.split('/').count(), "{id}");
        streamed.insert(id.to_owned());
    }

    // `events:list` is paginated, too, but not marked in the published document.
    let has_pages = |described: &Described<'_>| {
        described.operation["x-polar-pagination"].is_object()
            || (!described.parameter("page").is_null() && !described.parameter("limit").is_null())
    };
    let documented = document::operations(documents()).into_iter().filter(|(_, described)| has_pages(described));
    let documented: BTreeSet<String> = documented.map(|(id, _)| id).collect();
    assert_eq!(streamed, documented, "the lists that were streamed, and those of the documents");
    let flagged = Operation::all().iter().filter(|operation| operation.is_paginated());
    assert_eq!(streamed, flagged.map(|operation| operation.id().to_owned()).collect());
    assert_eq!(streamed.len(), 42, "38 public lists, three unlisted, and `events:list`");
}

/// Returns a schema as it is given as data: without references, OpenAPI's keywords and the generator's.
fn standalone(document: &Value, schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(reference) = schema["$ref"].as_str() {
        return standalone(document, document.pointer(reference.trim_start_matches('#')).expect("a schema"));
    }
    if let Some(members) = schema.as_object_mut() {
        members.retain(|key, _| !key.starts_with("x-") && !["discriminator", "example"].contains(&key.as_str()));
        if let Some(branches) = members.remove("oneOf") {
            members.insert("anyOf".to_owned(), branches);
        }
        if members.get("format").is_some_and(|format| format == "uuid4") {
            members.insert("format".to_owned(), json!("uuid"));
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = members.get_mut(key) {
                *inner = standalone(document, inner);
            }
        }
        for branch in members.get_mut("anyOf").and_then(Value::as_array_mut).into_iter().flatten() {
            *branch = standalone(document, branch);
        }
    }
    schema
}

#[test]
fn parameters_as_data_are_those_of_the_document() {
    for operation in Operation::all() {
        let described = described(operation.id());
        let expected: BTreeSet<String> = described
            .parameters()
            .map(|parameter| {
                let schema = standalone(described.document, &parameter["schema"]);
                json!([parameter["name"], parameter["in"], parameter["required"] == true, schema]).to_string()
            })
            .collect();
        let parameters = operation.parameters();
        for parameter in &parameters {
            let text = parameter.description.as_deref().unwrap_or_default();
            assert!(!text.is_empty(), "{operation} says nothing of `{}`", parameter.name);
        }
        let as_data = parameters.into_iter().map(|parameter| {
            let place = if parameter.place == ParameterPlace::Path { "path" } else { "query" };
            json!([parameter.name, place, parameter.is_required, parameter.schema]).to_string()
        });
        assert_eq!(as_data.collect::<BTreeSet<_>>(), expected, "{operation}");
    }
}

#[test]
fn effects_are_what_the_document_says_or_the_method_implies() {
    for operation in Operation::all() {
        let described = described(operation.id());
        let asks = described.operation["x-polar-cli-confirm"] == true;
        let (read_only, idempotent, destructive) = match described.operation["x-tool-annotations"].as_array() {
            Some(annotations) => {
                let has = |name: &str| annotations.contains(&json!(name));
                (has("read_only"), has("idempotent"), has("destructive"))
            }
            None => match described.method.as_str() {
                "GET" => (true, true, false),
                "DELETE" => (false, true, true),
                "PUT" => (false, true, false),
                _ => (false, false, false),
            },
        };
        let effects = (operation.is_read_only(), operation.is_idempotent(), operation.is_destructive());
        assert_eq!(effects, (read_only, idempotent, destructive || asks), "{operation}");
    }
    // One that the document says to ask for, and one that it annotates.
    assert!(Operation::by_id("license_keys:rotate").expect("an operation").is_destructive());
    assert!(Operation::by_id("meters:quantities").expect("an operation").is_read_only());
}
