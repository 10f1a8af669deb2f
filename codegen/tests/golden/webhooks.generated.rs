///One of several types of `WebhookPayload`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum WebhookPayload {
    ///Of the type `BoatLaunchedPayload`.
    BoatLaunched(BoatLaunchedPayload),
    ///Of the type `BoatSunkPayload`.
    BoatSunk(BoatSunkPayload),
    ///Of the type `CrewHiredPayload`.
    CrewHired(CrewHiredPayload),
    /**A variant that the document does not have, as it came.

The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<BoatLaunchedPayload> for WebhookPayload {
    fn from(value: BoatLaunchedPayload) -> Self {
        Self::BoatLaunched(value)
    }
}
impl ::std::convert::From<BoatSunkPayload> for WebhookPayload {
    fn from(value: BoatSunkPayload) -> Self {
        Self::BoatSunk(value)
    }
}
impl ::std::convert::From<CrewHiredPayload> for WebhookPayload {
    fn from(value: CrewHiredPayload) -> Self {
        Self::CrewHired(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for WebhookPayload {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
