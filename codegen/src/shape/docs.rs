//! Doc comments.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::json::Value;
use crate::plan::{Credential, Operation, Property, QueryParameter, QueryStyle, TypeRef};

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
    doc(property_paragraphs(property))
}

fn property_paragraphs(property: &Property) -> Vec<String> {
    let mut paragraphs =
        vec![property.description.clone().unwrap_or_else(|| format!("`{}`: {}.", property.name, kind(&property.ty)))];
    if let Some(default) = default(property.default.as_ref()) {
        paragraphs.push(default);
    }
    paragraphs
}

/// What is said of a property, as one text.
pub fn property_text(property: &Property) -> String {
    let mut paragraphs = property_paragraphs(property);
    paragraphs.extend(property.deprecated.then(|| "Deprecated by the API.".to_owned()));
    paragraphs.join("\n\n")
}

/// The text of a type.
pub fn type_text(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Named(name) => name.clone(),
        TypeRef::DateTime => "DateTime<Utc>".to_owned(),
        _ => "String".to_owned(),
    }
}

/// What is said of the variant for all that is not known.
pub const UNKNOWN_VARIANT: &str = "A variant that the document does not have, as it came.\n\nThe API may grow new variants \
    at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.";

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

/// A doc comment that was made of one text, as one of lines, without other attributes.
pub fn lines(attributes: &mut Vec<syn::Attribute>) {
    let text = crate::generate::docs(attributes);
    *attributes = self::attributes(&text);
}

/// A doc comment of a text.
pub fn attributes(text: &str) -> Vec<syn::Attribute> {
    let mut attributes = Vec::new();
    for line in text.trim().lines() {
        let line = if line.is_empty() { String::new() } else { format!(" {line}") };
        let path = syn::Ident::new("doc", Span::call_site()).into();
        let value = syn::Expr::Lit(syn::ExprLit {
            attrs: Vec::new(),
            lit: syn::Lit::Str(syn::LitStr::new(&line, Span::call_site())),
        });
        attributes.push(syn::Attribute {
            pound_token: Default::default(),
            style: syn::AttrStyle::Outer,
            bracket_token: Default::default(),
            meta: syn::Meta::NameValue(syn::MetaNameValue { path, eq_token: Default::default(), value }),
        });
    }
    attributes
}

/// What is said of an operation.
pub fn operation_text(operation: &Operation) -> String {
    let mut paragraphs = vec![operation.summary.clone().unwrap_or_else(|| format!("Calls `{}`.", operation.id))];
    paragraphs.extend(operation.description.clone());
    let scopes = operation.security.values().find(|scopes| !scopes.is_empty());
    paragraphs.push(match (operation.credential, scopes) {
        (Credential::Public, _) => "Needs no token, and is sent without one.".to_owned(),
        (credential, Some(scopes)) => {
            let scopes: Vec<String> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
            let token = if credential == Credential::Member { "member's session" } else { "token" };
            format!(
                "Needs a {token} with {}.",
                if scopes.len() > 1 { format!("any of {}", scopes.join(", ")) } else { scopes.concat() }
            )
        }
        (_, None) => "Needs a token of any scope.".to_owned(),
    });
    paragraphs.join("\n\n")
}

/// What is said of the variant for all values that are not known.
pub const UNKNOWN_VALUE: &str = "A value that the document does not have, as it came.\n\nThe API may grow new values at any \
    time. Match them with a wildcard arm, not with this variant: a value that is unknown today gets its own variant tomorrow.";
