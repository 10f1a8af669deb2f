//! JSON samples of all types, for the tests of programs that use the client.
//!
//! They are generated directly from the model, and only if the feature is enabled. Examples in the documentation are made
//! by `docs::examples`, since they are expressions in Rust with values that read well.

use std::fmt::Write as _;

use serde_json::json;

use crate::json::{Map, Value};
use crate::model::{Kind, Limits, Literal, Model, Property, Rule, Struct, TypeRef, Union};
use crate::print::header;
use crate::{Error, Result};

/// Returns the source of the samples of a model.
///
/// # Errors
/// Returns an error if a type recursively requires itself.
pub fn samples(model: &Model) -> Result<String> {
    let mut source = header(&model.version) + "impl_samples! {\n";
    for ty in model.types.values().filter(|ty| model.is_own(&ty.name)) {
        let sample = Sampler { model }.named(&ty.name, 0)?;
        // Writing to a string cannot fail.
        let _ = writeln!(source, "    {}: {:?},", ty.name, sample.to_string());
    }
    source.push_str("}\n");
    Ok(source)
}

/// The maximum depth of nested types. A type that exceeds it is taken to be infinitely recursive.
const DEPTH: usize = 64;

/// The value of all timestamps.
const TIME: &str = "2026-01-01T12:00:00Z";

/// A union whose variant is determined by the object that contains it.
struct ParentTagged<'a> {
    union: &'a Union,
    path: &'a [String],
    cases: &'a [(String, usize)],
}

struct Sampler<'a> {
    model: &'a Model,
}

impl Sampler<'_> {
    fn named(&self, name: &str, depth: usize) -> Result<Value> {
        let ty = self.model.ty(name)?;
        if depth > DEPTH {
            return Err(Error::new(&ty.place, format!("`{name}` cannot be without a value of itself")));
        }
        match &ty.kind {
            Kind::Id(_) => Ok(Value::String(uuid(name))),
            Kind::Enum(set) => {
                // The first currency in the document is rarely used.
                let value = set.values.iter().find(|value| value.value == "usd").or(set.values.first());
                let value = value.ok_or_else(|| Error::new(&ty.place, "an enumeration without values"))?;
                Ok(Value::String(value.value.clone()))
            }
            Kind::Struct(object) => self.structure(object, depth),
            Kind::Union(union) => self.variant(union, 0, depth, &ty.place),
        }
    }

    fn structure(&self, object: &Struct, depth: usize) -> Result<Value> {
        let mut members = Map::new();
        // The variant of such a union depends on other properties of the object, so these come first.
        let (parent_tagged, plain): (Vec<&Property>, Vec<&Property>) = object
            .properties
            .iter()
            .filter(|property| property.required || property.implied)
            .partition(|property| self.parent_tagged(property).is_some());
        for property in plain.into_iter().chain(parent_tagged) {
            let value = match &property.constant {
                Some(constant) => constant.clone(),
                None if property.nullable => Value::Null,
                None => match self.parent_tagged(property) {
                    Some(ParentTagged { union, path, cases }) => {
                        let index = tag(&members, path).and_then(|tag| cases.iter().find(|(value, _)| value == tag));
                        self.variant(union, index.map_or(0, |(_, index)| *index), depth, &property.name)?
                    }
                    None => self.value(&property.ty, &property.name, &property.limits, depth)?,
                },
            };
            members.insert(property.name.clone(), value);
        }
        Ok(Value::Object(members))
    }

    /// Returns the rule of a property's union if the variant is determined by the object that contains it.
    fn parent_tagged(&self, property: &Property) -> Option<ParentTagged<'_>> {
        let TypeRef::Named(name) = &property.ty else { return None };
        match &self.model.types.get(name)?.kind {
            Kind::Union(union) => match &union.rule {
                Rule::Parent { path, cases } => Some(ParentTagged { union, path, cases }),
                _ => None,
            },
            _ => None,
        }
    }

    fn variant(&self, union: &Union, index: usize, depth: usize, place: &str) -> Result<Value> {
        let variant = union.variants.get(index).ok_or_else(|| Error::new(place, "a union without variants"))?;
        let mut sample = match (&variant.payload, &variant.literal) {
            (_, Some(literal)) => Value::String(literal.clone()),
            (Some(payload), None) => self.value(payload, &variant.name, &Limits::default(), depth)?,
            (None, None) => Value::Null,
        };
        // The tag is not necessarily a required property of the variant.
        if let (Rule::Tag { path, cases, .. }, Value::Object(members)) = (&union.rule, &mut sample)
            && let [name] = path.as_slice()
            && let Some((Literal::String(tag), _)) = cases.iter().find(|(_, variant)| *variant == index)
        {
            members.insert(name.clone(), Value::String(tag.clone()));
        }
        Ok(sample)
    }

    fn value(&self, ty: &TypeRef, name: &str, limits: &Limits, depth: usize) -> Result<Value> {
        Ok(match ty {
            TypeRef::String => Value::String(text(name, limits)),
            TypeRef::Integer | TypeRef::Number | TypeRef::DecimalOrNumber => Value::from(number(limits)),
            TypeRef::Boolean => Value::Bool(false),
            TypeRef::DateTime => Value::String(TIME.to_owned()),
            TypeRef::Date => Value::String(TIME[..10].to_owned()),
            TypeRef::Uuid => Value::String(uuid(name)),
            TypeRef::Decimal => Value::String("1.5".to_owned()),
            TypeRef::Scalar => Value::String(name.to_owned()),
            TypeRef::Null => Value::Null,
            TypeRef::Any | TypeRef::Map(_) => Value::Object(Map::new()),
            TypeRef::List(element) => match limits.items.0.as_deref() {
                None | Some("0") => Value::Array(Vec::new()),
                Some(_) => Value::Array(vec![self.value(element, name, &Limits::default(), depth)?]),
            },
            TypeRef::Pair(first, second) => Value::Array(vec![
                self.value(first, name, &Limits::default(), depth)?,
                self.value(second, name, &Limits::default(), depth)?,
            ]),
            TypeRef::Page(_) => {
                json!({ "items": [], "pagination": { "max_page": 0, "total_count": 0 } })
            }
            TypeRef::Named(name) => self.named(name, depth + 1)?,
        })
    }
}

/// Returns the string at a path within an object.
fn tag<'v>(members: &'v Map<String, Value>, path: &[String]) -> Option<&'v str> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(members.get(first)?, |value, name| value.get(name))?.as_str()
}

/// Returns an integer that satisfies the constraints, preferably 1.
fn number(limits: &Limits) -> i64 {
    let bound = |limit: &Option<String>| limit.as_ref().and_then(|limit| limit.parse::<f64>().ok());
    let least = bound(&limits.range.0).map_or(i64::MIN, |least| least.ceil() as i64);
    let above = bound(&limits.above).map_or(i64::MIN, |above| (above.floor() as i64).saturating_add(1));
    let most = bound(&limits.range.1).map_or(i64::MAX, |most| most.floor() as i64);
    let below = bound(&limits.below).map_or(i64::MAX, |below| (below.ceil() as i64).saturating_sub(1));
    1.min(most).min(below).max(least).max(above)
}

/// Returns a string for a property that satisfies the constraints. It is the name of the property unless its format
/// requires another value.
fn text(name: &str, limits: &Limits) -> String {
    let mut text = match limits.format.as_deref() {
        Some("email") => "jane@example.com".to_owned(),
        Some("uri") => format!("https://example.com/{name}"),
        Some("ipvanyaddress" | "ipv4") => "192.0.2.1".to_owned(),
        _ => text_of(name).unwrap_or(name).to_owned(),
    };
    let length = |limit: &Option<String>| limit.as_ref().and_then(|limit| limit.parse::<usize>().ok());
    while length(&limits.length.0).is_some_and(|least| text.len() < least) {
        text.push('x');
    }
    if let Some(most) = length(&limits.length.1) {
        text.truncate(most);
    }
    text
}

/// Returns a string for a property whose name requires a certain format.
pub fn text_of(name: &str) -> Option<&'static str> {
    match name {
        "country" => Some("US"),
        "mime_type" => Some("image/png"),
        _ if name.ends_with("email") => Some("jane@example.com"),
        _ if name.ends_with("currency") => Some("usd"),
        _ => None,
    }
}

/// Returns the UUID (version 4) of a name. It is deterministic, so that the `customer_id` of an order is the id of the
/// customer.
fn uuid(name: &str) -> String {
    // FNV-1a with two different offsets.
    let hash =
        |seed: u64| name.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let (high, low) = (hash(0xcbf2_9ce4_8422_2325), hash(0x8422_2325_cbf2_9ce4));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_of_version_4_and_of_its_name() {
        let id = uuid("CustomerId");
        assert_eq!(id.len(), 36);
        assert_eq!((&id[14..15], &id[19..20]), ("4", "8"));
        assert_eq!(id, uuid("CustomerId"));
        assert_ne!(id, uuid("OrderId"));
    }

    #[test]
    fn a_number_keeps_to_its_limits() {
        let limit = |limit: &str| Some(limit.to_owned());
        assert_eq!(number(&Limits::default()), 1);
        assert_eq!(
            number(&Limits { range: (limit("-2147483648.0"), None), above: limit("0"), ..Limits::default() }),
            1
        );
        assert_eq!(number(&Limits { range: (limit("50"), None), ..Limits::default() }), 50);
        assert_eq!(number(&Limits { below: limit("0.5"), ..Limits::default() }), 0);
        assert_eq!(number(&Limits { above: limit("1"), ..Limits::default() }), 2);
    }

    #[test]
    fn a_text_keeps_to_its_limits() {
        let limits = Limits { length: (Some("6".to_owned()), Some("8".to_owned())), ..Limits::default() };
        assert_eq!(text("name", &limits), "namexx");
        assert_eq!(text("description", &limits), "descript");
    }
}
