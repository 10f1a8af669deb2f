use rust_decimal::Decimal;
use serde_json::Number;

use crate::data::codec::{Decode, DecodeError, Encode, Kind, Reader, Writer};

/// An amount that the API accepts as a decimal string or as a number.
///
/// Prefer the decimal, which is exact. The API responds with decimal strings.
///
/// ```
/// use polar_client::{Decimal, DecimalOrNumber};
///
/// let half_a_cent = DecimalOrNumber::from(Decimal::new(5, 1));
/// assert_eq!(polar_client::codec::to_vec(&half_a_cent), br#""0.5""#);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DecimalOrNumber {
    /// An exact decimal, sent as a string.
    Decimal(Decimal),
    /// A number. Integers remain integers.
    Number(Number),
}

impl From<Decimal> for DecimalOrNumber {
    fn from(value: Decimal) -> Self {
        Self::Decimal(value)
    }
}

impl From<i64> for DecimalOrNumber {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<Number> for DecimalOrNumber {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl Decode for DecimalOrNumber {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match reader.kind()? {
            Kind::Number => Self::Number(Decode::decode(reader)?),
            _ => Self::Decimal(Decode::decode(reader)?),
        })
    }
}

impl Encode for DecimalOrNumber {
    fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Decimal(decimal) => decimal.encode(writer),
            Self::Number(number) => number.encode(writer),
        }
    }
}

impl_serde!(DecimalOrNumber);
