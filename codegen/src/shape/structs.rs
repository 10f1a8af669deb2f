//! Structs: fields, constructors and setters, and their way from and to JSON.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::{docs, ident};
use crate::generate::{Generated, inner};
use crate::names::value_name;
use crate::plan::{Kind, Plan, Property, Rule, Struct, Type, TypeRef};
use crate::{Error, Result};

/// The name under which typify keeps the properties that have no field.
const REST: &str = "extra";

pub fn structure(plan: &Plan, generated: &Generated, ty: &Type, object: &Struct) -> Result<TokenStream> {
    let fields = fields(plan, generated, ty, object)?;
    let rest = match &object.additional {
        Some(_) => Some(generated.field(&ty.name, REST)?),
        None => None,
    };
    if ty.input {
        check_setters(ty, &fields, rest.is_some())?;
    }
    let shape = Shape { ty, object, fields, rest: rest.and_then(inner_of_map) };
    let (definition, decode, encode) = (shape.definition(), shape.decode(), shape.encode());
    let construction = ty.input.then(|| shape.construction());
    let name = ident(&ty.name);
    Ok(quote! {
        #definition
        #construction
        #decode
        #encode
        impl_serde!(#name);
    })
}

struct Shape<'a> {
    ty: &'a Type,
    object: &'a Struct,
    fields: Vec<Field<'a>>,
    /// The type of the properties that have no field, if they are kept.
    rest: Option<&'a syn::Type>,
}

struct Field<'a> {
    property: &'a Property,
    ident: syn::Ident,
    /// The type of a value that is there.
    value: TokenStream,
    presence: Presence,
    /// The path to the property, beside this one, that tells what this one is.
    told_by: Option<&'a [String]>,
}

/// How a union reaches a property that all its variants have.
pub struct Access {
    /// The type behind the reference that is given.
    pub ty: TokenStream,
    /// The property of a variant that is bound as `value`, as an `Option` of a reference.
    pub expression: TokenStream,
}

/// The properties of a struct by their Rust names, with the constants that have no field.
pub fn accesses(
    plan: &Plan,
    generated: &Generated,
    ty: &Type,
    object: &Struct,
) -> Result<BTreeMap<String, (String, Access)>> {
    let mut accesses = BTreeMap::new();
    for field in fields(plan, generated, ty, object)? {
        let ident = &field.ident;
        let is_text = field.property.ty == TypeRef::String;
        let expression = match (field.presence, is_text) {
            (Presence::Required, true) => quote!(Some(value.#ident.as_str())),
            (Presence::Required, false) => quote!(Some(&value.#ident)),
            (Presence::Patch, true) => quote!(value.#ident.value().map(String::as_str)),
            (Presence::Patch, false) => quote!(value.#ident.value()),
            (_, true) => quote!(value.#ident.as_deref()),
            (_, false) => quote!(value.#ident.as_ref()),
        };
        let ty = if is_text { quote!(str) } else { field.value.clone() };
        accesses.insert(ident.to_string(), (field.property.name.clone(), Access { ty, expression }));
    }
    for property in object.properties.iter().filter(|property| property.implied) {
        if let Some(Value::String(constant)) = &property.constant {
            let access = Access { ty: quote!(str), expression: quote!(Some(#constant)) };
            accesses.insert(value_name(&property.name), (property.name.clone(), access));
        }
    }
    Ok(accesses)
}

/// How a property can be missing.
#[derive(Clone, Copy, PartialEq)]
enum Presence {
    /// Not at all.
    Required,
    /// It can be `null`, and an absent one is taken for that.
    Nullable,
    /// It can be absent.
    Optional,
    /// It can be absent or `null`, and these differ.
    Patch,
}

fn fields<'a>(plan: &'a Plan, generated: &Generated, ty: &Type, object: &'a Struct) -> Result<Vec<Field<'a>>> {
    let properties = object.properties.iter().filter(|property| !property.implied);
    properties
        .map(|property| {
            let presence = match (property.required, property.nullable) {
                (true, false) => Presence::Required,
                (true, true) => Presence::Nullable,
                (false, false) => Presence::Optional,
                (false, true) if ty.input || object.partial => Presence::Patch,
                (false, true) => Presence::Nullable,
            };
            let told_by = match &property.ty {
                TypeRef::Named(name) => match &plan.ty(name)?.kind {
                    Kind::Union(union) => match &union.rule {
                        Rule::Parent { path, .. } => Some(path.as_slice()),
                        _ => None,
                    },
                    _ => None,
                },
                _ => None,
            };
            if told_by.is_some() && presence != Presence::Required {
                return Err(Error::new(
                    &ty.place,
                    format!("`{}` is told by its parent, and may be missing", property.name),
                ));
            }
            Ok(Field {
                property,
                ident: ident(&value_name(&property.name)),
                value: value_type(generated.field(&ty.name, &property.name)?, &property.ty),
                presence,
                told_by,
            })
        })
        .collect()
}

/// The Rust type of a value: typify's, but for what the lowered document could not say.
pub fn value_type(typify: &syn::Type, ty: &TypeRef) -> TokenStream {
    match ty {
        TypeRef::Page(_) => {
            let item = inner(typify);
            quote!(Page<#item>)
        }
        TypeRef::Pair(_, second) => {
            let first = inner(typify);
            let second = match &**second {
                TypeRef::Named(name) => {
                    let name = ident(name);
                    quote!(#name)
                }
                _ => quote!(#first),
            };
            quote!((#first, #second))
        }
        TypeRef::List(element) => match inner(typify) {
            Some(typify) => {
                let element = value_type(typify, element);
                quote!(Vec<#element>)
            }
            None => quote!(#typify),
        },
        _ => quote!(#typify),
    }
}

/// The type of a map's values.
fn inner_of_map(map: &syn::Type) -> Option<&syn::Type> {
    let syn::Type::Path(path) = map else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    match arguments.args.last()? {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

impl Field<'_> {
    /// The type of the field.
    fn ty(&self) -> TokenStream {
        let value = &self.value;
        match self.presence {
            Presence::Required => quote!(#value),
            Presence::Nullable | Presence::Optional => quote!(Option<#value>),
            Presence::Patch => quote!(Patch<#value>),
        }
    }

    /// Whether requests cannot do without it.
    fn is_argument(&self) -> bool {
        self.property.required
    }
}

impl Shape<'_> {
    /// The name of the variable that holds a value while the others are read.
    fn local(&self, field: &Field<'_>) -> syn::Ident {
        let name = field.ident.to_string();
        let is_taken = match name.as_str() {
            "index" | "reader" => true,
            "key" => self.rest.is_some(),
            "value" => field.told_by.is_some(),
            _ => name.ends_with("_tag"),
        };
        if is_taken { format_ident!("{name}_") } else { field.ident.clone() }
    }

    fn definition(&self) -> TokenStream {
        let name = ident(&self.ty.name);
        let docs = docs::doc([self
            .ty
            .description
            .clone()
            .unwrap_or_else(|| format!("The properties of `{}`.", self.ty.name))]);
        let fields = self.fields.iter().map(|field| {
            let (ident, ty) = (&field.ident, field.ty());
            let docs = docs::property(field.property);
            let deprecated =
                field.property.deprecated.then(|| docs::doc(["".to_owned(), "Deprecated by the API.".to_owned()]));
            quote!(#docs #deprecated pub #ident: #ty)
        });
        let rest = self.rest.map(|value| {
            quote! {
                /// All other properties.
                pub additional: BTreeMap<String, #value>,
            }
        });
        quote! {
            #docs
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub struct #name {
                #(#fields,)*
                #rest
            }
        }
    }

    fn construction(&self) -> TokenStream {
        let name = ident(&self.ty.name);
        let arguments = self.fields.iter().filter(|field| field.is_argument()).map(|field| {
            let (ident, ty) = (&field.ident, field.ty());
            quote!(#ident: impl Into<#ty>)
        });
        let values = self.fields.iter().map(|field| {
            let ident = &field.ident;
            match field.presence {
                Presence::Required => quote!(#ident: #ident.into()),
                Presence::Nullable if field.is_argument() => quote!(#ident: #ident.into()),
                Presence::Nullable | Presence::Optional => quote!(#ident: None),
                Presence::Patch => quote!(#ident: Patch::Absent),
            }
        });
        let rest = self.rest.map(|_| quote!(additional: BTreeMap::new(),));
        let setters = self.fields.iter().filter(|field| !field.is_argument()).map(setter);
        let add = self.rest.map(|value| {
            quote! {
                /// Adds a property that has no setter of its own.
                #[must_use]
                pub fn with(mut self, name: impl Into<String>, value: impl Into<#value>) -> Self {
                    self.additional.insert(name.into(), value.into());
                    self
                }
            }
        });
        let docs = docs::doc([format!("A `{}` with what it cannot do without; the setters add to it.", self.ty.name)]);
        let default = self.fields.iter().all(|field| !field.is_argument()).then(|| {
            quote! {
                impl Default for #name {
                    fn default() -> Self {
                        Self::new()
                    }
                }
            }
        });
        quote! {
            impl #name {
                #docs
                #[allow(clippy::too_many_arguments)]
                pub fn new(#(#arguments),*) -> Self {
                    Self { #(#values,)* #rest }
                }
                #(#setters)*
                #add
            }
            #default
        }
    }

    fn decode(&self) -> TokenStream {
        let name = ident(&self.ty.name);
        // The names are looked up by binary search, and the properties of a plan are sorted.
        let properties: Vec<&Property> = self.object.properties.iter().collect();
        let names = properties.iter().map(|property| &property.name);
        let count = properties.len();
        let tags = self.fields.iter().filter_map(|field| {
            let (path, tag) = (field.told_by?, format_ident!("{}_tag", field.ident));
            Some(quote!(let #tag = reader.tag(&[#(#path),*])?;))
        });
        let places = self.fields.iter().map(|field| {
            let local = self.local(field);
            quote!(let mut #local = None;)
        });
        let last = count.saturating_sub(1);
        let arms: Vec<TokenStream> = properties.iter().enumerate().map(|(index, property)| {
            let pattern = if index == last { quote!(_) } else { quote!(#index) };
            match self.fields.iter().find(|field| field.property.name == property.name) {
                None => {
                    let constant = constant(property);
                    quote!(#pattern => reader.constant(#constant))
                }
                Some(field) => {
                    let local = self.local(field);
                    match field.told_by {
                        None => quote!(#pattern => reader.read(&mut #local)),
                        Some(_) => {
                            let (tag, union) = (format_ident!("{}_tag", field.ident), &field.value);
                            quote!(#pattern => #union::decode_within(reader, &#tag).map(|value| #local = Some(value)))
                        }
                    }
                }
            }
        }).collect();
        let values = self.fields.iter().map(|field| {
            let (ident, local, name) = (&field.ident, self.local(field), &field.property.name);
            match field.presence {
                Presence::Required => quote!(#ident: reader.required(#local, #name)?),
                Presence::Nullable => quote!(#ident: #local.flatten()),
                Presence::Optional => quote!(#ident: #local.flatten()),
                Presence::Patch => quote!(#ident: #local.unwrap_or_default()),
            }
        });
        let body = match (self.rest, count) {
            (None, 0) => quote! {
                reader.object()?;
                while reader.field(&[])?.is_some() {}
                Ok(Self {})
            },
            (None, _) => quote! {
                const NAMES: [&str; #count] = [#(#names),*];
                #(#tags)*
                #(#places)*
                reader.object()?;
                while let Some(index) = reader.field(&NAMES)? {
                    match index {
                        #(#arms,)*
                    }
                    .map_err(|error| error.in_property(NAMES[index]))?;
                }
                Ok(Self { #(#values),* })
            },
            (Some(_), _) => quote! {
                const NAMES: [&str; #count] = [#(#names),*];
                #(#tags)*
                #(#places)*
                let mut additional = BTreeMap::new();
                reader.object()?;
                while let Some(key) = reader.key()? {
                    match NAMES.binary_search(&&*key) {
                        Ok(index) => match index {
                            #(#arms,)*
                        }
                        .map_err(|error| error.in_property(NAMES[index]))?,
                        Err(_) => {
                            let key = key.into_owned();
                            match Decode::decode(reader) {
                                Ok(value) => additional.insert(key, value),
                                Err(error) => return Err(error.in_property(key)),
                            };
                        }
                    }
                }
                Ok(Self { #(#values,)* additional })
            },
        };
        quote! {
            impl Decode for #name {
                fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                    #body
                }
            }
        }
    }

    fn encode(&self) -> TokenStream {
        let name = ident(&self.ty.name);
        let properties = self.object.properties.iter().map(|property| {
            let json_name = &property.name;
            match self.fields.iter().find(|field| field.property.name == property.name) {
                None => {
                    let json = property.constant.clone().unwrap_or(Value::Null).to_string();
                    quote!(writer.constant(#json_name, #json);)
                }
                Some(field) => {
                    let ident = &field.ident;
                    match field.presence {
                        Presence::Optional => {
                            quote!(writer.optional(#json_name, self.#ident.as_ref().map(|value| value as &dyn Encode));)
                        }
                        _ => quote!(writer.field(#json_name, &self.#ident);),
                    }
                }
            }
        });
        let rest = self.rest.map(|_| {
            quote! {
                for (name, value) in &self.additional {
                    writer.field(name, value);
                }
            }
        });
        quote! {
            impl Encode for #name {
                fn encode(&self, writer: &mut Writer) {
                    writer.begin_object();
                    #(#properties)*
                    #rest
                    writer.end_object();
                }
            }
        }
    }
}

fn setter(field: &Field<'_>) -> TokenStream {
    let (ident, value) = (&field.ident, &field.value);
    let docs = docs::property(field.property);
    let wrap = match field.presence {
        Presence::Patch => quote!(Patch::Value),
        _ => quote!(Some),
    };
    let clear = (field.presence == Presence::Patch).then(|| {
        let clear = clear_ident(field);
        let docs = docs::doc([format!("Sends `null` as `{}`.", field.property.name)]);
        quote! {
            #docs
            #[must_use]
            pub fn #clear(mut self) -> Self {
                self.#ident = Patch::Null;
                self
            }
        }
    });
    let set = (field.property.ty != TypeRef::Null).then(|| {
        quote! {
            #docs
            #[must_use]
            pub fn #ident(mut self, value: impl Into<#value>) -> Self {
                self.#ident = #wrap(value.into());
                self
            }
        }
    });
    quote!(#set #clear)
}

/// The name of the method that sends `null`.
fn clear_ident(field: &Field<'_>) -> syn::Ident {
    format_ident!("clear_{}", value_name(&field.property.name).trim_matches('_'))
}

/// No two methods of a struct that is sent may have one name.
fn check_setters(ty: &Type, fields: &[Field<'_>], has_rest: bool) -> Result<()> {
    let mut seen: BTreeSet<String> = ["new".to_owned()].into();
    seen.extend(has_rest.then(|| "with".to_owned()));
    for field in fields.iter().filter(|field| !field.is_argument()) {
        let clear = (field.presence == Presence::Patch).then(|| clear_ident(field));
        let set = (field.property.ty != TypeRef::Null).then(|| field.ident.clone());
        for method in set.into_iter().chain(clear) {
            if !seen.insert(method.to_string()) {
                let message = format!("the property `{}` makes a second method `{method}`", field.property.name);
                return Err(Error::new(&ty.place, message));
            }
        }
    }
    Ok(())
}

/// How the reader is told of a constant.
fn constant(property: &Property) -> String {
    match &property.constant {
        Some(Value::String(value)) => value.clone(),
        Some(value) => value.to_string(),
        None => "null".to_owned(),
    }
}
