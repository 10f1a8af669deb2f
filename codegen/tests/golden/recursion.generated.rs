/**An object with the properties of `Filter`.

# Examples

```
# fn example() {
use polar_client::types::{Filter, FilterClause, FilterConjunction};

let filter = Filter::new([FilterClause::new("property", "pro").into()], FilterConjunction::And);
# }
```*/
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Filter {
    ///`clauses`: a list, each element of type [`FilterClausesItem`].
    pub clauses: ::std::vec::Vec<FilterClausesItem>,
    ///`conjunction`: of type [`FilterConjunction`].
    pub conjunction: FilterConjunction,
}
///One of the types of `FilterClausesItem`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum FilterClausesItem {
    ///The type [`FilterClause`].
    FilterClause(FilterClause),
    ///The type [`Filter`].
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
///An object with the properties of `Folder`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Folder {
    ///`by_name`: values by key, each of type [`Folder`].
    pub by_name: ::std::collections::BTreeMap<::std::string::String, Folder>,
    ///`folders`: a list, each element of type [`Folder`].
    pub folders: ::std::vec::Vec<Folder>,
    ///`name`: a string.
    pub name: ::std::string::String,
    ///`parent`: of type [`Folder`].
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub parent: ::std::option::Option<::std::boxed::Box<Folder>>,
}
