//! Operations as data.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::rust_types::rust_type;
use super::{Source, docs, ident, module_of};
use crate::names::constant_name;
use crate::plan::{Credential, Encoding, Kind, Operation, Plan, Success};

/// The module of all operations.
pub fn module(plan: &Plan, source: &mut Source) -> TokenStream {
    let mut operations = TokenStream::new();
    let (mut bodies, mut successes) = (TokenStream::new(), TokenStream::new());
    for operation in &plan.operations {
        let (id, name) = (&operation.id, constant_ident(operation));
        operations.extend(constant(plan, operation, &name));
        if let Some(body) = &operation.body {
            let ty = rust_type(&body.ty);
            bodies.extend(quote!(#id => JsonType::of::<#ty>(),));
        }
        let success = success(&operation.success);
        successes.extend(quote!(#id => #success,));
    }
    let names = plan.operations.iter().map(|operation| ident(&constant_name(&operation.id)));
    let uses = super::types_prelude();
    source.insert(
        "operations".to_owned(),
        quote! {
            use crate::operation::{BodyFormat, Credential, JsonType, Operation, Requirement, Success};
            #uses

            #operations

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
    let module = module_of(&ident("operations"), "operations", quote!(pub));
    quote! {
        /// The operations of the API, as data.
        #module
    }
}

/// The name of an operation's constant.
pub fn constant_ident(operation: &Operation) -> Ident {
    ident(&constant_name(&operation.id))
}

fn constant(plan: &Plan, operation: &Operation, name: &Ident) -> TokenStream {
    let Operation { id, method, path, .. } = operation;
    let summary = operation.summary.clone().unwrap_or_default();
    let docs =
        docs::doc([format!("`{id}`: `{method} {path}`"), summary.clone()].into_iter().filter(|text| !text.is_empty()));
    let deprecated = operation.deprecated;
    let credential = match operation.credential {
        Credential::Public => quote!(None),
        Credential::Core => quote!(Some(Credential::AccessToken)),
        Credential::Portal => quote!(Some(Credential::PortalSession)),
        Credential::Member => quote!(Some(Credential::MemberSession)),
    };
    let requirements = operation.security.iter().map(|(scheme, scopes)| {
        let scopes = scopes.iter().filter_map(|scope| scope_variant(plan, scope));
        quote!(Requirement { scheme: #scheme, scopes: &[#(#scopes),*] })
    });
    let subjects = &operation.allowed_subjects;
    let paginated = operation.pagination.is_some();
    let body = match operation.body.as_ref().map(|body| body.encoding) {
        None => quote!(None),
        Some(Encoding::Json) => quote!(Some(BodyFormat::Json)),
        Some(Encoding::Form) => quote!(Some(BodyFormat::Form)),
    };
    let accept = if operation.success == Success::Csv { "text/csv" } else { "application/json" };
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

fn success(success: &Success) -> TokenStream {
    match success {
        Success::Empty => quote!(Success::Empty),
        Success::Csv => quote!(Success::Csv),
        Success::Json(ty) => {
            let ty = rust_type(ty);
            quote!(Success::Json(JsonType::of::<#ty>()))
        }
        Success::OptionalJson(ty) => {
            let ty = rust_type(ty);
            quote!(Success::OptionalJson(JsonType::of::<#ty>()))
        }
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
