//! Operations as data.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs;
use super::tokens::{Sources, ident, module_of, prelude};
use crate::Result;
use crate::generate::{self, Method, Methods, Place, is_named, method_of};
use crate::names::{constant_name, value_name};
use crate::plan::{Kind, Operation, Plan};

/// The module of all operations.
pub fn module(plan: &Plan, methods: &Methods, source: &mut Sources) -> Result<TokenStream> {
    let mut operations: BTreeMap<String, TokenStream> = BTreeMap::new();
    let (mut bodies, mut successes) = (TokenStream::new(), TokenStream::new());
    for operation in &plan.operations {
        let (id, name) = (&operation.id, constant_ident(operation));
        let made = method_of(methods, operation)?;
        let file = format!("operations_{}", value_name(&operation.resource));
        operations.entry(file).or_default().extend(constant(plan, operation, made, &name));
        if let Some(body) = made.body() {
            let ty = &body.ty;
            bodies.extend(quote!(#id => JsonType::of::<#ty>(),));
        }
        let success = success(&made.success);
        successes.extend(quote!(#id => #success,));
    }
    let names = plan.operations.iter().map(|operation| ident(&operation.constant()));
    let uses = prelude();
    let files = operations.keys().map(|file| {
        let path = format!("/{file}.rs");
        quote!(include!(concat!(env!("OUT_DIR"), #path));)
    });
    source.insert(
        "operations".to_owned(),
        quote! {
            use crate::{BodyFormat, Credential, JsonType, Operation, Requirement, Success};
            #uses

            #(#files)*

            /// All operations, in the order of their ids.
            pub(crate) static ALL: &[&Operation] = &[#(&#names),*];

            /// The type of a body.
            #[inline]
            pub(crate) fn body(id: &str) -> Option<JsonType> {
                Some(match id {
                    #bodies
                    _ => return None,
                })
            }

            /// What a success holds.
            #[inline]
            pub(crate) fn success(id: &str) -> Success {
                match id {
                    #successes
                    _ => Success::Empty,
                }
            }
        },
    );
    source.extend(operations);
    let module = module_of(&ident("operations"), "operations", quote!(pub));
    Ok(quote! {
        /// The operations of the API, as data.
        #module
    })
}

/// The name of an operation's constant.
pub fn constant_ident(operation: &Operation) -> Ident {
    ident(&operation.constant())
}

fn constant(plan: &Plan, operation: &Operation, made: &Method, name: &Ident) -> TokenStream {
    let Operation { id, path, .. } = operation;
    let method = made.method.to_uppercase();
    let summary = operation.summary.clone().unwrap_or_default();
    let docs =
        docs::doc([format!("`{id}`: `{method} {path}`"), summary.clone()].into_iter().filter(|text| !text.is_empty()));
    let deprecated = operation.deprecated;
    let credential = match operation.credential.map(|credential| ident(credential.name())) {
        Some(credential) => quote!(Some(Credential::#credential)),
        None => quote!(None),
    };
    let requirements = operation.security.iter().map(|(scheme, scopes)| {
        let scopes = scopes.iter().filter_map(|scope| scope_variant(plan, scope));
        quote!(Requirement { scheme: #scheme, scopes: &[#(#scopes),*] })
    });
    let subjects = &operation.allowed_subjects;
    let paginated = operation.pagination.is_some();
    let body = match made.body().map(|body| &body.place) {
        Some(Place::Form) => quote!(Some(BodyFormat::Form)),
        Some(_) => quote!(Some(BodyFormat::Json)),
        None => quote!(None),
    };
    let accept = if matches!(made.success, generate::Success::Stream) { "text/csv" } else { "application/json" };
    quote! {
        #docs
        pub static #name: Operation = Operation {
            id: #id,
            method: #method,
            path: #path,
            summary: #summary,
            deprecated: #deprecated,
            credential: #credential,
            requirements: &[#(#requirements),*],
            allowed_subjects: &[#(#subjects),*],
            body: #body,
            accept: #accept,
            paginated: #paginated,
        };
    }
}

fn success(success: &generate::Success) -> TokenStream {
    match success {
        generate::Success::Empty => quote!(Success::Empty),
        generate::Success::Stream => quote!(Success::Csv),
        generate::Success::Json(ty) if is_named(ty, "Option") => {
            let ty = generate::inner(ty);
            quote!(Success::OptionalJson(JsonType::of::<#ty>()))
        }
        generate::Success::Json(ty) => quote!(Success::Json(JsonType::of::<#ty>())),
    }
}

/// The variant of a scope.
fn scope_variant(plan: &Plan, scope: &str) -> Option<TokenStream> {
    let name = plan.scope_enum.as_ref()?;
    let Kind::Enum(set) = &plan.types.get(name)?.kind else { return None };
    let variant = ident(&set.values.iter().find(|value| value.value == scope)?.variant);
    let name = ident(name);
    Some(quote!(#name::#variant))
}

/// What the document says of the API as a whole.
pub fn facts(plan: &Plan) -> TokenStream {
    let version = &plan.version;
    let servers = plan.servers.iter().map(|(environment, url)| {
        let name = ident(&constant_name(&format!("{environment}_url")));
        let docs = docs::doc([format!("The base URL of the {environment} environment.")]);
        quote!(#docs pub const #name: &str = #url;)
    });
    quote! {
        /// The version of the API that this crate is made for, as the header `Polar-Version` says it.
        pub const API_VERSION: &str = #version;
        #(#servers)*
    }
}
