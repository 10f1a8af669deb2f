//! Enumerations with a variant for unknown values.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::tokens::{attribute, ident, parse_source};
use crate::Result;
use crate::model::{Enum, Kind, Model, Type};

pub fn enumeration(model: &Model, ty: &Type, set: &Enum) -> Result<(syn::Item, TokenStream)> {
    let mut item: syn::ItemEnum = parse_source(&ty.source.definition, &ty.place)?;
    docs::replace(&mut item.attrs, &crate::docs::of_type(model, ty));
    item.attrs.extend([
        attribute(quote!(derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord))),
        attribute(quote!(non_exhaustive)),
    ]);
    // Scopes that only other versions use are added after typify has run.
    for value in set.values.iter().skip(item.variants.len()) {
        let name = ident(&value.variant);
        item.variants.push(syn::parse_quote!(#name));
    }
    for (variant, value) in item.variants.iter_mut().zip(&set.values) {
        docs::replace(&mut variant.attrs, &crate::docs::of_value(value));
    }
    let values = item.variants.iter().zip(&set.values).map(|(variant, value)| {
        let (ident, literal) = (&variant.ident, &value.value);
        quote!(#ident = #literal)
    });
    let values: Vec<TokenStream> = values.collect();
    let unknown = docs::attributes(crate::docs::UNKNOWN_VALUE);
    item.variants.push(syn::parse_quote!(#(#unknown)* Unknown(UnknownValue)));
    let name = &item.ident;
    let wholes = wholes(model, &ty.name, set).map(ident);
    let others = quote! {
        impl_open_enum!(#name, #(#values),*);
        #(impl_part_of_enum!(#name, #wholes);)*
    };
    Ok((syn::Item::Enum(item), others))
}

/// Returns the enumerations that this one is a part of. They have all of its values, and names that are suffixes of its
/// name, such as `SubscriptionStatus` for `CustomerStateSubscriptionStatus`.
fn wholes<'a>(model: &'a Model, name: &'a str, part: &'a Enum) -> impl Iterator<Item = &'a str> {
    let is_whole =
        move |whole: &Enum| part.values.iter().all(|value| whole.values.iter().any(|other| other.value == value.value));
    model.types.iter().filter_map(move |(other, ty)| match &ty.kind {
        Kind::Enum(whole) if name != other && name.ends_with(other.as_str()) && is_whole(whole) => Some(other.as_str()),
        _ => None,
    })
}
