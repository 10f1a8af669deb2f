//! The fifth pass: the plan of a file, as what typify and progenitor read.
//!
//! typify gets a JSON schema for each type. A union is lowered to the form that typify calls externally tagged, a
//! property for each variant, since from that it makes the very enum that is wanted; how a variant is told from JSON is
//! none of its business. progenitor gets an OpenAPI 3.0 document of the operations, whose types are named, not described.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use openapiv3 as openapi;
use schemars::schema::{
    ArrayValidation, InstanceType, Metadata, ObjectValidation, Schema, SchemaObject, SingleOrVec, SubschemaValidation,
};
use serde_json::{Value, json};

use crate::divide::{Content, File};
use crate::docs;
use crate::plan::{
    Body, Encoding, Enum, Id, Kind, Operation, Plan, Presence, Property, QueryParameter, QueryStyle, RAW, Struct,
    Success, Type, TypeRef, Union,
};
use crate::{Error, Result};

/// What typify and progenitor make a file from.
#[derive(Debug, Default)]
pub struct Lowered {
    /// The types.
    pub schemas: Schemas,
    /// The operations, if requests are sent.
    pub operations: Option<openapi::OpenAPI>,
}

/// The schemas that typify makes types of, by their names.
#[derive(Debug, Default)]
pub struct Schemas(BTreeMap<String, Placed>);

/// A schema, and where the document has the type that it is of.
#[derive(Debug)]
struct Placed {
    place: String,
    schema: Schema,
}

impl Schemas {
    /// Each schema with its name.
    pub fn list(&self) -> Vec<(String, Schema)> {
        self.0.iter().map(|(name, placed)| (name.clone(), placed.schema.clone())).collect()
    }

    /// The names, and where the document has what they name.
    pub fn places(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, placed)| (name.as_str(), placed.place.as_str()))
    }

    /// Where the document has a type.
    pub fn place(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|placed| placed.place.as_str())
    }

    /// A schema, with those that it refers to.
    pub fn with_needed(&self, name: &str) -> Vec<(String, Schema)> {
        let mut needed = BTreeMap::new();
        let mut open = vec![name.to_owned()];
        while let Some(name) = open.pop() {
            let Some(placed) = self.0.get(&name).filter(|_| !needed.contains_key(&name)) else { continue };
            references(&serde_json::to_value(&placed.schema).unwrap_or_default(), &mut open);
            needed.insert(name, placed.schema.clone());
        }
        needed.into_iter().collect()
    }
}

impl FromIterator<(String, String, Schema)> for Schemas {
    /// Collects names, places and schemas.
    fn from_iter<I: IntoIterator<Item = (String, String, Schema)>>(schemas: I) -> Self {
        Self(schemas.into_iter().map(|(name, place, schema)| (name, Placed { place, schema })).collect())
    }
}

/// The prefix of a reference from one schema to another.
const DEFINITIONS: &str = "#/definitions/";

/// Collects the names that a schema refers to.
fn references(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            let name = object.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix(DEFINITIONS));
            names.extend(name.map(str::to_owned));
            object.values().for_each(|value| references(value, names));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, names)),
        _ => {}
    }
}

/// Lowers what a file holds.
///
/// # Errors
/// If something cannot be said in what typify and progenitor read.
pub fn lower(plan: &Plan, file: &File<'_>) -> Result<Lowered> {
    Ok(match &file.content {
        Content::Types { types, .. } => Lowered { schemas: schemas(plan, types)?, operations: None },
        Content::Api { client, .. } => {
            Lowered { schemas: Schemas::default(), operations: client.then(|| operations(plan)).transpose()? }
        }
    })
}

/// The schemas of types, and of those that a look at these needs: the variants of unions, and what types hold that
/// hold each other. All others are named, not described.
fn schemas(plan: &Plan, types: &[&Type]) -> Result<Schemas> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = types.iter().map(|ty| ty.name.as_str()).collect();
    while let Some(name) = open.pop() {
        let Some(ty) = plan.types.get(name).filter(|_| names.insert(name)) else { continue };
        let variants = matches!(ty.kind, Kind::Union(_));
        open.extend(ty.kind.held().filter(|held| variants || plan.recursive.contains(*held)));
    }
    let lower = Lower { names: &names, recursive: &plan.recursive };
    let types = names.iter().filter_map(|name| plan.types.get(*name));
    types.map(|ty| Ok((ty.name.clone(), ty.place.clone(), lower.definition(plan, ty)?))).collect()
}

/// Lowers types beside each other.
struct Lower<'a> {
    /// The types that are described.
    names: &'a BTreeSet<&'a str>,
    /// The types that may hold themselves.
    recursive: &'a BTreeSet<String>,
}

impl Lower<'_> {
    fn definition(&self, plan: &Plan, ty: &Type) -> Result<Schema> {
        let mut schema = match &ty.kind {
            Kind::Struct(object) => self.structure(ty, object)?,
            Kind::Enum(set) => enumeration(set),
            Kind::Union(one) => self.union(plan, ty, one),
            Kind::Id(id) => self::id(*id),
        };
        describe(&mut schema, docs::of_type(plan, ty));
        Ok(schema.into())
    }

    fn structure(&self, ty: &Type, object: &Struct) -> Result<SchemaObject> {
        let mut lowered = ObjectValidation::default();
        for property in object.properties.iter().filter(|property| !property.implied) {
            let presence = ty.presence(object, property);
            if presence != Presence::Optional {
                lowered.required.insert(property.name.clone());
            }
            lowered.properties.insert(property.name.clone(), self.field(property, presence));
        }
        // typify calls the field of all other properties `extra`, whether or not a property has that name.
        if object.additional.is_some() && lowered.properties.contains_key("extra") {
            return Err(Error::new(&ty.place, "the property `extra` has the name of the other properties"));
        }
        if object.keeps_json {
            let mut raw = native("serde_json", "serde_json::Value", &[]);
            describe(&mut raw, "The whole object, as the API sent it.".to_owned());
            lowered.required.insert(RAW.to_owned());
            lowered.properties.insert(RAW.to_owned(), raw.into());
        }
        lowered.additional_properties = match &object.additional {
            // Not plain `Value`, of which typify would make another kind of map.
            Some(TypeRef::Any) => Some(Box::new(native("serde_json", "serde_json::Value", &[]).into())),
            Some(additional) => Some(Box::new(self.schema(additional))),
            // typify takes an object without properties for a map, unless no more properties may be there.
            None if lowered.properties.is_empty() => Some(Box::new(Schema::Bool(false))),
            None => None,
        };
        Ok(SchemaObject { object: Some(Box::new(lowered)), ..of_type(InstanceType::Object) })
    }

    fn field(&self, property: &Property, presence: Presence) -> Schema {
        let value = self.schema(&property.ty);
        let mut lowered = match presence {
            Presence::Required => match value {
                Schema::Object(object) if object.reference.is_none() => object,
                other => wrapped(other),
            },
            // typify takes a choice of `null` and `null` for a type of its own.
            Presence::Nullable | Presence::Optional if property.ty == TypeRef::Null => {
                native("std", "std::option::Option", &[named(&property.ty)])
            }
            Presence::Nullable | Presence::Optional => nullable(value),
            Presence::Patch => {
                // typify boxes recursive fields, but cannot know that `Patch` holds its parameter by value.
                let recurs = matches!(&property.ty, TypeRef::Named(name) if self.recursive.contains(name));
                let value = if recurs { native("std", "std::boxed::Box", &[value]).into() } else { value };
                native("polar-client", "polar_client::Patch", &[value])
            }
        };
        describe(&mut lowered, docs::of_property(property));
        lowered.into()
    }

    fn union(&self, plan: &Plan, ty: &Type, union: &Union) -> SchemaObject {
        let variants = union.variants.iter().map(|one| match (&one.literal, &one.payload) {
            (None, Some(payload)) => variant(&one.name, self.schema(payload), docs::of_variant(plan, one)),
            _ => literal(&one.name, docs::of_variant(plan, one)),
        });
        let content = union.unknown.as_ref().map_or(Schema::Bool(true), |unknown| self.schema(unknown));
        let unknown = ty.output.then(|| variant(UNKNOWN, content, docs::UNKNOWN_VARIANT.to_owned()));
        one_of(variants.chain(unknown).collect())
    }

    /// The schema of a use of a type.
    fn schema(&self, ty: &TypeRef) -> Schema {
        let string =
            |format: Option<&str>| SchemaObject { format: format.map(str::to_owned), ..of_type(InstanceType::String) };
        let list = |items: SingleOrVec<Schema>, length: Option<u32>| SchemaObject {
            array: Some(Box::new(ArrayValidation {
                items: Some(items),
                min_items: length,
                max_items: length,
                ..ArrayValidation::default()
            })),
            ..of_type(InstanceType::Array)
        };
        match ty {
            TypeRef::String => string(None),
            TypeRef::Integer => SchemaObject { format: Some("int64".to_owned()), ..of_type(InstanceType::Integer) },
            TypeRef::Number => of_type(InstanceType::Number),
            TypeRef::Boolean => of_type(InstanceType::Boolean),
            TypeRef::DateTime => string(Some("date-time")),
            TypeRef::Date => string(Some("date")),
            TypeRef::Uuid => string(Some("uuid")),
            TypeRef::Decimal => decimal(),
            TypeRef::DecimalOrNumber => decimal_or_number(),
            TypeRef::Scalar => scalar(),
            TypeRef::Null => of_type(InstanceType::Null),
            TypeRef::Any => return Schema::Bool(true),
            TypeRef::List(element) => list(self.schema(element).into(), None),
            TypeRef::Page(item) => native("polar-client", "polar_client::Page", &[self.schema(item)]),
            TypeRef::Map(value) => SchemaObject {
                object: Some(Box::new(ObjectValidation {
                    additional_properties: Some(Box::new(self.schema(value))),
                    ..ObjectValidation::default()
                })),
                ..of_type(InstanceType::Object)
            },
            TypeRef::Pair(first, second) => list(vec![self.schema(first), self.schema(second)].into(), Some(2)),
            TypeRef::Named(name) if !self.names.contains(name.as_str()) => return named(ty),
            TypeRef::Named(name) => SchemaObject::new_ref(format!("{DEFINITIONS}{name}")),
        }
        .into()
    }
}

/// A reference with room for a description.
fn wrapped(value: Schema) -> SchemaObject {
    let all_of = SubschemaValidation { all_of: Some(vec![value]), ..SubschemaValidation::default() };
    SchemaObject { subschemas: Some(Box::new(all_of)), ..SchemaObject::default() }
}

fn nullable(value: Schema) -> SchemaObject {
    one_of(vec![value, of_type(InstanceType::Null).into()])
}

fn one_of(schemas: Vec<Schema>) -> SchemaObject {
    let one_of = SubschemaValidation { one_of: Some(schemas), ..SubschemaValidation::default() };
    SchemaObject { subschemas: Some(Box::new(one_of)), ..SchemaObject::default() }
}

fn id(id: Id) -> SchemaObject {
    SchemaObject { format: (id == Id::Uuid).then(|| "uuid".to_owned()), ..of_type(InstanceType::String) }
}

/// The name of the variant for all that is not known.
const UNKNOWN: &str = "Unknown";

fn enumeration(set: &Enum) -> SchemaObject {
    let values = set.values.iter().map(|value| literal(&value.variant, docs::of_value(value)));
    let unknown = variant(UNKNOWN, of_type(InstanceType::String).into(), docs::UNKNOWN_VALUE.to_owned());
    one_of(values.chain([unknown]).collect())
}

/// A variant without content.
fn literal(name: &str, text: String) -> Schema {
    let mut lowered = of_type(InstanceType::String);
    lowered.enum_values = Some(vec![name.into()]);
    describe(&mut lowered, text);
    lowered.into()
}

/// A variant with content.
fn variant(name: &str, content: Schema, text: String) -> Schema {
    let mut object = ObjectValidation::default();
    object.required.insert(name.to_owned());
    object.properties.insert(name.to_owned(), content);
    let mut lowered = SchemaObject { object: Some(Box::new(object)), ..of_type(InstanceType::Object) };
    describe(&mut lowered, text);
    lowered.into()
}

fn describe(schema: &mut SchemaObject, text: String) {
    schema.metadata = Some(Box::new(Metadata { description: Some(text), ..Metadata::default() }));
}

fn of_type(kind: InstanceType) -> SchemaObject {
    SchemaObject { instance_type: Some(kind.into()), ..SchemaObject::default() }
}

/// The kinds of schemas for which typify uses a type that it does not make.
pub fn conversions() -> [(SchemaObject, &'static str); 5] {
    [
        (of_type(InstanceType::Number), "::serde_json::Number"),
        (of_type(InstanceType::Null), "::polar_client::Null"),
        (decimal(), "::rust_decimal::Decimal"),
        (decimal_or_number(), "::polar_client::DecimalOrNumber"),
        (scalar(), "::polar_client::Scalar"),
    ]
}

fn decimal() -> SchemaObject {
    SchemaObject { format: Some("decimal".to_owned()), ..of_type(InstanceType::String) }
}

fn of_types(kinds: &[InstanceType]) -> SchemaObject {
    SchemaObject { instance_type: Some(SingleOrVec::Vec(kinds.to_vec())), ..SchemaObject::default() }
}

fn decimal_or_number() -> SchemaObject {
    SchemaObject { format: Some("decimal".to_owned()), ..of_types(&[InstanceType::String, InstanceType::Number]) }
}

fn scalar() -> SchemaObject {
    of_types(&[InstanceType::String, InstanceType::Number, InstanceType::Boolean])
}

/// A type of a crate, with its parameters.
fn native(package: &str, path: &str, parameters: &[Schema]) -> SchemaObject {
    let mut lowered = of_type(InstanceType::Object);
    lowered.extensions.insert("x-rust-type".to_owned(), extension(package, path, parameters));
    lowered
}

fn extension(package: &str, path: &str, parameters: &[Schema]) -> Value {
    json!({ "crate": package, "version": "*", "path": path, "parameters": parameters })
}

/// The operations, as an OpenAPI document.
pub fn operations(plan: &Plan) -> Result<openapi::OpenAPI> {
    let mut paths: IndexMap<String, openapi::PathItem> = IndexMap::new();
    for operation in &plan.operations {
        let item = paths.entry(operation.path.clone()).or_default();
        let slot = match operation.method.as_str() {
            "GET" => &mut item.get,
            "POST" => &mut item.post,
            "PUT" => &mut item.put,
            "PATCH" => &mut item.patch,
            "DELETE" => &mut item.delete,
            other => return Err(Error::new(&operation.id, format!("the method `{other}`"))),
        };
        *slot = Some(self::operation(operation));
    }
    let paths = paths.into_iter().map(|(path, item)| (path, openapi::ReferenceOr::Item(item))).collect();
    Ok(openapi::OpenAPI {
        openapi: "3.0.3".to_owned(),
        info: openapi::Info { title: "Polar".to_owned(), version: plan.version.clone(), ..openapi::Info::default() },
        paths: openapi::Paths { paths, ..openapi::Paths::default() },
        ..openapi::OpenAPI::default()
    })
}

fn operation(operation: &Operation) -> openapi::Operation {
    let in_path = operation.path_parameters.iter().map(|parameter| openapi::Parameter::Path {
        parameter_data: parameter_data(&parameter.name, parameter.description.clone(), true, value(&parameter.ty)),
        style: openapi::PathStyle::Simple,
    });
    let query = operation.query.iter().map(|parameter| openapi::Parameter::Query {
        parameter_data: parameter_data(
            &parameter.name,
            // The setters of optional parameters have their own documentation.
            parameter.required.then(|| docs::of_parameter(parameter)),
            parameter.required,
            query_schema(parameter),
        ),
        allow_reserved: false,
        style: openapi::QueryStyle::Form,
        allow_empty_value: None,
    });
    let parameters = in_path.chain(query).map(openapi::ReferenceOr::Item).collect();
    let mut response = openapi::Response::default();
    match &operation.success {
        // A redirect has no body.
        Success::Empty | Success::Redirect => {}
        Success::Csv => {
            response.content.insert("text/csv".to_owned(), media(plain(openapi::Type::String(Default::default()))));
        }
        Success::Json(ty) => {
            response.content.insert("application/json".to_owned(), media(value(ty)));
        }
        Success::OptionalJson(ty) => {
            response.content.insert("application/json".to_owned(), media(optional(value(ty))));
        }
    }
    let code = openapi::StatusCode::Code(200);
    openapi::Operation {
        operation_id: Some(operation.id.clone()),
        // Not as a summary, of which progenitor takes the full stop away.
        description: Some(docs::of_operation(operation)),
        deprecated: operation.deprecated,
        parameters,
        request_body: operation.body.as_ref().map(|body| openapi::ReferenceOr::Item(request_body(body))),
        responses: openapi::Responses {
            responses: [(code, openapi::ReferenceOr::Item(response))].into_iter().collect(),
            ..openapi::Responses::default()
        },
        ..openapi::Operation::default()
    }
}

fn parameter_data(
    name: &str,
    description: Option<String>,
    required: bool,
    schema: openapi::Schema,
) -> openapi::ParameterData {
    openapi::ParameterData {
        name: name.to_owned(),
        description,
        required,
        deprecated: None,
        format: openapi::ParameterSchemaOrContent::Schema(openapi::ReferenceOr::Item(schema)),
        example: None,
        examples: IndexMap::new(),
        explode: None,
        extensions: IndexMap::new(),
    }
}

fn query_schema(parameter: &QueryParameter) -> openapi::Schema {
    match parameter.style {
        QueryStyle::One => value(&parameter.ty),
        QueryStyle::Many => value(&TypeRef::List(parameter.ty.clone().into())),
        QueryStyle::Deep => rust("std", "std::collections::BTreeMap", &[named(&TypeRef::String), named(&parameter.ty)]),
    }
}

fn request_body(body: &Body) -> openapi::RequestBody {
    let kind = match body.encoding {
        Encoding::Json => "application/json",
        Encoding::Form => "application/x-www-form-urlencoded",
    };
    // progenitor does not ask whether a body is required.
    let schema = if body.required { value(&body.ty) } else { optional(value(&body.ty)) };
    openapi::RequestBody {
        required: body.required,
        content: [(kind.to_owned(), media(schema))].into_iter().collect(),
        ..openapi::RequestBody::default()
    }
}

/// A value that may be `null`, around which progenitor puts an `Option`.
fn optional(schema: openapi::Schema) -> openapi::Schema {
    openapi::Schema {
        schema_data: openapi::SchemaData { nullable: true, ..Default::default() },
        schema_kind: openapi::SchemaKind::OneOf { one_of: vec![openapi::ReferenceOr::Item(schema)] },
    }
}

fn media(schema: openapi::Schema) -> openapi::MediaType {
    openapi::MediaType { schema: Some(openapi::ReferenceOr::Item(schema)), ..openapi::MediaType::default() }
}

fn plain(kind: openapi::Type) -> openapi::Schema {
    openapi::Schema { schema_data: Default::default(), schema_kind: openapi::SchemaKind::Type(kind) }
}

/// A type that progenitor names and does not make.
fn rust(package: &str, path: &str, parameters: &[Schema]) -> openapi::Schema {
    let mut schema = plain(openapi::Type::String(Default::default()));
    schema.schema_data.extensions.insert("x-rust-type".to_owned(), extension(package, path, parameters));
    schema
}

/// A value that an operation takes or gives.
fn value(ty: &TypeRef) -> openapi::Schema {
    use openapi::{ArrayType, IntegerFormat, IntegerType, StringFormat, StringType, Type, VariantOrUnknownOrEmpty};
    let string = |format| Type::String(StringType { format, ..StringType::default() });
    plain(match ty {
        TypeRef::String => string(VariantOrUnknownOrEmpty::Empty),
        TypeRef::DateTime => string(VariantOrUnknownOrEmpty::Item(StringFormat::DateTime)),
        TypeRef::Date => string(VariantOrUnknownOrEmpty::Item(StringFormat::Date)),
        TypeRef::Uuid => string(VariantOrUnknownOrEmpty::Unknown("uuid".to_owned())),
        TypeRef::Boolean => Type::Boolean(Default::default()),
        TypeRef::Integer => Type::Integer(IntegerType {
            format: VariantOrUnknownOrEmpty::Item(IntegerFormat::Int64),
            ..IntegerType::default()
        }),
        TypeRef::List(element) => Type::Array(ArrayType {
            items: Some(openapi::ReferenceOr::Item(Box::new(value(element)))),
            min_items: None,
            max_items: None,
            unique_items: false,
        }),
        _ => {
            let mut schema = plain(Type::String(StringType::default()));
            schema.schema_data.extensions.extend(named(ty).into_object().extensions.remove_entry("x-rust-type"));
            return schema;
        }
    })
}

/// A type by its name.
fn named(ty: &TypeRef) -> Schema {
    let own = |name: &str, parameters: &[Schema]| native("polar-client", &format!("polar_client::{name}"), parameters);
    Schema::Object(match ty {
        TypeRef::Named(name) => own(&format!("types::{name}"), &[]),
        TypeRef::Page(item) => own("Page", &[named(item)]),
        TypeRef::Scalar => own("Scalar", &[]),
        TypeRef::DecimalOrNumber => own("DecimalOrNumber", &[]),
        TypeRef::Null => own("Null", &[]),
        TypeRef::Number => native("serde_json", "serde_json::Number", &[]),
        TypeRef::Decimal => native("rust_decimal", "rust_decimal::Decimal", &[]),
        TypeRef::Any => native("serde_json", "serde_json::Value", &[]),
        TypeRef::Map(value) if **value == TypeRef::Any => {
            native("serde_json", "serde_json::Map", &[named(&TypeRef::String), named(&TypeRef::Any)])
        }
        TypeRef::Map(value) => native("std", "std::collections::BTreeMap", &[named(&TypeRef::String), named(value)]),
        TypeRef::String => native("std", "std::string::String", &[]),
        TypeRef::List(element) => native("std", "std::vec::Vec", &[named(element)]),
        other => return Lower { names: &BTreeSet::new(), recursive: &BTreeSet::new() }.schema(other),
    })
}
