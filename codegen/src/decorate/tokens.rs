//! Helpers that build tokens, shared by the files of this pass.

use std::collections::BTreeMap;

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::quote;

use crate::names::version_module;
use crate::plan::{Id, Plan, TypeRef};
use crate::{Error, Result};

/// Source that is not parsed yet.
pub type Sources = BTreeMap<String, TokenStream>;

/// The syntax of source that we made.
pub fn parsed(tokens: TokenStream) -> Result<syn::File> {
    syn::parse2(plain_literals(tokens)).map_err(|error| Error::new("the source", error.to_string()))
}

/// Source without raw strings, which `quote` makes of doc comments and which would be printed as attributes.
pub fn plain_literals(tokens: TokenStream) -> TokenStream {
    let plain = |token| match token {
        TokenTree::Group(group) => TokenTree::from(Group::new(group.delimiter(), plain_literals(group.stream()))),
        TokenTree::Literal(literal) => match literal.to_string().strip_prefix("r\"") {
            Some(text) => Literal::string(text.trim_end_matches('"')).into(),
            None => literal.into(),
        },
        other => other,
    };
    tokens.into_iter().map(plain).collect()
}

/// A type, as generated files name it.
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

/// The syntax of an item that typify made.
pub fn source_of<T: syn::parse::Parse>(source: &str, place: &str) -> Result<T> {
    syn::parse_str(source).map_err(|error| Error::new(place, format!("typify's source is not understood: {error}")))
}

/// An argument of a function.
pub struct Input {
    /// Its name and type.
    pub declaration: TokenStream,
    /// The value of the type that was asked for.
    pub value: TokenStream,
}

/// An argument for a value of a type: anything that converts into it. An id is taken as it is, so that neither a plain
/// UUID nor the id of something else is converted out of sight.
pub fn input(plan: &Plan, planned: &TypeRef, name: &Ident, ty: &TokenStream) -> Input {
    match plan.id(planned) {
        Some(Id::Uuid) => Input { declaration: quote!(#name: #ty), value: quote!(#name) },
        _ => Input { declaration: quote!(#name: impl Into<#ty>), value: quote!(#name.into()) },
    }
}

/// The path of the module in which a version stands.
pub fn root(plan: &Plan) -> TokenStream {
    let module = plan.versions.module.as_deref().map(ident).into_iter();
    quote!(crate #(::#module)*)
}

/// The name of the type that stands for a version of the API: `V2026_10`.
pub fn version_ident(version: &str) -> Ident {
    ident(&version_module(version).to_uppercase())
}

/// What every file imports, though some need nothing of it.
pub fn prelude(plan: &Plan) -> TokenStream {
    let root = root(plan);
    quote!(
        #[allow(unused_imports)]
        use #root::prelude::*;
    )
}

/// Includes a file of a version.
pub fn include(plan: &Plan, file: &str) -> TokenStream {
    include_file(&plan.versions.file(file))
}

/// Includes a file by its path in the folder of the source.
pub fn include_file(file: &str) -> TokenStream {
    let path = format!("/{file}.rs");
    quote!(include!(concat!(env!("OUT_DIR"), #path));)
}

/// A module whose content stands in a file of its own.
pub fn module_of(plan: &Plan, name: &Ident, file: &str, visibility: TokenStream) -> TokenStream {
    let content = include(plan, file);
    quote!(#visibility mod #name { #content })
}

/// An attribute.
pub fn attribute(meta: TokenStream) -> syn::Attribute {
    syn::parse_quote!(#[#meta])
}

pub fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
