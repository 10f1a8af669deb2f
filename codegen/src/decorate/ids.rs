//! Id types, one for each entity.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::tokens::{attribute, parse_source};
use crate::Result;
use crate::model::{Id, Model, Type};

pub fn id(model: &Model, ty: &Type, id: Id) -> Result<(syn::Item, TokenStream)> {
    let mut item: syn::ItemStruct = parse_source(&ty.source.definition, &ty.place)?;
    docs::replace(&mut item.attrs, &crate::docs::of_type(model, ty));
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
