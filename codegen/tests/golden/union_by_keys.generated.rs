///One of several types of `Rent`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Rent {
    ///Of the type `RentOnce`.
    Once(RentOnce),
    ///Of the type `RentMonthly`.
    Monthly(RentMonthly),
    ///Of the type `RentMonthlyUntil`.
    MonthlyUntil(RentMonthlyUntil),
    /**A variant that the document does not have, as it came.

The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<RentOnce> for Rent {
    fn from(value: RentOnce) -> Self {
        Self::Once(value)
    }
}
impl ::std::convert::From<RentMonthly> for Rent {
    fn from(value: RentMonthly) -> Self {
        Self::Monthly(value)
    }
}
impl ::std::convert::From<RentMonthlyUntil> for Rent {
    fn from(value: RentMonthlyUntil) -> Self {
        Self::MonthlyUntil(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Rent {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
///One of several types of `Price`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Price {
    ///Of the type `LegacyPrice`.
    Legacy(LegacyPrice),
    ///Of the type `CurrentPrice`.
    Current(CurrentPrice),
    /**A variant that the document does not have, as it came.

The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<LegacyPrice> for Price {
    fn from(value: LegacyPrice) -> Self {
        Self::Legacy(value)
    }
}
impl ::std::convert::From<CurrentPrice> for Price {
    fn from(value: CurrentPrice) -> Self {
        Self::Current(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Price {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
