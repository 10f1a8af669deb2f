//! Helpers that create tokens.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use crate::model::{Id, Kind, Model, TypeRef};
use crate::names::version_module;
use crate::{Error, Result};

/// Source files by name, not parsed yet.
pub type Sources = BTreeMap<String, TokenStream>;

/// Parses generated tokens.
pub fn parsed(tokens: TokenStream) -> Result<syn::File> {
    syn::parse2(tokens).map_err(|error| Error::new("the source", error.to_string()))
}

/// Returns the tokens of a type, as used in generated files.
pub fn type_tokens(ty: &TypeRef) -> TokenStream {
    match ty {
        TypeRef::String => quote!(String),
        TypeRef::Integer => quote!(i64),
        TypeRef::Number => quote!(Number),
        TypeRef::Boolean => quote!(bool),
        TypeRef::DateTime => quote!(DateTime<Utc>),
        TypeRef::Date => quote!(NaiveDate),
        TypeRef::Uuid => quote!(Uuid),
        TypeRef::Decimal => quote!(Decimal),
        TypeRef::DecimalOrNumber => quote!(DecimalOrNumber),
        TypeRef::Scalar => quote!(Scalar),
        TypeRef::Null => quote!(Null),
        TypeRef::Any => quote!(Value),
        TypeRef::List(element) => generic("Vec", &[element]),
        TypeRef::Page(item) => generic("Page", &[item]),
        TypeRef::Map(value) if **value == TypeRef::Any => generic("Map", &[&TypeRef::String, value]),
        TypeRef::Map(value) => generic("BTreeMap", &[&TypeRef::String, value]),
        TypeRef::Pair(first, second) => {
            let (first, second) = (type_tokens(first), type_tokens(second));
            quote!((#first, #second))
        }
        TypeRef::Named(name) => {
            let name = ident(name);
            quote!(#name)
        }
    }
}

fn generic(name: &str, parameters: &[&TypeRef]) -> TokenStream {
    let (name, parameters) = (ident(name), parameters.iter().map(|ty| type_tokens(ty)));
    quote!(#name<#(#parameters),*>)
}

/// Parses an item that typify generated.
pub fn parse_source<T: syn::parse::Parse>(source: &str, place: &str) -> Result<T> {
    syn::parse_str(source).map_err(|error| Error::new(place, format!("typify's source is not understood: {error}")))
}

/// An argument of a function.
pub struct Input {
    /// The generic parameter that the type of the argument needs.
    pub generic: Option<Ident>,
    /// The name and the type of the argument.
    pub declaration: TokenStream,
    /// The expression that converts the argument to the requested type.
    pub value: TokenStream,
}

/// Returns an argument that accepts any type that converts into `ty`: any integer type, and anything with the entries of
/// a map. UUID ids are not converted, so that neither plain UUIDs nor ids of other entities are accepted.
pub fn input(model: &Model, planned: &TypeRef, name: &Ident, ty: &TokenStream) -> Input {
    let (declaration, value) = match (model.id(planned), converted(model, planned)) {
        (Some(Id::Uuid), _) => (quote!(#name: #ty), quote!(#name)),
        (_, Some((from, into))) => (quote!(#name: impl Into<#from>), quote!(#into(#name.into()))),
        _ => (quote!(#name: impl Into<#ty>), quote!(#name.into())),
    };
    Input { generic: None, declaration, value }
}

/// Returns an argument that accepts what [`input`] does, or an `Option` of that. Its value is an `Option`.
pub fn optional_input(model: &Model, planned: &TypeRef, name: &Ident, ty: &TokenStream) -> Input {
    if model.id(planned) == Some(Id::Uuid) {
        let (declaration, value) = (quote!(#name: impl Into<Option<#ty>>), quote!(#name.into()));
        return Input { generic: None, declaration, value };
    }
    let form = ident("F");
    let (ty, value) = match converted(model, planned) {
        Some((from, into)) => (from, quote!(#name.into_option().map(#into))),
        None => (ty.clone(), quote!(#name.into_option())),
    };
    let declaration = quote!(#name: impl IntoOption<#ty, #form>);
    Input { generic: Some(form), declaration, value }
}

/// Returns the type of the client that a value is converted from, and the function that converts it: of integers, of maps,
/// and of lists whose items are of a type that others convert into. Other lists are taken as they are, so that the items of
/// `[]` or `[text.parse()?]` need no type.
fn converted(model: &Model, planned: &TypeRef) -> Option<(TokenStream, TokenStream)> {
    match planned {
        TypeRef::Integer => Some((quote!(Integer), quote!(Integer::into_i64))),
        TypeRef::Map(value) if matches!(**value, TypeRef::Integer | TypeRef::Scalar | TypeRef::String) => {
            Some((generic("Entries", &[value]), quote!(Entries::into_map)))
        }
        TypeRef::List(item) => {
            let is_converted = match &**item {
                TypeRef::String | TypeRef::Scalar => true,
                TypeRef::Named(name) => matches!(model.types.get(name)?.kind, Kind::Union(_)),
                _ => false,
            };
            is_converted.then(|| (generic("List", &[item]), quote!(List::into_vec)))
        }
        _ => None,
    }
}

/// Returns the path of the module that contains a version.
pub fn root(model: &Model) -> TokenStream {
    let module = model.versions.module.as_deref().map(ident).into_iter();
    quote!(crate #(::#module)*)
}

/// Returns the name of the marker type for a version of the API, such as `V2026_10`.
pub fn version_ident(version: &str) -> Ident {
    ident(&version_module(version).to_uppercase())
}

/// Returns the imports of a generated file. Not every file uses all of them.
pub fn prelude(model: &Model) -> TokenStream {
    let root = root(model);
    quote!(
        #[allow(unused_imports)]
        use #root::prelude::*;
    )
}

/// Returns an `include!` of a file of this version.
pub fn include(model: &Model, file: &str) -> TokenStream {
    include_file(&model.versions.file(file))
}

/// Returns an `include!` of a file, by its path in the output folder.
pub fn include_file(file: &str) -> TokenStream {
    let path = format!("/{file}.rs");
    quote!(include!(concat!(env!("OUT_DIR"), #path));)
}

/// Returns a module whose content is in a separate file.
pub fn module_of(model: &Model, name: &Ident, file: &str, visibility: TokenStream) -> TokenStream {
    let content = include(model, file);
    quote!(#visibility mod #name { #content })
}

/// Creates a string literal: a raw one if possible, since escapes cost time to write and to parse, and are hard to read.
pub fn raw_string(text: &str) -> Literal {
    match format!("r##\"{text}\"##").parse() {
        Ok(literal) => literal,
        Err(_) => Literal::string(text),
    }
}

/// Creates an attribute.
pub fn attribute(meta: TokenStream) -> syn::Attribute {
    syn::parse_quote!(#[#meta])
}

pub fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
