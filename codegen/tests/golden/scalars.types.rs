/// The properties of `Reading`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// `id`: a UUID.
    pub id: Uuid,
    /// `other_id`: a UUID.
    pub other_id: Uuid,
    /// `at`: a point in time, in UTC.
    pub at: DateTime<Utc>,
    /// `day`: a date.
    pub day: NaiveDate,
    /// `url`: a string.
    pub url: String,
    /// `count`: an integer.
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
    /// `pair`: a pair of a string and a [`Unit`].
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
        Property::new("id"),
        Property::new("other_id"),
        Property::new("at"),
        Property::new("day"),
        Property::new("url"),
        Property::new("count"),
        Property::new("value"),
        Property::new("factor"),
        Property::new("exact"),
        Property::new("loose"),
        Property::new("looser"),
        Property::new("anything_simple"),
        Property::new("text_or_flag"),
        Property::new("text_twice"),
        Property::new("several_types"),
        Property::new("nullable_type"),
        Property::new("pair"),
        Property::new("pairs"),
        Property::new("nothing"),
        Property::new("any"),
        Property::new("noted"),
        Property::new("list"),
        Property::new("type"),
        Property::new("camelCase"),
    ];
}
impl Decode for Reading {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = reader.fields(Self::PROPERTIES)?;
        let value = Self {
            id: fields.take()?,
            other_id: fields.take()?,
            at: fields.take()?,
            day: fields.take()?,
            url: fields.take()?,
            count: fields.take()?,
            value: fields.take()?,
            factor: fields.take()?,
            exact: fields.take()?,
            loose: fields.take()?,
            looser: fields.take()?,
            anything_simple: fields.take()?,
            text_or_flag: fields.take()?,
            text_twice: fields.take()?,
            several_types: fields.take()?,
            nullable_type: fields.take()?,
            pair: fields.take()?,
            pairs: fields.take()?,
            nothing: fields.take()?,
            any: fields.take()?,
            noted: fields.take()?,
            list: fields.take()?,
            type_: fields.take()?,
            camel_case: fields.take()?,
        };
        fields.end()?;
        Ok(value)
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
