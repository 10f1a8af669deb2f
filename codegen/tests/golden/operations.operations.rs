use crate::operation::{
    BodyFormat, Credential, JsonType, Operation, Requirement, Success,
};
#[allow(unused_imports)]
use crate::types::*;
#[allow(unused_imports)]
use crate::value::{DecimalOrNumber, Null, Page, Patch, Scalar};
#[allow(unused_imports)]
use crate::codec::{Decode, DecodeError, Encode, Literal, Reader, Tag, Writer};
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
    body: Some((BodyFormat::Json, JsonType::of::<KiteCreate>())),
    success: Success::Json(JsonType::of::<Kite>()),
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
    success: Success::Empty,
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
    success: Success::Csv,
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
    success: Success::Json(JsonType::of::<Kite>()),
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
    success: Success::Json(JsonType::of::<Kite>()),
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
    body: Some((BodyFormat::Form, JsonType::of::<KnotForm>())),
    success: Success::Empty,
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
    body: Some((BodyFormat::Json, JsonType::of::<KiteCreate>())),
    success: Success::OptionalJson(JsonType::of::<Kite>()),
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
    success: Success::Json(JsonType::of::<i64>()),
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
    success: Success::Json(JsonType::of::<Vec<Kite>>()),
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
    success: Success::OptionalJson(JsonType::of::<Kite>()),
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
    body: Some((BodyFormat::Json, JsonType::of::<KiteCreate>())),
    success: Success::Json(JsonType::of::<Kite>()),
    paginated: false,
};
/// All operations, in the order of their ids.
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
    &KITES_UPDATE,
];
