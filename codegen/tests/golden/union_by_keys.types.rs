/// One of several types of `Price`.
#[derive(Clone, PartialEq)]
#[allow(clippy::large_enum_variant)]
#[non_exhaustive]
pub enum Price {
    /// Of the type `LegacyPrice`.
    Legacy(LegacyPrice),
    /// Of the type `CurrentPrice`.
    Current(CurrentPrice),
    /// A variant that the document does not have, as it came.
    ///
    /// The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.
    Unknown(Value),
}
impl Decode for Price {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.tag(&["legacy"])?.literal() {
            Literal::Boolean(true) => reader.variant("Legacy", Self::Legacy),
            Literal::Absent => reader.variant("Current", Self::Current),
            _ => reader.variant("Current", Self::Current),
        }
    }
}
impl Encode for Price {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let (name, value): (&'static str, &dyn Encode) = match self {
            Self::Legacy(value) => ("Legacy", value),
            Self::Current(value) => ("Current", value),
            Self::Unknown(value) => ("Unknown", value),
        };
        writer.variant("Price", name);
        value.encode(writer);
    }
}
impl Price {
    /// `amount`, whichever variant it is; `None` if it has none, or if the document does not have its variant.
    #[inline]
    pub fn amount(&self) -> Option<&i64> {
        match self {
            Self::Legacy(value) => Some(&value.amount),
            Self::Current(value) => Some(&value.amount),
            Self::Unknown(_) => None,
        }
    }
}
impl From<LegacyPrice> for Price {
    #[inline]
    fn from(value: LegacyPrice) -> Self {
        Self::Legacy(value)
    }
}
impl From<CurrentPrice> for Price {
    #[inline]
    fn from(value: CurrentPrice) -> Self {
        Self::Current(value)
    }
}
impl_debug_and_serde!(Price);
/// One of several types of `Rent`.
#[derive(Clone, PartialEq)]
#[allow(clippy::large_enum_variant)]
#[non_exhaustive]
pub enum Rent {
    /// Of the type `RentOnce`.
    Once(RentOnce),
    /// Of the type `RentMonthly`.
    Monthly(RentMonthly),
    /// Of the type `RentMonthlyUntil`.
    MonthlyUntil(RentMonthlyUntil),
    /// A variant that the document does not have, as it came.
    ///
    /// The API may grow new variants at any time. Match them with a wildcard arm, not with this variant: what is unknown today gets its own variant tomorrow.
    Unknown(Value),
}
impl Decode for Rent {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let keys = reader.keys()?;
        let has = |names: &[&str]| {
            names.iter().all(|name| keys.iter().any(|key| key == name))
        };
        if has(&["months", "until"]) {
            return reader.variant("MonthlyUntil", Self::MonthlyUntil);
        }
        if has(&["months"]) {
            return reader.variant("Monthly", Self::Monthly);
        }
        reader.variant("Once", Self::Once)
    }
}
impl Encode for Rent {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let (name, value): (&'static str, &dyn Encode) = match self {
            Self::Once(value) => ("Once", value),
            Self::Monthly(value) => ("Monthly", value),
            Self::MonthlyUntil(value) => ("MonthlyUntil", value),
            Self::Unknown(value) => ("Unknown", value),
        };
        writer.variant("Rent", name);
        value.encode(writer);
    }
}
impl Rent {
    /// `amount`, whichever variant it is; `None` if it has none, or if the document does not have its variant.
    #[inline]
    pub fn amount(&self) -> Option<&i64> {
        match self {
            Self::Once(value) => Some(&value.amount),
            Self::Monthly(value) => Some(&value.amount),
            Self::MonthlyUntil(value) => Some(&value.amount),
            Self::Unknown(_) => None,
        }
    }
}
impl From<RentOnce> for Rent {
    #[inline]
    fn from(value: RentOnce) -> Self {
        Self::Once(value)
    }
}
impl From<RentMonthly> for Rent {
    #[inline]
    fn from(value: RentMonthly) -> Self {
        Self::Monthly(value)
    }
}
impl From<RentMonthlyUntil> for Rent {
    #[inline]
    fn from(value: RentMonthlyUntil) -> Self {
        Self::MonthlyUntil(value)
    }
}
impl_debug_and_serde!(Rent);
