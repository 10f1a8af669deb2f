/// One of several types of `Lamp`.
#[derive(Clone, PartialEq)]
#[allow(clippy::large_enum_variant)]
#[non_exhaustive]
pub enum Lamp {
    /// Of the type `LampDesk`.
    Desk(LampDesk),
    /// Of the type `LampFloor`.
    Floor(LampFloor),
    /// Of the type `LampCandle`.
    Candle(LampCandle),
    /// A variant that the document does not have, as it came.
    ///
    /// The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.
    Unknown(Value),
}
impl Decode for Lamp {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.tag(&["kind"])?.literal() {
            Literal::String("desk") => reader.variant("Desk", Self::Desk),
            Literal::String("floor") | Literal::String("tall_floor") => {
                reader.variant("Floor", Self::Floor)
            }
            Literal::String("candle") | Literal::Absent => {
                reader.variant("Candle", Self::Candle)
            }
            _ => reader.unknown().map(Self::Unknown),
        }
    }
}
impl Encode for Lamp {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let (name, value): (&'static str, &dyn Encode) = match self {
            Self::Desk(value) => ("Desk", value),
            Self::Floor(value) => ("Floor", value),
            Self::Candle(value) => ("Candle", value),
            Self::Unknown(value) => ("Unknown", value),
        };
        writer.variant("Lamp", name);
        value.encode(writer);
    }
}
impl From<LampDesk> for Lamp {
    #[inline]
    fn from(value: LampDesk) -> Self {
        Self::Desk(value)
    }
}
impl From<LampFloor> for Lamp {
    #[inline]
    fn from(value: LampFloor) -> Self {
        Self::Floor(value)
    }
}
impl From<LampCandle> for Lamp {
    #[inline]
    fn from(value: LampCandle) -> Self {
        Self::Candle(value)
    }
}
impl_debug_and_serde!(Lamp);
