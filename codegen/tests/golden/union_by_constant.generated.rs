///An object with the properties of `Bicycle`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Bicycle {
    ///`gears`: an integer.
    pub gears: i64,
    ///`id`: of type [`VehicleId`].
    pub id: ::polar_client::types::VehicleId,
}
/**What carries people.

| `power` | variant |
| --- | --- |
| `legs` | [`Bicycle`](Self::Bicycle) |
| `electricity` | [`Train`](Self::Train) |
| `steam` | [`Train`](Self::Train) |

# Examples

```
# fn example(value: polar_client::types::Vehicle) {
use polar_client::types::Vehicle;

match value {
    Vehicle::Bicycle(value) => println!("{value:?}"),
    other => println!("something else: {other:?}"),
}
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Vehicle {
    ///The type [`Bicycle`].
    Bicycle(Bicycle),
    ///The type [`Train`].
    Train(Train),
    /**A variant that this version of the crate does not know, as the API sent it.

The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<Bicycle> for Vehicle {
    fn from(value: Bicycle) -> Self {
        Self::Bicycle(value)
    }
}
impl ::std::convert::From<Train> for Vehicle {
    fn from(value: Train) -> Self {
        Self::Train(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Vehicle {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
