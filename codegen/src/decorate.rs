//! The decorate pass: turns the output of typify and progenitor into the final source.
//!
//! The definitions of types and the arguments of operations are those of typify and progenitor. This pass adds the code
//! that the two cannot generate: `Decode` and `Encode`, constructors and setters, discrimination of unions, request
//! builders and handles.

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
use crate::divide::{Content, File};
use crate::names::{version_feature, version_module};
use crate::plan::{Kind, Plan, Type};

/// The syntax tree of each file, by name.
pub type Decorated = BTreeMap<String, syn::File>;

/// Decorates a file. The file of the API results in several files, one for each of its modules.
///
/// # Errors
/// Returns an error if the output of typify or progenitor does not match the plan.
pub fn decorate(plan: &Plan, file: &File<'_>) -> Result<Decorated> {
    match &file.content {
        Content::Types { home, types } => self::types(plan, file, home, types),
        Content::Api { homes, client } => {
            let sources = api(plan, homes, *client, file.exercises)?;
            sources.into_iter().map(|(name, tokens)| Ok((plan.versions.file(&name), parsed(tokens)?))).collect()
        }
    }
}

fn types(plan: &Plan, file: &File<'_>, home: &str, types: &[&Type]) -> Result<Decorated> {
    let mut source = parsed(prelude(plan))?;
    for ty in types {
        source.items.extend(one_type(plan, ty)?);
    }
    let mut decorated = Decorated::from([(plan.versions.file(&types_file(home)), source)]);
    if file.exercises {
        let requests = exercise::requests(plan, home, types)?;
        decorated.insert(plan.versions.file(&exercise::requests_file(home)), parsed(requests)?);
    }
    Ok(decorated)
}

fn api(plan: &Plan, homes: &[String], client: bool, exercises: bool) -> Result<Sources> {
    let mut source = Sources::new();
    let mut modules = TokenStream::new();
    for home in homes {
        let module = ident(home);
        modules.extend(module_of(plan, &module, &types_file(home), quote!(pub(crate))));
        modules.extend(quote!(pub use #module::*;));
    }
    let taken: Vec<_> = plan.types.keys().filter(|name| !plan.is_own(name)).map(|name| ident(name)).collect();
    if !taken.is_empty() {
        modules.extend(quote!(pub use crate::types::{#(#taken),*};));
    }
    let mut api = quote! {
        /// The types of the API's requests and answers.
        #[allow(clippy::large_enum_variant, clippy::match_single_binding, clippy::should_implement_trait)]
        pub mod types { #modules }
    };
    if client {
        api.extend(operations::module(plan, &mut source));
        api.extend(handles::module(plan, &mut source)?);
        match plan.versions.module {
            Some(_) => source.insert("version".to_owned(), operations::version(plan)),
            None => source.insert("error_names".to_owned(), operations::error_names(plan)),
        };
        if exercises {
            source.insert("every_operation".to_owned(), exercise::every_operation(plan));
        }
    }
    if exercises {
        source.insert("every_request".to_owned(), exercise::every_request(plan, homes));
    }
    api.extend(match plan.versions.module {
        Some(_) => module_of_version(plan, client),
        None => root(plan, client),
    });
    source.insert("api".to_owned(), api);
    Ok(source)
}

/// Returns the items that only the root of the crate has: the constants of the API and the modules of other versions.
fn root(plan: &Plan, client: bool) -> TokenStream {
    let mut root = operations::facts(plan);
    if client {
        let (current, version) = (version_ident(&plan.version), operations::version(plan));
        let others =
            plan.versions.others.iter().map(|other| include_file(&format!("{}/version", version_module(other))));
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
    let (version, module) = (&plan.version, ident(&version_module(&plan.version)));
    let docs = docs::doc([
        format!("Version {version} of the API, which is at the root of this crate."),
        crate::docs::served(plan, version).unwrap_or_default(),
        format!(
            "A program that names this module keeps compiling when another version is at the root, with the feature \
             `{}`, which adds nothing as long as this version is there.",
            version_feature(version)
        ),
    ]);
    let clients = client.then(|| {
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
    for other in &plan.versions.others {
        let (module, feature) = (ident(&version_module(other)), version_feature(other));
        let content = include_file(&format!("{module}/api"));
        let served = crate::docs::served(plan, other);
        let docs = docs::doc([format!("Version {other} of the API.")].into_iter().chain(served).chain([
            format!(
                "The clients in this module send this version as `Polar-Version`. Types, operations and resources that \
                 differ from version {} are defined here. All others are re-exported from the root of the crate, so values \
                 can be passed between versions.",
                plan.version
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
fn module_of_version(plan: &Plan, client: bool) -> TokenStream {
    let version = &plan.version;
    let clients = client.then(|| {
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
    let operations = client.then(|| {
        quote!(
            pub(crate) use super::operations;
        )
    });
    let (schemas, samples) = (include(plan, "json_schemas"), include(plan, "samples"));
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
            use crate::features::json_schema::impl_json_schemas;
            #[allow(unused_imports)]
            use super::types::*;
            #schemas
        }

        #[cfg(feature = "test-util")]
        mod samples {
            use crate::features::test::impl_samples;
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
fn one_type(plan: &Plan, ty: &Type) -> Result<Vec<Item>> {
    let (item, others) = match &ty.kind {
        Kind::Struct(object) => structs::structure(plan, ty, object)?,
        Kind::Enum(set) => enums::enumeration(plan, ty, set)?,
        Kind::Union(union) => unions::union(plan, ty, union)?,
        Kind::Id(id) => ids::id(plan, ty, *id)?,
    };
    let mut items = vec![item];
    items.extend(parsed(others)?.items);
    Ok(items)
}
