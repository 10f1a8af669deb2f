///An object with the properties of `Note`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Note {
    ///`colour`: a string.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub colour: ::std::option::Option<::std::string::String>,
    ///`labels`: values by key, each a string.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub labels: ::std::option::Option<
        ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    >,
    ///`links`: a list, each element a string.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub links: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    /**`pages`: an integer.

Defaults to `1`.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub pages: ::std::option::Option<i64>,
    ///`title`: a string.
    pub title: ::std::string::String,
}
///An object with the properties of `NoteChanges`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NoteChanges {
    ///`colour`: a string.
    pub colour: ::polar_client::Patch<::std::string::String>,
    ///`title`: a string.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
}
/**An object with the properties of `NoteCreate`.

# Examples

```
# fn example() {
use polar_client::types::NoteCreate;

let note = NoteCreate::new(None, "title");
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NoteCreate {
    ///`colour`: a string.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub colour: ::std::option::Option<::std::string::String>,
    ///`labels`: values by key, each a string.
    pub labels: ::polar_client::Patch<
        ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    >,
    ///`links`: a list, each element a string.
    pub links: ::polar_client::Patch<::std::vec::Vec<::std::string::String>>,
    /**`pages`: an integer.

Defaults to `1`.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub pages: ::std::option::Option<i64>,
    ///`title`: a string.
    pub title: ::std::string::String,
}
/**An object with the properties of `NoteUpdate`.

# Examples

```
# fn example() {
use polar_client::types::NoteUpdate;

let note = NoteUpdate::new().colour("colour");
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct NoteUpdate {
    ///`colour`: a string.
    pub colour: ::polar_client::Patch<::std::string::String>,
    ///`labels`: values by key, each a string.
    pub labels: ::polar_client::Patch<
        ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    >,
    ///`links`: a list, each element a string.
    pub links: ::polar_client::Patch<::std::vec::Vec<::std::string::String>>,
    ///`pages`: an integer.
    pub pages: ::polar_client::Patch<i64>,
    ///`title`: a string.
    pub title: ::polar_client::Patch<::std::string::String>,
}
