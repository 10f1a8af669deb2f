//! Unions, and what tells their variants apart.

use std::collections::{BTreeMap, BTreeSet};

use super::enums::VALUES;
use super::names::{Definitions, PLACE, definition_of};
use super::schemas::{is_null, is_nullable, strings, text};
use crate::json::Value;
use crate::{Error, Result};

/// The rule that selects the variant of a value. Variants are given by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// By the value of a property.
    Tag {
        /// The path to the property.
        path: Vec<String>,
        /// The values of the property and their variants.
        cases: Vec<(Literal, usize)>,
        /// The variants that may lack the property, each with a list of properties. The first variant whose properties
        /// are all present is selected.
        absent: Vec<(Vec<String>, usize)>,
        /// The variant for all other values.
        other: Option<usize>,
    },
    /// By the presence of properties: the first variant whose properties are all present is selected.
    Keys(Vec<(Vec<String>, usize)>),
    /// By a property of the object that contains the union. If the property does not decide, the variant is selected
    /// that defines all properties of the value, and among several of them the one with the fewest.
    Parent {
        /// The path to the property, relative to the object that contains the union.
        path: Vec<String>,
        /// The values of the property and their variants.
        cases: Vec<(String, usize)>,
    },
    /// By the content of a string: a matching literal, or else the only variant that is not a literal.
    Text,
}

/// A value that identifies a variant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A string.
    String(String),
}

/// Determines the rule of every union.
///
/// # Errors
/// Returns an error if nothing tells the variants of a union apart, or if a discriminator does not fit its variants.
pub fn decide(definitions: &Definitions) -> Result<BTreeMap<String, Rule>> {
    let unions = definitions.iter().filter(|(_, definition)| definition.get("oneOf").is_some());
    unions
        .map(|(name, definition)| {
            let place = text(definition, PLACE).unwrap_or_default();
            let rule = Variants::of(definitions, definition).rule(definition, &place)?;
            let rule = rule.ok_or_else(|| {
                Error::new(
                    &place,
                    format!("nothing tells the variants of the union `{name}` apart; say in an overlay how"),
                )
            })?;
            Ok((name.clone(), rule))
        })
        .collect()
}

/// The variants of a union, with access to their properties.
struct Variants<'a> {
    definitions: &'a Definitions,
    /// The name of each variant.
    names: Vec<String>,
    /// The schema of each variant. `None` if the variant is a literal.
    payloads: Vec<Option<&'a Value>>,
}

impl<'a> Variants<'a> {
    fn of(definitions: &'a Definitions, union: &'a Value) -> Self {
        let variants = union["oneOf"].as_array().into_iter().flatten();
        let name = |variant: &Value| match named(variant) {
            Some((name, _)) => name.clone(),
            None => strings(&variant["enum"]).and_then(|names| names.into_iter().next()).unwrap_or_default(),
        };
        let names = variants.clone().map(name).collect();
        Self { definitions, names, payloads: variants.map(|variant| Some(named(variant)?.1)).collect() }
    }

    fn rule(&self, union: &Value, place: &str) -> Result<Option<Rule>> {
        if let Some(declaration) = union.get("x-discriminator-in-parent") {
            let path = strings(&declaration["path"]).filter(|path| !path.is_empty());
            let path = path.ok_or_else(|| Error::new(place, "x-discriminator-in-parent without a path"))?;
            return Ok(Some(Rule::Parent { path, cases: self.mapping(declaration) }));
        }
        if let Some(declaration) = union.get("discriminator") {
            let name = declaration["propertyName"].as_str();
            let name = name.ok_or_else(|| Error::new(place, "a discriminator without a property name"))?;
            return self.declared(name, self.mapping(declaration), place);
        }
        if self.payloads.iter().any(Option::is_none) {
            return Ok(self.only(|variant| self.payloads[variant].is_some()).map(|_| Rule::Text));
        }
        let names: BTreeSet<String> = self.indexes().flat_map(|variant| self.properties(variant)).collect();
        let by_value = names.iter().find_map(|name| self.by_value(vec![name.clone()]));
        Ok(by_value
            .or_else(|| names.iter().find_map(|name| self.by_value_or_other(name)))
            .or_else(|| names.iter().find_map(|name| self.by_nested_value(name)))
            .or_else(|| self.by_keys(self.indexes().collect()).map(Rule::Keys)))
    }

    /// Returns the values of a discriminator's mapping with their variants.
    fn mapping(&self, declaration: &Value) -> Vec<(String, usize)> {
        let cases = declaration["mapping"].as_object().into_iter().flatten();
        let index = |name: &Value| self.names.iter().position(|variant| *name == variant.as_str());
        cases.filter_map(|(value, name)| Some((value.clone(), index(name)?))).collect()
    }

    /// Returns the rule of a declared discriminator.
    fn declared(&self, name: &str, cases: Vec<(String, usize)>, place: &str) -> Result<Option<Rule>> {
        if cases.is_empty() {
            return Ok(self.by_value(vec![name.to_owned()]));
        }
        if let Some(index) = self.indexes().find(|index| !cases.iter().any(|(_, variant)| variant == index)) {
            let message = format!("no value of the discriminator leads to the variant `{}`", self.names[index]);
            return Err(Error::new(place, message));
        }
        for (value, index) in &cases {
            self.check_tag(name, value, *index, place)?;
        }
        let cases = cases.into_iter().map(|(value, variant)| (Literal::String(value), variant)).collect();
        let absent = self.without(name).unwrap_or_default();
        Ok(Some(Rule::Tag { path: vec![name.to_owned()], cases, absent, other: None }))
    }

    /// Checks that the discriminator is a string property of a mapped variant, and that it can have the mapped value.
    fn check_tag(&self, name: &str, value: &str, index: usize, place: &str) -> Result<()> {
        let object = self.payloads[index].and_then(|payload| structure(self.definitions, payload));
        let Some(tag) = object.and_then(|object| object["properties"].get(name)) else { return Ok(()) };
        let variant = &self.names[index];
        if !is_text(self.definitions, tag) {
            let what = format!("`{name}` tells the variant `{variant}` apart, and is no string");
            return Err(Error::new(place, what));
        }
        match tag["const"].as_str().filter(|constant| *constant != value) {
            Some(constant) => {
                let what =
                    format!("`{value}` stands for the variant `{variant}`, whose `{name}` is always `{constant}`");
                Err(Error::new(place, what))
            }
            None => Ok(()),
        }
    }

    fn indexes(&self) -> std::ops::Range<usize> {
        0..self.payloads.len()
    }

    /// Returns the variant that satisfies a predicate, if it is the only one.
    fn only(&self, is: impl Fn(usize) -> bool) -> Option<usize> {
        let mut found = self.indexes().filter(|&variant| is(variant));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    fn required(&self, variant: usize) -> BTreeSet<String> {
        self.payloads[variant].map(|schema| required(self.definitions, schema)).unwrap_or_default()
    }

    fn properties(&self, variant: usize) -> BTreeSet<String> {
        self.payloads[variant].map(|schema| properties(self.definitions, schema)).unwrap_or_default()
    }

    fn literals(&self, variant: usize, path: &[String]) -> Option<BTreeSet<Literal>> {
        literals(self.definitions, self.payloads[variant]?, path)
    }

    /// Returns the rule for the variants that may lack a property.
    fn without(&self, name: &str) -> Option<Vec<(Vec<String>, usize)>> {
        self.by_keys(self.indexes().filter(|&variant| !self.required(variant).contains(name)).collect())
    }

    /// Returns a rule if each variant either has distinct values of a property or may lack it.
    fn by_value(&self, path: Vec<String>) -> Option<Rule> {
        let mut cases: Vec<(Literal, usize)> = Vec::new();
        for variant in self.indexes() {
            for literal in self.literals(variant, &path)? {
                if cases.iter().any(|(other, _)| *other == literal) {
                    return None;
                }
                cases.push((literal, variant));
            }
        }
        let absent = self.without(&path[0])?;
        Some(Rule::Tag { path, cases, absent, other: None })
    }

    /// Returns a rule if all variants but one have distinct values of a property. The remaining variant accepts any
    /// string, or lacks a property that is a boolean constant in the others.
    fn by_value_or_other(&self, name: &str) -> Option<Rule> {
        let path = vec![name.to_owned()];
        let other = self.only(|variant| self.literals(variant, &path).is_none())?;
        let known = self.properties(other).contains(name);
        let mut cases = Vec::new();
        for variant in self.indexes().filter(|&variant| variant != other) {
            for literal in self.literals(variant, &path)? {
                let fits = match literal {
                    Literal::String(_) => known && self.required(other).contains(name),
                    Literal::Boolean(_) => !known,
                    Literal::Null => false,
                };
                let repeated = cases.iter().any(|(other, _)| *other == literal);
                if !fits || repeated || !self.required(variant).contains(name) {
                    return None;
                }
                cases.push((literal, variant));
            }
        }
        let absent = if known { Vec::new() } else { vec![(Vec::new(), other)] };
        Some(Rule::Tag { path, cases, absent, other: Some(other) })
    }

    /// Returns a rule if each variant has distinct values of a nested property.
    fn by_nested_value(&self, name: &str) -> Option<Rule> {
        let mut inner = BTreeSet::new();
        for variant in self.indexes() {
            inner.extend(properties_of(self.definitions, self.payloads[variant]?, name)?);
        }
        let rules = inner.into_iter().filter_map(|inner| self.by_value(vec![name.to_owned(), inner]));
        rules.into_iter().find(|rule| matches!(rule, Rule::Tag { absent, .. } if absent.is_empty()))
    }

    /// Returns a rule if each of these variants requires properties that the later ones do not define.
    fn by_keys(&self, variants: Vec<usize>) -> Option<Vec<(Vec<String>, usize)>> {
        let requires = |one: usize, other: usize| -> BTreeSet<String> {
            self.required(one).difference(&self.properties(other)).cloned().collect()
        };
        let mut left = variants.clone();
        let mut rule = Vec::new();
        while !left.is_empty() {
            let next = left
                .iter()
                .position(|&one| left.iter().all(|&other| one == other || !requires(one, other).is_empty()))?;
            let one = left.remove(next);
            let others = variants.iter().filter(|&&other| other != one);
            let keys: BTreeSet<String> = others.flat_map(|&other| requires(one, other)).collect();
            rule.push((keys.into_iter().collect(), one));
        }
        Some(rule)
    }
}

/// Returns the definition that a schema refers to if it is an object.
fn structure<'a>(definitions: &'a Definitions, schema: &Value) -> Option<&'a Value> {
    definitions.get(definition_of(schema)?).filter(|definition| definition.get("properties").is_some())
}

/// Returns the schemas of the variants if a schema refers to a union.
fn variants<'a>(definitions: &'a Definitions, schema: &Value) -> Option<impl Iterator<Item = &'a Value>> {
    let union = definitions.get(definition_of(schema)?).filter(|definition| definition.get("oneOf").is_some())?;
    Some(payloads(union))
}

/// Returns the schemas of the variants of a union.
pub fn payloads(union: &Value) -> impl Iterator<Item = &Value> {
    union["oneOf"].as_array().into_iter().flatten().filter_map(|variant| Some(named(variant)?.1))
}

/// Returns the name and the schema of a variant. `None` if it is a literal.
fn named(variant: &Value) -> Option<(&String, &Value)> {
    variant["properties"].as_object()?.iter().next()
}

/// Returns the properties that every value of a schema has.
fn required(definitions: &Definitions, schema: &Value) -> BTreeSet<String> {
    if let Some(object) = structure(definitions, schema) {
        let required = strings(&object["required"]).unwrap_or_default().into_iter();
        return required.filter(|name| object["properties"].get(name).is_some()).collect();
    }
    let all = variants(definitions, schema).into_iter().flatten().map(|schema| required(definitions, schema));
    all.reduce(|one, other| one.intersection(&other).cloned().collect()).unwrap_or_default()
}

/// Returns the properties that a value of a schema can have.
fn properties(definitions: &Definitions, schema: &Value) -> BTreeSet<String> {
    if let Some(object) = structure(definitions, schema) {
        return object["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    }
    let variants = variants(definitions, schema).into_iter().flatten();
    variants.flat_map(|schema| properties(definitions, schema)).collect()
}

/// Returns the properties that the value of a property can have.
fn properties_of(definitions: &Definitions, schema: &Value, name: &str) -> Option<BTreeSet<String>> {
    Some(properties(definitions, value_of(structure(definitions, schema)?["properties"].get(name)?)))
}

/// Returns the possible values of a property, if they are enumerable.
fn literals(definitions: &Definitions, schema: &Value, path: &[String]) -> Option<BTreeSet<Literal>> {
    if let Some(variants) = variants(definitions, schema) {
        let all = variants.map(|schema| literals(definitions, schema, path));
        return Some(all.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect());
    }
    let (name, rest) = path.split_first()?;
    let property = structure(definitions, schema)?["properties"].get(name)?;
    if !rest.is_empty() {
        return if is_nullable(property) { None } else { literals(definitions, property, rest) };
    }
    let mut found = own_literals(definitions, property)?;
    if is_nullable(property) {
        found.insert(Literal::Null);
    }
    Some(found)
}

fn own_literals(definitions: &Definitions, property: &Value) -> Option<BTreeSet<Literal>> {
    match property.get("const") {
        Some(Value::String(value)) => return Some([Literal::String(value.clone())].into()),
        Some(Value::Bool(value)) => return Some([Literal::Boolean(*value)].into()),
        _ if is_null(property) => return Some(BTreeSet::new()),
        _ => {}
    }
    let values = strings(definitions.get(definition_of(value_of(property))?)?.get(VALUES)?)?;
    Some(values.into_iter().map(Literal::String).collect())
}

/// Returns true if the values of a property are strings that can be compared with those of a discriminator.
fn is_text(definitions: &Definitions, property: &Value) -> bool {
    let value = value_of(property);
    if let Some(name) = definition_of(value) {
        return definitions.get(name).is_some_and(|definition| definition.get(VALUES).is_some());
    }
    match value.get("type") {
        Some(ty) => {
            let typed = ["date", "date-time", "decimal", "decimal-or-number", "uuid"];
            ty == "string" && !value["format"].as_str().is_some_and(|format| typed.contains(&format))
        }
        None => true,
    }
}

/// Returns the schema of a property's values other than `null`.
fn value_of(property: &Value) -> &Value {
    let choice = property["anyOf"].as_array().into_iter().flatten();
    choice.into_iter().find(|value| !is_null(value)).unwrap_or(property)
}
