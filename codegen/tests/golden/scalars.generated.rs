///An object with the properties of `Reading`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub struct Reading {
    ///`any`: any JSON value.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub any: ::std::option::Option<::serde_json::Value>,
    ///`anything_simple`: a string, a number or a boolean.
    pub anything_simple: ::polar_client::Scalar,
    ///`at`: a point in time, in UTC.
    pub at: ::chrono::DateTime<::chrono::offset::Utc>,
    ///`camelCase`: a string.
    #[serde(rename = "camelCase")]
    pub camel_case: ::std::string::String,
    /**`count`: an integer.

At least 0. Less than 10.*/
    pub count: i64,
    ///`day`: a date.
    pub day: ::chrono::naive::NaiveDate,
    ///`exact`: an exact decimal.
    pub exact: ::rust_decimal::Decimal,
    ///`factor`: a number.
    pub factor: ::serde_json::Number,
    ///`id`: of type [`ReadingId`].
    pub id: ::polar_client::types::ReadingId,
    ///`list`: a list, each element a number.
    pub list: ::std::vec::Vec<::serde_json::Number>,
    ///`loose`: an exact decimal, or a number.
    pub loose: ::polar_client::DecimalOrNumber,
    ///`looser`: an exact decimal, or a number.
    pub looser: ::polar_client::DecimalOrNumber,
    ///Whatever the sensor says.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub noted: ::std::option::Option<::serde_json::Value>,
    ///`nothing`: always `null`.
    pub nothing: ::std::option::Option<::polar_client::Null>,
    ///`nullable_type`: an integer.
    #[serde(deserialize_with = "::std::option::Option::deserialize")]
    pub nullable_type: ::std::option::Option<i64>,
    ///`other_id`: of type [`OtherId`].
    pub other_id: ::polar_client::types::OtherId,
    /**`pair`: a pair of a string and of type [`Unit`].

Exactly 2 elements.*/
    pub pair: (::std::string::String, Unit),
    ///`pairs`: a list, each element a pair of an integer and an integer.
    pub pairs: ::std::vec::Vec<(i64, i64)>,
    ///`several_types`: a string, a number or a boolean.
    pub several_types: ::polar_client::Scalar,
    ///`text_or_flag`: a string, a number or a boolean.
    pub text_or_flag: ::polar_client::Scalar,
    ///`text_twice`: a string.
    pub text_twice: ::std::string::String,
    ///`type`: a string.
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
    /**`url`: a string.

From 1 to 2083 characters. An absolute URL.*/
    pub url: ::std::string::String,
    ///`value`: a number.
    pub value: ::serde_json::Number,
}
