//! Checks that a value survives decoding and encoding without loss, based on the document.
//!
//! The judge compares the received value with the re-encoded one, guided by the document's schemas. Where the document
//! has variants, those that the received value satisfies under JSON Schema apply, and everything that any of them
//! defines must be preserved. The judge does not know which variant the client chose.

use std::borrow::Cow;
use std::cmp::Ordering;

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Number, Value, json};

use super::validators::{Strictness, Validators};

/// Judges values by one document.
pub struct Judge<'d> {
    root: &'d Value,
    validators: Validators,
}

/// The requirement for a re-encoded value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Everything that the document defines is preserved. Other properties may be dropped, and absent ones may become
    /// `null`.
    Lossless,
    /// The JSON value is the same.
    Same,
}

/// The findings of the judge.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Values that were lost or changed.
    pub losses: Vec<Loss>,
    /// The paths of received properties that the document does not define.
    pub undocumented: Vec<String>,
    /// The paths of received values that no variant of a union or enumeration of the document stands for.
    pub unknown: Vec<String>,
}

/// A value that was not preserved.
#[derive(Debug, PartialEq, Eq)]
pub struct Loss {
    /// The JSON path, such as `$.items[0].status`.
    pub path: String,
    /// A description of the loss.
    pub what: String,
}

impl Verdict {
    fn lose(&mut self, path: &str, what: impl Into<String>) {
        let (path, what) = (path.to_owned(), what.into());
        self.losses.push(Loss { path, what });
    }
}

/// The schemas that apply to a value.
struct Applicable<'s> {
    schemas: Vec<&'s Value>,
    /// True if there are variants and the value satisfies none of them, so that all of it must be preserved.
    whole: bool,
}

impl<'d> Judge<'d> {
    /// Creates a judge for a document.
    ///
    /// # Errors
    /// If the document's schemas are invalid.
    pub fn new(root: &'d Value) -> Result<Self> {
        let validators = Validators::new(root)?;
        Ok(Self { root, validators })
    }

    /// Returns true if a value satisfies a schema of the document.
    ///
    /// # Errors
    /// If the schema is invalid.
    pub fn accepts(&self, value: &Value, schema: &Value) -> Result<bool> {
        self.validators.satisfies(value, schema, Strictness::Exact)
    }

    /// Compares a received value with its re-encoded form.
    ///
    /// # Errors
    /// If the document is broken: a dangling reference, or an invalid schema.
    pub fn judge(&self, received: &Value, encoded: &Value, schema: &Value, rule: Rule) -> Result<Verdict> {
        let mut verdict = Verdict::default();
        self.walk(received, encoded, &[schema], rule, "$", &mut verdict)?;
        Ok(verdict)
    }

    fn walk(
        &self,
        received: &Value,
        encoded: &Value,
        schemas: &[&Value],
        rule: Rule,
        path: &str,
        verdict: &mut Verdict,
    ) -> Result<()> {
        let mut applicable = Applicable { schemas: Vec::new(), whole: false };
        for schema in schemas {
            self.collect(schema, received, &mut applicable)?;
        }
        applicable.schemas.retain(|schema| admits(schema, received));
        let is_listed = received.is_string().then(|| applicable.schemas.iter().any(|schema| lists(schema, received)));
        if applicable.whole || (is_listed == Some(false) && !applicable.schemas.is_empty()) {
            verdict.unknown.push(path.to_owned());
        }
        if applicable.whole || applicable.schemas.is_empty() {
            compare_whole(received, encoded, path, verdict);
            return Ok(());
        }
        match (received, encoded) {
            (Value::Object(received), Value::Object(encoded)) => {
                self.walk_object(received, encoded, &applicable.schemas, rule, path, verdict)
            }
            (Value::Array(received), Value::Array(encoded)) => {
                if received.len() != encoded.len() {
                    let what = format!("{} elements became {}", received.len(), encoded.len());
                    verdict.lose(path, what);
                    return Ok(());
                }
                for (index, (received, encoded)) in received.iter().zip(encoded).enumerate() {
                    let schemas = elements(&applicable.schemas, index);
                    let path = format!("{path}[{index}]");
                    self.walk(received, encoded, &schemas, rule, &path, verdict)?;
                }
                Ok(())
            }
            _ => {
                let is_time = applicable.schemas.iter().any(|schema| is_time(schema));
                if !same_scalar(received, encoded, is_time) {
                    verdict.lose(path, became(received, encoded));
                }
                Ok(())
            }
        }
    }

    fn walk_object(
        &self,
        received: &Map<String, Value>,
        encoded: &Map<String, Value>,
        schemas: &[&Value],
        rule: Rule,
        path: &str,
        verdict: &mut Verdict,
    ) -> Result<()> {
        for (name, value) in received {
            let path = property(path, name);
            let definitions = self.definitions(schemas, name)?;
            match encoded.get(name) {
                Some(encoded) if definitions.is_empty() => {
                    verdict.undocumented.push(path.clone());
                    compare_whole(value, encoded, &path, verdict);
                }
                Some(encoded) => self.walk(value, encoded, &definitions, rule, &path, verdict)?,
                None => {
                    if definitions.is_empty() {
                        verdict.undocumented.push(path.clone());
                    }
                    if !definitions.is_empty() || rule == Rule::Same {
                        verdict.lose(&path, format!("{} was dropped", excerpt(value)));
                    }
                }
            }
        }
        for (name, value) in encoded {
            if received.contains_key(name) || (value.is_null() && rule != Rule::Same) {
                continue;
            }
            // The API reads tags before it applies defaults, so they are sent even if a recording lacks them.
            let is_constant = |schema: &&Value| schema.get("const") == Some(value) || is_null_alone(schema, value);
            if !self.definitions(schemas, name)?.iter().any(is_constant) {
                let what = format!("{} was not received", excerpt(value));
                verdict.lose(&property(path, name), what);
            }
        }
        Ok(())
    }

    /// Returns the schemas that define a property of an object.
    fn definitions<'s>(&self, schemas: &[&'s Value], name: &str) -> Result<Vec<&'s Value>> {
        const ANYTHING: &Value = &Value::Bool(true);
        let mut definitions = Vec::new();
        for schema in schemas {
            if is_anything(schema) {
                definitions.push(ANYTHING);
                continue;
            }
            let before = definitions.len();
            definitions.extend(schema.get("properties").and_then(|properties| properties.get(name)));
            let patterns = schema.get("patternProperties").and_then(Value::as_object);
            for (pattern, definition) in patterns.into_iter().flatten() {
                let pattern = json!({"pattern": pattern});
                if self.validators.satisfies(&json!(name), &pattern, Strictness::Exact)? {
                    definitions.push(definition);
                }
            }
            if definitions.len() == before {
                let others = schema.get("additionalProperties");
                definitions.extend(others.filter(|others| **others != Value::Bool(false)));
            }
        }
        Ok(definitions)
    }

    /// Collects the schemas that apply to a value, following references and variants.
    fn collect<'s>(&'s self, schema: &'s Value, value: &Value, applicable: &mut Applicable<'s>) -> Result<()> {
        if let Some(target) = self.target(schema)? {
            self.collect(target, value, applicable)?;
        }
        for part in list(schema, "allOf") {
            self.collect(part, value, applicable)?;
        }
        let mut variants = Vec::new();
        self.variants(schema, &mut variants)?;
        if !variants.is_empty() {
            let chosen = self.choose(&variants, value)?;
            applicable.whole |= chosen.is_empty();
            for variant in chosen {
                self.collect(variant, value, applicable)?;
            }
        }
        if !is_only_composed(schema) {
            applicable.schemas.push(schema);
        }
        Ok(())
    }

    /// Collects the variants of a schema. Nested unions are flattened.
    fn variants<'s>(&'s self, schema: &'s Value, variants: &mut Vec<&'s Value>) -> Result<()> {
        for variant in list(schema, "anyOf").iter().chain(list(schema, "oneOf")) {
            let mut union = variant;
            while let (Some(target), true) = (self.target(union)?, is_only_composed(union)) {
                union = target;
            }
            let is_union = union.get("anyOf").or_else(|| union.get("oneOf")).is_some();
            if is_union && is_only_composed(union) && union.get("allOf").is_none() {
                self.variants(union, variants)?;
            } else {
                variants.push(variant);
            }
        }
        Ok(())
    }

    /// Returns the variants that a value satisfies. If it satisfies none, because the API has changed or deviates from
    /// the document, returns the one that it resembles; empty if that is ambiguous.
    fn choose<'s>(&self, variants: &[&'s Value], value: &Value) -> Result<Vec<&'s Value>> {
        for strictness in [Strictness::Exact, Strictness::Relaxed] {
            let satisfied = Self::filter(variants, |variant| self.validators.satisfies(value, variant, strictness))?;
            if !satisfied.is_empty() {
                return Ok(satisfied);
            }
        }
        let of_kind = Self::filter(variants, |variant| self.may_hold(variant, value))?;
        let tagged = Self::filter(&of_kind, |variant| self.validators.satisfies(value, variant, Strictness::Tags))?;
        if !tagged.is_empty() {
            return Ok(tagged);
        }
        // If several are possible, it is ambiguous.
        Ok(if of_kind.len() == 1 { of_kind } else { Vec::new() })
    }

    fn filter<'s>(variants: &[&'s Value], keep: impl Fn(&Value) -> Result<bool>) -> Result<Vec<&'s Value>> {
        let mut kept = Vec::new();
        for variant in variants {
            if keep(variant)? {
                kept.push(*variant);
            }
        }
        Ok(kept)
    }

    /// Returns true if a schema accepts values of this JSON type.
    fn may_hold(&self, schema: &Value, value: &Value) -> Result<bool> {
        Ok(match self.target(schema)? {
            Some(target) => admits(schema, value) && self.may_hold(target, value)?,
            None => admits(schema, value),
        })
    }

    /// Returns the target of a schema's reference.
    fn target(&self, schema: &Value) -> Result<Option<&Value>> {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
            return Ok(None);
        };
        let pointer = reference.strip_prefix('#');
        let target = pointer.and_then(|pointer| self.root.pointer(pointer));
        target.map(Some).with_context(|| format!("the document has no {reference}"))
    }
}

/// Returns true if a schema only refers to other schemas.
fn is_only_composed(schema: &Value) -> bool {
    const OTHERS: [&str; 4] = ["$ref", "allOf", "anyOf", "oneOf"];
    const ANNOTATIONS: [&str; 5] = ["default", "deprecated", "description", "discriminator", "title"];
    let Some(schema) = schema.as_object() else {
        return false;
    };
    schema.keys().any(|key| OTHERS.contains(&key.as_str()))
        && schema
            .keys()
            .all(|key| OTHERS.contains(&key.as_str()) || ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-"))
}

/// Returns the list of schemas under a keyword.
fn list<'s>(schema: &'s Value, keyword: &str) -> &'s [Value] {
    schema.get(keyword).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Returns true unless a schema has values, and this one is none of them.
fn lists(schema: &Value, value: &Value) -> bool {
    let values = schema.get("enum").and_then(Value::as_array);
    schema.get("const").is_none_or(|constant| constant == value) && values.is_none_or(|values| values.contains(value))
}

/// Returns true if a schema's own `type` accepts the value.
fn admits(schema: &Value, value: &Value) -> bool {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let takes = |name: &Value| name == kind || (name == "integer" && kind == "number");
    match schema.get("type") {
        None => *schema != Value::Bool(false),
        Some(Value::Array(names)) => names.iter().any(takes),
        Some(name) => takes(name),
    }
}

/// Returns the schemas of an array element; empty if none are declared.
fn elements<'s>(schemas: &[&'s Value], index: usize) -> Vec<&'s Value> {
    let of = |schema: &&'s Value| list(schema, "prefixItems").get(index).or_else(|| schema.get("items"));
    schemas.iter().filter_map(of).collect()
}

/// Returns true if a schema accepts any value.
fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(anything) => *anything,
        Value::Object(keywords) => !keywords.keys().any(|key| {
            ["type", "properties", "additionalProperties", "items", "const", "enum"].contains(&key.as_str())
        }),
        _ => false,
    }
}

/// Returns true if the value is `null` and the schema accepts only `null`.
fn is_null_alone(schema: &Value, value: &Value) -> bool {
    value.is_null() && schema.get("type").is_some_and(|kind| kind == "null")
}

fn is_time(schema: &Value) -> bool {
    schema.get("format").is_some_and(|format| format == "date-time")
}

/// Compares values without a schema: everything must be preserved.
fn compare_whole(received: &Value, encoded: &Value, path: &str, verdict: &mut Verdict) {
    match (received, encoded) {
        (Value::Object(received), Value::Object(encoded)) => {
            for (name, value) in received {
                let path = property(path, name);
                match encoded.get(name) {
                    Some(encoded) => compare_whole(value, encoded, &path, verdict),
                    None => verdict.lose(&path, format!("{} was dropped", excerpt(value))),
                }
            }
            for (name, value) in encoded {
                if !received.contains_key(name) {
                    let what = format!("{} was not received", excerpt(value));
                    verdict.lose(&property(path, name), what);
                }
            }
        }
        (Value::Array(received), Value::Array(encoded)) if received.len() == encoded.len() => {
            for (index, (received, encoded)) in received.iter().zip(encoded).enumerate() {
                compare_whole(received, encoded, &format!("{path}[{index}]"), verdict);
            }
        }
        _ if same_scalar(received, encoded, true) => {}
        _ => verdict.lose(path, became(received, encoded)),
    }
}

fn same_scalar(received: &Value, encoded: &Value, is_time: bool) -> bool {
    match (received, encoded) {
        (Value::Number(received), Value::Number(encoded)) => same_number(received, encoded),
        (Value::String(received), Value::String(encoded)) if is_time => {
            received == encoded || matches!((instant(received), instant(encoded)), (Some(a), Some(b)) if a == b)
        }
        (Value::String(received), Value::String(encoded)) => {
            received == encoded || decimal(received).is_some_and(|value| Some(value) == decimal(encoded))
        }
        _ => received == encoded,
    }
}

/// Parses a decimal, with or without an exponent: whether it is negative, its digits without leading and trailing
/// zeros, and the exponent of the last one.
fn decimal(text: &str) -> Option<(bool, String, i64)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let unsigned = mantissa.trim_start_matches(['-', '+']);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || mantissa.len() > unsigned.len() + 1 {
        return None;
    }
    let significant = digits.trim_end_matches('0');
    let zeros = i64::try_from(digits.len() - significant.len()).ok()?;
    let exponent = exponent.parse::<i64>().ok()? - i64::try_from(fraction.len()).ok()? + zeros;
    let significant = significant.trim_start_matches('0');
    match significant {
        "" => Some((false, String::new(), 0)),
        digits => Some((mantissa.starts_with('-'), digits.to_owned(), exponent)),
    }
}

/// Returns true if two numbers are equal, regardless of notation: `1500` equals `1500.0`.
fn same_number(a: &Number, b: &Number) -> bool {
    match (integer(a), integer(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.as_f64() == b.as_f64(),
        _ => false,
    }
}

/// Returns the value of an integral number.
fn integer(number: &Number) -> Option<i128> {
    if let Some(integer) = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from)) {
        return Some(integer);
    }
    let float = number.as_f64()?;
    let bound = 2_f64.powi(100);
    let whole = float.fract() == 0.0 && matches!(float.abs().partial_cmp(&bound), Some(Ordering::Less));
    whole.then_some(float as i128)
}

/// Parses a time. Without a zone, it is in UTC.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(time.and_utc())
}

/// Returns the path of a property, as the client writes it.
pub fn property(path: &str, name: &str) -> String {
    let is_plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain { format!("{path}.{name}") } else { format!("{path}[{name:?}]") }
}

fn became(received: &Value, encoded: &Value) -> String {
    format!("{} became {}", excerpt(received), excerpt(encoded))
}

/// Returns a value for a message, truncated.
pub fn excerpt(value: &Value) -> String {
    const LENGTH: usize = 80;
    let text = value.to_string();
    let cut: Cow<'_, str> = match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    };
    cut.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::document::Document;

    /// Judges a value by the schema `X` of a small document.
    fn verdict(schemas: Value, received: &Value, encoded: &Value, rule: Rule) -> Verdict {
        let root = json!({"components": {"schemas": schemas}});
        let schema = json!({"$ref": "#/components/schemas/X"});
        Judge::new(&root).unwrap().judge(received, encoded, &schema, rule).unwrap()
    }

    fn losses(schemas: Value, received: Value, encoded: Value) -> Vec<String> {
        texts(verdict(schemas, &received, &encoded, Rule::Lossless))
    }

    fn texts(verdict: Verdict) -> Vec<String> {
        verdict.losses.into_iter().map(|loss| format!("{}: {}", loss.path, loss.what)).collect()
    }

    fn none() -> Vec<String> {
        Vec::new()
    }

    /// Returns the operation and the body of a recorded response.
    fn recorded(name: &str) -> (String, Value) {
        let path = format!("{}/tests/fixtures/conformance/responses/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut recording: Value = serde_json::from_str(&text).unwrap();
        (recording["operation_id"].as_str().unwrap().to_owned(), recording["response_body"].take())
    }

    /// Returns a recorded fixed discount, changed to a repeating one. It also satisfies the schema of other durations.
    fn repeating_discount() -> Value {
        let mut discount = recorded("discounts__get.4").1;
        discount["duration"] = json!("repeating");
        discount["duration_in_months"] = json!(3);
        discount
    }

    #[test]
    fn decimals_are_compared_by_value() {
        for (one, other) in [("1E-12", "0.000000000001"), ("5.00000E-7", "0.0000005"), ("0E-12", "0"), ("1E+2", "100")]
        {
            assert_eq!(decimal(one), decimal(other), "{one} {other}");
        }
        assert_ne!(decimal("1E-12"), decimal("1E-11"));
        assert_ne!(decimal("-1"), decimal("1"));
        for text in ["", "abc", "1E", "E5", "1.2.3", "--1", "0x1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn duration_dropped_from_a_repeating_discount_is_a_loss() {
        let document = Document::vendored(polar_client::API_VERSION).unwrap();
        let schema = document.response("discounts:get", 200).unwrap();
        let judge = Judge::new(document.root()).unwrap();

        let received = repeating_discount();
        let mut encoded = received.clone();
        encoded.as_object_mut().unwrap().remove("duration_in_months");

        let verdict = judge.judge(&received, &received, schema, Rule::Lossless).unwrap();
        assert_eq!(verdict, Verdict::default());
        let verdict = judge.judge(&received, &encoded, schema, Rule::Lossless).unwrap();
        assert_eq!(texts(verdict), ["$.duration_in_months: 3 was dropped"]);
    }

    #[test]
    fn dropped_duration_of_a_repeating_discount_is_a_loss() {
        let document = Document::vendored(polar_client::API_VERSION).unwrap();
        let schema = document.response("checkouts:get", 200).unwrap();
        let judge = Judge::new(document.root()).unwrap();

        // Two schemas of this `oneOf` match, so the value is invalid under JSON Schema.
        let received = json!({"discount": {
            "id": "c0216522-178a-4854-be53-8e4550fc6a65", "name": "x", "code": null, "type": "fixed", "amount": 5,
            "currency": "usd", "amounts": {"usd": 5}, "duration": "repeating", "duration_in_months": 3,
        }});
        let mut encoded = received.clone();
        encoded["discount"].as_object_mut().unwrap().remove("duration_in_months");

        let verdict = judge.judge(&received, &encoded, schema, Rule::Lossless).unwrap();
        assert_eq!(texts(verdict), ["$.discount.duration_in_months: 3 was dropped"]);
    }

    /// Every value that is dropped or changed in a recorded response is reported with its path.
    #[test]
    fn any_documented_value_is_missed() {
        let document = Document::vendored(polar_client::API_VERSION).unwrap();
        let judge = Judge::new(document.root()).unwrap();
        for name in ["discounts__get.4", "customers__create.2", "custom-fields__list.1"] {
            let (id, received) = recorded(name);
            let schema = document.response(&id, 200).unwrap();
            let whole = judge.judge(&received, &received, schema, Rule::Lossless).unwrap();
            assert_eq!(whole, Verdict::default(), "{name}: all of it is in the document");

            let places = places(&received, "$", "");
            assert!(places.len() > 20, "{name}");
            for (path, pointer) in places {
                let mut changed = received.clone();
                *changed.pointer_mut(&pointer).unwrap() = json!("another");
                assert_lost(&judge, &received, &changed, schema, &path);

                let mut dropped = received.clone();
                let (parent, key) = pointer.rsplit_once('/').unwrap();
                match dropped.pointer_mut(parent).unwrap() {
                    Value::Object(parent) => {
                        parent.remove(key).unwrap();
                        assert_lost(&judge, &received, &dropped, schema, &path);
                    }
                    Value::Array(parent) => {
                        parent.pop();
                        assert_lost(&judge, &received, &dropped, schema, path.rsplit_once('[').unwrap().0);
                    }
                    _ => unreachable!(),
                }
            }
        }
    }

    fn assert_lost(judge: &Judge<'_>, received: &Value, encoded: &Value, schema: &Value, path: &str) {
        let verdict = judge.judge(received, encoded, schema, Rule::Lossless).unwrap();
        let paths: Vec<&str> = verdict.losses.iter().map(|loss| loss.path.as_str()).collect();
        assert_eq!(paths, [path]);
    }

    /// Returns the JSON path and the pointer of each nested value.
    fn places(value: &Value, path: &str, pointer: &str) -> Vec<(String, String)> {
        let children: Vec<(String, String, &Value)> = match value {
            Value::Object(object) => {
                object.iter().map(|(name, value)| (property(path, name), format!("{pointer}/{name}"), value)).collect()
            }
            Value::Array(array) => array
                .iter()
                .enumerate()
                .map(|(index, value)| (format!("{path}[{index}]"), format!("{pointer}/{index}"), value))
                .collect(),
            _ => Vec::new(),
        };
        let mut all = Vec::new();
        for (path, pointer, value) in children {
            all.extend(places(value, &path, &pointer));
            all.push((path, pointer));
        }
        all
    }

    #[test]
    fn times_are_compared_as_instants() {
        let times = || json!({"X": {"type": "string", "format": "date-time"}});
        for (received, encoded) in [
            ("2026-11-20T12:00:00+01:00", "2026-11-20T11:00:00Z"),
            ("2026-11-20T11:00:00.500000Z", "2026-11-20T11:00:00.5Z"),
            // Without a zone, the time is in UTC.
            ("2026-11-20T11:00:00.25", "2026-11-20T11:00:00.25Z"),
        ] {
            assert_eq!(losses(times(), json!(received), json!(encoded)), none());
        }
        for (received, encoded) in [
            ("2026-11-20T12:00:00+01:00", "2026-11-20T12:00:00Z"),
            ("2026-11-20T11:00:00.000001Z", "2026-11-20T11:00:00Z"),
            ("2026-11-20T11:00:00", "2026-11-20T11:00:00+01:00"),
            ("yesterday", "today"),
        ] {
            let expected = format!("$: \"{received}\" became \"{encoded}\"");
            assert_eq!(losses(times(), json!(received), json!(encoded)), [expected]);
        }
    }

    #[test]
    fn text_that_looks_like_a_time_is_compared_as_text() {
        let text = json!({"X": {"type": "string"}});
        let found = losses(text, json!("2026-11-20T12:00:00+01:00"), json!("2026-11-20T11:00:00Z"));
        assert_eq!(found, ["$: \"2026-11-20T12:00:00+01:00\" became \"2026-11-20T11:00:00Z\""]);
    }

    #[test]
    fn missing_nested_property_is_a_loss_even_if_it_was_null() {
        let schemas = json!({
            "X": {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Y"}}}},
            "Y": {"type": "object", "properties": {"a": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}},
        });
        let received = json!({"items": [{"a": 1}, {"a": null}]});
        let found = losses(schemas.clone(), received.clone(), json!({"items": [{"a": 1}, {}]}));
        assert_eq!(found, ["$.items[1].a: null was dropped"]);
        let found = losses(schemas, received, json!({"items": [{"a": 1}]}));
        assert_eq!(found, ["$.items: 2 elements became 1"]);
    }

    #[test]
    fn undocumented_property_may_be_dropped_and_is_listed() {
        let schemas = || json!({"X": {"type": "object", "properties": {"a": {"type": "integer"}}}});
        let received = json!({"a": 1, "b c": {"d": 2}});

        let dropped = verdict(schemas(), &received, &json!({"a": 1}), Rule::Lossless);
        assert_eq!(
            dropped,
            Verdict { losses: Vec::new(), undocumented: vec!["$[\"b c\"]".to_owned()], ..Verdict::default() }
        );

        let changed = losses(schemas(), received.clone(), json!({"a": 1, "b c": {"d": 3}}));
        assert_eq!(changed, ["$[\"b c\"].d: 2 became 3"]);

        let same = verdict(schemas(), &received, &json!({"a": 1}), Rule::Same);
        assert_eq!(texts(same), ["$[\"b c\"]: {\"d\":2} was dropped"]);
    }

    #[test]
    fn null_may_be_added_except_to_requests() {
        let schemas = || json!({"X": {"type": "object", "properties": {"a": {"type": "integer"}}}});
        let (received, encoded) = (json!({"a": 1}), json!({"a": 1, "b": null, "c": 0}));
        let found = verdict(schemas(), &received, &encoded, Rule::Lossless);
        assert_eq!(texts(found), ["$.c: 0 was not received"]);
        let found = verdict(schemas(), &received, &encoded, Rule::Same);
        assert_eq!(texts(found), ["$.b: null was not received", "$.c: 0 was not received"]);
    }

    #[test]
    fn a_constant_of_the_document_may_be_added() {
        let schemas =
            || json!({"X": {"type": "object", "properties": {"kind": {"const": "a"}, "none": {"type": "null"}}}});
        let same = |encoded: Value| texts(verdict(schemas(), &json!({}), &encoded, Rule::Same));
        assert_eq!(same(json!({"kind": "a", "none": null})), none());
        assert_eq!(same(json!({"kind": "b"})), ["$.kind: \"b\" was not received"]);
    }

    #[test]
    fn numbers_are_compared_by_value() {
        let number = || json!({"X": {"type": "number"}});
        assert_eq!(losses(number(), json!(1500.0), json!(1500)), none());
        assert_eq!(losses(number(), json!(0.1), json!(0.1)), none());
        assert_eq!(losses(number(), json!(1.5), json!(1)), ["$: 1.5 became 1"]);
        // These two are equal as floats.
        let (a, b) = (9_007_199_254_740_993_i64, 9_007_199_254_740_992_i64);
        assert_eq!(losses(number(), json!(a), json!(b)), [format!("$: {a} became {b}")]);
        assert_eq!(losses(number(), json!(1), json!("1")), ["$: 1 became \"1\""]);
        assert_eq!(losses(number(), json!(1), json!(true)), ["$: 1 became true"]);
    }

    #[test]
    fn map_entries_must_be_preserved() {
        let schemas = json!({"X": {
            "type": "object",
            "patternProperties": {"^x-": {"type": "object"}},
            "additionalProperties": {"type": "object", "properties": {"a": {"type": "integer"}}},
        }});
        let received = json!({"k": {"a": 1, "b": 2}, "x-k": {"a": 1}});
        let found = verdict(schemas.clone(), &received, &json!({"k": {"a": 1}, "x-k": {}}), Rule::Lossless);
        let expected = ["$.k.b".to_owned(), "$[\"x-k\"].a".to_owned()];
        assert_eq!(found, Verdict { losses: Vec::new(), undocumented: expected.to_vec(), ..Verdict::default() });
        assert_eq!(
            losses(schemas, received, json!({"k": {}})),
            ["$.k.a: 1 was dropped", "$[\"x-k\"]: {\"a\":1} was dropped"]
        );
    }

    #[test]
    fn values_without_schema_must_be_preserved() {
        for anything in [json!({}), json!(true), json!({"description": "?"})] {
            let schemas = json!({"X": {"type": "object", "properties": {"a": anything}}});
            let received = json!({"a": {"b": [{"c": null}]}});
            let found = losses(schemas, received, json!({"a": {"b": [{}]}}));
            assert_eq!(found, ["$.a.b[0].c: null was dropped"]);
        }
    }

    #[test]
    fn elements_of_tuples_are_judged_by_their_places() {
        let schemas = json!({"X": {
            "type": "array",
            "prefixItems": [{"type": "string"}, {"type": "string", "format": "date-time"}],
        }});
        let (a, b) = ("2026-11-20T12:00:00+00:00", "2026-11-20T12:00:00Z");
        assert_eq!(losses(schemas, json!([a, a]), json!([b, b])), [format!("$[0]: \"{a}\" became \"{b}\"")]);
    }

    /// Returns cats and dogs, distinguished by `kind`, each with a nested union.
    fn pets() -> Value {
        json!({
            "X": {"anyOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "null"}]},
            "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
            "Cat": {
                "type": "object",
                "properties": {"kind": {"const": "cat"}, "mood": {"enum": ["calm", "wild"]}, "prey": {"type": "string"}},
                "required": ["kind"],
            },
            "Dog": {
                "type": "object",
                "properties": {"kind": {"const": "dog"}, "owner": {"oneOf": [
                    {"type": "object", "properties": {"type": {"const": "person"}}, "required": ["type"]},
                    {"type": "object", "properties": {"type": {"const": "shop"}}, "required": ["type"]},
                ]}},
                "required": ["kind"],
            },
        })
    }

    #[test]
    fn variants_that_are_not_satisfied_define_nothing() {
        let found = verdict(pets(), &json!({"kind": "dog", "prey": "x"}), &json!({"kind": "dog"}), Rule::Lossless);
        assert_eq!(
            found,
            Verdict { losses: Vec::new(), undocumented: vec!["$.prey".to_owned()], ..Verdict::default() }
        );
        let found = losses(pets(), json!({"kind": "cat", "prey": "x"}), json!({"kind": "cat"}));
        assert_eq!(found, ["$.prey: \"x\" was dropped"]);
    }

    #[test]
    fn value_of_no_variant_must_be_preserved() {
        let received = json!({"kind": "bird", "song": "tweet"});
        assert_eq!(losses(pets(), received.clone(), received.clone()), none());
        assert_eq!(losses(pets(), received, json!({"kind": "bird"})), ["$.song: \"tweet\" was dropped"]);
    }

    #[test]
    fn variant_with_a_new_enum_value_is_still_recognized() {
        let received = json!({"kind": "cat", "mood": "hungry", "prey": "x", "chip": 7});
        let encoded = json!({"kind": "cat", "mood": "hungry", "prey": "x"});
        assert_eq!(losses(pets(), received.clone(), encoded), none());
        let encoded = json!({"kind": "cat", "mood": "calm"});
        assert_eq!(
            losses(pets(), received, encoded),
            ["$.mood: \"hungry\" became \"calm\"", "$.prey: \"x\" was dropped"]
        );
    }

    #[test]
    fn variant_with_a_new_variant_inside_is_still_recognized() {
        let received = json!({"kind": "dog", "owner": {"type": "school", "name": "x"}, "chip": 7});
        let encoded = json!({"kind": "dog", "owner": {"type": "school", "name": "x"}});
        assert_eq!(losses(pets(), received.clone(), encoded), none());
        let encoded = json!({"kind": "dog", "owner": {"type": "school"}});
        assert_eq!(losses(pets(), received, encoded), ["$.owner.name: \"x\" was dropped"]);
    }

    #[test]
    fn variant_with_a_broken_value_inside_is_still_recognized() {
        let received = json!({"kind": "cat", "prey": {"name": "x"}, "chip": 7});
        assert_eq!(losses(pets(), received.clone(), json!({"kind": "cat", "prey": {"name": "x"}})), none());
        assert_eq!(losses(pets(), received, json!({"kind": "cat", "prey": {}})), ["$.prey.name: \"x\" was dropped"]);
    }

    #[test]
    fn only_variant_of_a_type_is_chosen_even_if_invalid() {
        let schemas = json!({"X": {"anyOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a", "b"]},
            {"type": "null"},
        ]}});
        assert_eq!(losses(schemas.clone(), json!({"a": 1, "c": 2}), json!({"a": 1})), none());
        assert_eq!(losses(schemas, json!({"a": 1, "c": 2}), json!({})), ["$.a: 1 was dropped"]);
    }

    #[test]
    fn siblings_of_refs_and_all_of_define_properties() {
        let schemas = json!({
            "X": {
                "$ref": "#/components/schemas/Y",
                "properties": {"a": {"type": "integer"}},
                "allOf": [{"properties": {"b": {"type": "integer"}}}],
            },
            "Y": {"properties": {"c": {"type": "integer"}}},
        });
        assert_eq!(
            losses(schemas, json!({"a": 1, "b": 2, "c": 3, "d": 4}), json!({})),
            ["$.a: 1 was dropped", "$.b: 2 was dropped", "$.c: 3 was dropped"]
        );
    }

    #[test]
    fn value_of_the_wrong_type_must_be_preserved() {
        let schemas = json!({"X": {"type": "object", "properties": {"a": {"type": "string"}}}});
        let found = losses(schemas, json!({"a": {"b": 1}}), json!({"a": {}}));
        assert_eq!(found, ["$.a.b: 1 was dropped"]);
    }

    #[test]
    fn reference_to_nowhere_is_an_error() {
        let root = json!({"components": {"schemas": {}}});
        let judge = Judge::new(&root).unwrap();
        let schema = json!({"$ref": "#/components/schemas/X"});
        let error = judge.judge(&json!(1), &json!(1), &schema, Rule::Same).unwrap_err();
        assert_eq!(error.to_string(), "the document has no #/components/schemas/X");
    }
}
