/// Who lives here.
///
/// | `kind` | variant |
/// | --- | --- |
/// | `bird` | [`Feathered`](Self::Feathered) |
/// | `cat` | [`Cat`](Self::Cat) |
///
/// # Examples
///
/// ```
/// # fn example(value: polar_client::types::Animal) {
/// use polar_client::types::Animal;
///
/// match value {
///     Animal::Cat(value) => println!("{value:?}"),
///     other => println!("something else: {other:?}"),
/// }
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Animal {
    /// The type [`Cat`].
    Cat(Cat),
    /// The type [`Bird`].
    Feathered(Bird),
    /// A variant that this version of the crate does not know, as the API sent it.
    ///
    /// The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.
    Unknown(UnknownAnimal),
}
impl Decode for Animal {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.tag(&["kind"])?.literal() {
            Literal::String("cat") => reader.variant("Cat", Self::Cat),
            Literal::String("bird") => reader.variant("Feathered", Self::Feathered),
            Literal::Absent => Err(reader.untagged("kind")),
            _ => reader.variant("Unknown", Self::Unknown),
        }
    }
}
impl Encode for Animal {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let value: &dyn Encode = match_variants!(
            self, Cat | Feathered | Unknown(value) => value
        );
        value.encode(writer);
    }
}
impl Animal {
    /// Returns `age` of any known variant, or `None` if it is absent, `null`, or the variant is unknown.
    #[inline]
    pub fn age(&self) -> Option<i64> {
        match_variants!(
            self, Cat | Feathered(value) => Some(value.age), Unknown(_) => None
        )
    }
    /// Returns `born_at` of any variant, or `None` if it is absent or `null`.
    #[inline]
    pub fn born_at(&self) -> Option<DateTime<Utc>> {
        match_variants!(self, Cat | Feathered | Unknown(value) => value.born_at)
    }
    /// Returns `id`, which every variant has.
    #[inline]
    pub fn id(&self) -> AnimalId {
        match_variants!(self, Cat | Feathered | Unknown(value) => value.id)
    }
    /// Returns `kind`, which every variant has.
    #[inline]
    pub fn kind(&self) -> &str {
        match_variants!(
            self, Cat(_) => "cat", Feathered(_) => "bird", Unknown(value) => value.kind
            .as_str()
        )
    }
    /// Returns `name`, which every variant has.
    #[inline]
    pub fn name(&self) -> &str {
        match_variants!(self, Cat | Feathered | Unknown(value) => value.name.as_str())
    }
}
impl From<Cat> for Animal {
    #[inline]
    fn from(value: Cat) -> Self {
        Self::Cat(value)
    }
}
impl From<Bird> for Animal {
    #[inline]
    fn from(value: Bird) -> Self {
        Self::Feathered(value)
    }
}
impl_debug_and_serde!(Animal);
/// An object of [`Animal`] whose variant this version of the crate does not know.
///
/// Its fields are the properties that all variants share, and `raw` is the whole object. Serialization writes `raw` and ignores the fields.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct UnknownAnimal {
    /// `born_at`: a point in time, in UTC.
    pub born_at: Option<DateTime<Utc>>,
    /// `id`: of type [`AnimalId`].
    pub id: AnimalId,
    /// `kind`: a string.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// The whole object, as the API sent it.
    pub raw: Value,
}
impl_unknown_object!(
    UnknownAnimal, [Always("id") => id, Always("kind") => kind, Always("name") => name,
    Always("born_at") => born_at]
);
impl_debug_and_serde!(UnknownAnimal);
