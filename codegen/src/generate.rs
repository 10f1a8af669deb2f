//! The sixth pass: typify makes the types, and progenitor a method for each operation; both as syntax trees.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use schemars::schema::Schema;
use syn::{Expr, FnArg, GenericArgument, ImplItem, Item, Pat, PathArguments, Type};
use typify::{TypeSpace, TypeSpaceSettings, UnknownPolicy};

use crate::lower::{self, Lowered};
use crate::{Error, Result};

/// What typify and progenitor made for a file.
#[derive(Default)]
pub struct Generated {
    /// typify's types.
    pub definitions: Definitions,
    /// progenitor's methods.
    pub methods: Methods,
}

/// Lets typify and progenitor make what a file holds.
///
/// # Errors
/// If one of them fails, panics, or makes something else than what was lowered.
pub fn generate(lowered: Lowered) -> Result<Generated> {
    let methods = lowered.operations.as_ref().map(methods).transpose()?;
    Ok(Generated { definitions: types(lowered.schemas)?, methods: methods.unwrap_or_default() })
}

/// What typify made of a type: its definition, and conversions into it.
#[derive(Clone)]
pub struct Definition {
    /// The struct or enumeration.
    pub item: Item,
    /// What it is made from.
    pub conversions: Vec<syn::ItemImpl>,
}

/// The definitions of types, by name.
pub type Definitions = BTreeMap<String, Definition>;

/// The methods of operations, by their ids in snake case.
pub type Methods = BTreeMap<String, Method>;

impl Definition {
    /// The definition of a struct.
    pub fn structure(&self) -> Result<&syn::ItemStruct> {
        match &self.item {
            Item::Struct(item) => Ok(item),
            _ => Err(Error::new(TYPES, "typify made no struct of an object")),
        }
    }

    /// The definition of an enumeration.
    pub fn enumeration(&self) -> Result<&syn::ItemEnum> {
        match &self.item {
            Item::Enum(item) => Ok(item),
            _ => Err(Error::new(TYPES, "typify made no enumeration of a union or of values")),
        }
    }
}

/// The definition of a type.
pub fn definition<'a>(definitions: &'a Definitions, name: &str) -> Result<&'a Definition> {
    definitions.get(name).ok_or_else(|| Error::new(name, "typify made no type of it"))
}

/// The field that stands for a property.
pub fn field<'a>(item: &'a syn::ItemStruct, property: &str) -> Result<&'a syn::Field> {
    // typify renames what is no name in Rust, and says so in an attribute; nearly nothing is.
    let same = |field: &&syn::Field| field.ident.as_ref().is_some_and(|ident| ident == property);
    let renamed = |field: &&syn::Field| renamed(&field.attrs).is_some_and(|name| name == property);
    let fields = &item.fields;
    fields
        .iter()
        .find(same)
        .or_else(|| fields.iter().find(renamed))
        .ok_or_else(|| Error::new(format!("{}.{property}", item.ident), "typify made no field of it"))
}

/// The property that a field stands for.
pub fn property_of(field: &syn::Field) -> Option<String> {
    renamed(&field.attrs).or_else(|| field.ident.as_ref().map(syn::Ident::to_string))
}

/// The name in JSON of what has another in Rust.
fn renamed(attributes: &[syn::Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            if let Ok(value) = meta.value() {
                let value = value.parse::<syn::Lit>();
                if let (true, Ok(syn::Lit::Str(value))) = (meta.path.is_ident("rename"), value) {
                    name = Some(value.value());
                }
            }
            Ok(())
        });
    }
    name
}

/// Makes the definitions of types, by name.
pub fn types(schemas: Vec<(String, Schema)>) -> Result<BTreeMap<String, Definition>> {
    let names: BTreeSet<String> = schemas.iter().map(|(name, _)| name.clone()).collect();
    let tokens = caught("typify", || type_tokens(schemas))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| Error::new(TYPES, error.to_string()))?;
    let definitions = definitions(file)?;
    // Without a word, typify makes types of its own, or one of two; each is a fault of the lowering.
    if let Some(name) = definitions.keys().find(|name| !names.contains(*name)) {
        return Err(Error::new(name, "typify made a type that is not planned"));
    }
    if let Some(name) = names.iter().find(|name| !definitions.contains_key(*name)) {
        return Err(Error::new(name, "typify made no type of it"));
    }
    Ok(definitions)
}

/// typify's output.
pub fn type_tokens(schemas: Vec<(String, Schema)>) -> std::result::Result<TokenStream, String> {
    let mut settings = TypeSpaceSettings::default();
    settings.with_unknown_crates(UnknownPolicy::Allow).with_map_type("::std::collections::BTreeMap");
    for (schema, path) in lower::conversions() {
        settings.with_conversion(schema, path, [].into_iter());
    }
    let mut space = TypeSpace::new(&settings);
    space.add_ref_types(schemas).map_err(|error| error.to_string())?;
    Ok(space.to_stream())
}

const TYPES: &str = "the schemas of types";
const OPERATIONS: &str = "the lowered operations";

/// Takes typify's source apart.
pub fn definitions(file: syn::File) -> Result<BTreeMap<String, Definition>> {
    let mut definitions = BTreeMap::new();
    let mut conversions: BTreeMap<String, Vec<syn::ItemImpl>> = BTreeMap::new();
    for mut item in file.items {
        let name = match &item {
            Item::Struct(item) => item.ident.to_string(),
            Item::Enum(item) => item.ident.to_string(),
            Item::Impl(block) => {
                let is_from = block
                    .trait_
                    .as_ref()
                    .is_some_and(|(path, _)| path.segments.last().is_some_and(|last| last.ident == "From"));
                if is_from
                    && let Type::Path(path) = &*block.self_ty
                    && let Some(name) = path.path.get_ident()
                {
                    let name = name.to_string();
                    Tidy.item(&mut item);
                    let Item::Impl(block) = item else { unreachable!() };
                    conversions.entry(name).or_default().push(block);
                }
                continue;
            }
            _ => continue,
        };
        Tidy.item(&mut item);
        definitions.insert(name, Definition { item, conversions: Vec::new() });
    }
    for (name, conversions) in conversions {
        if let Some(definition) = definitions.get_mut(&name) {
            definition.conversions = conversions;
        }
    }
    Ok(definitions)
}

/// A method that progenitor made.
#[derive(Clone)]
pub struct Method {
    /// What is said of it.
    pub docs: String,
    /// Its arguments in the order of the path, then of their names, then the body.
    pub arguments: Vec<Argument>,
    /// The method of the request, in lower case.
    pub method: String,
    /// The path, with braces for its parameters.
    pub path: String,
    /// What it gives.
    pub success: Success,
}

/// An argument of a method.
#[derive(Clone)]
pub struct Argument {
    /// The name in Rust.
    pub ident: syn::Ident,
    /// The type of a value.
    pub ty: Type,
    /// Whether it can be left out.
    pub optional: bool,
    /// Where it goes.
    pub place: Place,
}

/// Where an argument goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Into the path.
    Path,
    /// Into the query, by this name.
    Query(String),
    /// Into the body, as JSON.
    Json,
    /// Into the body, as a form.
    Form,
}

/// What a method gives.
#[derive(Clone)]
pub enum Success {
    /// Nothing.
    Empty,
    /// Bytes as they come.
    Stream,
    /// JSON.
    Json(Box<Type>),
}

/// The method of an operation.
pub fn method_of<'a>(methods: &'a Methods, operation: &crate::plan::Operation) -> Result<&'a Method> {
    methods
        .get(&crate::names::value_name(&operation.id))
        .ok_or_else(|| Error::new(&operation.id, "progenitor made no method of it"))
}

impl Method {
    /// The argument for a query parameter.
    pub fn query(&self, name: &str) -> Result<&Argument> {
        let argument =
            self.arguments.iter().find(|argument| matches!(&argument.place, Place::Query(query) if query == name));
        argument.ok_or_else(|| Error::new(name, "progenitor made no argument of it"))
    }

    /// The arguments for the path, in its order.
    pub fn path_arguments(&self) -> impl Iterator<Item = &Argument> {
        self.arguments.iter().filter(|argument| argument.place == Place::Path)
    }

    /// The argument for the body.
    pub fn body(&self) -> Option<&Argument> {
        self.arguments.iter().find(|argument| matches!(argument.place, Place::Json | Place::Form))
    }
}

impl Argument {
    /// The type of one value, if there can be several.
    pub fn element(&self) -> &Type {
        match last_argument(&self.ty) {
            Some(element) if is_named(&self.ty, "Vec") || is_named(&self.ty, "BTreeMap") => element,
            _ => &self.ty,
        }
    }
}

/// Whether a type has a name.
pub fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

/// The last type argument of a type.
fn last_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    match arguments.args.last()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// Makes the methods of operations, by their ids in snake case.
pub fn methods(document: &openapiv3::OpenAPI) -> Result<BTreeMap<String, Method>> {
    let tokens = caught("progenitor", || method_tokens(document))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| Error::new(OPERATIONS, error.to_string()))?;
    methods_of(file)
}

/// progenitor's output.
pub fn method_tokens(document: &openapiv3::OpenAPI) -> std::result::Result<TokenStream, String> {
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional).with_unknown_crates(UnknownPolicy::Allow);
    Generator::new(&settings).generate_tokens(document).map_err(|error| error.to_string())
}

/// Takes progenitor's source apart.
pub fn methods_of(file: syn::File) -> Result<BTreeMap<String, Method>> {
    let mut methods = BTreeMap::new();
    for item in file.items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() {
            continue;
        }
        for item in block.items {
            let ImplItem::Fn(function) = item else { continue };
            if function.sig.asyncness.is_none() {
                continue;
            }
            let name = function.sig.ident.to_string();
            let method = method(function).ok_or_else(|| Error::new(&name, "progenitor's method is not understood"))?;
            methods.insert(name, method);
        }
    }
    Ok(methods)
}

fn method(function: syn::ImplItemFn) -> Option<Method> {
    let docs = docs(&function.attrs);
    let syn::ReturnType::Type(_, output) = &function.sig.output else { return None };
    // `Result<ResponseValue<T>, Error<E>>`
    let success = match inner(inner(output)?)? {
        Type::Tuple(tuple) if tuple.elems.is_empty() => Success::Empty,
        Type::Path(path) if path.path.is_ident("ByteStream") => Success::Stream,
        ty => {
            let mut ty = ty.clone();
            Tidy.ty(&mut ty);
            Success::Json(Box::new(ty))
        }
    };
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    let mut verb = String::new();
    let mut path = String::new();
    for statement in function.block.stmts {
        let syn::Stmt::Local(local) = statement else { continue };
        let Some(init) = local.init else { continue };
        let Pat::Ident(name) = local.pat else { continue };
        if name.ident.to_string().trim_start_matches('_').starts_with("url") {
            let Expr::Macro(call) = &*init.expr else { continue };
            let format =
                call.mac.parse_body_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated);
            let format = format.ok()?;
            let mut parts = format.iter();
            if let Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) = parts.next() {
                path = text.value().strip_prefix("{}")?.to_owned();
            }
            // `encode_path(&name.to_string())`
            for part in parts.skip(1) {
                let Expr::Call(call) = part else { return None };
                let Expr::Reference(reference) = call.args.first()? else { return None };
                let Expr::MethodCall(text) = &*reference.expr else { return None };
                places.insert(ident_of(&text.receiver)?, Place::Path);
            }
        } else if name.ident.to_string().trim_start_matches('_').starts_with("request") {
            let mut expr = &*init.expr;
            loop {
                match expr {
                    Expr::Try(inner) => expr = &inner.expr,
                    Expr::MethodCall(call) => {
                        match call.method.to_string().as_str() {
                            "query" => {
                                // `&progenitor_client::QueryParam::new("name", &name)`
                                let Expr::Reference(reference) = call.args.first()? else { return None };
                                let Expr::Call(new) = &*reference.expr else { return None };
                                let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. }) = new.args.first()? else {
                                    return None;
                                };
                                let Expr::Reference(argument) = new.args.get(1)? else { return None };
                                places.insert(ident_of(&argument.expr)?, Place::Query(name.value()));
                            }
                            "json" => {
                                places.insert("body".to_owned(), Place::Json);
                            }
                            "form_urlencoded" => {
                                places.insert("body".to_owned(), Place::Form);
                            }
                            "headers" | "header" | "build" => {}
                            other => verb = other.to_owned(),
                        }
                        expr = &call.receiver;
                    }
                    _ => break,
                }
            }
        }
    }
    let mut arguments = Vec::new();
    for argument in function.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let Pat::Ident(name) = *argument.pat else { continue };
        let (mut ty, optional) = owned(*argument.ty);
        Tidy.ty(&mut ty);
        let place = places.remove(&name.ident.to_string())?;
        arguments.push(Argument { ident: name.ident, ty, optional, place });
    }
    Some(Method { docs, arguments, method: verb, path, success })
}

fn ident_of(expr: &Expr) -> Option<String> {
    let Expr::Path(path) = expr else { return None };
    Some(path.path.get_ident()?.to_string())
}

/// The text of doc comments.
pub fn docs(attributes: &[syn::Attribute]) -> String {
    let texts = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn caught(who: &str, make: impl FnOnce() -> std::result::Result<TokenStream, String>) -> Result<TokenStream> {
    match catch_unwind(AssertUnwindSafe(make)) {
        Ok(outcome) => outcome.map_err(|message| Error::new(who, message)),
        Err(panic) => Err(Error::new(who, format!("panicked: {}", panic_message(&*panic)))),
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
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

/// What is behind an argument's `Option<&T>`, and whether it is one.
fn owned(ty: Type) -> (Type, bool) {
    match ty {
        Type::Reference(reference) => match *reference.elem {
            Type::Path(path) if path.path.is_ident("str") => (syn::parse_quote!(String), false),
            other => (other, false),
        },
        Type::Path(path)
            if path.path.is_ident("Option") || path.path.segments.last().is_some_and(|last| last.ident == "Option") =>
        {
            let ty = Type::Path(path);
            match inner(&ty).cloned() {
                Some(ty) => (owned(ty).0, true),
                None => (ty, false),
            }
        }
        other => (other, false),
    }
}

/// Shortens paths to what a person would write, since all types are imported.
pub struct Tidy;

impl Tidy {
    /// Shortens the types of an item.
    pub fn item(&self, item: &mut Item) {
        match item {
            Item::Struct(item) => item.fields.iter_mut().for_each(|field| self.ty(&mut field.ty)),
            Item::Enum(item) => {
                let fields = item.variants.iter_mut().flat_map(|variant| &mut variant.fields);
                fields.for_each(|field| self.ty(&mut field.ty));
            }
            Item::Impl(block) => {
                if let Some((path, _)) = &mut block.trait_ {
                    self.path(path);
                }
                for item in &mut block.items {
                    let ImplItem::Fn(function) = item else { continue };
                    for argument in &mut function.sig.inputs {
                        if let FnArg::Typed(argument) = argument {
                            self.ty(&mut argument.ty);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// Shortens a type.
    pub fn ty(&self, ty: &mut Type) {
        match ty {
            Type::Path(path) => self.path(&mut path.path),
            Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|ty| self.ty(ty)),
            Type::Reference(reference) => self.ty(&mut reference.elem),
            _ => {}
        }
    }

    fn path(&self, path: &mut syn::Path) {
        path.leading_colon = None;
        let Some(mut last) = path.segments.pop() else { return };
        if let PathArguments::AngleBracketed(arguments) = &mut last.arguments {
            for argument in &mut arguments.args {
                if let GenericArgument::Type(ty) = argument {
                    self.ty(ty);
                }
            }
            arguments.args.pop_punct();
        }
        path.segments = [last].into_iter().collect();
    }
}
