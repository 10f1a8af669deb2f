///The properties of `Filter`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Filter {
    ///`clauses`: a list, each element a [`FilterClausesItem`].
    pub clauses: ::std::vec::Vec<FilterClausesItem>,
    ///`conjunction`: a [`FilterConjunction`].
    pub conjunction: FilterConjunction,
}
///One of several types of `FilterClausesItem`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum FilterClausesItem {
    ///Of the type `FilterClause`.
    FilterClause(FilterClause),
    ///Of the type `Filter`.
    Filter(Filter),
}
impl ::std::convert::From<FilterClause> for FilterClausesItem {
    fn from(value: FilterClause) -> Self {
        Self::FilterClause(value)
    }
}
impl ::std::convert::From<Filter> for FilterClausesItem {
    fn from(value: Filter) -> Self {
        Self::Filter(value)
    }
}
///The properties of `Folder`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Folder {
    ///`by_name`: values by key, each a [`Folder`].
    pub by_name: ::std::collections::BTreeMap<::std::string::String, Folder>,
    ///`folders`: a list, each element a [`Folder`].
    pub folders: ::std::vec::Vec<Folder>,
    ///`name`: a string.
    pub name: ::std::string::String,
    ///`parent`: a [`Folder`].
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub parent: ::std::option::Option<::std::boxed::Box<Folder>>,
}
