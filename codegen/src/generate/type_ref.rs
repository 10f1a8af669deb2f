//! References to types.

/// A reference to a type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypeRef {
    /// A string without a type of its own, whatever its format.
    String,
    /// A 64-bit integer.
    Integer,
    /// A number, which keeps its original notation.
    Number,
    /// `true` or `false`
    Boolean,
    /// A date and time.
    DateTime,
    /// A calendar date.
    Date,
    /// A UUID.
    Uuid,
    /// A decimal number, encoded as a string.
    Decimal,
    /// A decimal number, encoded as a string or a number.
    DecimalOrNumber,
    /// A string, a number or a boolean.
    Scalar,
    /// `null`.
    Null,
    /// Any JSON value.
    Any,
    /// A list.
    List(Box<TypeRef>),
    /// A page of a list.
    Page(Box<TypeRef>),
    /// An object whose properties have arbitrary names and values of one type.
    Map(Box<TypeRef>),
    /// A list of exactly two elements.
    Pair(Box<TypeRef>, Box<TypeRef>),
    /// A named type.
    Named(String),
}

impl TypeRef {
    /// Returns the names of the types that it contains.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Named(name) => vec![name],
            Self::List(inner) | Self::Page(inner) | Self::Map(inner) => inner.names(),
            Self::Pair(first, second) => [first.names(), second.names()].concat(),
            _ => Vec::new(),
        }
    }
}
