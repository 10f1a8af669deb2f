//! Ids, each entity's of a type of its own.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::tokens::attribute;
use crate::Result;
use crate::generate::Definition;
use crate::plan::Id;

pub fn id(made: &Definition, id: Id) -> Result<(syn::Item, TokenStream)> {
    let mut item = made.structure()?.clone();
    docs::lines(&mut item.attrs);
    item.attrs.push(attribute(match id {
        Id::Uuid => quote!(derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)),
        Id::String => quote!(derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)),
    }));
    for field in &mut item.fields {
        field.vis = syn::Visibility::Inherited;
    }
    let name = &item.ident;
    let others = match id {
        Id::Uuid => quote!(impl_uuid_id!(#name);),
        Id::String => quote!(impl_string_id!(#name);),
    };
    Ok((syn::Item::Struct(item), others))
}
