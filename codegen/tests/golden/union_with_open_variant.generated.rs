/**One of the types of `Instrument`.

| `kind` | variant |
| --- | --- |
| `piano` | [`Piano`](Self::Piano) |
| any other | [`Generic`](Self::Generic) |

# Examples

```
# fn example(value: polar_client::types::Instrument) {
use polar_client::types::Instrument;

match value {
    Instrument::Piano(value) => println!("{value:?}"),
    other => println!("something else: {other:?}"),
}
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Instrument {
    ///The type [`InstrumentPiano`].
    Piano(InstrumentPiano),
    ///The type [`InstrumentGeneric`].
    Generic(InstrumentGeneric),
    /**A variant that this version of the crate does not know, as the API sent it.

The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.*/
    Unknown(::serde_json::Value),
}
impl ::std::convert::From<InstrumentPiano> for Instrument {
    fn from(value: InstrumentPiano) -> Self {
        Self::Piano(value)
    }
}
impl ::std::convert::From<InstrumentGeneric> for Instrument {
    fn from(value: InstrumentGeneric) -> Self {
        Self::Generic(value)
    }
}
impl ::std::convert::From<::serde_json::Value> for Instrument {
    fn from(value: ::serde_json::Value) -> Self {
        Self::Unknown(value)
    }
}
///An object with the properties of `InstrumentGeneric`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct InstrumentGeneric {
    ///`kind`: a string.
    pub kind: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::std::collections::BTreeMap<::std::string::String, ::serde_json::Value>,
}
