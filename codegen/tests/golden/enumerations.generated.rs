///The values of `Binding`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Binding {
    ///`hard-cover`
    HardCover,
    ///`paperback`
    Paperback,
    ///`2nd_hand`
    N2ndHand,
    ///`self`
    Self_,
    ///`unknown`
    UnknownValue,
    /**A value that this version of the crate does not know, as the API sent it.

The API may add values at any time. Match them with a wildcard arm rather than with this variant: a value that is unknown today gets a variant of its own in a later version.*/
    Unknown(::std::string::String),
}
///The values of `BookSort`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum BookSort {
    ///`created_at`
    CreatedAtAsc,
    ///`-created_at`
    CreatedAtDesc,
    ///`title`
    TitleAsc,
    ///`-title`
    TitleDesc,
    ///`-price`
    PriceDesc,
    /**A value that this version of the crate does not know, as the API sent it.

The API may add values at any time. Match them with a wildcard arm rather than with this variant: a value that is unknown today gets a variant of its own in a later version.*/
    Unknown(::std::string::String),
}
///Where it stands.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum Shelf {
    ///`A1`
    A1,
    ///`A2`
    A2,
    ///`größe`
    Größe,
    ///``
    Empty,
    /**A value that this version of the crate does not know, as the API sent it.

The API may add values at any time. Match them with a wildcard arm rather than with this variant: a value that is unknown today gets a variant of its own in a later version.*/
    Unknown(::std::string::String),
}
