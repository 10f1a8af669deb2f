/**One of the types of `Ticket`.

| `event.kind` | variant |
| --- | --- |
| `concert` | [`Concert`](Self::Concert) |
| `museum` | [`Museum`](Self::Museum) |

# Examples

```
# fn example(value: polar_client::types::Ticket) {
use polar_client::types::Ticket;

match value {
    Ticket::Concert(value) => println!("{value:?}"),
    other => println!("something else: {other:?}"),
}
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Ticket {
    ///The type [`TicketConcert`].
    Concert(TicketConcert),
    ///The type [`TicketMuseum`].
    Museum(TicketMuseum),
    /**A variant that this version of the crate does not know, as the API sent it.

The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.*/
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
