/// The properties of `Settings`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// `free`: values by key, each any JSON value.
    pub free: Map<String, Value>,
    /// `index`: an integer.
    pub index: i64,
    /// `key`: a string.
    pub key: String,
    /// `nested`: values by key, each a list, each element a [`Choice`].
    pub nested: BTreeMap<String, Vec<Choice>>,
    /// `nullable_scalars`: values by key, each a string, a number or a boolean.
    pub nullable_scalars: BTreeMap<String, Scalar>,
    /// `open`: values by key, each any JSON value.
    pub open: Map<String, Value>,
    /// `patterns`: values by key, each an integer.
    pub patterns: BTreeMap<String, i64>,
    /// `reader`: a string.
    pub reader: String,
    /// `scalars`: values by key, each a string, a number or a boolean.
    pub scalars: BTreeMap<String, Scalar>,
    /// `theme`: a string.
    pub theme: String,
    /// All other properties.
    pub additional: BTreeMap<String, Scalar>,
}
impl Decode for Settings {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 10usize] = [
            "free",
            "index",
            "key",
            "nested",
            "nullable_scalars",
            "open",
            "patterns",
            "reader",
            "scalars",
            "theme",
        ];
        let mut free = None;
        let mut index_ = None;
        let mut key_ = None;
        let mut nested = None;
        let mut nullable_scalars = None;
        let mut open = None;
        let mut patterns = None;
        let mut reader_ = None;
        let mut scalars = None;
        let mut theme = None;
        let mut additional = BTreeMap::new();
        reader.object()?;
        while let Some(key) = reader.key()? {
            match NAMES.binary_search(&&*key) {
                Ok(index) => {
                    match index {
                        0usize => reader.read(&mut free),
                        1usize => reader.read(&mut index_),
                        2usize => reader.read(&mut key_),
                        3usize => reader.read(&mut nested),
                        4usize => reader.read(&mut nullable_scalars),
                        5usize => reader.read(&mut open),
                        6usize => reader.read(&mut patterns),
                        7usize => reader.read(&mut reader_),
                        8usize => reader.read(&mut scalars),
                        _ => reader.read(&mut theme),
                    }
                        .map_err(|error| error.in_property(NAMES[index]))?
                }
                Err(_) => {
                    let key = key.into_owned();
                    match Decode::decode(reader) {
                        Ok(value) => additional.insert(key, value),
                        Err(error) => return Err(error.in_property(key)),
                    };
                }
            }
        }
        Ok(Self {
            free: reader.required(free, "free")?,
            index: reader.required(index_, "index")?,
            key: reader.required(key_, "key")?,
            nested: reader.required(nested, "nested")?,
            nullable_scalars: reader.required(nullable_scalars, "nullable_scalars")?,
            open: reader.required(open, "open")?,
            patterns: reader.required(patterns, "patterns")?,
            reader: reader.required(reader_, "reader")?,
            scalars: reader.required(scalars, "scalars")?,
            theme: reader.required(theme, "theme")?,
            additional,
        })
    }
}
impl Encode for Settings {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("free", &self.free);
        writer.field("index", &self.index);
        writer.field("key", &self.key);
        writer.field("nested", &self.nested);
        writer.field("nullable_scalars", &self.nullable_scalars);
        writer.field("open", &self.open);
        writer.field("patterns", &self.patterns);
        writer.field("reader", &self.reader);
        writer.field("scalars", &self.scalars);
        writer.field("theme", &self.theme);
        for (name, value) in &self.additional {
            writer.field(name, value);
        }
        writer.end_object();
    }
}
/// The properties of `SettingsUpdate`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SettingsUpdate {
    /// `theme`: a string.
    pub theme: Option<String>,
    /// All other properties.
    pub additional: BTreeMap<String, Value>,
}
impl SettingsUpdate {
    /// A `SettingsUpdate` with what it cannot do without; the setters add to it.
    #[allow(clippy::too_many_arguments)]
    pub fn new() -> Self {
        Self {
            theme: None,
            additional: BTreeMap::new(),
        }
    }
    /// `theme`: a string.
    #[must_use]
    pub fn theme(mut self, value: impl Into<String>) -> Self {
        self.theme = Some(value.into());
        self
    }
    /// Adds a property that has no setter of its own.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.additional.insert(name.into(), value.into());
        self
    }
}
impl Default for SettingsUpdate {
    fn default() -> Self {
        Self::new()
    }
}
impl Decode for SettingsUpdate {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 1usize] = ["theme"];
        let mut theme = None;
        let mut additional = BTreeMap::new();
        reader.object()?;
        while let Some(key) = reader.key()? {
            match NAMES.binary_search(&&*key) {
                Ok(index) => {
                    match index {
                        _ => reader.read(&mut theme),
                    }
                        .map_err(|error| error.in_property(NAMES[index]))?
                }
                Err(_) => {
                    let key = key.into_owned();
                    match Decode::decode(reader) {
                        Ok(value) => additional.insert(key, value),
                        Err(error) => return Err(error.in_property(key)),
                    };
                }
            }
        }
        Ok(Self {
            theme: theme.flatten(),
            additional,
        })
    }
}
impl Encode for SettingsUpdate {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.optional("theme", self.theme.as_ref().map(|value| value as &dyn Encode));
        for (name, value) in &self.additional {
            writer.field(name, value);
        }
        writer.end_object();
    }
}
