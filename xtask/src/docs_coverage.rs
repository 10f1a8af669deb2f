//! `cargo xtask docs-coverage`: lists what the reference describes insufficiently, or twice with the same text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use anyhow::{Result, bail};
use polar_codegen::load;
use polar_codegen::model::{self, Kind, Model, TypeRef};

use crate::checkout::vendored;

/// List items of the API that are not described, or not described well
///
/// Checks every type, property, enumeration value, union variant, webhook event, parameter and operation generated from
/// the vendored documents. Lists those without a description, those whose description is too short, and those that share
/// their description with another item. Fails if there are any.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The document to check; by default, all in openapi/
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If the document cannot be planned, or if a description is missing or insufficient.
pub fn run(args: &Args) -> Result<()> {
    let documents = match &args.document {
        Some(document) => vec![document.clone()],
        None => vendored()?.documents()?,
    };
    let mut count = 0;
    for document in documents {
        let coverage = Coverage::of(&model::model(&load::load(&document)?)?);
        println!("{}\n{coverage}", document.file_name().unwrap_or_default().display());
        count += coverage.findings.len();
    }
    match count {
        0 => Ok(()),
        count => bail!("{count} descriptions are missing, too short or repeated"),
    }
}

/// The texts of a model.
#[derive(Debug, Default)]
struct Coverage {
    /// The number of items of each kind.
    counts: BTreeMap<&'static str, usize>,
    findings: Vec<Finding>,
}

#[derive(Debug, PartialEq, Eq)]
struct Finding {
    kind: &'static str,
    place: String,
    problem: Problem,
}

#[derive(Debug, PartialEq, Eq)]
enum Problem {
    Missing,
    TooShort(String),
    /// The same text as another item.
    Repeated(String),
}

/// Texts with fewer words are considered too short.
const FEWEST_WORDS: usize = 4;

impl Coverage {
    fn of(model: &Model) -> Self {
        let mut coverage = Self::default();
        let mut types = BTreeMap::new();
        // The generator documents ids.
        for ty in model.types.values().filter(|ty| !matches!(ty.kind, Kind::Id(_))) {
            coverage.look("type", &ty.name, &ty.name, ty.description.as_deref());
            if let Some(text) = &ty.description
                && let Some(other) = types.insert(text, ty)
                && !are_twins(&ty.name, &other.name)
            {
                coverage.repeated("type", &ty.name, &other.name);
            }
            match &ty.kind {
                Kind::Struct(object) => {
                    let mut texts = BTreeMap::new();
                    for property in object.properties.iter().filter(|property| !property.implied) {
                        let place = format!("{}.{}", ty.name, property.name);
                        coverage.look("property", &place, &property.name, property.description.as_deref());
                        if let Some(text) = &property.description
                            && let Some(other) = texts.insert(text, &property.name)
                        {
                            coverage.repeated("property", &place, other);
                        }
                    }
                }
                Kind::Enum(set) => {
                    for value in &set.values {
                        let place = format!("{}::{}", ty.name, value.variant);
                        // The name of a country or currency suffices.
                        coverage.count("value");
                        if value.description.as_deref().is_none_or(str::is_empty) {
                            coverage.push("value", &place, Problem::Missing);
                        }
                    }
                }
                Kind::Union(union) => {
                    for variant in &union.variants {
                        let place = format!("{}::{}", ty.name, variant.name);
                        let kind = if Some(&ty.name) == model.webhook_union.as_ref() { "event" } else { "variant" };
                        let payload = match &variant.payload {
                            Some(TypeRef::Named(name)) => {
                                model.types.get(name).and_then(|ty| ty.description.as_deref())
                            }
                            Some(_) => Some("The name of its type says what it is."),
                            None => None,
                        };
                        coverage.look(kind, &place, &variant.name, variant.description.as_deref().or(payload));
                    }
                }
                Kind::Id(_) => {}
            }
        }
        for operation in &model.operations {
            let text = operation.summary.iter().chain(&operation.description).map(String::as_str);
            let text = text.collect::<Vec<_>>().join(" ");
            coverage.look("operation", &operation.id, &operation.name, Some(&text));
            for parameter in &operation.path_parameters {
                let place = format!("{} {{{}}}", operation.id, parameter.name);
                coverage.look("parameter", &place, &parameter.name, parameter.description.as_deref());
            }
            for parameter in &operation.query {
                let place = format!("{} ?{}", operation.id, parameter.name);
                coverage.look("parameter", &place, &parameter.name, parameter.description.as_deref());
            }
        }
        coverage
    }

    /// Counts an item and checks its text.
    fn look(&mut self, kind: &'static str, place: &str, name: &str, text: Option<&str>) {
        self.count(kind);
        match text.map(str::trim).filter(|text| !text.is_empty()) {
            None => self.push(kind, place, Problem::Missing),
            Some(text) if is_too_short(text, name) => self.push(kind, place, Problem::TooShort(text.to_owned())),
            Some(_) => {}
        }
    }

    fn count(&mut self, kind: &'static str) {
        *self.counts.entry(kind).or_default() += 1;
    }

    fn repeated(&mut self, kind: &'static str, place: &str, other: &str) {
        self.push(kind, place, Problem::Repeated(other.to_owned()));
    }

    fn push(&mut self, kind: &'static str, place: &str, problem: Problem) {
        self.findings.push(Finding { kind, place: place.to_owned(), problem });
    }
}

/// Returns true if a text has too few words, or only words that the name or the type already implies.
fn is_too_short(text: &str, name: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let all = words(text);
    let mut empty: BTreeSet<String> = words(name).into_iter().collect();
    empty.extend(EMPTY_WORDS.map(str::to_owned));
    all.len() < FEWEST_WORDS || all.iter().all(|word| empty.contains(word) || empty.contains(&format!("{word}s")))
}

/// Words that names and types imply.
const EMPTY_WORDS: [&str; 19] = [
    "a", "an", "array", "boolean", "date", "id", "integer", "is", "list", "number", "object", "of", "string", "the",
    "time", "type", "uuid", "value", "values",
];

/// Returns true if two types are generated from one schema, for requests and responses.
fn are_twins(one: &str, other: &str) -> bool {
    let base = |name: &str| name.trim_end_matches("Input").trim_end_matches("Output").to_owned();
    base(one) == base(other)
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { kind, place, problem } in &self.findings {
            match problem {
                Problem::Missing => writeln!(f, "{kind} {place}: no text")?,
                Problem::TooShort(text) => writeln!(f, "{kind} {place}: too short: {text}")?,
                Problem::Repeated(other) => writeln!(f, "{kind} {place}: has the text of {other}")?,
            }
        }
        let described = self.counts.iter().map(|(kind, count)| {
            let findings = self.findings.iter().filter(|finding| finding.kind == *kind).count();
            format!("{kind} {}/{count}", count - findings.min(*count))
        });
        f.write_str(&described.collect::<Vec<_>>().join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(document: &serde_json::Value) -> Vec<String> {
        let document = load::parse(&document.to_string()).expect("a document");
        let coverage = Coverage::of(&model::model(&document).expect("a model"));
        coverage.to_string().lines().map(str::to_owned).collect()
    }

    fn document(properties: serde_json::Value) -> serde_json::Value {
        let thing = serde_json::json!({
            "type": "object", "description": "Something that can be bought.", "properties": properties
        });
        let schema = serde_json::json!({ "$ref": "#/components/schemas/Thing" });
        let ok = serde_json::json!({ "content": { "application/json": { "schema": schema } } });
        serde_json::json!({
            "openapi": "3.1.0",
            "paths": { "/things": { "get": {
                "operationId": "things:get", "summary": "Fetches the only thing.", "responses": { "200": ok }
            } } },
            "components": { "schemas": { "Thing": thing } },
        })
    }

    #[test]
    fn what_is_described_is_counted() {
        let text = "What the customer pays, in cents.";
        let found = findings(&document(serde_json::json!({ "price": { "type": "integer", "description": text } })));
        assert_eq!(found, ["operation 1/1; property 1/1; type 1/1"]);
    }

    #[test]
    fn what_is_missing_too_short_or_repeated_is_listed() {
        let found = findings(&document(serde_json::json!({
            "a": { "type": "string" },
            "b": { "type": "string", "description": "The b." },
            "c": { "type": "string", "description": "The c is a string value." },
            "d": { "type": "string", "description": "What the customer pays." },
            "e": { "type": "string", "description": "What the customer pays." },
        })));
        assert_eq!(
            found,
            [
                "property Thing.a: no text",
                "property Thing.b: too short: The b.",
                "property Thing.c: too short: The c is a string value.",
                "property Thing.e: has the text of d",
                "operation 1/1; property 1/5; type 1/1",
            ]
        );
    }
}
