//! The decorate pass: turns the output of typify and progenitor into the final source.
//!
//! The definitions of types and the arguments of operations are those of typify and progenitor. This pass adds the code
//! that the two cannot generate: `Decode` and `Encode`, constructors and setters, discrimination of unions, request
//! builders and handles.

mod bodies;
pub(crate) mod docs;
mod enums;
mod exercise;
mod handles;
mod ids;
mod operations;
mod structs;
mod tokens;
mod unions;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use self::tokens::{Sources, ident, include, include_file, module_of, parsed, prelude, version_ident};

use crate::Result;
use crate::divide::Content;
use crate::model::{Kind, Model, Type};
use crate::names::{version_feature, version_module};

/// The syntax tree of each file, by name.
pub type Decorated = BTreeMap<String, syn::File>;

/// Decorates a file. The file of the API results in several files, one for each of its modules.
///
/// # Errors
/// Returns an error if the output of typify or progenitor does not match the model.
pub fn decorate(model: &Model, file: &Content<'_>) -> Result<Decorated> {
    match file {
        Content::Types { home, types } => self::types(model, home, types),
        Content::Api { homes } => {
            let sources = api(model, homes)?;
            sources.into_iter().map(|(name, tokens)| Ok((model.versions.file(&name), parsed(tokens)?))).collect()
        }
    }
}

fn types(model: &Model, home: &str, types: &[&Type]) -> Result<Decorated> {
    let mut source = parsed(prelude(model))?;
    for ty in types {
        source.items.extend(one_type(model, ty)?);
    }
    let mut decorated = Decorated::from([(model.versions.file(&types_file(home)), source)]);
    if model.exercises {
        let requests = exercise::requests(model, home, types)?;
        decorated.insert(model.versions.file(&exercise::requests_file(home)), parsed(requests)?);
    }
    Ok(decorated)
}

fn api(model: &Model, homes: &[String]) -> Result<Sources> {
    let mut source = Sources::new();
    let mut modules = TokenStream::new();
    for home in homes {
        let module = ident(home);
        modules.extend(module_of(model, &module, &types_file(home), quote!(pub(crate))));
        modules.extend(quote!(pub use #module::*;));
    }
    let taken = model.types.values().filter(|ty| !model.is_own(&ty.name));
    let taken = taken.flat_map(|ty| [Some(ty.name.clone()), structs::required_name(model, ty)]).flatten();
    let taken: Vec<_> = taken.map(|name| ident(&name)).collect();
    if !taken.is_empty() {
        modules.extend(quote!(pub use crate::types::{#(#taken),*};));
    }
    let mut api = quote! {
        /// The types of the API's requests and answers.
        #[allow(
            clippy::large_enum_variant,
            clippy::match_single_binding,
            clippy::should_implement_trait,
            clippy::too_many_arguments
        )]
        pub mod types { #modules }
    };
    if model.client {
        api.extend(operations::module(model, &mut source));
        api.extend(handles::module(model, &mut source)?);
        match model.versions.module {
            Some(_) => source.insert("version".to_owned(), operations::version(model)),
            None => source.insert("error_names".to_owned(), operations::error_names(model)),
        };
        if model.exercises {
            source.insert("every_operation".to_owned(), exercise::every_operation(model));
        }
    }
    if model.exercises {
        source.insert("every_request".to_owned(), exercise::every_request(model, homes));
    }
    api.extend(match model.versions.module {
        Some(_) => module_of_version(model),
        None => root(model),
    });
    source.insert("api".to_owned(), api);
    Ok(source)
}

/// Returns the items that only the root of the crate has: the constants of the API and the modules of other versions.
fn root(model: &Model) -> TokenStream {
    let mut root = operations::facts(model);
    if model.client {
        let (current, version) = (version_ident(&model.version), operations::version(model));
        let others =
            model.versions.others.iter().map(|other| include_file(&format!("{}/version", version_module(other))));
        root.extend(quote! {
            /// Marker types for the versions of the API, used as a type parameter of [`Client`].
            pub mod versions {
                use crate::Operation;
                use crate::client::Version;
                use crate::client::version::{Lifecycle, Sealed};

                /// The version at the root of this crate.
                pub type Current = #current;

                #version
                #(#others)*
            }
        });
    }
    let (version, module) = (&model.version, ident(&version_module(&model.version)));
    let docs = docs::doc([
        format!("Version {version} of the API, which is at the root of this crate."),
        crate::docs::served(model, version).unwrap_or_default(),
        format!(
            "A program that names this module keeps compiling when another version is at the root, with the feature \
             `{}`, which adds nothing as long as this version is there.",
            version_feature(version)
        ),
    ]);
    let clients = model.client.then(|| {
        quote!(
            pub use crate::{CustomerPortal, MemberPortal, Polar, operations, resources};
        )
    });
    // Hidden, since the documentation and other lists of public items would have every item twice otherwise.
    root.extend(quote! {
        #docs
        #[doc(hidden)]
        pub mod #module {
            #clients
            pub use crate::{API_VERSION, types};
        }
    });
    for other in &model.versions.others {
        let (module, feature) = (ident(&version_module(other)), version_feature(other));
        let content = include_file(&format!("{module}/api"));
        let served = crate::docs::served(model, other);
        let docs = docs::doc([format!("Version {other} of the API.")].into_iter().chain(served).chain([
            format!(
                "The clients in this module send this version as `Polar-Version`. Types, operations and resources that \
                 differ from version {} are defined here. All others are re-exported from the root of the crate, so values \
                 can be passed between versions.",
                model.version
            ),
        ]));
        root.extend(quote! {
            #docs
            #[cfg_attr(docsrs, doc(cfg(feature = #feature)))]
            pub mod #module { #content }
        });
    }
    root
}

/// Returns the items that only the module of a version has: its clients and the imports of its files.
fn module_of_version(model: &Model) -> TokenStream {
    let version = &model.version;
    let clients = model.client.then(|| {
        let marker = version_ident(version);
        let alias = |name: &str, credential: &str, whom: &str| {
            let (docs, name, credential) =
                (docs::doc([format!("A client of version {version} of {whom}.")]), ident(name), ident(credential));
            quote! {
                #docs
                pub type #name = crate::Client<crate::client::#credential, crate::versions::#marker>;
            }
        };
        [
            alias("Polar", "AccessToken", "the API, for an organization or a user"),
            alias("CustomerPortal", "CustomerSession", "the customer portal, for a customer"),
            alias("MemberPortal", "MemberSession", "the customer portal, for a member of a team customer"),
        ]
    });
    let clients = clients.into_iter().flatten();
    let operations = model.client.then(|| {
        quote!(
            pub(crate) use super::operations;
        )
    });
    let (schemas, samples) = (include(model, "json_schemas"), include(model, "samples"));
    quote! {
        /// This version, as the header `Polar-Version` says it.
        pub const API_VERSION: &str = #version;

        #(#clients)*

        #[allow(unused_imports)]
        mod prelude {
            pub(crate) use crate::imports::*;
            pub(crate) use super::types::*;
            #operations
        }

        #[cfg(feature = "schemars")]
        mod json_schemas {
            use crate::features::schemars::impl_json_schemas;
            #[allow(unused_imports)]
            use super::types::*;
            #schemas
        }

        #[cfg(feature = "test-util")]
        mod samples {
            use crate::features::test_util::impl_samples;
            #[allow(unused_imports)]
            use super::types::*;
            #samples
        }
    }
}

fn types_file(home: &str) -> String {
    format!("types_{home}")
}

/// Returns the items of a type: the definition by typify, and the items that this pass adds.
fn one_type(model: &Model, ty: &Type) -> Result<Vec<Item>> {
    let (item, others) = match &ty.kind {
        Kind::Struct(object) => structs::structure(model, ty, object)?,
        Kind::Enum(set) => enums::enumeration(model, ty, set)?,
        Kind::Union(union) => unions::union(model, ty, union)?,
        Kind::Id(id) => ids::id(model, ty, *id)?,
    };
    let mut items = vec![item];
    items.extend(parsed(others)?.items);
    Ok(items)
}
