/// The properties of `MountWall`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct MountWall {
    /// `screws`: a [`MountWallScrews`].
    ///
    /// The API takes `"steel"` if it is left out.
    pub screws: Option<MountWallScrews>,
}
impl MountWall {
    /// A `MountWall` with what it cannot do without; the setters add to it.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    pub fn new() -> Self {
        Self { screws: None }
    }
    /// `screws`: a [`MountWallScrews`].
    ///
    /// The API takes `"steel"` if it is left out.
    #[must_use]
    #[inline]
    pub fn screws(mut self, value: impl Into<MountWallScrews>) -> Self {
        self.screws = Some(value.into());
        self
    }
}
impl Default for MountWall {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}
impl_object!(
    MountWall, [Constant("at", Literal::String("wall")), Optional("screws")], [screws]
);
impl_debug_and_serde!(MountWall);
/// One of several types of `Scale`.
#[derive(Clone, PartialEq)]
#[allow(clippy::large_enum_variant)]
#[non_exhaustive]
pub enum Scale {
    /// Of the type `ScaleLinear`.
    Linear(ScaleLinear),
    /// Of the type `ScaleLog`.
    Log(ScaleLog),
    /// A variant that the document does not have, as it came.
    ///
    /// The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.
    Unknown(Value),
}
impl Decode for Scale {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.tag(&["kind"])?.literal() {
            Literal::String("linear") => reader.variant("Linear", Self::Linear),
            Literal::String("log") => reader.variant("Log", Self::Log),
            Literal::Absent => {
                let keys = reader.keys()?;
                let has = |names: &[&str]| {
                    names.iter().all(|name| keys.iter().any(|key| key == name))
                };
                if has(&["base"]) {
                    return reader.variant("Log", Self::Log);
                }
                reader.variant("Linear", Self::Linear)
            }
            _ => reader.unknown().map(Self::Unknown),
        }
    }
}
impl Encode for Scale {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let (name, value): (&'static str, &dyn Encode) = match self {
            Self::Linear(value) => ("Linear", value),
            Self::Log(value) => ("Log", value),
            Self::Unknown(value) => ("Unknown", value),
        };
        writer.variant("Scale", name);
        value.encode(writer);
    }
}
impl Scale {
    /// `kind`, whichever variant it is; `None` if it has none.
    #[inline]
    pub fn kind(&self) -> Option<&str> {
        match self {
            Self::Linear(_) => Some("linear"),
            Self::Log(_) => Some("log"),
            Self::Unknown(value) => value.get("kind").and_then(Value::as_str),
        }
    }
}
impl From<ScaleLinear> for Scale {
    #[inline]
    fn from(value: ScaleLinear) -> Self {
        Self::Linear(value)
    }
}
impl From<ScaleLog> for Scale {
    #[inline]
    fn from(value: ScaleLog) -> Self {
        Self::Log(value)
    }
}
impl_debug_and_serde!(Scale);
/// The properties of `ScaleLinear`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ScaleLinear {}
impl ScaleLinear {
    /// A `ScaleLinear` with what it cannot do without; the setters add to it.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    pub fn new() -> Self {
        Self {}
    }
}
impl Default for ScaleLinear {
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}
impl_object!(ScaleLinear, [Constant("kind", Literal::String("linear"))], []);
impl_debug_and_serde!(ScaleLinear);
/// The properties of `ScaleLog`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ScaleLog {
    /// `base`: an integer.
    pub base: i64,
}
impl ScaleLog {
    /// A `ScaleLog` with what it cannot do without; the setters add to it.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    pub fn new(base: impl Into<i64>) -> Self {
        Self { base: base.into() }
    }
}
impl_object!(
    ScaleLog, [Always("base"), Constant("kind", Literal::String("log"))], [base]
);
impl_debug_and_serde!(ScaleLog);
