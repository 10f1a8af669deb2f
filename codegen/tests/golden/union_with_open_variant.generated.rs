///One of several types of `Instrument`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Instrument {
    ///Of the type `InstrumentPiano`.
    Piano(InstrumentPiano),
    ///Of the type `InstrumentGeneric`.
    Generic(InstrumentGeneric),
    /**A variant that the document does not have, as it came.

The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<InstrumentPiano> for Instrument {
    fn from(value: InstrumentPiano) -> Self {
        Self::Piano(value)
    }
}
impl ::std::convert::From<InstrumentGeneric> for Instrument {
    fn from(value: InstrumentGeneric) -> Self {
        Self::Generic(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Instrument {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
