//! Source as text, laid out by prettyplease.

use std::collections::BTreeMap;

use crate::decorate::Decorated;
use crate::plan::{Plan, Type};

/// The text of each file of source by its name, without `.rs`. `api` includes all others.
pub type Source = BTreeMap<String, String>;

/// Prints each file, under a line on what it was made from.
pub fn print(plan: &Plan, decorated: Decorated) -> Source {
    let print = |(name, file): (String, syn::File)| {
        let has_types = name.rsplit('/').next().is_some_and(|name| name.starts_with("types_"));
        (name, header(&plan.version) + &text(file, |name| plan.types.get(name).filter(|_| has_types)))
    };
    decorated.into_iter().map(print).collect()
}

/// Returns the first lines of a generated file.
pub fn header(version: &str) -> String {
    format!("// Generated from `openapi/{version}.json` when the crate is built. Changes are lost.\n\n")
}

/// A file's text, with an empty line between items, and above each type where the document has it.
fn text<'p>(file: syn::File, type_of: impl Fn(&str) -> Option<&'p Type>) -> String {
    let mut text = String::new();
    let mut last = None;
    for item in file.items {
        let is_use = matches!(item, syn::Item::Use(_));
        // Imports stand together, and so do a type and the macro that completes it.
        let joins = match last {
            None => true,
            Some(was_use) => (was_use && is_use) || matches!(item, syn::Item::Macro(_)),
        };
        if !joins {
            text.push('\n');
        }
        let ty = match &item {
            syn::Item::Struct(item) => type_of(&item.ident.to_string()),
            syn::Item::Enum(item) => type_of(&item.ident.to_string()),
            _ => None,
        };
        if let Some(ty) = ty {
            text.push_str(&format!("// {}\n", ty.place));
        }
        let one = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] };
        text.push_str(&prettyplease::unparse(&one));
        last = Some(is_use);
    }
    text
}
