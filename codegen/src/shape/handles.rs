//! Handles of resources, with a method for each operation, and a request builder for each with options.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;

use super::operations::constant_ident;
use super::{Sources, docs, ident, module_of, prelude};
use crate::generate::{self, Argument, Methods, is_named, method_of};
use crate::names::other_clients::OtherNames;
use crate::names::type_name;
use crate::plan::{Credential, Kind, Operation, Pagination, Plan, QueryParameter, QueryStyle, Success, Type, TypeRef};
use crate::{Error, Result};

/// The group whose operations make up the customer portal's client.
const PORTAL: &str = "customer_portal";

/// Operations of one group, and the groups within.
#[derive(Default)]
struct Group {
    operations: Vec<usize>,
    groups: BTreeMap<String, Group>,
}

/// The module of all resources, and the clients' ways to them.
pub fn module(plan: &Plan, methods: &Methods, source: &mut Sources) -> Result<TokenStream> {
    let mut root = Group::default();
    for (index, operation) in plan.operations.iter().enumerate() {
        let mut group = &mut root;
        for name in &operation.groups {
            group = group.groups.entry(name.clone()).or_default();
        }
        group.operations.push(index);
    }
    let groups = plan.operations.iter().flat_map(|operation| operation.groups.iter().chain([&operation.name]));
    let names: BTreeSet<String> = groups.map(|group| type_name(group)).collect();
    let shaper =
        Shaper { plan, methods, hidden: names.into_iter().filter(|name| plan.types.contains_key(name)).collect() };
    let mut modules = TokenStream::new();
    for (name, group) in &root.groups {
        let file = format!("resources_{name}");
        let mut tokens = prelude();
        tokens.extend(shaper.group(name, group)?);
        source.insert(file.clone(), tokens);
        let docs = docs::doc([format!("Operations on {}.", name.replace('_', " "))]);
        let module = module_of(&ident(name), &file, quote!(pub));
        modules.extend(quote!(#docs #module));
    }
    let core = shaper.accessors(&root, Credential::Core, &quote!(crate::resources))?;
    let portal = shaper.portal_accessors(&root, Credential::Portal)?;
    let member = shaper.portal_accessors(&root, Credential::Member)?;
    Ok(quote! {
        /// The resources of the API: a module each, with a handle and the request builders of its operations.
        pub mod resources { #modules }

        /// Resources.
        impl crate::Polar { #core }

        /// Resources.
        impl crate::CustomerPortal { #portal }

        /// Resources.
        impl crate::MemberPortal { #member }
    })
}

/// Makes the handles of a plan.
struct Shaper<'a> {
    plan: &'a Plan,
    methods: &'a Methods,
    /// The types that handles and builders hide, since they have the same names.
    hidden: BTreeSet<String>,
}

impl Shaper<'_> {
    fn group(&self, name: &str, group: &Group) -> Result<TokenStream> {
        let handle = ident(&type_name(name));
        let mut core = TokenStream::new();
        let mut portal = TokenStream::new();
        let mut member = TokenStream::new();
        let mut any = TokenStream::new();
        let mut builders = TokenStream::new();
        for &index in &group.operations {
            let operation = &self.plan.operations[index];
            let (method, builder) = self.operation(operation)?;
            builders.extend(builder);
            match audience(operation) {
                Credential::Core => core.extend(method),
                Credential::Portal => portal.extend(method),
                Credential::Member => member.extend(method),
                Credential::Public => any.extend(method),
            }
        }
        let mut modules = TokenStream::new();
        for (inner_name, inner) in &group.groups {
            let module = ident(inner_name);
            let inner_handle = ident(&type_name(inner_name));
            let (uses, content) = (prelude(), self.group(inner_name, inner)?);
            let docs = docs::doc([format!("Operations on {}.", inner_name.replace('_', " "))]);
            modules.extend(quote!(#docs pub mod #module { #uses #content }));
            any.extend(quote! {
                #docs
                #[inline]
                pub fn #module(&self) -> #module::#inner_handle<C> {
                    #module::#inner_handle::new(self.client.clone())
                }
            });
        }
        let docs = docs::doc([format!("Operations on {}.", name.replace('_', " "))]);
        let core = (!core.is_empty()).then(|| quote!(impl #handle<Core> { #core }));
        let portal = (!portal.is_empty()).then(|| quote!(impl<C: Portal> #handle<C> { #portal }));
        let member = (!member.is_empty()).then(|| quote!(impl #handle<crate::client::MemberSession> { #member }));
        Ok(quote! {
            #docs
            #[derive(Clone, Debug)]
            pub struct #handle<C> {
                pub(crate) client: Client,
                credential: ::std::marker::PhantomData<C>,
            }

            impl<C> #handle<C> {
                #[inline]
                pub(crate) fn new(client: Client) -> Self {
                    Self { client, credential: ::std::marker::PhantomData }
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

    /// A handle's method for an operation, and the request builder that it returns if there are options.
    fn operation(&self, operation: &Operation) -> Result<(TokenStream, TokenStream)> {
        let name = ident(&operation.name);
        let constant = constant_ident(operation);
        let mut arguments = Vec::new();
        let mut parts = TokenStream::new();
        let made = method_of(self.methods, operation)?;
        for Argument { ident: argument, ty, .. } in made.path_arguments() {
            if is_named(ty, "String") {
                arguments.push(quote!(#argument: impl AsRef<str>));
                parts.extend(quote!(.path(#argument.as_ref())));
            } else {
                let ty = self.visible(quote!(#ty));
                arguments.push(quote!(#argument: impl Borrow<#ty>));
                parts.extend(quote!(.path(#argument.borrow())));
            }
        }
        let mut setters = TokenStream::new();
        for query in &operation.query {
            let made = made.query(&query.name)?;
            let (argument, name, ty) = (&made.ident, &query.name, made.element());
            let ty = self.visible(quote!(#ty));
            if !made.optional {
                if query.style != QueryStyle::One {
                    return Err(Error::new(&operation.id, format!("the list `{name}` is required")));
                }
                arguments.push(quote!(#argument: impl Into<#ty>));
                parts.extend(quote!(.query(#name, &#argument.into())));
            } else {
                setters.extend(query_setter(query, argument, &ty));
            }
        }
        if let Some(body) = made.body() {
            let ty = &body.ty;
            let ty = self.visible(quote!(#ty));
            if !body.optional {
                arguments.push(quote!(body: impl Into<#ty>));
                parts.extend(quote!(.body(&body.into())));
            } else {
                setters.extend(quote! {
                    /// Sends a body, which may be left out.
                    #[inline]
                    pub fn body(mut self, body: impl Into<#ty>) -> Self {
                        self.0.set_body(&body.into());
                        self
                    }
                });
            }
        }
        let (kind, output) = match &made.success {
            generate::Success::Empty => (quote!(empty), quote!(())),
            generate::Success::Stream => (quote!(csv), quote!(String)),
            generate::Success::Json(ty) if is_named(ty, "Option") => (quote!(optional_json), self.visible(quote!(#ty))),
            generate::Success::Json(ty) => (quote!(json), self.visible(quote!(#ty))),
        };
        let call = quote!(Call::#kind(&self.client, Request::new(&operations::#constant) #parts));
        let paged = match &operation.pagination {
            Some(Pagination::PageLimit) => Some(self.visible(self.item_type(operation, made)?)),
            None => None,
        };
        let docs =
            docs::doc([crate::docs::of_method(&made.docs), crate::docs::sections_of_operation(self.plan, operation)]);
        let aliases = aliases(operation);
        let deprecated = operation.deprecated.then(|| quote!(#[deprecated = "the API has deprecated this operation"]));
        if setters.is_empty() && paged.is_none() && operation.success != Success::Csv {
            let method = quote! {
                #docs
                #aliases
                #deprecated
                #[inline]
                pub fn #name(&self #(, #arguments)*) -> Call<#output> {
                    #call
                }
            };
            return Ok((method, TokenStream::new()));
        }
        let builder = ident(&type_name(&operation.name));
        let method = quote! {
            #docs
            #deprecated
            #[inline]
            pub fn #name(&self #(, #arguments)*) -> #builder {
                #builder(#call)
            }
        };
        let builder_docs = docs::doc([format!("A request of `{}`, to be awaited.", operation.id)]);
        let csv = (operation.success == Success::Csv).then(|| quote!(impl_csv!(#builder);));
        let paged = paged.map(|item| quote!(impl_paged!(#builder, #output, #item);));
        let builder = quote! {
            #builder_docs
            #[derive(Clone, Debug)]
            #[must_use = "a request does nothing until it is awaited"]
            pub struct #builder(Call<#output>);

            impl #builder { #setters }

            impl_call!(#builder, #output);
            #csv
            #paged
        };
        Ok((method, builder))
    }

    /// The type of a list's items.
    fn item_type(&self, operation: &Operation, made: &generate::Method) -> Result<TokenStream> {
        let fail = |message: &str| Error::new(&operation.id, format!("pages {message}"));
        if let Some(name) =
            ["page", "limit"].iter().find(|name| operation.query.iter().all(|query| query.name != **name))
        {
            return Err(fail(&format!("without the parameter `{name}`")));
        }
        let Success::Json(ty) = &operation.success else { return Err(fail("in an answer that may lack them")) };
        match ty {
            TypeRef::Page(_) => match &made.success {
                generate::Success::Json(page) => generate::inner(page).map(|item| quote!(#item)),
                _ => None,
            },
            TypeRef::Named(name) => self.plan.types.get(name).and_then(item_of),
            _ => None,
        }
        .ok_or_else(|| fail("of an answer without `items` and `pagination`"))
    }

    /// A type as it is written beside handles and builders, some of which have the name of a type.
    fn visible(&self, ty: TokenStream) -> TokenStream {
        let tokens = ty.into_iter().map(|token| match token {
            TokenTree::Ident(name) if self.hidden.contains(&name.to_string()) => quote!(crate::types::#name),
            TokenTree::Group(group) => {
                TokenTree::from(proc_macro2::Group::new(group.delimiter(), self.visible(group.stream()))).into()
            }
            other => other.into(),
        });
        tokens.collect()
    }

    /// A client's methods for the groups in which it can call something.
    fn accessors(&self, root: &Group, credential: Credential, path: &TokenStream) -> Result<TokenStream> {
        let marker = match credential {
            Credential::Portal => quote!(crate::client::CustomerSession),
            Credential::Member => quote!(crate::client::MemberSession),
            _ => quote!(crate::client::Core),
        };
        let groups = root.groups.iter().filter(|(_, group)| self.offers(group, credential));
        Ok(groups
            .map(|(name, _)| {
                let (module, handle) = (ident(name), ident(&type_name(name)));
                let docs = docs::doc([format!("Operations on {}.", name.replace('_', " "))]);
                quote! {
                    #docs
                    #[inline]
                    pub fn #module(&self) -> #path::#module::#handle<#marker> {
                        #path::#module::#handle::new(self.client().clone())
                    }
                }
            })
            .collect())
    }

    /// A client of the customer portal leads straight to the groups of the portal, and to public operations elsewhere.
    fn portal_accessors(&self, root: &Group, credential: Credential) -> Result<TokenStream> {
        let mut elsewhere = Group::default();
        let mut tokens = TokenStream::new();
        let empty = Group::default();
        let portal = root.groups.get(PORTAL).unwrap_or(&empty);
        for (name, group) in root.groups.iter().filter(|(name, _)| *name != PORTAL) {
            let copy = Group { operations: group.operations.clone(), groups: BTreeMap::new() };
            if self.offers(group, credential) {
                if portal.groups.contains_key(name) {
                    return Err(Error::new(
                        name,
                        "a group of the customer portal and one with public operations share a name",
                    ));
                }
                elsewhere.groups.insert(name.clone(), copy);
            }
        }
        tokens.extend(self.accessors(portal, credential, &quote!(crate::resources::customer_portal))?);
        tokens.extend(self.accessors(&elsewhere, credential, &quote!(crate::resources))?);
        Ok(tokens)
    }

    /// Whether a client can call anything in a group.
    fn offers(&self, group: &Group, credential: Credential) -> bool {
        let callable = |&index: &usize| {
            let audience = audience(&self.plan.operations[index]);
            match audience {
                Credential::Public => true,
                // What a customer may do, a member may.
                Credential::Portal => matches!(credential, Credential::Portal | Credential::Member),
                Credential::Core | Credential::Member => audience == credential,
            }
        };
        group.operations.iter().any(callable) || group.groups.values().any(|group| self.offers(group, credential))
    }
}

/// The type of the items of a page that is a type of its own. The client says by hand how such a page is read on.
fn item_of(ty: &Type) -> Option<TokenStream> {
    let Kind::Struct(page) = &ty.kind else { return None };
    let property = |name| page.properties.iter().find(|property| property.name == name);
    property("pagination")?;
    let TypeRef::List(item) = &property("items")?.ty else { return None };
    let TypeRef::Named(name) = &**item else { return None };
    let name = ident(name);
    Some(quote!(#name))
}

/// What a search for a method finds it by, besides its name: the id, and what other clients call it.
fn aliases(operation: &Operation) -> TokenStream {
    let names = OtherNames::of(&operation.id);
    let mut aliases: BTreeSet<&str> = names.all().into_iter().collect();
    aliases.insert(&operation.id);
    aliases.remove(operation.name.as_str());
    let aliases = aliases.into_iter();
    quote!(#(#[doc(alias = #aliases)])*)
}

/// Whose client has an operation. Those that can be called without a token are on every client.
pub fn audience(operation: &Operation) -> Credential {
    if operation.allowed_subjects.iter().any(|subject| subject == "Anonymous") {
        return Credential::Public;
    }
    operation.credential
}

fn query_setter(query: &QueryParameter, setter: &Ident, ty: &TokenStream) -> TokenStream {
    let name = &query.name;
    let docs = docs::doc([crate::docs::of_parameter(query)]);
    match query.style {
        QueryStyle::One => quote! {
            #docs
            #[inline]
            pub fn #setter(mut self, value: impl Into<#ty>) -> Self {
                self.0.set_query(#name, &value.into());
                self
            }
        },
        QueryStyle::Many => quote! {
            #docs
            #[inline]
            pub fn #setter(mut self, values: impl Into<OneOrMany<#ty>>) -> Self {
                self.0.set_query_all(#name, values.into());
                self
            }
        },
        QueryStyle::Deep => quote! {
            #docs
            #[inline]
            pub fn #setter(mut self, key: impl AsRef<str>, values: impl Into<OneOrMany<#ty>>) -> Self {
                self.0.set_query_all(format!("{}[{}]", #name, key.as_ref()), values.into());
                self
            }
        },
    }
}
