use serde_json::Value;

use super::error::DecodeError;
use super::reader::{Kind, Reader};

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

impl Reader<'_> {
    /// Reads the payload of a union's variant.
    pub fn variant<T: Decode, U>(&mut self, name: &str, wrap: fn(T) -> U) -> Result<U, DecodeError> {
        T::decode(self).map(wrap).map_err(|error| error.in_variant(name))
    }

    /// Reads an object of a variant that the document does not have.
    pub fn unknown(&mut self) -> Result<Value, DecodeError> {
        self.expect(Kind::Object)?;
        Value::decode(self)
    }
}
