/// One of the types of `AlarmCreateStart`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum AlarmCreateStart {
    /// The string `now`.
    Now,
    /// A point in time, in UTC.
    DateTime(DateTime<Utc>),
}
impl Decode for AlarmCreateStart {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.is_string("now")? {
            reader.skip()?;
            return Ok(Self::Now);
        }
        reader.variant("DateTime", Self::DateTime)
    }
}
impl Encode for AlarmCreateStart {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let value: &dyn Encode = match self {
            Self::Now => &"now",
            Self::DateTime(value) => value,
        };
        value.encode(writer);
    }
}
impl From<DateTime<Utc>> for AlarmCreateStart {
    #[inline]
    fn from(value: DateTime<Utc>) -> Self {
        Self::DateTime(value)
    }
}
impl_debug_and_serde!(AlarmCreateStart);
