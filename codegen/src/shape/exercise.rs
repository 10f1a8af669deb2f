//! A call of every operation with everything it takes, and every type of a request made of no more than it requires,
//! for tests that send them all.

use proc_macro2::TokenStream;
use quote::quote;

use super::handles::{audience, query_type};
use super::rust_types::rust_type;
use super::{ident, structs};
use crate::Result;
use crate::names::value_name;
use crate::plan::{Credential, Kind, Operation, Plan, QueryStyle, TypeRef};

/// The functions `every_operation` and `every_list`. Whoever includes them provides `one`, `many` and `body`, which make
/// up values.
pub fn every_operation(plan: &Plan) -> TokenStream {
    let mut calls = TokenStream::new();
    let mut lists = TokenStream::new();
    for operation in &plan.operations {
        let one = call(operation, &[]);
        let id = &operation.id;
        calls.extend(quote! {
            let call = #one;
            calls.push((#id, Box::pin(async move { call.await.map(drop) })));
        });
        if operation.pagination.is_none() {
            continue;
        }
        let list = call(operation, &["page", "limit"]);
        lists.extend(quote! {
            let list = #list;
            let (mut items, mut pages) = (list.clone().stream(), list.pages());
            let item = Box::pin(async move { items.next().await.transpose().map(|item| item.map(drop)) });
            let page = Box::pin(async move { pages.next().await.transpose().map(|page| page.map(drop)) });
            lists.push((#id, item, page));
        });
    }
    quote! {
        /// Calls every operation with all its parameters.
        #[allow(deprecated, clippy::vec_init_then_push)]
        pub fn every_operation(
            polar: &Polar,
            portal: &CustomerPortal,
            member: &MemberPortal,
        ) -> Vec<(&'static str, CallFuture<()>)> {
            let mut calls: Vec<(&'static str, CallFuture<()>)> = Vec::new();
            #calls
            calls
        }

        /// The first item and the first page of every list, with all parameters but `page` and `limit`.
        #[allow(deprecated, clippy::type_complexity, clippy::vec_init_then_push, unused_mut, unused_variables)]
        pub fn every_list(
            polar: &Polar,
            portal: &CustomerPortal,
            member: &MemberPortal,
        ) -> Vec<(&'static str, CallFuture<Option<()>>, CallFuture<Option<()>>)> {
            let mut lists: Vec<(&'static str, CallFuture<Option<()>>, CallFuture<Option<()>>)> = Vec::new();
            #lists
            lists
        }
    }
}

/// The function `every_request`: the JSON of every type of a request and of every variant of a union of requests, each
/// made by its constructor alone. Whoever includes it provides `property`, which makes up the value of one.
pub fn every_request(plan: &Plan) -> Result<TokenStream> {
    let mut requests = TokenStream::new();
    for ty in plan.types.values().filter(|ty| ty.input) {
        let (name, place) = (&ty.name, &ty.place);
        for (what, value) in made(plan, name, &mut Vec::new())? {
            requests.extend(quote!(requests.push((#place, #what, to_vec(&#value)));));
        }
    }
    Ok(quote! {
        /// The schema's place, what was made, and its JSON.
        #[allow(clippy::vec_init_then_push)]
        pub fn every_request() -> Vec<(&'static str, &'static str, Vec<u8>)> {
            let mut requests: Vec<(&'static str, &'static str, Vec<u8>)> = Vec::new();
            #requests
            requests
        }
    })
}

/// The ways to make a value of a type by constructors, each with a name for it.
fn made(plan: &Plan, name: &str, within: &mut Vec<String>) -> Result<Vec<(String, TokenStream)>> {
    let ty = plan.ty(name)?;
    let ident = ident(name);
    match &ty.kind {
        Kind::Struct(object) => {
            let place = &ty.place;
            let arguments = structs::arguments(plan, ty, object)?.into_iter().map(|(property, ty)| {
                let place = format!("{place}/properties/{property}");
                quote!(property::<#ty>(#place))
            });
            Ok(vec![(name.to_owned(), quote!(#ident::new(#(#arguments),*)))])
        }
        Kind::Union(union) if !within.iter().any(|other| other == name) => {
            within.push(name.to_owned());
            let mut all = Vec::new();
            for payload in union.variants.iter().filter_map(|variant| variant.payload.as_ref()) {
                let TypeRef::Named(payload) = payload else { continue };
                for (what, value) in made(plan, payload, within)? {
                    all.push((format!("{name}/{what}"), quote!(#ident::from(#value))));
                }
            }
            within.pop();
            Ok(all)
        }
        Kind::Union(_) | Kind::Enum(_) => Ok(Vec::new()),
    }
}

/// A call with every parameter but those that are left out.
fn call(operation: &Operation, left_out: &[&str]) -> TokenStream {
    let id = &operation.id;
    let (client, on_portal) = match audience(operation) {
        Credential::Portal => (quote!(portal), true),
        Credential::Member => (quote!(member), true),
        Credential::Core | Credential::Public => (quote!(polar), false),
    };
    let groups = operation.groups.iter().skip(usize::from(on_portal)).map(|group| ident(group));
    let mut arguments = Vec::new();
    for path in &operation.path_parameters {
        let name = &path.name;
        arguments.push(match &path.ty {
            TypeRef::String => quote!(one::<String>(#id, #name)),
            ty => {
                let ty = rust_type(ty);
                quote!(one::<#ty>(#id, #name))
            }
        });
    }
    let mut setters = TokenStream::new();
    for query in &operation.query {
        if left_out.contains(&query.name.as_str()) {
            continue;
        }
        let (name, setter) = (&query.name, ident(&value_name(&query.name)));
        let ty = query_type(query);
        let value = match query.style {
            QueryStyle::One => quote!(one::<#ty>(#id, #name)),
            QueryStyle::Many | QueryStyle::Deep => quote!(many::<#ty>(#id, #name)),
        };
        match query.style {
            _ if query.required => arguments.push(value),
            QueryStyle::Deep => setters.extend(quote!(.#setter("key", #value))),
            _ => setters.extend(quote!(.#setter(#value))),
        }
    }
    if let Some(body) = &operation.body {
        let ty = rust_type(&body.ty);
        if body.required {
            arguments.push(quote!(body::<#ty>(#id)));
        } else {
            setters.extend(quote!(.body(body::<#ty>(#id))));
        }
    }
    let method = ident(&operation.name);
    quote!(#client #(.#groups())* .#method(#(#arguments),*) #setters)
}
