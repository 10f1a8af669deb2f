/**The payload of a webhook: its time, and what happened to which object.

| `type` | variant |
| --- | --- |
| `boat.launched` | [`BoatLaunched`](Self::BoatLaunched) |
| `boat.sunk` | [`BoatSunk`](Self::BoatSunk) |
| `crew.hired` | [`CrewHired`](Self::CrewHired) |

# Examples

```
# fn example(value: polar_client::types::WebhookPayload) {
use polar_client::types::WebhookPayload;

match value {
    WebhookPayload::BoatLaunched(value) => println!("{value:?}"),
    other => println!("something else: {other:?}"),
}
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum WebhookPayload {
    ///The type [`BoatLaunchedPayload`].
    BoatLaunched(BoatLaunchedPayload),
    ///The type [`BoatSunkPayload`].
    BoatSunk(BoatSunkPayload),
    ///The type [`CrewHiredPayload`].
    CrewHired(CrewHiredPayload),
    /**A variant that this version of the crate does not know, as the API sent it.

The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.*/
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
