/// An object with the properties of `Settings`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// `theme`: a string.
    pub theme: String,
    /// `key`: a string.
    pub key: String,
    /// `index`: an integer.
    pub index: i64,
    /// `reader`: a string.
    pub reader: String,
    /// `free`: values by key, each any JSON value.
    pub free: Map<String, Value>,
    /// `open`: values by key, each any JSON value.
    pub open: Map<String, Value>,
    /// `scalars`: values by key, each a string, a number or a boolean.
    pub scalars: BTreeMap<String, Scalar>,
    /// `nullable_scalars`: values by key, each a string, a number or a boolean.
    pub nullable_scalars: BTreeMap<String, Scalar>,
    /// `patterns`: values by key, each an integer.
    pub patterns: BTreeMap<String, i64>,
    /// `nested`: values by key, each a list, each element of type [`Choice`].
    pub nested: BTreeMap<String, Vec<Choice>>,
    /// All other properties.
    pub additional: BTreeMap<String, Scalar>,
}
impl Settings {
    const PROPERTIES: &'static [Property] = &[
        Property::Always("theme"),
        Property::Always("key"),
        Property::Always("index"),
        Property::Always("reader"),
        Property::Always("free"),
        Property::Always("open"),
        Property::Always("scalars"),
        Property::Always("nullable_scalars"),
        Property::Always("patterns"),
        Property::Always("nested"),
    ];
}
impl Decode for Settings {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = reader.fields_and_rest(Self::PROPERTIES)?;
        let (
            theme,
            key,
            index,
            reader,
            free,
            open,
            scalars,
            nullable_scalars,
            patterns,
            nested,
        ) = fields.take()?;
        let additional = fields.rest()?;
        Ok(Self {
            theme,
            key,
            index,
            reader,
            free,
            open,
            scalars,
            nullable_scalars,
            patterns,
            nested,
            additional,
        })
    }
}
impl Encode for Settings {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer
            .object_and_rest(
                Self::PROPERTIES,
                &[
                    &self.theme,
                    &self.key,
                    &self.index,
                    &self.reader,
                    &self.free,
                    &self.open,
                    &self.scalars,
                    &self.nullable_scalars,
                    &self.patterns,
                    &self.nested,
                ],
                &self.additional,
            );
    }
}
impl_debug_and_serde!(Settings);
/// An object with the properties of `SettingsUpdate`.
///
/// # Examples
///
/// ```
/// # fn example() {
/// use polar_client::types::SettingsUpdate;
///
/// let settings = SettingsUpdate::new().theme("theme");
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct SettingsUpdate {
    /// `theme`: a string.
    pub theme: Option<String>,
    /// All other properties.
    pub additional: BTreeMap<String, Value>,
}
impl SettingsUpdate {
    /// Creates a `SettingsUpdate` with its required properties.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    pub fn new() -> Self {
        Self {
            theme: None,
            additional: BTreeMap::new(),
        }
    }
    /// `theme`: a string.
    #[must_use]
    #[inline]
    pub fn theme(mut self, value: impl Into<String>) -> Self {
        self.theme = Some(value.into());
        self
    }
    /// Adds a property that has no setter of its own.
    #[must_use]
    #[inline]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.additional.insert(name.into(), value.into());
        self
    }
}
impl Default for SettingsUpdate {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}
impl SettingsUpdate {
    const PROPERTIES: &'static [Property] = &[Property::Optional("theme")];
}
impl Decode for SettingsUpdate {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = reader.fields_and_rest(Self::PROPERTIES)?;
        let (theme,) = fields.take()?;
        let additional = fields.rest()?;
        Ok(Self { theme, additional })
    }
}
impl Encode for SettingsUpdate {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.object_and_rest(Self::PROPERTIES, &[&self.theme], &self.additional);
    }
}
impl_debug_and_serde!(SettingsUpdate);
