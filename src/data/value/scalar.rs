use serde_json::{Number, Value};

use crate::data::codec::{Decode, DecodeError, Encode, Kind, Reader, ToText, Writer};

/// A string, a number or a boolean: a value of metadata, of a custom field, or of a filter clause.
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
    /// A string; also a date or time where a custom field holds one.
    String(String),
    /// A number, integer or not as it was written.
    Number(Number),
    /// A boolean.
    Boolean(bool),
    /// An infinite number or NaN, which JSON does not have. A call that has it in its body fails with
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind), before anything is sent; elsewhere it is written as `null`.
    NotFinite(f64),
    /// Anything else, as it came.
    Unknown(Value),
}

impl Scalar {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of an integer that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The value of a number, as close as an `f64` is.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            Self::NotFinite(value) => Some(*value),
            _ => None,
        }
    }

    /// The value of a boolean.
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

/// The decimal digits of the `f32` count: `0.1_f32` is 0.1.
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
        let (name, value): (_, &dyn Encode) = match self {
            Self::String(text) => ("String", text),
            Self::Number(number) => ("Number", number),
            Self::Boolean(value) => ("Boolean", value),
            Self::NotFinite(_) => return writer.not_finite(),
            Self::Unknown(value) => ("Unknown", value),
        };
        writer.variant("Scalar", name);
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
