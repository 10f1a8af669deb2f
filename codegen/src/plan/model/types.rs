//! Types: structs, enumerations and unions.

use std::collections::BTreeSet;

use crate::generate::Source;
use crate::json::Value;
use crate::plan::texts::Limits;

/// A named type.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// The Rust name.
    pub name: String,
    /// Where the document has it.
    pub place: String,
    /// What it is.
    pub kind: Kind,
    /// What the document says of it.
    pub description: Option<String>,
    /// The resources whose operations use it.
    pub resources: BTreeSet<String>,
    /// Whether requests hold it.
    pub input: bool,
    /// Whether answers or webhooks hold it.
    pub output: bool,
    /// What typify made of it.
    pub source: Source,
}

impl Type {
    /// How a property of this type, which is the given struct, can be missing.
    pub fn presence(&self, object: &Struct, property: &Property) -> Presence {
        match (property.required, property.nullable) {
            (true, false) => Presence::Required,
            (true, true) => Presence::Nullable,
            (false, false) => Presence::Optional,
            (false, true) if self.input || object.partial => Presence::Patch,
            (false, true) => Presence::Nullable,
        }
    }
}

/// What a named type is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// An object with properties.
    Struct(Struct),
    /// A set of strings.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// The ids of one entity.
    Id(Id),
}

/// An object with properties.
#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    /// The properties as the API sends them: those that must be there in the order of the document, which keeps it
    /// in `required`, then the others in the order of their names.
    pub properties: Vec<Property>,
    /// The type of all other properties, if they are part of the type.
    pub additional: Option<TypeRef>,
    /// Whether an absent property says something else than `null` although the API answers with it.
    pub partial: bool,
    /// Whether it keeps the whole object as JSON, too, and is written as that.
    pub keeps_json: bool,
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// The name in JSON.
    pub name: String,
    /// The type of its value.
    pub ty: TypeRef,
    /// Whether the field keeps it in a box, since the type may hold another of its kind.
    pub boxed: bool,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be `null`.
    pub nullable: bool,
    /// The only value that it can have.
    pub constant: Option<Value>,
    /// Whether the constant goes without saying, because whoever holds the object knows it already.
    pub implied: bool,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// Whether its value authorizes whoever knows it, and is left out of `Debug`.
    pub secret: bool,
    /// What the document says of it.
    pub description: Option<String>,
    /// What the API takes if it is left out.
    pub default: Option<Value>,
    /// The value that the constructor sets, although the property is optional.
    pub preset: Option<String>,
    /// What its values may be.
    pub limits: Limits,
}

/// How a property can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Not at all.
    Required,
    /// It can be `null`, and an absent one is taken for that.
    Nullable,
    /// It can be absent.
    Optional,
    /// It can be absent or `null`, and these differ.
    Patch,
}

/// What the ids of an entity are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    /// UUIDs.
    Uuid,
    /// Strings.
    String,
}

/// A set of strings.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// The values in the order of the document.
    pub values: Vec<EnumValue>,
}

/// A value of an enumeration.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// The string in JSON.
    pub value: String,
    /// The Rust name of the variant.
    pub variant: String,
    /// What it means.
    pub description: Option<String>,
}

/// A use of a type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypeRef {
    /// A string of any kind that has no type of its own.
    String,
    /// A 64-bit integer.
    Integer,
    /// An integer or not, as it is written.
    Number,
    /// `true` or `false`
    Boolean,
    /// A point in time.
    DateTime,
    /// A calendar date.
    Date,
    /// A UUID.
    Uuid,
    /// A decimal number in a string.
    Decimal,
    /// A decimal number in a string, or a number.
    DecimalOrNumber,
    /// A string, a number or a boolean.
    Scalar,
    /// `null` and nothing else.
    Null,
    /// Any JSON value.
    Any,
    /// A list.
    List(Box<TypeRef>),
    /// A page of a list.
    Page(Box<TypeRef>),
    /// An object of any properties of one type.
    Map(Box<TypeRef>),
    /// A list of two elements.
    Pair(Box<TypeRef>, Box<TypeRef>),
    /// A named type.
    Named(String),
}

impl TypeRef {
    /// The named types in it.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Named(name) => vec![name],
            Self::List(inner) | Self::Page(inner) | Self::Map(inner) => inner.names(),
            Self::Pair(first, second) => [first.names(), second.names()].concat(),
            _ => Vec::new(),
        }
    }
}

impl Kind {
    /// All uses of other types.
    pub fn references(&self) -> Vec<&TypeRef> {
        match self {
            Self::Struct(object) => {
                let properties = object.properties.iter().filter(|property| !property.implied);
                properties.map(|property| &property.ty).chain(&object.additional).collect()
            }
            Self::Union(union) => {
                union.variants.iter().filter_map(|variant| variant.payload.as_ref()).chain(&union.unknown).collect()
            }
            Self::Enum(_) | Self::Id(_) => Vec::new(),
        }
    }

    /// The named types whose values are within those of this one, and not elsewhere as those of a list are.
    pub fn held(&self) -> impl Iterator<Item = &str> {
        self.references().into_iter().filter_map(|ty| match ty {
            TypeRef::Named(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

/// One of several types.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    /// The types.
    pub variants: Vec<Variant>,
    /// How a value's type is found.
    pub rule: Rule,
    /// The type that holds a value of no known variant: an object with the shared properties. Any JSON object if there
    /// is none.
    pub unknown: Option<TypeRef>,
}

/// One type of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The Rust name.
    pub name: String,
    /// What it holds; nothing if it is a literal.
    pub payload: Option<TypeRef>,
    /// The only string that it stands for.
    pub literal: Option<String>,
    /// What it means, if that is not what its payload means.
    pub description: Option<String>,
}

/// How a value's type is found. Variants are given by their index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Not decided yet.
    Undecided,
    /// By the value of a property.
    Tag {
        /// The path to the property.
        path: Vec<String>,
        /// Which value stands for which variant.
        cases: Vec<(Literal, usize)>,
        /// The variants without the property: the first wins whose properties are there as a whole.
        absent: Vec<(Vec<String>, usize)>,
        /// The variant for all other values.
        other: Option<usize>,
    },
    /// By the properties that are there: the first variant wins whose list is there as a whole.
    Keys(Vec<(Vec<String>, usize)>),
    /// By a property of the object that holds the union; if that says nothing, the variant wins that defines every
    /// property that is there, and else the fewest.
    Parent {
        /// The path to the property, from the object that holds the union.
        path: Vec<String>,
        /// Which value stands for which variant.
        cases: Vec<(String, usize)>,
    },
    /// By the text of a string: a literal, or else the one variant that is none.
    Text,
}

/// A value that tells variants apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A string.
    String(String),
}
