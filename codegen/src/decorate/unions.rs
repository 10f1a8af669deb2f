//! Unions, whose variant is determined before the value is decoded.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;

use super::docs;
use super::structs::{Access, accesses};
use super::tokens::{attribute, ident, parse_source, type_tokens};
use crate::Result;
use crate::model::{Kind, Literal, Model, Presence, Property, Rule, Type, TypeRef, Union, Variant};
use crate::names::value_name;

/// The place of the union of all webhook payloads.
const WEBHOOKS: &str = "/webhooks";

pub fn union(model: &Model, ty: &Type, union: &Union) -> Result<(syn::Item, TokenStream)> {
    let name = ident(&ty.name);
    let definition = definition(model, ty, union)?;
    let decode = decode(model, ty, union)?;
    let unknown = ty.output.then(|| ident("Unknown"));
    let encoded = if union.variants.iter().any(|variant| variant.literal.is_some()) {
        let arms = union.variants.iter().map(|variant| {
            let label = ident(&variant.name);
            match &variant.literal {
                Some(literal) => quote!(Self::#label => &#literal),
                None => quote!(Self::#label(value) => value),
            }
        });
        let unknown = unknown.iter();
        quote!(match self { #(#arms,)* #(Self::#unknown(value) => value,)* })
    } else {
        let labels = union.variants.iter().map(|variant| ident(&variant.name)).chain(unknown);
        match_variants(labels.map(|label| (label, quote!(value))))
    };
    let conversions = conversions(ty)?;
    let more = conversions_of_items(model, ty);
    let accessors = if ty.output { accessors(model, ty, union)? } else { TokenStream::new() };
    let payload = (ty.place == WEBHOOKS).then(|| {
        let versions = [&model.version].into_iter().chain(&model.versions.same_events);
        quote! {
            impl crate::webhook_events::Payload for #name {
                const VERSIONS: &'static [&'static str] = &[#(#versions),*];
            }
        }
    });
    let others = quote! {
        #decode

        #payload

        impl Encode for #name {
            #[inline]
            fn encode(&self, writer: &mut Writer) {
                let value: &dyn Encode = #encoded;
                value.encode(writer);
            }
        }

        #accessors

        #conversions

        #more

        impl_debug_and_serde!(#name);
    };
    Ok((syn::Item::Enum(definition), others))
}

/// Returns the enum that typify generated, with this crate's derives instead of serde's attributes, and a variant for
/// unknown values.
fn definition(model: &Model, ty: &Type, union: &Union) -> Result<syn::ItemEnum> {
    let mut item: syn::ItemEnum = parse_source(&ty.source.definition, &ty.place)?;
    docs::replace(&mut item.attrs, &crate::docs::of_type(model, ty));
    item.attrs.extend([attribute(quote!(derive(Clone, PartialEq))), attribute(quote!(non_exhaustive))]);
    for (variant, planned) in item.variants.iter_mut().zip(&union.variants) {
        docs::replace(&mut variant.attrs, &crate::docs::of_variant(model, planned));
    }
    if ty.output {
        let docs = docs::attributes(crate::docs::UNKNOWN_VARIANT);
        let content = type_tokens(union.unknown.as_ref().unwrap_or(&TypeRef::Any));
        item.variants.push(syn::parse_quote!(#(#docs)* Unknown(#content)));
    }
    Ok(item)
}

fn decode(model: &Model, ty: &Type, union: &Union) -> Result<TokenStream> {
    let name = ident(&ty.name);
    let take = |index: usize| {
        let variant = &union.variants[index];
        let (label, text) = (ident(&variant.name), &variant.name);
        quote!(reader.variant(#text, Self::#label))
    };
    let fallback = if union.unknown.is_some() {
        quote!(reader.variant("Unknown", Self::Unknown))
    } else if ty.output {
        quote!(reader.unknown().map(Self::Unknown))
    } else {
        let message = format!("expected one of the types of `{}`", ty.name);
        quote!(Err(reader.error(#message)))
    };
    let signature = quote!(fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>);
    match &union.rule {
        Rule::Tag { path, cases, absent, other } => {
            let mut arms: BTreeMap<usize, Vec<TokenStream>> = BTreeMap::new();
            for (literal, variant) in cases {
                arms.entry(*variant).or_default().push(match literal {
                    Literal::Null => quote!(Literal::Null),
                    Literal::Boolean(value) => quote!(Literal::Boolean(#value)),
                    Literal::String(value) => quote!(Literal::String(#value)),
                });
            }
            // If only one variant may lack the tag, its properties are not checked.
            let mut untagged = TokenStream::new();
            match absent.as_slice() {
                [(_, variant)] => arms.entry(*variant).or_default().push(quote!(Literal::Absent)),
                variants => {
                    let name = path.join(".");
                    let rest = quote!(Err(reader.untagged(#name)));
                    let chosen = by_keys(variants, &take, &rest);
                    untagged.extend(quote!(Literal::Absent => { #chosen }));
                }
            }
            let arms = arms.into_iter().map(|(variant, patterns)| {
                let take = take(variant);
                quote!(#(#patterns)|* => #take,)
            });
            let rest = other.map_or(fallback, take);
            Ok(quote! {
                impl Decode for #name {
                    #[inline]
                    #signature {
                        match reader.tag(&[#(#path),*])?.literal() {
                            #(#arms)*
                            #untagged
                            _ => #rest,
                        }
                    }
                }
            })
        }
        Rule::Keys(cases) => {
            let chosen = by_keys(cases, &take, &fallback);
            Ok(quote! {
                impl Decode for #name {
                    #[inline]
                    #signature {
                        #chosen
                    }
                }
            })
        }
        Rule::Parent { cases, .. } => {
            let mut arms: BTreeMap<usize, Vec<&String>> = BTreeMap::new();
            for (value, variant) in cases {
                arms.entry(*variant).or_default().push(value);
            }
            let arms = arms.into_iter().map(|(variant, values)| {
                let take = take(variant);
                quote!(#(Literal::String(#values))|* => return #take,)
            });
            // Check the variants with the fewest properties first, so that an empty object is decoded as the simplest
            // variant.
            let mut variants: Vec<(usize, Vec<&String>)> =
                union.variants.iter().enumerate().map(|(index, variant)| (index, defined(model, variant))).collect();
            variants.sort_by_key(|(_, names)| names.len());
            let fits = variants.into_iter().map(|(index, names)| {
                let take = take(index);
                quote!(if keys.are_among(&[#(#names),*]) { return #take; })
            });
            Ok(quote! {
                impl #name {
                    /// Reads one whose variant the object around it tells, or else its properties.
                    #[inline]
                    pub(crate) fn decode_within(reader: &mut Reader<'_>, tag: &Tag<'_>) -> Result<Self, DecodeError> {
                        match tag.literal() {
                            #(#arms)*
                            _ => {}
                        }
                        let keys = reader.keys()?;
                        #(#fits)*
                        #fallback
                    }
                }

                impl Decode for #name {
                    #[inline]
                    #signature {
                        Self::decode_within(reader, &Tag::Absent)
                    }
                }
            })
        }
        Rule::Text => {
            let literals = union.variants.iter().filter_map(|variant| {
                let (label, literal) = (ident(&variant.name), variant.literal.as_ref()?);
                Some(quote! {
                    if reader.is_string(#literal)? {
                        reader.skip()?;
                        return Ok(Self::#label);
                    }
                })
            });
            let other = union.variants.iter().position(|variant| variant.literal.is_none()).map(take);
            Ok(quote! {
                impl Decode for #name {
                    #[inline]
                    #signature {
                        #(#literals)*
                        #other
                    }
                }
            })
        }
    }
}

/// Returns code that selects the first variant whose properties are all present. A variant without a list of properties
/// is the fallback.
fn by_keys(cases: &[(Vec<String>, usize)], take: &dyn Fn(usize) -> TokenStream, rest: &TokenStream) -> TokenStream {
    let mut rest = rest.clone();
    let mut checks = Vec::new();
    for (keys, variant) in cases {
        let take = take(*variant);
        if keys.is_empty() {
            rest = take;
        } else {
            checks.push(quote!(if keys.have(&[#(#keys),*]) { return #take; }));
        }
    }
    if checks.is_empty() {
        return rest;
    }
    quote! {
        let keys = reader.keys()?;
        #(#checks)*
        #rest
    }
}

/// Returns the properties that a variant defines.
fn defined<'a>(model: &'a Model, variant: &Variant) -> Vec<&'a String> {
    let Some(TypeRef::Named(name)) = &variant.payload else { return Vec::new() };
    match model.types.get(name).map(|ty| &ty.kind) {
        Some(Kind::Struct(object)) => object.properties.iter().map(|property| &property.name).collect(),
        _ => Vec::new(),
    }
}

/// Returns the accessors for the properties that all variants share.
fn accessors(model: &Model, ty: &Type, union: &Union) -> Result<TokenStream> {
    let Some(shared) = shared(model, union)?.filter(|shared| !shared.is_empty()) else {
        return Ok(TokenStream::new());
    };
    let name = ident(&ty.name);
    let methods = shared.into_iter().map(|(method, property)| {
        let (method, value, json_name) = (ident(&method), &property.ty, &property.json_name);
        let is_total = property.is_total();
        let of = |access: &Access| {
            let expression = &access.expression;
            if access.is_total && !is_total { quote!(Some(#expression)) } else { expression.clone() }
        };
        let labels = union.variants.iter().map(|variant| ident(&variant.name));
        let known = labels.zip(property.known.iter().map(of));
        let is_text = value.to_string() == "& str";
        let unknown = match &property.unknown {
            Some(access) => of(access),
            None if is_text && union.unknown.is_some() => {
                quote!(value.raw.get(#json_name).and_then(Value::as_str))
            }
            None if is_text => quote!(value.get(#json_name).and_then(Value::as_str)),
            None if property.is_list() => quote!(&[]),
            None => quote!(None),
        };
        let body = match_variants(known.chain([(ident("Unknown"), unknown)]));
        let text = match (&property.unknown, is_text) {
            _ if property.is_list() => {
                format!("Returns `{json_name}` of any known variant. It is empty if the variant is unknown.")
            }
            _ if is_total => format!("Returns `{json_name}`, which every variant has."),
            (None, false) => format!(
                "Returns `{json_name}` of any known variant, or `None` if it is absent, `null`, or the variant is unknown."
            ),
            _ => format!("Returns `{json_name}` of any variant, or `None` if it is absent or `null`."),
        };
        let docs = docs::doc([text]);
        let output = if is_total { quote!(#value) } else { quote!(Option<#value>) };
        quote! {
            #docs
            #[inline]
            pub fn #method(&self) -> #output {
                #body
            }
        }
    });
    let copies = copies(model, ty, union)?;
    Ok(quote!(impl #name { #(#methods)* #copies }))
}

/// Returns the accessors for properties that all variants have, each of another type, if there is one union of all these
/// types. They return a copy, as the value of a variant holds no union that could be borrowed.
fn copies(model: &Model, ty: &Type, union: &Union) -> Result<TokenStream> {
    let mut variants = Vec::new();
    for variant in &union.variants {
        let Some(TypeRef::Named(payload)) = &variant.payload else { return Ok(TokenStream::new()) };
        let Kind::Struct(object) = &model.ty(payload)?.kind else { return Ok(TokenStream::new()) };
        variants.push((ident(&variant.name), object));
    }
    let Some((_, first)) = variants.first() else { return Ok(TokenStream::new()) };
    let mut methods = TokenStream::new();
    for Property { name, .. } in &first.properties {
        let field = ident(&value_name(name));
        let (mut types, mut arms) = (BTreeSet::new(), Vec::new());
        for (label, object) in &variants {
            let property = object.properties.iter().find(|property| property.name == *name && !property.boxed);
            let Some((property, TypeRef::Named(value))) = property.map(|property| (property, &property.ty)) else {
                break;
            };
            types.insert(value);
            let body = match property.presence() {
                Presence::Required => quote!(Some(value.#field.clone().into())),
                Presence::Patch => quote!(value.#field.clone().into_value().map(Into::into)),
                _ => quote!(value.#field.clone().map(Into::into)),
            };
            arms.push((label.clone(), body));
        }
        if arms.len() < variants.len() || types.len() < 2 {
            continue;
        }
        let unions = model.types.values().filter(|ty| match &ty.kind {
            Kind::Union(union) => ty.output && payloads(union).is_some_and(|payloads| payloads == types),
            _ => false,
        });
        let [whole] = unions.collect::<Vec<_>>()[..] else { continue };
        let whole = ident(&whole.name);
        let docs = docs::doc([format!(
            "Returns a copy of `{name}` of any known variant, or `None` if it is absent, `null`, or the variant is unknown."
        )]);
        arms.extend(ty.output.then(|| (ident("Unknown"), quote!(None))));
        let body = match_variants(arms);
        methods.extend(quote! {
            #docs
            #[inline]
            pub fn #field(&self) -> Option<#whole> {
                #body
            }
        });
    }
    Ok(methods)
}

/// Returns the types of a union's variants. `None` if a variant has no type with a name.
fn payloads(union: &Union) -> Option<BTreeSet<&String>> {
    union
        .variants
        .iter()
        .map(|variant| match &variant.payload {
            Some(TypeRef::Named(name)) => Some(name),
            _ => None,
        })
        .collect()
}

/// Returns a `match_variants!` call, in which variants with the same expression for their `value` share an arm.
fn match_variants(arms: impl IntoIterator<Item = (Ident, TokenStream)>) -> TokenStream {
    let mut shared: Vec<(Vec<Ident>, String, TokenStream)> = Vec::new();
    for (label, body) in arms {
        let text = body.to_string();
        match shared.iter_mut().find(|(_, other, _)| *other == text) {
            Some((labels, ..)) => labels.push(label),
            None => shared.push((vec![label], text, body)),
        }
    }
    let arms = shared.into_iter().map(|(labels, text, body)| {
        let value = if text.contains("value") { quote!(value) } else { quote!(_) };
        quote!(#(#labels)|*(#value) => #body)
    });
    quote!(match_variants!(self, #(#arms),*))
}

/// A property that all variants of a union share.
struct Shared {
    json_name: String,
    ty: TokenStream,
    /// The access to the property in each known variant.
    known: Vec<Access>,
    /// The access to the property in a value of an unknown variant. `None` if such values may lack it.
    unknown: Option<Access>,
}

impl Shared {
    /// Returns true if the property is always present.
    fn is_total(&self) -> bool {
        let is_known = self.unknown.is_some() || self.is_list();
        is_known && self.known.iter().chain(&self.unknown).all(|access| access.is_total)
    }

    /// Returns true if the property is a list, which is empty in a value that lacks it.
    fn is_list(&self) -> bool {
        self.known.iter().any(|access| access.is_list)
    }
}

/// Returns the properties that have the same type in all variants. `None` if a variant is not an object.
fn shared(model: &Model, union: &Union) -> Result<Option<BTreeMap<String, Shared>>> {
    let mut shared: Option<BTreeMap<String, Shared>> = None;
    for variant in &union.variants {
        let Some(TypeRef::Named(name)) = &variant.payload else { return Ok(None) };
        let Some(mut own) = properties(model, name)? else { return Ok(None) };
        let Some(known) = &mut shared else {
            let begin = |(method, (json_name, access)): (String, (String, Access))| {
                (method, Shared { json_name, ty: access.ty.clone(), known: vec![access], unknown: None })
            };
            shared = Some(own.into_iter().map(begin).collect());
            continue;
        };
        known.retain(|method, property| match own.remove(method) {
            Some((_, access)) if access.ty.to_string() == property.ty.to_string() => {
                property.known.push(access);
                true
            }
            _ => false,
        });
    }
    if let (Some(TypeRef::Named(name)), Some(shared)) = (&union.unknown, &mut shared) {
        for (method, (_, access)) in properties(model, name)?.unwrap_or_default() {
            if let Some(property) = shared.get_mut(&method) {
                property.unknown = Some(access);
            }
        }
    }
    Ok(shared)
}

/// Returns the accessors of a type by Rust name. `None` if the type is not an object.
fn properties(model: &Model, name: &str) -> Result<Option<BTreeMap<String, (String, Access)>>> {
    let ty = model.ty(name)?;
    Ok(match &ty.kind {
        Kind::Enum(_) | Kind::Id(_) => None,
        Kind::Struct(object) => Some(accesses(model, ty, object)?),
        Kind::Union(inner) => shared(model, inner)?.map(|shared| {
            let pass = |(method, property): (String, Shared)| {
                let (name, is_list, is_total) = (ident(&method), property.is_list(), property.is_total());
                let access = Access { ty: property.ty, is_list, is_total, expression: quote!(value.#name()) };
                (method, (property.json_name, access))
            };
            shared.into_iter().map(pass).collect()
        }),
    })
}

/// Returns the `From` implementations that typify generated for the variants of a union.
fn conversions(ty: &Type) -> Result<TokenStream> {
    let inlined = |token| match token {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
            let function = body.stream();
            quote!({ #[inline] #function })
        }
        token => token.into(),
    };
    let blocks = ty.source.conversions.iter().map(|source| {
        let block: TokenStream = parse_source(source, &ty.place)?;
        Ok(block.into_iter().map(inlined).collect::<TokenStream>())
    });
    blocks.collect()
}

/// Returns what makes arrays of variants as convenient as those of the union, if requests have lists of it.
///
/// Variants of a variant convert into the union. And each variant has a method `into` of its own: a list takes items of
/// any type that converts into the union, so the type of `price.into()` would have to be written down in an array, where
/// the trait's method could return several.
fn conversions_of_items(model: &Model, ty: &Type) -> TokenStream {
    let listed: BTreeSet<&String> = model.types.values().filter(|ty| ty.input).flat_map(listed).collect();
    let mut tokens = TokenStream::new();
    if !listed.contains(&ty.name) {
        return tokens;
    }
    let name = ident(&ty.name);
    let variants_of = |name: &str| -> Vec<(&Variant, &String)> {
        let Some(Kind::Union(union)) = model.types.get(name).map(|ty| &ty.kind) else { return Vec::new() };
        let variants = union.variants.iter().filter_map(|variant| match &variant.payload {
            Some(TypeRef::Named(name)) => Some((variant, name)),
            _ => None,
        });
        variants.collect()
    };
    let variants = variants_of(&ty.name);
    for (variant, payload) in &variants {
        let (label, outer) = (ident(&variant.name), ident(payload));
        let is_new = |inner: &String| variants.iter().all(|(_, payload)| *payload != inner);
        for (_, inner) in variants_of(payload).into_iter().filter(|(_, inner)| is_new(inner)) {
            let inner = ident(inner);
            tokens.extend(quote! {
                impl From<#inner> for #name {
                    #[inline]
                    fn from(value: #inner) -> Self {
                        Self::#label(#outer::from(value))
                    }
                }
            });
        }
        let unions = listed.iter().filter(|union| variants_of(union).iter().any(|(_, other)| other == payload));
        if model.is_own(payload) && unions.count() == 1 {
            tokens.extend(quote! {
                impl #outer {
                    #[doc(hidden)]
                    #[inline]
                    pub fn into(self) -> #name {
                        #name::from(self)
                    }
                }
            });
        }
    }
    tokens
}

/// Returns the types of the items of a struct's lists.
fn listed(ty: &Type) -> Vec<&String> {
    let Kind::Struct(object) = &ty.kind else { return Vec::new() };
    let items = object.properties.iter().filter_map(|property| match &property.ty {
        TypeRef::List(item) => match &**item {
            TypeRef::Named(name) => Some(name),
            _ => None,
        },
        _ => None,
    });
    items.collect()
}
