//! Finds every fault of a document that prevents code generation, each with an overlay action that fixes it.
//!
//! Code generation stops at the first error. To find the others, the fix is applied to the document in memory, and code is
//! generated again until that succeeds. So the fixes are known to be sufficient.

use std::collections::BTreeSet;
use std::fmt;

use polar_codegen::json::{Value, segments};
use polar_codegen::load::Document;
use polar_codegen::{Error, emit_with_all_errors, model};

#[cfg(test)]
mod tests;

/// A reason why no code can be generated from a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The error, with its place.
    pub error: Error,
    /// The fix; `None` if the document as a whole is unusable.
    pub mend: Option<Mend>,
}

/// A change of a document, by JSON pointer. Its `Display` is the action of an overlay.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mend {
    /// Makes a schema accept any JSON.
    Untyped(String),
    /// Renames the type of a schema.
    Named(String, String),
    /// Removes an operation, a webhook, or an overlay's rule.
    Removed(String),
    /// Removes an optional parameter, by name, from an operation.
    WithoutParameter(String, String),
}

/// Finds all faults of a document. Returns them with the fixed document.
pub fn mended(document: &Document) -> (Vec<Fault>, Document) {
    let mut document = document.clone();
    let mut faults: Vec<Fault> = Vec::new();
    let mut mends = BTreeSet::new();
    loop {
        let errors = errors(&document);
        let mut mended = false;
        for error in errors {
            let error = document.locate(error);
            let mend = Mend::of(&document, &error, &mends);
            if let Some(mend) = &mend {
                mended |= mends.insert(mend.clone());
                mend.apply(&mut document);
            }
            faults.push(Fault { error, mend });
        }
        if !mended {
            return (faults, document);
        }
    }
}

/// Returns the errors of the first pass that fails.
fn errors(document: &Document) -> Vec<Error> {
    match model::model(document) {
        Err(error) => vec![error],
        Ok(model) => emit_with_all_errors(model).err().unwrap_or_default(),
    }
}

impl Mend {
    /// Returns a fix for an error that has not been tried yet.
    fn of(document: &Document, error: &Error, tried: &BTreeSet<Self>) -> Option<Self> {
        let place = error.place();
        // Without an overlay's rule, a type loses accessors only.
        let rule = Self::Removed(place.to_owned());
        let is_there = document.root().pointer(place).is_some();
        if place.ends_with("/x-shared-properties") && is_there && !tried.contains(&rule) {
            return Some(rule);
        }
        let schemas = schemas_on(document, place);
        if let (Some(name), Some(schema)) = (error.taken_name(), schemas.first()) {
            let names = (2..).map(|number| Self::Named(schema.clone(), format!("{name}{number}")));
            return names.into_iter().find(|mend| !tried.contains(mend));
        }
        let untyped = schemas.into_iter().map(Self::Untyped);
        let without = ancestors(place).filter_map(|place| Self::without(document, place));
        let there = |mend: &Self| document.root().pointer(mend.pointer()).is_some();
        untyped.chain(without).find(|mend| there(mend) && !tried.contains(mend))
    }

    /// Returns the removal of a place, if the rest of the document does not require it.
    fn without(document: &Document, place: &str) -> Option<Self> {
        let names: Vec<&str> = place.split('/').skip(1).collect();
        match names.as_slice() {
            ["paths", _, _] | ["webhooks", _] | ["webhooks"] => Some(Self::Removed(place.to_owned())),
            ["paths", path, method, "parameters", _] => {
                let parameter = document.root().pointer(place)?;
                let name = parameter["name"].as_str().filter(|_| parameter["required"] != true)?;
                Some(Self::WithoutParameter(format!("/paths/{path}/{method}/parameters"), name.to_owned()))
            }
            _ => None,
        }
    }

    fn pointer(&self) -> &str {
        match self {
            Self::Untyped(pointer)
            | Self::Named(pointer, _)
            | Self::Removed(pointer)
            | Self::WithoutParameter(pointer, _) => pointer,
        }
    }

    fn apply(&self, document: &mut Document) {
        let root = document.root_mut();
        match self {
            Self::Untyped(pointer) => set(root, pointer, "x-untyped", Value::Bool(true)),
            Self::Named(pointer, name) => set(root, pointer, "x-rust-name", Value::String(name.clone())),
            Self::Removed(pointer) => remove(root, pointer),
            Self::WithoutParameter(pointer, name) => {
                if let Some(Value::Array(parameters)) = root.pointer_mut(pointer) {
                    parameters.retain(|parameter| parameter["name"] != name.as_str());
                }
            }
        }
    }
}

fn set(root: &mut Value, pointer: &str, key: &str, value: Value) {
    if let Some(Value::Object(schema)) = root.pointer_mut(pointer) {
        schema.insert(key.to_owned(), value);
    }
}

fn remove(root: &mut Value, pointer: &str) {
    let Some((parent, _)) = pointer.rsplit_once('/') else { return };
    if let (Some(Value::Object(object)), Some(name)) = (root.pointer_mut(parent), segments(pointer).last()) {
        object.remove(&name);
    }
}

/// Returns a place and its ancestors, innermost first.
fn ancestors(place: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(place), |place| Some(place.rsplit_once('/')?.0))
}

/// The keywords whose value is a list of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// Returns the existing, typed schemas on the path to a place, innermost first.
fn schemas_on(document: &Document, place: &str) -> Vec<String> {
    let names: Vec<&str> = place.split('/').skip(1).collect();
    let mut end = match names.as_slice() {
        ["components", "schemas", _, ..] => 3,
        ["paths" | "webhooks", ..] => match names.iter().position(|name| *name == "schema") {
            Some(at) => at + 1,
            None => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let mut schemas = Vec::new();
    while let Some(way) = names.get(..end) {
        let pointer = format!("/{}", way.join("/"));
        match document.root().pointer(&pointer) {
            Some(schema @ Value::Object(_)) if schema["x-untyped"] != true => schemas.push(pointer),
            Some(_) => {}
            None => break,
        }
        end += match names.get(end) {
            Some(&("properties" | "patternProperties")) => 2,
            Some(name) if LISTS.contains(name) => 2,
            Some(_) => 1,
            None => break,
        };
    }
    schemas.reverse();
    schemas
}

/// Writes the overlay action.
impl fmt::Display for Mend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = json_path(self.pointer());
        let path = match self {
            Self::WithoutParameter(_, name) => format!("{path}[?@.name == {}]", quoted(name)),
            _ => path,
        };
        writeln!(f, "- target: {}", yaml_string(&path))?;
        match self {
            Self::Untyped(_) => f.write_str("  update: { x-untyped: true }"),
            Self::Named(_, name) => write!(f, "  update: {{ x-rust-name: {name} }}"),
            Self::Removed(_) | Self::WithoutParameter(..) => f.write_str("  remove: true"),
        }
    }
}

/// Converts a JSON pointer to a JSONPath (RFC 9535).
fn json_path(pointer: &str) -> String {
    let mut path = "$".to_owned();
    let mut is_list = false;
    for name in segments(pointer) {
        let mut letters = name.chars();
        let plain = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        match name.parse::<usize>() {
            Ok(index) if is_list => path.push_str(&format!("[{index}]")),
            _ if plain => path.push_str(&format!(".{name}")),
            _ => path.push_str(&format!("[{}]", quoted(&name))),
        }
        is_list = LISTS.contains(&name.as_str()) || name == "parameters";
    }
    path
}

/// Quotes a string literal of JSONPath.
fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|letter| match letter {
        '\\' | '\'' => format!("\\{letter}"),
        letter if letter.is_control() => format!("\\u{:04x}", u32::from(letter)),
        letter => letter.to_string(),
    });
    format!("'{}'", escaped.collect::<String>())
}

/// Formats a YAML string, with quotes if required.
fn yaml_string(text: &str) -> String {
    let fits = |letter: char| letter.is_alphanumeric() || "$.[]'/{}-_".contains(letter);
    if text.chars().all(fits) { text.to_owned() } else { Value::String(text.to_owned()).to_string() }
}
