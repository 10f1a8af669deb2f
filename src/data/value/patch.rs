use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::data::codec::{Decode, DecodeError, Encode, Reader, Writer};

/// A property of a request that can be absent, `null`, or a value.
///
/// In an update, an absent property is left unchanged, `null` clears it, and a value replaces it. Setters produce a value,
/// or leave the property absent if passed `None`; methods that begin with `clear_` produce `null`.
///
/// ```
/// use polar_client::Patch;
///
/// let unchanged: Patch<String> = Patch::Absent;
/// let cleared: Patch<String> = Patch::Null;
/// let renamed: Patch<String> = "Jane".into();
/// assert_eq!(renamed.value().map(String::as_str), Some("Jane"));
/// assert!(unchanged.value().is_none() && cleared.value().is_none());
/// assert_ne!(unchanged, cleared);
/// ```
///
/// With serde, absent values and `null` are both serialized as `null`. To distinguish them in a struct of your own, use
/// `#[serde(default, skip_serializing_if = "Patch::is_absent")]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The property is omitted.
    #[default]
    Absent,
    /// The property is `null`.
    Null,
    /// The property has this value.
    Value(T),
}

impl<T> Patch<T> {
    /// Returns a property that is omitted if there is no value.
    #[inline]
    pub(crate) fn given(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }

    /// Returns true if the property is omitted.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns the value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Returns the value, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

/// Converts `None` to `null`. A setter that is given `None` omits the property instead.
impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Decode> Decode for Patch<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.null()? { Ok(Self::Null) } else { T::decode(reader).map(Self::Value) }
    }

    fn absent() -> Option<Self> {
        Some(Self::Absent)
    }
}

impl<T: Encode> Encode for Patch<T> {
    fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Value(value) => value.encode(writer),
            Self::Absent | Self::Null => writer.raw("null"),
        }
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}
