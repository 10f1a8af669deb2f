/// The properties of `AlertCreate`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct AlertCreate {
    /// `level`: a [`AlertCreateLevel`].
    ///
    /// The API takes `"high"` if it is left out.
    pub level: Option<AlertCreateLevel>,
}
impl AlertCreate {
    /// A `AlertCreate` with what it cannot do without; the setters add to it.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    pub fn new() -> Self {
        Self { level: None }
    }
    /// `level`: a [`AlertCreateLevel`].
    ///
    /// The API takes `"high"` if it is left out.
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
impl AlertCreate {
    const PROPERTIES: &'static [Property] = &[
        Property::Constant("kind", Literal::String("alert")),
        Property::Constant("urgent", Literal::Boolean(true)),
        Property::Constant("nothing", Literal::Null),
        Property::Optional("level"),
    ];
}
impl Decode for AlertCreate {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (level,) = reader.take(Self::PROPERTIES)?;
        Ok(Self { level })
    }
}
impl Encode for AlertCreate {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.object(Self::PROPERTIES, &[&self.level]);
    }
}
/// The properties of `Label`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Label {
    /// `kind`: a [`LabelKind`].
    pub kind: LabelKind,
    /// `fixed`: a boolean.
    pub fixed: bool,
    /// `nothing`: always `null`.
    pub nothing: Option<Null>,
    /// `text`: a string.
    pub text: String,
}
impl Label {
    const PROPERTIES: &'static [Property] = &[
        Property::Always("kind"),
        Property::Always("fixed"),
        Property::Always("nothing"),
        Property::Always("text"),
    ];
}
impl Decode for Label {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (kind, fixed, nothing, text) = reader.take(Self::PROPERTIES)?;
        Ok(Self { kind, fixed, nothing, text })
    }
}
impl Encode for Label {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer
            .object(
                Self::PROPERTIES,
                &[&self.kind, &self.fixed, &self.nothing, &self.text],
            );
    }
}
/// The properties of `Rain`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Rain {
    /// `kind`: a [`RainKind`].
    pub kind: RainKind,
    /// `depth`: an integer.
    pub depth: i64,
}
impl Rain {
    const PROPERTIES: &'static [Property] = &[
        Property::Always("kind"),
        Property::Always("depth"),
    ];
}
impl Decode for Rain {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (kind, depth) = reader.take(Self::PROPERTIES)?;
        Ok(Self { kind, depth })
    }
}
impl Encode for Rain {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer.object(Self::PROPERTIES, &[&self.kind, &self.depth]);
    }
}
