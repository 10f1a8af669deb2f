//! Every value that a request can be made of, for a test that judges them all.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::ident;
use super::rust_types::rust_type;
use crate::names::value_name;
use crate::plan::{Kind, Literal, Plan, Rule, Struct, Type, TypeRef, Union, Variant};

/// The function `every_request`, which makes each type of requests from its required arguments alone, and each variant
/// of each union in requests.
///
/// Whoever includes it provides `MadeRequest`, with the fields that are set here, and `value`, which makes up a value
/// for a schema of the document, given the place of the schema.
pub fn every_request(plan: &Plan) -> TokenStream {
    let requests = || plan.types.values().filter(|ty| ty.input);
    let made = requests().flat_map(|ty| match &ty.kind {
        Kind::Struct(_) => vec![made_struct(ty)],
        Kind::Union(union) => made_variants(ty, union),
        Kind::Enum(_) => Vec::new(),
    });
    let makers = requests().filter_map(|ty| match &ty.kind {
        Kind::Struct(object) => Some(struct_maker(plan, ty, object)),
        Kind::Union(union) => Some(union_maker(plan, ty, union)),
        Kind::Enum(_) => None,
    });
    quote! {
        /// Every type of requests, made from what it requires alone, and every variant of every union of them.
        pub fn every_request() -> Vec<MadeRequest> {
            vec![#(#made),*]
        }

        #(#makers)*
    }
}

fn made_struct(ty: &Type) -> TokenStream {
    let (name, place, make) = (&ty.name, &ty.place, maker(&ty.name));
    quote!(MadeRequest { name: #name, place: #place, tag: &[], tag_values: &[], json: to_vec(&#make()) })
}

fn made_variants(ty: &Type, union: &Union) -> Vec<TokenStream> {
    let place = &ty.place;
    let made = |(index, variant): (usize, &Variant)| {
        let name = format!("{}::{}", ty.name, variant.name);
        let make = variant_maker(ty, variant);
        let (tag, values) = tag(&union.rule, index);
        quote! {
            MadeRequest {
                name: #name, place: #place, tag: &[#(#tag),*], tag_values: &[#(#values),*], json: to_vec(&#make())
            }
        }
    };
    union.variants.iter().enumerate().map(made).collect()
}

/// The path to the property that tells a variant, and the values that stand for it.
fn tag(rule: &Rule, variant: usize) -> (Vec<&str>, Vec<&str>) {
    let Rule::Tag { path, cases, .. } = rule else { return (Vec::new(), Vec::new()) };
    let values = cases.iter().filter(|(_, of)| *of == variant).filter_map(|(value, _)| match value {
        Literal::String(value) => Some(value.as_str()),
        Literal::Null | Literal::Boolean(_) => None,
    });
    (path.iter().map(String::as_str).collect(), values.collect())
}

fn struct_maker(plan: &Plan, ty: &Type, object: &Struct) -> TokenStream {
    let (name, make) = (ident(&ty.name), maker(&ty.name));
    let mut arguments: Vec<_> =
        object.properties.iter().filter(|property| property.required && !property.implied).collect();
    arguments.sort_by_key(|property| &property.name);
    let arguments = arguments.into_iter().map(|property| {
        let place = format!("{}/properties/{}", ty.place, property.name);
        value(plan, &property.ty, &place)
    });
    quote! {
        fn #make() -> #name {
            #name::new(#(#arguments),*)
        }
    }
}

fn union_maker(plan: &Plan, ty: &Type, union: &Union) -> TokenStream {
    let (name, make) = (ident(&ty.name), maker(&ty.name));
    let makers = union.variants.iter().enumerate().map(|(index, variant)| {
        let (label, make) = (ident(&variant.name), variant_maker(ty, variant));
        let made = match &variant.payload {
            None => quote!(#name::#label),
            Some(payload) => {
                let place = format!("{}/anyOf/{index}", ty.place);
                let payload = value(plan, payload, &place);
                quote!(#name::#label(#payload))
            }
        };
        quote! {
            fn #make() -> #name {
                #made
            }
        }
    });
    let first = union.variants.first().map(|variant| variant_maker(ty, variant));
    quote! {
        #[allow(dead_code)]
        fn #make() -> #name {
            #first()
        }
        #(#makers)*
    }
}

/// An expression of a value, for a schema at a place.
fn value(plan: &Plan, ty: &TypeRef, place: &str) -> TokenStream {
    match ty {
        TypeRef::Named(name) if !matches!(plan.types.get(name).map(|ty| &ty.kind), Some(Kind::Enum(_)) | None) => {
            let make = maker(name);
            quote!(#make())
        }
        TypeRef::List(element) => {
            let element = value(plan, element, &format!("{place}/items"));
            quote!(vec![#element])
        }
        ty => {
            let ty = rust_type(ty);
            quote!(value::<#ty>(#place))
        }
    }
}

/// The name of the function that makes a type.
fn maker(name: &str) -> Ident {
    format_ident!("make_{}", value_name(name).trim_matches('_'))
}

/// The name of the function that makes a variant of a union.
fn variant_maker(ty: &Type, variant: &Variant) -> Ident {
    format_ident!("{}_as_{}", maker(&ty.name), value_name(&variant.name).trim_matches('_'))
}
