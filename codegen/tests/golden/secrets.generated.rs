/**An object with the properties of `Safe`.

# Examples

```
# fn example() {
use polar_client::types::Safe;

let safe = Safe::new("combination", "Pro").recovery("recovery");
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Safe {
    ///`combination`: a string.
    pub combination: ::std::string::String,
    ///`name`: a string.
    pub name: ::std::string::String,
    ///`recovery`: a string.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub recovery: ::std::option::Option<::std::string::String>,
    ///`spare`: a string.
    pub spare: ::polar_client::Patch<::std::string::String>,
}
