//! Everything that keeps a document from becoming source, and what an overlay can say to mend each.
//!
//! An error ends a pass. To find those behind it, the document is mended in memory as an overlay would do, and all passes
//! run again, until there is source. So the mends are known to suffice.

use std::collections::BTreeSet;
use std::fmt;

use polar_codegen::json::{Value, segments};
use polar_codegen::load::Document;
use polar_codegen::{Error, Selection, plan, sources_of};

#[cfg(test)]
mod tests;

/// What keeps a document from becoming source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, and where.
    pub error: Error,
    /// What mends it. Nothing if the document as a whole cannot be used.
    pub mend: Option<Mend>,
}

/// A change of a document, by JSON pointer. Its `Display` is the action of an overlay.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mend {
    /// Leaves open what a schema holds.
    Untyped(String),
    /// Gives the type of a schema another name.
    Named(String, String),
    /// Leaves out an operation, a webhook, or a rule of an overlay.
    Removed(String),
    /// Leaves out an optional parameter, by name, of an operation.
    WithoutParameter(String, String),
    /// Gives an object one more property, by name, of a plain type.
    Property(String, String, &'static str),
}

/// Finds all faults of a document, and mends those that can be mended.
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

/// The errors of the first pass that has any.
fn errors(document: &Document) -> Vec<Error> {
    match plan::plan(document) {
        Err(error) => vec![error],
        Ok(plan) => sources_of(plan, &Selection::all()).err().unwrap_or_default(),
    }
}

impl Mend {
    /// What mends an error, other than what was tried before.
    fn of(document: &Document, error: &Error, tried: &BTreeSet<Self>) -> Option<Self> {
        let place = error.place();
        // A rule of an overlay that does not hold any more costs accessors, and not the type.
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

    /// Leaves out what is at a place, if the rest of the document can do without it.
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
            | Self::WithoutParameter(pointer, _)
            | Self::Property(pointer, ..) => pointer,
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
            Self::Property(pointer, name, ty) => {
                let schema = [("type".to_owned(), Value::String((*ty).to_owned()))];
                set(root, &format!("{pointer}/properties"), name, Value::Object(schema.into_iter().collect()));
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

/// A place and those that hold it, from within.
fn ancestors(place: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(place), |place| Some(place.rsplit_once('/')?.0))
}

/// The keywords whose value is a list of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// The schemas on the way to a place, from within, that are there and say what they hold.
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

/// An action of an overlay.
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
            Self::Property(_, name, ty) => write!(f, "  update: {{ properties: {{ {name}: {{ type: {ty} }} }} }}"),
        }
    }
}

/// A JSON pointer as a JSONPath (RFC 9535).
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

/// A text as a string of JSONPath.
fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|letter| match letter {
        '\\' | '\'' => format!("\\{letter}"),
        letter if letter.is_control() => format!("\\u{:04x}", u32::from(letter)),
        letter => letter.to_string(),
    });
    format!("'{}'", escaped.collect::<String>())
}

/// A text as YAML, in quotes if it needs them.
fn yaml_string(text: &str) -> String {
    let fits = |letter: char| letter.is_alphanumeric() || "$.[]'/{}-_".contains(letter);
    if text.chars().all(fits) { text.to_owned() } else { Value::String(text.to_owned()).to_string() }
}
