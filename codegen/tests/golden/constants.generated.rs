///The properties of `AlertCreate`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
pub struct AlertCreate {
    /**`level`: a [`AlertCreateLevel`].

The API takes `"high"` if it is left out.*/
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub level: ::std::option::Option<AlertCreateLevel>,
}
///The properties of `Label`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Label {
    ///`fixed`: a boolean.
    pub fixed: bool,
    ///`kind`: a [`LabelKind`].
    pub kind: LabelKind,
    ///`nothing`: always `null`.
    pub nothing: ::std::option::Option<::polar_client::Null>,
    ///`text`: a string.
    pub text: ::std::string::String,
}
///The properties of `Rain`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Rain {
    ///`depth`: an integer.
    pub depth: i64,
    ///`kind`: a [`RainKind`].
    pub kind: RainKind,
}
