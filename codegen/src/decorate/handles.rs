//! Handles of resources with a method for each operation, and calls with setters for their options.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;

use super::docs;
use super::operations::constant_ident;
use super::tokens::{
    Input, Sources, ident, input, module_of, optional_input, prelude, root, type_tokens, version_ident,
};
use crate::model::{
    Credential, Model, Operation, Pagination, PathParameter, QueryParameter, QueryStyle, Success, TypeRef,
};
use crate::names::{self, type_name};
use crate::{Error, Result};

/// The group whose operations the clients of the customer portal have at their root.
const PORTAL: &str = "customer_portal";

/// A group of operations with its nested groups.
#[derive(Default)]
struct Group {
    operations: Vec<usize>,
    groups: BTreeMap<String, Group>,
}

/// Returns the module of all resources and the methods of clients that return their handles.
pub fn module(model: &Model, source: &mut Sources) -> Result<TokenStream> {
    let mut all = Group::default();
    for (index, operation) in model.operations.iter().enumerate() {
        let mut group = &mut all;
        for name in &operation.groups {
            group = group.groups.entry(name.clone()).or_default();
        }
        group.operations.push(index);
    }
    let groups = model.operations.iter().flat_map(|operation| operation.groups.iter().chain([&operation.name]));
    let names: BTreeSet<String> = groups.map(|group| type_name(group)).collect();
    let shaper = Shaper { model, hidden: names.into_iter().filter(|name| model.types.contains_key(name)).collect() };
    let mut modules = TokenStream::new();
    for (name, group) in &all.groups {
        let path = [name.clone()];
        if model.versions.groups.contains(&path[..]) {
            let name = ident(name);
            modules.extend(quote!(pub use crate::resources::#name;));
            continue;
        }
        let file = format!("resources_{name}");
        let mut tokens = prelude(model);
        tokens.extend(shaper.group(&path, group)?);
        source.insert(file.clone(), tokens);
        let docs = docs::doc([crate::docs::of_resource(model, &path)]);
        let module = module_of(model, &ident(name), &file, quote!(pub));
        modules.extend(quote!(#docs #module));
    }
    let root = root(model);
    let version = model.versions.module.is_some().then(|| version_ident(&model.version));
    let client = |kind: TokenStream| match &version {
        Some(version) => quote!(#kind, crate::versions::#version),
        None => kind,
    };
    let (any_portal, member_portal) = (client(quote!(C)), client(quote!(crate::client::MemberSession)));
    let core = shaper.accessors(&all, &client(quote!(crate::client::AccessToken)), &[], |group| {
        shaper.offers(group, Credential::AccessToken)
    });
    let is_for_all = |group: &Group| shaper.offers(group, Credential::CustomerSession);
    let is_for_members = |group: &Group| !is_for_all(group) && shaper.offers(group, Credential::MemberSession);
    let portal = shaper.portal_accessors(&all, &any_portal, is_for_all)?;
    let member = shaper.portal_accessors(&all, &member_portal, is_for_members)?;
    Ok(quote! {
        /// The resources of the API: a module each, with a handle and the request builders of its operations.
        pub mod resources { #modules }

        /// Resources.
        impl #root::Polar { #core }

        /// Resources.
        impl<C: crate::client::Portal> crate::client::Client<#any_portal> { #portal }

        /// Resources.
        impl #root::MemberPortal { #member }
    })
}

/// Generates the handles of a model.
struct Shaper<'a> {
    model: &'a Model,
    /// The types that are shadowed by a handle or a call of the same name.
    hidden: BTreeSet<String>,
}

impl Shaper<'_> {
    fn group(&self, path: &[String], group: &Group) -> Result<TokenStream> {
        let name = path.last().map_or("", String::as_str);
        let handle = ident(&type_name(name));
        let current = match self.model.versions.module {
            Some(_) => version_ident(&self.model.version),
            None => ident("Current"),
        };
        let current = quote!(crate::versions::#current);
        let mut core = TokenStream::new();
        let mut portal = TokenStream::new();
        let mut member = TokenStream::new();
        let mut any = TokenStream::new();
        let mut builders = TokenStream::new();
        for &index in &group.operations {
            let operation = &self.model.operations[index];
            let (method, builder) = self.operation(operation)?;
            builders.extend(builder);
            match operation.audience() {
                Some(Credential::AccessToken) => core.extend(method),
                Some(Credential::CustomerSession) => portal.extend(method),
                Some(Credential::MemberSession) => member.extend(method),
                None => any.extend(method),
            }
        }
        let mut modules = TokenStream::new();
        for (inner_name, inner) in &group.groups {
            let module = ident(inner_name);
            let inner_handle = ident(&type_name(inner_name));
            let inner_path = [path, std::slice::from_ref(inner_name)].concat();
            let docs = docs::doc([crate::docs::of_resource(self.model, &inner_path)]);
            if self.model.versions.groups.contains(&inner_path) {
                let within = path.iter().map(|name| ident(name));
                modules.extend(quote!(pub use crate::resources::#(#within::)*#module;));
            } else {
                let (uses, content) = (prelude(self.model), self.group(&inner_path, inner)?);
                modules.extend(quote!(#docs pub mod #module { #uses #content }));
            }
            any.extend(quote! {
                #docs
                #[inline]
                pub fn #module(&self) -> #module::#inner_handle<C, V> {
                    #module::#inner_handle::new(self.client.clone())
                }
            });
        }
        let docs = docs::doc([crate::docs::of_resource(self.model, path)]);
        let core = (!core.is_empty()).then(|| quote!(impl<V> #handle<crate::client::AccessToken, V> { #core }));
        let portal = (!portal.is_empty()).then(|| quote!(impl<C: Portal, V> #handle<C, V> { #portal }));
        let member = (!member.is_empty()).then(|| quote!(impl<V> #handle<crate::client::MemberSession, V> { #member }));
        Ok(quote! {
            #docs
            #[derive(Clone, Debug)]
            pub struct #handle<C, V = #current> {
                pub(crate) client: Client<C, V>,
            }

            impl<C, V> #handle<C, V> {
                #[inline]
                pub(crate) fn new(client: Client<C, V>) -> Self {
                    Self { client }
                }

                #any
            }

            #core
            #portal
            #member
            #builders
            #modules
        })
    }

    /// Returns the method for an operation, and the definition of its call if the operation has options.
    fn operation(&self, operation: &Operation) -> Result<(TokenStream, TokenStream)> {
        let name = ident(&operation.name);
        let constant = constant_ident(operation);
        let mut arguments = Vec::new();
        let mut parts = TokenStream::new();
        for PathParameter { argument, ty, .. } in &operation.path_parameters {
            let (argument, tokens) = (ident(argument), self.visible(type_tokens(ty)));
            if self.model.id(ty).is_some() {
                let input = input(self.model, ty, &argument, &tokens);
                let value = input.value;
                arguments.push(input.declaration);
                parts.extend(quote!(.path(&#value)));
            } else if *ty == TypeRef::String {
                arguments.push(quote!(#argument: impl AsRef<str>));
                parts.extend(quote!(.path(#argument.as_ref())));
            } else {
                arguments.push(quote!(#argument: impl Borrow<#tokens>));
                parts.extend(quote!(.path(#argument.borrow())));
            }
        }
        let mut setters = TokenStream::new();
        for query in &operation.query {
            let (argument, name, ty) = (ident(&query.argument), &query.name, self.visible(type_tokens(&query.ty)));
            if query.required {
                if query.style != QueryStyle::One {
                    return Err(Error::new(&operation.id, format!("the list `{name}` is required")));
                }
                let input = input(self.model, &query.ty, &argument, &ty);
                let value = input.value;
                arguments.push(input.declaration);
                parts.extend(quote!(.query(#name, &#value)));
            } else {
                setters.extend(self.query_setter(query, &argument, &ty));
            }
        }
        if let Some(parameter) = &operation.cursor {
            setters.extend(self.by_cursor(operation, parameter)?);
        }
        if let Some(body) = &operation.body {
            let ty = self.visible(type_tokens(&body.ty));
            if body.required {
                arguments.push(quote!(body: impl Into<#ty>));
                parts.extend(quote!(.body(&body.into())));
            } else {
                setters.extend(quote! {
                    /// Sends a body, which may be left out.
                    #[inline]
                    pub fn body<F>(mut self, body: impl IntoOption<#ty, F>) -> Self {
                        self.0.set_body(body.into_option());
                        self
                    }
                });
            }
        }
        let (kind, output) = match &operation.success {
            Success::Redirect => (quote!(redirect), quote!(reqwest::Url)),
            Success::Empty => (quote!(empty), quote!(())),
            Success::Csv => (quote!(csv), quote!(String)),
            Success::OptionalJson(ty) => {
                let ty = self.visible(type_tokens(ty));
                (quote!(optional_json), quote!(Option<#ty>))
            }
            Success::Json(ty) => (quote!(json), self.visible(type_tokens(ty))),
        };
        let mut call = quote!(Call::#kind(self.client.transport(), Request::new(&operations::#constant) #parts));
        let methods = self.methods_of_call(operation)?;
        let docs = docs::doc([
            crate::docs::of_operation(operation),
            crate::docs::sections_of_operation(self.model, operation),
        ]);
        let aliases = aliases(operation);
        let deprecated = operation.deprecated.then(|| quote!(#[deprecated = "the API has deprecated this operation"]));
        let (call_type, named) = if setters.is_empty() && methods.is_empty() {
            (quote!(Call<#output>), TokenStream::new())
        } else {
            let name = ident(&type_name(&operation.name));
            let docs = docs::doc([format!("A call of `{}`. Awaiting it sends the request.", operation.id)]);
            let setters = (!setters.is_empty()).then(|| quote!(impl #name { #setters }));
            call = quote!(#name(#call));
            let named = quote! {
                #docs
                #[must_use = "a call does nothing until it is awaited"]
                pub struct #name(Call<#output>);

                impl_call!(#name, #output #methods);

                #setters
            };
            (quote!(#name), named)
        };
        let method = quote! {
            #docs
            #aliases
            #deprecated
            #[inline]
            pub fn #name(&self #(, #arguments)*) -> #call_type {
                #call
            }
        };
        Ok((method, named))
    }

    fn query_setter(&self, query: &QueryParameter, setter: &Ident, ty: &TokenStream) -> TokenStream {
        let name = &query.name;
        let docs = docs::doc([crate::docs::of_parameter(query)]);
        match query.style {
            QueryStyle::One => {
                let Input { generic, declaration, value } = optional_input(self.model, &query.ty, &ident("value"), ty);
                let generic = generic.map(|name| quote!(<#name>));
                quote! {
                    #docs
                    pub fn #setter #generic(mut self, #declaration) -> Self {
                        self.0.set_query(#name, #value);
                        self
                    }
                }
            }
            QueryStyle::Many => quote! {
                #docs
                pub fn #setter<F>(mut self, values: impl IntoOption<OneOrMany<#ty>, F>) -> Self {
                    self.0.set_query_all(#name, values.into_option());
                    self
                }
            },
            QueryStyle::Deep => quote! {
                #docs
                pub fn #setter<F>(mut self, key: impl AsRef<str>, values: impl IntoOption<OneOrMany<#ty>, F>) -> Self {
                    self.0.set_query_all(format!("{}[{}]", #name, key.as_ref()), values.into_option());
                    self
                }
            },
        }
    }

    /// Returns the method of a list for pages without counts.
    fn by_cursor(&self, operation: &Operation, parameter: &str) -> Result<TokenStream> {
        let Success::Json(TypeRef::Page(item)) = &operation.success else {
            return Err(Error::new(
                &operation.id,
                format!("the parameter `{parameter}` asks for another page of an answer that is none"),
            ));
        };
        let (docs, item) = (docs::doc([crate::docs::of_cursor(parameter)]), self.visible(type_tokens(item)));
        Ok(quote! {
            #docs
            #[inline]
            pub fn by_cursor(self) -> Call<CursorPage<#item>> {
                self.0.by_cursor(#parameter)
            }
        })
    }

    /// Returns the argument of `impl_call!` that gives a call the methods of lists or of exports. Checks that an operation
    /// returns a page if and only if it is paginated, and that it does not return a JSON string, which would be an export.
    fn methods_of_call(&self, operation: &Operation) -> Result<TokenStream> {
        let fail = |message: String| Err(Error::new(&operation.id, message));
        let ty = match &operation.success {
            Success::Json(ty) => Some(ty),
            _ => None,
        };
        if ty == Some(&TypeRef::String) {
            return fail("a text in JSON, which the client would take for an export".to_owned());
        }
        let item = ty.and_then(|ty| self.model.item_of_page(ty));
        let has = |name: &str| operation.query.iter().any(|query| query.name == name);
        let missing = ["page", "limit"].into_iter().find(|name| !has(name));
        match (&operation.pagination, missing, item) {
            (Some(Pagination::PageLimit), Some(name), _) => fail(format!("pages without the parameter `{name}`")),
            (Some(Pagination::PageLimit), None, None) => {
                fail("pages of an answer without `items` and `pagination`".to_owned())
            }
            (Some(Pagination::PageLimit), None, Some(item)) => {
                let item = self.visible(type_tokens(item));
                Ok(quote!(, items: #item))
            }
            (None, _, Some(_)) => fail("a page, of an operation that is not said to have any".to_owned()),
            (None, _, None) if operation.success == Success::Csv => Ok(quote!(, bytes)),
            (None, _, None) => Ok(TokenStream::new()),
        }
    }

    /// Qualifies the types that are shadowed by a handle or a call of the same name.
    fn visible(&self, ty: TokenStream) -> TokenStream {
        let root = root(self.model);
        let tokens = ty.into_iter().map(|token| match token {
            TokenTree::Ident(name) if self.hidden.contains(&name.to_string()) => quote!(#root::types::#name),
            TokenTree::Group(group) => {
                TokenTree::from(proc_macro2::Group::new(group.delimiter(), self.visible(group.stream()))).into()
            }
            other => other.into(),
        });
        tokens.collect()
    }

    /// Returns the methods of a client for those groups that it has. `client` has the client's type parameters, and
    /// `within` is the path to the groups.
    fn accessors(
        &self,
        group: &Group,
        client: &TokenStream,
        within: &[&str],
        is_there: impl Fn(&Group) -> bool,
    ) -> TokenStream {
        let groups = group.groups.iter().filter(|(_, group)| is_there(group));
        groups
            .map(|(name, _)| {
                let (module, handle) = (ident(name), ident(&type_name(name)));
                let path: Vec<String> = within.iter().map(|&name| name.to_owned()).chain([name.clone()]).collect();
                let root = match self.model.versions.groups.contains(&path) {
                    true => quote!(crate),
                    false => root(self.model),
                };
                let docs = docs::doc([crate::docs::of_resource(self.model, &path)]);
                let path = path.iter().map(|name| ident(name));
                let path = quote!(#root::resources #(::#path)*);
                quote! {
                    #docs
                    #[inline]
                    pub fn #module(&self) -> #path::#handle<#client> {
                        #path::#handle::new(self.clone())
                    }
                }
            })
            .collect()
    }

    /// Returns the methods of a customer portal client. It has the groups of the portal and those of public operations
    /// at its root.
    fn portal_accessors(
        &self,
        root: &Group,
        client: &TokenStream,
        is_there: impl Fn(&Group) -> bool,
    ) -> Result<TokenStream> {
        let mut elsewhere = Group::default();
        let mut tokens = TokenStream::new();
        let empty = Group::default();
        let portal = root.groups.get(PORTAL).unwrap_or(&empty);
        for (name, group) in root.groups.iter().filter(|(name, _)| *name != PORTAL) {
            let copy = Group { operations: group.operations.clone(), groups: BTreeMap::new() };
            if is_there(group) {
                if portal.groups.contains_key(name) {
                    let mut operations = self.model.operations.iter();
                    let public = operations.find(|operation| {
                        operation.groups.first() == Some(name) && operation.audience() != Some(Credential::AccessToken)
                    });
                    return Err(Error::new(
                        public.map_or(name, |operation| &operation.id),
                        "a group of the customer portal and one with public operations share a name",
                    ));
                }
                elsewhere.groups.insert(name.clone(), copy);
            }
        }
        tokens.extend(self.accessors(portal, client, &[PORTAL], &is_there));
        tokens.extend(self.accessors(&elsewhere, client, &[], &is_there));
        Ok(tokens)
    }

    /// Returns true if a client can call an operation in a group or in one of its nested groups.
    fn offers(&self, group: &Group, credential: Credential) -> bool {
        let callable = |&index: &usize| {
            self.model.operations[index].audience().is_none_or(|audience| credential.is_accepted_for(audience))
        };
        group.operations.iter().any(callable) || group.groups.values().any(|group| self.offers(group, credential))
    }
}

/// Returns the search aliases of a method: the operation id and the names in other clients.
fn aliases(operation: &Operation) -> TokenStream {
    let mut aliases = names::aliases(&operation.id);
    aliases.insert(operation.id.clone());
    aliases.remove(&operation.name);
    let aliases = aliases.into_iter();
    quote!(#[doc(alias(#(#aliases),*))])
}
