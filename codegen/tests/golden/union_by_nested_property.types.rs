/// One of the types of `Ticket`.
///
/// | `event.kind` | variant |
/// | --- | --- |
/// | `concert` | [`Concert`](Self::Concert) |
/// | `museum` | [`Museum`](Self::Museum) |
///
/// # Examples
///
/// ```
/// # fn example(value: polar_client::types::Ticket) {
/// use polar_client::types::Ticket;
///
/// match value {
///     Ticket::Concert(value) => println!("{value:?}"),
///     other => println!("something else: {other:?}"),
/// }
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Ticket {
    /// The type [`TicketConcert`].
    Concert(TicketConcert),
    /// The type [`TicketMuseum`].
    Museum(TicketMuseum),
    /// A variant that this version of the crate does not know, as the API sent it.
    ///
    /// The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.
    Unknown(Value),
}
impl Decode for Ticket {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.tag(&["event", "kind"])?.literal() {
            Literal::String("concert") => reader.variant("Concert", Self::Concert),
            Literal::String("museum") => reader.variant("Museum", Self::Museum),
            Literal::Absent => Err(reader.untagged("event.kind")),
            _ => reader.unknown().map(Self::Unknown),
        }
    }
}
impl Encode for Ticket {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let value: &dyn Encode = match_variants!(
            self, Concert | Museum | Unknown(value) => value
        );
        value.encode(writer);
    }
}
impl Ticket {
    /// Returns `seat` of any variant, or `None` if it is absent or `null`.
    #[inline]
    pub fn seat(&self) -> Option<&str> {
        match_variants!(
            self, Concert | Museum(value) => Some(value.seat.as_str()), Unknown(value) =>
            value.get("seat").and_then(Value::as_str)
        )
    }
}
impl From<TicketConcert> for Ticket {
    #[inline]
    fn from(value: TicketConcert) -> Self {
        Self::Concert(value)
    }
}
impl From<TicketMuseum> for Ticket {
    #[inline]
    fn from(value: TicketMuseum) -> Self {
        Self::Museum(value)
    }
}
impl_debug_and_serde!(Ticket);
