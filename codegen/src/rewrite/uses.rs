//! Which requests and responses use a definition. Neither its type nor the file of it depends on the enabled features,
//! so this is determined for the whole document.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Definitions, PLACE, references};
use super::shared::UNKNOWN;
use super::{Rewritten, shared};
use crate::json::Value;
use crate::names::resource_name;

/// The resource of webhook events.
const WEBHOOK_EVENTS: &str = "webhook-events";

/// The uses of a definition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Uses {
    /// The resources whose operations use the definition.
    pub resources: BTreeSet<String>,
    /// True if the definition is part of a request.
    pub input: bool,
    /// True if the definition is part of a response or a webhook payload.
    pub output: bool,
}

/// Returns the uses of every definition.
pub fn of(document: &Rewritten) -> BTreeMap<String, Uses> {
    let mut uses: BTreeMap<String, Uses> =
        document.definitions.keys().map(|name| (name.clone(), Uses::default())).collect();
    let all = References::of(&document.definitions);
    // The definitions that the requests (`true`) and responses of each resource refer to.
    let mut roots: BTreeMap<(String, bool), Vec<&str>> = BTreeMap::new();
    for operation in document.operations() {
        let resource = resource_name(operation["operationId"].as_str().unwrap_or_default());
        let input = roots.entry((resource.clone(), true)).or_default();
        references(&operation["parameters"], input);
        references(&operation["requestBody"], input);
        references(&operation["responses"], roots.entry((resource, false)).or_default());
    }
    roots.entry((WEBHOOK_EVENTS.to_owned(), false)).or_default().extend(document.webhook_union.as_deref());
    for ((resource, input), roots) in roots {
        for name in all.reachable(roots) {
            // Values of unknown variants are never sent.
            let place = document.definitions[name][PLACE].as_str().unwrap_or_default();
            let Some(uses) = uses.get_mut(name) else { continue };
            uses.resources.insert(resource.clone());
            uses.input |= input && !shared::is_unknown(place);
            uses.output |= !input;
        }
    }
    uses
}

/// The definitions, with those that each refers to.
pub struct References<'a>(BTreeMap<&'a str, Vec<&'a str>>);

impl<'a> References<'a> {
    /// Collects the references of all definitions.
    pub fn of(definitions: &'a Definitions) -> Self {
        let found = definitions.iter().map(|(name, definition)| {
            let mut found = Vec::new();
            references(definition, &mut found);
            found.extend(definition.get(UNKNOWN).and_then(Value::as_str));
            (name.as_str(), found)
        });
        Self(found.collect())
    }

    /// Returns the names of the definitions that are reachable from `roots`, including the roots.
    pub fn reachable(&self, roots: Vec<&str>) -> BTreeSet<&'a str> {
        let (mut found, mut open) = (BTreeSet::new(), roots);
        while let Some(name) = open.pop() {
            if let Some((name, held)) = self.0.get_key_value(name)
                && found.insert(*name)
            {
                open.extend(held);
            }
        }
        found
    }
}
