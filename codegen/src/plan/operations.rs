//! Plans operations.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{
    Body, Credential, Encoding, Kind, Operation, Pagination, PathParameter, Plan, QueryParameter, QueryStyle, Refusal,
    Success, Type, TypeRef,
};
use super::schema::{branches, text};
use super::texts::{self, Limits};
use super::types::Builder;
use crate::json::{Value, escape};
use crate::load::Document;
use crate::names::{is_taken, resource_name, type_name, value_name};
use crate::{Error, Result};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub(super) fn plan(document: &Document, types: &mut Builder<'_>) -> Result<Vec<Operation>> {
    let mut operations = BTreeMap::new();
    for (path, item) in document.entries("/paths") {
        if let Some(key) = item.as_object().into_iter().flatten().map(|(key, _)| key).find(|key| !is_known_of_path(key))
        {
            let place = format!("/paths/{}/{}", escape(path), escape(key));
            return Err(Error::new(place, format!("`{key}` of a path is not understood")));
        }
        for method in METHODS {
            let Some(schema) = item.get(method) else { continue };
            let place = format!("/paths/{}/{method}", escape(path));
            let operation = Planner { schema, path, place: &place, method, types }.operation()?;
            if let Some(other) = operations.insert(operation.id.clone(), operation) {
                return Err(Error::new(place, format!("two operations of one id, `{}`", other.id)));
            }
        }
    }
    let operations: Vec<Operation> = operations.into_values().collect();
    check_names(&operations)?;
    Ok(operations)
}

fn is_known_of_path(key: &str) -> bool {
    METHODS.contains(&key) || matches!(key, "summary" | "description" | "servers") || key.starts_with("x-")
}

/// No two operations may have one method or one constant, and no operation that of a group.
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

/// The values of parameters must be simple, which is known once all types are.
pub(super) fn check_parameters(
    document: &Document,
    operations: &[Operation],
    types: &BTreeMap<String, Type>,
) -> Result<()> {
    for operation in operations {
        let in_path = operation.path_parameters.iter().map(|parameter| ("path", &parameter.name, &parameter.ty));
        let query = operation.query.iter().map(|parameter| ("query", &parameter.name, &parameter.ty));
        for (kind, name, ty) in in_path.chain(query) {
            let TypeRef::Named(type_name) = ty else { continue };
            if !types.get(type_name).is_some_and(|ty| matches!(ty.kind, Kind::Enum(_) | Kind::Id(_))) {
                let place = operation.place();
                let listed = document.root().pointer(&format!("{place}/parameters")).and_then(Value::as_array);
                let index = listed.into_iter().flatten().position(|listed| listed["name"] == name.as_str());
                let place = index.map_or_else(|| place.clone(), |index| format!("{place}/parameters/{index}"));
                return Err(Error::new(place, format!("a {kind} parameter of the type {ty:?}")));
            }
        }
    }
    Ok(())
}

/// Marks operations as paginated that take `page` and `limit` and return a page, if the document does not.
pub(super) fn infer_pagination(plan: &mut Plan) {
    let mut operations = std::mem::take(&mut plan.operations);
    for operation in &mut operations {
        let has = |name: &str| operation.query.iter().any(|query| query.name == name && !query.required);
        if has("page") && has("limit") && matches!(&operation.success, Success::Json(ty) if plan.is_page(ty)) {
            operation.pagination.get_or_insert(Pagination::PageLimit);
        }
    }
    plan.operations = operations;
}

struct Planner<'a, 'd> {
    schema: &'a Value,
    path: &'a str,
    /// Where the document has the operation.
    place: &'a str,
    method: &'a str,
    types: &'a mut Builder<'d>,
}

impl Planner<'_, '_> {
    fn operation(&mut self) -> Result<Operation> {
        let id =
            text(self.schema, "operationId").ok_or_else(|| Error::new(self.place, "an operation without an id"))?;
        let resource = resource_name(&id);
        if !resource.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')) {
            return Err(Error::new(
                self.place,
                format!("no cargo feature can have the name of the resource, `{resource}`"),
            ));
        }
        // An overlay renames what would repeat itself in Rust.
        let path = text(self.schema, "x-rust-name").unwrap_or_else(|| id.clone());
        let mut segments: Vec<&str> = path.split(':').collect();
        let last = segments.pop().unwrap_or_default();
        let name = value_name(last.rsplit('.').next().unwrap_or(last));
        let groups: Vec<String> = segments.into_iter().map(value_name).collect();
        if groups.is_empty() {
            return Err(Error::new(id, "an operation id without a group"));
        }
        let (path_parameters, query) = self.parameters(&id)?;
        check_parameter_names(&id, &path_parameters, &query)?;
        let security = self.security();
        Ok(Operation {
            method: self.method.to_uppercase(),
            path: self.path.to_owned(),
            resource,
            groups,
            name,
            summary: text(self.schema, "summary"),
            description: text(self.schema, "description"),
            deprecated: self.schema["deprecated"] == true,
            unlisted: strings(&self.schema["tags"]).iter().any(|tag| tag == "private"),
            path_parameters,
            query,
            body: self.body(&id)?,
            success: self.success(&id)?,
            refusals: self.refusals()?,
            credential: credential(&id, &security)?,
            security,
            allowed_subjects: strings(&self.schema["x-polar-allowed-subjects"]),
            pagination: self.pagination(&id)?,
            versions: vec![self.types.document().version().to_owned()],
            id,
        })
    }

    fn parameters(&mut self, id: &str) -> Result<(Vec<PathParameter>, Vec<QueryParameter>)> {
        let mut in_path = BTreeMap::new();
        let mut query = Vec::new();
        for (index, parameter) in self.schema["parameters"].as_array().into_iter().flatten().enumerate() {
            let place = format!("{}/parameters/{index}", self.place);
            let name = text(parameter, "name").ok_or_else(|| Error::new(&place, "a parameter without a name"))?;
            match parameter["in"].as_str() {
                Some("path") => {
                    let ty = self
                        .types
                        .resolve(&parameter["schema"], &format!("{id}_{name}"), &format!("{place}/schema"))?
                        .ty;
                    let ty = self.identified(as_text(ty, &parameter["schema"]), parameter, &place)?;
                    if !is_simple(&ty) {
                        return Err(Error::new(place, format!("a path parameter of the type {ty:?}")));
                    }
                    let description = texts::of_parameter(self.types.document(), &name, parameter);
                    in_path.insert(name.clone(), PathParameter { name, ty, description });
                }
                Some("query") => query.push(self.query(parameter, name, id, &place)?),
                _ => return Err(Error::new(place, "a parameter that is neither in the path nor in the query")),
            }
        }
        let mut path_parameters = Vec::new();
        for name in self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            let parameter = in_path.remove(name);
            path_parameters
                .push(parameter.ok_or_else(|| Error::new(id, format!("the path's `{{{name}}}` is no parameter")))?);
        }
        match in_path.keys().next() {
            Some(name) => Err(Error::new(id, format!("the parameter `{name}` is not in the path"))),
            None => Ok((path_parameters, query)),
        }
    }

    /// The type of a parameter, that of an id if it holds one.
    fn identified(&mut self, ty: TypeRef, parameter: &Value, place: &str) -> Result<TypeRef> {
        match self.types.entities.of_parameter(self.path, parameter) {
            Some(entity) => self.types.identified(ty, &entity, place),
            None => Ok(ty),
        }
    }

    fn query(&mut self, parameter: &Value, name: String, id: &str, place: &str) -> Result<QueryParameter> {
        let schema = &parameter["schema"];
        let deep = parameter["style"] == "deepObject";
        let is_open = schema["x-untyped"] == true;
        let (style, schema) = match one_or_many(schema).filter(|_| !is_open) {
            _ if deep => (QueryStyle::Deep, None),
            Some(element) => (QueryStyle::Many, Some(element)),
            None => (QueryStyle::One, Some(schema)),
        };
        let ty = match schema {
            // What deep objects hold is written as text, whatever it is.
            None => TypeRef::Scalar,
            Some(schema) => {
                let ty = self.types.resolve(schema, &format!("{id}_{name}"), &format!("{place}/schema"))?.ty;
                self.identified(as_text(ty, schema), parameter, place)?
            }
        };
        if style != QueryStyle::Deep && !is_simple(&ty) {
            return Err(Error::new(place, format!("a query parameter of the type {ty:?}")));
        }
        let description = texts::of_parameter(self.types.document(), &name, parameter);
        Ok(QueryParameter {
            name,
            ty,
            style,
            required: parameter["required"] == true,
            deprecated: parameter["deprecated"] == true,
            description,
            default: parameter["schema"].get("default").cloned(),
            limits: Limits::of(&parameter["schema"]),
        })
    }

    fn body(&mut self, id: &str) -> Result<Option<Body>> {
        let Some(body) = self.schema.get("requestBody") else { return Ok(None) };
        let content: Vec<(&String, &Value)> = body["content"].as_object().into_iter().flatten().collect();
        let [(kind, content)] = content.as_slice() else {
            return Err(Error::new(id, "a request body that is not of exactly one content type"));
        };
        let encoding = match kind.as_str() {
            "application/json" => Encoding::Json,
            "application/x-www-form-urlencoded" => Encoding::Form,
            other => return Err(Error::new(id, format!("a request body of the content type `{other}`"))),
        };
        let place = format!("{}/requestBody/content/{}/schema", self.place, escape(kind));
        let resolved = self.types.resolve(&content["schema"], &format!("{}Body", type_name(id)), &place)?;
        Ok(Some(Body { ty: resolved.ty, encoding, required: body["required"] == true && !resolved.nullable }))
    }

    fn success(&mut self, id: &str) -> Result<Success> {
        let mut json = BTreeSet::new();
        let mut csv = false;
        let mut empty = false;
        let mut redirect = false;
        for (status, response) in self.schema["responses"].as_object().into_iter().flatten() {
            redirect |= status.starts_with('3');
            if !status.starts_with('2') {
                continue;
            }
            let mut content = response["content"].as_object().into_iter().flatten().peekable();
            empty |= content.peek().is_none();
            for (kind, content) in content {
                let place = format!("{}/responses/{status}/content/{}", self.place, escape(kind));
                match kind.as_str() {
                    "text/csv" => csv = true,
                    "application/json" => {
                        let hint = format!("{}Response", type_name(id));
                        let resolved = self.types.resolve(&content["schema"], &hint, &format!("{place}/schema"))?;
                        // An accepted request is answered with an empty body, or with `null`.
                        if status == "202" && resolved.ty == TypeRef::Any {
                            empty = true;
                            continue;
                        }
                        empty |= resolved.nullable && resolved.ty != TypeRef::Any;
                        json.insert(resolved.ty);
                    }
                    other => return Err(Error::new(place, format!("an answer of the content type `{other}`"))),
                }
            }
        }
        let mut json = json.into_iter();
        match (json.next(), json.next(), csv, empty) {
            (_, Some(_), ..) | (Some(_), _, true, _) => Err(Error::new(id, "successes of several types")),
            (None, None, true, false) => Ok(Success::Csv),
            // The success that stands beside it says nothing, since the framework adds one to every operation.
            (None | Some(TypeRef::Any), None, false, _) if redirect => Ok(Success::Redirect),
            (None, None, false, _) => Ok(Success::Empty),
            (Some(ty), None, false, false) => Ok(Success::Json(ty)),
            (Some(ty), None, false, true) => Ok(Success::OptionalJson(ty)),
            (None, None, true, true) => Err(Error::new(id, "successes of several types")),
        }
    }

    fn refusals(&self) -> Result<Vec<Refusal>> {
        let mut refusals = Vec::new();
        for (status, response) in self.schema["responses"].as_object().into_iter().flatten() {
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

    /// The schemas of which a value satisfies one, without references and unions.
    fn alternatives<'s>(&'s self, schema: &'s Value, depth: usize) -> Result<Vec<&'s Value>> {
        let schema = match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.types.document().schema(reference, self.place)?.1,
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
        let alternatives = self.schema["security"].as_array().into_iter().flatten();
        let schemes = alternatives.filter_map(Value::as_object).flatten();
        schemes.map(|(scheme, scopes)| (scheme.clone(), strings(scopes))).collect()
    }

    fn pagination(&self, id: &str) -> Result<Option<Pagination>> {
        match self.schema["x-polar-pagination"]["type"].as_str() {
            None => Ok(None),
            Some("page_limit") => Ok(Some(Pagination::PageLimit)),
            Some(other) => Err(Error::new(id, format!("unknown pagination `{other}`"))),
        }
    }
}

/// How deep unions of errors are unfolded: one may hold itself.
const DEEPEST_UNION: usize = 8;

/// Methods that calls have, whatever their operation.
const CALL_METHODS: [&str; 17] = [
    "body",
    "bytes_stream",
    "bytes_stream_blocking",
    "extra_query",
    "idempotent",
    "operation",
    "organization",
    "pages",
    "retry",
    "rows",
    "send",
    "send_blocking",
    "stream",
    "timeout",
    "token",
    "with_response",
    "with_response_blocking",
];

fn check_parameter_names(id: &str, in_path: &[PathParameter], query: &[QueryParameter]) -> Result<()> {
    let in_path = in_path.iter().map(|parameter| (&parameter.name, false));
    // Required parameters are arguments, and optional ones have setters among the methods.
    let in_query = query.iter().map(|parameter| (&parameter.name, !parameter.required));
    let mut seen = BTreeSet::new();
    for (name, has_setter) in in_path.chain(in_query) {
        let rust_name = value_name(name);
        if (has_setter && CALL_METHODS.contains(&rust_name.as_str())) || !seen.insert(rust_name) {
            return Err(Error::new(id, format!("the Rust name of the parameter `{name}` is taken")));
        }
    }
    Ok(())
}

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

/// The schema of one value, if a parameter takes a list of them.
fn one_or_many(schema: &Value) -> Option<&Value> {
    if schema["type"] == "array" {
        return schema.get("items");
    }
    branches(schema)?.into_iter().find(|branch| branch["type"] == "array")?.get("items")
}

/// What the value of a parameter is if an overlay leaves its type open: a text, as all of them are in the end.
fn as_text(ty: TypeRef, schema: &Value) -> TypeRef {
    if ty == TypeRef::Any && schema["x-untyped"] == true { TypeRef::String } else { ty }
}

fn is_simple(ty: &TypeRef) -> bool {
    use TypeRef::{Boolean, Date, DateTime, Integer, Named, Number, Scalar, String, Uuid};
    matches!(ty, Boolean | Date | DateTime | Integer | Named(_) | Number | Scalar | String | Uuid)
}

fn strings(values: &Value) -> Vec<String> {
    values.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
