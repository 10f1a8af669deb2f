//! Conversions of a value into a request body of which it is the only required property.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::tokens::{ident, type_tokens};
use crate::model::{Kind, Model, Property, Struct, Type, TypeRef};

/// Returns the property of a request body that is its only required one. Calls accept its value in place of the body:
/// `members().add("jane@example.com")`.
pub fn only_argument<'a>(model: &Model, ty: &Type, object: &'a Struct) -> Option<&'a Property> {
    let body = TypeRef::Named(ty.name.clone());
    let mut bodies = model.operations.iter().filter_map(|operation| operation.body.as_ref());
    let mut arguments = object.properties.iter().filter(|property| property.is_argument());
    match (arguments.next(), arguments.next()) {
        (Some(only), None) if !only.nullable && bodies.any(|other| other.ty == body) => Some(only),
        _ => None,
    }
}

/// Returns the conversions of a body from its only required property.
pub fn conversions(model: &Model, ty: &Type, property: &Property) -> TokenStream {
    let name = ident(&ty.name);
    let docs = docs::doc([format!("Creates one with its only required property, `{}`.", property.name)]);
    let from = |generics: TokenStream, from: TokenStream| {
        quote! {
            #docs
            impl #generics From<#from> for #name {
                #[inline]
                fn from(value: #from) -> Self {
                    Self::new(value)
                }
            }
        }
    };
    match &property.ty {
        TypeRef::String => [quote!(&str), quote!(String)].map(|text| from(quote!(), text)).into_iter().collect(),
        TypeRef::List(item) => {
            let ty = type_tokens(item);
            let is_union = matches!(&**item, TypeRef::Named(name)
                if model.types.get(name).is_some_and(|ty| matches!(ty.kind, Kind::Union(_))));
            let (parameter, item) = if is_union { (quote!(T: Into<#ty>,), quote!(T)) } else { (quote!(), ty) };
            let array = from(quote!(<#parameter const N: usize>), quote!([#item; N]));
            let vec = from(if is_union { quote!(<#parameter>) } else { quote!() }, quote!(Vec<#item>));
            quote!(#array #vec)
        }
        _ => TokenStream::new(),
    }
}
