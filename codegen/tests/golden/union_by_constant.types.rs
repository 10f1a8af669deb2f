/// An object with the properties of `Bicycle`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Bicycle {
    /// `gears`: an integer.
    pub gears: i64,
    /// `id`: of type [`VehicleId`].
    pub id: VehicleId,
}
impl_object!(
    Bicycle, [Always("id") => id, Constant("power", Literal::String("legs")),
    Always("gears") => gears]
);
impl_debug_and_serde!(Bicycle);
/// What carries people.
///
/// | `power` | variant |
/// | --- | --- |
/// | `legs` | [`Bicycle`](Self::Bicycle) |
/// | `electricity` | [`Train`](Self::Train) |
/// | `steam` | [`Train`](Self::Train) |
///
/// # Examples
///
/// ```
/// # fn example(value: polar_client::types::Vehicle) {
/// use polar_client::types::Vehicle;
///
/// match value {
///     Vehicle::Bicycle(value) => println!("{value:?}"),
///     other => println!("something else: {other:?}"),
/// }
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Vehicle {
    /// The type [`Bicycle`].
    Bicycle(Bicycle),
    /// The type [`Train`].
    Train(Train),
    /// A variant that this version of the crate does not know, as the API sent it.
    ///
    /// The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.
    Unknown(Value),
}
impl Decode for Vehicle {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.tag(&["power"])?.literal() {
            Literal::String("legs") => reader.variant("Bicycle", Self::Bicycle),
            Literal::String("electricity") | Literal::String("steam") => {
                reader.variant("Train", Self::Train)
            }
            Literal::Absent => Err(reader.untagged("power")),
            _ => reader.unknown().map(Self::Unknown),
        }
    }
}
impl Encode for Vehicle {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let value: &dyn Encode = match_variants!(
            self, Bicycle | Train | Unknown(value) => value
        );
        value.encode(writer);
    }
}
impl Vehicle {
    /// Returns `id` of any known variant, or `None` if it is absent, `null`, or the variant is unknown.
    #[inline]
    pub fn id(&self) -> Option<VehicleId> {
        match_variants!(
            self, Bicycle | Train(value) => Some(value.id), Unknown(_) => None
        )
    }
}
impl From<Bicycle> for Vehicle {
    #[inline]
    fn from(value: Bicycle) -> Self {
        Self::Bicycle(value)
    }
}
impl From<Train> for Vehicle {
    #[inline]
    fn from(value: Train) -> Self {
        Self::Train(value)
    }
}
impl_debug_and_serde!(Vehicle);
