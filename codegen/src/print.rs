//! The print pass: formats the source with prettyplease.

use std::collections::BTreeMap;

use crate::decorate::Decorated;
use crate::model::{Model, Type};

/// The text of each source file, by name without the extension. `api` includes the others.
pub type Source = BTreeMap<String, String>;

/// Formats each file and adds a header.
pub fn print(model: &Model, decorated: Decorated) -> Source {
    let print = |(name, file): (String, syn::File)| {
        let has_types = name.rsplit('/').next().is_some_and(|name| name.starts_with("types_"));
        (name, header(&model.version) + &text(file, |name| model.types.get(name).filter(|_| has_types)))
    };
    decorated.into_iter().map(print).collect()
}

/// Returns the header of a generated file.
pub fn header(version: &str) -> String {
    comment(&format!("Generated from `openapi/{version}.json` when the crate is built. Changes are lost.")) + "\n"
}

/// Returns a comment of one line.
fn comment(text: &str) -> String {
    format!("// {}\n", text.replace('\n', "\\n"))
}

/// Formats a file, with an empty line between items and a comment with the JSON pointer above each type.
fn text<'p>(file: syn::File, type_of: impl Fn(&str) -> Option<&'p Type>) -> String {
    let mut text = String::new();
    let mut last = None;
    for item in file.items {
        let is_use = matches!(item, syn::Item::Use(_));
        // Consecutive imports are not separated, and neither are a type and the macro that implements its traits.
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
            text.push_str(&comment(&ty.place));
        }
        let one = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] };
        push_lines(&mut text, &prettyplease::unparse(&one));
        last = Some(is_use);
    }
    text
}

/// Adds source with each doc comment of several lines, which prettyplease prints as `/** … */`, as `///` lines.
fn push_lines(text: &mut String, source: &str) {
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("/**") {
        text.push_str(before);
        let indentation = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
        rest = match after.split_once("*/").filter(|_| indentation.trim().is_empty()) {
            Some((doc, after)) => {
                let lines: Vec<String> = doc.split('\n').map(|line| format!("///{line}")).collect();
                text.push_str(&lines.join(&format!("\n{indentation}")));
                after
            }
            // Not the start of a doc comment.
            None => {
                text.push_str("/**");
                after
            }
        };
    }
    text.push_str(rest);
}
