//! JSON Schema of the API's types, as the API's document has it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::data::value::{DecimalOrNumber, Null, Page, Pagination, Patch, Scalar};

/// How the schemas of types refer to each other.
const TYPES: &str = "#/types/";

/// Implements `JsonSchema` for types, by the text of each schema and the types that it refers to.
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
                crate::features::json_schema::schema($schema, &mut |name| match name {
                    $(stringify!($reference) => Some(generator.subschema_for::<$reference>()),)*
                    _ => None,
                })
            }
        }
    )*};
}

#[allow(unused_imports)]
pub(crate) use impl_json_schemas;

/// Apart from what this file imports, which a type may have the name of.
mod generated {
    // Nothing uses them if no resource is enabled.
    #[allow(unused_imports)]
    use crate::types::*;

    include!(concat!(env!("OUT_DIR"), "/json_schemas.rs"));
}

/// Makes a schema of its text, with each reference to a type replaced by the generator's.
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
                    // What stands beside the reference is of this place.
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

/// Implements `JsonSchema` for types that are schemas of their own wherever they are used.
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
