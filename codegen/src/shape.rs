//! The fourth pass: the source as it is compiled.
//!
//! Structs get lean implementations of the client's own `Decode` and `Encode`, enumerations and unions their open
//! variants, and operations become data and request builders.

mod docs;
mod enums;
mod exercise;
mod handles;
mod operations;
mod requests;
mod rust_types;
mod structs;
mod unions;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
pub use requests::every_request;

use crate::names::{is_taken, value_name};
use crate::plan::{Kind, Plan, Type};
use crate::{Error, Result};

/// The source, a file for each entry. `api` includes all others.
pub type Source = BTreeMap<String, TokenStream>;

/// A part of the source, which is shaped without a look at the others.
pub struct Part<'p> {
    plan: &'p Plan,
    content: Content<'p>,
}

enum Content<'p> {
    /// Types of one home.
    Types { home: String, types: Vec<&'p Type> },
    /// The facts of the API and the way to call it, and a module for each home of types.
    Api { homes: Vec<String>, client: bool },
}

/// Shapes the source of everything that is planned.
///
/// Without `client` there are types, but nothing that sends a request.
pub fn shape(plan: &Plan, client: bool) -> Result<Source> {
    let mut source = Source::new();
    for part in parts(plan, client)? {
        source.extend(part.shape()?);
    }
    Ok(source)
}

/// Divides the source of everything that is planned, the largest parts first.
pub fn parts(plan: &Plan, client: bool) -> Result<Vec<Part<'_>>> {
    if let Some(ty) = plan.types.values().find(|ty| is_taken(&ty.name)) {
        return Err(Error::new(&ty.place, format!("the name `{}` is taken by a type of the client", ty.name)));
    }
    let mut homes: BTreeMap<String, Vec<&Type>> = BTreeMap::new();
    for ty in plan.types.values() {
        homes.entry(home(ty)).or_default().push(ty);
    }
    let api = Content::Api { homes: homes.keys().cloned().collect(), client };
    let mut types: Vec<(String, Vec<&Type>)> = homes.into_iter().collect();
    types.sort_by_key(|(_, types)| Reverse(types.len()));
    let types = types.into_iter().map(|(home, types)| Content::Types { home, types });
    Ok(std::iter::once(api).chain(types).map(|content| Part { plan, content }).collect())
}

impl Part<'_> {
    /// Shapes the source of this part.
    pub fn shape(&self) -> Result<Source> {
        match &self.content {
            Content::Types { home, types } => {
                let mut tokens = types_prelude();
                for ty in types {
                    tokens.extend(one_type(self.plan, ty)?);
                }
                Ok([(types_file(home), tokens)].into())
            }
            Content::Api { homes, client } => api(self.plan, homes, *client),
        }
    }
}

fn api(plan: &Plan, homes: &[String], client: bool) -> Result<Source> {
    let mut source = Source::new();
    let mut modules = TokenStream::new();
    for home in homes {
        let module = ident(home);
        modules.extend(module_of(&module, &types_file(home), quote!(pub(crate))));
        modules.extend(quote!(pub use #module::*;));
    }
    let mut api = quote! {
        /// The types of the API's requests and answers.
        #[allow(clippy::large_enum_variant, clippy::match_single_binding, clippy::should_implement_trait)]
        pub mod types { #modules }
    };
    if client {
        api.extend(operations::module(plan, &mut source));
        api.extend(handles::module(plan, &mut source)?);
        source.insert("every_operation".to_owned(), exercise::every_operation(plan));
    }
    api.extend(operations::facts(plan));
    source.insert("api".to_owned(), api);
    Ok(source)
}

fn types_file(home: &str) -> String {
    format!("types_{home}")
}

/// The file a type belongs to: its resource's, or a common one if several use it.
fn home(ty: &Type) -> String {
    let resources: BTreeSet<&String> = ty.resources.iter().filter(|resource| *resource != "webhook-events").collect();
    match (resources.first(), resources.len()) {
        (Some(resource), 1) => value_name(resource),
        (None, _) => "webhook_events".to_owned(),
        _ => "shared".to_owned(),
    }
}

fn one_type(plan: &Plan, ty: &Type) -> Result<TokenStream> {
    match &ty.kind {
        Kind::Struct(object) => structs::structure(plan, ty, object),
        Kind::Enum(set) => Ok(enums::enumeration(ty, set)),
        Kind::Union(union) => unions::union(plan, ty, union),
    }
}

fn types_prelude() -> TokenStream {
    quote! {
        #[allow(unused_imports)]
        use crate::types::*;
        #[allow(unused_imports)]
        use crate::value::{DecimalOrNumber, Null, Page, Patch, Scalar};
        #[allow(unused_imports)]
        use crate::codec::{Decode, DecodeError, Encode, Literal, Property, Reader, Tag, Writer};
        #[allow(unused_imports)]
        use ::chrono::{DateTime, NaiveDate, Utc};
        #[allow(unused_imports)]
        use ::rust_decimal::Decimal;
        #[allow(unused_imports)]
        use ::serde_json::{Map, Number, Value};
        #[allow(unused_imports)]
        use ::std::collections::BTreeMap;
        #[allow(unused_imports)]
        use ::uuid::Uuid;
    }
}

/// A module whose content stands in a file of its own.
fn module_of(name: &Ident, file: &str, visibility: TokenStream) -> TokenStream {
    let path = format!("/{file}.rs");
    quote! {
        #visibility mod #name {
            include!(concat!(env!("OUT_DIR"), #path));
        }
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
