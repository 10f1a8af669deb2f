///The properties of `Permit`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Permit {
    ///`activity`: a [`Activity`].
    pub activity: Activity,
    ///`details`: a [`PermitDetails`].
    pub details: PermitDetails,
}
///One of several types of `PermitDetails`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum PermitDetails {
    ///Of the type `FishingDetails`.
    Fishing(FishingDetails),
    ///Of the type `DivingDetails`.
    Diving(DivingDetails),
    ///Of the type `CampingDetails`.
    Camping(CampingDetails),
    /**A variant that the document does not have, as it came.

The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<FishingDetails> for PermitDetails {
    fn from(value: FishingDetails) -> Self {
        Self::Fishing(value)
    }
}
impl ::std::convert::From<DivingDetails> for PermitDetails {
    fn from(value: DivingDetails) -> Self {
        Self::Diving(value)
    }
}
impl ::std::convert::From<CampingDetails> for PermitDetails {
    fn from(value: CampingDetails) -> Self {
        Self::Camping(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for PermitDetails {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
