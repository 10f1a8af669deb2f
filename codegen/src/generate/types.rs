//! The types that typify generates from definitions.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use schemars::schema::Schema;
use typify::{Type, TypeDetails, TypeId, TypeSpace, TypeSpaceSettings, UnknownPolicy};

use super::catch::{caught, culprit};
use super::schemas;
use super::syntax::{inner, last_name, tidy, type_of};
use super::type_ref::TypeRef;
use crate::json::Value;
use crate::rewrite::{Definitions, PLACE, References, definition_of};
use crate::{Error, Result};

/// The output of typify.
#[derive(Debug, Default)]
pub struct Types {
    /// The fields of each struct, by the name of the struct and the field.
    pub fields: BTreeMap<String, BTreeMap<String, Field>>,
    /// The source of each type.
    pub sources: BTreeMap<String, Source>,
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The type of the value, without `Option` and `Box`.
    pub ty: TypeRef,
    /// True if the field is a `Box`, because the struct is recursive.
    pub boxed: bool,
}

/// The source of a type. Stored as text, because syntax trees are not `Send`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// The struct or enum definition.
    pub definition: String,
    /// The `From` implementations.
    pub conversions: Vec<String>,
}

/// Runs typify on definitions.
///
/// # Errors
/// Returns an error if typify fails or panics, or if it generates a type that is not a definition.
pub fn types(definitions: &Definitions) -> Result<Types> {
    let list = |names: &BTreeSet<&str>| -> Vec<(String, Schema)> {
        let wanted = definitions.iter().filter(|(name, _)| names.contains(name.as_str()));
        wanted.map(|(name, definition)| (name.clone(), schemas::definition(definition))).collect()
    };
    let settings = settings(definitions);
    let make = |names: &BTreeSet<&str>| {
        caught("typify", || {
            let mut space = TypeSpace::new(&settings);
            space.add_ref_types(list(names)).map_err(|error| error.to_string())?;
            Ok(space)
        })
    };
    let space =
        make(&definitions.keys().map(String::as_str).collect()).map_err(|error| blame(definitions, make, error))?;
    let reader = Reader { space: &space, natives: natives(definitions) };
    let mut fields = BTreeMap::new();
    for ty in space.iter_types() {
        let name = ty.name();
        match ty.details() {
            TypeDetails::Struct(item) => {
                let own = item.properties_info();
                let own = own.map(|field| Ok((field.name.to_owned(), reader.field(&field.type_id)?)));
                fields.insert(name, own.collect::<Result<_>>()?);
            }
            TypeDetails::Enum(_) | TypeDetails::Newtype(_) if !definitions.contains_key(&name) => {
                return Err(Error::new("typify", format!("made a type of something without a name, `{name}`")));
            }
            _ => {}
        }
    }
    match fields.keys().find(|name| !definitions.contains_key(*name)) {
        Some(name) => Err(Error::new("typify", format!("made a type of something without a name, `{name}`"))),
        None => Ok(Types { fields, sources: sources(space.to_stream()) }),
    }
}

fn place(definition: &Value) -> String {
    definition[PLACE].as_str().unwrap_or_default().to_owned()
}

/// Returns the error of the smallest definition that fails together with its dependencies, or else `error`.
fn blame(definitions: &Definitions, make: impl Fn(&BTreeSet<&str>) -> Result<TypeSpace>, error: Error) -> Error {
    let all = References::of(definitions);
    let mut parts: Vec<(String, BTreeSet<&str>)> =
        definitions.iter().map(|(name, definition)| (place(definition), all.reachable(vec![name]))).collect();
    parts.sort_by_key(|(_, part)| part.len());
    culprit(parts, |part| make(&part)).unwrap_or(error)
}

/// Returns the settings of typify, with the schemas that are represented by types of the client.
fn settings(definitions: &Definitions) -> TypeSpaceSettings {
    let mut settings = TypeSpaceSettings::default();
    settings.with_unknown_crates(UnknownPolicy::Allow).with_map_type("::std::collections::BTreeMap");
    for (schema, ty) in schemas::conversions() {
        settings.with_conversion(schema, ty, [].into_iter());
    }
    for (page, item) in pages(definitions) {
        settings.with_replacement(page, format!("Page<{item}>"), [].into_iter());
    }
    settings
}

/// Returns the definitions that are pages of lists, each with the name of its items.
pub fn pages(definitions: &Definitions) -> impl Iterator<Item = (&str, &str)> {
    definitions.iter().filter_map(|(name, definition)| Some((name.as_str(), definition_of(&definition["x-page"])?)))
}

/// Returns the types that typify does not define itself, by the name that it uses for them.
fn natives(definitions: &Definitions) -> BTreeMap<String, TypeRef> {
    let pages = pages(definitions);
    let pages =
        pages.map(|(_, item)| (format!("Page<{item}>"), TypeRef::Page(Box::new(TypeRef::Named(item.to_owned())))));
    let own = [
        ("Number", TypeRef::Number),
        ("Null", TypeRef::Null),
        ("Decimal", TypeRef::Decimal),
        ("DecimalOrNumber", TypeRef::DecimalOrNumber),
        ("Scalar", TypeRef::Scalar),
        ("Value", TypeRef::Any),
        ("bool", TypeRef::Boolean),
        ("i64", TypeRef::Integer),
        ("::serde_json::Value", TypeRef::Any),
        ("::uuid::Uuid", TypeRef::Uuid),
        ("::chrono::naive::NaiveDate", TypeRef::Date),
        ("::chrono::DateTime<::chrono::offset::Utc>", TypeRef::DateTime),
    ];
    own.into_iter().map(|(name, ty)| (name.to_owned(), ty)).chain(pages).collect()
}

/// Converts typify's types.
struct Reader<'a> {
    space: &'a TypeSpace,
    natives: BTreeMap<String, TypeRef>,
}

impl Reader<'_> {
    fn field(&self, id: &TypeId) -> Result<Field> {
        let ty = self.ty(id)?;
        if let TypeDetails::Builtin("::polar_client::Patch") = ty.details() {
            return patched(&ty.ident());
        }
        let boxed = match ty.details() {
            TypeDetails::Option(inner) => matches!(self.ty(&inner)?.details(), TypeDetails::Box(_)),
            details => matches!(details, TypeDetails::Box(_)),
        };
        Ok(Field { ty: self.type_of(id)?, boxed })
    }

    fn ty(&self, id: &TypeId) -> Result<Type<'_>> {
        self.space.get_type(id).map_err(|error| Error::new("typify", error.to_string()))
    }

    /// Returns a type without `Option` and `Box`.
    fn type_of(&self, id: &TypeId) -> Result<TypeRef> {
        let ty = self.ty(id)?;
        Ok(match ty.details() {
            TypeDetails::Option(inner) | TypeDetails::Box(inner) => self.type_of(&inner)?,
            TypeDetails::Vec(element) => TypeRef::List(Box::new(self.type_of(&element)?)),
            TypeDetails::Map(_, value) => TypeRef::Map(Box::new(self.type_of(&value)?)),
            TypeDetails::Tuple(elements) => {
                let elements: Vec<TypeRef> = elements.map(|element| self.type_of(&element)).collect::<Result<_>>()?;
                let pair: Result<[TypeRef; 2], _> = elements.try_into();
                let [first, second] = pair.map_err(|_| Error::new("typify", "a tuple that is no pair"))?;
                TypeRef::Pair(Box::new(first), Box::new(second))
            }
            TypeDetails::String => TypeRef::String,
            TypeDetails::Builtin(native) => self
                .natives
                .get(native)
                .cloned()
                .ok_or_else(|| Error::new("typify", format!("a type that is not known, `{native}`")))?,
            _ => TypeRef::Named(ty.name()),
        })
    }
}

/// Returns the field of a `Patch`, whose parameter typify shows only as source.
fn patched(ty: &TokenStream) -> Result<Field> {
    let parsed = syn::parse2::<syn::Type>(ty.clone()).ok();
    let value = parsed.as_ref().and_then(inner);
    let boxed = value.and_then(last_name).is_some_and(|name| name == "Box");
    let ty =
        value.and_then(type_of).ok_or_else(|| Error::new("typify", format!("a type that is not known, `{ty}`")))?;
    Ok(Field { ty, boxed })
}

/// Collects the source of each type.
fn sources(tokens: TokenStream) -> BTreeMap<String, Source> {
    let mut sources: BTreeMap<String, Source> = BTreeMap::new();
    for item in items(tokens) {
        match item.kind {
            ItemKind::Definition(name) => sources.entry(name).or_default().definition = tidy(item.tokens).to_string(),
            ItemKind::Conversion(name) => {
                sources.entry(name).or_default().conversions.push(tidy(item.tokens).to_string());
            }
            ItemKind::Other => {}
        }
    }
    sources
}

/// An item whose source is not parsed yet.
struct RawItem {
    kind: ItemKind,
    tokens: TokenStream,
}

enum ItemKind {
    /// A struct or enum, with its name.
    Definition(String),
    /// An `impl From<…> for` a type, with the name of the type.
    Conversion(String),
    Other,
}

/// Splits source into items without attributes. Most items are implementations that are not needed, and parsing them
/// would take most of the time.
fn items(tokens: TokenStream) -> Vec<RawItem> {
    let mut items = Vec::new();
    let mut open = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#') {
            tokens.next();
            continue;
        }
        let ends = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(punct) => punct.as_char() == ';',
            _ => false,
        };
        open.push(token);
        if ends {
            items.push(RawItem { kind: kind(&open), tokens: open.drain(..).collect() });
        }
    }
    items
}

fn kind(tokens: &[TokenTree]) -> ItemKind {
    let names: Vec<String> = tokens
        .iter()
        .filter_map(|token| match token {
            TokenTree::Ident(name) => Some(name.to_string()),
            _ => None,
        })
        .collect();
    let after = |word: &str| names.iter().skip_while(|name| *name != word).nth(1).cloned();
    match names.iter().find(|name| *name != "pub").map(String::as_str) {
        Some(word @ ("struct" | "enum")) => after(word).map_or(ItemKind::Other, ItemKind::Definition),
        Some("impl") if after("convert").is_some_and(|name| name == "From") => {
            names.last().cloned().map_or(ItemKind::Other, ItemKind::Conversion)
        }
        _ => ItemKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definitions(list: serde_json::Value) -> Definitions {
        let list = list.as_object().cloned().expect("definitions").into_iter();
        list.map(|(name, mut definition)| {
            definition[PLACE] = json!(format!("/components/schemas/{name}"));
            (name, definition)
        })
        .collect()
    }

    #[test]
    fn fields_have_the_types_of_their_schemas() {
        let properties = json!({
            "amount": { "type": "integer" },
            "at": { "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "null" }] },
            "tags": { "type": "array", "items": { "type": "string" } },
            "whole": { "$ref": "#/definitions/Part" },
        });
        let part = json!({ "type": "object", "properties": properties, "required": ["amount", "at"] });
        let types = types(&definitions(json!({ "Part": part }))).expect("types");
        let field = |name: &str| types.fields["Part"][name].clone();
        assert_eq!(field("amount"), Field { ty: TypeRef::Integer, boxed: false });
        assert_eq!(field("at"), Field { ty: TypeRef::DateTime, boxed: false });
        assert_eq!(field("tags"), Field { ty: TypeRef::List(Box::new(TypeRef::String)), boxed: false });
        assert_eq!(field("whole"), Field { ty: TypeRef::Named("Part".to_owned()), boxed: true });
        assert!(types.sources["Part"].definition.contains("pub struct Part"));
    }

    #[test]
    fn a_type_without_a_name_is_refused() {
        let inner = json!({ "oneOf": [{ "type": "string", "enum": ["A"] }, { "type": "string", "enum": ["B"] }] });
        let outer = json!({ "type": "object", "properties": { "inner": inner }, "required": [] });
        let Err(error) = types(&definitions(json!({ "Outer": outer }))) else { panic!("expected an error") };
        assert!(error.message().contains("without a name, `OuterInner`"), "{error}");
    }

    #[test]
    fn a_panic_is_blamed_on_the_definition_that_causes_it() {
        let object = |property: serde_json::Value| json!({ "type": "object", "properties": { "a": property } });
        let broken = object(json!({ "$ref": "#/definitions/Nowhere" }));
        let plain = object(json!({ "type": "string" }));
        let Err(error) = types(&definitions(json!({ "Broken": broken, "Plain": plain }))) else {
            panic!("expected an error")
        };
        assert_eq!(error.place(), "/components/schemas/Broken");
        assert!(error.message().contains("typify panicked"), "{error}");
    }
}
