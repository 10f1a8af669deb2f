//! Which Rust type stands for a use of a type.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::plan::{Plan, TypeRef};

/// The Rust type of a value.
pub fn rust_type(ty: &TypeRef) -> TokenStream {
    match ty {
        TypeRef::String => quote!(String),
        TypeRef::Integer => quote!(i64),
        TypeRef::Number => quote!(Number),
        TypeRef::Boolean => quote!(bool),
        TypeRef::DateTime => quote!(DateTime<Utc>),
        TypeRef::Date => quote!(NaiveDate),
        TypeRef::Uuid => quote!(Uuid),
        TypeRef::Decimal => quote!(Decimal),
        TypeRef::DecimalOrNumber => quote!(DecimalOrNumber),
        TypeRef::Scalar => quote!(Scalar),
        TypeRef::Null => quote!(Null),
        TypeRef::Any => quote!(Value),
        TypeRef::List(element) => {
            let element = rust_type(element);
            quote!(Vec<#element>)
        }
        TypeRef::Page(item) => {
            let item = rust_type(item);
            quote!(Page<#item>)
        }
        TypeRef::Map(value) if **value == TypeRef::Any => quote!(Map<String, Value>),
        TypeRef::Map(value) => {
            let value = rust_type(value);
            quote!(BTreeMap<String, #value>)
        }
        TypeRef::Pair(first, second) => {
            let (first, second) = (rust_type(first), rust_type(second));
            quote!((#first, #second))
        }
        TypeRef::Named(name) => {
            let name = ident(name);
            quote!(#name)
        }
    }
}

/// The Rust type of a field: in a box where the type would hold itself.
pub fn field_type(plan: &Plan, object: &str, ty: &TypeRef) -> TokenStream {
    let rust = rust_type(ty);
    match ty {
        TypeRef::Named(name) if holds(plan, name, object) => quote!(Box<#rust>),
        _ => rust,
    }
}

/// Whether values of a type hold values of another not by way of a list or a map, which have their content elsewhere.
fn holds(plan: &Plan, outer: &str, inner: &str) -> bool {
    if !plan.recursive.contains(outer) || !plan.recursive.contains(inner) {
        return false;
    }
    let (mut seen, mut open) = (BTreeSet::new(), vec![outer]);
    while let Some(name) = open.pop() {
        if name == inner {
            return true;
        }
        if let Some(ty) = plan.types.get(name).filter(|_| seen.insert(name)) {
            open.extend(ty.kind.held());
        }
    }
    false
}
