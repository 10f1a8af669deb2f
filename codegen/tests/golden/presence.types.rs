/// The properties of `Note`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Note {
    /// `title`: a string.
    pub title: String,
    /// `colour`: a string.
    pub colour: Option<String>,
    /// `links`: a list, each element a string.
    pub links: Option<Vec<String>>,
    /// `labels`: values by key, each a string.
    pub labels: Option<BTreeMap<String, String>>,
    /// `pages`: an integer.
    ///
    /// The API takes `1` if it is left out.
    pub pages: Option<i64>,
}
impl Note {
    const PROPERTIES: &'static [Property] = &[
        Property::Always("title"),
        Property::Always("colour"),
        Property::Always("links"),
        Property::Always("labels"),
        Property::Optional("pages"),
    ];
}
impl Decode for Note {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (title, colour, links, labels, pages) = reader.take(Self::PROPERTIES)?;
        Ok(Self {
            title,
            colour,
            links,
            labels,
            pages,
        })
    }
}
impl Encode for Note {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer
            .object(
                Self::PROPERTIES,
                &[&self.title, &self.colour, &self.links, &self.labels, &self.pages],
            );
    }
}
/// The properties of `NoteChanges`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct NoteChanges {
    /// `colour`: a string.
    pub colour: Patch<String>,
    /// `title`: a string.
    pub title: Option<String>,
}
impl NoteChanges {
    const PROPERTIES: &'static [Property] = &[
        Property::Always("colour"),
        Property::Optional("title"),
    ];
}
impl Decode for NoteChanges {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (colour, title) = reader.take(Self::PROPERTIES)?;
        Ok(Self { colour, title })
    }
}
impl Encode for NoteChanges {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.object(Self::PROPERTIES, &[&self.colour, &self.title]);
    }
}
/// The properties of `NoteCreate`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct NoteCreate {
    /// `title`: a string.
    pub title: String,
    /// `colour`: a string.
    pub colour: Option<String>,
    /// `labels`: values by key, each a string.
    pub labels: Patch<BTreeMap<String, String>>,
    /// `links`: a list, each element a string.
    pub links: Patch<Vec<String>>,
    /// `pages`: an integer.
    ///
    /// The API takes `1` if it is left out.
    pub pages: Option<i64>,
}
impl NoteCreate {
    /// A `NoteCreate` with what it cannot do without; the setters add to it.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    pub fn new(colour: impl Into<Option<String>>, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            colour: colour.into(),
            labels: Patch::Absent,
            links: Patch::Absent,
            pages: None,
        }
    }
    /// `labels`: values by key, each a string.
    #[must_use]
    #[inline]
    pub fn labels(mut self, value: impl Into<BTreeMap<String, String>>) -> Self {
        self.labels = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `labels`.
    #[must_use]
    #[inline]
    pub fn clear_labels(mut self) -> Self {
        self.labels = Patch::Null;
        self
    }
    /// `links`: a list, each element a string.
    #[must_use]
    #[inline]
    pub fn links(mut self, value: impl Into<Vec<String>>) -> Self {
        self.links = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `links`.
    #[must_use]
    #[inline]
    pub fn clear_links(mut self) -> Self {
        self.links = Patch::Null;
        self
    }
    /// `pages`: an integer.
    ///
    /// The API takes `1` if it is left out.
    #[must_use]
    #[inline]
    pub fn pages(mut self, value: impl Into<i64>) -> Self {
        self.pages = Some(value.into());
        self
    }
}
impl NoteCreate {
    const PROPERTIES: &'static [Property] = &[
        Property::Always("title"),
        Property::Always("colour"),
        Property::Always("labels"),
        Property::Always("links"),
        Property::Optional("pages"),
    ];
}
impl Decode for NoteCreate {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (title, colour, labels, links, pages) = reader.take(Self::PROPERTIES)?;
        Ok(Self {
            title,
            colour,
            labels,
            links,
            pages,
        })
    }
}
impl Encode for NoteCreate {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer
            .object(
                Self::PROPERTIES,
                &[&self.title, &self.colour, &self.labels, &self.links, &self.pages],
            );
    }
}
/// The properties of `NoteUpdate`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct NoteUpdate {
    /// `colour`: a string.
    pub colour: Patch<String>,
    /// `labels`: values by key, each a string.
    pub labels: Patch<BTreeMap<String, String>>,
    /// `links`: a list, each element a string.
    pub links: Patch<Vec<String>>,
    /// `pages`: an integer.
    pub pages: Patch<i64>,
    /// `title`: a string.
    pub title: Patch<String>,
}
impl NoteUpdate {
    /// A `NoteUpdate` with what it cannot do without; the setters add to it.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    pub fn new() -> Self {
        Self {
            colour: Patch::Absent,
            labels: Patch::Absent,
            links: Patch::Absent,
            pages: Patch::Absent,
            title: Patch::Absent,
        }
    }
    /// `colour`: a string.
    #[must_use]
    #[inline]
    pub fn colour(mut self, value: impl Into<String>) -> Self {
        self.colour = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `colour`.
    #[must_use]
    #[inline]
    pub fn clear_colour(mut self) -> Self {
        self.colour = Patch::Null;
        self
    }
    /// `labels`: values by key, each a string.
    #[must_use]
    #[inline]
    pub fn labels(mut self, value: impl Into<BTreeMap<String, String>>) -> Self {
        self.labels = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `labels`.
    #[must_use]
    #[inline]
    pub fn clear_labels(mut self) -> Self {
        self.labels = Patch::Null;
        self
    }
    /// `links`: a list, each element a string.
    #[must_use]
    #[inline]
    pub fn links(mut self, value: impl Into<Vec<String>>) -> Self {
        self.links = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `links`.
    #[must_use]
    #[inline]
    pub fn clear_links(mut self) -> Self {
        self.links = Patch::Null;
        self
    }
    /// `pages`: an integer.
    #[must_use]
    #[inline]
    pub fn pages(mut self, value: impl Into<i64>) -> Self {
        self.pages = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `pages`.
    #[must_use]
    #[inline]
    pub fn clear_pages(mut self) -> Self {
        self.pages = Patch::Null;
        self
    }
    /// `title`: a string.
    #[must_use]
    #[inline]
    pub fn title(mut self, value: impl Into<String>) -> Self {
        self.title = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `title`.
    #[must_use]
    #[inline]
    pub fn clear_title(mut self) -> Self {
        self.title = Patch::Null;
        self
    }
}
impl Default for NoteUpdate {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}
impl NoteUpdate {
    const PROPERTIES: &'static [Property] = &[
        Property::Always("colour"),
        Property::Always("labels"),
        Property::Always("links"),
        Property::Always("pages"),
        Property::Always("title"),
    ];
}
impl Decode for NoteUpdate {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (colour, labels, links, pages, title) = reader.take(Self::PROPERTIES)?;
        Ok(Self {
            colour,
            labels,
            links,
            pages,
            title,
        })
    }
}
impl Encode for NoteUpdate {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer
            .object(
                Self::PROPERTIES,
                &[&self.colour, &self.labels, &self.links, &self.pages, &self.title],
            );
    }
}
