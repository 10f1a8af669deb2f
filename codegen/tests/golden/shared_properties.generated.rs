/**Who lives here.

| `kind` | variant |
| --- | --- |
| `bird` | [`Feathered`](Self::Feathered) |
| `cat` | [`Cat`](Self::Cat) |

# Examples

```
# fn example(value: polar_client::types::Animal) {
use polar_client::types::Animal;

match value {
    Animal::Cat(value) => println!("{value:?}"),
    other => println!("something else: {other:?}"),
}
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Animal {
    ///The type [`Cat`].
    Cat(Cat),
    ///The type [`Bird`].
    Feathered(Bird),
    /**A variant that this version of the crate does not know, as the API sent it.

The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.*/
    Unknown(UnknownAnimal),
}
impl ::std::convert::From<Cat> for Animal {
    fn from(value: Cat) -> Self {
        Self::Cat(value)
    }
}
impl ::std::convert::From<Bird> for Animal {
    fn from(value: Bird) -> Self {
        Self::Feathered(value)
    }
}
impl ::std::convert::From<UnknownAnimal> for Animal {
    fn from(value: UnknownAnimal) -> Self {
        Self::Unknown(value)
    }
}
/**An object of [`Animal`] whose variant this version of the crate does not know.

Its fields are the properties that all variants share, and `raw` is the whole object. Serialization writes `raw` and ignores the fields.*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct UnknownAnimal {
    ///`born_at`: a point in time, in UTC.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub born_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    ///`id`: of type [`AnimalId`].
    pub id: ::polar_client::types::AnimalId,
    ///`kind`: a string.
    pub kind: ::std::string::String,
    ///What it is called.
    pub name: ::std::string::String,
    ///The whole object, as the API sent it.
    pub raw: ::serde_json::Value,
}
