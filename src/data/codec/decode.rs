use serde_json::Value;

use super::ends::Ends;
use super::error::DecodeError;
use super::reader::{Kind, Reader};

/// A type that can be decoded from JSON with [`from_slice`].
///
/// Implemented for the types of the API and their components.
pub trait Decode: Sized {
    /// Decodes one value.
    #[doc(hidden)]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Returns the value of a missing property; `None` if the property is required.
    #[doc(hidden)]
    fn absent() -> Option<Self> {
        None
    }
}

/// Decodes a value from JSON.
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
/// If the text is not valid JSON, does not match the type, or continues after the value.
pub fn from_slice<T: Decode>(json: &[u8]) -> Result<T, DecodeError> {
    let ends = Ends::of(json);
    let mut reader = Reader::new(json, &ends);
    let value = T::decode(&mut reader)?;
    reader.end()?;
    Ok(value)
}

impl Reader<'_> {
    /// Decodes the payload of a union variant.
    pub(crate) fn variant<T: Decode, U>(&mut self, name: &str, wrap: impl Fn(T) -> U) -> Result<U, DecodeError> {
        match T::decode(self) {
            Ok(value) => Ok(wrap(value)),
            Err(error) => Err(error.in_variant(name)),
        }
    }

    /// Decodes an object of a variant that this crate does not know.
    pub(crate) fn unknown(&mut self) -> Result<Value, DecodeError> {
        self.expect(Kind::Object)?;
        Value::decode(self)
    }
}
