///An object with the properties of `Settings`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Settings {
    ///`free`: values by key, each any JSON value.
    pub free: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///`index`: an integer.
    pub index: i64,
    ///`key`: a string.
    pub key: ::std::string::String,
    ///`nested`: values by key, each a list, each element of type [`Choice`].
    pub nested: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::vec::Vec<Choice>,
    >,
    ///`nullable_scalars`: values by key, each a string, a number or a boolean.
    pub nullable_scalars: ::std::collections::BTreeMap<
        ::std::string::String,
        ::polar_client::Scalar,
    >,
    ///`open`: values by key, each any JSON value.
    pub open: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    ///`patterns`: values by key, each an integer.
    pub patterns: ::std::collections::BTreeMap<::std::string::String, i64>,
    ///`reader`: a string.
    pub reader: ::std::string::String,
    ///`scalars`: values by key, each a string, a number or a boolean.
    pub scalars: ::std::collections::BTreeMap<
        ::std::string::String,
        ::polar_client::Scalar,
    >,
    ///`theme`: a string.
    pub theme: ::std::string::String,
    #[serde(flatten)]
    pub extra: ::std::collections::BTreeMap<
        ::std::string::String,
        ::polar_client::Scalar,
    >,
}
/**An object with the properties of `SettingsUpdate`.

# Examples

```
# fn example() {
use polar_client::types::SettingsUpdate;

let settings = SettingsUpdate::new().theme("theme");
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct SettingsUpdate {
    ///`theme`: a string.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub theme: ::std::option::Option<::std::string::String>,
    #[serde(flatten)]
    pub extra: ::std::collections::BTreeMap<::std::string::String, ::serde_json::Value>,
}
