/// An object with the properties of `MountWall`.
///
/// # Examples
///
/// ```
/// # fn example() {
/// use polar_client::types::MountWall;
///
/// let mount_wall = MountWall::new();
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct MountWall {
    /// `screws`: of type [`MountWallScrews`].
    ///
    /// Defaults to `"steel"`.
    pub screws: Option<MountWallScrews>,
}
impl MountWall {
    /// Creates a `MountWall` with its required properties.
    #[inline]
    pub fn new() -> Self {
        Self { screws: None }
    }
    /// `screws`: of type [`MountWallScrews`].
    ///
    /// Defaults to `"steel"`.
    pub fn screws<F>(mut self, value: impl IntoOption<MountWallScrews, F>) -> Self {
        self.screws = value.into_option();
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
    MountWall, [Constant("at", Literal::String("wall")), Optional("screws") => screws]
);
impl_debug_and_serde!(MountWall);
/// One of the types of `Scale`.
///
/// | `kind` | variant |
/// | --- | --- |
/// | `linear` | [`Linear`](Self::Linear) |
/// | `log` | [`Log`](Self::Log) |
/// | absent | [`Log`](Self::Log) |
/// | absent | [`Linear`](Self::Linear) |
///
/// # Examples
///
/// ```
/// # fn example(value: polar_client::types::Scale) {
/// use polar_client::types::Scale;
///
/// match value {
///     Scale::Linear(value) => println!("{value:?}"),
///     other => println!("something else: {other:?}"),
/// }
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Scale {
    /// The type [`ScaleLinear`].
    Linear(ScaleLinear),
    /// The type [`ScaleLog`].
    Log(ScaleLog),
    /// A variant that this version of the crate does not know, as the API sent it.
    ///
    /// The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.
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
                if keys.have(&["base"]) {
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
        let value: &dyn Encode = match_variants!(
            self, Linear | Log | Unknown(value) => value
        );
        value.encode(writer);
    }
}
impl Scale {
    /// Returns `kind` of any variant, or `None` if it is absent or `null`.
    #[inline]
    pub fn kind(&self) -> Option<&str> {
        match_variants!(
            self, Linear(_) => Some("linear"), Log(_) => Some("log"), Unknown(value) =>
            value.get("kind").and_then(Value::as_str)
        )
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
/// An object with the properties of `ScaleLinear`.
///
/// # Examples
///
/// ```
/// # fn example() {
/// use polar_client::types::ScaleLinear;
///
/// let scale_linear = ScaleLinear::new();
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct ScaleLinear {}
impl ScaleLinear {
    /// Creates a `ScaleLinear` with its required properties.
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
impl_object!(ScaleLinear, [Constant("kind", Literal::String("linear"))]);
impl_debug_and_serde!(ScaleLinear);
/// An object with the properties of `ScaleLog`.
///
/// # Examples
///
/// ```
/// # fn example() {
/// use polar_client::types::ScaleLog;
///
/// let scale_log = ScaleLog::new(1);
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct ScaleLog {
    /// `base`: an integer.
    pub base: i64,
}
impl ScaleLog {
    /// Creates a `ScaleLog` with its required properties.
    #[inline]
    pub fn new(base: impl Into<Integer>) -> Self {
        Self {
            base: Integer::into_i64(base.into()),
        }
    }
}
impl_object!(
    ScaleLog, [Always("base") => base, Constant("kind", Literal::String("log"))]
);
impl_debug_and_serde!(ScaleLog);
