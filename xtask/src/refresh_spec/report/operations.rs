//! Compares the operations and webhooks of two documents.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Changes, Direction, Impact, Pair, Subject, by_key, pairs, schemas};
use crate::refresh_spec::facts::METHODS;

/// An operation, known by its id: the id makes its name in the client, the path does not.
struct Operation {
    /// `GET /v1/orders/`
    route: String,
    value: Value,
    parameters: BTreeMap<(String, String), Value>,
}

/// Adds the differences of the operations and of the webhooks.
pub fn compare(changes: &mut Changes, old: &Value, new: &Value) {
    for (id, pair) in pairs(&operations(old), &operations(new)) {
        match pair {
            Pair::Old(old) => changes.removed(Subject::Operation, id, &*old.route),
            Pair::New(new) => {
                changes.added(Impact::Additive, Subject::Operation, id, &*new.route);
            }
            Pair::Both(old, new) => compare_operation(changes, id, old, new),
        }
    }
    for (name, pair) in pairs(&by_key(&old["webhooks"]), &by_key(&new["webhooks"])) {
        match pair {
            Pair::Old(_) => changes.removed(Subject::Webhook, name, ""),
            Pair::New(_) => changes.added(Impact::Additive, Subject::Webhook, name, ""),
            Pair::Both(old, new) => {
                let [old, new] = [old, new].map(|item| &item["post"]["requestBody"]["content"]);
                let subject = Subject::Webhook;
                compare_content(changes, subject, name, old, new, Direction::Received);
            }
        }
    }
}

fn operations(document: &Value) -> BTreeMap<String, Operation> {
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            let Some(value) = item.get(method) else {
                continue;
            };
            let route = format!("{} {path}", method.to_uppercase());
            let id = value["operationId"].as_str().unwrap_or(&route).to_owned();
            let lists = [item, value].map(|value| value["parameters"].as_array());
            let operation = Operation {
                route,
                value: value.clone(),
                parameters: lists.into_iter().flatten().flatten().map(by_location).collect(),
            };
            found.insert(id, operation);
        }
    }
    found
}

fn by_location(parameter: &Value) -> ((String, String), Value) {
    let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
    ((text("in"), text("name")), parameter.clone())
}

fn compare_operation(changes: &mut Changes, id: &str, old: &Operation, new: &Operation) {
    if old.route != new.route {
        let detail = format!("{} became {}", old.route, new.route);
        changes.changed(Impact::Additive, Subject::Operation, id, detail);
    }
    compare_parameters(changes, id, old, new);
    let (old, new) = (&old.value, &new.value);
    compare_flag(changes, Subject::Operation, id, "deprecated", old, new);
    compare_body(changes, id, &old["requestBody"], &new["requestBody"]);
    compare_responses(changes, id, &old["responses"], &new["responses"]);
    compare_security(changes, id, old, new);
    compare_pagination(changes, id, &old["x-polar-pagination"], &new["x-polar-pagination"]);
}

fn compare_parameters(changes: &mut Changes, id: &str, old: &Operation, new: &Operation) {
    for ((location, name), pair) in pairs(&old.parameters, &new.parameters) {
        let place = format!("{id}({name})");
        match pair {
            Pair::Old(_) => changes.removed(Subject::Parameter, &place, format!("in {location}")),
            Pair::New(new) => {
                let (impact, word) = match is_set(&new["required"]) {
                    true => (Impact::Breaking, "required"),
                    false => (Impact::Additive, "optional"),
                };
                let detail = format!("{word}, in {location}");
                changes.added(impact, Subject::Parameter, &place, detail);
            }
            Pair::Both(old, new) => {
                compare_required(changes, Subject::Parameter, &place, old, new);
                compare_flag(changes, Subject::Parameter, &place, "deprecated", old, new);
                compare_flag(changes, Subject::Parameter, &place, "style", old, new);
                compare_flag(changes, Subject::Parameter, &place, "explode", old, new);
                let (old, new) = (&old["schema"], &new["schema"]);
                let subject = Subject::Parameter;
                schemas::compare(changes, subject, &place, old, new, Direction::Sent);
            }
        }
    }
}

fn compare_body(changes: &mut Changes, id: &str, old: &Value, new: &Value) {
    match (old.is_null(), new.is_null()) {
        (true, true) => {}
        (false, true) => changes.removed(Subject::RequestBody, id, ""),
        (true, false) => {
            let (impact, word) = match is_set(&new["required"]) {
                true => (Impact::Breaking, "required"),
                false => (Impact::Additive, "optional"),
            };
            changes.added(impact, Subject::RequestBody, id, word);
        }
        (false, false) => {
            compare_required(changes, Subject::RequestBody, id, old, new);
            let (old, new) = (&old["content"], &new["content"]);
            compare_content(changes, Subject::RequestBody, id, old, new, Direction::Sent);
        }
    }
}

fn compare_responses(changes: &mut Changes, id: &str, old: &Value, new: &Value) {
    for (status, pair) in pairs(&by_key(old), &by_key(new)) {
        let place = format!("{id} {status}");
        // The client's one error type takes any status and body, so errors come and go freely.
        let success = status.starts_with('2');
        match pair {
            Pair::Old(_) if success => changes.removed(Subject::Answer, &place, ""),
            Pair::Old(_) => {
                let detail = "no longer documented";
                changes.changed(Impact::Additive, Subject::Answer, &place, detail);
            }
            Pair::New(_) => changes.added(Impact::Additive, Subject::Answer, &place, ""),
            Pair::Both(old, new) if success => {
                let (old, new) = (&old["content"], &new["content"]);
                let subject = Subject::Answer;
                compare_content(changes, subject, &place, old, new, Direction::Received);
            }
            Pair::Both(old, new) => {
                if old["content"] != new["content"] {
                    let detail = "another body";
                    changes.changed(Impact::Additive, Subject::Answer, &place, detail);
                }
            }
        }
    }
}

fn compare_content(
    changes: &mut Changes,
    subject: Subject,
    place: &str,
    old: &Value,
    new: &Value,
    direction: Direction,
) {
    for (content_type, pair) in pairs(&by_key(old), &by_key(new)) {
        match pair {
            Pair::Old(_) => changes.removed(subject, place, content_type),
            // A body where there was none changes the type of the answer.
            Pair::New(_) if old.is_null() && direction == Direction::Received => {
                changes.added(Impact::Breaking, subject, place, content_type);
            }
            Pair::New(_) => changes.added(Impact::Additive, subject, place, content_type),
            Pair::Both(old, new) => {
                let (old, new) = (&old["schema"], &new["schema"]);
                schemas::compare(changes, subject, place, old, new, direction);
            }
        }
    }
}

/// Compares which credentials and scopes an operation accepts.
fn compare_security(changes: &mut Changes, id: &str, old: &Value, new: &Value) {
    let (old, new) = (security(old), security(new));
    // Without any requirement an operation needs no credential; every client offers it.
    if old.is_empty() != new.is_empty() {
        let (impact, detail) = match new.is_empty() {
            true => (Impact::Additive, "needs no credential any more"),
            false => (Impact::Breaking, "now needs a credential"),
        };
        changes.changed(impact, Subject::Credential, id, detail);
        return;
    }
    for (scheme, pair) in pairs(&old, &new) {
        let place = format!("{id} {scheme}");
        match pair {
            Pair::Old(_) => changes.removed(Subject::Credential, &place, ""),
            Pair::New(_) => changes.added(Impact::Additive, Subject::Credential, &place, ""),
            Pair::Both(old, new) => {
                for scope in old.difference(new) {
                    let detail = format!("scope {scope} no longer suffices");
                    changes.changed(Impact::Breaking, Subject::Credential, &place, detail);
                }
                for scope in new.difference(old) {
                    let detail = format!("scope {scope} now suffices");
                    changes.changed(Impact::Additive, Subject::Credential, &place, detail);
                }
            }
        }
    }
}

fn security(operation: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut schemes = BTreeMap::<String, BTreeSet<String>>::new();
    let requirements = operation["security"].as_array().into_iter().flatten();
    for (scheme, scopes) in requirements.filter_map(Value::as_object).flatten() {
        let scopes = scopes.as_array().into_iter().flatten();
        let scopes = scopes.filter_map(Value::as_str).map(str::to_owned);
        schemes.entry(scheme.clone()).or_default().extend(scopes);
    }
    schemes
}

fn compare_pagination(changes: &mut Changes, id: &str, old: &Value, new: &Value) {
    match (old.is_null(), new.is_null()) {
        (true, false) => changes.added(Impact::Additive, Subject::Pagination, id, ""),
        (false, true) => changes.removed(Subject::Pagination, id, ""),
        _ if old != new => {
            changes.changed(Impact::Breaking, Subject::Pagination, id, "");
        }
        _ => {}
    }
}

fn compare_required(changes: &mut Changes, subject: Subject, place: &str, old: &Value, new: &Value) {
    let detail = match (is_set(&old["required"]), is_set(&new["required"])) {
        (true, false) => "no longer required",
        (false, true) => "now required",
        _ => return,
    };
    changes.changed(Impact::Breaking, subject, place, detail);
}

/// Compares a key that does not show in types.
fn compare_flag(changes: &mut Changes, subject: Subject, place: &str, key: &str, old: &Value, new: &Value) {
    let (old, new) = (&old[key], &new[key]);
    if old != new {
        let detail = format!("`{key}`: {}", schemas::became(old, new));
        changes.changed(Impact::Additive, subject, place, detail);
    }
}

fn is_set(flag: &Value) -> bool {
    flag.as_bool().unwrap_or(false)
}
