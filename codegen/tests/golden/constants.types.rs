/// The properties of `AlertCreate`.
#[derive(Clone, Debug, PartialEq)]
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
    pub fn new() -> Self {
        Self { level: None }
    }
    /// `level`: a [`AlertCreateLevel`].
    ///
    /// The API takes `"high"` if it is left out.
    #[must_use]
    pub fn level(mut self, value: impl Into<AlertCreateLevel>) -> Self {
        self.level = Some(value.into());
        self
    }
}
impl Default for AlertCreate {
    fn default() -> Self {
        Self::new()
    }
}
impl Decode for AlertCreate {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 4usize] = ["kind", "level", "nothing", "urgent"];
        let mut level = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.constant("alert"),
                1usize => reader.read(&mut level),
                2usize => reader.constant("null"),
                _ => reader.constant("true"),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self { level: level.flatten() })
    }
}
impl Encode for AlertCreate {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.constant("kind", "\"alert\"");
        writer.optional("level", self.level.as_ref().map(|value| value as &dyn Encode));
        writer.constant("nothing", "null");
        writer.constant("urgent", "true");
        writer.end_object();
    }
}
/// The properties of `Label`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Label {
    /// `fixed`: a boolean.
    pub fixed: bool,
    /// `kind`: a [`LabelKind`].
    pub kind: LabelKind,
    /// `nothing`: always `null`.
    pub nothing: Option<Null>,
    /// `text`: a string.
    pub text: String,
}
impl Decode for Label {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 4usize] = ["fixed", "kind", "nothing", "text"];
        let mut fixed = None;
        let mut kind = None;
        let mut nothing = None;
        let mut text = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.read(&mut fixed),
                1usize => reader.read(&mut kind),
                2usize => reader.read(&mut nothing),
                _ => reader.read(&mut text),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            fixed: reader.required(fixed, "fixed")?,
            kind: reader.required(kind, "kind")?,
            nothing: nothing.flatten(),
            text: reader.required(text, "text")?,
        })
    }
}
impl Encode for Label {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("fixed", &self.fixed);
        writer.field("kind", &self.kind);
        writer.field("nothing", &self.nothing);
        writer.field("text", &self.text);
        writer.end_object();
    }
}
/// The properties of `Rain`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rain {
    /// `depth`: an integer.
    pub depth: i64,
    /// `kind`: a [`RainKind`].
    pub kind: RainKind,
}
impl Decode for Rain {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 2usize] = ["depth", "kind"];
        let mut depth = None;
        let mut kind = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.read(&mut depth),
                _ => reader.read(&mut kind),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            depth: reader.required(depth, "depth")?,
            kind: reader.required(kind, "kind")?,
        })
    }
}
impl Encode for Rain {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("depth", &self.depth);
        writer.field("kind", &self.kind);
        writer.end_object();
    }
}
