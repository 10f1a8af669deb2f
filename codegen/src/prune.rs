//! The prune pass: keeps what the enabled features require.

use std::collections::BTreeSet;

use crate::plan::{Kind, Literal, Plan, Rule};

/// The parts of a plan to generate.
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

/// Removes the operations, webhook events and types that are not selected.
pub fn prune(mut plan: Plan, selection: &Selection) -> Plan {
    let resources: BTreeSet<String> = plan.operations.iter().map(|operation| operation.resource.clone()).collect();
    plan.operations.retain(|operation| selection.client && selection.has(&operation.resource));
    if let Some(name) = plan.webhook_union.take_if(|_| !selection.webhook_events) {
        plan.types.remove(&name);
    }
    if let Some(name) = &plan.webhook_union
        && let Some(Kind::Union(union)) = plan.types.get_mut(name).map(|ty| &mut ty.kind)
        && let Rule::Tag { cases, .. } = &mut union.rule
    {
        let kept: Vec<(Literal, usize)> = cases
            .iter()
            .filter(|(event, _)| match event {
                Literal::String(event) => resource_of(event, &resources).is_none_or(|resource| selection.has(resource)),
                _ => true,
            })
            .cloned()
            .collect();
        *cases = kept.iter().enumerate().map(|(index, (event, _))| (event.clone(), index)).collect();
        union.variants = kept.iter().map(|(_, variant)| union.variants[*variant].clone()).collect();
    }
    plan.scope_enum.take_if(|_| !selection.client);
    plan.drop_unused_types();
    plan
}

/// Returns the resource of an event: the shortest one that begins with the subject of the event. `customer.created`
/// belongs to `customers`, and `customer_seat.claimed` to `customer-seats`.
fn resource_of<'a>(event: &str, resources: &'a BTreeSet<String>) -> Option<&'a str> {
    let subject = event.split('.').next()?.replace('_', "-");
    let alike = resources.iter().map(String::as_str).filter(|resource| resource.starts_with(&subject));
    alike.min_by_key(|resource| resource.len())
}
