/// The properties of `Note`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Note {
    /// `colour`: a string.
    pub colour: Option<String>,
    /// `labels`: values by key, each a string.
    pub labels: Option<BTreeMap<String, String>>,
    /// `links`: a list, each element a string.
    pub links: Option<Vec<String>>,
    /// `pages`: an integer.
    ///
    /// The API takes `1` if it is left out.
    pub pages: Option<i64>,
    /// `title`: a string.
    pub title: String,
}
impl Decode for Note {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 5usize] = ["colour", "labels", "links", "pages", "title"];
        let mut colour = None;
        let mut labels = None;
        let mut links = None;
        let mut pages = None;
        let mut title = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.read(&mut colour),
                1usize => reader.read(&mut labels),
                2usize => reader.read(&mut links),
                3usize => reader.read(&mut pages),
                _ => reader.read(&mut title),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            colour: colour.flatten(),
            labels: labels.flatten(),
            links: links.flatten(),
            pages: pages.flatten(),
            title: reader.required(title, "title")?,
        })
    }
}
impl Encode for Note {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("colour", &self.colour);
        writer.field("labels", &self.labels);
        writer.field("links", &self.links);
        writer.optional("pages", self.pages.as_ref().map(|value| value as &dyn Encode));
        writer.field("title", &self.title);
        writer.end_object();
    }
}
/// The properties of `NoteChanges`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NoteChanges {
    /// `colour`: a string.
    pub colour: Patch<String>,
    /// `title`: a string.
    pub title: Option<String>,
}
impl Decode for NoteChanges {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 2usize] = ["colour", "title"];
        let mut colour = None;
        let mut title = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.read(&mut colour),
                _ => reader.read(&mut title),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            colour: colour.unwrap_or_default(),
            title: title.flatten(),
        })
    }
}
impl Encode for NoteChanges {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("colour", &self.colour);
        writer.optional("title", self.title.as_ref().map(|value| value as &dyn Encode));
        writer.end_object();
    }
}
/// The properties of `NoteCreate`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NoteCreate {
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
    /// `title`: a string.
    pub title: String,
}
impl NoteCreate {
    /// A `NoteCreate` with what it cannot do without; the setters add to it.
    #[allow(clippy::too_many_arguments)]
    pub fn new(colour: impl Into<Option<String>>, title: impl Into<String>) -> Self {
        Self {
            colour: colour.into(),
            labels: Patch::Absent,
            links: Patch::Absent,
            pages: None,
            title: title.into(),
        }
    }
    /// `labels`: values by key, each a string.
    #[must_use]
    pub fn labels(mut self, value: impl Into<BTreeMap<String, String>>) -> Self {
        self.labels = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `labels`.
    #[must_use]
    pub fn clear_labels(mut self) -> Self {
        self.labels = Patch::Null;
        self
    }
    /// `links`: a list, each element a string.
    #[must_use]
    pub fn links(mut self, value: impl Into<Vec<String>>) -> Self {
        self.links = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `links`.
    #[must_use]
    pub fn clear_links(mut self) -> Self {
        self.links = Patch::Null;
        self
    }
    /// `pages`: an integer.
    ///
    /// The API takes `1` if it is left out.
    #[must_use]
    pub fn pages(mut self, value: impl Into<i64>) -> Self {
        self.pages = Some(value.into());
        self
    }
}
impl Decode for NoteCreate {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 5usize] = ["colour", "labels", "links", "pages", "title"];
        let mut colour = None;
        let mut labels = None;
        let mut links = None;
        let mut pages = None;
        let mut title = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.read(&mut colour),
                1usize => reader.read(&mut labels),
                2usize => reader.read(&mut links),
                3usize => reader.read(&mut pages),
                _ => reader.read(&mut title),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            colour: colour.flatten(),
            labels: labels.unwrap_or_default(),
            links: links.unwrap_or_default(),
            pages: pages.flatten(),
            title: reader.required(title, "title")?,
        })
    }
}
impl Encode for NoteCreate {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("colour", &self.colour);
        writer.field("labels", &self.labels);
        writer.field("links", &self.links);
        writer.optional("pages", self.pages.as_ref().map(|value| value as &dyn Encode));
        writer.field("title", &self.title);
        writer.end_object();
    }
}
/// The properties of `NoteUpdate`.
#[derive(Clone, Debug, PartialEq)]
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
    pub fn colour(mut self, value: impl Into<String>) -> Self {
        self.colour = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `colour`.
    #[must_use]
    pub fn clear_colour(mut self) -> Self {
        self.colour = Patch::Null;
        self
    }
    /// `labels`: values by key, each a string.
    #[must_use]
    pub fn labels(mut self, value: impl Into<BTreeMap<String, String>>) -> Self {
        self.labels = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `labels`.
    #[must_use]
    pub fn clear_labels(mut self) -> Self {
        self.labels = Patch::Null;
        self
    }
    /// `links`: a list, each element a string.
    #[must_use]
    pub fn links(mut self, value: impl Into<Vec<String>>) -> Self {
        self.links = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `links`.
    #[must_use]
    pub fn clear_links(mut self) -> Self {
        self.links = Patch::Null;
        self
    }
    /// `pages`: an integer.
    #[must_use]
    pub fn pages(mut self, value: impl Into<i64>) -> Self {
        self.pages = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `pages`.
    #[must_use]
    pub fn clear_pages(mut self) -> Self {
        self.pages = Patch::Null;
        self
    }
    /// `title`: a string.
    #[must_use]
    pub fn title(mut self, value: impl Into<String>) -> Self {
        self.title = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `title`.
    #[must_use]
    pub fn clear_title(mut self) -> Self {
        self.title = Patch::Null;
        self
    }
}
impl Default for NoteUpdate {
    fn default() -> Self {
        Self::new()
    }
}
impl Decode for NoteUpdate {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 5usize] = ["colour", "labels", "links", "pages", "title"];
        let mut colour = None;
        let mut labels = None;
        let mut links = None;
        let mut pages = None;
        let mut title = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.read(&mut colour),
                1usize => reader.read(&mut labels),
                2usize => reader.read(&mut links),
                3usize => reader.read(&mut pages),
                _ => reader.read(&mut title),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            colour: colour.unwrap_or_default(),
            labels: labels.unwrap_or_default(),
            links: links.unwrap_or_default(),
            pages: pages.unwrap_or_default(),
            title: title.unwrap_or_default(),
        })
    }
}
impl Encode for NoteUpdate {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("colour", &self.colour);
        writer.field("labels", &self.labels);
        writer.field("links", &self.links);
        writer.field("pages", &self.pages);
        writer.field("title", &self.title);
        writer.end_object();
    }
}
