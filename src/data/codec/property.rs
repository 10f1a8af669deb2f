use super::tag::Literal;

/// An entry of a type's property table: the name in JSON, and when the property is written.
// An enum rather than a constructor function, which rustc would have to evaluate for each property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Property {
    /// Always written, even if the value is `null`.
    Always(&'static str),
    /// Omitted if the value is absent.
    Optional(&'static str),
    /// Like [`Always`](Self::Always), but redacted from `Debug` output.
    Secret(&'static str),
    /// Like [`Optional`](Self::Optional), but redacted from `Debug` output.
    OptionalSecret(&'static str),
    /// Always written with this value. There is no field for it.
    Constant(&'static str, Literal<'static>),
}

impl Property {
    /// Returns the name in JSON.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Always(name)
            | Self::Optional(name)
            | Self::Secret(name)
            | Self::OptionalSecret(name)
            | Self::Constant(name, _) => name,
        }
    }
}
