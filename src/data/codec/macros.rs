//! Macros that implement traits for the generated types.

/// Implements serde's traits for a type that can be decoded and encoded.
macro_rules! impl_serde {
    ($($name:ty),* $(,)?) => {$(
        impl ::serde_core::Serialize for $name {
            #[inline]
            fn serialize<S: ::serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::codec::serialize(self, serializer)
            }
        }

        impl<'de> ::serde_core::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: ::serde_core::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codec::deserialize(deserializer, <Self as $crate::codec::Decode>::decode)
            }
        }
    )*};
}

/// Implements decoding and encoding for an object, given its properties in the order of the API, each with its field
/// unless it is a constant. They are in groups of up to 16 fields, which are taken at once. The last argument is the
/// field of all other properties, if they are kept.
macro_rules! impl_object {
    ($name:ident, [$($kind:ident($($what:tt)*) $(=> $field:ident)?),*]) => {
        impl_object!(@table $name, $($kind($($what)*)),*);

        impl $crate::codec::Decode for $name {
            #[inline]
            fn decode(reader: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::DecodeError> {
                let ($($($field,)?)*) = reader.take(Self::PROPERTIES)?;
                Ok(Self { $($($field,)?)* })
            }
        }

        impl $crate::codec::Encode for $name {
            #[inline]
            fn encode(&self, writer: &mut $crate::codec::Writer) {
                writer.object(Self::PROPERTIES, &[$($(&self.$field,)?)*]);
            }
        }
    };
    ($name:ident $(, [$($kind:ident($($what:tt)*) $(=> $field:ident)?),*])*) => {
        impl_object!(@table $name, $($($kind($($what)*)),*),*);

        impl $crate::codec::Decode for $name {
            #[inline]
            fn decode(reader: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::DecodeError> {
                let mut fields = reader.fields(Self::PROPERTIES)?;
                $(let ($($($field,)?)*) = fields.take()?;)*
                fields.end()?;
                Ok(Self { $($($($field,)?)*)* })
            }
        }

        impl $crate::codec::Encode for $name {
            #[inline]
            fn encode(&self, writer: &mut $crate::codec::Writer) {
                writer.object(Self::PROPERTIES, &[$($($(&self.$field,)?)*)*]);
            }
        }
    };
    ($name:ident $(, [$($kind:ident($($what:tt)*) $(=> $field:ident)?),*])*, $rest:ident) => {
        impl_object!(@table $name, $($($kind($($what)*)),*),*);

        impl $crate::codec::Decode for $name {
            #[inline]
            fn decode(reader: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::DecodeError> {
                let mut fields = reader.fields_and_rest(Self::PROPERTIES)?;
                $(let ($($($field,)?)*) = fields.take()?;)*
                let $rest = fields.rest()?;
                Ok(Self { $($($($field,)?)*)* $rest })
            }
        }

        impl $crate::codec::Encode for $name {
            #[inline]
            fn encode(&self, writer: &mut $crate::codec::Writer) {
                writer.object_and_rest(Self::PROPERTIES, &[$($($(&self.$field,)?)*)*], &self.$rest);
            }
        }
    };
    (@table $name:ident, $($kind:ident($($what:tt)*)),*) => {
        impl $name {
            const PROPERTIES: &'static [$crate::codec::Property] = &[$($crate::codec::Property::$kind($($what)*)),*];
        }
    };
}

/// Implements decoding and encoding for an object of an unknown variant. Some properties are fields; the complete JSON
/// is kept and encoded.
macro_rules! impl_unknown_object {
    ($name:ident, [$($kind:ident($($what:tt)*) => $field:ident),*]) => {
        impl $crate::codec::Decode for $name {
            #[inline]
            fn decode(reader: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::DecodeError> {
                let mut ahead = reader.fork();
                let ($($field,)*) = ahead.take(&[$($crate::codec::Property::$kind($($what)*)),*])?;
                Ok(Self { $($field,)* raw: reader.unknown()? })
            }
        }

        impl $crate::codec::Encode for $name {
            #[inline]
            fn encode(&self, writer: &mut $crate::codec::Writer) {
                self.raw.encode(writer);
            }
        }
    };
}

/// Defines the method that sets a property to `null`.
macro_rules! clear {
    ($method:ident, $field:ident = $name:literal) => {
        #[doc = concat!("Sends `null` as `", $name, "`.")]
        #[inline]
        pub fn $method(mut self) -> Self {
            self.$field = $crate::Patch::Null;
            self
        }
    };
}

/// Matches a union against its variants. An arm is that of several variants, whose values may be of different types.
macro_rules! match_variants {
    ($this:ident, $($($variant:ident)|+ ($value:tt) => $body:expr),+) => {
        match $this {
            $($(Self::$variant($value) => $body,)+)+
        }
    };
}

/// Implements `Debug`, as JSON with secrets redacted, and serde's traits.
macro_rules! impl_debug_and_serde {
    ($name:ident) => {
        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::codec::debug(self, stringify!($name), f)
            }
        }

        impl_serde!($name);
    };
}

/// Implements the conversion of a struct that names the arguments of a constructor, and `Debug` as what it converts into.
macro_rules! impl_required {
    ($required:ident, $name:ident, [$($field:ident),*]) => {
        impl From<$required> for $name {
            #[inline]
            fn from(required: $required) -> Self {
                Self::new($(required.$field),*)
            }
        }

        impl ::std::fmt::Debug for $required {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&$name::from(self.clone()), f)
            }
        }
    };
}

/// Implements an enumeration of strings with a fallback for unknown values.
macro_rules! impl_open_enum {
    ($name:ident, $($variant:ident = $value:literal),*) => {
        impl $name {
            /// All values in the API's document.
            pub const VALUES: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the value as the API writes it.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown($crate::value::UnknownValue::new(value)),
                }
            }
        }

        impl From<String> for $name {
            #[inline]
            fn from(value: String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            #[inline]
            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }

        impl PartialEq<str> for $name {
            #[inline]
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            #[inline]
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::codec::Decode for $name {
            #[inline]
            fn decode(
                reader: &mut $crate::codec::Reader<'_>,
            ) -> Result<Self, $crate::codec::DecodeError> {
                Ok(Self::from(&*reader.string()?))
            }
        }

        impl $crate::codec::Encode for $name {
            #[inline]
            fn encode(&self, writer: &mut $crate::codec::Writer) {
                writer.string(self.as_str());
            }
        }

        impl AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl $crate::codec::ToText for $name {
            #[inline]
            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                self.as_str().into()
            }
        }

        impl_serde!($name);
    };
}

/// Implements conversion into and comparison with an enumeration that has all values of this one.
macro_rules! impl_part_of_enum {
    ($name:ident, $whole:ident) => {
        impl From<$name> for $whole {
            #[inline]
            fn from(value: $name) -> Self {
                Self::from(value.as_str())
            }
        }

        impl PartialEq<$whole> for $name {
            #[inline]
            fn eq(&self, other: &$whole) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl PartialEq<$name> for $whole {
            #[inline]
            fn eq(&self, other: &$name) -> bool {
                self.as_str() == other.as_str()
            }
        }
    };
}

/// Implements an id that is a UUID.
macro_rules! impl_uuid_id {
    ($name:ident) => {
        impl $name {
            /// Creates an id from a UUID, like `from`, but usable in constants.
            #[inline]
            pub const fn new(id: ::uuid::Uuid) -> Self {
                Self(id)
            }

            /// Returns the id as a plain UUID.
            #[inline]
            pub const fn as_uuid(self) -> ::uuid::Uuid {
                self.0
            }
        }

        impl From<::uuid::Uuid> for $name {
            #[inline]
            fn from(id: ::uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for ::uuid::Uuid {
            #[inline]
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::uuid::Error;

            #[inline]
            fn from_str(id: &str) -> Result<Self, Self::Err> {
                ::uuid::Uuid::parse_str(id).map(Self)
            }
        }

        impl_id!($name);
    };
}

/// Implements an id that is a string.
macro_rules! impl_string_id {
    ($name:ident) => {
        impl $name {
            /// Returns the id as a plain string.
            #[inline]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            #[inline]
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl PartialEq<str> for $name {
            #[inline]
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            #[inline]
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl From<&$name> for $name {
            #[inline]
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl From<$name> for String {
            #[inline]
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            #[inline]
            fn from_str(id: &str) -> Result<Self, Self::Err> {
                Ok(Self(id.to_owned()))
            }
        }

        impl_id!($name);
    };
}

/// Implements the traits that all ids share by delegating to the value.
macro_rules! impl_id {
    ($name:ident) => {
        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl $crate::codec::Decode for $name {
            #[inline]
            fn decode(reader: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::codec::DecodeError> {
                $crate::codec::Decode::decode(reader).map(Self)
            }
        }

        impl $crate::codec::Encode for $name {
            #[inline]
            fn encode(&self, writer: &mut $crate::codec::Writer) {
                $crate::codec::Encode::encode(&self.0, writer);
            }
        }

        impl $crate::codec::ToText for $name {
            #[inline]
            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                $crate::codec::ToText::to_text(&self.0)
            }
        }

        impl ::serde_core::Serialize for $name {
            #[inline]
            fn serialize<S: ::serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> ::serde_core::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: ::serde_core::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codec::deserialize_text(deserializer)
            }
        }
    };
}
