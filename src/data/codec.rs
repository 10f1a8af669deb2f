//! Encoding and decoding of the API's types as JSON.
//!
//! [`from_slice`] and [`to_vec`] convert any type of the API, for code that is generic over [`Decode`] and [`Encode`].
//! All types also implement serde's `Serialize` and `Deserialize`. Deserializing them requires a self-describing
//! format, such as JSON or CBOR. [`from_slice`] fails for integers that fit neither `i64` nor `u64`, whereas
//! `serde_json` rounds them.

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

// Some are unused if no resource is enabled.
#[allow(unused_imports)]
pub(crate) use debug::debug;
#[cfg(feature = "client")]
pub(crate) use debug::shown;
pub use decode::{Decode, from_slice};
#[cfg(feature = "client")]
pub(crate) use encode::to_request;
pub use encode::{Encode, to_vec};
#[allow(unused_imports)]
pub(crate) use ends::Ends;
pub use error::DecodeError;
pub(crate) use property::Property;
pub(crate) use reader::Kind;
#[allow(unused_imports)]
pub(crate) use serde_bridge::{deserialize, deserialize_text, serialize};
pub(crate) use tag::{Literal, Tag};
pub(crate) use text::ToText;
// Public because the traits mention them. They cannot be constructed outside of the crate.
#[doc(hidden)]
pub use {encode::Writer, reader::Reader};
