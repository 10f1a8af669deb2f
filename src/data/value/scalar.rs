use serde_json::{Number, Value};

use crate::data::codec::{Decode, DecodeError, Encode, Kind, Reader, ToText, Writer};

/// A string, a number or a boolean. Used for metadata, custom fields and filter clauses.
///
/// ```
/// use polar_client::Scalar;
///
/// assert_eq!(Scalar::from("pro").as_str(), Some("pro"));
/// assert_eq!(Scalar::from(42), Scalar::Number(42.into()));
/// assert_eq!(Scalar::from(1.5), Scalar::Number(serde_json::Number::from_f64(1.5).unwrap()));
/// assert_eq!(Scalar::from(true), Scalar::Boolean(true));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Scalar {
    /// A string, or a date or time in a custom field.
    String(String),
    /// A number. Integers remain integers.
    Number(Number),
    /// A boolean.
    Boolean(bool),
    /// An infinity or NaN, which JSON cannot represent. A call with such a value in its body fails with
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind) before it is sent; elsewhere it is written as `null`.
    NotFinite(f64),
    /// Any other JSON value.
    Unknown(Value),
}

impl Scalar {
    /// Returns the text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the integer, if this is one and it fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// Returns the number, rounded to an `f64`.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            Self::NotFinite(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the boolean, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }
}

impl From<&str> for Scalar {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Scalar {
            fn from(value: $integer) -> Self {
                Self::Number(value.into())
            }
        }
    )*};
}

from_integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl From<f64> for Scalar {
    fn from(value: f64) -> Self {
        Number::from_f64(value).map_or(Self::NotFinite(value), Self::Number)
    }
}

/// Preserves the shortest decimal form of the `f32`: `0.1_f32` becomes 0.1.
impl From<f32> for Scalar {
    fn from(value: f32) -> Self {
        value.to_string().parse::<f64>().unwrap_or(value.into()).into()
    }
}

impl From<Number> for Scalar {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl Decode for Scalar {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match reader.kind()? {
            Kind::String => Self::String(Decode::decode(reader)?),
            Kind::Number => Self::Number(Decode::decode(reader)?),
            Kind::Boolean => Self::Boolean(reader.boolean()?),
            Kind::Null | Kind::Array | Kind::Object => Self::Unknown(Decode::decode(reader)?),
        })
    }
}

impl Encode for Scalar {
    fn encode(&self, writer: &mut Writer) {
        let value: &dyn Encode = match self {
            Self::String(text) => text,
            Self::Number(number) => number,
            Self::Boolean(value) => value,
            Self::NotFinite(_) => return writer.not_finite(),
            Self::Unknown(value) => value,
        };
        value.encode(writer);
    }
}

impl ToText for Scalar {
    fn to_text(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::String(text) => text.as_str().into(),
            Self::Number(number) => number.to_string().into(),
            Self::Boolean(value) => value.to_text(),
            Self::NotFinite(value) => value.to_string().into(),
            Self::Unknown(value) => value.to_string().into(),
        }
    }
}

impl_serde!(Scalar);
