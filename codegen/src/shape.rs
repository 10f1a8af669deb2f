//! The seventh pass: the source as it is compiled.
//!
//! The definitions of types and the arguments of operations are those that typify and progenitor made. This pass adds what
//! they cannot say: the client's own `Decode` and `Encode`, constructors and setters, the way a union is told apart,
//! request builders and handles.

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

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::Item;

use self::tokens::{Sources, ident, module_of, parsed, prelude};

use crate::Result;
use crate::divide::{Content, File};
use crate::generate::{self, Definition, Definitions, Generated, Methods};
use crate::names::is_imported;
use crate::plan::{Kind, Plan, Type};

/// The syntax of each file by its name.
pub type Shaped = BTreeMap<String, syn::File>;

/// Shapes what a file holds. The API's file has files of its own, for its modules.
///
/// # Errors
/// If typify or progenitor made something else than what was planned.
pub fn shape(plan: &Plan, file: &File<'_>, generated: &Generated) -> Result<Shaped> {
    match &file.content {
        Content::Types { home, types } => self::types(plan, file, generated, home, types),
        Content::Api { homes, client } => {
            let methods = client.then_some(&generated.methods);
            let sources = api(plan, homes, methods, file.exercises)?;
            sources.into_iter().map(|(name, tokens)| Ok((name, parsed(tokens)?))).collect()
        }
    }
}

fn types(plan: &Plan, file: &File<'_>, generated: &Generated, home: &str, types: &[&Type]) -> Result<Shaped> {
    let definitions = &generated.definitions;
    let is_foreign =
        |name: &str| is_imported(name) || (plan.types.contains_key(name) && types.iter().all(|ty| ty.name != name));
    let mut source = parsed(TokenStream::new())?;
    let mut needs_imports = false;
    for ty in types {
        let definition = generate::definition(definitions, &ty.name)?;
        let items = one_type(plan, definitions, definition, ty)?;
        // Enums of values name nothing but their variants.
        needs_imports |=
            !matches!(ty.kind, Kind::Enum(_)) && items.iter().any(|item| mentions(item.to_token_stream(), &is_foreign));
        source.items.extend(items);
    }
    if needs_imports {
        source.items.splice(0..0, parsed(prelude())?.items);
    }
    let mut shaped = Shaped::from([(types_file(home), source)]);
    if file.exercises {
        let requests = exercise::requests(plan, definitions, home, types)?;
        shaped.insert(exercise::requests_file(home), parsed(requests)?);
    }
    Ok(shaped)
}

/// Whether source mentions a name of these, outside of texts.
fn mentions(tokens: TokenStream, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), is_wanted),
        TokenTree::Ident(name) => is_wanted(&name.to_string()),
        _ => false,
    })
}

fn api(plan: &Plan, homes: &[String], methods: Option<&Methods>, exercises: bool) -> Result<Sources> {
    let mut source = Sources::new();
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
    if let Some(methods) = methods {
        api.extend(operations::module(plan, methods, &mut source)?);
        api.extend(handles::module(plan, methods, &mut source)?);
        if exercises {
            source.insert("every_operation".to_owned(), exercise::every_operation(plan, methods)?);
        }
    }
    if exercises {
        source.insert("every_request".to_owned(), exercise::every_request(homes));
    }
    api.extend(operations::facts(plan));
    source.insert("api".to_owned(), api);
    Ok(source)
}

fn types_file(home: &str) -> String {
    format!("types_{home}")
}

/// The items of a type: what typify made of it, and what we make.
fn one_type(plan: &Plan, definitions: &Definitions, made: &Definition, ty: &Type) -> Result<Vec<Item>> {
    let (item, others) = match &ty.kind {
        Kind::Struct(object) => structs::structure(plan, definitions, ty, object)?,
        Kind::Enum(set) => enums::enumeration(made, set)?,
        Kind::Union(union) => unions::union(plan, definitions, made, ty, union)?,
        Kind::Id(id) => ids::id(made, *id)?,
    };
    let mut items = vec![item];
    items.extend(parsed(others)?.items);
    Ok(items)
}
