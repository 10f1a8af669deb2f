/// An object with the properties of `AlertCreate`.
///
/// # Examples
///
/// ```
/// # fn example() {
/// use polar_client::types::AlertCreate;
///
/// let alert = AlertCreate::new();
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct AlertCreate {
    /// `level`: of type [`AlertCreateLevel`].
    ///
    /// Defaults to `"high"`.
    pub level: Option<AlertCreateLevel>,
}
impl AlertCreate {
    /// Creates an `AlertCreate` with its required properties.
    #[inline]
    pub fn new() -> Self {
        Self { level: None }
    }
    /// `level`: of type [`AlertCreateLevel`].
    ///
    /// Defaults to `"high"`.
    pub fn level<F>(mut self, value: impl IntoOption<AlertCreateLevel, F>) -> Self {
        self.level = value.into_option();
        self
    }
}
impl Default for AlertCreate {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}
impl_object!(
    AlertCreate, [Constant("kind", Literal::String("alert")), Constant("urgent",
    Literal::Boolean(true)), Constant("nothing", Literal::Null), Optional("level") =>
    level]
);
impl_debug_and_serde!(AlertCreate);
/// An object with the properties of `Label`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Label {
    /// `fixed`: a boolean.
    pub fixed: bool,
    /// `kind`: of type [`LabelKind`].
    pub kind: LabelKind,
    /// `nothing`: always `null`.
    pub nothing: Option<Null>,
    /// `text`: a string.
    pub text: String,
}
impl_object!(
    Label, [Always("kind") => kind, Always("fixed") => fixed, Always("nothing") =>
    nothing, Always("text") => text]
);
impl_debug_and_serde!(Label);
/// An object with the properties of `Rain`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Rain {
    /// `depth`: an integer.
    pub depth: i64,
    /// `kind`: of type [`RainKind`].
    pub kind: RainKind,
}
impl_object!(Rain, [Always("kind") => kind, Always("depth") => depth]);
impl_debug_and_serde!(Rain);
