/// One of the types of `Lamp`.
///
/// | `kind` | variant |
/// | --- | --- |
/// | `candle` | [`Candle`](Self::Candle) |
/// | `desk` | [`Desk`](Self::Desk) |
/// | `floor` | [`Floor`](Self::Floor) |
/// | `tall_floor` | [`Floor`](Self::Floor) |
/// | absent | [`Candle`](Self::Candle) |
///
/// # Examples
///
/// ```
/// # fn example(value: polar_client::types::Lamp) {
/// use polar_client::types::Lamp;
///
/// match value {
///     Lamp::Desk(value) => println!("{value:?}"),
///     other => println!("something else: {other:?}"),
/// }
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Lamp {
    /// The type [`LampDesk`].
    Desk(LampDesk),
    /// The type [`LampFloor`].
    Floor(LampFloor),
    /// The type [`LampCandle`].
    Candle(LampCandle),
    /// A variant that this version of the crate does not know, as the API sent it.
    ///
    /// The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.
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
        let value: &dyn Encode = match_variants!(
            self, Desk | Floor | Candle | Unknown(value) => value
        );
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
