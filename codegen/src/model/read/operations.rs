//! Reads operations.

use std::collections::BTreeMap;

use crate::generate::{Method, Methods, Place};
use crate::json::{Map, Value, escape};
use crate::load::Document;
use crate::model::standalone::standalone;
use crate::model::texts::{self, Limits};
use crate::model::{
    Body, Credential, Effects, Encoding, Model, Operation, Pagination, PathParameter, QueryParameter, QueryStyle,
    Refusal, Success, TypeRef,
};
use crate::names::{is_taken, resource_name, type_name, value_name};
use crate::rewrite::schemas::{branches, text};
use crate::{Error, Result};

/// Reads the operations of a document. Combines the methods of progenitor with the parts of the document that
/// progenitor ignores.
pub fn operations(document: &Document, paths: &Map<String, Value>, methods: &Methods) -> Result<Vec<Operation>> {
    let mut operations = BTreeMap::new();
    for (path, item) in paths {
        for (method, rewritten) in item.as_object().into_iter().flatten() {
            let place = format!("/paths/{}/{method}", escape(path));
            let original = &document.root()["paths"][path.as_str()][method.as_str()];
            let operation =
                Reader { document, original, rewritten, path, place: &place, method, methods }.operation()?;
            operations.insert(operation.id.clone(), operation);
        }
    }
    let operations: Vec<Operation> = operations.into_values().collect();
    check_names(&operations)?;
    Ok(operations)
}

/// Checks that the names of methods and constants are unique, and that no method has the name of a group.
fn check_names(operations: &[Operation]) -> Result<()> {
    let mut methods: BTreeMap<Vec<&str>, &str> = BTreeMap::new();
    let mut constants: BTreeMap<String, &str> = BTreeMap::new();
    for operation in operations {
        let id = operation.id.as_str();
        if operation.name == "new" {
            return Err(Error::new(id, "`new` makes a handle, and cannot be the name of an operation"));
        }
        if operation.groups.last() == Some(&operation.name) {
            return Err(Error::new(id, format!("an operation of the name of its group, `{}`", operation.name)));
        }
        if let Some(name) = operation.groups.iter().chain([&operation.name]).find(|name| is_taken(&type_name(name))) {
            return Err(Error::new(id, format!("the name `{}` is taken by a type of the client", type_name(name))));
        }
        let path = operation.groups.iter().chain([&operation.name]).map(String::as_str).collect();
        if let Some(other) = methods.insert(path, id).or(constants.insert(operation.constant(), id)) {
            return Err(Error::new(id, format!("has the Rust name of the operation `{other}`")));
        }
    }
    for operation in operations {
        let groups: Vec<&str> = operation.groups.iter().map(String::as_str).collect();
        for length in 1..=groups.len() {
            if let Some(other) = methods.get(&groups[..length]) {
                return Err(Error::new(*other, format!("has the Rust name of the group of `{}`", operation.id)));
            }
        }
    }
    Ok(())
}

/// Marks operations as paginated if they accept `page` and `limit` and return a page, and the document does not specify
/// a pagination.
pub fn infer_pagination(model: &mut Model) {
    let mut operations = std::mem::take(&mut model.operations);
    for operation in &mut operations {
        let has = |name: &str| operation.query.iter().any(|query| query.name == name && !query.required);
        if has("page")
            && has("limit")
            && matches!(&operation.success, Success::Json(ty) if model.item_of_page(ty).is_some())
        {
            operation.pagination.get_or_insert(Pagination::PageLimit);
        }
    }
    model.operations = operations;
}

struct Reader<'a> {
    document: &'a Document,
    /// The operation in the original document.
    original: &'a Value,
    /// The operation in the rewritten document.
    rewritten: &'a Value,
    path: &'a str,
    /// The JSON pointer of the operation.
    place: &'a str,
    method: &'a str,
    methods: &'a Methods,
}

impl Reader<'_> {
    fn operation(&self) -> Result<Operation> {
        let id = text(self.rewritten, "operationId").unwrap_or_default();
        let resource = resource_name(&id);
        if !resource.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')) {
            return Err(Error::new(
                self.place,
                format!("no cargo feature can have the name of the resource, `{resource}`"),
            ));
        }
        // An overlay can rename operations whose ids would result in repetitive paths.
        let path = text(self.original, "x-rust-name").unwrap_or_else(|| id.clone());
        let mut segments: Vec<&str> = path.split(':').collect();
        let last = segments.pop().unwrap_or_default();
        let name = value_name(last.rsplit('.').next().unwrap_or(last));
        let groups: Vec<String> = segments.into_iter().map(value_name).collect();
        let method = self.methods.get(&value_name(&id));
        let method = method.ok_or_else(|| Error::new(&id, "progenitor made no method of it"))?;
        let path_parameters = self.path_parameters(method)?;
        let query = self.query(method)?;
        let security = self.security();
        Ok(Operation {
            method: self.method.to_uppercase(),
            path: self.path.to_owned(),
            resource,
            groups,
            name,
            summary: text(self.original, "summary"),
            description: text(self.original, "description"),
            deprecated: self.original["deprecated"] == true,
            unlisted: strings(&self.original["tags"]).iter().any(|tag| tag == "private"),
            path_parameters,
            query,
            body: body(method),
            success: self.success(method),
            refusals: self.refusals()?,
            credential: credential(&id, &security)?,
            security,
            allowed_subjects: strings(&self.original["x-polar-allowed-subjects"]),
            pagination: self.pagination(&id)?,
            cursor: text(self.original, CURSOR),
            effects: self.effects(),
            versions: vec![self.document.version().to_owned()],
            id,
        })
    }

    /// Returns the path parameters, in the order of the path.
    fn path_parameters(&self, method: &Method) -> Result<Vec<PathParameter>> {
        let arguments = method.arguments.iter().filter(|argument| argument.place == Place::Path);
        let named = arguments.filter_map(|argument| {
            let parameter = self.parameter("path", |name| value_name(name) == argument.name)?;
            let name = text(parameter, "name")?;
            let description = texts::of_parameter(self.document, &name, parameter);
            let (argument, ty) = (argument.name.clone(), argument.ty.clone());
            let schema = standalone(self.document, &parameter["schema"]);
            Some(schema.map(|schema| PathParameter { name, argument, ty, description, schema }))
        });
        named.collect()
    }

    /// Returns the query parameters in the order of the document. progenitor sorts them by name.
    fn query(&self, method: &Method) -> Result<Vec<QueryParameter>> {
        let parameters = self.original["parameters"].as_array().into_iter().flatten();
        let query = parameters.filter(|parameter| parameter["in"] == "query").filter_map(|parameter| {
            let name = text(parameter, "name").filter(|name| self.original[CURSOR] != **name)?;
            let argument = method.arguments.iter().find(|argument| argument.place == Place::Query(name.clone()))?;
            let (ty, style) = match argument.ty.clone() {
                TypeRef::List(element) => (*element, QueryStyle::Many),
                TypeRef::Map(value) => (*value, QueryStyle::Deep),
                ty => (ty, QueryStyle::One),
            };
            let schema = standalone(self.document, &parameter["schema"]);
            Some(schema.map(|schema| QueryParameter {
                description: texts::of_parameter(self.document, &name, parameter),
                name,
                argument: argument.name.clone(),
                ty,
                style,
                required: !argument.optional,
                deprecated: parameter["deprecated"] == true,
                default: parameter["schema"].get("default").cloned(),
                limits: Limits::of(&parameter["schema"]),
                schema,
            }))
        });
        query.collect()
    }

    /// Reads what a call does. What the document does not say follows from the method.
    fn effects(&self) -> Effects {
        let annotations = strings(&self.original["x-tool-annotations"]);
        let has = |name: &str| annotations.iter().any(|annotation| annotation == name);
        let confirmed = self.original["x-polar-cli-confirm"] == true;
        if annotations.is_empty() {
            return Effects {
                read_only: self.method == "get",
                idempotent: matches!(self.method, "get" | "put" | "delete"),
                destructive: confirmed || self.method == "delete",
            };
        }
        Effects {
            read_only: has("read_only"),
            idempotent: has("idempotent"),
            destructive: confirmed || has("destructive"),
        }
    }

    fn parameter(&self, position: &str, is_wanted: impl Fn(&str) -> bool) -> Option<&Value> {
        let parameters = self.original["parameters"].as_array().into_iter().flatten();
        let mut parameters = parameters.filter(|parameter| parameter["in"] == position);
        parameters.find(|parameter| parameter["name"].as_str().is_some_and(&is_wanted))
    }

    fn success(&self, method: &Method) -> Success {
        let responses = self.original["responses"].as_object().into_iter().flatten();
        let is_redirect = responses.into_iter().any(|(status, _)| status.starts_with('3'));
        match &method.success {
            Success::Empty if is_redirect => Success::Redirect,
            other => other.clone(),
        }
    }

    fn refusals(&self) -> Result<Vec<Refusal>> {
        let mut refusals = Vec::new();
        for (status, response) in self.original["responses"].as_object().into_iter().flatten() {
            if !status.starts_with(['4', '5']) {
                continue;
            }
            let schema = &response["content"]["application/json"]["schema"];
            for schema in self.alternatives(schema, 0)? {
                refusals.push(Refusal {
                    status: status.clone(),
                    name: text(&schema["properties"]["error"], "const"),
                    description: text(schema, "description"),
                });
            }
        }
        Ok(refusals)
    }

    /// Returns the alternatives of a schema, with references resolved and nested unions flattened.
    fn alternatives<'s>(&'s self, schema: &'s Value, depth: usize) -> Result<Vec<&'s Value>> {
        let schema = match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.document.schema(reference, self.place)?.1,
            None => schema,
        };
        match branches(schema).filter(|_| depth < DEEPEST_UNION) {
            None => Ok(vec![schema]),
            Some(branches) => {
                let all = branches.into_iter().map(|branch| self.alternatives(branch, depth + 1));
                Ok(all.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
            }
        }
    }

    fn security(&self) -> BTreeMap<String, Vec<String>> {
        let alternatives = self.original["security"].as_array().into_iter().flatten();
        let schemes = alternatives.filter_map(Value::as_object).flatten();
        schemes.map(|(scheme, scopes)| (scheme.clone(), strings(scopes))).collect()
    }

    fn pagination(&self, id: &str) -> Result<Option<Pagination>> {
        match self.original["x-polar-pagination"]["type"].as_str() {
            None => Ok(None),
            Some("page_limit") => Ok(Some(Pagination::PageLimit)),
            Some(other) => Err(Error::new(id, format!("unknown pagination `{other}`"))),
        }
    }
}

/// The extension of an operation that names the query parameter for pages without counts.
const CURSOR: &str = "x-cursor-parameter";

/// The maximum depth of nested unions of errors, which may be recursive.
const DEEPEST_UNION: usize = 8;

fn credential(id: &str, security: &BTreeMap<String, Vec<String>>) -> Result<Option<Credential>> {
    let mut kinds = security.keys().map(|scheme| match scheme.as_str() {
        "oidc" | "pat" | "oat" => Ok(Credential::AccessToken),
        "customer_session" => Ok(Credential::CustomerSession),
        "member_session" if security.contains_key("customer_session") => Ok(Credential::CustomerSession),
        "member_session" => Ok(Credential::MemberSession),
        other => Err(Error::new(id, format!("unknown security scheme `{other}`"))),
    });
    let Some(first) = kinds.next().transpose()? else { return Ok(None) };
    for kind in kinds {
        if kind? != first {
            return Err(Error::new(id, "security schemes of different clients"));
        }
    }
    Ok(Some(first))
}

/// Returns the request body of a method.
fn body(method: &Method) -> Option<Body> {
    let argument = method.arguments.iter().find(|argument| matches!(argument.place, Place::Json | Place::Form))?;
    let encoding = if argument.place == Place::Form { Encoding::Form } else { Encoding::Json };
    Some(Body { ty: argument.ty.clone(), encoding, required: !argument.optional })
}

fn strings(values: &Value) -> Vec<String> {
    values.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
