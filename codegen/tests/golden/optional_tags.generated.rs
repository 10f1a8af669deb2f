///The properties of `MountWall`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct MountWall {
    /**`screws`: a [`MountWallScrews`].

The API takes `"steel"` if it is left out.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub screws: ::std::option::Option<MountWallScrews>,
}
///One of several types of `Scale`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Scale {
    ///Of the type `ScaleLinear`.
    Linear(ScaleLinear),
    ///Of the type `ScaleLog`.
    Log(ScaleLog),
    /**A variant that the document does not have, as it came.

The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<ScaleLinear> for Scale {
    fn from(value: ScaleLinear) -> Self {
        Self::Linear(value)
    }
}
impl ::std::convert::From<ScaleLog> for Scale {
    fn from(value: ScaleLog) -> Self {
        Self::Log(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Scale {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
///The properties of `ScaleLinear`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
#[serde(deny_unknown_fields)]
pub struct ScaleLinear {}
///The properties of `ScaleLog`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct ScaleLog {
    ///`base`: an integer.
    pub base: i64,
}
