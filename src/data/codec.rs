//! Reads the API's types from JSON, and writes them as JSON.
//!
//! [`from_slice`] and [`to_vec`] are for code that handles any type of the API, which is what [`Decode`] and [`Encode`]
//! are for. All types also implement serde's `Serialize` and `Deserialize`. Deserializing them needs a self-describing
//! format, such as JSON or CBOR. An integer that is neither an `i64` nor a `u64` is an error in [`from_slice`], while
//! `serde_json` rounds it before any type sees it.

mod debug;
mod decode;
mod encode;
mod ends;
mod error;
mod impls;
#[macro_use]
mod macros;
mod object;
mod property;
mod reader;
mod scan;
mod serde_bridge;
mod tag;
mod text;

// Nothing uses some of these if no resource is enabled.
#[allow(unused_imports)]
pub(crate) use debug::debug;
#[cfg(feature = "client")]
pub(crate) use debug::shown;
pub use decode::{Decode, from_slice};
#[cfg(feature = "client")]
pub(crate) use encode::to_request;
pub use encode::{Encode, to_vec};
#[cfg(feature = "__variants")]
#[doc(hidden)]
pub use encode::{Variant, to_vec_with_variants};
#[allow(unused_imports)]
pub(crate) use ends::Ends;
pub use error::DecodeError;
pub(crate) use property::Property;
pub(crate) use reader::Kind;
#[allow(unused_imports)]
pub(crate) use serde_bridge::{deserialize, deserialize_text, serialize};
pub(crate) use tag::{Literal, Tag};
pub(crate) use text::ToText;
// The traits' methods take these. Nothing can be made of them outside.
#[doc(hidden)]
pub use {encode::Writer, reader::Reader};
