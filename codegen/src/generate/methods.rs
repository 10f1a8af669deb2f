//! Methods of operations, as progenitor makes them.

use std::collections::BTreeMap;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use syn::{Expr, FnArg, ImplItem, Item, Pat, Type};
use typify::UnknownPolicy;

use super::catch::{caught, culprit};
use super::syntax::{docs, inner, is_named, last_argument, tidy_type};
use crate::names::value_name;
use crate::plan;
use crate::{Error, Result};

/// The methods of operations, by their ids in snake case.
pub type Methods = BTreeMap<String, Method>;

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
///
/// # Errors
/// If there is none, or if it lacks an argument.
pub fn method_of<'a>(methods: &'a Methods, operation: &plan::Operation) -> Result<&'a Method> {
    let method = methods
        .get(&value_name(&operation.id))
        .ok_or_else(|| Error::new(&operation.id, "progenitor made no method of it"))?;
    let (path, query) = (operation.path_parameters.len(), operation.query.len());
    let planned = path + query + usize::from(operation.body.is_some());
    if method.path_arguments().count() != path || method.arguments.len() != planned {
        let made = method.arguments.len();
        return Err(Error::new(&operation.id, format!("progenitor made {made} arguments instead of {planned}")));
    }
    Ok(method)
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

/// Makes the methods of operations, by their ids in snake case.
///
/// # Errors
/// If progenitor fails, panics, or makes something that is not understood.
pub fn methods(document: &OpenAPI) -> Result<Methods> {
    let tokens = caught("progenitor", || method_tokens(document)).map_err(|error| blame(document, error))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| Error::new("progenitor", error.to_string()))?;
    methods_of(file)
}

/// The error of the first operation that fails by itself.
fn blame(document: &OpenAPI, error: Error) -> Error {
    let items = document.paths.paths.iter().filter_map(|(path, item)| Some((path, item.as_item()?)));
    let alone = items.flat_map(|(path, item)| {
        item.iter().map(move |(method, operation)| {
            let mut document = document.clone();
            let mut item = openapiv3::PathItem::default();
            *slot(&mut item, method) = Some(operation.clone());
            document.paths.paths = [(path.clone(), openapiv3::ReferenceOr::Item(item))].into_iter().collect();
            (operation.operation_id.as_deref().unwrap_or(path), document)
        })
    });
    culprit(alone, |document| caught("progenitor", || method_tokens(&document))).unwrap_or(error)
}

/// Where a path's operation of a method stands.
fn slot<'a>(item: &'a mut openapiv3::PathItem, method: &str) -> &'a mut Option<openapiv3::Operation> {
    match method {
        "get" => &mut item.get,
        "put" => &mut item.put,
        "patch" => &mut item.patch,
        "delete" => &mut item.delete,
        _ => &mut item.post,
    }
}

/// progenitor's output.
///
/// # Errors
/// If progenitor fails, with what it says.
pub fn method_tokens(document: &OpenAPI) -> std::result::Result<TokenStream, String> {
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional).with_unknown_crates(UnknownPolicy::Allow);
    Generator::new(&settings).generate_tokens(document).map_err(|error| error.to_string())
}

/// Takes progenitor's source apart.
fn methods_of(file: syn::File) -> Result<Methods> {
    let mut methods = Methods::new();
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
            tidy_type(&mut ty);
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
        tidy_type(&mut ty);
        let place = places.remove(&name.ident.to_string())?;
        arguments.push(Argument { ident: name.ident, ty, optional, place });
    }
    Some(Method { docs, arguments, method: verb, path, success })
}

fn ident_of(expr: &Expr) -> Option<String> {
    let Expr::Path(path) = expr else { return None };
    Some(path.path.get_ident()?.to_string())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn document(paths: serde_json::Value) -> OpenAPI {
        let document = serde_json::json!({
            "openapi": "3.0.3", "info": { "title": "Things", "version": "1" }, "paths": paths
        });
        serde_json::from_value(document).expect("a document")
    }

    #[test]
    fn a_failure_is_blamed_on_the_operation_that_causes_it() {
        let ok = serde_json::json!({ "description": "Done." });
        let json = |kind: &str| {
            let schema = serde_json::json!({ "type": kind });
            serde_json::json!({ "description": "Done.", "content": { "application/json": { "schema": schema } } })
        };
        // progenitor takes one type of success, and panics on two.
        let two = serde_json::json!({ "200": json("string"), "201": json("integer") });
        let paths = serde_json::json!({
            "/things": { "get": { "operationId": "things:list", "responses": { "200": ok } } },
            "/parts": { "get": { "operationId": "parts:list", "responses": two } },
        });
        let Err(error) = methods(&document(paths)) else { panic!("expected an error") };
        assert_eq!(error.place(), "parts:list", "{error}");
        assert!(error.message().starts_with("progenitor"), "{error}");
    }

    #[test]
    fn arguments_are_told_by_where_they_go() {
        let string = serde_json::json!({ "type": "string" });
        let paths = serde_json::json!({ "/things/{id}": { "patch": {
            "operationId": "things:update",
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": string },
                { "name": "dry-run", "in": "query", "schema": { "type": "boolean" } },
            ],
            "requestBody": { "required": true, "content": { "application/json": { "schema": string } } },
            "responses": { "200": { "description": "Done." } },
        } } });
        let methods = methods(&document(paths)).expect("a method");
        let method = &methods["things_update"];
        let places: Vec<_> = method.arguments.iter().map(|argument| (&argument.place, argument.optional)).collect();
        let query = Place::Query("dry-run".to_owned());
        assert_eq!(places, [(&Place::Path, false), (&query, true), (&Place::Json, false)]);
        assert_eq!((method.method.as_str(), method.path.as_str()), ("patch", "/things/{}"));
    }
}
