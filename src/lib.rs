//! A client for the API of [Polar](https://polar.sh), the billing platform.
//!
//! ```no_run
//! use polar_client::Polar;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), polar_client::Error> {
//!     // Reads POLAR_ACCESS_TOKEN and POLAR_SERVER.
//!     let polar = Polar::from_env()?;
//!     for product in polar.products().list().limit(10).await? {
//!         let checkout = polar.checkouts().create([product.id]).await?;
//!         println!("buy {} at {}", product.name, checkout.url);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Where to start
//!
//! | to | read | use |
//! | --- | --- | --- |
//! | make the first calls | [Getting started](guide::getting_started) | [`Polar`] |
//! | choose a token and its scopes | [Tokens and scopes](guide::tokens_and_scopes) | [`ScopeSet`], [`operations`] |
//! | sell a product and deliver it | [Checkout to fulfilment](guide::checkout) | [`checkouts`](resources::checkouts), [`orders`](resources::orders) |
//! | change and follow subscriptions | [Subscriptions](guide::subscriptions) | [`subscriptions`](resources::subscriptions) |
//! | bill by usage | [Usage-based billing](guide::usage_based_billing) | [`Ingestor`], [`meters`](resources::meters) |
//! | show customers what is theirs | [Customer portal](guide::customer_portal) | [`CustomerPortal`], [`MemberPortal`] |
//! | receive webhooks | [Webhooks in production](guide::webhooks) | [`webhook_events::Verifier`], [`types::WebhookPayload`] |
//! | unlock a program with a license key | [License keys](guide::license_keys) | `licensing::LicenseKeys` (feature `licensing`) |
//! | handle failures | [Errors and retries](guide::errors_and_retries) | [`Error`], [`RetryPolicy`] |
//! | act for people with accounts at Polar | [Signing people in](guide::sign_in) | `sign_in::OAuth2Client` (feature `sign-in`) |
//! | write a program without async | [Without async](guide::without_async) | `blocking` (feature `blocking`) |
//! | run on Cloudflare Workers | [On Workers](guide::workers) | |
//! | read many items | [Long lists](guide::long_lists) | [`ItemStream`], [`PageStream`] |
//! | test a program that uses this crate | [Testing your integration](guide::testing) | `test_util::MockApi` (feature `test-util`), [`webhook_events::sign`] |
//! | compile less | [Cargo features and build time](guide::cargo_features) | |
//! | follow changes of the API | [Following API changes](guide::api_changes) | [`API_VERSION`] |
//! | use another version of the API | [Following API changes](guide::api_changes) | [`versions`], `v2026_04` (feature `v2026-04`) |
//! | find an operation by its name in TypeScript or Python | [Coming from another client](guide::from_other_clients) | the search box |
//!
//! # How the crate is laid out
//!
//! - A client for each kind of token: [`Polar`], [`CustomerPortal`], [`MemberPortal`].
//! - [`resources`]: a handle for each resource of the API, with a method for each operation.
//! - [`types`]: the types of requests and responses.
//! - [`operations`]: metadata of all operations, such as their scopes. [`operation`] has its types.
//! - [`versions`]: other versions of the API, each with a module of its own.
//! - Types that are used in many places: [`Page`], [`Patch`], [`Scalar`], [`Decimal`].
//! - [`guide`]: the chapters listed above.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Some of the code is unused if no enabled resource has exports, optional bodies or enumerations.
#![cfg_attr(not(feature = "all-resources"), allow(dead_code, unused_macros))]

#[macro_use]
mod data;
#[cfg(feature = "client")]
#[macro_use]
mod calls;
#[cfg(feature = "client")]
pub mod client;
mod features;
#[cfg(doc)]
pub mod guide;

/// Imports of the generated files of all versions; some use only a part of them.
#[allow(unused_imports)]
mod imports {
    pub(crate) use std::borrow::Borrow;
    pub(crate) use std::collections::BTreeMap;

    pub(crate) use chrono::{DateTime, NaiveDate, Utc};
    pub(crate) use rust_decimal::Decimal;
    pub(crate) use serde_json::{Map, Number, Value};
    pub(crate) use uuid::Uuid;

    #[cfg(feature = "client")]
    pub(crate) use crate::calls::call::Call;
    #[cfg(feature = "client")]
    pub(crate) use crate::calls::one_or_many::OneOrMany;
    #[cfg(feature = "client")]
    pub(crate) use crate::calls::request::Request;
    #[cfg(feature = "client")]
    pub(crate) use crate::client::{Client, Portal};
    pub(crate) use crate::data::codec::{Decode, DecodeError, Encode, Literal, Property, Reader, Tag, Writer};
    pub(crate) use crate::data::value::{
        CursorPage, DecimalOrNumber, Entries, Integer, IntoOption, List, Null, Page, Patch, Scalar, UnknownValue,
    };
}

/// Imports of the generated files of the default version.
#[allow(unused_imports)]
mod prelude {
    pub(crate) use crate::imports::*;
    #[cfg(feature = "client")]
    pub(crate) use crate::operations;
    pub(crate) use crate::types::*;
}

include!(concat!(env!("OUT_DIR"), "/api.rs"));

#[cfg(feature = "client")]
pub use bytes::Bytes;
#[cfg(feature = "rate-limit")]
pub use calls::rate_limit::RateLimit;
#[cfg(feature = "client")]
pub use calls::{
    by_id::{self, CallById},
    byte_stream::ByteStream,
    call::{Call, CallFuture},
    error::{self, Error, ErrorKind},
    middleware,
    one_or_many::OneOrMany,
    operation::{self, Credential, Operation},
    pages::{self, ItemStream, PageStream},
    response::{RawResponse, Response},
    retry::RetryPolicy,
    scope::ScopeSet,
};
pub use chrono::{DateTime, NaiveDate, Utc};
#[cfg(feature = "client")]
pub use client::{Builder, Client, CustomerPortal, MemberPortal, Polar, Server};
pub use data::value::{CursorPage, DecimalOrNumber, Page, Pagination, Patch, Scalar};
pub use data::{codec, value};
#[cfg(feature = "blocking")]
pub use features::blocking;
#[cfg(feature = "csv")]
pub use features::csv;
#[cfg(feature = "downloads")]
pub use features::files::downloads;
#[cfg(any(feature = "uploads", feature = "downloads"))]
pub use features::files::storage;
#[cfg(feature = "uploads")]
pub use features::files::uploads;
#[cfg(feature = "ingestion")]
pub use features::ingestion::{self, Ingestor};
#[cfg(feature = "licensing")]
pub use features::licensing;
#[cfg(feature = "sign-in")]
pub use features::sign_in;
#[cfg(feature = "test-util")]
pub use features::test_util;
#[cfg(feature = "webhook-events")]
pub use features::webhook_events;
#[cfg(feature = "client")]
pub use reqwest;
pub use rust_decimal::Decimal;
pub use serde_json::{Number, Value};
pub use uuid::Uuid;

// The modules of features before they had the names of the features.
#[cfg(feature = "downloads")]
#[doc(hidden)]
pub use features::files::downloads as download;
#[cfg(feature = "uploads")]
#[doc(hidden)]
pub use features::files::uploads as upload;
#[cfg(feature = "ingestion")]
#[doc(hidden)]
pub use features::ingestion as ingest;
#[cfg(feature = "licensing")]
#[doc(hidden)]
pub use features::licensing as license;
#[cfg(feature = "sign-in")]
#[doc(hidden)]
pub use features::sign_in as oauth2;
#[cfg(feature = "test-util")]
#[doc(hidden)]
pub use features::test_util as test;
#[cfg(feature = "webhook-events")]
#[doc(hidden)]
pub use features::webhook_events as webhook;

// Where these were before they moved to their modules.
#[cfg(feature = "client")]
#[doc(hidden)]
pub use calls::{
    by_id::Decoded,
    operation::{AnyValue, BodyFormat, JsonType, Requirement, Success},
    pages::{Extent, Paged},
};
#[doc(hidden)]
pub use data::value::Null;

/// Compiles the code examples of the README as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
