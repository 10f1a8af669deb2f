//! Compares the API in two plans.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use polar_codegen::names::{type_name, value_name};
use polar_codegen::plan::{Enum, Kind, Operation, Plan, Property, Rule, Struct, Type, TypeRef, Union, Variant};

use super::{Change, Subject};

/// A difference of the API, and the public items that it may affect.
#[derive(Debug)]
pub struct Difference {
    /// The difference, without items.
    pub change: Change,
    /// The paths of affected items, including their contents.
    pub items: Vec<String>,
    /// The name of an affected method of unions, for any variant.
    pub method: Option<String>,
    /// True for a property that is an argument of its type's constructor, before or now.
    pub is_argument: bool,
}

/// Returns the differences between two plans.
pub fn compare(old: &Plan, new: &Plan) -> Vec<Difference> {
    let mut found = Found(Vec::new());
    found.api(old, new);
    found.operations(old, new);
    found.types(old, new);
    found.0
}

struct Found(Vec<Difference>);

/// The values of two maps under the same key.
enum Pair<T> {
    Old(T),
    New(T),
    Both(T, T),
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
    fn add(&mut self, change: Change, items: impl IntoIterator<Item = String>) -> &mut Difference {
        self.0.push(Difference { change, items: items.into_iter().collect(), method: None, is_argument: false });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    fn api(&mut self, old: &Plan, new: &Plan) {
        if old.version != new.version {
            let detail = format!("{} became {}", old.version, new.version);
            self.add(Change::changed(Subject::Document, "version", detail), []);
        }
        for (name, pair) in pairs(&refs(&old.servers), &refs(&new.servers)) {
            let name = format!("server {name}");
            match pair {
                Pair::Old(_) => drop(self.add(Change::removed(Subject::Document, name), [])),
                Pair::New(_) => drop(self.add(Change::added(Subject::Document, name), [])),
                Pair::Both(old, new) if old != new => {
                    self.add(Change::changed(Subject::Document, name, format!("{old} became {new}")), []);
                }
                Pair::Both(..) => {}
            }
        }
        let [old, new] = [old, new].map(|plan| {
            plan.operations.iter().map(|operation| operation.resource.clone()).collect::<BTreeSet<String>>()
        });
        let handle =
            |name: &str| ["Polar", "CustomerPortal", "MemberPortal"].map(|of| format!("{of}::{}", value_name(name)));
        for name in old.difference(&new) {
            self.add(Change::removed(Subject::Feature, name), handle(name));
        }
        for name in new.difference(&old) {
            self.add(Change::added(Subject::Feature, name), handle(name));
        }
    }

    fn operations(&mut self, old: &Plan, new: &Plan) {
        let [old, new] = [old, new].map(|plan| by(&plan.operations, |operation| operation.id.clone()));
        for (id, pair) in pairs(&old, &new) {
            match pair {
                Pair::Old(old) => {
                    let change = Change { detail: route(old), ..Change::removed(Subject::Operation, id) };
                    self.add(change, items_of(old));
                }
                Pair::New(new) => {
                    let change = Change { detail: route(new), ..Change::added(Subject::Operation, id) };
                    self.add(change, items_of(new));
                }
                Pair::Both(old, new) => self.operation(&id, old, new),
            }
        }
    }

    fn operation(&mut self, id: &str, old: &Operation, new: &Operation) {
        let mut details = Vec::new();
        let mut differ = |what: &str, old: &dyn Debug, new: &dyn Debug| {
            let (old, new) = (format!("{old:?}"), format!("{new:?}"));
            if old != new {
                details.push(format!("{what}{} became {}", words(&old), words(&new)));
            }
        };
        differ("", &route(old), &route(new));
        differ("deprecated: ", &old.deprecated, &new.deprecated);
        differ("its Rust name ", &(&old.groups, &old.name), &(&new.groups, &new.name));
        differ("its credential ", &old.credential, &new.credential);
        let types =
            |operation: &Operation| operation.path_parameters.iter().map(|it| it.ty.clone()).collect::<Vec<_>>();
        differ("path parameters ", &types(old), &types(new));
        differ("the body ", &old.body, &new.body);
        differ("the answer ", &old.success, &new.success);
        differ("pagination ", &old.pagination, &new.pagination);
        differ("callers ", &old.allowed_subjects, &new.allowed_subjects);
        if !details.is_empty() {
            let items = items_of(old).into_iter().chain(items_of(new)).collect::<BTreeSet<_>>();
            self.add(Change::changed(Subject::Operation, id, details.join("; ")), items);
        }
        self.scopes(id, old, new);
        let [before, after] = [old, new].map(|operation| by(&operation.query, |parameter| parameter.name.clone()));
        for (name, pair) in pairs(&before, &after) {
            let place = format!("{id}({name})");
            let setter = |operation: &Operation| vec![format!("{}::{}", builder(operation), value_name(&name))];
            match pair {
                Pair::Old(_) => drop(self.add(Change::removed(Subject::Parameter, place), setter(old))),
                Pair::New(parameter) => {
                    // Required parameters are arguments of the method.
                    let method = parameter.required.then(|| method(new));
                    self.add(Change::added(Subject::Parameter, place), setter(new).into_iter().chain(method));
                }
                Pair::Both(one, other) => {
                    let text = |it: &polar_codegen::plan::QueryParameter| {
                        let deprecated = if it.deprecated { ", deprecated" } else { "" };
                        let required = if it.required { ", required" } else { "" };
                        format!("{:?} {:?}{required}{deprecated}, default {:?}", it.style, it.ty, it.default)
                    };
                    let (before, after) = (text(one), text(other));
                    if before != after {
                        let detail = format!("{} became {}", words(&before), words(&after));
                        let items = setter(old).into_iter().chain(setter(new)).chain([method(old), method(new)]);
                        self.add(Change::changed(Subject::Parameter, place, detail), items);
                    }
                }
            }
        }
    }

    /// Compares the credentials and scopes that an operation accepts.
    fn scopes(&mut self, id: &str, old: &Operation, new: &Operation) {
        for (scheme, pair) in pairs(&refs(&old.security), &refs(&new.security)) {
            let name = format!("{id} {scheme}");
            match pair {
                Pair::Old(_) => drop(self.add(Change::removed(Subject::Credential, name), [])),
                Pair::New(_) => drop(self.add(Change::added(Subject::Credential, name), [])),
                Pair::Both(old, new) => {
                    let lost =
                        old.iter().filter(|scope| !new.contains(scope)).map(|scope| (scope, "no longer suffices"));
                    let gained = new.iter().filter(|scope| !old.contains(scope)).map(|scope| (scope, "now suffices"));
                    for (scope, what) in lost.chain(gained) {
                        self.add(Change::changed(Subject::Scope, &name, format!("`{scope}` {what}")), []);
                    }
                }
            }
        }
    }

    fn types(&mut self, old: &Plan, new: &Plan) {
        let renamed = |ty: &Type, others: &Plan, own: &Plan| {
            let shape = |ty: &Type| format!("{:?}", ty.kind);
            let mut alike = others.types.values().filter(|other| shape(other) == shape(ty));
            alike.find(|other| !own.types.contains_key(&other.name)).map(|other| other.name.clone())
        };
        for (name, pair) in pairs(&refs(&old.types), &refs(&new.types)) {
            let path = [format!("types::{name}")];
            match pair {
                Pair::Old(ty) => {
                    let mut change = Change::removed(Subject::Schema, &name);
                    if let Some(new) = renamed(ty, new, old) {
                        change.detail = format!("`types::{new}` is the same");
                    }
                    self.add(change, path);
                }
                Pair::New(_) => drop(self.add(Change::added(Subject::Schema, name), path)),
                Pair::Both(before, after) => match (&before.kind, &after.kind) {
                    (Kind::Struct(before), Kind::Struct(after)) => self.structure(&name, before, after),
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
                        self.add(Change::changed(Subject::Schema, name, "is something else"), path);
                    }
                    _ => {}
                },
            }
        }
    }

    fn structure(&mut self, name: &str, old: &Struct, new: &Struct) {
        let path = format!("types::{name}");
        if old.additional != new.additional {
            self.add(
                Change::changed(Subject::Schema, name, "holds other properties besides"),
                [format!("{path}::additional")],
            );
        }
        let [old, new] = [&old.properties, &new.properties].map(|list| by(list, |property| property.name.clone()));
        for (property, pair) in pairs(&old, &new) {
            let field = value_name(&property);
            let place = format!("{name}.{property}");
            let items = [format!("{path}::{field}"), format!("{path}::clear_{field}")];
            let change = match pair {
                Pair::Old(_) => Change::removed(Subject::Property, place),
                Pair::New(new) => {
                    let detail = if new.required { "required" } else { "optional" };
                    Change { detail: detail.to_owned(), ..Change::added(Subject::Property, place) }
                }
                Pair::Both(old, new) => {
                    let details = property_details(old, new);
                    if details.is_empty() {
                        continue;
                    }
                    Change::changed(Subject::Property, place, details.join("; "))
                }
            };
            let is_argument = match pair {
                Pair::Old(property) | Pair::New(property) => property.required,
                Pair::Both(old, new) => old.required || new.required,
            };
            let difference = self.add(change, items);
            difference.method = Some(field);
            difference.is_argument = is_argument;
        }
    }

    fn enumeration(&mut self, name: &str, old: &Enum, new: &Enum, subject: Subject) {
        let [old, new] = [&old.values, &new.values].map(|list| by(list, |value| value.value.clone()));
        for (value, pair) in pairs(&old, &new) {
            let place = format!("{name} {value:?}");
            let item = |variant: &str| format!("types::{name}::{variant}");
            match pair {
                Pair::Old(old) => drop(self.add(Change::removed(subject, place), [item(&old.variant)])),
                Pair::New(new) => drop(self.add(Change::added(subject, place), [item(&new.variant)])),
                Pair::Both(old, new) if old.variant != new.variant => {
                    let detail = format!("`{}` became `{}`", old.variant, new.variant);
                    self.add(Change::changed(subject, place, detail), [item(&old.variant), item(&new.variant)]);
                }
                Pair::Both(..) => {}
            }
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
            let place = format!("{name} {key}");
            let items =
                |variant: &Variant| [format!("types::{name}::{}", variant.name), format!("types::{name}: From<{key}>")];
            match pair {
                Pair::Old(old) => drop(self.add(Change::removed(subject, place), items(old))),
                Pair::New(new) => drop(self.add(Change::added(subject, place), items(new))),
                Pair::Both(old, new) if old.name != new.name => {
                    let detail = format!("`{}` became `{}`", old.name, new.name);
                    self.add(Change::changed(subject, place, detail), items(old).into_iter().chain(items(new)));
                }
                Pair::Both(..) => {}
            }
        }
        let (before, after) = (rule(old), rule(new));
        // Values of variants that were added or removed are reported with these.
        let stays = |(value, variant): &(String, String)| {
            let known = |union: &Union| union.variants.iter().any(|known| known.name == *variant);
            (known(old) && known(new)).then(|| (value.clone(), variant.clone()))
        };
        let [kept, made] = [&before.1, &after.1].map(|cases| cases.iter().filter_map(stays).collect::<BTreeSet<_>>());
        if before.0 != after.0 || kept != made {
            let detail = format!("told apart by {} instead of {}", after.0, before.0);
            let detail = if before.0 == after.0 { format!("other values of {}", after.0) } else { detail };
            self.add(Change::changed(Subject::Schema, name, detail), []);
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
        Rule::Undecided => ("nothing".to_owned(), Vec::new()),
    }
}

fn property_details(old: &Property, new: &Property) -> Vec<String> {
    let mut details = Vec::new();
    if old.ty != new.ty {
        details.push(format!("{} became {}", words(&format!("{:?}", old.ty)), words(&format!("{:?}", new.ty))));
    }
    let mut flag = |old: bool, new: bool, gained: &str, lost: &str| {
        if old != new {
            details.push(if new { gained } else { lost }.to_owned());
        }
    };
    flag(old.required, new.required, "now required", "no longer required");
    flag(old.nullable, new.nullable, "now also null", "no longer null");
    flag(old.deprecated, new.deprecated, "now deprecated", "no longer deprecated");
    flag(old.implied, new.implied, "now implied by its value", "no longer implied by its value");
    let text =
        |value: &Option<polar_codegen::json::Value>| value.as_ref().map_or("none".to_owned(), ToString::to_string);
    if old.constant != new.constant {
        details.push(format!("its constant {} became {}", text(&old.constant), text(&new.constant)));
    }
    if old.default != new.default {
        details.push(format!("its default {} became {}", text(&old.default), text(&new.default)));
    }
    details
}

fn route(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// Returns the module of an operation.
fn module(operation: &Operation) -> String {
    let groups: Vec<&str> = operation.groups.iter().map(String::as_str).collect();
    format!("resources::{}", groups.join("::"))
}

/// Returns the method of an operation.
fn method(operation: &Operation) -> String {
    let handle = operation.groups.last().map(|group| type_name(group)).unwrap_or_default();
    format!("{}::{handle}::{}", module(operation), operation.name)
}

/// Returns the type of an operation's options, if it has any.
fn builder(operation: &Operation) -> String {
    format!("{}::{}", module(operation), type_name(&operation.name))
}

fn items_of(operation: &Operation) -> Vec<String> {
    vec![method(operation), builder(operation), format!("operations::{}", operation.constant())]
}

/// Converts the plan's notation to words.
fn words(text: &str) -> String {
    text.replace("Some(", "(").replace("Named(\"", "(\"").replace('"', "`")
}

fn refs<K: Clone + Ord, T>(map: &BTreeMap<K, T>) -> BTreeMap<K, &T> {
    map.iter().map(|(key, value)| (key.clone(), value)).collect()
}
