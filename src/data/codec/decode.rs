use serde_json::Value;

use super::ends::Ends;
use super::error::DecodeError;
use super::reader::{Kind, Reader};

/// A type that can be read from JSON with [`from_slice`].
///
/// It is implemented for the API's types, and for those that they consist of.
pub trait Decode: Sized {
    /// Reads one value.
    #[doc(hidden)]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Returns the value of a property that is missing; `None` if it is required.
    #[doc(hidden)]
    fn absent() -> Option<Self> {
        None
    }
}

/// Reads a value from JSON text.
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
/// If the text is not JSON, is JSON of another shape, or continues after the value.
pub fn from_slice<T: Decode>(json: &[u8]) -> Result<T, DecodeError> {
    let ends = Ends::of(json);
    let mut reader = Reader::new(json, &ends);
    let value = T::decode(&mut reader)?;
    reader.end()?;
    Ok(value)
}

impl Reader<'_> {
    /// Reads the payload of a union's variant.
    pub(crate) fn variant<T: Decode, U>(&mut self, name: &str, wrap: fn(T) -> U) -> Result<U, DecodeError> {
        T::decode(self).map(wrap).map_err(|error| error.in_variant(name))
    }

    /// Reads an object of a variant that the document does not have.
    pub(crate) fn unknown(&mut self) -> Result<Value, DecodeError> {
        self.expect(Kind::Object)?;
        Value::decode(self)
    }
}
