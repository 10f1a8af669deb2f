//! The divide pass: distributes the types and operations over files.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Kind, Model, Type};
use crate::names::{is_taken, value_name};
use crate::{Error, Result};

/// The content of a file of the generated source. Files can be generated independently of each other.
#[derive(Debug)]
pub enum Content<'p> {
    /// Types of one home.
    Types {
        /// The resource, or else `ids`, `shared` or `webhook_events`. Has a number as a suffix if the types fill
        /// several files.
        home: String,
        /// The types, ordered by name.
        types: Vec<&'p Type>,
    },
    /// The constants and operations of the API, and a module for each home of types.
    Api {
        /// The homes of types.
        homes: Vec<String>,
    },
}

/// Distributes a model over files, the largest first.
///
/// # Errors
/// Returns an error if a type has a name that is reserved for the client.
pub fn divide(model: &Model) -> Result<Vec<Content<'_>>> {
    if let Some(ty) = model.types.values().find(|ty| is_taken(&ty.name)) {
        let message = format!("the name `{}` is taken by a type of the client", ty.name);
        return Err(Error::taken(&ty.place, &ty.name, message));
    }
    let mut homes: BTreeMap<String, Vec<&Type>> = BTreeMap::new();
    for ty in model.types.values().filter(|ty| model.is_own(&ty.name)) {
        homes.entry(home(ty)).or_default().push(ty);
    }
    let mut types: Vec<(String, Vec<&Type>)> = homes.into_iter().flat_map(|(home, types)| split(home, types)).collect();
    let api = Content::Api { homes: types.iter().map(|(home, _)| home.clone()).collect() };
    types.sort_by_key(|(_, types)| Reverse(types.len()));
    let types = types.into_iter().map(|(home, types)| Content::Types { home, types });
    Ok(std::iter::once(api).chain(types).collect())
}

/// Returns the home of a type. Ids have a home of their own. Other types belong to their resource. If several resources
/// use a type, it belongs to the one that its name begins with, or else to the shared home.
///
/// The home does not depend on the enabled features, so that types do not move between files.
fn home(ty: &Type) -> String {
    if matches!(ty.kind, Kind::Id(_)) {
        return "ids".to_owned();
    }
    let resources: BTreeSet<&String> = ty.resources.iter().filter(|resource| *resource != WEBHOOKS).collect();
    if resources.is_empty() {
        return "webhook_events".to_owned();
    }
    if let (Some(resource), 1) = (resources.first(), resources.len()) {
        return value_name(resource);
    }
    let name = value_name(&ty.name);
    let alike =
        resources.into_iter().map(|resource| value_name(resource)).map(|home| (shared_words(&name, &home), home));
    match alike.max() {
        Some((length, home)) if length > 0 => home,
        _ => "shared".to_owned(),
    }
}

/// The resource of webhook events.
const WEBHOOKS: &str = "webhook-events";

/// Returns the length of the longest prefix of whole words of `name` that `other` begins with: 5 for `order_item` and
/// `orders`.
fn shared_words(name: &str, other: &str) -> usize {
    let ends = name.match_indices('_').map(|(end, _)| end).chain([name.len()]);
    ends.filter(|end| other.starts_with(&name[..*end])).max().unwrap_or(0)
}

/// The maximum size of a file, as an approximate number of fields and variants. Larger files are hard to read.
const LARGEST: usize = 520;

/// Splits the types of a home into files of a readable size.
fn split(home: String, types: Vec<&Type>) -> Vec<(String, Vec<&Type>)> {
    let size = |ty: &Type| match &ty.kind {
        Kind::Struct(object) if ty.input => 2 * object.properties.len() + 5,
        Kind::Struct(object) => object.properties.len() + 5,
        Kind::Enum(set) => set.values.len() + 5,
        Kind::Union(union) => 2 * union.variants.len() + 15,
        Kind::Id(_) => 5,
    };
    let mut files: Vec<(String, Vec<&Type>)> = Vec::new();
    let mut room = 0;
    for ty in types {
        if files.is_empty() || room < size(ty) {
            let number = files.len() + 1;
            files.push((if number == 1 { home.clone() } else { format!("{home}_{number}") }, Vec::new()));
            room = LARGEST;
        }
        room = room.saturating_sub(size(ty));
        if let Some((_, last)) = files.last_mut() {
            last.push(ty);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::shared_words;

    #[test]
    fn shared_types_belong_to_the_resource_in_their_name() {
        assert_eq!(shared_words("order_product", "orders"), 5);
        assert_eq!(shared_words("checkout_link_create", "checkout_links"), 13);
        assert_eq!(shared_words("checkout_link_create", "checkouts"), 8);
        assert_eq!(shared_words("ordeal", "orders"), 0);
        assert_eq!(shared_words("address", "orders"), 0);
    }
}
