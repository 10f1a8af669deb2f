use super::tag::Literal;

/// A property of an object, as it stands in the table of a type: its name in JSON, and when it is written.
// Without a function that makes one: rustc would work on each call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Property {
    /// It is always written, even if its value is `null`.
    Always(&'static str),
    /// It is left out if there is no value.
    Optional(&'static str),
    /// As [`Always`](Self::Always), with a value that does not show.
    Secret(&'static str),
    /// As [`Optional`](Self::Optional), with a value that does not show.
    OptionalSecret(&'static str),
    /// It is always written with this one value, and there is no field for it.
    Constant(&'static str, Literal<'static>),
}

impl Property {
    /// The name in JSON.
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
