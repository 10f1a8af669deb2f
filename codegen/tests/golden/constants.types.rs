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
pub struct AlertCreate {
    /// `level`: of type [`AlertCreateLevel`].
    ///
    /// Defaults to `"high"`.
    pub level: Option<AlertCreateLevel>,
}
impl AlertCreate {
    /// Creates an `AlertCreate` with its required properties.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    pub fn new() -> Self {
        Self { level: None }
    }
    /// `level`: of type [`AlertCreateLevel`].
    ///
    /// Defaults to `"high"`.
    #[must_use]
    #[inline]
    pub fn level(mut self, value: impl Into<AlertCreateLevel>) -> Self {
        self.level = Some(value.into());
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
    Literal::Boolean(true)), Constant("nothing", Literal::Null), Optional("level")],
    [level]
);
impl_debug_and_serde!(AlertCreate);
/// An object with the properties of `Label`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Label {
    /// `kind`: of type [`LabelKind`].
    pub kind: LabelKind,
    /// `fixed`: a boolean.
    pub fixed: bool,
    /// `nothing`: always `null`.
    pub nothing: Option<Null>,
    /// `text`: a string.
    pub text: String,
}
impl_object!(
    Label, [Always("kind"), Always("fixed"), Always("nothing"), Always("text")], [kind,
    fixed, nothing, text]
);
impl_debug_and_serde!(Label);
/// An object with the properties of `Rain`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Rain {
    /// `kind`: of type [`RainKind`].
    pub kind: RainKind,
    /// `depth`: an integer.
    pub depth: i64,
}
impl_object!(Rain, [Always("kind"), Always("depth")], [kind, depth]);
impl_debug_and_serde!(Rain);
