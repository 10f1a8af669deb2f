//! The modules of a crate: what each file defines, imports and names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item, UseTree, Visibility};

/// The path of a module from the root of its crate.
type ModulePath = Vec<String>;

/// A crate as its source has it.
#[derive(Default)]
pub struct Crate {
    pub modules: BTreeMap<ModulePath, Module>,
    /// The files that define macros, by name.
    pub macros: BTreeMap<String, PathBuf>,
}

/// A module, in a file of its own or within another's.
#[derive(Default)]
pub struct Module {
    pub file: PathBuf,
    /// Names that are defined here, modules apart.
    pub items: Vec<String>,
    pub imports: Vec<Import>,
    /// The paths that the code names, imports apart.
    pub paths: Vec<Vec<String>>,
    /// The macros that the code calls.
    pub macro_calls: Vec<String>,
}

/// A name that is imported.
pub struct Import {
    pub name: String,
    pub path: Vec<String>,
    /// Whether others can use it from here, so that it may not be for this module itself.
    pub is_exported: bool,
}

impl Crate {
    /// Reads a crate from its root file.
    pub fn load(root: &Path) -> Result<Self> {
        let mut loaded = Self::default();
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        loaded.file(root, &folder, Vec::new())?;
        Ok(loaded)
    }

    /// Reads a file. Its submodules are in `folder`.
    fn file(&mut self, file: &Path, folder: &Path, path: ModulePath) -> Result<()> {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let source = syn::parse_file(&text).with_context(|| format!("cannot parse {}", file.display()))?;
        self.items(source.items, file, folder, path)
    }

    fn items(&mut self, items: Vec<Item>, file: &Path, folder: &Path, path: ModulePath) -> Result<()> {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items {
            match item {
                Item::Use(item) => {
                    let is_exported = !matches!(item.vis, Visibility::Inherited);
                    imports(&item.tree, &mut Vec::new(), is_exported, &mut module.imports);
                }
                Item::Mod(inner) if is_for_tests(&inner.attrs) => {}
                Item::Mod(inner) => {
                    let name = inner.ident.to_string();
                    let inner_path: ModulePath = path.iter().chain([&name]).cloned().collect();
                    let inner_folder = folder.join(&name);
                    match inner.content {
                        Some((_, items)) => self.items(items, file, &inner_folder, inner_path)?,
                        None => self.file(&folder.join(format!("{name}.rs")), &inner_folder, inner_path)?,
                    }
                }
                item => {
                    if let Item::Macro(definition) = &item
                        && let Some(name) = &definition.ident
                    {
                        self.macros.insert(name.to_string(), file.to_owned());
                    }
                    module.items.extend(name(&item));
                    named(item.into_token_stream(), &mut module);
                }
            }
        }
        self.modules.insert(path, module);
        Ok(())
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.meta.to_token_stream().to_string().contains("test")
    })
}

fn imports(tree: &UseTree, before: &mut Vec<String>, is_exported: bool, into: &mut Vec<Import>) {
    let mut add = |name: String, last: Option<String>| {
        let path = before.iter().cloned().chain(last).collect();
        into.push(Import { name, path, is_exported });
    };
    match tree {
        UseTree::Path(tree) => {
            before.push(tree.ident.to_string());
            imports(&tree.tree, before, is_exported, into);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| imports(tree, before, is_exported, into)),
        UseTree::Name(name) if name.ident == "self" => add(before.last().cloned().unwrap_or_default(), None),
        UseTree::Name(name) => add(name.ident.to_string(), Some(name.ident.to_string())),
        UseTree::Rename(rename) => add(rename.rename.to_string(), Some(rename.ident.to_string())),
        UseTree::Glob(_) => add("*".to_owned(), None),
    }
}

/// The name that an item defines.
fn name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        _ => return None,
    })
}

/// Collects the paths and macro calls in source, within macros, too.
fn named(tokens: TokenStream, module: &mut Module) {
    let mut tokens = tokens.into_iter().peekable();
    let mut path: Vec<String> = Vec::new();
    // How many colons follow the last name.
    let mut colons = 0;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) => {
                if colons != 2 {
                    module.paths.extend((!path.is_empty()).then(|| std::mem::take(&mut path)));
                }
                path.push(ident.to_string());
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => colons += 1,
            other => {
                if let TokenTree::Punct(punct) = &other
                    && punct.as_char() == '!'
                    && let (Some(name), Some(TokenTree::Group(_))) = (path.last(), tokens.peek())
                {
                    module.macro_calls.push(name.clone());
                }
                module.paths.extend((!path.is_empty()).then(|| std::mem::take(&mut path)));
                colons = 0;
                if let TokenTree::Group(group) = other {
                    named(group.stream(), module);
                }
            }
        }
    }
    module.paths.extend((!path.is_empty()).then_some(path));
}
