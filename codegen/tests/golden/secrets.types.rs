/// An object with the properties of `Safe`.
///
/// # Examples
///
/// ```
/// # fn example() {
/// use polar_client::types::Safe;
///
/// let safe = Safe::new("combination", "Pro").recovery("recovery");
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
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
    #[allow(clippy::too_many_arguments)]
    #[inline]
    pub fn new(combination: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            combination: combination.into(),
            recovery: None,
            spare: Patch::Absent,
        }
    }
    /// `recovery`: a string.
    #[must_use]
    #[inline]
    pub fn recovery(mut self, value: impl Into<String>) -> Self {
        self.recovery = Some(value.into());
        self
    }
    /// `spare`: a string.
    #[must_use]
    #[inline]
    pub fn spare(mut self, value: impl Into<String>) -> Self {
        self.spare = Patch::Value(value.into());
        self
    }
    /// Sends `null` as `spare`.
    #[must_use]
    #[inline]
    pub fn clear_spare(mut self) -> Self {
        self.spare = Patch::Null;
        self
    }
}
impl_object!(
    Safe, [Always("name") => name, Secret("combination") => combination,
    OptionalSecret("recovery") => recovery, Secret("spare") => spare]
);
impl_debug_and_serde!(Safe);
