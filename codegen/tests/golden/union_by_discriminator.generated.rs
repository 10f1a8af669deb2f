/**One of the types of `Lamp`.

| `kind` | variant |
| --- | --- |
| `candle` | [`Candle`](Self::Candle) |
| `desk` | [`Desk`](Self::Desk) |
| `floor` | [`Floor`](Self::Floor) |
| `tall_floor` | [`Floor`](Self::Floor) |
| absent | [`Candle`](Self::Candle) |

# Examples

```
# fn example(value: polar_client::types::Lamp) {
use polar_client::types::Lamp;

match value {
    Lamp::Desk(value) => println!("{value:?}"),
    other => println!("something else: {other:?}"),
}
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Lamp {
    ///The type [`LampDesk`].
    Desk(LampDesk),
    ///The type [`LampFloor`].
    Floor(LampFloor),
    ///The type [`LampCandle`].
    Candle(LampCandle),
    /**A variant that this version of the crate does not know, as the API sent it.

The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.*/
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
