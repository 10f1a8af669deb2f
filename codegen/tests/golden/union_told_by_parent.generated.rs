///An object with the properties of `Permit`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Permit {
    ///`activity`: of type [`Activity`].
    pub activity: Activity,
    ///`details`: of type [`PermitDetails`].
    pub details: PermitDetails,
}
/**One of the types of `PermitDetails`.

| `activity.kind` | variant |
| --- | --- |
| `camping` | [`Camping`](Self::Camping) |
| `diving` | [`Diving`](Self::Diving) |
| `fishing` | [`Fishing`](Self::Fishing) |

# Examples

```
# fn example(value: polar_client::types::PermitDetails) {
use polar_client::types::PermitDetails;

match value {
    PermitDetails::Fishing(value) => println!("{value:?}"),
    other => println!("something else: {other:?}"),
}
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum PermitDetails {
    ///The type [`FishingDetails`].
    Fishing(FishingDetails),
    ///The type [`DivingDetails`].
    Diving(DivingDetails),
    ///The type [`CampingDetails`].
    Camping(CampingDetails),
    /**A variant that this version of the crate does not know, as the API sent it.

The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<FishingDetails> for PermitDetails {
    fn from(value: FishingDetails) -> Self {
        Self::Fishing(value)
    }
}
impl ::std::convert::From<DivingDetails> for PermitDetails {
    fn from(value: DivingDetails) -> Self {
        Self::Diving(value)
    }
}
impl ::std::convert::From<CampingDetails> for PermitDetails {
    fn from(value: CampingDetails) -> Self {
        Self::Camping(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for PermitDetails {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
