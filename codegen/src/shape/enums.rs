//! Enumerations, open for values to come.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, ident};
use crate::plan::{Enum, Type};

pub fn enumeration(ty: &Type, set: &Enum) -> TokenStream {
    let name = ident(&ty.name);
    let docs = docs::doc([ty.description.clone().unwrap_or_else(|| format!("A value of `{}`.", ty.name))]);
    let values = set.values.iter().map(|value| {
        let variant = ident(&value.variant);
        let literal = &value.value;
        let docs = docs::doc([format!("`{literal}`")]);
        quote!(#docs #variant = #literal,)
    });
    quote! {
        open_enum! {
            #docs
            pub enum #name { #(#values)* }
        }
    }
}
