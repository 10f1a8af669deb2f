//! What the enabled features leave out. Names and types do not depend on the features, so this is the last rewrite.

use std::collections::BTreeSet;

use super::Rewritten;
use super::names::references;
use super::rules::{Literal, Rule};
use super::uses::References;
use crate::json::Value;
use crate::names::resource_name;

/// The parts of a document to generate.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The resources, by the names of their cargo features. `None` selects all.
    pub resources: Option<BTreeSet<String>>,
    /// True if the typed webhook events of the selected resources are generated.
    pub webhook_events: bool,
    /// True if the client that sends requests is generated.
    pub client: bool,
    /// True if the source for tests is generated, which calls every operation and constructs every request.
    pub exercises: bool,
}

impl Selection {
    /// Selects everything.
    pub fn all() -> Self {
        Self { resources: None, webhook_events: true, client: true, exercises: true }
    }

    fn has(&self, resource: &str) -> bool {
        self.resources.as_ref().is_none_or(|resources| resources.contains(resource))
    }
}

/// Removes the operations and webhook events that are not selected, and the definitions that nothing else refers to.
pub fn rewrite(document: &mut Rewritten, selection: &Selection) {
    let resource = |operation: &Value| resource_name(operation["operationId"].as_str().unwrap_or_default());
    let resources: BTreeSet<String> = document.operations().map(resource).collect();
    for item in document.paths.values_mut().filter_map(Value::as_object_mut) {
        item.retain(|_, operation| selection.client && selection.has(&resource(operation)));
    }
    document.scope_enum.take_if(|_| !selection.client);
    document.webhook_union.take_if(|_| !selection.webhook_events);
    events(document, |event| resource_of(event, &resources).is_none_or(|resource| selection.has(resource)));
    let mut roots: Vec<&str> = document.webhook_union.iter().chain(&document.scope_enum).map(String::as_str).collect();
    for operation in document.operations() {
        references(operation, &mut roots);
    }
    let all = References::of(&document.definitions);
    let used: BTreeSet<String> = all.reachable(roots).into_iter().map(str::to_owned).collect();
    document.definitions.retain(|name, _| used.contains(name));
}

/// Removes the webhook events that are not wanted from the union of all payloads.
fn events(document: &mut Rewritten, is_wanted: impl Fn(&str) -> bool) {
    let Some(name) = &document.webhook_union else { return };
    let variants = document.definitions.get_mut(name).and_then(|union| union["oneOf"].as_array_mut());
    let (Some(variants), Some(Rule::Tag { cases, .. })) = (variants, document.rules.get_mut(name)) else { return };
    cases.retain(|(event, _)| !matches!(event, Literal::String(event) if !is_wanted(event)));
    *variants = cases.iter().map(|(_, variant)| variants[*variant].clone()).collect();
    for (index, (_, variant)) in cases.iter_mut().enumerate() {
        *variant = index;
    }
}

/// Returns the resource of an event: the shortest one that begins with the subject of the event. `customer.created`
/// belongs to `customers`, and `customer_seat.claimed` to `customer-seats`.
pub(crate) fn resource_of<'a>(event: &str, resources: &'a BTreeSet<String>) -> Option<&'a str> {
    let subject = event.split('.').next()?.replace('_', "-");
    let alike = resources.iter().map(String::as_str).filter(|resource| resource.starts_with(&subject));
    alike.min_by_key(|resource| resource.len())
}
