///One of several types of `AlarmCreateStart`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
pub enum AlarmCreateStart {
    ///`now`
    Now,
    ///Of the type `DateTime<Utc>`.
    DateTime(::chrono::DateTime<::chrono::offset::Utc>),
}
impl ::std::convert::From<::chrono::DateTime<::chrono::offset::Utc>>
for AlarmCreateStart {
    fn from(value: ::chrono::DateTime<::chrono::offset::Utc>) -> Self {
        Self::DateTime(value)
    }
}
