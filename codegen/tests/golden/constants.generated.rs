/**An object with the properties of `AlertCreate`.

# Examples

```
# fn example() {
use polar_client::types::AlertCreate;

let alert = AlertCreate::new();
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct AlertCreate {
    /**`level`: of type [`AlertCreateLevel`].

Defaults to `"high"`.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub level: ::std::option::Option<AlertCreateLevel>,
}
///An object with the properties of `Label`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Label {
    ///`fixed`: a boolean.
    pub fixed: bool,
    ///`kind`: of type [`LabelKind`].
    pub kind: LabelKind,
    ///`nothing`: always `null`.
    pub nothing: ::std::option::Option<::polar_client::Null>,
    ///`text`: a string.
    pub text: ::std::string::String,
}
///An object with the properties of `Rain`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Rain {
    ///`depth`: an integer.
    pub depth: i64,
    ///`kind`: of type [`RainKind`].
    pub kind: RainKind,
}
