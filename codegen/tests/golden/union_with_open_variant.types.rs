/// One of the types of `Instrument`.
///
/// | `kind` | variant |
/// | --- | --- |
/// | `piano` | [`Piano`](Self::Piano) |
/// | any other | [`Generic`](Self::Generic) |
///
/// # Examples
///
/// ```
/// # fn example(value: polar_client::types::Instrument) {
/// use polar_client::types::Instrument;
///
/// match value {
///     Instrument::Piano(value) => println!("{value:?}"),
///     other => println!("something else: {other:?}"),
/// }
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Instrument {
    /// The type [`InstrumentPiano`].
    Piano(InstrumentPiano),
    /// The type [`InstrumentGeneric`].
    Generic(InstrumentGeneric),
    /// A variant that this version of the crate does not know, as the API sent it.
    ///
    /// The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.
    Unknown(Value),
}
impl Decode for Instrument {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.tag(&["kind"])?.literal() {
            Literal::String("piano") => reader.variant("Piano", Self::Piano),
            Literal::Absent => Err(reader.untagged("kind")),
            _ => reader.variant("Generic", Self::Generic),
        }
    }
}
impl Encode for Instrument {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let value: &dyn Encode = match_variants!(
            self, Piano | Generic | Unknown(value) => value
        );
        value.encode(writer);
    }
}
impl Instrument {
    /// Returns `kind` of any variant, or `None` if it is absent or `null`.
    #[inline]
    pub fn kind(&self) -> Option<&str> {
        match_variants!(
            self, Piano(_) => Some("piano"), Generic(value) => Some(value.kind.as_str()),
            Unknown(value) => value.get("kind").and_then(Value::as_str)
        )
    }
}
impl From<InstrumentPiano> for Instrument {
    #[inline]
    fn from(value: InstrumentPiano) -> Self {
        Self::Piano(value)
    }
}
impl From<InstrumentGeneric> for Instrument {
    #[inline]
    fn from(value: InstrumentGeneric) -> Self {
        Self::Generic(value)
    }
}
impl_debug_and_serde!(Instrument);
/// An object with the properties of `InstrumentGeneric`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct InstrumentGeneric {
    /// All other properties.
    pub additional: BTreeMap<String, Value>,
    /// `kind`: a string.
    pub kind: String,
}
impl_object!(InstrumentGeneric, [Always("kind") => kind], additional);
impl_debug_and_serde!(InstrumentGeneric);
