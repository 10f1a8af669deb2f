//! The fourth pass: the source as it is compiled.
//!
//! Structs get lean implementations of the client's own `Decode` and `Encode`, enumerations and unions their open
//! variants, and operations become data and request builders.

mod docs;
mod enums;
mod exercise;
mod handles;
mod operations;
mod rust_types;
mod structs;
mod unions;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::names::{is_taken, value_name};
use crate::plan::{Kind, Plan, Type};
use crate::{Error, Result};

/// The source, a file for each entry. `api` includes all others.
pub type Source = BTreeMap<String, TokenStream>;

/// Shapes the source of everything that is planned.
///
/// Without `client` there are types, but nothing that sends a request.
pub fn shape(plan: &Plan, client: bool) -> Result<Source> {
    if let Some(ty) = plan.types.values().find(|ty| is_taken(&ty.name)) {
        return Err(Error::new(&ty.place, format!("the name `{}` is taken by a type of the client", ty.name)));
    }
    let mut source = Source::new();
    let mut types: BTreeMap<String, TokenStream> = BTreeMap::new();
    for ty in plan.types.values() {
        types.entry(home(ty)).or_insert_with(types_prelude).extend(one_type(plan, ty)?);
    }
    let mut modules = TokenStream::new();
    for (name, tokens) in types {
        let module = ident(&name);
        let file = format!("types_{name}");
        modules.extend(module_of(&module, &file, quote!(pub(crate))));
        modules.extend(quote!(pub use #module::*;));
        source.insert(file, tokens);
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
