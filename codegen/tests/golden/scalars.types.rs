/// The properties of `Reading`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// `any`: any JSON value.
    pub any: Option<Value>,
    /// `anything_simple`: a string, a number or a boolean.
    pub anything_simple: Scalar,
    /// `at`: a point in time, in UTC.
    pub at: DateTime<Utc>,
    /// `camelCase`: a string.
    pub camel_case: String,
    /// `count`: an integer.
    pub count: i64,
    /// `day`: a date.
    pub day: NaiveDate,
    /// `exact`: an exact decimal.
    pub exact: Decimal,
    /// `factor`: a number.
    pub factor: Number,
    /// `id`: a UUID.
    pub id: Uuid,
    /// `list`: a list, each element a number.
    pub list: Vec<Number>,
    /// `loose`: an exact decimal, or a number.
    pub loose: DecimalOrNumber,
    /// `looser`: an exact decimal, or a number.
    pub looser: DecimalOrNumber,
    /// Whatever the sensor says.
    pub noted: Option<Value>,
    /// `nothing`: always `null`.
    pub nothing: Option<Null>,
    /// `nullable_type`: an integer.
    pub nullable_type: Option<i64>,
    /// `other_id`: a UUID.
    pub other_id: Uuid,
    /// `pair`: a pair of a string and a [`Unit`].
    pub pair: (String, Unit),
    /// `pairs`: a list, each element a pair of an integer and an integer.
    pub pairs: Vec<(i64, i64)>,
    /// `several_types`: a string, a number or a boolean.
    pub several_types: Scalar,
    /// `text_or_flag`: a string, a number or a boolean.
    pub text_or_flag: Scalar,
    /// `text_twice`: a string.
    pub text_twice: String,
    /// `type`: a string.
    pub type_: String,
    /// `url`: a string.
    pub url: String,
    /// `value`: a number.
    pub value: Number,
}
impl Decode for Reading {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: [&str; 24usize] = [
            "any",
            "anything_simple",
            "at",
            "camelCase",
            "count",
            "day",
            "exact",
            "factor",
            "id",
            "list",
            "loose",
            "looser",
            "noted",
            "nothing",
            "nullable_type",
            "other_id",
            "pair",
            "pairs",
            "several_types",
            "text_or_flag",
            "text_twice",
            "type",
            "url",
            "value",
        ];
        let mut any = None;
        let mut anything_simple = None;
        let mut at = None;
        let mut camel_case = None;
        let mut count = None;
        let mut day = None;
        let mut exact = None;
        let mut factor = None;
        let mut id = None;
        let mut list = None;
        let mut loose = None;
        let mut looser = None;
        let mut noted = None;
        let mut nothing = None;
        let mut nullable_type = None;
        let mut other_id = None;
        let mut pair = None;
        let mut pairs = None;
        let mut several_types = None;
        let mut text_or_flag = None;
        let mut text_twice = None;
        let mut type_ = None;
        let mut url = None;
        let mut value = None;
        reader.object()?;
        while let Some(index) = reader.field(&NAMES)? {
            match index {
                0usize => reader.read(&mut any),
                1usize => reader.read(&mut anything_simple),
                2usize => reader.read(&mut at),
                3usize => reader.read(&mut camel_case),
                4usize => reader.read(&mut count),
                5usize => reader.read(&mut day),
                6usize => reader.read(&mut exact),
                7usize => reader.read(&mut factor),
                8usize => reader.read(&mut id),
                9usize => reader.read(&mut list),
                10usize => reader.read(&mut loose),
                11usize => reader.read(&mut looser),
                12usize => reader.read(&mut noted),
                13usize => reader.read(&mut nothing),
                14usize => reader.read(&mut nullable_type),
                15usize => reader.read(&mut other_id),
                16usize => reader.read(&mut pair),
                17usize => reader.read(&mut pairs),
                18usize => reader.read(&mut several_types),
                19usize => reader.read(&mut text_or_flag),
                20usize => reader.read(&mut text_twice),
                21usize => reader.read(&mut type_),
                22usize => reader.read(&mut url),
                _ => reader.read(&mut value),
            }
                .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            any: any.flatten(),
            anything_simple: reader.required(anything_simple, "anything_simple")?,
            at: reader.required(at, "at")?,
            camel_case: reader.required(camel_case, "camelCase")?,
            count: reader.required(count, "count")?,
            day: reader.required(day, "day")?,
            exact: reader.required(exact, "exact")?,
            factor: reader.required(factor, "factor")?,
            id: reader.required(id, "id")?,
            list: reader.required(list, "list")?,
            loose: reader.required(loose, "loose")?,
            looser: reader.required(looser, "looser")?,
            noted: noted.flatten(),
            nothing: nothing.flatten(),
            nullable_type: nullable_type.flatten(),
            other_id: reader.required(other_id, "other_id")?,
            pair: reader.required(pair, "pair")?,
            pairs: reader.required(pairs, "pairs")?,
            several_types: reader.required(several_types, "several_types")?,
            text_or_flag: reader.required(text_or_flag, "text_or_flag")?,
            text_twice: reader.required(text_twice, "text_twice")?,
            type_: reader.required(type_, "type")?,
            url: reader.required(url, "url")?,
            value: reader.required(value, "value")?,
        })
    }
}
impl Encode for Reading {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("any", &self.any);
        writer.field("anything_simple", &self.anything_simple);
        writer.field("at", &self.at);
        writer.field("camelCase", &self.camel_case);
        writer.field("count", &self.count);
        writer.field("day", &self.day);
        writer.field("exact", &self.exact);
        writer.field("factor", &self.factor);
        writer.field("id", &self.id);
        writer.field("list", &self.list);
        writer.field("loose", &self.loose);
        writer.field("looser", &self.looser);
        writer.field("noted", &self.noted);
        writer.field("nothing", &self.nothing);
        writer.field("nullable_type", &self.nullable_type);
        writer.field("other_id", &self.other_id);
        writer.field("pair", &self.pair);
        writer.field("pairs", &self.pairs);
        writer.field("several_types", &self.several_types);
        writer.field("text_or_flag", &self.text_or_flag);
        writer.field("text_twice", &self.text_twice);
        writer.field("type", &self.type_);
        writer.field("url", &self.url);
        writer.field("value", &self.value);
        writer.end_object();
    }
}
