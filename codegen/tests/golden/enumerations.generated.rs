///A value of `Binding`.
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
    /**A value that the document does not have, as it came.

The API may grow new values at any time. Match them with a wildcard arm, not with this variant: a value that is unknown today gets its own variant tomorrow.*/
    Unknown(::std::string::String),
}
///A value of `BookSort`.
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
    /**A value that the document does not have, as it came.

The API may grow new values at any time. Match them with a wildcard arm, not with this variant: a value that is unknown today gets its own variant tomorrow.*/
    Unknown(::std::string::String),
}
///A value of `Shelf`.
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
    /**A value that the document does not have, as it came.

The API may grow new values at any time. Match them with a wildcard arm, not with this variant: a value that is unknown today gets its own variant tomorrow.*/
    Unknown(::std::string::String),
}
