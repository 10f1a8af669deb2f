//! The descriptions of operations, as constants.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use serde_json::json;

use super::docs;
use super::tokens::{Sources, ident, include, module_of, prelude, raw_string, root, type_tokens, version_ident};
use crate::json::Value;
use crate::lifecycle::{Lifecycle, Month};
use crate::model::{Effects, Encoding, Kind, Model, Operation, PathParameter, QueryParameter, Success};
use crate::names::{constant_name, value_name, version_module};

/// Returns the module of all operations.
pub fn module(model: &Model, source: &mut Sources) -> TokenStream {
    let mut operations: BTreeMap<String, TokenStream> = BTreeMap::new();
    let (mut bodies, mut successes) = (Arms::new(), Arms::new());
    let is_taken = |operation: &&Operation| model.versions.operations.contains(&operation.id);
    for operation in model.operations.iter().filter(|operation| !is_taken(operation)) {
        let (id, name) = (&operation.id, constant_ident(operation));
        let file = format!("operations_{}", value_name(&operation.resource));
        operations.entry(file).or_default().extend(constant(model, operation, &name));
        if let Some(body) = &operation.body {
            let ty = type_tokens(&body.ty);
            arm(&mut bodies, quote!(Some(JsonType::of::<#ty>())), id);
        }
        if operation.success != Success::Empty {
            arm(&mut successes, success(&operation.success), id);
        }
    }
    let (bodies, successes) = (bodies.into_values().map(one_arm), successes.into_values().map(one_arm));
    let names = model.operations.iter().map(constant_ident);
    let taken: Vec<Ident> = model.operations.iter().filter(is_taken).map(constant_ident).collect();
    let taken = (!taken.is_empty()).then(|| quote!(pub use crate::operations::{#(#taken),*};));
    let uses = prelude(model);
    let files = operations.keys().map(|file| include(model, file));
    // An id does not identify the version of an operation, so those of other versions are looked up in their own
    // module. A shared operation is in the root, and the version of the root is the first one that it lists.
    let elsewhere = |function: &str| -> TokenStream {
        let function = ident(function);
        let arms = model.versions.others.iter().map(|version| {
            let module = ident(&version_module(version));
            quote! {
                if let [#version, ..] = operation.versions {
                    return crate::#module::operations::#function(operation);
                }
            }
        });
        quote!(#(#arms)*)
    };
    let (other_bodies, other_successes) = (elsewhere("body"), elsewhere("success"));
    source.insert(
        "operations".to_owned(),
        // Some of the imports are unused if few resources are enabled, and without any, each `match` has a single arm.
        quote! {
            #[allow(unused_imports)]
            use crate::operation::{
                BodyFormat, Credential, Effects, JsonType, Operation, Requirement, Subject, Success,
            };
            #uses
            #taken

            #(#files)*

            /// All operations, in the order of their ids.
            pub(crate) static ALL: &[&Operation] = &[#(&#names),*];

            /// The type of a body.
            #[inline]
            #[allow(clippy::match_single_binding)]
            pub(crate) fn body(operation: &Operation) -> Option<JsonType> {
                #other_bodies
                match operation.id {
                    #(#bodies)*
                    _ => None,
                }
            }

            /// What a success holds.
            #[inline]
            #[allow(clippy::match_single_binding)]
            pub(crate) fn success(operation: &Operation) -> Success {
                #other_successes
                match operation.id {
                    #(#successes)*
                    _ => Success::Empty,
                }
            }
        },
    );
    source.extend(operations);
    let module = module_of(model, &ident("operations"), "operations", quote!(pub));
    quote! {
        /// The operations of the API, as data.
        #module
    }
}

/// Values with the ids of the operations that have them, by the text of the value.
type Arms<'p> = BTreeMap<String, (TokenStream, Vec<&'p str>)>;

fn arm<'p>(arms: &mut Arms<'p>, value: TokenStream, id: &'p str) {
    arms.entry(value.to_string()).or_insert((value, Vec::new())).1.push(id);
}

fn one_arm((value, ids): (TokenStream, Vec<&str>)) -> TokenStream {
    quote!(#(#ids)|* => #value,)
}

/// Returns a constant for the name of each error that operations list.
pub fn error_names(model: &Model) -> TokenStream {
    let mut constants: BTreeMap<String, TokenStream> = BTreeMap::new();
    for refusal in model.operations.iter().flat_map(|operation| &operation.refusals) {
        let Some(name) = &refusal.name else { continue };
        let constant = constant_name(name);
        constants.entry(constant).or_insert_with_key(|constant| {
            let constant = ident(constant);
            let docs = docs::doc([format!("`{name}`")].into_iter().chain(refusal.description.clone()));
            quote! {
                #docs
                pub const #constant: &str = #name;
            }
        });
    }
    constants.into_values().collect()
}

/// Returns the name of an operation's constant.
pub fn constant_ident(operation: &Operation) -> Ident {
    ident(&operation.constant())
}

fn constant(model: &Model, operation: &Operation, name: &Ident) -> TokenStream {
    let Operation { id, method, path, .. } = operation;
    let docs = docs::doc([format!("`{id}`: `{method} {path}`")].into_iter().chain(operation.summary.clone()));
    let requirements = operation.security.iter().map(|(scheme, scopes)| {
        let scopes = scopes.iter().filter_map(|scope| scope_variant(model, scope));
        quote!(Requirement::new(#scheme, &[#(#scopes),*]))
    });
    let (subjects, versions) = (&operation.allowed_subjects, &operation.versions);
    // All other fields have their defaults.
    let mut fields = TokenStream::new();
    if let Some(summary) = &operation.summary {
        fields.extend(quote!(summary: #summary,));
    }
    if operation.deprecated {
        fields.extend(quote!(deprecated: true,));
    }
    if let Some(credential) = operation.credential.map(|credential| ident(credential.name())) {
        fields.extend(quote!(credential: Some(Credential::#credential),));
    }
    if let Some(body) = &operation.body {
        let format = ident(match body.encoding {
            Encoding::Form => "Form",
            Encoding::Json => "Json",
        });
        fields.extend(quote!(body: Some(BodyFormat::#format),));
    }
    if operation.success == Success::Csv {
        fields.extend(quote!(accept: "text/csv",));
    }
    if operation.pagination.is_some() {
        fields.extend(quote!(paginated: true,));
    }
    if let parameters @ [_, ..] = parameters(operation).as_slice() {
        let parameters = raw_string(&json!(parameters).to_string());
        fields.extend(quote!(parameters: #parameters,));
    }
    if operation.effects != Effects::default() {
        let Effects { read_only, idempotent, destructive } = operation.effects;
        fields.extend(quote! {
            effects: Effects { read_only: #read_only, idempotent: #idempotent, destructive: #destructive },
        });
    }
    quote! {
        #docs
        pub static #name: Operation = Operation {
            #fields
            requirements: &[#(#requirements),*],
            allowed_subjects: &[#(Subject::new(#subjects)),*],
            versions: &[#(#versions),*],
            ..Operation::new(#id, #method, #path)
        };
    }
}

/// Returns the parameters as JSON, which costs less to compile than structs.
fn parameters(operation: &Operation) -> Vec<Value> {
    let path = operation.path_parameters.iter().map(|parameter| {
        let PathParameter { name, description, schema, .. } = parameter;
        object(name, "path", true, false, description, schema)
    });
    let query = operation.query.iter().map(|parameter| {
        let QueryParameter { name, required, deprecated, description, schema, .. } = parameter;
        object(name, "query", *required, *deprecated, description, schema)
    });
    path.chain(query).collect()
}

fn object(
    name: &str,
    place: &str,
    required: bool,
    deprecated: bool,
    description: &Option<String>,
    schema: &Value,
) -> Value {
    let members = [
        ("name", Some(Value::String(name.to_owned()))),
        ("in", Some(Value::String(place.to_owned()))),
        ("required", Some(Value::Bool(required))),
        ("deprecated", deprecated.then_some(Value::Bool(true))),
        ("description", description.clone().map(Value::String)),
        ("schema", Some(schema.clone())),
    ];
    Value::Object(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

fn success(success: &Success) -> TokenStream {
    match success {
        Success::Redirect => quote!(Success::Redirect),
        Success::Empty => quote!(Success::Empty),
        Success::Csv => quote!(Success::Csv),
        Success::OptionalJson(ty) => {
            let ty = type_tokens(ty);
            quote!(Success::OptionalJson(JsonType::of::<#ty>()))
        }
        Success::Json(ty) => {
            let ty = type_tokens(ty);
            quote!(Success::Json(JsonType::of::<#ty>()))
        }
    }
}

/// Returns the variant of a scope.
fn scope_variant(model: &Model, scope: &str) -> Option<TokenStream> {
    let name = model.scope_enum.as_ref()?;
    let Kind::Enum(set) = &model.types.get(name)?.kind else { return None };
    let variant = ident(&set.values.iter().find(|value| value.value == scope)?.variant);
    let name = ident(name);
    Some(quote!(#name::#variant))
}

/// Returns the constants of the API: its version, its servers and the names of secret properties.
pub fn facts(model: &Model) -> TokenStream {
    let version = &model.version;
    let servers = model.servers.iter().map(|(environment, url)| {
        let name = ident(&constant_name(&format!("{environment}_url")));
        let docs = docs::doc([format!("The base URL of the {environment} environment.")]);
        quote!(#docs pub const #name: &str = #url;)
    });
    let secrets = &model.secrets;
    quote! {
        /// The names of properties whose values are secrets, in any version.
        pub(crate) const SECRETS: &[&str] = &[#(#secrets),*];

        /// The version of the API that this crate is made for, as the header `Polar-Version` says it.
        pub const API_VERSION: &str = #version;
        #(#servers)*
    }
}

/// Returns the marker type of a version of the API, and its operations.
pub fn version(model: &Model) -> TokenStream {
    let (version, name, root) = (&model.version, version_ident(&model.version), root(model));
    let where_ = match &model.versions.module {
        Some(module) => format!("Version {version}, of the module [`{module}`](crate::{module})."),
        None => format!("Version {version}, at the root of this crate."),
    };
    let served = crate::docs::served(model, version);
    let docs = docs::doc([where_].into_iter().chain(served));
    let lifecycle = match model.versions.lifecycle(version) {
        Some(Lifecycle { current, deprecated, removed }) => {
            let [current, deprecated, removed] =
                [current, deprecated, removed].map(|Month { year, month }| quote!((#year, #month)));
            quote!(Some(Lifecycle::new(#version, #current, #deprecated, #removed)))
        }
        None => quote!(None),
    };
    quote! {
        #docs
        #[derive(Clone, Copy, Debug)]
        pub enum #name {}

        impl Version for #name {
            const VERSION: &'static str = #version;
            const LIFECYCLE: Option<Lifecycle> = #lifecycle;

            fn operations() -> &'static [&'static Operation] {
                #root::operations::ALL
            }
        }

        impl Sealed for #name {}
    }
}
