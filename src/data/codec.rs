//! How the types of this crate become JSON and come from it.
//!
//! Every type implements [`Decode`] and [`Encode`]: two small functions over a concrete reader and writer, so that
//! the several hundred types of the API compile quickly, unions are told apart before anything is decoded, and an
//! error names its place. The types also implement serde's `Serialize` and `Deserialize` on top of these, for use
//! with everything else.
//!
//! This module is for code that handles any type of the API; most programs never need it.

mod debug;
mod decode;
mod encode;
mod error;
mod impls;
#[macro_use]
mod macros;
mod object;
mod property;
mod reader;
mod serde_bridge;
mod tag;
mod text;

#[doc(hidden)]
pub use debug::debug;
pub use decode::{Decode, from_slice};
pub use encode::{Encode, Variant, Writer, to_vec, to_vec_with_variants};
pub use error::DecodeError;
pub use object::{Fields, Take};
pub use property::Property;
pub use reader::{Kind, Reader};
#[doc(hidden)]
pub use serde_bridge::{deserialize, serialize};
pub use tag::{Literal, Tag};
pub use text::ToText;
