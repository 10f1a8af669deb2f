//! Compares the public items of two generated sources.
//!
//! Breaking changes are derived from the source itself, so changed names, constructor arguments and union methods are
//! detected, whatever the cause in the document.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use polar_codegen::Source;
use quote::{ToTokens, quote};
use serde::Serialize;
use syn::punctuated::Punctuated;
use syn::{Attribute, FnArg, Item, ReturnType, Visibility};

use super::Impact;

/// The public items of a source by path.
///
/// Traits that a type implements are items, too: `types::Order: Clone`.
#[derive(Debug, Default)]
pub struct Surface(BTreeMap<String, PublicItem>);

/// A public item.
#[derive(Debug, Default, PartialEq, Eq)]
struct PublicItem {
    /// The type of a field, or the signature of a function.
    signature: String,
    /// True if a new item in it breaks programs, such as a field of a struct that can be constructed with a literal.
    closed: bool,
}

/// A public item that changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ItemChange {
    pub impact: Impact,
    pub path: String,
    /// The previous signature; `None` if the item is new.
    pub old: Option<String>,
    /// The new signature; `None` if the item was removed.
    pub new: Option<String>,
}

impl Surface {
    /// Reads the public items of a source.
    ///
    /// # Errors
    /// If a file is not valid Rust.
    pub fn of(source: &Source) -> Result<Self> {
        let files: Result<BTreeMap<&str, Vec<Item>>> = source
            .iter()
            .map(|(name, text)| {
                let file = syn::parse_file(text).with_context(|| format!("the source `{name}` is no Rust"))?;
                Ok((name.as_str(), file.items))
            })
            .collect();
        let mut reader = Reader { files: files?, surface: Self::default() };
        let api = reader.files.get("api").cloned().unwrap_or_default();
        reader.module("", &api);
        Ok(reader.surface)
    }

    /// Returns the items that differ. The contents of items that were added or removed are not listed.
    pub fn changes(&self, new: &Self) -> Vec<ItemChange> {
        let paths: BTreeSet<&String> = self.0.keys().chain(new.0.keys()).collect();
        let mut changes = Vec::new();
        for path in paths {
            let (before, after) = (self.0.get(path), new.0.get(path));
            let parent = parent(path).filter(|parent| self.0.contains_key(*parent) || new.0.contains_key(*parent));
            let stays = |parent: &str| self.0.contains_key(parent) && new.0.contains_key(parent);
            if before == after || parent.is_some_and(|parent| !stays(parent)) {
                continue;
            }
            let opens = |parent: &str| new.0.get(parent).is_some_and(|parent| !parent.closed);
            let is_member =
                !path.contains(": ") && (before.or(after)).is_some_and(|item| item.signature.starts_with(MEMBER));
            let impact = match (before, after) {
                (None, Some(_)) if !is_member || parent.is_none_or(opens) => Impact::Additive,
                _ => Impact::Breaking,
            };
            let signature = |item: &PublicItem| item.signature.trim_start_matches(MEMBER).to_owned();
            changes.push(ItemChange {
                impact,
                path: path.clone(),
                old: before.map(signature),
                new: after.map(signature),
            });
        }
        changes
    }

    #[cfg(test)]
    fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
}

/// The prefix of the signatures of fields and variants.
const MEMBER: &str = "member ";

/// Returns the item that contains another one, or the type that implements a trait.
fn parent(path: &str) -> Option<&str> {
    path.split_once(": ").map(|(item, _)| item).or_else(|| Some(path.rsplit_once("::")?.0))
}

struct Reader<'a> {
    files: BTreeMap<&'a str, Vec<Item>>,
    surface: Surface,
}

impl Reader<'_> {
    fn module(&mut self, path: &str, items: &[Item]) {
        let private = |item: &Item| match item {
            Item::Mod(module) if !is_public(&module.vis) => {
                Some((module.ident.to_string(), module.content.as_ref()?.1.clone()))
            }
            _ => None,
        };
        let hidden: BTreeMap<String, Vec<Item>> = items.iter().filter_map(private).collect();
        for item in items {
            match item {
                Item::Mod(module) if is_public(&module.vis) && !is_hidden(&module.attrs) => {
                    let path = join(path, &module.ident.to_string());
                    let items = module.content.as_ref().map(|(_, items)| items.clone()).unwrap_or_default();
                    self.module(&path, &items);
                }
                // A glob that re-exports the items of a private module.
                Item::Use(import) if is_public(&import.vis) => {
                    let tree = import.tree.to_token_stream().to_string().replace(' ', "");
                    if let Some(items) = tree.strip_suffix("::*").and_then(|name| hidden.get(name)) {
                        self.module(path, items);
                    }
                }
                Item::Macro(call) => self.macro_call(path, call),
                Item::Struct(item) if is_public(&item.vis) => self.structure(path, item),
                Item::Enum(item) if is_public(&item.vis) => self.enumeration(path, item),
                Item::Impl(item) => self.implementation(path, item),
                Item::Const(item) if is_public(&item.vis) => {
                    self.add(join(path, &item.ident.to_string()), text(&item.ty), false);
                }
                Item::Static(item) if is_public(&item.vis) => {
                    self.add(join(path, &item.ident.to_string()), text(&item.ty), false);
                }
                Item::Type(item) if is_public(&item.vis) => {
                    self.add(join(path, &item.ident.to_string()), text(&item.ty), false);
                }
                Item::Fn(item) if is_public(&item.vis) => {
                    self.add(join(path, &item.sig.ident.to_string()), signature(&item.sig), false);
                }
                _ => {}
            }
        }
    }

    fn structure(&mut self, path: &str, item: &syn::ItemStruct) {
        let path = join(path, &item.ident.to_string());
        let all_public = item.fields.iter().all(|field| is_public(&field.vis));
        let closed = all_public && !is_non_exhaustive(&item.attrs);
        let rest = if closed { "" } else { " .." };
        self.add(path.clone(), format!("struct{}{rest}", text(&item.generics)), closed);
        self.derives(&path, &item.attrs);
        for (index, field) in item.fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis)) {
            let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
            self.add(join(&path, &name), format!("{MEMBER}{}", text(&field.ty)), false);
        }
    }

    fn enumeration(&mut self, path: &str, item: &syn::ItemEnum) {
        let path = join(path, &item.ident.to_string());
        let closed = !is_non_exhaustive(&item.attrs);
        let rest = if closed { "" } else { " .." };
        self.add(path.clone(), format!("enum{}{rest}", text(&item.generics)), closed);
        self.derives(&path, &item.attrs);
        for variant in &item.variants {
            self.add(join(&path, &variant.ident.to_string()), format!("{MEMBER}{}", text(&variant.fields)), false);
        }
    }

    fn derives(&mut self, path: &str, attributes: &[Attribute]) {
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
            let parser = Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
            for derived in attribute.parse_args_with(parser).into_iter().flatten() {
                self.add(format!("{path}: {}", text(&derived)), String::new(), false);
            }
        }
    }

    fn implementation(&mut self, path: &str, item: &syn::ItemImpl) {
        let owner = self.path_of(path, &item.self_ty);
        if let Some((implemented, _)) = &item.trait_ {
            // All types implement these two.
            if implemented.is_ident("Decode") || implemented.is_ident("Encode") {
                return;
            }
            return self.add(format!("{owner}: {}", text(implemented)), text(&item.generics), false);
        }
        // Distinguishes methods of a specific `C` from those of every `C`.
        let of = quote!(#item).to_string();
        let of = of.find('{').map_or(String::new(), |brace| of[..brace].to_owned());
        let of = if of.contains('<') { text_of(&of) } else { String::new() };
        for item in &item.items {
            match item {
                syn::ImplItem::Fn(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                    let signature = format!("{of} {}", signature(&item.sig));
                    self.add(join(&owner, &item.sig.ident.to_string()), signature.trim().to_owned(), false);
                }
                syn::ImplItem::Const(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                    self.add(join(&owner, &item.ident.to_string()), text(&item.ty), false);
                }
                _ => {}
            }
        }
    }

    /// Macros include files, or implement what all types of a kind have.
    fn macro_call(&mut self, path: &str, call: &syn::ItemMacro) {
        let name = text(&call.mac.path);
        let arguments = call.mac.tokens.to_string();
        if name == "include" {
            let file = arguments.rsplit('/').next().and_then(|file| file.split(".rs").next()).unwrap_or_default();
            let items = self.files.get(file).cloned().unwrap_or_default();
            return self.module(path, &items);
        }
        // All types have these.
        if matches!(name.as_str(), "impl_object" | "impl_open_enum" | "impl_debug_and_serde") {
            return;
        }
        let (ty, rest) = arguments.split_once(',').unwrap_or((&arguments, ""));
        self.add(format!("{}: {name}", join(path, &text_of(ty))), text_of(rest), false);
    }

    /// Returns the path of the type of an implementation.
    fn path_of(&self, module: &str, ty: &syn::Type) -> String {
        let syn::Type::Path(ty) = ty else { return text(ty) };
        let names: Vec<String> = ty.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        match names.as_slice() {
            [name] => join(module, name),
            [first, rest @ ..] if first == "crate" => rest.join("::"),
            names => names.join("::"),
        }
    }

    fn add(&mut self, path: String, signature: String, closed: bool) {
        let item = self.surface.0.entry(path).or_default();
        let more = if item.signature.is_empty() || item.signature == signature { "" } else { " | " };
        let more = if more.is_empty() { String::new() } else { format!("{}{more}", item.signature) };
        *item = PublicItem { signature: format!("{more}{signature}"), closed };
    }
}

/// Returns a signature without argument names, which are irrelevant to callers.
fn signature(signature: &syn::Signature) -> String {
    let arguments = signature.inputs.iter().map(|argument| match argument {
        FnArg::Receiver(receiver) => text(receiver),
        FnArg::Typed(argument) => text(&argument.ty),
    });
    let arguments: Vec<String> = arguments.collect();
    let output = match &signature.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, ty) => format!(" -> {}", text(ty)),
    };
    let (before, bounds) = (&signature.generics, &signature.generics.where_clause);
    let kind = if signature.constness.is_some() { "const fn" } else { "fn" };
    let kind = if signature.asyncness.is_some() { "async fn" } else { kind };
    text_of(&format!("{kind}{}({}){output} {}", text(before), arguments.join(", "), text(bounds)))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_non_exhaustive(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("doc") && text(attribute).contains("hidden"))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}::{name}") }
}

fn text(tokens: &impl ToTokens) -> String {
    text_of(&tokens.to_token_stream().to_string())
}

/// Formats tokens approximately like rustfmt.
fn text_of(tokens: &str) -> String {
    let mut text = tokens.split_whitespace().collect::<Vec<_>>().join(" ");
    for (spaced, tight) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        // Fully qualified where a handle has the same name.
        ("crate::types::", ""),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surface(types: &str) -> Surface {
        let api = "pub mod types { pub(crate) mod things { include!(concat!(env!(\"OUT_DIR\"), \"/types_things.rs\")); } pub use things::*; }";
        let source = [("api", api), ("types_things", types)];
        Surface::of(&source.map(|(name, text)| (name.to_owned(), text.to_owned())).into()).unwrap()
    }

    /// Returns the changes as `- path: signature` and `+ path: signature`, with `!` for breaking ones.
    fn changes(old: &str, new: &str) -> Vec<String> {
        let line = |change: ItemChange| {
            let mark = if change.impact == Impact::Breaking { "!" } else { "" };
            format!(
                "{mark} {} [{}] [{}]",
                change.path,
                change.old.unwrap_or("-".into()),
                change.new.unwrap_or("-".into())
            )
        };
        surface(old).changes(&surface(new)).into_iter().map(line).collect()
    }

    #[test]
    fn items_of_glob_imports_have_the_path_of_the_importer() {
        let surface = surface("pub struct A { pub b: Vec<u8>, c: u8 } impl A { pub fn d(&self) {} fn e() {} }");
        assert!(["types::A", "types::A::b", "types::A::d"].iter().all(|path| surface.has(path)), "{surface:?}");
        assert!(!surface.has("types::A::c") && !surface.has("types::A::e"));
    }

    #[test]
    fn added_fields_of_constructible_structs_are_breaking() {
        assert_eq!(
            changes("pub struct A { pub b: u8 }", "pub struct A { pub b: u8, pub c: u8 }"),
            ["! types::A::c [-] [u8]"]
        );
        assert_eq!(
            changes("#[non_exhaustive] pub struct A {}", "#[non_exhaustive] pub struct A { pub c: Option<u8> }"),
            [" types::A::c [-] [Option<u8>]"]
        );
    }

    #[test]
    fn variants_of_open_enums_may_be_added_but_not_removed() {
        let open = |variants: &str| format!("#[non_exhaustive] pub enum A {{ {variants} }}");
        assert_eq!(changes(&open("B, C(u8)"), &open("B, D")), ["! types::A::C [(u8)] [-]", " types::A::D [-] []"]);
        assert_eq!(changes("pub enum A { B }", "pub enum A { B, C }"), ["! types::A::C [-] []"]);
    }

    #[test]
    fn contents_of_added_and_removed_items_are_not_listed() {
        assert_eq!(changes("#[derive(Clone)] pub struct A { pub b: u8 }", ""), ["! types::A [struct] [-]"]);
        assert_eq!(changes("", "pub struct A { pub b: u8 }"), [" types::A [-] [struct]"]);
    }

    #[test]
    fn functions_are_known_by_their_types() {
        let function = |signature: &str| format!("pub struct A; impl A {{ pub {signature} {{}} }}");
        assert_eq!(changes(&function("fn b(&self, c: u8)"), &function("fn b(&self, d: u8)")), [] as [&str; 0]);
        assert_eq!(
            changes(&function("fn b(&self, c: u8)"), &function("fn b(&self, c: u16) -> impl Into<u8>")),
            ["! types::A::b [fn(&self, u8)] [fn(&self, u16) -> impl Into<u8>]"]
        );
        let of = |generics: &str| format!("pub struct A<T>(T); impl{generics} {{ pub fn b() {{}} }}");
        assert_eq!(changes(&of(" A<u8>"), &of("<T> A<T>")).len(), 1);
    }

    #[test]
    fn traits_are_items() {
        assert_eq!(
            changes(
                "#[derive(Clone)] pub struct A; impl_call!(A, Vec<u8>);",
                "#[derive(Copy)] pub struct A; impl_call!(A, Vec<u16>);"
            ),
            ["! types::A: Clone [] [-]", " types::A: Copy [-] []", "! types::A: impl_call [Vec<u8>] [Vec<u16>]"]
        );
    }
}
