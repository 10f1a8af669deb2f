//! Enumerations, open for values to come.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::tokens::attribute;
use crate::Result;
use crate::generate::Definition;
use crate::plan::Enum;

pub fn enumeration(made: &Definition, set: &Enum) -> Result<(syn::Item, TokenStream)> {
    let mut item = made.enumeration()?.clone();
    docs::lines(&mut item.attrs);
    item.attrs.extend([
        attribute(quote!(derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord))),
        attribute(quote!(non_exhaustive)),
    ]);
    for variant in &mut item.variants {
        docs::lines(&mut variant.attrs);
    }
    let name = &item.ident;
    let values = item.variants.iter().zip(&set.values).map(|(variant, value)| {
        let (ident, literal) = (&variant.ident, &value.value);
        quote!(#ident = #literal)
    });
    let others = quote!(impl_open_enum!(#name, #(#values),*););
    Ok((syn::Item::Enum(item), others))
}
