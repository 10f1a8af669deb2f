//! Versions of the API beside each other: what one has in common with the one at the root of the crate.
//!
//! What is the same in both is generated once. A type is the same if its name and definition are equal, and so are those of
//! all types that it refers to; an operation, if its parameters, body and result are; a group, if all its operations are.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::version_module;
use crate::plan::{Kind, Operation, Plan, Type, TypeRef};
use crate::{Error, Result};

/// Finds out what a version has in common with the one at the root, and notes it in both plans.
///
/// # Errors
/// If the two are of one version.
pub fn share(root: &mut Plan, other: &mut Plan) -> Result<()> {
    if version_module(&root.version) == version_module(&other.version) {
        return Err(Error::new("/info/version", format!("there are two documents of version {}", other.version)));
    }
    join_scopes(root, other);
    let types = same_types(root, other);
    let operations = same_operations(root, other, &types);
    for operation in root.operations.iter_mut().filter(|operation| operations.contains(&operation.id)) {
        operation.versions.push(other.version.clone());
    }
    other.versions.groups = same_groups(root, other, &operations);
    other.versions.module = Some(version_module(&other.version));
    other.versions.root = Some(root.version.clone());
    root.versions.others.push(other.version.clone());
    if root.webhook_union.as_ref().is_some_and(|events| types.contains(events)) {
        root.versions.same_events.push(other.version.clone());
    }
    (other.versions.types, other.versions.operations) = (types, operations);
    Ok(())
}

/// The types that a version takes from the root.
pub fn taken(plan: &Plan) -> impl Iterator<Item = String> {
    plan.versions.types.iter().filter(|name| plan.types.contains_key(*name)).cloned()
}

/// Makes one enumeration of the scopes of both: operations of all versions state scopes by the same type.
fn join_scopes(root: &mut Plan, other: &mut Plan) {
    let (Some(name), Some(other_name)) = (&root.scope_enum, &other.scope_enum) else { return };
    if name != other_name {
        return;
    }
    let Some(Kind::Enum(others)) = other.types.get(name).map(|ty| ty.kind.clone()) else { return };
    let Some(ty) = root.types.get_mut(name) else { return };
    if let Kind::Enum(set) = &mut ty.kind {
        for value in others.values {
            if set.values.iter().all(|own| own.value != value.value && own.variant != value.variant) {
                set.values.push(value);
            }
        }
    }
    let joined = ty.clone();
    other.types.insert(joined.name.clone(), joined);
}

/// The types that are equal, without those that hold one that does not.
fn same_types(root: &Plan, other: &Plan) -> BTreeSet<String> {
    let is_same = |ty: &Type| {
        let own = root.types.get(&ty.name)?;
        let content = |ty: &Type| (ty.input, ty.output, ty.description.clone(), ty.kind.clone());
        (content(own) == content(ty)).then(|| ty.name.clone())
    };
    let mut same: BTreeSet<String> = other.types.values().filter_map(is_same).collect();
    loop {
        let holds_another = |name: &&String| {
            let references = other.types[*name].kind.references();
            !references.into_iter().all(|ty| is_made_of(ty, &same))
        };
        let changed: Vec<String> = same.iter().filter(holds_another).cloned().collect();
        if changed.is_empty() {
            return same;
        }
        same.retain(|name| !changed.contains(name));
    }
}

fn is_made_of(ty: &TypeRef, types: &BTreeSet<String>) -> bool {
    ty.names().into_iter().all(|name| types.contains(name))
}

/// The ids of the operations that take and give the same.
fn same_operations(root: &Plan, other: &Plan, types: &BTreeSet<String>) -> BTreeSet<String> {
    let own: BTreeMap<&str, &Operation> = root.operations.iter().map(|one| (one.id.as_str(), one)).collect();
    let is_same = |operation: &&Operation| {
        let content = |operation: &Operation| Operation { versions: Vec::new(), ..operation.clone() };
        own.get(operation.id.as_str()).is_some_and(|own| content(own) == content(operation))
            && operation.types().all(|ty| is_made_of(ty, types))
    };
    other.operations.iter().filter(is_same).map(|operation| operation.id.clone()).collect()
}

/// The groups whose operations are the same, with all groups within.
fn same_groups(root: &Plan, other: &Plan, same: &BTreeSet<String>) -> BTreeSet<Vec<String>> {
    let (own, others) = (groups(root), groups(other));
    let is_same = |(path, ids): &(&Vec<String>, &BTreeSet<&str>)| {
        own.get(*path) == Some(*ids) && ids.iter().all(|id| same.contains(*id))
    };
    others.iter().filter(is_same).map(|(path, _)| path.clone()).collect()
}

/// The ids of the operations in each group and in those within.
fn groups(plan: &Plan) -> BTreeMap<Vec<String>, BTreeSet<&str>> {
    let mut groups: BTreeMap<Vec<String>, BTreeSet<&str>> = BTreeMap::new();
    for operation in &plan.operations {
        for length in 1..=operation.groups.len() {
            groups.entry(operation.groups[..length].to_vec()).or_default().insert(&operation.id);
        }
    }
    groups
}
