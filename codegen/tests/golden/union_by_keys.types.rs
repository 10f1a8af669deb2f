/// One of the types of `Price`.
///
/// | `legacy` | variant |
/// | --- | --- |
/// | `true` | [`Legacy`](Self::Legacy) |
/// | absent | [`Current`](Self::Current) |
/// | any other | [`Current`](Self::Current) |
///
/// # Examples
///
/// ```
/// # fn example(value: polar_client::types::Price) {
/// use polar_client::types::Price;
///
/// match value {
///     Price::Legacy(value) => println!("{value:?}"),
///     other => println!("something else: {other:?}"),
/// }
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Price {
    /// The type [`LegacyPrice`].
    Legacy(LegacyPrice),
    /// The type [`CurrentPrice`].
    Current(CurrentPrice),
    /// A variant that this version of the crate does not know, as the API sent it.
    ///
    /// The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.
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
        let value: &dyn Encode = match_variants!(
            self, Legacy | Current | Unknown(value) => value
        );
        value.encode(writer);
    }
}
impl Price {
    /// Returns `amount` of any known variant, or `None` if it is absent, `null`, or the variant is unknown.
    #[inline]
    pub fn amount(&self) -> Option<i64> {
        match_variants!(
            self, Legacy | Current(value) => Some(value.amount), Unknown(_) => None
        )
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
/// One of the types of `Rent`.
///
/// # Examples
///
/// ```
/// # fn example(value: polar_client::types::Rent) {
/// use polar_client::types::Rent;
///
/// match value {
///     Rent::Once(value) => println!("{value:?}"),
///     other => println!("something else: {other:?}"),
/// }
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Rent {
    /// The type [`RentOnce`].
    Once(RentOnce),
    /// The type [`RentMonthly`].
    Monthly(RentMonthly),
    /// The type [`RentMonthlyUntil`].
    MonthlyUntil(RentMonthlyUntil),
    /// A variant that this version of the crate does not know, as the API sent it.
    ///
    /// The API may add variants at any time. Match them with a wildcard arm rather than with this variant: a variant that is unknown today gets a name of its own in a later version.
    Unknown(Value),
}
impl Decode for Rent {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let keys = reader.keys()?;
        if keys.have(&["months", "until"]) {
            return reader.variant("MonthlyUntil", Self::MonthlyUntil);
        }
        if keys.have(&["months"]) {
            return reader.variant("Monthly", Self::Monthly);
        }
        reader.variant("Once", Self::Once)
    }
}
impl Encode for Rent {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        let value: &dyn Encode = match_variants!(
            self, Once | Monthly | MonthlyUntil | Unknown(value) => value
        );
        value.encode(writer);
    }
}
impl Rent {
    /// Returns `amount` of any known variant, or `None` if it is absent, `null`, or the variant is unknown.
    #[inline]
    pub fn amount(&self) -> Option<i64> {
        match_variants!(
            self, Once | Monthly | MonthlyUntil(value) => Some(value.amount), Unknown(_)
            => None
        )
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
