/// An object with the properties of `Reading`.
#[derive(Clone, PartialEq)]
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
    ///
    /// At least 0. Less than 10.
    pub count: i64,
    /// `day`: a date.
    pub day: NaiveDate,
    /// `exact`: an exact decimal.
    pub exact: Decimal,
    /// `factor`: a number.
    pub factor: Number,
    /// `id`: of type [`ReadingId`].
    pub id: ReadingId,
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
    /// `other_id`: of type [`OtherId`].
    pub other_id: OtherId,
    /// `pair`: a pair of a string and of type [`Unit`].
    ///
    /// Exactly 2 elements.
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
    ///
    /// From 1 to 2083 characters. An absolute URL.
    pub url: String,
    /// `value`: a number.
    pub value: Number,
}
impl_object!(
    Reading, [Always("id") => id, Always("other_id") => other_id, Always("at") => at,
    Always("day") => day, Always("url") => url, Always("count") => count, Always("value")
    => value, Always("factor") => factor, Always("exact") => exact, Always("loose") =>
    loose, Always("looser") => looser, Always("anything_simple") => anything_simple,
    Always("text_or_flag") => text_or_flag, Always("text_twice") => text_twice,
    Always("several_types") => several_types, Always("nullable_type") => nullable_type],
    [Always("pair") => pair, Always("pairs") => pairs, Always("nothing") => nothing,
    Always("any") => any, Always("noted") => noted, Always("list") => list,
    Always("type") => type_, Always("camelCase") => camel_case]
);
impl_debug_and_serde!(Reading);
