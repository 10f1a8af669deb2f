/**One of the types of `Rent`.

# Examples

```
# fn example(value: polar_client::types::Rent) {
use polar_client::types::Rent;

match value {
    Rent::Once(value) => println!("{value:?}"),
    other => println!("something else: {other:?}"),
}
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Rent {
    ///The type [`RentOnce`].
    Once(RentOnce),
    ///The type [`RentMonthly`].
    Monthly(RentMonthly),
    ///The type [`RentMonthlyUntil`].
    MonthlyUntil(RentMonthlyUntil),
    /**A variant that this version of the crate does not know, as the API sent it.

The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<RentOnce> for Rent {
    fn from(value: RentOnce) -> Self {
        Self::Once(value)
    }
}
impl ::std::convert::From<RentMonthly> for Rent {
    fn from(value: RentMonthly) -> Self {
        Self::Monthly(value)
    }
}
impl ::std::convert::From<RentMonthlyUntil> for Rent {
    fn from(value: RentMonthlyUntil) -> Self {
        Self::MonthlyUntil(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Rent {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
/**One of the types of `Price`.

| `legacy` | variant |
| --- | --- |
| `true` | [`Legacy`](Self::Legacy) |
| absent | [`Current`](Self::Current) |
| any other | [`Current`](Self::Current) |

# Examples

```
# fn example(value: polar_client::types::Price) {
use polar_client::types::Price;

match value {
    Price::Legacy(value) => println!("{value:?}"),
    other => println!("something else: {other:?}"),
}
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Price {
    ///The type [`LegacyPrice`].
    Legacy(LegacyPrice),
    ///The type [`CurrentPrice`].
    Current(CurrentPrice),
    /**A variant that this version of the crate does not know, as the API sent it.

The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<LegacyPrice> for Price {
    fn from(value: LegacyPrice) -> Self {
        Self::Legacy(value)
    }
}
impl ::std::convert::From<CurrentPrice> for Price {
    fn from(value: CurrentPrice) -> Self {
        Self::Current(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Price {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
