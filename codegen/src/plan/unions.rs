//! Plans the discrimination of unions.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Kind, Literal, Plan, Property, Rule, Struct, Type, TypeRef, Union, Variant};
use crate::json::Value;
use crate::names::value_name;
use crate::rewrite::schemas::strings;
use crate::{Error, Result};

impl Rule {
    /// Returns the rule that the document declares with `discriminator` or with the extension
    /// `x-discriminator-in-parent`.
    pub(super) fn declared(definition: &Value, place: &str, variants: &[Variant]) -> Result<Self> {
        let mapping = |declaration: &Value| -> Vec<(String, usize)> {
            let cases = declaration["mapping"].as_object().into_iter().flatten();
            let index = |name: &Value| variants.iter().position(|variant| *name == variant.name.as_str());
            cases.filter_map(|(value, name)| Some((value.clone(), index(name)?))).collect()
        };
        if let Some(declaration) = definition.get("x-discriminator-in-parent") {
            let path = strings(&declaration["path"]).filter(|path| !path.is_empty());
            let path = path.ok_or_else(|| Error::new(place, "x-discriminator-in-parent without a path"))?;
            return Ok(Self::Parent { path, cases: mapping(declaration) });
        }
        let Some(declaration) = definition.get("discriminator") else { return Ok(Self::Undecided) };
        let name = declaration["propertyName"].as_str();
        let name = name.ok_or_else(|| Error::new(place, "a discriminator without a property name"))?;
        let cases =
            mapping(declaration).into_iter().map(|(value, variant)| (Literal::String(value), variant)).collect();
        Ok(Self::Tag { path: vec![name.to_owned()], cases, absent: Vec::new(), other: None })
    }
}

/// Determines the rule of every union.
pub(super) fn decide(mut types: BTreeMap<String, Type>) -> Result<BTreeMap<String, Type>> {
    let mut rules = Vec::new();
    for (name, ty) in &types {
        if let Kind::Union(union) = &ty.kind {
            check_tags(&types, ty, union)?;
            let rule = Variants { types: &types, union }.rule();
            let rule = rule.ok_or_else(|| {
                Error::new(
                    &ty.place,
                    format!("nothing tells the variants of the union `{name}` apart; say in an overlay how"),
                )
            })?;
            rules.push((name.clone(), rule));
        }
    }
    for (name, rule) in rules {
        if let Some(Type { kind: Kind::Union(union), .. }) = types.get_mut(&name) {
            union.rule = rule;
        }
    }
    Ok(types)
}

/// Checks that the discriminator is a string property in every mapped variant, and that it can have the mapped value.
fn check_tags(types: &BTreeMap<String, Type>, ty: &Type, union: &Union) -> Result<()> {
    let Rule::Tag { path, cases, .. } = &union.rule else { return Ok(()) };
    for (value, index) in cases {
        let variant = &union.variants[*index];
        let Some(TypeRef::Named(payload)) = &variant.payload else { continue };
        let Some(Type { kind: Kind::Struct(object), .. }) = types.get(payload) else { continue };
        let Some(tag) = object.properties.iter().find(|property| property.name == path[0]) else { continue };
        let is_text = match &tag.ty {
            TypeRef::String | TypeRef::Scalar | TypeRef::Any => true,
            TypeRef::Named(name) => matches!(types.get(name), Some(Type { kind: Kind::Enum(_), .. })),
            _ => false,
        };
        if !is_text {
            let what = format!("`{}` tells the variant `{}` apart, and is no string", tag.name, variant.name);
            return Err(Error::new(&ty.place, what));
        }
        if let (Some(Value::String(constant)), Literal::String(value)) = (&tag.constant, value)
            && constant != value
        {
            let (name, variant) = (&tag.name, &variant.name);
            let what = format!("`{value}` stands for the variant `{variant}`, whose `{name}` is always `{constant}`");
            return Err(Error::new(&ty.place, what));
        }
    }
    Ok(())
}

/// The variants of a union, with access to their properties.
struct Variants<'a> {
    types: &'a BTreeMap<String, Type>,
    union: &'a Union,
}

impl Variants<'_> {
    fn rule(&self) -> Option<Rule> {
        match &self.union.rule {
            Rule::Tag { path, cases, .. } if !cases.is_empty() => {
                return Some(Rule::Tag {
                    path: path.clone(),
                    cases: cases.clone(),
                    absent: self.without(&path[0]).unwrap_or_default(),
                    other: None,
                });
            }
            Rule::Tag { path, .. } => return self.by_value(path.clone()),
            Rule::Parent { .. } => return Some(self.union.rule.clone()),
            _ => {}
        }
        if self.union.variants.iter().any(|variant| variant.literal.is_some()) {
            return self.only(|variant| self.union.variants[variant].literal.is_none()).map(|_| Rule::Text);
        }
        let names: BTreeSet<String> = self.indexes().flat_map(|variant| self.properties(variant)).collect();
        let by_value = names.iter().find_map(|name| self.by_value(vec![name.clone()]));
        by_value
            .or_else(|| names.iter().find_map(|name| self.by_value_or_other(name)))
            .or_else(|| names.iter().find_map(|name| self.by_nested_value(name)))
            .or_else(|| self.by_keys(self.indexes().collect()).map(Rule::Keys))
    }

    fn indexes(&self) -> std::ops::Range<usize> {
        0..self.union.variants.len()
    }

    /// Returns the variant that satisfies a predicate, if it is the only one.
    fn only(&self, is: impl Fn(usize) -> bool) -> Option<usize> {
        let mut found = self.indexes().filter(|&variant| is(variant));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    fn payload(&self, variant: usize) -> Option<&TypeRef> {
        self.union.variants[variant].payload.as_ref()
    }

    fn required(&self, variant: usize) -> BTreeSet<String> {
        self.payload(variant).map(|ty| required(self.types, ty)).unwrap_or_default()
    }

    fn properties(&self, variant: usize) -> BTreeSet<String> {
        self.payload(variant).map(|ty| properties(self.types, ty)).unwrap_or_default()
    }

    fn literals(&self, variant: usize, path: &[String]) -> Option<BTreeSet<Literal>> {
        literals(self.types, self.payload(variant)?, path)
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
            inner.extend(properties_of(self.types, self.payload(variant)?, name)?);
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

fn structure<'a>(types: &'a BTreeMap<String, Type>, ty: &TypeRef) -> Option<&'a Struct> {
    match types.get(ty.names().first().copied()?).map(|ty| &ty.kind) {
        Some(Kind::Struct(object)) if matches!(ty, TypeRef::Named(_)) => Some(object),
        _ => None,
    }
}

fn union<'a>(types: &'a BTreeMap<String, Type>, ty: &TypeRef) -> Option<&'a Union> {
    match ty {
        TypeRef::Named(name) => match &types.get(name)?.kind {
            Kind::Union(union) => Some(union),
            _ => None,
        },
        _ => None,
    }
}

fn payloads(union: &Union) -> impl Iterator<Item = &TypeRef> {
    union.variants.iter().filter_map(|variant| variant.payload.as_ref())
}

/// Returns the properties that every value of a type has.
fn required(types: &BTreeMap<String, Type>, ty: &TypeRef) -> BTreeSet<String> {
    if let Some(object) = structure(types, ty) {
        return object
            .properties
            .iter()
            .filter(|property| property.required)
            .map(|property| property.name.clone())
            .collect();
    }
    let Some(union) = union(types, ty) else { return BTreeSet::new() };
    let all = payloads(union).map(|ty| required(types, ty));
    all.reduce(|one, other| one.intersection(&other).cloned().collect()).unwrap_or_default()
}

/// Returns the properties that a value of a type can have.
fn properties(types: &BTreeMap<String, Type>, ty: &TypeRef) -> BTreeSet<String> {
    if let Some(object) = structure(types, ty) {
        return object.properties.iter().map(|property| property.name.clone()).collect();
    }
    union(types, ty).into_iter().flat_map(payloads).flat_map(|ty| properties(types, ty)).collect()
}

/// Returns the properties that the value of a property can have.
fn properties_of(types: &BTreeMap<String, Type>, ty: &TypeRef, name: &str) -> Option<BTreeSet<String>> {
    let property = structure(types, ty)?.properties.iter().find(|property| property.name == name)?;
    Some(properties(types, &property.ty))
}

/// Returns the possible values of a property, if they are enumerable.
fn literals(types: &BTreeMap<String, Type>, ty: &TypeRef, path: &[String]) -> Option<BTreeSet<Literal>> {
    if let Some(union) = union(types, ty) {
        let all: Option<Vec<BTreeSet<Literal>>> = payloads(union).map(|ty| literals(types, ty, path)).collect();
        return Some(all?.into_iter().flatten().collect());
    }
    let (name, rest) = path.split_first()?;
    let property = structure(types, ty)?.properties.iter().find(|property| property.name == *name)?;
    if !rest.is_empty() {
        return if property.nullable { None } else { literals(types, &property.ty, rest) };
    }
    let mut found = own_literals(types, property)?;
    if property.nullable {
        found.insert(Literal::Null);
    }
    Some(found)
}

fn own_literals(types: &BTreeMap<String, Type>, property: &Property) -> Option<BTreeSet<Literal>> {
    match &property.constant {
        Some(Value::String(value)) => return Some([Literal::String(value.clone())].into()),
        Some(Value::Bool(value)) => return Some([Literal::Boolean(*value)].into()),
        _ => {}
    }
    match &property.ty {
        TypeRef::Null => Some(BTreeSet::new()),
        TypeRef::Named(name) => match &types.get(name)?.kind {
            Kind::Enum(set) => Some(set.values.iter().map(|value| Literal::String(value.value.clone())).collect()),
            _ => None,
        },
        _ => None,
    }
}

/// Adds a field for additional properties to variants that accept any tag, so that they keep the properties of kinds
/// that the document does not have yet. Such values are decoded as this variant rather than as `Unknown`.
pub(super) fn keep_rest(plan: &mut Plan) -> Result<()> {
    let open = |ty: &Type| match &ty.kind {
        Kind::Union(Union { variants, rule: Rule::Tag { cases, other: Some(other), .. }, .. }) if ty.output => {
            let is_named = cases.iter().all(|(value, _)| matches!(value, Literal::String(_)));
            variants[*other].payload.clone().filter(|_| is_named)
        }
        _ => None,
    };
    let open: Vec<TypeRef> = plan.types.values().filter_map(open).collect();
    for name in open.iter().flat_map(TypeRef::names) {
        let Some(ty) = plan.types.get_mut(name) else { continue };
        let Kind::Struct(object) = &mut ty.kind else { continue };
        object.additional.get_or_insert(TypeRef::Any);
        if let Some(property) = object.properties.iter().find(|property| value_name(&property.name) == "additional") {
            let message = format!("the property `{}` has the name of the other properties", property.name);
            return Err(Error::new(&ty.place, message));
        }
    }
    Ok(())
}

/// Marks the constants that need no field, either because the decoder has already checked them to select the type, or
/// because the object is only sent.
///
/// The API selects the variant of a request before it applies defaults. Therefore a tag is sent even if the document
/// does not require it.
pub(super) fn imply_constants(plan: &mut Plan) {
    let references = references(plan);
    let tags = tags(plan);
    let mut implied = Vec::new();
    for (name, ty) in &plan.types {
        let Kind::Struct(object) = &ty.kind else { continue };
        for (index, property) in object.properties.iter().enumerate() {
            let path = [property.name.clone()];
            let checked = || is_checked(plan, &references, name, &path, &mut BTreeSet::new());
            let constant = property.constant.is_some() || property.ty == TypeRef::Null;
            let is_sent = property.required || tags.contains(&(name.clone(), property.name.clone()));
            if constant && is_sent && (!ty.output || checked()) {
                implied.push((name.clone(), index));
            }
        }
    }
    for (name, index) in implied {
        if let Some(Type { kind: Kind::Struct(object), .. }) = plan.types.get_mut(&name) {
            object.properties[index].implied = true;
        }
    }
}

/// Returns the structs that are variants of a request's union with a tag, each with the name of the tag.
fn tags(plan: &Plan) -> BTreeSet<(String, String)> {
    let mut tags = BTreeSet::new();
    for ty in plan.types.values().filter(|ty| ty.input) {
        if let Kind::Union(Union { rule: Rule::Tag { path, .. }, .. }) = &ty.kind
            && let [tag] = path.as_slice()
        {
            let mut structs = BTreeSet::new();
            structs_within(plan, &ty.name, &mut structs, &mut BTreeSet::new());
            tags.extend(structs.into_iter().map(|name| (name.to_owned(), tag.clone())));
        }
    }
    tags
}

/// Collects the structs among the variants of a union, including those of nested unions.
fn structs_within<'a>(plan: &'a Plan, name: &'a str, structs: &mut BTreeSet<&'a str>, visited: &mut BTreeSet<&'a str>) {
    match plan.types.get(name).map(|ty| &ty.kind) {
        Some(Kind::Struct(_)) => drop(structs.insert(name)),
        Some(Kind::Union(union)) if visited.insert(name) => {
            for payload in payloads(union) {
                if let TypeRef::Named(name) = payload {
                    structs_within(plan, name, structs, visited);
                }
            }
        }
        _ => {}
    }
}

/// A place where a type is used.
enum Usage<'a> {
    /// A variant of a union.
    Union(&'a str),
    /// The value of a property of an object.
    Property(&'a str, &'a str),
    /// A use that does not check the properties of the type.
    Other,
}

fn references(plan: &Plan) -> BTreeMap<String, Vec<Usage<'_>>> {
    let mut references: BTreeMap<String, Vec<Usage<'_>>> = BTreeMap::new();
    for ty in plan.operations.iter().filter_map(|operation| operation.success.ty()) {
        for name in ty.names() {
            references.entry(name.to_owned()).or_default().push(Usage::Other);
        }
    }
    for ty in plan.types.values().filter(|ty| ty.output) {
        match &ty.kind {
            Kind::Union(union) => {
                for payload in payloads(union) {
                    for name in payload.names() {
                        let direct = matches!(payload, TypeRef::Named(_));
                        let usage = if direct { Usage::Union(&ty.name) } else { Usage::Other };
                        references.entry(name.to_owned()).or_default().push(usage);
                    }
                }
            }
            Kind::Struct(object) => {
                for property in &object.properties {
                    for name in property.ty.names() {
                        let direct =
                            matches!(property.ty, TypeRef::Named(_)) && property.required && !property.nullable;
                        let usage = if direct { Usage::Property(&ty.name, &property.name) } else { Usage::Other };
                        references.entry(name.to_owned()).or_default().push(usage);
                    }
                }
                for name in object.additional.iter().flat_map(TypeRef::names) {
                    references.entry(name.to_owned()).or_default().push(Usage::Other);
                }
            }
            Kind::Enum(_) | Kind::Id(_) => {}
        }
    }
    references
}

/// Returns true if every use of a type checks this property before it decodes the type.
fn is_checked<'a>(
    plan: &'a Plan,
    references: &'a BTreeMap<String, Vec<Usage<'a>>>,
    name: &'a str,
    path: &[String],
    visited: &mut BTreeSet<(String, Vec<String>)>,
) -> bool {
    if !visited.insert((name.to_owned(), path.to_vec())) {
        return false;
    }
    let usages = references.get(name).map(Vec::as_slice).unwrap_or_default();
    !usages.is_empty()
        && usages.iter().all(|usage| match usage {
            Usage::Union(union) => {
                let Kind::Union(rule) = &plan.types[*union].kind else { return false };
                matches!(&rule.rule, Rule::Tag { path: tag, .. } if tag == path)
                    || is_checked(plan, references, union, path, visited)
            }
            Usage::Property(object, property) => {
                let path: Vec<String> =
                    [*property].into_iter().map(str::to_owned).chain(path.iter().cloned()).collect();
                is_checked(plan, references, object, &path, visited)
            }
            Usage::Other => false,
        })
}
