//! The last pass: source as text, laid out by prettyplease.

use std::collections::BTreeMap;

use crate::decorate::Decorated;

/// The text of each file of source by its name, without `.rs`. `api` includes all others.
pub type Source = BTreeMap<String, String>;

/// The text of each file.
pub fn print(decorated: &Decorated) -> Source {
    decorated.iter().map(|(name, file)| (name.clone(), text(file))).collect()
}

/// A file's text, with an empty line between items.
fn text(file: &syn::File) -> String {
    let mut text = String::new();
    let mut last = None;
    for item in &file.items {
        let is_use = matches!(item, syn::Item::Use(_));
        // Imports stand together, and so do a type and the macro that completes it.
        let joins = match last {
            None => true,
            Some(was_use) => (was_use && is_use) || matches!(item, syn::Item::Macro(_)),
        };
        if !joins {
            text.push('\n');
        }
        let one = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item.clone()] };
        text.push_str(&prettyplease::unparse(&one));
        last = Some(is_use);
    }
    text
}
