// Generated from `openapi/2026-01.json` when the crate is built. Changes are lost.

#[allow(unused_imports)]
use crate::operation::{
    BodyFormat, Credential, Effects, JsonType, Operation, Requirement, Subject, Success,
};
#[allow(unused_imports)]
use crate::prelude::*;
include!(concat!(env!("OUT_DIR"), "/operations_kites.rs"));

/// All operations, in the order of their ids.
pub(crate) static ALL: &[&Operation] = &[
    &KITES_CREATE,
    &KITES_DELETE,
    &KITES_EXPORT,
    &KITES_GET,
    &KITES_FIND,
    &KITES_LINES_KNOTS_REPLACE,
    &KITES_LINES_KNOTS_TIE,
    &KITES_LINES_LENGTH,
    &KITES_LIST,
    &KITES_MAYBE,
    &KITES_UPDATE,
];

/// The type of a body.
#[inline]
#[allow(clippy::match_single_binding)]
pub(crate) fn body(operation: &Operation) -> Option<JsonType> {
    match operation.id {
        "kites:create" | "kites:lines:knots:tie" | "kites:update" => {
            Some(JsonType::of::<KiteCreate>())
        }
        "kites:lines:knots:replace" => Some(JsonType::of::<KnotForm>()),
        _ => None,
    }
}

/// What a success holds.
#[inline]
#[allow(clippy::match_single_binding)]
pub(crate) fn success(operation: &Operation) -> Success {
    match operation.id {
        "kites:export" => Success::Csv,
        "kites:create" | "kites:get" | "kites:kites.by_name.find" | "kites:update" => {
            Success::Json(JsonType::of::<Kite>())
        }
        "kites:list" => Success::Json(JsonType::of::<Vec<Kite>>()),
        "kites:lines:length" => Success::Json(JsonType::of::<i64>()),
        "kites:lines:knots:tie" | "kites:maybe" => {
            Success::OptionalJson(JsonType::of::<Kite>())
        }
        _ => Success::Empty,
    }
}
