//! Types: structs, enumerations, unions and ids.

use std::collections::BTreeSet;

use crate::generate::{Source, TypeRef};
use crate::json::Value;
use crate::model::texts::Limits;
use crate::rewrite::Rule;

/// A named type.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// The Rust name.
    pub name: String,
    /// The JSON pointer of the schema.
    pub place: String,
    /// The kind of the type and its details.
    pub kind: Kind,
    /// The description in the document.
    pub description: Option<String>,
    /// The resources whose operations use the type.
    pub resources: BTreeSet<String>,
    /// True if the type is part of a request.
    pub input: bool,
    /// True if the type is part of a response or a webhook payload.
    pub output: bool,
    /// The source that typify generated.
    pub source: Source,
}

/// The kind of a named type.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// An object with known properties.
    Struct(Struct),
    /// An enumeration of strings.
    Enum(Enum),
    /// A union of several types.
    Union(Union),
    /// The ids of an entity.
    Id(Id),
}

/// An object with known properties.
#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    /// The properties in the [order](crate::rewrite::ORDER) in which the API sends them, which is also that of the
    /// arguments of constructors.
    pub properties: Vec<Property>,
    /// The type of additional properties. `None` if they are ignored.
    pub additional: Option<TypeRef>,
    /// True if the struct also keeps the original JSON object and is serialized as that.
    pub keeps_json: bool,
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// The JSON name.
    pub name: String,
    /// The type of the value.
    pub ty: TypeRef,
    /// True if the field is a `Box`, because the type is recursive.
    pub boxed: bool,
    /// True if the property is required.
    pub required: bool,
    /// True if the value may be `null`.
    pub nullable: bool,
    /// True if an absent value differs from `null`.
    pub patch: bool,
    /// The only allowed value (`const`).
    pub constant: Option<Value>,
    /// True if the value is implied by the type, so that it has no field.
    pub implied: bool,
    /// True if the property is deprecated.
    pub deprecated: bool,
    /// True if the value is a credential, which is redacted from `Debug`.
    pub secret: bool,
    /// The description in the document.
    pub description: Option<String>,
    /// The default that the API applies.
    pub default: Option<Value>,
    /// The value that the constructor sets, so that a required property is no argument of it.
    pub preset: Option<Value>,
    /// The constraints on the value.
    pub limits: Limits,
}

impl Property {
    /// Returns true if the property is an argument of the constructor.
    pub fn is_argument(&self) -> bool {
        self.required && !self.implied && self.preset.is_none()
    }

    /// Returns the presence of the property.
    pub fn presence(&self) -> Presence {
        match (self.required, self.nullable) {
            (true, false) => Presence::Required,
            (false, false) => Presence::Optional,
            (false, true) if self.patch => Presence::Patch,
            (_, true) => Presence::Nullable,
        }
    }
}

/// The presence of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Required and never `null`.
    Required,
    /// Possibly `null`. An absent property is treated as `null`.
    Nullable,
    /// Possibly absent, but never `null`.
    Optional,
    /// Possibly absent or `null`, which have different meanings.
    Patch,
}

/// The representation of an entity's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    /// UUIDs.
    Uuid,
    /// Strings.
    String,
}

/// An enumeration of strings.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// The values, in the order of the document.
    pub values: Vec<EnumValue>,
}

/// A value of an enumeration.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// The string in JSON.
    pub value: String,
    /// The Rust name of the variant.
    pub variant: String,
    /// The description in the document.
    pub description: Option<String>,
}

impl Kind {
    /// Returns all references to other types.
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

    /// Returns the named types that are embedded in a value directly. Elements of lists and maps are not included.
    pub fn held(&self) -> impl Iterator<Item = &str> {
        self.references().into_iter().filter_map(|ty| match ty {
            TypeRef::Named(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

/// A union of several types.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    /// The variants.
    pub variants: Vec<Variant>,
    /// The rule that selects the variant of a value.
    pub rule: Rule,
    /// The type of values that match no known variant: an object with the shared properties. `None` if such a value is
    /// any JSON object.
    pub unknown: Option<TypeRef>,
}

/// A variant of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The Rust name.
    pub name: String,
    /// The type of the payload. `None` if the variant is a literal.
    pub payload: Option<TypeRef>,
    /// The string that the variant represents, if it is a literal.
    pub literal: Option<String>,
    /// The description, if it differs from that of the payload.
    pub description: Option<String>,
}
