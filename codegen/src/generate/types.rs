//! Types, as typify makes them.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use schemars::schema::Schema;
use syn::Item;
use typify::{TypeSpace, TypeSpaceSettings, UnknownPolicy};

use super::catch::{caught, culprit};
use super::syntax::{mentions, tidy_block, tidy_item};
use crate::lower::{self, Schemas};
use crate::{Error, Result};

/// What typify made of a type: its definition, and conversions into it.
#[derive(Clone)]
pub struct Definition {
    /// The struct or enumeration.
    pub item: Item,
    /// Where the document has it.
    place: String,
    /// What it is made from.
    pub conversions: Vec<syn::ItemImpl>,
}

/// The definitions of types, by name.
pub type Definitions = BTreeMap<String, Definition>;

impl Definition {
    /// The definition of a struct.
    pub fn structure(&self) -> Result<&syn::ItemStruct> {
        match &self.item {
            Item::Struct(item) => Ok(item),
            _ => Err(Error::new(&self.place, "typify made no struct of an object")),
        }
    }

    /// The definition of an enumeration.
    pub fn enumeration(&self) -> Result<&syn::ItemEnum> {
        match &self.item {
            Item::Enum(item) => Ok(item),
            _ => Err(Error::new(&self.place, "typify made no enumeration of a union or of values")),
        }
    }
}

/// The definition of a type.
pub fn definition<'a>(definitions: &'a Definitions, name: &str) -> Result<&'a Definition> {
    definitions.get(name).ok_or_else(|| Error::new(name, "typify made no type of it"))
}

/// The field that stands for a property.
pub fn field<'a>(item: &'a syn::ItemStruct, property: &str) -> Option<&'a syn::Field> {
    // typify renames what is no name in Rust, and says so in an attribute; nearly nothing is.
    let same = |field: &&syn::Field| field.ident.as_ref().is_some_and(|ident| ident == property);
    let renamed = |field: &&syn::Field| renamed(&field.attrs).is_some_and(|name| name == property);
    item.fields.iter().find(same).or_else(|| item.fields.iter().find(renamed))
}

/// The property that a field stands for.
pub fn property_of(field: &syn::Field) -> Option<String> {
    renamed(&field.attrs).or_else(|| field.ident.as_ref().map(syn::Ident::to_string))
}

/// The name in JSON of what has another in Rust.
fn renamed(attributes: &[syn::Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            if let Ok(value) = meta.value() {
                let value = value.parse::<syn::Lit>();
                if let (true, Ok(syn::Lit::Str(value))) = (meta.path.is_ident("rename"), value) {
                    name = Some(value.value());
                }
            }
            Ok(())
        });
    }
    name
}

/// Makes the definitions of types, by name.
///
/// # Errors
/// If typify fails, panics, or makes something else than one definition of each schema.
pub fn types(schemas: &Schemas) -> Result<Definitions> {
    let tokens = caught("typify", || type_tokens(schemas.list())).map_err(|error| blame(schemas, error))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| Error::new("typify", error.to_string()))?;
    let definitions = definitions(schemas, file)?;
    match schemas.places().find(|(name, _)| !definitions.contains_key(*name)) {
        Some((_, place)) => Err(Error::new(place, "typify made no type of it")),
        None => Ok(definitions),
    }
}

/// The error of a schema that fails together with those that it needs, the one that needs the fewest.
fn blame(schemas: &Schemas, error: Error) -> Error {
    let places: Vec<(&str, &str)> = schemas.places().collect();
    let mut parts: Vec<_> = places.iter().map(|(name, place)| (*place, schemas.with_needed(name))).collect();
    parts.sort_by_key(|(_, part)| part.len());
    culprit(parts, |part| caught("typify", || type_tokens(part))).unwrap_or(error)
}

/// typify's output.
///
/// # Errors
/// If typify fails, with what it says.
pub fn type_tokens(schemas: Vec<(String, Schema)>) -> std::result::Result<TokenStream, String> {
    let mut settings = TypeSpaceSettings::default();
    settings.with_unknown_crates(UnknownPolicy::Allow).with_map_type("::std::collections::BTreeMap");
    for (schema, path) in lower::conversions() {
        settings.with_conversion(schema, path, [].into_iter());
    }
    let mut space = TypeSpace::new(&settings);
    space.add_ref_types(schemas).map_err(|error| error.to_string())?;
    Ok(space.to_stream())
}

/// Checks that typify made no type that nobody asked for. The place is that of a type that holds it.
fn check_planned(schemas: &Schemas, items: &[Item]) -> Result<()> {
    let types = || items.iter().filter_map(|item| Some((name_of(item)?, item)));
    let Some((unplanned, _)) = types().find(|(name, _)| schemas.place(&name.to_string()).is_none()) else {
        return Ok(());
    };
    let holds = |item: &Item| mentions(item.to_token_stream(), &|name| unplanned == name);
    let holder = types().find(|(name, item)| *name != unplanned && holds(item));
    let any = || schemas.places().next().map(|(_, place)| place);
    let place = holder.and_then(|(name, _)| schemas.place(&name.to_string())).or_else(any);
    let message = format!("typify made a type that is not planned, `{unplanned}`");
    Err(Error::new(place.unwrap_or_default(), message))
}

/// The name of a type.
fn name_of(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        _ => None,
    }
}

/// Takes typify's source apart.
///
/// typify merges two types of one name, and makes types that nobody asked for, without an error. Each is a fault of the
/// lowering, and so is an enum whose variants serde would try one after another.
fn definitions(schemas: &Schemas, file: syn::File) -> Result<Definitions> {
    check_planned(schemas, &file.items)?;
    let mut definitions = Definitions::new();
    let mut conversions: BTreeMap<String, Vec<syn::ItemImpl>> = BTreeMap::new();
    for mut item in file.items {
        let (name, attributes) = match item {
            Item::Struct(ref item) => (item.ident.to_string(), &item.attrs),
            Item::Enum(ref item) => (item.ident.to_string(), &item.attrs),
            Item::Impl(block) => {
                if let Some(name) = converted(&block) {
                    conversions.entry(name).or_default().push(tidy_block(block));
                }
                continue;
            }
            _ => continue,
        };
        let Some(place) = schemas.place(&name) else { continue };
        if is_untagged(attributes) {
            return Err(Error::new(place, "typify made an enum whose variants nothing tells apart"));
        }
        tidy_item(&mut item);
        if definitions.insert(name, Definition { item, place: place.to_owned(), conversions: Vec::new() }).is_some() {
            return Err(Error::new(place, "typify made two types of it"));
        }
    }
    for (name, conversions) in conversions {
        if let Some(definition) = definitions.get_mut(&name) {
            definition.conversions = conversions;
        }
    }
    Ok(definitions)
}

/// The type that an `impl From<…> for` it converts into.
fn converted(block: &syn::ItemImpl) -> Option<String> {
    let (path, _) = block.trait_.as_ref()?;
    let syn::Type::Path(ty) = &*block.self_ty else { return None };
    let is_from = path.segments.last()?.ident == "From";
    is_from.then(|| ty.path.get_ident()).flatten().map(syn::Ident::to_string)
}

/// Whether serde would try the variants of an enum one after another.
fn is_untagged(attributes: &[syn::Attribute]) -> bool {
    let mut found = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("untagged");
            // The value of another argument is passed over.
            if let Ok(value) = meta.value() {
                value.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::Schemas;

    fn schemas(list: serde_json::Value) -> Schemas {
        let list = list.as_object().expect("an object");
        list.iter()
            .map(|(name, schema)| {
                let schema = serde_json::from_value(schema.clone()).expect("a schema");
                (name.clone(), format!("/components/schemas/{name}"), schema)
            })
            .collect()
    }

    #[track_caller]
    fn assert_refused(list: serde_json::Value, place: &str, message: &str) {
        let Err(error) = types(&schemas(list)) else { panic!("expected an error at {place}") };
        assert_eq!(error.place(), place, "{error}");
        assert!(error.message().contains(message), "`{message}` is not said by: {error}");
    }

    #[test]
    fn a_type_that_is_not_planned_is_refused() {
        let inline = serde_json::json!({ "type": "object", "properties": { "a": {
            "type": "object", "title": "Inner", "properties": { "b": { "type": "string" } }
        } } });
        assert_refused(serde_json::json!({ "Outer": inline }), "/components/schemas/Outer", "not planned, `Inner`");
    }

    #[test]
    fn two_types_of_one_name_are_refused() {
        let plain = serde_json::json!({ "type": "object", "properties": { "a": { "type": "string" } } });
        // typify gives both the name `Part`.
        let list = serde_json::json!({ "Part": plain.clone(), "part": plain });
        assert_refused(list, "/components/schemas/Part", "two types of it");
    }

    #[test]
    fn variants_that_nothing_tells_apart_are_refused() {
        let object = |name: &str| serde_json::json!({ "type": "object", "properties": { name: { "type": "string" } } });
        let union = serde_json::json!({ "oneOf": [
            { "$ref": "#/definitions/One" }, { "$ref": "#/definitions/Two" }
        ] });
        let list = serde_json::json!({ "One": object("a"), "Two": object("b"), "Union": union });
        assert_refused(list, "/components/schemas/Union", "nothing tells apart");
    }

    #[test]
    fn a_panic_is_blamed_on_the_schema_that_causes_it() {
        let dangling = serde_json::json!({ "type": "object", "properties": {
            "a": { "$ref": "#/definitions/Nowhere" }
        } });
        let plain = serde_json::json!({ "type": "object", "properties": { "a": { "type": "string" } } });
        let list = serde_json::json!({ "Broken": dangling, "Plain": plain });
        assert_refused(list, "/components/schemas/Broken", "typify panicked");
    }
}
