//! Unions: which variant it is, before anything is decoded.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::structs::{Access, accesses};
use super::tokens::{attribute, ident};
use crate::generate::{Definition, Definitions};
use crate::plan::{Kind, Literal, Plan, Rule, Type, TypeRef, Union, Variant};
use crate::{Error, Result};

pub fn union(
    plan: &Plan,
    definitions: &Definitions,
    made: &Definition,
    ty: &Type,
    union: &Union,
) -> Result<(syn::Item, TokenStream)> {
    if let Some(variant) = union.variants.iter().find(|variant| variant.name == "Unknown") {
        return Err(Error::new(
            &ty.place,
            format!("the variant of {:?} needs the name of the fallback", variant.payload),
        ));
    }
    let name = ident(&ty.name);
    check_payloads(ty, union)?;
    let definition = definition(made)?;
    let decode = decode(plan, ty, union)?;
    let encode = union.variants.iter().map(|variant| {
        let (label, variant_name) = (ident(&variant.name), &variant.name);
        match &variant.literal {
            Some(literal) => quote!(Self::#label => (#variant_name, &#literal)),
            None => quote!(Self::#label(value) => (#variant_name, value)),
        }
    });
    let encode_unknown = ty.output.then(|| quote!(Self::Unknown(value) => ("Unknown", value),));
    let text = &ty.name;
    let conversions = conversions(made);
    let accessors = if ty.output { accessors(plan, definitions, ty, union)? } else { TokenStream::new() };
    let others = quote! {
        #decode

        impl Encode for #name {
            #[inline]
            fn encode(&self, writer: &mut Writer) {
                let (name, value): (&'static str, &dyn Encode) = match self {
                    #(#encode,)*
                    #encode_unknown
                };
                writer.variant(#text, name);
                value.encode(writer);
            }
        }

        #accessors

        #conversions

        impl_debug_and_serde!(#name);
    };
    Ok((syn::Item::Enum(definition), others))
}

fn check_payloads(ty: &Type, union: &Union) -> Result<()> {
    let payloads = union.variants.iter().filter_map(|variant| variant.payload.as_ref());
    match payloads.into_iter().find(|ty| !matches!(ty, TypeRef::Named(_) | TypeRef::DateTime | TypeRef::String)) {
        Some(other) => Err(Error::new(&ty.place, format!("a variant of the type {other:?}"))),
        None => Ok(()),
    }
}

/// What typify made, with our derives and without serde's.
fn definition(made: &Definition) -> Result<syn::ItemEnum> {
    let mut item = made.enumeration()?.clone();
    docs::lines(&mut item.attrs);
    item.attrs.extend([
        attribute(quote!(derive(Clone, PartialEq))),
        attribute(quote!(allow(clippy::large_enum_variant))),
        attribute(quote!(non_exhaustive)),
    ]);
    for variant in &mut item.variants {
        docs::lines(&mut variant.attrs);
    }
    Ok(item)
}

fn decode(plan: &Plan, ty: &Type, union: &Union) -> Result<TokenStream> {
    let name = ident(&ty.name);
    let take = |index: usize| {
        let variant = &union.variants[index];
        let (label, text) = (ident(&variant.name), &variant.name);
        quote!(reader.variant(#text, Self::#label))
    };
    let fallback = if ty.output {
        quote!(reader.unknown().map(Self::Unknown))
    } else {
        let message = format!("expected one of the types of `{}`", ty.name);
        quote!(Err(reader.error(#message)))
    };
    let signature = quote!(fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>);
    match &union.rule {
        Rule::Undecided => Err(Error::new(&ty.place, "a union without a rule")),
        Rule::Tag { path, cases, absent, other } => {
            let mut arms: BTreeMap<usize, Vec<TokenStream>> = BTreeMap::new();
            for (literal, variant) in cases {
                arms.entry(*variant).or_default().push(match literal {
                    Literal::Null => quote!(Literal::Null),
                    Literal::Boolean(value) => quote!(Literal::Boolean(#value)),
                    Literal::String(value) => quote!(Literal::String(#value)),
                });
            }
            // A single variant that can do without the tag needs no look at its properties.
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
            // The variant that says least goes first, so that an empty object is not taken for more than it is.
            let mut variants: Vec<(usize, Vec<&String>)> =
                union.variants.iter().enumerate().map(|(index, variant)| (index, defined(plan, variant))).collect();
            variants.sort_by_key(|(_, names)| names.len());
            let fits = variants.into_iter().map(|(index, names)| {
                let take = take(index);
                quote!(if fits(&[#(#names),*]) { return #take; })
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
                        let fits = |names: &[&str]| keys.iter().all(|key| names.contains(&&**key));
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

/// Takes the first variant whose properties are there; one without any is the last resort.
fn by_keys(cases: &[(Vec<String>, usize)], take: &dyn Fn(usize) -> TokenStream, rest: &TokenStream) -> TokenStream {
    let mut rest = rest.clone();
    let mut checks = Vec::new();
    for (keys, variant) in cases {
        let take = take(*variant);
        if keys.is_empty() {
            rest = take;
        } else {
            checks.push(quote!(if has(&[#(#keys),*]) { return #take; }));
        }
    }
    if checks.is_empty() {
        return rest;
    }
    quote! {
        let keys = reader.keys()?;
        let has = |names: &[&str]| names.iter().all(|name| keys.iter().any(|key| key == name));
        #(#checks)*
        #rest
    }
}

/// The properties that a variant defines.
fn defined<'a>(plan: &'a Plan, variant: &Variant) -> Vec<&'a String> {
    let Some(TypeRef::Named(name)) = &variant.payload else { return Vec::new() };
    match plan.types.get(name).map(|ty| &ty.kind) {
        Some(Kind::Struct(object)) => object.properties.iter().map(|property| &property.name).collect(),
        _ => Vec::new(),
    }
}

/// Methods for the properties that all variants have.
fn accessors(plan: &Plan, definitions: &Definitions, ty: &Type, union: &Union) -> Result<TokenStream> {
    let Some(shared) = shared(plan, definitions, union)?.filter(|shared| !shared.is_empty()) else {
        return Ok(TokenStream::new());
    };
    let name = ident(&ty.name);
    let methods = shared.into_iter().map(|(method, property)| {
        let (method, ty, json_name) = (ident(&method), &property.ty, &property.json_name);
        let arms = union.variants.iter().zip(&property.expressions).map(|(variant, expression)| {
            let label = ident(&variant.name);
            let binding = if expression.to_string().contains("value .") { quote!(value) } else { quote!(_) };
            quote!(Self::#label(#binding) => #expression,)
        });
        let (unknown, unless) = if ty.to_string() == "str" {
            (quote!(Self::Unknown(value) => value.get(#json_name).and_then(Value::as_str),), "`None` if it has none.")
        } else {
            (quote!(Self::Unknown(_) => None,), "`None` if it has none, or if the document does not have its variant.")
        };
        let docs = docs::doc([format!("`{json_name}`, whichever variant it is; {unless}")]);
        quote! {
            #docs
            #[inline]
            pub fn #method(&self) -> Option<&#ty> {
                match self { #(#arms)* #unknown }
            }
        }
    });
    Ok(quote!(impl #name { #(#methods)* }))
}

/// A property that all variants of a union have.
struct Shared {
    json_name: String,
    ty: TokenStream,
    /// How each variant gives it.
    expressions: Vec<TokenStream>,
}

/// The properties that all variants have with one type; nothing if not all variants are objects.
fn shared(plan: &Plan, definitions: &Definitions, union: &Union) -> Result<Option<BTreeMap<String, Shared>>> {
    let mut shared: Option<BTreeMap<String, Shared>> = None;
    for variant in &union.variants {
        let Some(TypeRef::Named(name)) = &variant.payload else { return Ok(None) };
        let ty = plan.ty(name)?;
        let own: BTreeMap<String, (String, Access)> = match &ty.kind {
            Kind::Enum(_) | Kind::Id(_) => return Ok(None),
            Kind::Struct(object) => accesses(plan, definitions, ty, object)?,
            Kind::Union(inner) => {
                let Some(inner) = self::shared(plan, definitions, inner)? else { return Ok(None) };
                let pass = |(method, property): (String, Shared)| {
                    let name = ident(&method);
                    (method, (property.json_name, Access { ty: property.ty, expression: quote!(value.#name()) }))
                };
                inner.into_iter().map(pass).collect()
            }
        };
        let Some(known) = &mut shared else {
            let begin = |(method, (json_name, access)): (String, (String, Access))| {
                (method, Shared { json_name, ty: access.ty, expressions: vec![access.expression] })
            };
            shared = Some(own.into_iter().map(begin).collect());
            continue;
        };
        known.retain(|method, property| match own.get(method) {
            Some((_, access)) if access.ty.to_string() == property.ty.to_string() => {
                property.expressions.push(access.expression.clone());
                true
            }
            _ => false,
        });
    }
    Ok(shared)
}

/// A union is made from any of its types, as typify says; not from any value, as what is not known.
fn conversions(made: &Definition) -> TokenStream {
    let known = made.conversions.iter().filter(|block| {
        let from = block.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        from.is_none_or(|from| !quote!(#from).to_string().contains("< Value >"))
    });
    known
        .cloned()
        .map(|mut block| {
            for item in &mut block.items {
                if let syn::ImplItem::Fn(function) = item {
                    function.attrs.push(attribute(quote!(inline)));
                }
            }
            quote!(#block)
        })
        .collect()
}
