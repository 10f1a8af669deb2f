///One of the types of `AlarmCreateStart`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum AlarmCreateStart {
    ///The string `now`.
    Now,
    ///A point in time, in UTC.
    DateTime(::chrono::DateTime<::chrono::offset::Utc>),
}
impl ::std::convert::From<::chrono::DateTime<::chrono::offset::Utc>>
for AlarmCreateStart {
    fn from(value: ::chrono::DateTime<::chrono::offset::Utc>) -> Self {
        Self::DateTime(value)
    }
}
