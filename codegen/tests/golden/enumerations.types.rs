/// The values of `Binding`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Binding {
    /// `hard-cover`
    HardCover,
    /// `paperback`
    Paperback,
    /// `2nd_hand`
    N2ndHand,
    /// `self`
    Self_,
    /// `unknown`
    UnknownValue,
    /// A value that this version of the crate does not know, as the API sent it. `from` returns it for a text that is none of the other values.
    ///
    /// The API may add values at any time. Match them with a wildcard arm rather than with this variant: a value that is unknown today gets a variant of its own in a later version.
    Unknown(UnknownValue),
}
impl_open_enum!(
    Binding, HardCover = "hard-cover", Paperback = "paperback", N2ndHand = "2nd_hand",
    Self_ = "self", UnknownValue = "unknown"
);
/// The values of `BookSort`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum BookSort {
    /// `created_at`
    CreatedAtAsc,
    /// `-created_at`
    CreatedAtDesc,
    /// `title`
    TitleAsc,
    /// `-title`
    TitleDesc,
    /// `-price`
    PriceDesc,
    /// A value that this version of the crate does not know, as the API sent it. `from` returns it for a text that is none of the other values.
    ///
    /// The API may add values at any time. Match them with a wildcard arm rather than with this variant: a value that is unknown today gets a variant of its own in a later version.
    Unknown(UnknownValue),
}
impl_open_enum!(
    BookSort, CreatedAtAsc = "created_at", CreatedAtDesc = "-created_at", TitleAsc =
    "title", TitleDesc = "-title", PriceDesc = "-price"
);
/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Shelf {
    /// `A1`
    A1,
    /// `A2`
    A2,
    /// `größe`
    Größe,
    /// ``
    Empty,
    /// A value that this version of the crate does not know, as the API sent it. `from` returns it for a text that is none of the other values.
    ///
    /// The API may add values at any time. Match them with a wildcard arm rather than with this variant: a value that is unknown today gets a variant of its own in a later version.
    Unknown(UnknownValue),
}
impl_open_enum!(Shelf, A1 = "A1", A2 = "A2", Größe = "größe", Empty = "");
