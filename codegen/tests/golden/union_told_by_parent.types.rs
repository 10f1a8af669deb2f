/// An object with the properties of `Permit`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Permit {
    /// `activity`: of type [`Activity`].
    pub activity: Activity,
    /// `details`: of type [`PermitDetails`].
    pub details: PermitDetails,
}
impl Permit {
    const PROPERTIES: &'static [Property] = &[
        Property::Always("activity"),
        Property::Always("details"),
    ];
}
impl Decode for Permit {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = reader.fields(Self::PROPERTIES)?;
        let (activity,) = fields.take()?;
        let details = fields
            .take_told(&["activity", "kind"], PermitDetails::decode_within)?;
        fields.end()?;
        Ok(Self { activity, details })
    }
}
impl Encode for Permit {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.object(Self::PROPERTIES, &[&self.activity, &self.details]);
    }
}
impl_debug_and_serde!(Permit);
/// One of the types of `PermitDetails`.
///
/// | `activity.kind` | variant |
/// | --- | --- |
/// | `camping` | [`Camping`](Self::Camping) |
/// | `diving` | [`Diving`](Self::Diving) |
/// | `fishing` | [`Fishing`](Self::Fishing) |
///
/// # Examples
///
/// ```
/// # fn example(value: polar_client::types::PermitDetails) {
/// use polar_client::types::PermitDetails;
///
/// match value {
///     PermitDetails::Fishing(value) => println!("{value:?}"),
///     other => println!("something else: {other:?}"),
/// }
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum PermitDetails {
    /// The type [`FishingDetails`].
    Fishing(FishingDetails),
    /// The type [`DivingDetails`].
    Diving(DivingDetails),
    /// The type [`CampingDetails`].
    Camping(CampingDetails),
    /// A variant that this version of the crate does not know, as the API sent it.
    ///
    /// The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.
    Unknown(Value),
}
impl PermitDetails {
    /// Reads one whose variant the object around it tells, or else its properties.
    #[inline]
    pub(crate) fn decode_within(
        reader: &mut Reader<'_>,
        tag: &Tag<'_>,
    ) -> Result<Self, DecodeError> {
        match tag.literal() {
            Literal::String("fishing") => return reader.variant("Fishing", Self::Fishing),
            Literal::String("diving") => return reader.variant("Diving", Self::Diving),
            Literal::String("camping") => return reader.variant("Camping", Self::Camping),
            _ => {}
        }
        let keys = reader.keys()?;
        if keys.are_among(&["depth"]) {
            return reader.variant("Diving", Self::Diving);
        }
        if keys.are_among(&["rods", "lake"]) {
            return reader.variant("Fishing", Self::Fishing);
        }
        if keys.are_among(&["nights", "tents"]) {
            return reader.variant("Camping", Self::Camping);
        }
        reader.unknown().map(Self::Unknown)
    }
}
impl Decode for PermitDetails {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::decode_within(reader, &Tag::Absent)
    }
}
impl Encode for PermitDetails {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let value: &dyn Encode = match_variants!(
            self, Fishing | Diving | Camping | Unknown(value) => value
        );
        value.encode(writer);
    }
}
impl From<FishingDetails> for PermitDetails {
    #[inline]
    fn from(value: FishingDetails) -> Self {
        Self::Fishing(value)
    }
}
impl From<DivingDetails> for PermitDetails {
    #[inline]
    fn from(value: DivingDetails) -> Self {
        Self::Diving(value)
    }
}
impl From<CampingDetails> for PermitDetails {
    #[inline]
    fn from(value: CampingDetails) -> Self {
        Self::Camping(value)
    }
}
impl_debug_and_serde!(PermitDetails);
