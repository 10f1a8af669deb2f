/// An object with the properties of `Reading`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// `id`: of type [`ReadingId`].
    pub id: ReadingId,
    /// `other_id`: of type [`OtherId`].
    pub other_id: OtherId,
    /// `at`: a point in time, in UTC.
    pub at: DateTime<Utc>,
    /// `day`: a date.
    pub day: NaiveDate,
    /// `url`: a string.
    ///
    /// From 1 to 2083 characters. An absolute URL.
    pub url: String,
    /// `count`: an integer.
    ///
    /// At least 0. Less than 10.
    pub count: i64,
    /// `value`: a number.
    pub value: Number,
    /// `factor`: a number.
    pub factor: Number,
    /// `exact`: an exact decimal.
    pub exact: Decimal,
    /// `loose`: an exact decimal, or a number.
    pub loose: DecimalOrNumber,
    /// `looser`: an exact decimal, or a number.
    pub looser: DecimalOrNumber,
    /// `anything_simple`: a string, a number or a boolean.
    pub anything_simple: Scalar,
    /// `text_or_flag`: a string, a number or a boolean.
    pub text_or_flag: Scalar,
    /// `text_twice`: a string.
    pub text_twice: String,
    /// `several_types`: a string, a number or a boolean.
    pub several_types: Scalar,
    /// `nullable_type`: an integer.
    pub nullable_type: Option<i64>,
    /// `pair`: a pair of a string and of type [`Unit`].
    ///
    /// Exactly 2 elements.
    pub pair: (String, Unit),
    /// `pairs`: a list, each element a pair of an integer and an integer.
    pub pairs: Vec<(i64, i64)>,
    /// `nothing`: always `null`.
    pub nothing: Option<Null>,
    /// `any`: any JSON value.
    pub any: Option<Value>,
    /// Whatever the sensor says.
    pub noted: Option<Value>,
    /// `list`: a list, each element a number.
    pub list: Vec<Number>,
    /// `type`: a string.
    pub type_: String,
    /// `camelCase`: a string.
    pub camel_case: String,
}
impl Reading {
    const PROPERTIES: &'static [Property] = &[
        Property::Always("id"),
        Property::Always("other_id"),
        Property::Always("at"),
        Property::Always("day"),
        Property::Always("url"),
        Property::Always("count"),
        Property::Always("value"),
        Property::Always("factor"),
        Property::Always("exact"),
        Property::Always("loose"),
        Property::Always("looser"),
        Property::Always("anything_simple"),
        Property::Always("text_or_flag"),
        Property::Always("text_twice"),
        Property::Always("several_types"),
        Property::Always("nullable_type"),
        Property::Always("pair"),
        Property::Always("pairs"),
        Property::Always("nothing"),
        Property::Always("any"),
        Property::Always("noted"),
        Property::Always("list"),
        Property::Always("type"),
        Property::Always("camelCase"),
    ];
}
impl Decode for Reading {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = reader.fields(Self::PROPERTIES)?;
        let (
            id,
            other_id,
            at,
            day,
            url,
            count,
            value,
            factor,
            exact,
            loose,
            looser,
            anything_simple,
            text_or_flag,
            text_twice,
            several_types,
            nullable_type,
        ) = fields.take()?;
        let (pair, pairs, nothing, any, noted, list, type_, camel_case) = fields.take()?;
        fields.end()?;
        Ok(Self {
            id,
            other_id,
            at,
            day,
            url,
            count,
            value,
            factor,
            exact,
            loose,
            looser,
            anything_simple,
            text_or_flag,
            text_twice,
            several_types,
            nullable_type,
            pair,
            pairs,
            nothing,
            any,
            noted,
            list,
            type_,
            camel_case,
        })
    }
}
impl Encode for Reading {
    #[inline]
    fn encode(&self, writer: &mut Writer) {
        writer
            .object(
                Self::PROPERTIES,
                &[
                    &self.id,
                    &self.other_id,
                    &self.at,
                    &self.day,
                    &self.url,
                    &self.count,
                    &self.value,
                    &self.factor,
                    &self.exact,
                    &self.loose,
                    &self.looser,
                    &self.anything_simple,
                    &self.text_or_flag,
                    &self.text_twice,
                    &self.several_types,
                    &self.nullable_type,
                    &self.pair,
                    &self.pairs,
                    &self.nothing,
                    &self.any,
                    &self.noted,
                    &self.list,
                    &self.type_,
                    &self.camel_case,
                ],
            );
    }
}
impl_debug_and_serde!(Reading);
