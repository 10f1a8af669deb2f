/// An object with the properties of `Safe`.
///
/// # Examples
///
/// ```
/// # fn example() {
/// use polar_client::types::Safe;
///
/// let safe = Safe::new("Pro", "combination").recovery("recovery");
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct Safe {
    /// `combination`: a string.
    pub combination: String,
    /// `name`: a string.
    pub name: String,
    /// `recovery`: a string.
    pub recovery: Option<String>,
    /// `spare`: a string.
    pub spare: Patch<String>,
}
impl Safe {
    /// Creates a `Safe` with its required properties.
    ///
    /// [`SafeRequired`] has them by name, so that none is taken for another.
    #[inline]
    pub fn new(name: impl Into<String>, combination: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            combination: combination.into(),
            recovery: None,
            spare: Patch::Absent,
        }
    }
    /// `recovery`: a string.
    pub fn recovery<F>(mut self, value: impl IntoOption<String, F>) -> Self {
        self.recovery = value.into_option();
        self
    }
    /// `spare`: a string.
    pub fn spare<F>(mut self, value: impl IntoOption<String, F>) -> Self {
        self.spare = Patch::given(value.into_option());
        self
    }
    clear!(clear_spare, spare = "spare");
}
impl_object!(
    Safe, [Always("name") => name, Secret("combination") => combination,
    OptionalSecret("recovery") => recovery, Secret("spare") => spare]
);
impl_debug_and_serde!(Safe);
