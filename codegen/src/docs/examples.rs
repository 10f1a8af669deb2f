//! Examples in the documentation of generated items. They are compiled as doctests.

use std::collections::BTreeSet;

use crate::model::{Credential, Id, Kind, Model, Operation, Pagination, Struct, Success, Type, TypeRef, Union};
use crate::names::value_name;
use crate::samples::text_of;

/// Returns an example that matches the variants of a union.
pub fn matching(model: &Model, ty: &Type, union: &Union) -> Option<String> {
    let variant = union.variants.iter().find(|variant| variant.payload.is_some())?;
    let (name, variant, path) = (&ty.name, &variant.name, model.versions.crate_path());
    Some(format!(
        "# Examples\n\n\
        ```\n\
        # fn example(value: {path}::types::{name}) {{\n\
        use {path}::types::{name};\n\
        \n\
        match value {{\n    \
            {name}::{variant}(value) => println!(\"{{value:?}}\"),\n    \
            other => println!(\"something else: {{other:?}}\"),\n\
        }}\n\
        # }}\n\
        ```"
    ))
}

/// Returns an example that creates a value of a request type.
pub fn construction(model: &Model, ty: &Type, object: &Struct) -> Option<String> {
    let mut scope = Scope::new(model);
    let value = scope.structure(ty, object)?;
    let setter = setter(&mut scope, object).unwrap_or_default();
    let name = value_name(&variable(&ty.name));
    Some(scope.block("", &format!("let {name} = {value}{setter};\n"), "", "fn example", "", false))
}

/// Returns a call of the first setter whose argument has a simple type. Names that are easy to understand are
/// preferred.
fn setter(scope: &mut Scope<'_>, object: &Struct) -> Option<String> {
    let is_preferred = |name: &str| matches!(name, "name" | "description" | "customer_email" | "email" | "metadata");
    let optional = object.properties.iter().filter(|property| !property.required && !property.implied);
    let mut optional: Vec<_> =
        optional.filter(|property| property.ty == TypeRef::String && !property.deprecated).collect();
    optional.sort_by_key(|property| !is_preferred(&property.name));
    let property = optional.first()?;
    let value = scope.value(&property.ty, example_name(object, &property.name))?;
    Some(format!(".{}({value})", value_name(&property.name)))
}

/// Returns an example that calls an operation.
pub fn call(model: &Model, operation: &Operation) -> Option<String> {
    let mut scope = Scope::new(model);
    let (client, kind, skipped) = match operation.credential {
        Some(Credential::CustomerSession) => ("portal", "CustomerPortal", 1),
        Some(Credential::MemberSession) => ("portal", "MemberPortal", 1),
        Some(Credential::AccessToken) | None => ("polar", "Polar", 0),
    };
    let handles: String = operation.groups.iter().skip(skipped).map(|group| format!(".{group}()")).collect();
    let mut arguments = Vec::new();
    for parameter in &operation.path_parameters {
        arguments.push(scope.value(&parameter.ty, &parameter.name)?);
    }
    for query in operation.query.iter().filter(|query| query.required) {
        arguments.push(scope.value(&query.ty, &query.name)?);
    }
    let mut before = String::new();
    let mut after = String::new();
    if let Some(body) = &operation.body {
        let value = scope.value(&body.ty, "body")?;
        if body.required {
            before = format!("let body = {value};\n");
            arguments.push("body".to_owned());
        } else {
            after = format!(".body({value})");
        }
    }
    let call = format!("{client}{handles}.{}({}){after}", operation.name, arguments.join(", "));
    let result = match &operation.success {
        _ if operation.pagination == Some(Pagination::PageLimit) => {
            let item = item(model, operation)?;
            format!(
                "let mut items = {call}.stream();\n\
                while let Some({item}) = items.try_next().await? {{\n    println!(\"{{{item}:?}}\");\n}}\n"
            )
        }
        Success::Empty => format!("{call}.await?;\n"),
        Success::Redirect => format!("let address = {call}.await?;\nprintln!(\"{{:?}}\", address.host_str());\n"),
        Success::Csv => format!("let csv = {call}.await?;\nprintln!(\"{{}} lines\", csv.lines().count());\n"),
        Success::OptionalJson(ty) => {
            let name = result(ty);
            format!("if let Some({name}) = {call}.await? {{\n    println!(\"{{{name}:?}}\");\n}}\n")
        }
        Success::Json(ty) => {
            let name = result(ty);
            format!("let {name} = {call}.await?;\nprintln!(\"{{{name}:?}}\");\n")
        }
    };
    scope.parameters.insert((client.to_owned(), format!("{}::{kind}", model.versions.crate_path())));
    let deprecated = if operation.deprecated { "# #[allow(deprecated)]\n" } else { "" };
    let after = "# Ok(())\n";
    let returns = " -> Result<(), polar_client::Error>";
    Some(scope.block(deprecated, &format!("{before}{result}"), after, "async fn example", returns, true))
}

/// Returns the variable name for an item of a list.
fn item(model: &Model, operation: &Operation) -> Option<String> {
    model.item_of_page(operation.success.ty()?).map(result)
}

/// Returns the variable name for a result.
fn result(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Named(name) => value_name(&variable(name)),
        TypeRef::List(_) => "list".to_owned(),
        TypeRef::Page(_) => "page".to_owned(),
        _ => "value".to_owned(),
    }
}

/// Returns a short variable name for a type.
fn variable(name: &str) -> String {
    use heck::ToSnakeCase as _;
    let snake = name.to_snake_case();
    let end = ["_create", "_update"].into_iter().find_map(|suffix| snake.strip_suffix(suffix));
    end.unwrap_or(&snake).to_owned()
}

/// The imports and parameters of an example.
struct Scope<'p> {
    model: &'p Model,
    /// The types to import.
    imports: BTreeSet<String>,
    /// The paths of other imports.
    paths: BTreeSet<&'static str>,
    /// The parameters of the enclosing function, for values that the example does not create.
    parameters: BTreeSet<(String, String)>,
    /// The types that are currently being constructed.
    open: Vec<String>,
}

impl<'p> Scope<'p> {
    fn new(model: &'p Model) -> Self {
        Self { model, imports: BTreeSet::new(), paths: BTreeSet::new(), parameters: BTreeSet::new(), open: Vec::new() }
    }

    /// Returns the example as a code block. The imports and the enclosing function are hidden.
    fn block(&self, attributes: &str, code: &str, after: &str, function: &str, returns: &str, no_run: bool) -> String {
        let mut text = String::from(if no_run { "```no_run\n" } else { "```\n" });
        let parameters: Vec<String> = self.parameters.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        text.push_str(attributes);
        text.push_str(&format!("# {function}({}){returns} {{\n", parameters.join(", ")));
        let mut imports = String::new();
        for path in &self.paths {
            imports.push_str(&format!("use {path};\n"));
        }
        let path = self.model.versions.crate_path();
        match self.imports.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] => {}
            [one] => imports.push_str(&format!("use {path}::types::{one};\n")),
            several => imports.push_str(&format!("use {path}::types::{{{}}};\n", several.join(", "))),
        }
        if !imports.is_empty() {
            imports.push('\n');
        }
        text.push_str(&imports);
        text.push_str(code);
        text.push_str(after);
        text.push_str("# }\n```");
        text
    }

    /// Adds a parameter to the enclosing function and returns its name.
    fn parameter(&mut self, name: &str, ty: String) -> String {
        let name = value_name(name);
        self.parameters.insert((name.clone(), ty));
        name
    }

    /// Returns an expression that converts into a type.
    fn value(&mut self, ty: &TypeRef, name: &str) -> Option<String> {
        Some(match ty {
            TypeRef::String => text(name),
            TypeRef::Integer => integer(name),
            TypeRef::Number => "1".to_owned(),
            TypeRef::Boolean => "true".to_owned(),
            TypeRef::DateTime => {
                self.paths.insert("polar_client::Utc");
                "Utc::now()".to_owned()
            }
            TypeRef::Date => self.parameter(name, "polar_client::NaiveDate".to_owned()),
            TypeRef::Uuid => self.parameter(name, "polar_client::Uuid".to_owned()),
            TypeRef::Decimal | TypeRef::DecimalOrNumber => {
                self.paths.insert("polar_client::Decimal");
                "Decimal::new(5, 1)".to_owned()
            }
            TypeRef::Scalar => "\"pro\"".to_owned(),
            TypeRef::Null => return None,
            TypeRef::Any => "\"value\"".to_owned(),
            TypeRef::List(element) => {
                let element = self.value(element, singular(name))?;
                format!("[{element}]")
            }
            TypeRef::Pair(first, second) => {
                let first = self.owned(first, name)?;
                let second = self.owned(second, name)?;
                format!("({first}, {second})")
            }
            TypeRef::Map(value) if **value == TypeRef::Any => {
                self.paths.insert("polar_client::Value");
                "[(\"key\".to_owned(), Value::from(\"value\"))].into_iter().collect::<serde_json::Map<_, _>>()"
                    .to_owned()
            }
            TypeRef::Map(value) => {
                self.paths.insert("std::collections::BTreeMap");
                let value = self.owned(value, name)?;
                format!("BTreeMap::from([(\"key\".to_owned(), {value})])")
            }
            TypeRef::Page(_) => return None,
            TypeRef::Named(type_name) => self.named(type_name, name)?,
        })
    }

    /// Returns an expression of exactly this type.
    fn owned(&mut self, ty: &TypeRef, name: &str) -> Option<String> {
        Some(match ty {
            TypeRef::String => format!("{}.to_owned()", text(name)),
            TypeRef::Scalar | TypeRef::Any => format!("{}.into()", self.value(ty, name)?),
            TypeRef::Named(inner) if matches!(self.model.types.get(inner)?.kind, Kind::Union(_)) => {
                format!("{}.into()", self.value(ty, name)?)
            }
            TypeRef::List(element) => format!("[{}].into()", self.owned(element, singular(name))?),
            _ => self.value(ty, name)?,
        })
    }

    fn named(&mut self, ty: &str, name: &str) -> Option<String> {
        let planned = self.model.types.get(ty)?;
        if self.open.iter().any(|open| open == ty) {
            return None;
        }
        match &planned.kind {
            Kind::Enum(set) => {
                self.imports.insert(ty.to_owned());
                let value = match ty {
                    "PresentmentCurrency" => set.values.iter().find(|value| value.value == "usd"),
                    "Country" | "CountryInput" => set.values.iter().find(|value| value.value == "US"),
                    _ => None,
                };
                Some(format!("{ty}::{}", value.or(set.values.first())?.variant))
            }
            Kind::Struct(object) => {
                self.open.push(ty.to_owned());
                let value = self.structure(planned, object);
                self.open.pop();
                value
            }
            Kind::Union(union) => {
                self.open.push(ty.to_owned());
                let payloads = union.variants.iter().filter_map(|variant| variant.payload.as_ref());
                let value = payloads.into_iter().find_map(|payload| match payload {
                    TypeRef::Named(_) => self.value(payload, name),
                    _ => None,
                });
                self.open.pop();
                value
            }
            Kind::Id(id) => {
                let before = self.parameters.len();
                let variable = self.parameter(name, format!("{}::types::{ty}", self.model.versions.crate_path()));
                let is_used_again = self.parameters.len() == before;
                // The id is also an argument of the path, which comes after the body.
                Some(if is_used_again && *id == Id::String { format!("{variable}.clone()") } else { variable })
            }
        }
    }

    fn structure(&mut self, ty: &Type, object: &Struct) -> Option<String> {
        let (imports, parameters) = (self.imports.clone(), self.parameters.clone());
        let mut arguments = Vec::new();
        for property in object.properties.iter().filter(|property| property.is_argument()) {
            let value = match property.nullable {
                true => Some("None".to_owned()),
                false => self.value(&property.ty, example_name(object, &property.name)),
            };
            let Some(value) = value else {
                (self.imports, self.parameters) = (imports, parameters);
                return None;
            };
            arguments.push(value);
        }
        self.imports.insert(ty.name.clone());
        Some(format!("{}::new({})", ty.name, arguments.join(", ")))
    }
}

/// Returns the name that determines the value of an example. Objects with an email address describe people, so that
/// `name` is the name of a person rather than of a product.
fn example_name<'a>(object: &Struct, name: &'a str) -> &'a str {
    let is_person = object.properties.iter().any(|property| property.name == "email");
    if is_person && name == "name" { "customer_name" } else { name }
}

fn singular(name: &str) -> &str {
    name.strip_suffix('s').unwrap_or(name)
}

/// Returns an example string for a property name.
fn text(name: &str) -> String {
    let text = match name {
        "customer_name" | "owner_name" => "Jane Doe",
        "external_id" | "external_customer_id" | "external_member_id" | "member_external_id" => "user-1234",
        "slug" | "organization_slug" => "acme",
        "locale" => "en",
        "timezone" => "Europe/Berlin",
        "name" => "Pro",
        "label" => "laptop",
        "code" => "WELCOME",
        "comment" => "Requested by email.",
        "client_secret" | "token" | "key" | "client_id" | "redirect_uri" | "code_verifier" => {
            return match name {
                "redirect_uri" => "\"https://example.com/callback\"".to_owned(),
                _ => format!("\"{}\"", name.replace('_', "-")),
            };
        }
        _ if name.ends_with("url") || name.ends_with("uri") => "https://example.com/webhooks",
        _ if name.ends_with("redirect_uri") => "https://example.com/callback",
        _ => match text_of(name) {
            Some(text) => text,
            None => return format!("\"{}\"", name.replace('_', " ")),
        },
    };
    format!("\"{text}\"")
}

fn integer(name: &str) -> String {
    match name {
        _ if name.contains("amount") => "1000".to_owned(),
        _ if name.contains("basis_points") => "2500".to_owned(),
        "seats" => "5".to_owned(),
        _ => "1".to_owned(),
    }
}
