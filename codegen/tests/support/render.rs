//! Plans and types as text that a reviewer can read.

use std::fmt::Write as _;

use polar_codegen::plan::{Kind, Literal, Operation, Plan, Property, Rule, Struct, Success, Type, TypeRef, Union};
use quote::ToTokens as _;

/// A plan: its operations and its types.
pub fn plan(plan: &Plan) -> String {
    let mut text = String::new();
    for operation in &plan.operations {
        self::operation(&mut text, operation);
    }
    if let Some(union) = &plan.webhook_union {
        writeln!(text, "webhooks: {union}\n").expect("text");
    }
    for ty in plan.types.values() {
        self::ty(&mut text, ty);
    }
    text.trim_end().to_owned() + "\n"
}

fn operation(text: &mut String, operation: &Operation) {
    let Operation { id, method, path, groups, name, .. } = operation;
    let mut line = |line: String| writeln!(text, "{line}").expect("text");
    line(format!("{id}: {method} {path}"));
    line(format!("    calls: {}.{name}", groups.join(".")));
    let mut flags = vec![operation.credential.map_or("nothing", |credential| credential.name()).to_owned()];
    flags.extend(operation.security.iter().map(|(scheme, scopes)| format!("{scheme} {scopes:?}")));
    flags.extend(operation.allowed_subjects.iter().map(|subject| format!("for {subject}")));
    flags.extend(operation.deprecated.then(|| "deprecated".to_owned()));
    flags.extend(operation.pagination.iter().map(|pagination| format!("paged: {pagination:?}")));
    line(format!("    needs: {}", flags.join(", ")));
    for parameter in &operation.path_parameters {
        line(format!("    path {}: {}", parameter.name, type_ref(&parameter.ty)));
    }
    for parameter in &operation.query {
        let style = format!("{:?}", parameter.style).to_lowercase();
        let mut rest = if parameter.required { ", required".to_owned() } else { String::new() };
        rest.extend(parameter.default.iter().map(|default| format!(", or {default}")));
        rest.extend(parameter.deprecated.then_some(", deprecated"));
        line(format!("    query {}: {style} {}{rest}", parameter.name, type_ref(&parameter.ty)));
    }
    if let Some(body) = &operation.body {
        let optional = if body.required { "" } else { ", or none" };
        line(format!("    body: {:?} {}{optional}", body.encoding, type_ref(&body.ty)));
    }
    line(match &operation.success {
        Success::Json(ty) => format!("    gives: {}", type_ref(ty)),
        Success::OptionalJson(ty) => format!("    gives: {}, or nothing", type_ref(ty)),
        other => format!("    gives: {other:?}"),
    });
    text.push('\n');
}

fn ty(text: &mut String, ty: &Type) {
    let uses = match (ty.input, ty.output) {
        (true, true) => "sent and received",
        (true, false) => "sent",
        (false, true) => "received",
        (false, false) => "unused",
    };
    let resources: Vec<&str> = ty.resources.iter().map(String::as_str).collect();
    let kind = match &ty.kind {
        Kind::Struct(_) => "struct",
        Kind::Enum(_) => "enum",
        Kind::Union(_) => "union",
        Kind::Id(_) => "id",
    };
    writeln!(text, "{kind} {} ({uses}; {})", ty.name, resources.join(", ")).expect("text");
    match &ty.kind {
        Kind::Struct(object) => structure(text, object),
        Kind::Enum(set) => {
            for value in &set.values {
                writeln!(text, "    {} = {:?}", value.variant, value.value).expect("text");
            }
        }
        Kind::Union(union) => self::union(text, union),
        Kind::Id(id) => writeln!(text, "    {id:?}").expect("text"),
    }
    text.push('\n');
}

fn structure(text: &mut String, object: &Struct) {
    for property in &object.properties {
        writeln!(text, "    {}", self::property(property)).expect("text");
    }
    if let Some(ty) = &object.additional {
        writeln!(text, "    *: {}", type_ref(ty)).expect("text");
    }
    if object.partial {
        writeln!(text, "    absent is not null").expect("text");
    }
}

fn property(property: &Property) -> String {
    let mut text = format!("{}: {}", property.name, type_ref(&property.ty));
    let null = if property.nullable { ", nullable" } else { "" };
    let optional = if property.required { "" } else { ", optional" };
    text += &format!("{null}{optional}");
    text.extend(property.constant.iter().map(|constant| format!(", always {constant}")));
    text.extend(property.implied.then_some(", implied"));
    text.extend(property.deprecated.then_some(", deprecated"));
    text.extend(property.secret.then_some(", secret"));
    text.extend(property.default.iter().map(|default| format!(", or {default}")));
    text
}

fn union(text: &mut String, union: &Union) {
    for variant in &union.variants {
        let payload = variant.payload.as_ref().map(|ty| format!("({})", type_ref(ty))).unwrap_or_default();
        let literal = variant.literal.as_ref().map(|literal| format!(" = {literal:?}")).unwrap_or_default();
        writeln!(text, "    {}{payload}{literal}", variant.name).expect("text");
    }
    let name = |index: usize| union.variants[index].name.as_str();
    let mut line = |line: String| writeln!(text, "    {line}").expect("text");
    let mut keys = |prefix: &str, cases: &[(Vec<String>, usize)]| {
        for (keys, variant) in cases {
            let keys = if keys.is_empty() { "otherwise".to_owned() } else { format!("with {}", keys.join(" and ")) };
            line(format!("{prefix}{keys} => {}", name(*variant)));
        }
    };
    match &union.rule {
        Rule::Tag { path, cases, absent, other } => {
            keys(&format!("without {}, ", path.join(".")), absent);
            for (value, variant) in cases {
                line(format!("{} is {} => {}", path.join("."), literal(value), name(*variant)));
            }
            if let Some(other) = other {
                line(format!("{} is another => {}", path.join("."), name(*other)));
            }
        }
        Rule::Keys(cases) => keys("", cases),
        Rule::Parent { path, cases } => {
            for (value, variant) in cases {
                line(format!("the parent's {} is {value:?} => {}", path.join("."), name(*variant)));
            }
        }
        Rule::Text => line("by its text".to_owned()),
        Rule::Undecided => line("undecided".to_owned()),
    }
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::String(value) => format!("{value:?}"),
    }
}

fn type_ref(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Named(name) => name.clone(),
        TypeRef::List(inner) => format!("[{}]", type_ref(inner)),
        TypeRef::Page(inner) => format!("page of {}", type_ref(inner)),
        TypeRef::Map(inner) => format!("{{*: {}}}", type_ref(inner)),
        TypeRef::Pair(first, second) => format!("[{}, {}]", type_ref(first), type_ref(second)),
        simple => format!("{simple:?}").to_lowercase(),
    }
}

/// The items of a file that define or implement any of these types.
pub fn items(file: &syn::File, names: &[&str]) -> Vec<syn::Item> {
    let is_wanted = |name: &dyn ToString| names.contains(&name.to_string().as_str());
    let wanted = |item: &&syn::Item| match item {
        syn::Item::Struct(item) => is_wanted(&item.ident),
        syn::Item::Enum(item) => is_wanted(&item.ident),
        syn::Item::Static(item) => is_wanted(&item.ident),
        syn::Item::Impl(item) => {
            let own = item.self_ty.to_token_stream().to_string();
            is_wanted(&own.split(' ').next().unwrap_or_default())
        }
        // `impl_object!(Name, …)`
        syn::Item::Macro(item) => {
            let text = item.mac.tokens.to_string();
            is_wanted(&text.split([' ', ',']).next().unwrap_or_default())
        }
        _ => false,
    };
    file.items.iter().filter(wanted).cloned().collect()
}
