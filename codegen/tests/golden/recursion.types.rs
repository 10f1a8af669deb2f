/// The properties of `Filter`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Filter {
    /// `clauses`: a list, each element a [`FilterClausesItem`].
    pub clauses: Vec<FilterClausesItem>,
    /// `conjunction`: a [`FilterConjunction`].
    pub conjunction: FilterConjunction,
}
impl Filter {
    /// A `Filter` with what it cannot do without; the setters add to it.
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        clauses: impl Into<Vec<FilterClausesItem>>,
        conjunction: impl Into<FilterConjunction>,
    ) -> Self {
        Self {
            clauses: clauses.into(),
            conjunction: conjunction.into(),
        }
    }
}
impl Decode for Filter {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 2usize] = ["clauses", "conjunction"];
        let mut clauses = None;
        let mut conjunction = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.read(&mut clauses),
                _ => reader.read(&mut conjunction),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            clauses: reader.required(clauses, "clauses")?,
            conjunction: reader.required(conjunction, "conjunction")?,
        })
    }
}
impl Encode for Filter {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("clauses", &self.clauses);
        writer.field("conjunction", &self.conjunction);
        writer.end_object();
    }
}
/// One of several types of `FilterClausesItem`.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)]
#[non_exhaustive]
pub enum FilterClausesItem {
    /// Of the type `FilterClause`.
    FilterClause(FilterClause),
    /// Of the type `Filter`.
    Filter(Filter),
}
impl Decode for FilterClausesItem {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let keys = reader.keys()?;
        let has = |names: &[&str]| {
            names.iter().all(|name| keys.iter().any(|key| key == name))
        };
        if has(&["property", "value"]) {
            return reader.variant("FilterClause", Self::FilterClause);
        }
        if has(&["clauses", "conjunction"]) {
            return reader.variant("Filter", Self::Filter);
        }
        Err(reader.error("expected one of the types of `FilterClausesItem`"))
    }
}
impl Encode for FilterClausesItem {
    fn encode(&self, writer: &mut Writer) {
        let (name, value): (&'static str, &dyn Encode) = match self {
            Self::FilterClause(value) => ("FilterClause", value),
            Self::Filter(value) => ("Filter", value),
        };
        writer.variant("FilterClausesItem", name);
        value.encode(writer);
    }
}
impl From<FilterClause> for FilterClausesItem {
    fn from(value: FilterClause) -> Self {
        Self::FilterClause(value)
    }
}
impl From<Filter> for FilterClausesItem {
    fn from(value: Filter) -> Self {
        Self::Filter(value)
    }
}
/// The properties of `Folder`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Folder {
    /// `by_name`: values by key, each a [`Folder`].
    pub by_name: BTreeMap<String, Folder>,
    /// `folders`: a list, each element a [`Folder`].
    pub folders: Vec<Folder>,
    /// `name`: a string.
    pub name: String,
    /// `parent`: a [`Folder`].
    pub parent: Option<Box<Folder>>,
}
impl Decode for Folder {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 4usize] = ["by_name", "folders", "name", "parent"];
        let mut by_name = None;
        let mut folders = None;
        let mut name = None;
        let mut parent = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.read(&mut by_name),
                1usize => reader.read(&mut folders),
                2usize => reader.read(&mut name),
                _ => reader.read(&mut parent),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            by_name: reader.required(by_name, "by_name")?,
            folders: reader.required(folders, "folders")?,
            name: reader.required(name, "name")?,
            parent: parent.flatten(),
        })
    }
}
impl Encode for Folder {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("by_name", &self.by_name);
        writer.field("folders", &self.folders);
        writer.field("name", &self.name);
        writer.field("parent", &self.parent);
        writer.end_object();
    }
}
