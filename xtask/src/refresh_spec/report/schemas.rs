//! Compares schemas by what they become in Rust.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Changes, Direction, Impact, Pair, Subject, by_key, pairs};
use crate::refresh_spec::facts::METHODS;
use crate::refresh_spec::reach::Reach;

/// Keywords that do not show in types: the server validates, and docs tell.
const NOT_IN_TYPES: [&str; 26] = [
    "contains",
    "contentEncoding",
    "contentMediaType",
    "default",
    "dependentRequired",
    "deprecated",
    "else",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "if",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "pattern",
    "propertyNames",
    "readOnly",
    "then",
    "uniqueItems",
    "writeOnly",
];

/// What a schema becomes in Rust, roughly.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Reference,
    Union,
    Intersection,
    Constant,
    Enum,
    Object,
    List,
    Plain,
}

/// Adds the differences of the named schemas.
pub fn compare_named(changes: &mut Changes, old: &Value, new: &Value) {
    let sent: BTreeSet<String> = [old, new].into_iter().flat_map(sent_schemas).collect();
    let [old, new] = [old, new].map(|document| by_key(&document["components"]["schemas"]));
    for (name, pair) in pairs(&old, &new) {
        match pair {
            Pair::Old(_) => changes.removed(Subject::Schema, name, ""),
            Pair::New(_) => changes.added(Impact::Additive, Subject::Schema, name, ""),
            Pair::Both(old, new) => {
                let direction = match sent.contains(name) {
                    true => Direction::Sent,
                    false => Direction::Received,
                };
                compare(changes, Subject::Schema, name, old, new, direction);
            }
        }
    }
}

/// The names of the schemas that requests lead to.
fn sent_schemas(document: &Value) -> BTreeSet<String> {
    let mut roots = Vec::new();
    for (_, item) in document["paths"].as_object().into_iter().flatten() {
        roots.push(&item["parameters"]);
        for operation in METHODS.iter().filter_map(|method| item.get(method)) {
            roots.push(&operation["parameters"]);
            roots.push(&operation["requestBody"]);
        }
    }
    let roots = roots.into_iter().map(|root| (String::new(), root));
    Reach::from_roots(document, roots).schemas
}

/// Adds the differences of two schemas at one place.
pub fn compare(changes: &mut Changes, subject: Subject, place: &str, old: &Value, new: &Value, direction: Direction) {
    if old == new {
        return;
    }
    compare_keywords(changes, subject, place, old, new);

    let ((old, old_null), (new, new_null)) = (without_null(old), without_null(new));
    // Again without null, for the keywords beside it; the report holds no change twice.
    compare_keywords(changes, subject, place, &old, &new);
    if old_null != new_null {
        let detail = match new_null {
            true => "now also null",
            false => "no longer null",
        };
        changes.changed(Impact::Breaking, subject, place, detail);
    }

    let (shape, new_shape) = (Shape::of(&old), Shape::of(&new));
    let (label, new_label) = (shape.label(&old), new_shape.label(&new));
    if shape != new_shape || label != new_label {
        let detail = format!("{label} became {new_label}");
        changes.changed(Impact::Breaking, subject, place, detail);
        return;
    }
    let mut walk = Walk { changes, subject, place, direction };
    match shape {
        Shape::Reference | Shape::Plain => {}
        Shape::Constant | Shape::Enum => walk.values(&old, &new),
        Shape::Union | Shape::Intersection => walk.variants(shape, &old, &new),
        Shape::Object => walk.object(&old, &new),
        Shape::List => walk.list(&old, &new),
    }
}

/// `OLD became NEW`, with a word for what is not there.
pub fn became(old: &Value, new: &Value) -> String {
    let word = |value: &Value| match value {
        Value::Null => "none".to_owned(),
        value => value.to_string(),
    };
    format!("{} became {}", word(old), word(new))
}

fn compare_keywords(changes: &mut Changes, subject: Subject, place: &str, old: &Value, new: &Value) {
    let keys: BTreeSet<&String> =
        [old, new].into_iter().filter_map(Value::as_object).flat_map(|object| object.keys()).collect();
    for key in keys {
        let impact = match key.as_str() {
            key if NOT_IN_TYPES.contains(&key) || key.starts_with("x-polar-") => Impact::Additive,
            // Extensions of our overlays steer the generator.
            key if key.starts_with("x-") => Impact::Breaking,
            _ => continue,
        };
        if old[key] != new[key] {
            let detail = format!("`{key}`: {}", became(&old[key], &new[key]));
            changes.changed(impact, subject, place, detail);
        }
    }
}

/// The comparison of two schemas of one shape.
struct Walk<'a> {
    changes: &'a mut Changes,
    subject: Subject,
    place: &'a str,
    direction: Direction,
}

impl Walk<'_> {
    fn inner(&mut self, place: &str, old: &Value, new: &Value) {
        compare(self.changes, self.subject, place, old, new, self.direction);
    }

    fn values(&mut self, old: &Value, new: &Value) {
        let (old, new) = (enum_values(old), enum_values(new));
        for value in old.difference(&new) {
            self.changes.removed(Subject::EnumValue, self.place, value);
        }
        for value in new.difference(&old) {
            let impact = Impact::Additive;
            self.changes.added(impact, Subject::EnumValue, self.place, value);
        }
    }

    fn object(&mut self, old: &Value, new: &Value) {
        let (required, new_required) = (required(old), required(new));
        for (name, pair) in pairs(&by_key(&old["properties"]), &by_key(&new["properties"])) {
            let place = format!("{}.{name}", self.place);
            let is_required = new_required.contains(name);
            match pair {
                Pair::Old(_) => self.changes.removed(Subject::Property, &place, ""),
                Pair::New(_) => {
                    let impact = match is_required && self.direction == Direction::Sent {
                        true => Impact::Breaking,
                        false => Impact::Additive,
                    };
                    let detail = if is_required { "required" } else { "optional" };
                    self.changes.added(impact, Subject::Property, &place, detail);
                }
                Pair::Both(old, new) => {
                    // Either way the type changes, between `T` and `Option<T>`.
                    if required.contains(name) != is_required {
                        let detail = match is_required {
                            true => "now required",
                            false => "no longer required",
                        };
                        let subject = Subject::Property;
                        self.changes.changed(Impact::Breaking, subject, &place, detail);
                    }
                    let subject = Subject::Property;
                    compare(self.changes, subject, &place, old, new, self.direction);
                }
            }
        }
        self.rest(old, new);
    }

    /// Compares what an object may hold besides its properties.
    fn rest(&mut self, old: &Value, new: &Value) {
        let key = "additionalProperties";
        match (&old[key], &new[key]) {
            (old @ Value::Object(_), new @ Value::Object(_)) => {
                self.inner(&format!("{}.*", self.place), old, new);
            }
            (old, new) if old != new => {
                // `true`, `false` and none all make the same struct.
                let impact = match old.is_object() || new.is_object() {
                    true => Impact::Breaking,
                    false => Impact::Additive,
                };
                let detail = format!("`{key}`: {}", became(old, new));
                self.changes.changed(impact, self.subject, self.place, detail);
            }
            _ => {}
        }
        let key = "patternProperties";
        for (pattern, pair) in pairs(&by_key(&old[key]), &by_key(&new[key])) {
            let place = format!("{}./{pattern}/", self.place);
            match pair {
                Pair::Old(_) => self.changes.removed(Subject::Property, &place, ""),
                Pair::New(_) => {
                    let impact = Impact::Additive;
                    self.changes.added(impact, Subject::Property, &place, "optional");
                }
                Pair::Both(old, new) => self.inner(&place, old, new),
            }
        }
    }

    fn list(&mut self, old: &Value, new: &Value) {
        let none = Vec::new();
        let [first, new_first] = [old, new].map(|list| list["prefixItems"].as_array().unwrap_or(&none));
        if first.len() != new_first.len() {
            let detail = format!("{} fixed items became {}", first.len(), new_first.len());
            let impact = Impact::Breaking;
            self.changes.changed(impact, self.subject, self.place, detail);
        }
        for (index, (old, new)) in first.iter().zip(new_first).enumerate() {
            self.inner(&format!("{}[{index}]", self.place), old, new);
        }
        self.inner(&format!("{}[]", self.place), &old["items"], &new["items"]);
    }

    fn variants(&mut self, shape: Shape, old: &Value, new: &Value) {
        let (old_left, new_left) = unequal(variants(old), variants(new));
        // Inline variants have no name to know them by: as many here as there are the same ones.
        let is_inline = |variant: &&Value| variant.get("$ref").is_none();
        let all_inline = old_left.iter().chain(&new_left).all(is_inline);
        if all_inline && old_left.len() == new_left.len() {
            for (index, (old, new)) in old_left.iter().zip(&new_left).enumerate() {
                self.inner(&format!("{}|{index}", self.place), old, new);
            }
        } else {
            for variant in old_left {
                let label = Shape::of(variant).label(variant);
                self.changes.removed(Subject::Variant, self.place, label);
            }
            // A union keeps what it does not know; all parts of an intersection count.
            let impact = match shape {
                Shape::Union => Impact::Additive,
                _ => Impact::Breaking,
            };
            for variant in new_left {
                let label = Shape::of(variant).label(variant);
                self.changes.added(impact, Subject::Variant, self.place, label);
            }
        }
        self.discriminator(&old["discriminator"], &new["discriminator"]);
    }

    fn discriminator(&mut self, old: &Value, new: &Value) {
        let names = [old, new].map(|discriminator| &discriminator["propertyName"]);
        if names[0] != names[1] {
            let detail = format!("discriminator: {}", became(names[0], names[1]));
            self.changes.changed(Impact::Breaking, self.subject, self.place, detail);
        }
        let [old, new] = [old, new].map(|discriminator| by_key(&discriminator["mapping"]));
        for (tag, pair) in pairs(&old, &new) {
            let tag = format!("tag {tag}");
            match pair {
                Pair::Old(_) => self.changes.removed(Subject::Variant, self.place, tag),
                Pair::New(_) => {
                    let impact = Impact::Additive;
                    self.changes.added(impact, Subject::Variant, self.place, tag);
                }
                Pair::Both(old, new) if old != new => {
                    let detail = format!("{tag}: {}", became(old, new));
                    let (impact, subject) = (Impact::Breaking, Subject::Variant);
                    self.changes.changed(impact, subject, self.place, detail);
                }
                Pair::Both(..) => {}
            }
        }
    }
}

impl Shape {
    fn of(schema: &Value) -> Self {
        let has = |key: &str| schema.get(key).is_some();
        let is = |kind: &str| schema["type"] == kind;
        match () {
            () if has("$ref") => Self::Reference,
            () if has("anyOf") || has("oneOf") => Self::Union,
            () if has("allOf") => Self::Intersection,
            () if has("const") => Self::Constant,
            () if has("enum") => Self::Enum,
            () if is("object") || has("properties") || has("additionalProperties") => Self::Object,
            () if is("array") || has("items") || has("prefixItems") => Self::List,
            () => Self::Plain,
        }
    }

    /// The type in words; schemas of one shape with different labels are different types.
    fn label(self, schema: &Value) -> String {
        match self {
            Self::Reference => {
                let reference = schema["$ref"].as_str().unwrap_or_default();
                reference.rsplit('/').next().unwrap_or_default().to_owned()
            }
            Self::Union => "union".to_owned(),
            Self::Intersection => "intersection".to_owned(),
            Self::Constant => "constant".to_owned(),
            Self::Enum => "enum".to_owned(),
            Self::Object if schema.get("properties").is_none() => "map".to_owned(),
            Self::Object => "object".to_owned(),
            Self::List => "list".to_owned(),
            Self::Plain => plain_label(schema),
        }
    }
}

fn plain_label(schema: &Value) -> String {
    let kind = match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.join(" or ")
        }
        _ => "any value".to_owned(),
    };
    match schema["format"].as_str() {
        Some(format) => format!("{kind} ({format})"),
        None => kind,
    }
}

/// A schema without its null, and whether it had one: `anyOf` with null, or null among types.
fn without_null(schema: &Value) -> (Value, bool) {
    for key in ["anyOf", "oneOf"] {
        let Some(variants) = schema[key].as_array() else {
            continue;
        };
        let (null, mut rest): (Vec<Value>, Vec<Value>) =
            variants.iter().cloned().partition(|variant| variant["type"] == "null");
        if null.is_empty() {
            continue;
        }
        if rest.len() == 1 {
            // The one that is left may be a union itself, and hold a null of its own.
            let (inner, _) = without_null(&rest.remove(0));
            return (inner, true);
        }
        let mut schema = schema.clone();
        schema[key] = Value::Array(rest);
        return (schema, true);
    }
    let Some(kinds) = schema["type"].as_array() else {
        return (schema.clone(), false);
    };
    let mut rest: Vec<Value> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
    let had_null = rest.len() < kinds.len();
    let mut schema = schema.clone();
    schema["type"] = match rest.len() {
        1 => rest.remove(0),
        _ => Value::Array(rest),
    };
    (schema, had_null)
}

fn variants(schema: &Value) -> Vec<&Value> {
    let lists = ["anyOf", "oneOf", "allOf"].map(|key| schema[key].as_array());
    lists.into_iter().flatten().flatten().collect()
}

/// What each list has that the other has not.
fn unequal<'a>(old: Vec<&'a Value>, new: Vec<&'a Value>) -> (Vec<&'a Value>, Vec<&'a Value>) {
    let old_left = old.iter().copied().filter(|old| !new.contains(old)).collect();
    let new_left = new.iter().copied().filter(|new| !old.contains(new)).collect();
    (old_left, new_left)
}

fn enum_values(schema: &Value) -> BTreeSet<String> {
    let values = schema["enum"].as_array().into_iter().flatten();
    values.chain(schema.get("const")).map(Value::to_string).collect()
}

fn required(schema: &Value) -> BTreeSet<String> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}
