//! The documentation of generated items, as Markdown.
//!
//! Descriptions come from the document. This module adds the parts that are derived from the model: constraints,
//! defaults, tags, scopes, errors and examples.

mod examples;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::json::Value;
use crate::lifecycle::Lifecycle;
use crate::model::texts::first_paragraph;
use crate::model::{
    Credential, EnumValue, Kind, Limits, Literal, Model, Operation, Property, QueryParameter, QueryStyle, Refusal,
    Rule, Struct, Type, TypeRef, Union, Variant,
};
use crate::rewrite::resource_of;

/// Returns the documentation of a type.
pub fn of_type(model: &Model, ty: &Type) -> String {
    let mut paragraphs: Vec<String> = Vec::new();
    match &ty.kind {
        Kind::Struct(object) => {
            let otherwise = || format!("An object with the properties of `{}`.", ty.name);
            paragraphs.push(ty.description.clone().unwrap_or_else(otherwise));
            paragraphs.extend(construction(model, ty, object));
        }
        Kind::Enum(_) => {
            paragraphs.push(ty.description.clone().unwrap_or_else(|| format!("The values of `{}`.", ty.name)));
        }
        Kind::Union(union) => {
            let otherwise = || format!("One of the types of `{}`.", ty.name);
            paragraphs.push(ty.description.clone().unwrap_or_else(otherwise));
            paragraphs.extend(tags(union));
            paragraphs
                .extend((model.webhook_union.as_ref() == Some(&ty.name)).then(|| features_of_events(model, union)));
            paragraphs.extend(ty.output.then(|| examples::matching(model, ty, union)).flatten());
        }
        Kind::Id(_) => {
            let entity = words(ty.name.strip_suffix("Id").unwrap_or(&ty.name));
            paragraphs.push(format!("The id of {} {entity}.", article(&capitalized(&entity))));
        }
    }
    paragraphs.join("\n\n")
}

fn construction(model: &Model, ty: &Type, object: &Struct) -> Option<String> {
    if !ty.input {
        return None;
    }
    Some(format!("# Examples\n\n{}", examples::construction(model, ty, object)?))
}

/// Returns a table of the tags of a union and the variants that they select.
fn tags(union: &Union) -> Option<String> {
    let (path, rows) = match &union.rule {
        Rule::Tag { path, cases, other, absent } => {
            let mut rows: Vec<(String, usize)> =
                cases.iter().map(|(literal, variant)| (of_literal(literal), *variant)).collect();
            rows.extend(absent.iter().map(|(_, variant)| ("absent".to_owned(), *variant)));
            rows.extend(other.map(|variant| ("any other".to_owned(), variant)));
            (path, rows)
        }
        Rule::Parent { path, cases } => {
            (path, cases.iter().map(|(value, variant)| (format!("`{value}`"), *variant)).collect())
        }
        _ => return None,
    };
    let mut table = format!("| `{}` | variant |\n| --- | --- |", path.join("."));
    for (value, variant) in rows {
        let name = &union.variants.get(variant)?.name;
        table.push_str(&format!("\n| {value} | [`{name}`](Self::{name}) |"));
    }
    Some(table)
}

/// Returns which cargo feature each kind of webhook event needs.
fn features_of_events(model: &Model, union: &Union) -> String {
    let resources: BTreeSet<String> = model.operations.iter().map(|operation| operation.resource.clone()).collect();
    let Rule::Tag { cases, .. } = &union.rule else { return String::new() };
    let rows: BTreeSet<String> = cases
        .iter()
        .filter_map(|(event, _)| match event {
            Literal::String(event) => {
                let (subject, _) = event.split_once('.')?;
                Some(format!("\n| `{subject}.…` | `{}` |", resource_of(event, &resources)?))
            }
            _ => None,
        })
        .collect();
    let rows: String = rows.into_iter().collect();
    format!(
        "# Cargo features\n\nAn event has a variant if the cargo feature of its resource is enabled. Other events are \
         `Unknown`.\n\n| events | feature |\n| --- | --- |{rows}"
    )
}

fn of_literal(literal: &Literal) -> String {
    match literal {
        Literal::Null => "`null`".to_owned(),
        Literal::Boolean(value) => format!("`{value}`"),
        Literal::String(value) => format!("`{value}`"),
    }
}

/// Returns the documentation of a variant.
pub fn of_variant(model: &Model, variant: &Variant) -> String {
    if let Some(text) = &variant.description {
        return text.clone();
    }
    match (&variant.literal, &variant.payload) {
        (Some(literal), _) => format!("The string `{literal}`."),
        (None, Some(TypeRef::Named(name))) => {
            let description = model.types.get(name).and_then(|ty| ty.description.as_deref());
            description.map_or_else(|| format!("The type [`{name}`]."), first_paragraph)
        }
        (None, Some(payload)) => format!("{}.", capitalized(&kind(payload))),
        (None, None) => String::new(),
    }
}

/// The documentation of the variant for unknown variants.
pub const UNKNOWN_VARIANT: &str = "A variant that this version of the crate does not know, as the API sent it.\n\nThe \
    API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is \
    unknown today gets a name of its own in a later version.";

/// Returns the documentation of a value of an enumeration.
pub fn of_value(value: &EnumValue) -> String {
    match &value.description {
        Some(description) => format!("`{}`: {description}", value.value),
        None => format!("`{}`", value.value),
    }
}

/// The documentation of the variant for unknown values.
pub const UNKNOWN_VALUE: &str = "A value that this version of the crate does not know, as the API sent it. `from` returns \
    it for a text that is none of the other values.\n\nThe API may add values at any time. Match them with a wildcard arm \
    rather than with this variant: a value that is unknown today gets a variant of its own in a later version.";

/// Returns the documentation of a property.
pub fn of_property(property: &Property) -> String {
    let otherwise = || format!("`{}`: {}.", property.name, kind(&property.ty));
    let mut paragraphs = vec![property.description.clone().unwrap_or_else(otherwise)];
    paragraphs.extend(details(&property.limits, property.default.as_ref(), property.deprecated));
    paragraphs.extend(property.preset.as_ref().map(|preset| match preset {
        Value::String(preset) => format!("`new` sets it to `{preset}`."),
        preset => format!("`new` sets it to `{preset}`."),
    }));
    paragraphs.join("\n\n")
}

/// Returns the documentation of the setter of a query parameter.
pub fn of_parameter(parameter: &QueryParameter) -> String {
    let otherwise = || {
        let kind = match parameter.style {
            QueryStyle::One => kind(&parameter.ty),
            QueryStyle::Many => format!("any number of values, each {}", kind(&parameter.ty)),
            QueryStyle::Deep => "values by key; several values for one key are alternatives".to_owned(),
        };
        format!("Sets the query parameter `{}`: {kind}.", parameter.name)
    };
    let mut paragraphs = vec![parameter.description.clone().unwrap_or_else(otherwise)];
    paragraphs.extend(details(&parameter.limits, parameter.default.as_ref(), parameter.deprecated));
    paragraphs.join("\n\n")
}

/// Returns the documentation of the method of a list for pages without counts.
pub fn of_cursor(parameter: &str) -> String {
    format!(
        "Requests pages without counts, which is faster for long lists. A page then says only whether there is a next \
         one: see [`CursorPage`]. Sends `{parameter}=true`.\n\nThe returned call has no setters of \
         options, so they come before."
    )
}

/// Returns sentences about the constraints and the default of a value.
fn details(limits: &Limits, default: Option<&Value>, deprecated: bool) -> Option<String> {
    let mut sentences = Vec::new();
    sentences.extend(range("", "", &limits.range));
    sentences.extend(limits.above.as_ref().map(|number| format!("Greater than {number}.")));
    sentences.extend(limits.below.as_ref().map(|number| format!("Less than {number}.")));
    sentences.extend(range(" character", " characters", &limits.length));
    sentences.extend(range(" element", " elements", &limits.items));
    // The pattern of a decimal is implied by its type.
    let pattern = limits.pattern.as_ref().filter(|pattern| !pattern.starts_with("^(?!"));
    sentences.extend(pattern.map(|pattern| format!("Matches the regular expression `{pattern}`.")));
    let format = match limits.format.as_deref() {
        Some("uri") => Some("An absolute URL."),
        Some("ipvanyaddress") => Some("An IPv4 or IPv6 address."),
        Some("duration") => Some("A duration as in ISO 8601."),
        _ => None,
    };
    sentences.extend(format.map(str::to_owned));
    sentences.extend(match default {
        None | Some(Value::Null) => None,
        Some(value) => Some(format!("Defaults to `{value}`.")),
    });
    sentences.extend(deprecated.then(|| "Deprecated by the API.".to_owned()));
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn range(unit: &str, units: &str, limits: &(Option<String>, Option<String>)) -> Option<String> {
    let counted = |number: &str| if number == "1" { format!("{number}{unit}") } else { format!("{number}{units}") };
    Some(match limits {
        (Some(least), Some(most)) if least == most => format!("Exactly {}.", counted(least)),
        (Some(least), Some(most)) => format!("From {least} to {}.", counted(most)),
        (Some(least), None) => format!("At least {}.", counted(least)),
        (None, Some(most)) => format!("At most {}.", counted(most)),
        (None, None) => return None,
    })
}

/// Returns the description of a type, with its article.
fn kind(ty: &TypeRef) -> String {
    match ty {
        TypeRef::String => "a string".to_owned(),
        TypeRef::Integer => "an integer".to_owned(),
        TypeRef::Number => "a number".to_owned(),
        TypeRef::Boolean => "a boolean".to_owned(),
        TypeRef::DateTime => "a point in time, in UTC".to_owned(),
        TypeRef::Date => "a date".to_owned(),
        TypeRef::Uuid => "a UUID".to_owned(),
        TypeRef::Decimal => "an exact decimal".to_owned(),
        TypeRef::DecimalOrNumber => "an exact decimal, or a number".to_owned(),
        TypeRef::Scalar => "a string, a number or a boolean".to_owned(),
        TypeRef::Null => "always `null`".to_owned(),
        TypeRef::Any => "any JSON value".to_owned(),
        TypeRef::List(element) => format!("a list, each element {}", kind(element)),
        TypeRef::Page(element) => format!("a page, each item {}", kind(element)),
        TypeRef::Map(value) => format!("values by key, each {}", kind(value)),
        TypeRef::Pair(first, second) => format!("a pair of {} and {}", kind(first), kind(second)),
        TypeRef::Named(name) => format!("of type [`{name}`]"),
    }
}

/// Splits the name of a type into words: `checkout link` for `CheckoutLink`, `OAuth2 client` for `OAuth2Client`.
fn words(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for letter in name.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() || last.is_uppercase() => word.push(letter),
            _ => words.push(letter.to_string()),
        }
        last = letter;
    }
    let is_acronym = |word: &str| word.chars().filter(|letter| letter.is_uppercase()).count() > 1;
    let words = words.into_iter().map(|word| if is_acronym(&word) { word } else { word.to_lowercase() });
    words.collect::<Vec<_>>().join(" ")
}

/// Returns the indefinite article for a name, which depends on the pronunciation.
pub fn article(name: &str) -> &'static str {
    // The name of the letter S begins with a vowel, as in "an S3 file".
    let is_vowel = name.starts_with(['A', 'E', 'I', 'O', 'U']) || name.starts_with("S3");
    // These begin with a consonant, as in "a user" and "a URL".
    let is_consonant = ["Uni", "Use", "Url", "Uuid"].iter().any(|start| name.starts_with(start));
    if is_vowel && !is_consonant { "an" } else { "a" }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Returns the documentation of the method of an operation, including its arguments.
pub fn of_operation(operation: &Operation) -> String {
    let mut paragraphs = vec![operation.summary.clone().unwrap_or_else(|| format!("Calls `{}`.", operation.id))];
    paragraphs.extend(operation.description.clone());
    if operation.unlisted {
        paragraphs.push(
            "Unlisted: the API's public documents leave this operation out, and it may be removed without notice."
                .to_owned(),
        );
    }
    paragraphs.push(credential(operation));
    paragraphs.push(format!("Sends a `{}` request to `{}`.", operation.method, operation.path));
    paragraphs.extend(arguments(operation));
    paragraphs.join("\n\n")
}

/// Returns a list of the arguments with their descriptions, if there are any. Optional parameters are documented at
/// their setters.
fn arguments(operation: &Operation) -> Option<String> {
    let in_path = operation.path_parameters.iter().map(|one| (&one.argument, one.description.clone()));
    let required = operation.query.iter().filter(|query| query.required);
    let in_query = required.map(|query| (&query.argument, Some(of_parameter(query))));
    let named: Vec<(&String, Option<String>)> = in_path.chain(in_query).collect();
    if named.iter().all(|(_, text)| text.is_none()) {
        return None;
    }
    let mut list = "Arguments:".to_owned();
    for (name, text) in named {
        list.push_str(&format!("\n- `{name}`"));
        list.extend(text.map(|text| format!(": {text}")));
    }
    if operation.body.as_ref().is_some_and(|body| body.required) {
        list.push_str("\n- `body`: The request body.");
    }
    Some(list)
}

fn credential(operation: &Operation) -> String {
    let scopes = operation.security.values().find(|scopes| !scopes.is_empty());
    match (operation.credential, scopes) {
        (None, _) => "Needs no token, and is sent without one.".to_owned(),
        (credential, Some(scopes)) => {
            let scopes: Vec<String> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
            let token = if credential == Some(Credential::MemberSession) { "member session" } else { "token" };
            match scopes.as_slice() {
                [scope] => format!("Needs a {token} with the scope {scope}."),
                _ => format!("Needs a {token} with one of the scopes {}.", scopes.join(", ")),
            }
        }
        (_, None) => "Needs a token of any scope.".to_owned(),
    }
}

/// Returns the lifecycle of a version of the API, relative to the version at the root of the crate.
pub fn served(model: &Model, version: &str) -> Option<String> {
    let Lifecycle { current, deprecated, removed } = model.versions.lifecycle(version)?;
    let (current, deprecated, removed) = (current.words(), deprecated.words(), removed.words());
    let root = model.versions.root.as_deref().unwrap_or(&model.version);
    Some(match version.cmp(root) {
        Ordering::Less => format!(
            "Deprecated: it was current from {current} to {deprecated}, and the API stops serving it in the first week of \
             {removed}."
        ),
        Ordering::Equal => format!(
            "Current since {current}. It is to be deprecated in {deprecated}, and the API is to stop serving it in the first \
             week of {removed}."
        ),
        Ordering::Greater => format!(
            "A preview: it is to become current in {current}. Until then the API may change it at any time, so what it adds \
             may change within a patch release of this crate."
        ),
    })
}

/// Returns what a group of operations is for.
pub fn of_resource(model: &Model, path: &[String]) -> String {
    let name = path.last().map_or("", String::as_str);
    let text = model.resources.get(&path.join("."));
    text.cloned().unwrap_or_else(|| format!("Operations on {}.", name.replace('_', " ")))
}

/// Returns the sections about errors and examples in the documentation of an operation.
pub fn sections_of_operation(model: &Model, operation: &Operation) -> String {
    let mut sections = vec![errors(operation)];
    sections.extend(examples::call(model, operation).map(|example| format!("# Examples\n\n{example}")));
    sections.join("\n\n")
}

fn errors(operation: &Operation) -> String {
    let mut lines: Vec<String> = operation.refusals.iter().map(refusal).collect();
    let has = |status: &str| operation.refusals.iter().any(|refusal| refusal.status == status);
    let needs_token = operation.credential.is_some();
    let others = [("401", needs_token), ("403", needs_token), ("429", true)];
    lines.extend(
        others
            .into_iter()
            .filter(|(status, applies)| *applies && !has(status))
            .map(|(status, _)| format!("- {status}: {}", meaning(status))),
    );
    lines.sort();
    lines.dedup();
    format!(
        "# Errors\n\nThe API refuses the request with\n{}\n\nSee [`Error`](crate::Error) for all others.",
        lines.join("\n")
    )
}

fn refusal(refusal: &Refusal) -> String {
    let status = &refusal.status;
    let text = match (status.as_str(), &refusal.description) {
        ("422", _) if refusal.name.is_none() => meaning(status).to_owned(),
        (_, Some(description)) => description.split_whitespace().collect::<Vec<_>>().join(" "),
        (_, None) => meaning(status).to_owned(),
    };
    match &refusal.name {
        Some(name) => format!("- {status} `{name}`: {text}"),
        None => format!("- {status}: {text}"),
    }
}

/// Returns the description of a status code that the document does not describe.
fn meaning(status: &str) -> &'static str {
    match status {
        "400" => "The request cannot be carried out as it is. `error.api()` has the API's reason.",
        "401" => "The token is missing, wrong or expired. Get a new one.",
        "402" => "A payment failed or needs an action of the customer.",
        "403" => "The token lacks the scope, or its owner may not do this. Use another token.",
        "404" => "There is no such object, or the token's owner cannot see it.",
        "409" => "The request conflicts with the state of the object. Fetch it again.",
        "410" => "The object existed and is gone.",
        "412" => "The object is not in the state that the request needs.",
        "422" => "The input is invalid. `error.validation()` lists each problem with its location.",
        "429" => "Too many requests. The client waits and retries; `error.retry_after()` tells how long to wait.",
        status if status.starts_with('5') => "The API failed. Try again later.",
        _ => "`error.api()` has the API's reason.",
    }
}
