//! A call of every operation with everything it takes, for a test that sends them all.

use proc_macro2::TokenStream;
use quote::quote;

use super::handles::{Shaper, audience};
use super::ident;
use super::structs::value_type;
use crate::Result;
use crate::generate::Generated;
use crate::lower::parameter;
use crate::names::value_name;
use crate::plan::{Credential, Operation, Plan, QueryStyle, TypeRef};

/// The function `every_operation`. Whoever includes it provides `one`, `many` and `body`, which make up values.
pub fn every_operation(plan: &Plan, generated: &Generated) -> Result<TokenStream> {
    let shaper = Shaper { plan, generated };
    let mut calls = TokenStream::new();
    for (index, operation) in plan.operations.iter().enumerate() {
        let call = call(&shaper, index, operation)?;
        let id = &operation.id;
        calls.extend(quote! {
            let call = #call;
            calls.push((#id, Box::pin(async move { call.await.map(drop) })));
        });
    }
    Ok(quote! {
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
    })
}

fn call(shaper: &Shaper<'_>, index: usize, operation: &Operation) -> Result<TokenStream> {
    let id = &operation.id;
    let signature = shaper.generated.signature(shaper.plan, index)?;
    let (client, on_portal) = match audience(operation) {
        Credential::Portal => (quote!(portal), true),
        Credential::Member => (quote!(member), true),
        Credential::Core | Credential::Public => (quote!(polar), false),
    };
    let groups = operation.groups.iter().skip(usize::from(on_portal)).map(|group| ident(group));
    let mut arguments = Vec::new();
    for (position, path) in operation.path_parameters.iter().enumerate() {
        let name = &path.name;
        arguments.push(match &path.ty {
            TypeRef::String => quote!(one::<String>(#id, #name)),
            ty => {
                let ty = value_type(signature.argument(&parameter(position))?, ty);
                quote!(one::<#ty>(#id, #name))
            }
        });
    }
    let mut setters = TokenStream::new();
    for (position, query) in operation.query.iter().enumerate() {
        let (name, setter) = (&query.name, ident(&value_name(&query.name)));
        let ty = shaper.value_type(index, operation, position)?;
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
        let ty = value_type(signature.argument("body")?, &body.ty);
        if body.required {
            arguments.push(quote!(body::<#ty>(#id)));
        } else {
            setters.extend(quote!(.body(body::<#ty>(#id))));
        }
    }
    let method = ident(&operation.name);
    Ok(quote!(#client #(.#groups())* .#method(#(#arguments),*) #setters))
}
