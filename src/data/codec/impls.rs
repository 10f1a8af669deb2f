//! The types that are not generated.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Number, Value};
use uuid::Uuid;

use super::{Decode, DecodeError, Encode, Kind, Reader, Writer};

impl Decode for bool {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.boolean()
    }
}

impl Encode for bool {
    fn encode(&self, writer: &mut Writer) {
        writer.raw(if *self { "true" } else { "false" });
    }
}

impl Decode for i64 {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let text = reader.number()?;
        // `5.0` is an integer too, says JSON Schema.
        let whole = || text.parse::<f64>().ok().filter(|value| value.fract() == 0.0 && value.abs() < 2_f64.powi(53));
        let value = text.parse().ok().or_else(|| whole().map(|value| value as i64));
        value.ok_or_else(|| {
            reader.error(format!("expected a 64-bit integer, found `{text}`")).or("expected a 64-bit integer")
        })
    }
}

impl Encode for i64 {
    fn encode(&self, writer: &mut Writer) {
        writer.raw(itoa::Buffer::new().format(*self));
    }
}

impl Decode for Number {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let text = reader.number()?;
        let integer = text.parse::<u64>().map(Number::from).or_else(|_| text.parse::<i64>().map(Number::from));
        // Of the integers there is no negative zero.
        let integer = integer.ok().filter(|_| text != "-0");
        if integer.is_none() && text != "-0" && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()) {
            // As a float it would be rounded.
            let message = format!("the integer `{text}` is out of range, which is from -2^63 to 2^64 - 1");
            return Err(reader.error(message).or("the integer is out of range, which is from -2^63 to 2^64 - 1"));
        }
        // The standard library reads floats exactly; serde_json does so only with a feature.
        let number = integer.or_else(|| text.parse().ok().and_then(Number::from_f64));
        number.ok_or_else(|| {
            reader.error(format!("the number `{text}` is out of range")).or("the number is out of range")
        })
    }
}

impl Encode for Number {
    fn encode(&self, writer: &mut Writer) {
        writer.raw(&self.to_string());
    }
}

impl Decode for String {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(reader.string()?.into_owned())
    }
}

impl Encode for String {
    fn encode(&self, writer: &mut Writer) {
        writer.string(self);
    }
}

impl Encode for &str {
    fn encode(&self, writer: &mut Writer) {
        writer.string(self);
    }
}

/// Reads a string that is parsed further.
fn parse<T: FromStr<Err: Display>>(reader: &mut Reader<'_>, what: &str) -> Result<T, DecodeError> {
    let text = reader.string()?;
    text.parse()
        .map_err(|error| reader.error(format!("invalid {what} `{text}`: {error}")).or(&format!("invalid {what}")))
}

impl Decode for Uuid {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        parse(reader, "UUID")
    }
}

impl Encode for Uuid {
    fn encode(&self, writer: &mut Writer) {
        writer.raw("\"");
        writer.raw(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        writer.raw("\"");
    }
}

/// Some endpoints leave the time zone out, and mean UTC.
fn parse_time(text: &str) -> Result<DateTime<Utc>, chrono::ParseError> {
    DateTime::parse_from_rfc3339(text).map(Into::into).or_else(|error| {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|time| time.and_utc()).map_err(|_| error)
    })
}

impl Decode for DateTime<Utc> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let text = reader.string()?;
        parse_time(&text).map_err(|error| reader.error(format!("invalid time `{text}`: {error}")).or("invalid time"))
    }
}

impl Encode for DateTime<Utc> {
    fn encode(&self, writer: &mut Writer) {
        writer.raw("\"");
        writer.raw(&self.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        writer.raw("\"");
    }
}

impl Decode for NaiveDate {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        parse(reader, "date")
    }
}

impl Encode for NaiveDate {
    fn encode(&self, writer: &mut Writer) {
        writer.string(&self.to_string());
    }
}

impl Decode for Decimal {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let text = match reader.kind()? {
            Kind::Number => reader.number()?.into(),
            _ => reader.string()?,
        };
        decimal(&text).map_err(|error| reader.error(format!("invalid decimal `{text}`: {error}")).or("invalid decimal"))
    }
}

/// Reads a decimal, which Python writes with an exponent if it is small: `1E-7`, `0E-12`. Nothing is rounded.
fn decimal(text: &str) -> Result<Decimal, rust_decimal::Error> {
    /// More than any decimal has before or after the point, and little enough to be written out.
    const LARGEST_EXPONENT: i32 = 64;
    let number = text.split_once(['e', 'E']);
    let Some((mantissa, exponent)) = number else { return Decimal::from_str_exact(text) };
    let invalid = || rust_decimal::Error::ErrorString("the exponent is not a number or too large".to_owned());
    let exponent =
        exponent.parse().ok().filter(|exponent: &i32| exponent.abs() <= LARGEST_EXPONENT).ok_or_else(invalid)?;
    let (sign, digits) = match mantissa.strip_prefix(['-', '+']) {
        Some(digits) => (&mantissa[..1], digits),
        None => ("", mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    // The place of the point among all digits.
    let place = i32::try_from(whole.len()).map_err(|_| invalid())? + exponent;
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(rust_decimal::Error::ErrorString("it has no digits, or something else among them".to_owned()));
    }
    let plain = match usize::try_from(place) {
        Ok(place) if place < digits.len() => format!("{sign}{}.{}", &digits[..place], &digits[place..]),
        Ok(place) => format!("{sign}{digits:0<place$}"),
        Err(_) => format!("{sign}0.{}{digits}", "0".repeat(place.unsigned_abs() as usize)),
    };
    // Zeros at the end say nothing of the value, and can be more than a decimal has room for.
    let plain = if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.') } else { &plain };
    Decimal::from_str_exact(match plain {
        "" | "-" | "+" => "0",
        plain => plain,
    })
}

impl Encode for Decimal {
    fn encode(&self, writer: &mut Writer) {
        writer.string(&self.to_string());
    }
}

impl Decode for Value {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match reader.kind()? {
            Kind::Null => {
                reader.null()?;
                Value::Null
            }
            Kind::Boolean => Value::Bool(reader.boolean()?),
            Kind::Number => Value::Number(Decode::decode(reader)?),
            Kind::String => Value::String(Decode::decode(reader)?),
            Kind::Array => Value::Array(Decode::decode(reader)?),
            Kind::Object => Value::Object(Decode::decode(reader)?),
        })
    }
}

impl Encode for Value {
    fn encode(&self, writer: &mut Writer) {
        writer.value(self);
    }
}

impl Decode for Map<String, Value> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut map = Map::new();
        reader.object()?;
        while let Some(key) = reader.key()? {
            let key = key.into_owned();
            match Value::decode(reader) {
                Ok(value) => map.insert(key, value),
                Err(error) => return Err(error.in_property(key)),
            };
        }
        Ok(map)
    }
}

impl Encode for Map<String, Value> {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        for (key, value) in self {
            writer.field(key, value);
        }
        writer.end_object();
    }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut map = BTreeMap::new();
        reader.object()?;
        while let Some(key) = reader.key()? {
            let key = key.into_owned();
            match T::decode(reader) {
                Ok(value) => map.insert(key, value),
                Err(error) => return Err(error.in_property(key)),
            };
        }
        Ok(map)
    }
}

impl<T: Encode> Encode for BTreeMap<String, T> {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        for (key, value) in self {
            writer.field(key, value);
        }
        writer.end_object();
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut elements = Vec::new();
        reader.array()?;
        while reader.element()? {
            match T::decode(reader) {
                Ok(element) => elements.push(element),
                Err(error) => return Err(error.in_element(elements.len())),
            }
        }
        Ok(elements)
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, writer: &mut Writer) {
        writer.array(self.iter().map(|element| element as &dyn Encode));
    }
}

impl<A: Decode, B: Decode> Decode for (A, B) {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array()?;
        if !reader.element()? {
            return Err(reader.error("expected two elements, found none"));
        }
        let first = A::decode(reader).map_err(|error| error.in_element(0))?;
        if !reader.element()? {
            return Err(reader.error("expected two elements, found one"));
        }
        let second = B::decode(reader).map_err(|error| error.in_element(1))?;
        if reader.element()? {
            return Err(reader.error("expected two elements, found more"));
        }
        Ok((first, second))
    }
}

impl<A: Encode, B: Encode> Encode for (A, B) {
    fn encode(&self, writer: &mut Writer) {
        let elements: [&dyn Encode; 2] = [&self.0, &self.1];
        writer.array(elements.into_iter());
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.null()? { Ok(None) } else { T::decode(reader).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, writer: &mut Writer) {
        match self {
            Some(value) => value.encode(writer),
            None => writer.raw("null"),
        }
    }

    fn is_null(&self) -> bool {
        self.is_none()
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::decode(reader).map(Box::new)
    }
}

impl<T: Encode> Encode for Box<T> {
    fn encode(&self, writer: &mut Writer) {
        (**self).encode(writer);
    }
}
