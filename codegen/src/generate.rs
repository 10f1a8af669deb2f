//! The fifth pass: progenitor and typify make Rust of the lowered document, and what is needed of it is kept.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use syn::visit_mut::VisitMut;
use syn::{FnArg, GenericArgument, Item, Pat, PathArguments, Type};

use crate::lower::{IMPORTED, REPLACED, operation_id};
use crate::plan::Plan;
use crate::{Error, Result};

/// The Rust types that progenitor and typify chose.
#[derive(Debug)]
pub struct Generated {
    fields: BTreeMap<String, BTreeMap<String, Type>>,
    signatures: BTreeMap<String, Signature>,
}

/// The types of an operation's arguments and of its answer.
#[derive(Debug)]
pub struct Signature {
    arguments: BTreeMap<String, Type>,
    success: Type,
}

/// Runs progenitor.
pub fn generate(document: &OpenAPI) -> Result<Generated> {
    let tokens = run(document).map_err(|message| Error::new(culprit(document), message))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| Error::new(WHOLE, error.to_string()))?;
    let mut generated = Generated { fields: BTreeMap::new(), signatures: BTreeMap::new() };
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                for item in module.content.into_iter().flat_map(|(_, items)| items) {
                    generated.keep_type(item)?;
                }
            }
            Item::Impl(block) if block.trait_.is_none() => {
                for item in block.items {
                    if let syn::ImplItem::Fn(function) = item {
                        generated.keep_signature(function.sig);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(generated)
}

/// The place of an error that no operation of its own makes.
const WHOLE: &str = "the lowered document";

/// Runs progenitor, which panics on some documents.
fn run(document: &OpenAPI) -> std::result::Result<TokenStream, String> {
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional).with_map_type("::std::collections::BTreeMap");
    for (name, rust) in REPLACED {
        settings.with_replacement(name, rust, [TypeImpl::Display, TypeImpl::FromStr].into_iter());
    }
    match catch_unwind(AssertUnwindSafe(|| Generator::new(&settings).generate_tokens(document))) {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        Err(panic) => Err(format!("progenitor panicked: {}", panic_message(&*panic))),
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}

/// The operation that progenitor fails at even if it is the only one.
fn culprit(document: &OpenAPI) -> String {
    let fails_with = |wanted: Option<&String>| {
        let mut part = document.clone();
        part.paths.paths.retain(|path, _| Some(path) == wanted);
        run(&part).is_err()
    };
    if fails_with(None) {
        return WHOLE.to_owned();
    }
    let operations = document.paths.iter().filter_map(|(path, item)| Some((path, item.as_item()?.iter().next()?.1)));
    let culprit = operations.into_iter().find(|(path, _)| fails_with(Some(path)));
    culprit.and_then(|(_, operation)| operation.summary.clone()).unwrap_or_else(|| WHOLE.to_owned())
}

impl Generated {
    /// The type of a struct's field, given its name in JSON.
    pub fn field(&self, object: &str, property: &str) -> Result<&Type> {
        let field = self.fields.get(object).and_then(|fields| fields.get(property));
        field.ok_or_else(|| Error::new(format!("{object}.{property}"), "typify made no field of it"))
    }

    /// The types of an operation.
    pub fn signature(&self, plan: &Plan, index: usize) -> Result<&Signature> {
        self.signatures
            .get(&operation_id(index))
            .ok_or_else(|| Error::new(&plan.operations[index].id, "progenitor made no method of it"))
    }

    fn keep_type(&mut self, item: Item) -> Result<()> {
        if let Item::Enum(item) = &item
            && is_untagged(&item.attrs)
        {
            return Err(Error::new(item.ident.to_string(), "an untagged union that is tried variant by variant"));
        }
        let Item::Struct(item) = item else { return Ok(()) };
        let fields = self.fields.entry(item.ident.to_string()).or_default();
        for mut field in item.fields {
            let Some(ident) = &field.ident else { continue };
            let name = renamed(&field.attrs).unwrap_or_else(|| ident.to_string());
            Tidy.visit_type_mut(&mut field.ty);
            fields.insert(name, field.ty);
        }
        Ok(())
    }

    fn keep_signature(&mut self, signature: syn::Signature) {
        let syn::ReturnType::Type(_, output) = signature.output else { return };
        // `Result<ResponseValue<T>, Error<E>>`
        let Some(mut success) = inner(&output).and_then(inner).cloned() else { return };
        Tidy.visit_type_mut(&mut success);
        let mut arguments = BTreeMap::new();
        for argument in signature.inputs {
            let FnArg::Typed(argument) = argument else { continue };
            let Pat::Ident(name) = *argument.pat else { continue };
            let mut ty = owned(*argument.ty);
            Tidy.visit_type_mut(&mut ty);
            arguments.insert(name.ident.to_string(), ty);
        }
        self.signatures.insert(signature.ident.to_string(), Signature { arguments, success });
    }
}

impl Signature {
    /// The type of an argument.
    pub fn argument(&self, name: &str) -> Result<&Type> {
        self.arguments.get(name).ok_or_else(|| Error::new(name, "progenitor made no argument of it"))
    }

    /// The type of a success.
    pub fn success(&self) -> &Type {
        &self.success
    }
}

/// Whether an enumeration's variants are tried in turn.
fn is_untagged(attributes: &[syn::Attribute]) -> bool {
    let words = attributes.iter().filter(|attribute| attribute.path().is_ident("serde")).filter_map(|attribute| {
        let list = attribute.meta.require_list().ok()?;
        Some(list.tokens.clone().into_iter())
    });
    words.flatten().any(|word| word.to_string() == "untagged")
}

/// The name that a field is renamed to.
fn renamed(attributes: &[syn::Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            let value = meta.value().and_then(|value| value.parse::<syn::Lit>());
            if let (true, Ok(syn::Lit::Str(value))) = (meta.path.is_ident("rename"), value) {
                name = Some(value.value());
            }
            Ok(())
        });
    }
    name
}

/// The first type argument of a type.
pub fn inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// What is behind an argument's `Option<&T>`.
fn owned(ty: Type) -> Type {
    match ty {
        Type::Reference(reference) => match *reference.elem {
            Type::Path(path) if path.path.is_ident("str") => syn::parse_quote!(String),
            Type::Slice(slice) => {
                let element = slice.elem;
                syn::parse_quote!(Vec<#element>)
            }
            other => other,
        },
        Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option") => {
            let ty = Type::Path(path);
            inner(&ty).cloned().map_or(ty, owned)
        }
        other => other,
    }
}

/// Types that every file has.
const PRELUDE: [&str; 4] = ["Box", "Option", "String", "Vec"];

/// Shortens paths to what a person would write: types that are imported, and types beside.
struct Tidy;

impl VisitMut for Tidy {
    fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
        syn::visit_mut::visit_type_path_mut(self, path);
        let segments = &mut path.path.segments;
        let first = segments.first().map(|segment| segment.ident.to_string());
        let last = segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let imported = PRELUDE.contains(&last.as_str()) || IMPORTED.contains(&last.as_str());
        let beside = matches!(first.as_deref(), Some("types" | "self" | "super"));
        if let Some(last) = segments.last().filter(|_| imported || beside).cloned() {
            path.path.leading_colon = None;
            path.path.segments = [last].into_iter().collect();
        }
    }
}
