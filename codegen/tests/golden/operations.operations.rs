use crate::operation::{BodyFormat, Credential, JsonType, Operation, Requirement, Success};
#[allow(unused_imports)]
use crate::types::*;
#[allow(unused_imports)]
use crate::value::{DecimalOrNumber, Null, Page, Patch, Scalar};
#[allow(unused_imports)]
use crate::codec::{Decode, DecodeError, Encode, Literal, Property, Reader, Tag, Writer};
#[allow(unused_imports)]
use ::chrono::{DateTime, NaiveDate, Utc};
#[allow(unused_imports)]
use ::rust_decimal::Decimal;
#[allow(unused_imports)]
use ::serde_json::{Map, Number, Value};
#[allow(unused_imports)]
use ::std::collections::BTreeMap;
#[allow(unused_imports)]
use ::uuid::Uuid;
/// `kites:create`: `POST /kites`
pub static KITES_CREATE: Operation = Operation {
    id: "kites:create",
    method: "POST",
    path: "/kites",
    summary: "",
    deprecated: false,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: Some(BodyFormat::Json),
    accept: "application/json",
    paginated: false,
};
/// `kites:delete`: `DELETE /kites/{id}`
pub static KITES_DELETE: Operation = Operation {
    id: "kites:delete",
    method: "DELETE",
    path: "/kites/{id}",
    summary: "",
    deprecated: false,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: None,
    accept: "application/json",
    paginated: false,
};
/// `kites:export`: `GET /kites/export`
pub static KITES_EXPORT: Operation = Operation {
    id: "kites:export",
    method: "GET",
    path: "/kites/export",
    summary: "",
    deprecated: false,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: None,
    accept: "text/csv",
    paginated: false,
};
/// `kites:get`: `GET /kites/{id}`
pub static KITES_GET: Operation = Operation {
    id: "kites:get",
    method: "GET",
    path: "/kites/{id}",
    summary: "",
    deprecated: false,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: None,
    accept: "application/json",
    paginated: false,
};
/// `kites:kites.by_name.find`: `GET /kites/by-name/{name}`
pub static KITES_KITES_BY_NAME_FIND: Operation = Operation {
    id: "kites:kites.by_name.find",
    method: "GET",
    path: "/kites/by-name/{name}",
    summary: "",
    deprecated: false,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: None,
    accept: "application/json",
    paginated: false,
};
/// `kites:lines:knots:replace`: `PUT /kites/flights`
pub static KITES_LINES_KNOTS_REPLACE: Operation = Operation {
    id: "kites:lines:knots:replace",
    method: "PUT",
    path: "/kites/flights",
    summary: "",
    deprecated: false,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: Some(BodyFormat::Form),
    accept: "application/json",
    paginated: false,
};
/// `kites:lines:knots:tie`: `POST /kites/flights`
pub static KITES_LINES_KNOTS_TIE: Operation = Operation {
    id: "kites:lines:knots:tie",
    method: "POST",
    path: "/kites/flights",
    summary: "",
    deprecated: false,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: Some(BodyFormat::Json),
    accept: "application/json",
    paginated: false,
};
/// `kites:lines:length`: `GET /kites/{id}/lines/{number}`
pub static KITES_LINES_LENGTH: Operation = Operation {
    id: "kites:lines:length",
    method: "GET",
    path: "/kites/{id}/lines/{number}",
    summary: "",
    deprecated: false,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: None,
    accept: "application/json",
    paginated: false,
};
/// `kites:list`: `GET /kites`
///
/// Lists kites.
pub static KITES_LIST: Operation = Operation {
    id: "kites:list",
    method: "GET",
    path: "/kites",
    summary: "Lists kites.",
    deprecated: false,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: None,
    accept: "application/json",
    paginated: false,
};
/// `kites:maybe`: `GET /kites/maybe`
pub static KITES_MAYBE: Operation = Operation {
    id: "kites:maybe",
    method: "GET",
    path: "/kites/maybe",
    summary: "",
    deprecated: false,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: None,
    accept: "application/json",
    paginated: false,
};
/// `kites:update`: `PATCH /kites/{id}`
pub static KITES_UPDATE: Operation = Operation {
    id: "kites:update",
    method: "PATCH",
    path: "/kites/{id}",
    summary: "",
    deprecated: true,
    credential: None,
    requirements: &[],
    allowed_subjects: &[],
    body: Some(BodyFormat::Json),
    accept: "application/json",
    paginated: false,
};
#[doc = r" All operations, in the order of their ids."]
pub(crate) static ALL: &[&Operation] = &[
    &KITES_CREATE,
    &KITES_DELETE,
    &KITES_EXPORT,
    &KITES_GET,
    &KITES_KITES_BY_NAME_FIND,
    &KITES_LINES_KNOTS_REPLACE,
    &KITES_LINES_KNOTS_TIE,
    &KITES_LINES_LENGTH,
    &KITES_LIST,
    &KITES_MAYBE,
    &KITES_UPDATE
];
#[doc = r" The type of a body."]
#[inline]
pub(crate) fn body(id: &str) -> Option<JsonType> {
    Some(
        match id {
            "kites:create" => JsonType::of::<KiteCreate>(),
            "kites:lines:knots:replace" => JsonType::of::<KnotForm>(),
            "kites:lines:knots:tie" => JsonType::of::<KiteCreate>(),
            "kites:update" => JsonType::of::<KiteCreate>(),
            _ => return None,
        }
    )
}
#[doc = r" What a success holds."]
#[inline]
pub(crate) fn success(id: &str) -> Success {
    match id {
        "kites:create" => Success::Json(JsonType::of::<Kite>()),
        "kites:delete" => Success::Empty,
        "kites:export" => Success::Csv,
        "kites:get" => Success::Json(JsonType::of::<Kite>()),
        "kites:kites.by_name.find" => Success::Json(JsonType::of::<Kite>()),
        "kites:lines:knots:replace" => Success::Empty,
        "kites:lines:knots:tie" => Success::OptionalJson(JsonType::of::<Kite>()),
        "kites:lines:length" => Success::Json(JsonType::of::<i64>()),
        "kites:list" => Success::Json(JsonType::of::<Vec<Kite>>()),
        "kites:maybe" => Success::OptionalJson(JsonType::of::<Kite>()),
        "kites:update" => Success::Json(JsonType::of::<Kite>()),
        _ => Success::Empty,
    }
}
