///The properties of `Bicycle`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Bicycle {
    ///`gears`: an integer.
    pub gears: i64,
    ///`id`: a UUID.
    pub id: ::uuid::Uuid,
}
///What carries people.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Vehicle {
    ///Of the type `Bicycle`.
    Bicycle(Bicycle),
    ///Of the type `Train`.
    Train(Train),
    /**A variant that the document does not have, as it came.

The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<Bicycle> for Vehicle {
    fn from(value: Bicycle) -> Self {
        Self::Bicycle(value)
    }
}
impl ::std::convert::From<Train> for Vehicle {
    fn from(value: Train) -> Self {
        Self::Train(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Vehicle {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
