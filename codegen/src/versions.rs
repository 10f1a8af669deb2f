//! Items that a version of the API shares with the version at the root of the crate.
//!
//! Shared items are generated once. A type is shared if its name, its definition and all types that it refers to are
//! equal in both versions. An operation is shared if its parameters, body and response are equal, and a group if all of
//! its operations are.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Kind, Model, Operation, Type, TypeRef};
use crate::names::version_module;
use crate::{Error, Result};

/// Finds the items that two versions share, and records them in both models.
///
/// # Errors
/// Returns an error if both models have the same version.
pub fn share(root: &mut Model, other: &mut Model) -> Result<()> {
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

/// Returns the types that a version imports from the root.
pub fn taken(model: &Model) -> impl Iterator<Item = String> {
    model.versions.types.iter().filter(|name| model.types.contains_key(*name)).cloned()
}

/// Merges the scopes of both versions into one enumeration, since operations of all versions use the same type for
/// scopes.
fn join_scopes(root: &mut Model, other: &mut Model) {
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

/// Returns the types that are equal in both versions, including all types that they refer to.
fn same_types(root: &Model, other: &Model) -> BTreeSet<String> {
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

/// Returns the ids of the operations that are equal in both versions.
fn same_operations(root: &Model, other: &Model, types: &BTreeSet<String>) -> BTreeSet<String> {
    let own: BTreeMap<&str, &Operation> = root.operations.iter().map(|one| (one.id.as_str(), one)).collect();
    let is_same = |operation: &&Operation| {
        let content = |operation: &Operation| Operation { versions: Vec::new(), ..operation.clone() };
        own.get(operation.id.as_str()).is_some_and(|own| content(own) == content(operation))
            && operation.types().all(|ty| is_made_of(ty, types))
    };
    other.operations.iter().filter(is_same).map(|operation| operation.id.clone()).collect()
}

/// Returns the groups whose operations are equal in both versions, including those of nested groups.
fn same_groups(root: &Model, other: &Model, same: &BTreeSet<String>) -> BTreeSet<Vec<String>> {
    let (own, others) = (groups(root), groups(other));
    let is_same = |(path, ids): &(&Vec<String>, &BTreeSet<&str>)| {
        own.get(*path) == Some(*ids) && ids.iter().all(|id| same.contains(*id))
    };
    others.iter().filter(is_same).map(|(path, _)| path.clone()).collect()
}

/// Returns the ids of the operations in each group, including those of nested groups.
fn groups(model: &Model) -> BTreeMap<Vec<String>, BTreeSet<&str>> {
    let mut groups: BTreeMap<Vec<String>, BTreeSet<&str>> = BTreeMap::new();
    for operation in &model.operations {
        for length in 1..=operation.groups.len() {
            groups.entry(operation.groups[..length].to_vec()).or_default().insert(&operation.id);
        }
    }
    groups
}
