//! JSON Schemas of the API's types, as in the API's document.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::data::value::{DecimalOrNumber, Null, Page, Pagination, Patch, Scalar};

/// The prefix of references between the schemas of types.
const TYPES: &str = "#/types/";

/// Implements `JsonSchema` for types, given the text of each schema and the types that it references.
macro_rules! impl_json_schemas {
    ($($name:ident: $schema:literal [$($reference:ident),*]),* $(,)?) => {$(
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let _ = &generator;
                crate::features::schemars::schema($schema, &mut |name| match name {
                    $(stringify!($reference) => Some(generator.subschema_for::<$reference>()),)*
                    _ => None,
                })
            }
        }
    )*};
}

#[allow(unused_imports)]
pub(crate) use impl_json_schemas;

/// In a module of its own, since types may have the same names as the imports of this file.
mod generated {
    // Unused if no resource is enabled.
    #[allow(unused_imports)]
    use crate::types::*;

    include!(concat!(env!("OUT_DIR"), "/json_schemas.rs"));
}

/// Parses a schema, and replaces its references with those of the generator.
pub(crate) fn schema(text: &str, subschema: &mut dyn FnMut(&str) -> Option<Schema>) -> Schema {
    let mut value = serde_json::from_str(text).unwrap_or_default();
    resolve(&mut value, subschema);
    Schema::try_from(value).unwrap_or_default()
}

fn resolve(value: &mut Value, subschema: &mut dyn FnMut(&str) -> Option<Schema>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix(TYPES));
            if let Some(found) = name.and_then(&mut *subschema) {
                members.remove("$ref");
                match found.to_value() {
                    // Keywords next to the reference belong to this schema.
                    Value::Object(found) => {
                        for (key, found) in found {
                            members.entry(key).or_insert(found);
                        }
                    }
                    _ => members.clear(),
                }
                return;
            }
            members.values_mut().for_each(|value| resolve(value, subschema));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|value| resolve(value, subschema)),
        _ => {}
    }
}

/// Implements `JsonSchema` for types whose schemas are inlined.
macro_rules! impl_inline {
    ($([$($parameter:ident)?] $name:ty: |$generator:ident| $schema:expr),* $(,)?) => {$(
        impl$(<$parameter: JsonSchema>)? JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )*};
}

impl_inline! {
    [] Null: |_generator| json_schema!({ "type": "null" }),
    [] Scalar: |_generator| json_schema!({ "type": ["string", "number", "boolean"] }),
    [] DecimalOrNumber: |_generator| json_schema!({ "type": ["string", "number"] }),
    [] Pagination: |_generator| json_schema!({
        "type": "object",
        "required": ["max_page", "total_count"],
        "properties": { "max_page": { "type": "integer" }, "total_count": { "type": "integer" } },
    }),
    [T] Page<T>: |generator| json_schema!({
        "type": "object",
        "required": ["items", "pagination"],
        "properties": {
            "items": generator.subschema_for::<Vec<T>>(),
            "pagination": generator.subschema_for::<Pagination>(),
        },
    }),
    [T] Patch<T>: |generator| generator.subschema_for::<Option<T>>(),
}
