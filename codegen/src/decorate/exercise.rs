//! Source for tests: calls of every operation with all of its parameters, and values of every request type with only
//! its required properties.

use proc_macro2::TokenStream;
use quote::quote;

use super::structs;
use super::tokens::{ident, include, type_tokens};
use crate::Result;
use crate::model::{Credential, Kind, Model, Operation, QueryStyle, Type, TypeRef};

/// Returns the functions `every_operation` and `every_list`. The file that includes them has to provide `one`, `many`
/// and `body`, which create arbitrary values.
pub fn every_operation(model: &Model) -> TokenStream {
    let mut calls = TokenStream::new();
    let mut lists = TokenStream::new();
    for operation in &model.operations {
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

/// Returns the function `every_request`, which calls the functions of [`requests`] for all homes of types.
pub fn every_request(model: &Model, homes: &[String]) -> TokenStream {
    let files = homes.iter().map(|home| include(model, &requests_file(home)));
    let functions = homes.iter().map(|home| ident(&requests_file(home)));
    quote! {
        #(#files)*

        /// The place of each request's schema, what was made, and its JSON.
        pub fn every_request() -> Vec<(&'static str, &'static str, Vec<u8>)> {
            let mut requests = Vec::new();
            #(#functions(&mut requests);)*
            requests
        }
    }
}

/// Returns the name of the file for the types of one home, which is also the name of its function.
pub fn requests_file(home: &str) -> String {
    format!("every_request_{home}")
}

/// Returns a function that serializes a value of every request type and of every variant of a request's union. The
/// values are created by their constructors only. The file that includes the function has to provide `property`, which
/// creates an arbitrary value of a property.
pub fn requests(model: &Model, home: &str, types: &[&Type]) -> Result<TokenStream> {
    let mut requests = TokenStream::new();
    for ty in types.iter().filter(|ty| ty.input) {
        let (name, place) = (&ty.name, &ty.place);
        for (what, value) in values(model, name, &mut Vec::new())? {
            requests.extend(quote!(requests.push((#place, #what, to_vec(&#value)));));
        }
    }
    let function = ident(&requests_file(home));
    Ok(quote! {
        #[allow(clippy::ptr_arg, unused_variables)]
        fn #function(requests: &mut Vec<(&'static str, &'static str, Vec<u8>)>) {
            #requests
        }
    })
}

/// Returns expressions that create values of a type by its constructors, each with a name.
fn values(model: &Model, name: &str, within: &mut Vec<String>) -> Result<Vec<(String, TokenStream)>> {
    let ty = model.ty(name)?;
    let ident = ident(name);
    match &ty.kind {
        Kind::Struct(object) => {
            let place = &ty.place;
            let arguments = structs::arguments(model, ty, object)?.into_iter().map(|(property, ty)| {
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
                for (what, value) in values(model, payload, within)? {
                    all.push((format!("{name}/{what}"), quote!(#ident::from(#value))));
                }
            }
            within.pop();
            Ok(all)
        }
        Kind::Union(_) | Kind::Enum(_) | Kind::Id(_) => Ok(Vec::new()),
    }
}

/// Returns a call with all parameters except `left_out`.
fn call(operation: &Operation, left_out: &[&str]) -> TokenStream {
    let id = &operation.id;
    let (client, on_portal) = match operation.audience() {
        Some(Credential::CustomerSession) => (quote!(portal), true),
        Some(Credential::MemberSession) => (quote!(member), true),
        Some(Credential::AccessToken) | None => (quote!(polar), false),
    };
    let groups = operation.groups.iter().skip(usize::from(on_portal)).map(|group| ident(group));
    let mut arguments = Vec::new();
    for path in &operation.path_parameters {
        let (name, ty) = (&path.name, type_tokens(&path.ty));
        arguments.push(quote!(one::<#ty>(#id, #name)));
    }
    let mut setters = TokenStream::new();
    for query in &operation.query {
        if left_out.contains(&query.name.as_str()) {
            continue;
        }
        let (name, setter, ty) = (&query.name, ident(&query.argument), type_tokens(&query.ty));
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
        let ty = type_tokens(&body.ty);
        if body.required {
            arguments.push(quote!(body::<#ty>(#id)));
        } else {
            setters.extend(quote!(.body(body::<#ty>(#id))));
        }
    }
    if operation.cursor.is_some() && left_out.is_empty() {
        setters.extend(quote!(.by_cursor()));
    }
    let method = ident(&operation.name);
    quote!(#client #(.#groups())* .#method(#(#arguments),*) #setters)
}
