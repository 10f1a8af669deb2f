///One of several types of `Ticket`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Ticket {
    ///Of the type `TicketConcert`.
    Concert(TicketConcert),
    ///Of the type `TicketMuseum`.
    Museum(TicketMuseum),
    /**A variant that the document does not have, as it came.

The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<TicketConcert> for Ticket {
    fn from(value: TicketConcert) -> Self {
        Self::Concert(value)
    }
}
impl ::std::convert::From<TicketMuseum> for Ticket {
    fn from(value: TicketMuseum) -> Self {
        Self::Museum(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Ticket {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
