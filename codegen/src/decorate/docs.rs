//! Doc comments.

use proc_macro2::{Span, TokenStream};
use quote::quote;

/// Returns a doc comment with several paragraphs.
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

/// Replaces all attributes of an item by a doc comment. The others belong to serde's derives.
pub fn replace(attributes: &mut Vec<syn::Attribute>, text: &str) {
    *attributes = self::attributes(text);
}

/// Returns the attributes of a doc comment.
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
