/// An object with the properties of `Settings`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// All other properties.
    pub additional: BTreeMap<String, Scalar>,
    /// `free`: values by key, each any JSON value.
    pub free: Map<String, Value>,
    /// `index`: an integer.
    pub index: i64,
    /// `key`: a string.
    pub key: String,
    /// `nested`: values by key, each a list, each element of type [`Choice`].
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
}
impl_object!(
    Settings, [Always("theme") => theme, Always("key") => key, Always("index") => index,
    Always("reader") => reader, Always("free") => free, Always("open") => open,
    Always("scalars") => scalars, Always("nullable_scalars") => nullable_scalars,
    Always("patterns") => patterns, Always("nested") => nested], additional
);
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
#[must_use]
pub struct SettingsUpdate {
    /// All other properties.
    pub additional: BTreeMap<String, Value>,
    /// `theme`: a string.
    pub theme: Option<String>,
}
impl SettingsUpdate {
    /// Creates a `SettingsUpdate` with its required properties.
    #[inline]
    pub fn new() -> Self {
        Self {
            theme: None,
            additional: BTreeMap::new(),
        }
    }
    /// `theme`: a string.
    pub fn theme<F>(mut self, value: impl IntoOption<String, F>) -> Self {
        self.theme = value.into_option();
        self
    }
    /// Adds a property that has no setter of its own.
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
impl_object!(SettingsUpdate, [Optional("theme") => theme], additional);
impl_debug_and_serde!(SettingsUpdate);
