#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Some resources have no exports, no optional bodies or no enumerations, and leave what serves them unused.
#![cfg_attr(not(feature = "all-resources"), allow(dead_code, unused_macros))]

#[macro_use]
pub mod codec;
pub mod value;
#[cfg(feature = "webhook-events")]
pub mod webhook;

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "client")]
#[macro_use]
mod call;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "csv")]
pub mod csv;
#[cfg(feature = "downloads")]
pub mod download;
#[cfg(feature = "client")]
pub mod error;
#[cfg(feature = "ingestion")]
pub mod ingest;
#[cfg(all(feature = "client", feature = "customer_portal"))]
pub mod license;
#[cfg(feature = "client")]
pub mod middleware;
#[cfg(feature = "oauth2-flows")]
pub mod oauth2;
#[cfg(feature = "client")]
mod operation;
#[cfg(feature = "rate-limit")]
mod rate_limit;
mod redact;
#[cfg(feature = "client")]
mod response;
#[cfg(feature = "client")]
mod retry;
#[cfg(feature = "client")]
mod scope;
#[cfg(any(feature = "uploads", feature = "downloads"))]
pub mod storage;
#[cfg(feature = "client")]
mod transport;
#[cfg(feature = "uploads")]
pub mod upload;

/// What generated files import; some need only a part of it.
#[allow(unused_imports)]
mod prelude {
    pub(crate) use std::borrow::Borrow;
    pub(crate) use std::collections::BTreeMap;

    pub(crate) use chrono::{DateTime, NaiveDate, Utc};
    pub(crate) use rust_decimal::Decimal;
    pub(crate) use serde_json::{Map, Number, Value};
    pub(crate) use uuid::Uuid;

    #[cfg(feature = "client")]
    pub(crate) use crate::call::{Call, OneOrMany, Request};
    #[cfg(feature = "client")]
    pub(crate) use crate::client::{Client, Core, Portal};
    pub(crate) use crate::codec::{Decode, DecodeError, Encode, Literal, Property, Reader, Tag, Writer};
    #[cfg(feature = "client")]
    pub(crate) use crate::operations;
    pub(crate) use crate::types::*;
    pub(crate) use crate::value::{DecimalOrNumber, Null, Page, Patch, Scalar};
}

include!(concat!(env!("OUT_DIR"), "/api.rs"));

#[cfg(feature = "client")]
pub use bytes::Bytes;
#[cfg(feature = "client")]
pub use call::{Call, CallById, CallFuture, Decoded, Extent, ItemStream, OneOrMany, PageStream, Paged};
pub use chrono::{DateTime, NaiveDate, Utc};
#[cfg(feature = "client")]
pub use client::{Builder, CustomerPortal, MemberPortal, Polar, Server};
#[cfg(feature = "client")]
pub use error::Error;
#[cfg(feature = "ingestion")]
pub use ingest::Ingestor;
#[cfg(feature = "client")]
pub use operation::{AnyValue, BodyFormat, Credential, JsonType, Operation, Requirement, Success};
#[cfg(feature = "rate-limit")]
pub use rate_limit::RateLimit;
#[cfg(feature = "client")]
#[cfg(feature = "client")]
pub use reqwest;
#[cfg(feature = "client")]
pub use response::{ByteStream, RawResponse, Response};
#[cfg(feature = "client")]
pub use retry::RetryPolicy;
pub use rust_decimal::Decimal;
#[cfg(feature = "client")]
pub use scope::ScopeSet;
pub use serde_json::{Number, Value};
pub use uuid::Uuid;
pub use value::{DecimalOrNumber, Null, Page, Pagination, Patch, Scalar};
