/// An object with the properties of `Filter`.
///
/// # Examples
///
/// ```
/// # fn example() {
/// use polar_client::types::{Filter, FilterClause, FilterConjunction};
///
/// let filter = Filter::new(FilterConjunction::And, [FilterClause::new("property", "pro")]);
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct Filter {
    /// `clauses`: a list, each element of type [`FilterClausesItem`].
    pub clauses: Vec<FilterClausesItem>,
    /// `conjunction`: of type [`FilterConjunction`].
    pub conjunction: FilterConjunction,
}
impl Filter {
    /// Creates a `Filter` with its required properties.
    #[inline]
    pub fn new(
        conjunction: impl Into<FilterConjunction>,
        clauses: impl Into<List<FilterClausesItem>>,
    ) -> Self {
        Self {
            conjunction: conjunction.into(),
            clauses: List::into_vec(clauses.into()),
        }
    }
}
impl_object!(
    Filter, [Always("conjunction") => conjunction, Always("clauses") => clauses]
);
impl_debug_and_serde!(Filter);
/// One of the types of `FilterClausesItem`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum FilterClausesItem {
    /// The type [`FilterClause`].
    FilterClause(FilterClause),
    /// The type [`Filter`].
    Filter(Filter),
}
impl Decode for FilterClausesItem {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let keys = reader.keys()?;
        if keys.have(&["property", "value"]) {
            return reader.variant("FilterClause", Self::FilterClause);
        }
        if keys.have(&["clauses", "conjunction"]) {
            return reader.variant("Filter", Self::Filter);
        }
        Err(reader.error("expected one of the types of `FilterClausesItem`"))
    }
}
impl Encode for FilterClausesItem {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let value: &dyn Encode = match_variants!(
            self, FilterClause | Filter(value) => value
        );
        value.encode(writer);
    }
}
impl From<FilterClause> for FilterClausesItem {
    #[inline]
    fn from(value: FilterClause) -> Self {
        Self::FilterClause(value)
    }
}
impl From<Filter> for FilterClausesItem {
    #[inline]
    fn from(value: Filter) -> Self {
        Self::Filter(value)
    }
}
impl Filter {
    #[doc(hidden)]
    #[inline]
    pub fn into(self) -> FilterClausesItem {
        FilterClausesItem::from(self)
    }
}
impl_debug_and_serde!(FilterClausesItem);
/// An object with the properties of `Folder`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Folder {
    /// `by_name`: values by key, each of type [`Folder`].
    pub by_name: BTreeMap<String, Folder>,
    /// `folders`: a list, each element of type [`Folder`].
    pub folders: Vec<Folder>,
    /// `name`: a string.
    pub name: String,
    /// `parent`: of type [`Folder`].
    pub parent: Option<Box<Folder>>,
}
impl_object!(
    Folder, [Always("name") => name, Always("parent") => parent, Always("folders") =>
    folders, Always("by_name") => by_name]
);
impl_debug_and_serde!(Folder);
