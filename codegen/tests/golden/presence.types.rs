/// An object with the properties of `Note`.
#[derive(Clone, PartialEq)]
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
    /// Defaults to `1`.
    pub pages: Option<i64>,
    /// `title`: a string.
    pub title: String,
}
impl_object!(
    Note, [Always("title") => title, Always("colour") => colour, Always("links") =>
    links, Always("labels") => labels, Optional("pages") => pages]
);
impl_debug_and_serde!(Note);
/// An object with the properties of `NoteChanges`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct NoteChanges {
    /// `colour`: a string.
    pub colour: Patch<String>,
    /// `title`: a string.
    pub title: Option<String>,
}
impl_object!(NoteChanges, [Always("colour") => colour, Optional("title") => title]);
impl_debug_and_serde!(NoteChanges);
/// An object with the properties of `NoteCreate`.
///
/// # Examples
///
/// ```
/// # fn example() {
/// use polar_client::types::NoteCreate;
///
/// let note = NoteCreate::new("title", None);
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct NoteCreate {
    /// `colour`: a string.
    pub colour: Option<String>,
    /// `labels`: values by key, each a string.
    pub labels: Patch<BTreeMap<String, String>>,
    /// `links`: a list, each element a string.
    pub links: Patch<Vec<String>>,
    /// `pages`: an integer.
    ///
    /// Defaults to `1`.
    pub pages: Option<i64>,
    /// `title`: a string.
    pub title: String,
}
impl NoteCreate {
    /// Creates a `NoteCreate` with its required properties.
    ///
    /// [`NoteCreateRequired`] has them by name, so that none is taken for another.
    #[inline]
    pub fn new(title: impl Into<String>, colour: impl Into<Option<String>>) -> Self {
        Self {
            title: title.into(),
            colour: colour.into(),
            labels: Patch::Absent,
            links: Patch::Absent,
            pages: None,
        }
    }
    /// `labels`: values by key, each a string.
    pub fn labels<F>(mut self, value: impl IntoOption<Entries<String>, F>) -> Self {
        self.labels = Patch::given(value.into_option().map(Entries::into_map));
        self
    }
    clear!(clear_labels, labels = "labels");
    /// `links`: a list, each element a string.
    pub fn links<F>(mut self, value: impl IntoOption<List<String>, F>) -> Self {
        self.links = Patch::given(value.into_option().map(List::into_vec));
        self
    }
    clear!(clear_links, links = "links");
    /// `pages`: an integer.
    ///
    /// Defaults to `1`.
    pub fn pages<F>(mut self, value: impl IntoOption<Integer, F>) -> Self {
        self.pages = value.into_option().map(Integer::into_i64);
        self
    }
}
impl_object!(
    NoteCreate, [Always("title") => title, Always("colour") => colour, Always("labels")
    => labels, Always("links") => links, Optional("pages") => pages]
);
impl_debug_and_serde!(NoteCreate);
/// An object with the properties of `NoteUpdate`.
///
/// # Examples
///
/// ```
/// # fn example() {
/// use polar_client::types::NoteUpdate;
///
/// let note = NoteUpdate::new().colour("colour");
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct NoteUpdate {
    /// `colour`: a string.
    pub colour: Patch<String>,
    /// `labels`: values by key, each a string.
    pub labels: Patch<BTreeMap<String, String>>,
    /// `links`: a list, each element a string.
    pub links: Patch<Vec<String>>,
    /// `notify`: a boolean.
    ///
    /// `new` sets it to `false`.
    pub notify: Patch<bool>,
    /// `pages`: an integer.
    pub pages: Patch<i64>,
    /// `replace`: a boolean.
    ///
    /// `new` sets it to `true`.
    pub replace: bool,
    /// `title`: a string.
    pub title: Patch<String>,
}
impl NoteUpdate {
    /// Creates a `NoteUpdate` with its required properties.
    #[inline]
    pub fn new() -> Self {
        Self {
            replace: true,
            colour: Patch::Absent,
            labels: Patch::Absent,
            links: Patch::Absent,
            notify: Patch::Value(false),
            pages: Patch::Absent,
            title: Patch::Absent,
        }
    }
    /// `replace`: a boolean.
    ///
    /// `new` sets it to `true`.
    pub fn replace(mut self, value: impl Into<bool>) -> Self {
        self.replace = value.into();
        self
    }
    /// `colour`: a string.
    pub fn colour<F>(mut self, value: impl IntoOption<String, F>) -> Self {
        self.colour = Patch::given(value.into_option());
        self
    }
    clear!(clear_colour, colour = "colour");
    /// `labels`: values by key, each a string.
    pub fn labels<F>(mut self, value: impl IntoOption<Entries<String>, F>) -> Self {
        self.labels = Patch::given(value.into_option().map(Entries::into_map));
        self
    }
    clear!(clear_labels, labels = "labels");
    /// `links`: a list, each element a string.
    pub fn links<F>(mut self, value: impl IntoOption<List<String>, F>) -> Self {
        self.links = Patch::given(value.into_option().map(List::into_vec));
        self
    }
    clear!(clear_links, links = "links");
    /// `notify`: a boolean.
    ///
    /// `new` sets it to `false`.
    pub fn notify<F>(mut self, value: impl IntoOption<bool, F>) -> Self {
        self.notify = Patch::given(value.into_option());
        self
    }
    clear!(clear_notify, notify = "notify");
    /// `pages`: an integer.
    pub fn pages<F>(mut self, value: impl IntoOption<Integer, F>) -> Self {
        self.pages = Patch::given(value.into_option().map(Integer::into_i64));
        self
    }
    clear!(clear_pages, pages = "pages");
    /// `title`: a string.
    pub fn title<F>(mut self, value: impl IntoOption<String, F>) -> Self {
        self.title = Patch::given(value.into_option());
        self
    }
    clear!(clear_title, title = "title");
}
impl Default for NoteUpdate {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}
impl_object!(
    NoteUpdate, [Always("replace") => replace, Always("colour") => colour,
    Always("labels") => labels, Always("links") => links, Always("notify") => notify,
    Always("pages") => pages, Always("title") => title]
);
impl_debug_and_serde!(NoteUpdate);
