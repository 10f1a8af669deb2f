//! Doc comments.

use proc_macro2::TokenStream;
use quote::quote;

use crate::json::Value;
use crate::plan::{Property, QueryParameter, QueryStyle, TypeRef};

/// A doc comment of several paragraphs.
pub fn doc(paragraphs: impl IntoIterator<Item = String>) -> TokenStream {
    let mut tokens = TokenStream::new();
    for (index, paragraph) in paragraphs.into_iter().enumerate() {
        if index > 0 {
            tokens.extend(quote!(#[doc = ""]));
        }
        for line in paragraph.trim().lines() {
            let line = format!(" {line}");
            tokens.extend(quote!(#[doc = #line]));
        }
    }
    tokens
}

/// What is said of a property.
pub fn property(property: &Property) -> TokenStream {
    let mut paragraphs =
        vec![property.description.clone().unwrap_or_else(|| format!("`{}`: {}.", property.name, kind(&property.ty)))];
    if let Some(default) = default(property.default.as_ref()) {
        paragraphs.push(default);
    }
    doc(paragraphs)
}

/// What is said of a parameter.
pub fn parameter(parameter: &QueryParameter) -> TokenStream {
    let kind = match parameter.style {
        QueryStyle::One => kind(&parameter.ty),
        QueryStyle::Many => format!("any number of values, each {}", kind(&parameter.ty)),
        QueryStyle::Deep => "values by key; several values for one key are alternatives".to_owned(),
    };
    let mut paragraphs = vec![
        parameter
            .description
            .clone()
            .unwrap_or_else(|| format!("Sets the query parameter `{}`: {kind}.", parameter.name)),
    ];
    if let Some(default) = default(parameter.default.as_ref()) {
        paragraphs.push(default);
    }
    paragraphs.extend(parameter.deprecated.then(|| "Deprecated by the API.".to_owned()));
    doc(paragraphs)
}

fn default(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        value => Some(format!("The API takes `{value}` if it is left out.")),
    }
}

/// What a value is, in words.
fn kind(ty: &TypeRef) -> String {
    match ty {
        TypeRef::String => "a string".to_owned(),
        TypeRef::Integer => "an integer".to_owned(),
        TypeRef::Number => "a number".to_owned(),
        TypeRef::Boolean => "a boolean".to_owned(),
        TypeRef::DateTime => "a point in time, in UTC".to_owned(),
        TypeRef::Date => "a date".to_owned(),
        TypeRef::Uuid => "a UUID".to_owned(),
        TypeRef::Decimal => "an exact decimal".to_owned(),
        TypeRef::DecimalOrNumber => "an exact decimal, or a number".to_owned(),
        TypeRef::Scalar => "a string, a number or a boolean".to_owned(),
        TypeRef::Null => "always `null`".to_owned(),
        TypeRef::Any => "any JSON value".to_owned(),
        TypeRef::List(element) => format!("a list, each element {}", kind(element)),
        TypeRef::Page(element) => format!("a page, each item {}", kind(element)),
        TypeRef::Map(value) => format!("values by key, each {}", kind(value)),
        TypeRef::Pair(first, second) => format!("a pair of {} and {}", kind(first), kind(second)),
        TypeRef::Named(name) => format!("a [`{name}`]"),
    }
}
