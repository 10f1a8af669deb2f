/// The properties of `Bicycle`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Bicycle {
    /// `gears`: an integer.
    pub gears: i64,
    /// `id`: a UUID.
    pub id: Uuid,
}
impl Decode for Bicycle {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 3usize] = ["gears", "id", "power"];
        let mut gears = None;
        let mut id = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.read(&mut gears),
                1usize => reader.read(&mut id),
                _ => reader.constant("legs"),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            gears: reader.required(gears, "gears")?,
            id: reader.required(id, "id")?,
        })
    }
}
impl Encode for Bicycle {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("gears", &self.gears);
        writer.field("id", &self.id);
        writer.constant("power", "\"legs\"");
        writer.end_object();
    }
}
/// What carries people.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)]
#[non_exhaustive]
pub enum Vehicle {
    /// Of the type `Bicycle`.
    Bicycle(Bicycle),
    /// Of the type `Train`.
    Train(Train),
    /// A variant that the document does not have, as it came.
    ///
    /// The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.
    Unknown(Value),
}
impl Decode for Vehicle {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.tag(&["power"])?.literal() {
            Literal::String("legs") => reader.variant("Bicycle", Self::Bicycle),
            Literal::String("electricity") | Literal::String("steam") => {
                reader.variant("Train", Self::Train)
            }
            Literal::Absent => Err(reader.untagged("power")),
            _ => reader.unknown().map(Self::Unknown),
        }
    }
}
impl Encode for Vehicle {
    fn encode(&self, writer: &mut Writer) {
        let (name, value): (&'static str, &dyn Encode) = match self {
            Self::Bicycle(value) => ("Bicycle", value),
            Self::Train(value) => ("Train", value),
            Self::Unknown(value) => ("Unknown", value),
        };
        writer.variant("Vehicle", name);
        value.encode(writer);
    }
}
impl Vehicle {
    /// `id`, whichever variant it is; `None` if it has none, or if the document does not have its variant.
    pub fn id(&self) -> Option<&Uuid> {
        match self {
            Self::Bicycle(value) => Some(&value.id),
            Self::Train(value) => Some(&value.id),
            Self::Unknown(_) => None,
        }
    }
}
impl From<Bicycle> for Vehicle {
    fn from(value: Bicycle) -> Self {
        Self::Bicycle(value)
    }
}
impl From<Train> for Vehicle {
    fn from(value: Train) -> Self {
        Self::Train(value)
    }
}
