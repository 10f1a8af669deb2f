/// The payload of a webhook: its time, and what happened to which object.
///
/// | `type` | variant |
/// | --- | --- |
/// | `boat.launched` | [`BoatLaunched`](Self::BoatLaunched) |
/// | `boat.sunk` | [`BoatSunk`](Self::BoatSunk) |
/// | `crew.hired` | [`CrewHired`](Self::CrewHired) |
///
/// # Cargo features
///
/// An event has a variant if the cargo feature of its resource is enabled. Other events are `Unknown`.
///
/// | events | feature |
/// | --- | --- |
/// | `boat.…` | `boats` |
///
/// # Examples
///
/// ```
/// # fn example(value: polar_client::types::WebhookPayload) {
/// use polar_client::types::WebhookPayload;
///
/// match value {
///     WebhookPayload::BoatLaunched(value) => println!("{value:?}"),
///     other => println!("something else: {other:?}"),
/// }
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum WebhookPayload {
    /// The type [`BoatLaunchedPayload`].
    BoatLaunched(BoatLaunchedPayload),
    /// The type [`BoatSunkPayload`].
    BoatSunk(BoatSunkPayload),
    /// The type [`CrewHiredPayload`].
    CrewHired(CrewHiredPayload),
    /// A variant that this version of the crate does not know, as the API sent it.
    ///
    /// The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.
    Unknown(Value),
}
impl Decode for WebhookPayload {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.tag(&["type"])?.literal() {
            Literal::String("boat.launched") => {
                reader.variant("BoatLaunched", Self::BoatLaunched)
            }
            Literal::String("boat.sunk") => reader.variant("BoatSunk", Self::BoatSunk),
            Literal::String("crew.hired") => reader.variant("CrewHired", Self::CrewHired),
            Literal::Absent => Err(reader.untagged("type")),
            _ => reader.unknown().map(Self::Unknown),
        }
    }
}
impl crate::webhook_events::Payload for WebhookPayload {
    const VERSIONS: &'static [&'static str] = &["2026-01"];
}
impl Encode for WebhookPayload {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let value: &dyn Encode = match_variants!(
            self, BoatLaunched | BoatSunk | CrewHired | Unknown(value) => value
        );
        value.encode(writer);
    }
}
impl WebhookPayload {
    /// Returns `timestamp` of any known variant, or `None` if it is absent, `null`, or the variant is unknown.
    #[inline]
    pub fn timestamp(&self) -> Option<DateTime<Utc>> {
        match_variants!(
            self, BoatLaunched | BoatSunk | CrewHired(value) => Some(value.timestamp),
            Unknown(_) => None
        )
    }
    /// Returns `type` of any variant, or `None` if it is absent or `null`.
    #[inline]
    pub fn type_(&self) -> Option<&str> {
        match_variants!(
            self, BoatLaunched(_) => Some("boat.launched"), BoatSunk(_) =>
            Some("boat.sunk"), CrewHired(_) => Some("crew.hired"), Unknown(value) =>
            value.get("type").and_then(Value::as_str)
        )
    }
}
impl From<BoatLaunchedPayload> for WebhookPayload {
    #[inline]
    fn from(value: BoatLaunchedPayload) -> Self {
        Self::BoatLaunched(value)
    }
}
impl From<BoatSunkPayload> for WebhookPayload {
    #[inline]
    fn from(value: BoatSunkPayload) -> Self {
        Self::BoatSunk(value)
    }
}
impl From<CrewHiredPayload> for WebhookPayload {
    #[inline]
    fn from(value: CrewHiredPayload) -> Self {
        Self::CrewHired(value)
    }
}
impl_debug_and_serde!(WebhookPayload);
