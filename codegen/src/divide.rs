//! The fourth pass: what each file of the source holds.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::names::{is_taken, value_name};
use crate::plan::{Kind, Plan, Type};
use crate::{Error, Result, Selection};

/// A file of the source, made without a look at the others.
#[derive(Debug)]
pub struct File<'p> {
    /// What it holds.
    pub content: Content<'p>,
    /// Whether there is source for tests beside it, which exercises everything.
    pub exercises: bool,
}

/// What a file holds.
#[derive(Debug)]
pub enum Content<'p> {
    /// Types of one home.
    Types {
        /// The resource, or `ids`, `shared` or `webhook_events`, with a number if it fills several files.
        home: String,
        /// The types in the order of their names.
        types: Vec<&'p Type>,
    },
    /// The facts of the API and the way to call it, and a module for each home of types.
    Api {
        /// The homes of types.
        homes: Vec<String>,
        /// Whether there is anything that sends requests.
        client: bool,
    },
}

/// Divides everything that is planned into files, the largest first.
///
/// # Errors
/// If a type has a name that the client uses for something else.
pub fn divide<'p>(plan: &'p Plan, selection: &Selection) -> Result<Vec<File<'p>>> {
    if let Some(ty) = plan.types.values().find(|ty| is_taken(&ty.name)) {
        let message = format!("the name `{}` is taken by a type of the client", ty.name);
        return Err(Error::taken(&ty.place, &ty.name, message));
    }
    let mut homes: BTreeMap<String, Vec<&Type>> = BTreeMap::new();
    for ty in plan.types.values().filter(|ty| plan.is_own(&ty.name)) {
        homes.entry(home(ty)).or_default().push(ty);
    }
    let mut types: Vec<(String, Vec<&Type>)> = homes.into_iter().flat_map(|(home, types)| split(home, types)).collect();
    let api = Content::Api { homes: types.iter().map(|(home, _)| home.clone()).collect(), client: selection.client };
    types.sort_by_key(|(_, types)| Reverse(types.len()));
    let types = types.into_iter().map(|(home, types)| Content::Types { home, types });
    let contents = std::iter::once(api).chain(types);
    Ok(contents.map(|content| File { content, exercises: selection.exercises }).collect())
}

/// The home of a type: that of all ids; its resource; of several resources that whose name begins like the type's, or else a common home.
///
/// It follows from the whole document, so that a type stays where it is whichever features are on.
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

/// The webhook events among the resources.
const WEBHOOKS: &str = "webhook-events";

/// How many letters of whole words of a name the other one begins with: all of `order` in `orders`.
fn shared_words(name: &str, other: &str) -> usize {
    let ends = name.match_indices('_').map(|(end, _)| end).chain([name.len()]);
    ends.filter(|end| other.starts_with(&name[..*end])).max().unwrap_or(0)
}

/// How many properties, values and variants a file may have before it becomes too long to read.
const LARGEST: usize = 520;

/// Divides the types of a home into files of a readable size.
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
    fn a_type_is_at_home_where_its_first_words_are() {
        assert_eq!(shared_words("order_product", "orders"), 5);
        assert_eq!(shared_words("checkout_link_create", "checkout_links"), 13);
        assert_eq!(shared_words("checkout_link_create", "checkouts"), 8);
        assert_eq!(shared_words("ordeal", "orders"), 0);
        assert_eq!(shared_words("address", "orders"), 0);
    }
}
