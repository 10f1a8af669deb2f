//! Doc comments.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::tokens::raw_string;

/// Returns a doc comment with several paragraphs.
pub fn doc(paragraphs: impl IntoIterator<Item = String>) -> TokenStream {
    let paragraphs: Vec<String> = paragraphs.into_iter().collect();
    let attributes = attributes(&paragraphs.join("\n\n"));
    quote!(#(#attributes)*)
}

/// Replaces all attributes of an item by a doc comment. The others belong to serde's derives.
pub fn replace(attributes: &mut Vec<syn::Attribute>, text: &str) {
    *attributes = self::attributes(text);
}

/// Returns the attributes of a doc comment: a single one for all lines, since each costs time to parse and to print.
/// [`print`](crate::print) splits it into lines.
pub fn attributes(text: &str) -> Vec<syn::Attribute> {
    // A doc comment cannot contain a carriage return except at the end of a line.
    let line = |line: &str| if line.is_empty() { String::new() } else { format!(" {}", line.replace('\r', " ")) };
    let lines = text.trim().lines().map(line);
    if text.contains("/*") || text.contains("*/") {
        return lines.map(|line| attribute(&line)).collect();
    }
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { Vec::new() } else { vec![attribute(&lines.join("\n"))] }
}

fn attribute(text: &str) -> syn::Attribute {
    let path = syn::Ident::new("doc", Span::call_site()).into();
    let value = syn::Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: syn::Lit::new(raw_string(text)) });
    syn::Attribute {
        pound_token: Default::default(),
        style: syn::AttrStyle::Outer,
        bracket_token: Default::default(),
        meta: syn::Meta::NameValue(syn::MetaNameValue { path, eq_token: Default::default(), value }),
    }
}
