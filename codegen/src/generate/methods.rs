//! Methods of operations, as progenitor makes them.
//!
//! progenitor has no model of operations that others can read, so its source is taken apart: the signature has the names
//! and types of arguments, and whether they can be left out; the body where each goes.

use std::collections::BTreeMap;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::json;
use syn::punctuated::Punctuated;
use syn::{Expr, FnArg, ImplItem, Item, Lit, Pat, Type};
use typify::UnknownPolicy;

use super::catch::{caught, culprit};
use super::schemas::conversions;
use super::syntax::{inner, last_argument, last_name};
use super::types::pages;
use crate::json::{Map, Value};
use crate::plan::{Success, TypeRef};
use crate::rewrite::Rewritten;
use crate::{Error, Result};

/// The methods of operations, by their ids in snake case.
pub type Methods = BTreeMap<String, Method>;

/// A method that progenitor made.
#[derive(Clone, Debug)]
pub struct Method {
    /// Its arguments: those of the path in its order, those of the query, and the body.
    pub arguments: Vec<Argument>,
    /// What it gives.
    pub success: Success,
}

/// An argument of a method.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name in Rust.
    pub name: String,
    /// The type of a value.
    pub ty: TypeRef,
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

/// Lets progenitor make the methods of operations, by their ids in snake case.
///
/// # Errors
/// If progenitor fails, panics, or makes something that is not understood.
pub fn methods(rewritten: &Rewritten) -> Result<Methods> {
    let make = |paths: &Map<String, Value>| caught("progenitor", || tokens(rewritten, paths));
    let tokens = make(&rewritten.paths).map_err(|error| blame(&rewritten.paths, make, error))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| Error::new("progenitor", error.to_string()))?;
    methods_of(file)
}

/// The error of the first operation that fails by itself.
fn blame(paths: &Map<String, Value>, make: impl Fn(&Map<String, Value>) -> Result<TokenStream>, error: Error) -> Error {
    let operations = paths.iter().flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| {
            let id = operation["operationId"].as_str().unwrap_or(path).to_owned();
            let alone = json!({ path.as_str(): { method.as_str(): operation } });
            (id, alone.as_object().cloned().unwrap_or_default())
        })
    });
    culprit(operations, |alone| make(&alone)).unwrap_or(error)
}

/// progenitor's source.
///
/// # Errors
/// If progenitor fails, with what it says.
fn tokens(rewritten: &Rewritten, paths: &Map<String, Value>) -> std::result::Result<TokenStream, String> {
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional).with_unknown_crates(UnknownPolicy::Allow);
    settings.with_map_type("::std::collections::BTreeMap");
    for (schema, ty) in conversions() {
        settings.with_conversion(schema, ty, [].into_iter());
    }
    // Types are typify's, which are made elsewhere.
    let pages: BTreeMap<&str, &str> = pages(&rewritten.definitions).collect();
    let mut schemas = Map::new();
    for name in rewritten.definitions.keys() {
        let ty = pages.get(name.as_str()).map_or_else(|| name.clone(), |item| format!("Page<{item}>"));
        settings.with_replacement(name, ty, [].into_iter());
        schemas.insert(name.clone(), json!({}));
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "" },
        "paths": paths,
        "components": { "schemas": schemas },
    });
    let document: OpenAPI = serde_json::from_value(document).map_err(|error| error.to_string())?;
    Generator::new(&settings).generate_tokens(&document).map_err(|error| error.to_string())
}

/// Takes progenitor's source apart.
fn methods_of(file: syn::File) -> Result<Methods> {
    let mut methods = Methods::new();
    let blocks = file.items.into_iter().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(block.items),
        _ => None,
    });
    for item in blocks.flatten() {
        let ImplItem::Fn(function) = item else { continue };
        if function.sig.asyncness.is_none() {
            continue;
        }
        let name = function.sig.ident.to_string();
        let method = method(function).ok_or_else(|| Error::new(&name, "progenitor's method is not understood"))?;
        methods.insert(name, method);
    }
    Ok(methods)
}

fn method(function: syn::ImplItemFn) -> Option<Method> {
    let syn::ReturnType::Type(_, output) = &function.sig.output else { return None };
    // `Result<ResponseValue<T>, Error<E>>`
    let success = match inner(inner(output)?)? {
        Type::Tuple(tuple) if tuple.elems.is_empty() => Success::Empty,
        ty if last_name(ty).as_deref() == Some("ByteStream") => Success::Csv,
        ty if last_name(ty).as_deref() == Some("Option") => Success::OptionalJson(type_of(inner(ty)?)?),
        ty => Success::Json(type_of(ty)?),
    };
    let mut places = places(&function.block)?;
    let mut arguments = Vec::new();
    for argument in function.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let Pat::Ident(name) = *argument.pat else { continue };
        let name = name.ident.to_string();
        let optional = last_name(&argument.ty).as_deref() == Some("Option");
        let ty = if optional { inner(&argument.ty)? } else { &argument.ty };
        arguments.push(Argument { ty: type_of(ty)?, optional, place: places.remove(&name)?, name });
    }
    Some(Method { arguments, success })
}

/// Where the arguments of a method go, by their names.
fn places(block: &syn::Block) -> Option<BTreeMap<String, Place>> {
    let mut places = BTreeMap::new();
    for statement in &block.stmts {
        let syn::Stmt::Local(syn::Local { pat: Pat::Ident(name), init: Some(init), .. }) = statement else { continue };
        let name = name.ident.to_string();
        match name.trim_start_matches('_') {
            name if name.starts_with("url") => path_arguments(&init.expr, &mut places)?,
            name if name.starts_with("request") => request_arguments(&init.expr, &mut places)?,
            _ => {}
        }
    }
    Some(places)
}

/// The arguments of `format!("{}/things/{}", self.baseurl, encode_path(&id.to_string()))`.
fn path_arguments(url: &Expr, places: &mut BTreeMap<String, Place>) -> Option<()> {
    let Expr::Macro(call) = url else { return Some(()) };
    let parts = call.mac.parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated).ok()?;
    for part in &parts {
        let Expr::Call(call) = part else { continue };
        let Expr::Reference(reference) = call.args.first()? else { return None };
        let Expr::MethodCall(text) = &*reference.expr else { return None };
        places.insert(ident_of(&text.receiver)?, Place::Path);
    }
    Some(())
}

/// The arguments of `self.client.post(url).query(&QueryParam::new("page", &page)).json(&body)`.
fn request_arguments(request: &Expr, places: &mut BTreeMap<String, Place>) -> Option<()> {
    let mut expr = request;
    loop {
        let call = match expr {
            Expr::Try(inner) => {
                expr = &inner.expr;
                continue;
            }
            Expr::MethodCall(call) => call,
            _ => return Some(()),
        };
        match call.method.to_string().as_str() {
            "query" => {
                let Expr::Reference(reference) = call.args.first()? else { return None };
                let Expr::Call(new) = &*reference.expr else { return None };
                let Expr::Lit(syn::ExprLit { lit: Lit::Str(name), .. }) = new.args.first()? else { return None };
                let Expr::Reference(argument) = new.args.get(1)? else { return None };
                places.insert(ident_of(&argument.expr)?, Place::Query(name.value()));
            }
            "json" => drop(places.insert("body".to_owned(), Place::Json)),
            "form_urlencoded" => drop(places.insert("body".to_owned(), Place::Form)),
            _ => {}
        }
        expr = &call.receiver;
    }
}

/// The type that syntax stands for.
fn type_of(ty: &Type) -> Option<TypeRef> {
    let name = match ty {
        Type::Reference(reference) => return type_of(&reference.elem),
        Type::Slice(list) => return Some(TypeRef::List(Box::new(type_of(&list.elem)?))),
        ty => last_name(ty)?,
    };
    let element = || inner(ty).and_then(type_of).map(Box::new);
    Some(match name.as_str() {
        "Vec" => TypeRef::List(element()?),
        "Page" => TypeRef::Page(element()?),
        "BTreeMap" | "HashMap" => TypeRef::Map(Box::new(type_of(last_argument(ty)?)?)),
        "Map" => TypeRef::Map(Box::new(TypeRef::Any)),
        "str" | "String" => TypeRef::String,
        "i64" => TypeRef::Integer,
        "bool" => TypeRef::Boolean,
        "Number" => TypeRef::Number,
        "Null" => TypeRef::Null,
        "Decimal" => TypeRef::Decimal,
        "DecimalOrNumber" => TypeRef::DecimalOrNumber,
        "Scalar" => TypeRef::Scalar,
        "Value" => TypeRef::Any,
        "Uuid" => TypeRef::Uuid,
        "NaiveDate" => TypeRef::Date,
        "DateTime" => TypeRef::DateTime,
        _ => TypeRef::Named(name),
    })
}

fn ident_of(expr: &Expr) -> Option<String> {
    let Expr::Path(path) = expr else { return None };
    Some(path.path.get_ident()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(paths: Value) -> Rewritten {
        let paths = paths.as_object().cloned().expect("paths");
        Rewritten { definitions: Default::default(), paths, webhook_union: None, scope_enum: None }
    }

    #[test]
    fn a_failure_is_blamed_on_the_operation_that_causes_it() {
        let ok = json!({ "description": "Done." });
        let content = |ty: &str| json!({ "description": "Done.", "content": { "application/json": { "schema": { "type": ty } } } });
        // progenitor takes one type of success, and panics on two.
        let two = json!({ "200": content("string"), "201": content("integer") });
        let paths = json!({
            "/things": { "get": { "operationId": "things:list", "responses": { "200": ok } } },
            "/parts": { "get": { "operationId": "parts:list", "responses": two } },
        });
        let Err(error) = methods(&document(paths)) else { panic!("expected an error") };
        assert_eq!(error.place(), "parts:list", "{error}");
        assert!(error.message().starts_with("progenitor"), "{error}");
    }

    #[test]
    fn arguments_are_told_by_where_they_go() {
        let string = json!({ "type": "string" });
        let paths = json!({ "/things/{id}": { "patch": {
            "operationId": "things:update",
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": string },
                { "name": "dry-run", "in": "query", "schema": { "type": "boolean" } },
            ],
            "requestBody": { "required": true, "content": { "application/json": { "schema": string } } },
            "responses": { "200": { "description": "Done." } },
        } } });
        let methods = methods(&document(paths)).expect("a method");
        let arguments = methods["things_update"].arguments.iter();
        let arguments: Vec<_> = arguments.map(|one| (one.place.clone(), one.ty.clone(), one.optional)).collect();
        let query = Place::Query("dry-run".to_owned());
        assert_eq!(
            arguments,
            [
                (Place::Path, TypeRef::String, false),
                (query, TypeRef::Boolean, true),
                (Place::Json, TypeRef::String, false),
            ]
        );
    }
}
