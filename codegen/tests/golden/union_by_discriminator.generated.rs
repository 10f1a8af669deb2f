///One of several types of `Lamp`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Lamp {
    ///Of the type `LampDesk`.
    Desk(LampDesk),
    ///Of the type `LampFloor`.
    Floor(LampFloor),
    ///Of the type `LampCandle`.
    Candle(LampCandle),
    /**A variant that the document does not have, as it came.

The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<LampDesk> for Lamp {
    fn from(value: LampDesk) -> Self {
        Self::Desk(value)
    }
}
impl ::std::convert::From<LampFloor> for Lamp {
    fn from(value: LampFloor) -> Self {
        Self::Floor(value)
    }
}
impl ::std::convert::From<LampCandle> for Lamp {
    fn from(value: LampCandle) -> Self {
        Self::Candle(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Lamp {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
