//! Compares the API in two models.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use polar_codegen::model::{
    Enum, Kind, Model, Operation, Presence, Property, Rule, Struct, Type, TypeRef, Union, Variant,
};

use super::{Change, Subject};

/// Returns the differences between two models, breaking changes first.
pub fn compare(old: &Model, new: &Model) -> Vec<Change> {
    let mut found = Found(Vec::new());
    found.api(old, new);
    found.operations(old, new);
    found.types(old, new);
    found.0.sort();
    found.0
}

struct Found(Vec<Change>);

/// The values of two maps under the same key.
enum Pair<T> {
    Old(T),
    New(T),
    Both(T, T),
}

impl<T> Pair<T> {
    fn map<U>(self, get: impl Fn(T) -> U) -> Pair<U> {
        match self {
            Self::Old(old) => Pair::Old(get(old)),
            Self::New(new) => Pair::New(get(new)),
            Self::Both(old, new) => Pair::Both(get(old), get(new)),
        }
    }
}

/// Returns the keys of both maps, in order, with their values.
fn pairs<K: Clone + Ord, T: Copy>(old: &BTreeMap<K, T>, new: &BTreeMap<K, T>) -> Vec<(K, Pair<T>)> {
    let keys: BTreeSet<&K> = old.keys().chain(new.keys()).collect();
    let pair = |key: &K| match (old.get(key), new.get(key)) {
        (Some(old), Some(new)) => Some(Pair::Both(*old, *new)),
        (Some(old), None) => Some(Pair::Old(*old)),
        (None, Some(new)) => Some(Pair::New(*new)),
        (None, None) => None,
    };
    keys.into_iter().filter_map(|key| Some((key.clone(), pair(key)?))).collect()
}

fn by<'a, T>(list: &'a [T], key: impl Fn(&'a T) -> String) -> BTreeMap<String, &'a T> {
    list.iter().map(|item| (key(item), item)).collect()
}

impl Found {
    fn add(&mut self, change: Change) {
        self.0.push(change);
    }

    fn api(&mut self, old: &Model, new: &Model) {
        if old.version != new.version {
            let detail = format!("{} became {}", old.version, new.version);
            self.add(Change::changed(Subject::Document, "version", detail));
        }
        for (name, pair) in pairs(&refs(&old.servers), &refs(&new.servers)) {
            let name = format!("server {name}");
            match pair {
                Pair::Old(_) => self.add(Change::removed(Subject::Document, name)),
                Pair::New(_) => self.add(Change::added(Subject::Document, name)),
                Pair::Both(old, new) if old != new => {
                    self.add(Change::changed(Subject::Document, name, format!("{old} became {new}")));
                }
                Pair::Both(..) => {}
            }
        }
        let [old, new] = [old, new].map(|model| {
            model.operations.iter().map(|operation| operation.resource.clone()).collect::<BTreeSet<String>>()
        });
        old.difference(&new).for_each(|name| self.add(Change::removed(Subject::Feature, name)));
        new.difference(&old).for_each(|name| self.add(Change::added(Subject::Feature, name)));
    }

    fn operations(&mut self, old: &Model, new: &Model) {
        let [old, new] = [old, new].map(|model| by(&model.operations, |operation| operation.id.clone()));
        for (id, pair) in pairs(&old, &new) {
            match pair {
                Pair::Old(old) => self.add(Change::removed(Subject::Operation, id).detailed(route(old))),
                Pair::New(new) => self.add(Change::added(Subject::Operation, id).detailed(route(new))),
                Pair::Both(old, new) => self.operation(&id, old, new),
            }
        }
    }

    fn operation(&mut self, id: &str, old: &Operation, new: &Operation) {
        let types =
            |operation: &Operation| operation.path_parameters.iter().map(|it| it.ty.clone()).collect::<Vec<_>>();
        let mut details = Details::default();
        details.on_the_wire("", &route(old), &route(new));
        details.on_the_wire("deprecated: ", &old.deprecated, &new.deprecated);
        details.in_rust("its Rust name ", &(&old.groups, &old.name), &(&new.groups, &new.name));
        details.in_rust("its credential ", &old.credential, &new.credential);
        details.in_rust("path parameters ", &types(old), &types(new));
        details.in_rust("the body ", &old.body, &new.body);
        details.in_rust("the answer ", &old.success, &new.success);
        details.in_rust("pagination ", &old.pagination, &new.pagination);
        details.in_rust("pages without counts ", &old.cursor, &new.cursor);
        details.on_the_wire("callers ", &old.allowed_subjects, &new.allowed_subjects);
        self.0.extend(details.change(Subject::Operation, id));

        self.scopes(id, old, new);
        let [before, after] = [old, new].map(|operation| by(&operation.query, |parameter| parameter.name.clone()));
        for (name, pair) in pairs(&before, &after) {
            let place = format!("{id}({name})");
            match pair {
                Pair::Old(_) => self.add(Change::removed(Subject::Parameter, place)),
                // Required parameters are arguments of the method.
                Pair::New(parameter) => {
                    self.add(Change::added(Subject::Parameter, place).breaking_if(parameter.required));
                }
                Pair::Both(old, new) => {
                    let mut details = Details::default();
                    details.in_rust("", &(old.style, &old.ty), &(new.style, &new.ty));
                    details.flag(true, old.required, new.required, ["now required", "no longer required"]);
                    details.flag(false, old.deprecated, new.deprecated, ["now deprecated", "no longer deprecated"]);
                    details.on_the_wire("its default ", &old.default, &new.default);
                    self.0.extend(details.change(Subject::Parameter, &place));
                }
            }
        }
    }

    /// Compares the credentials and scopes that an operation accepts.
    fn scopes(&mut self, id: &str, old: &Operation, new: &Operation) {
        for (scheme, pair) in pairs(&refs(&old.security), &refs(&new.security)) {
            let name = format!("{id} {scheme}");
            match pair {
                Pair::Old(_) => self.add(Change::removed(Subject::Credential, name)),
                Pair::New(_) => self.add(Change::added(Subject::Credential, name)),
                Pair::Both(old, new) => {
                    let lost =
                        old.iter().filter(|scope| !new.contains(scope)).map(|scope| (scope, "no longer suffices"));
                    let gained = new.iter().filter(|scope| !old.contains(scope)).map(|scope| (scope, "now suffices"));
                    for (scope, what) in lost.chain(gained) {
                        self.add(Change::changed(Subject::Scope, &name, format!("`{scope}` {what}")));
                    }
                }
            }
        }
    }

    fn types(&mut self, old: &Model, new: &Model) {
        let renamed = |ty: &Type, others: &Model, own: &Model| {
            let shape = |ty: &Type| format!("{:?}", ty.kind);
            let mut alike = others.types.values().filter(|other| shape(other) == shape(ty));
            alike.find(|other| !own.types.contains_key(&other.name)).map(|other| other.name.clone())
        };
        for (name, pair) in pairs(&refs(&old.types), &refs(&new.types)) {
            match pair {
                Pair::Old(ty) => {
                    let same = renamed(ty, new, old).map(|new| format!("`types::{new}` is the same"));
                    self.add(Change::removed(Subject::Schema, name).detailed(same.unwrap_or_default()));
                }
                Pair::New(_) => self.add(Change::added(Subject::Schema, name)),
                Pair::Both(old_type, new_type) => match (&old_type.kind, &new_type.kind) {
                    (Kind::Struct(before), Kind::Struct(after)) => {
                        self.structure(&name, before, after, new_type.input);
                    }
                    (Kind::Enum(before), Kind::Enum(after)) => {
                        let scopes = new.scope_enum.as_ref() == Some(&name);
                        let subject = if scopes { Subject::Scope } else { Subject::EnumValue };
                        self.enumeration(&name, before, after, subject);
                    }
                    (Kind::Union(before), Kind::Union(after)) => {
                        let webhooks = new.webhook_union.as_ref() == Some(&name);
                        self.union(&name, before, after, webhooks);
                    }
                    (before, after) if format!("{before:?}") != format!("{after:?}") => {
                        self.add(Change::changed(Subject::Schema, name, "is something else").breaking_if(true));
                    }
                    _ => {}
                },
            }
        }
    }

    fn structure(&mut self, name: &str, old: &Struct, new: &Struct, is_input: bool) {
        if old.additional != new.additional {
            let change = Change::changed(Subject::Schema, name, "holds other properties besides");
            self.add(change.breaking_if(true));
        }
        let [before, after] = [&old.properties, &new.properties].map(|list| by(list, |property| property.name.clone()));
        for (property, pair) in pairs(&before, &after) {
            let place = format!("{name}.{property}");
            match pair {
                Pair::Old(_) => self.add(Change::removed(Subject::Property, place)),
                Pair::New(property) => {
                    let detail = if property.required { "required" } else { "optional" };
                    // Required properties are arguments of the constructor.
                    let breaks = is_input && property.required && !property.implied;
                    self.add(Change::added(Subject::Property, place).detailed(detail).breaking_if(breaks));
                }
                Pair::Both(one, other) => {
                    let presence = [one.presence(), other.presence()];
                    self.0.extend(property_details(one, other, presence).change(Subject::Property, &place));
                }
            }
        }
    }

    fn enumeration(&mut self, name: &str, old: &Enum, new: &Enum, subject: Subject) {
        let [old, new] = [&old.values, &new.values].map(|list| by(list, |value| value.value.clone()));
        for (value, pair) in pairs(&old, &new) {
            let names = pair.map(|value| value.variant.as_str());
            self.variant(subject, format!("{name} {value:?}"), names);
        }
    }

    /// Compares the names of a variant.
    fn variant(&mut self, subject: Subject, place: String, names: Pair<&str>) {
        match names {
            Pair::Old(_) => self.add(Change::removed(subject, place)),
            Pair::New(_) => self.add(Change::added(subject, place)),
            Pair::Both(old, new) if old != new => {
                self.add(Change::changed(subject, place, format!("`{old}` became `{new}`")).breaking_if(true));
            }
            Pair::Both(..) => {}
        }
    }

    fn union(&mut self, name: &str, old: &Union, new: &Union, webhooks: bool) {
        let subject = if webhooks { Subject::Webhook } else { Subject::Variant };
        let [before, after] = [old, new].map(|union| {
            let key = |variant: &Variant| match (&variant.payload, &variant.literal) {
                (Some(TypeRef::Named(payload)), _) => payload.clone(),
                (payload, literal) => literal.clone().unwrap_or_else(|| format!("{payload:?}")),
            };
            by(&union.variants, key)
        });
        for (key, pair) in pairs(&before, &after) {
            let names = pair.map(|variant| variant.name.as_str());
            self.variant(subject, format!("{name} {key}"), names);
        }
        let (before, after) = (rule(old), rule(new));
        // Values of variants that were added or removed are reported with these.
        let stays = |(value, variant): &(String, String)| {
            let known = |union: &Union| union.variants.iter().any(|known| known.name == *variant);
            (known(old) && known(new)).then(|| (value.clone(), variant.clone()))
        };
        let [kept, made] = [&before.1, &after.1].map(|cases| cases.iter().filter_map(stays).collect::<BTreeSet<_>>());
        if before.0 != after.0 || kept != made {
            let detail = format!("distinguished by {} instead of {}", after.0, before.0);
            let detail =
                if before.0 == after.0 { format!("distinguished by other values of {}", after.0) } else { detail };
            self.add(Change::changed(Subject::Schema, name, detail));
        }
    }
}

/// Describes how a union is decided, and returns which values select which variants.
fn rule(union: &Union) -> (String, Vec<(String, String)>) {
    let name = |index: &usize| union.variants.get(*index).map(|variant| variant.name.clone()).unwrap_or_default();
    match &union.rule {
        Rule::Tag { path, cases, .. } => {
            let cases = cases.iter().map(|(value, variant)| (format!("{value:?}"), name(variant)));
            (format!("`{}`", path.join(".")), cases.collect())
        }
        Rule::Parent { path, cases } => {
            let cases = cases.iter().map(|(value, variant)| (value.clone(), name(variant)));
            (format!("`{}` of its parent", path.join(".")), cases.collect())
        }
        Rule::Keys(_) => ("the properties that are there".to_owned(), Vec::new()),
        Rule::Text => ("its text".to_owned(), Vec::new()),
    }
}

/// The details of a change, and whether they break programs.
#[derive(Default)]
struct Details {
    texts: Vec<String>,
    breaking: bool,
}

impl Details {
    /// Compares what shows in the types of the client.
    fn in_rust(&mut self, what: &str, old: &dyn Debug, new: &dyn Debug) {
        let known = self.texts.len();
        self.on_the_wire(what, old, new);
        self.breaking |= self.texts.len() > known;
    }

    /// Compares what programs do not see.
    fn on_the_wire(&mut self, what: &str, old: &dyn Debug, new: &dyn Debug) {
        let (old, new) = (format!("{old:?}"), format!("{new:?}"));
        if old != new {
            self.texts.push(format!("{what}{} became {}", words(&old), words(&new)));
        }
    }

    fn flag(&mut self, breaks: bool, old: bool, new: bool, [gained, lost]: [&str; 2]) {
        if old != new {
            self.texts.push(if new { gained } else { lost }.to_owned());
            self.breaking |= breaks;
        }
    }

    /// Returns the change, unless there are no details.
    fn change(self, subject: Subject, name: &str) -> Option<Change> {
        let change = Change::changed(subject, name, self.texts.join("; ")).breaking_if(self.breaking);
        (!self.texts.is_empty()).then_some(change)
    }
}

fn property_details(old: &Property, new: &Property, presence: [Presence; 2]) -> Details {
    let mut details = Details::default();
    details.in_rust("", &old.ty, &new.ty);
    // Both are fields of the type `Option`.
    let [before, after] = presence.map(|it| if it == Presence::Nullable { Presence::Optional } else { it });
    let breaks = before != after;
    details.flag(breaks, old.required, new.required, ["now required", "no longer required"]);
    details.flag(breaks, old.nullable, new.nullable, ["now also null", "no longer null"]);
    details.flag(false, old.deprecated, new.deprecated, ["now deprecated", "no longer deprecated"]);
    // An implied property has no field.
    details.flag(true, old.implied, new.implied, ["now implied by its value", "no longer implied by its value"]);
    details.on_the_wire("its constant ", &Json(&old.constant), &Json(&new.constant));
    details.on_the_wire("its default ", &Json(&old.default), &Json(&new.default));
    details
}

/// Shows a value as JSON.
struct Json<'v>(&'v Option<polar_codegen::json::Value>);

impl Debug for Json<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(value) => write!(f, "{value}"),
            None => f.write_str("none"),
        }
    }
}

fn route(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// Converts the model's notation to words.
fn words(text: &str) -> String {
    text.replace("Some(", "(").replace("Named(\"", "(\"").replace('"', "`")
}

fn refs<K: Clone + Ord, T>(map: &BTreeMap<K, T>) -> BTreeMap<K, &T> {
    map.iter().map(|(key, value)| (key.clone(), value)).collect()
}
