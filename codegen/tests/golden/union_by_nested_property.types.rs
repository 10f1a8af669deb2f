/// One of several types of `Ticket`.
#[derive(Clone, PartialEq)]
#[allow(clippy::large_enum_variant)]
#[non_exhaustive]
pub enum Ticket {
    /// Of the type `TicketConcert`.
    Concert(TicketConcert),
    /// Of the type `TicketMuseum`.
    Museum(TicketMuseum),
    /// A variant that the document does not have, as it came.
    ///
    /// The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.
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
        let (name, value): (&'static str, &dyn Encode) = match self {
            Self::Concert(value) => ("Concert", value),
            Self::Museum(value) => ("Museum", value),
            Self::Unknown(value) => ("Unknown", value),
        };
        writer.variant("Ticket", name);
        value.encode(writer);
    }
}
impl Ticket {
    /// `seat`, whichever variant it is; `None` if it has none.
    #[inline]
    pub fn seat(&self) -> Option<&str> {
        match self {
            Self::Concert(value) => Some(value.seat.as_str()),
            Self::Museum(value) => Some(value.seat.as_str()),
            Self::Unknown(value) => value.get("seat").and_then(Value::as_str),
        }
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
