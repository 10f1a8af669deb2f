//! How the types of this crate become JSON and come from it.
//!
//! Every type implements [`Decode`] and [`Encode`]: two small functions over a concrete reader and writer, so that
//! the several hundred types of the API compile quickly, unions are told apart before anything is decoded, and an
//! error names its place. The types also implement serde's `Serialize` and `Deserialize` on top of these, for use
//! with everything else.
//!
//! This module is for code that handles any type of the API; most programs never need it.

mod debug;
mod impls;
#[macro_use]
mod macros;
mod object;
mod reader;
mod serde_bridge;
mod text;
mod writer;

#[doc(hidden)]
pub use debug::debug;
pub use object::{Fields, Property, Take};
pub use reader::{DecodeError, Kind, Literal, Reader, Tag};
#[doc(hidden)]
pub use serde_bridge::{deserialize, deserialize_text, serialize};
pub use text::ToText;
pub use writer::{Variant, Writer};

/// A type that can be read from JSON.
pub trait Decode: Sized {
    /// Reads one value.
    ///
    /// # Errors
    /// If the text is no JSON, or JSON of another shape.
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// The value of a property that is not there; `None` if it has to be.
    fn absent() -> Option<Self> {
        None
    }
}

/// A type that can be written as JSON.
pub trait Encode {
    /// Writes the value.
    fn encode(&self, writer: &mut Writer);

    /// Whether there is nothing to write, so that a property is left out.
    fn is_absent(&self) -> bool {
        false
    }

    /// Whether the value is `null`.
    fn is_null(&self) -> bool {
        false
    }
}

/// Reads a type from a whole JSON text.
///
/// ```
/// let flags: Vec<bool> = polar_client::codec::from_slice(b"[true, false]")?;
/// assert_eq!(flags, [true, false]);
///
/// let error = polar_client::codec::from_slice::<Vec<bool>>(b"[true, 1]").unwrap_err();
/// assert_eq!(error.to_string(), "expected a boolean, found a number at `$[1]`");
/// # Ok::<(), polar_client::codec::DecodeError>(())
/// ```
///
/// # Errors
/// If the text is no JSON, JSON of another shape, or has something behind the value.
pub fn from_slice<T: Decode>(json: &[u8]) -> Result<T, DecodeError> {
    let mut reader = Reader::new(json);
    let value = T::decode(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Writes a value as JSON text.
///
/// ```
/// assert_eq!(polar_client::codec::to_vec(&vec![1_i64, 2]), b"[1,2]");
/// ```
pub fn to_vec(value: &dyn Encode) -> Vec<u8> {
    let mut writer = Writer::default();
    value.encode(&mut writer);
    writer.finish().0
}

/// Writes a value as JSON text, and says which variant of each union and enum was met where.
///
/// A variant whose name is `Unknown` is one that the vendored document does not have.
pub fn to_vec_with_variants(value: &dyn Encode) -> (Vec<u8>, Vec<Variant>) {
    let mut writer = Writer::observing();
    value.encode(&mut writer);
    writer.finish()
}
