use std::fmt;
use std::ops::Deref;

/// A value that the API sent and this version of the crate does not know: what the variant `Unknown` of an enumeration
/// contains.
///
/// It is created only from a text that is no known value, by `from`, `parse` or reading JSON. So two values of an
/// enumeration are equal if their texts are.
///
/// ```
/// use polar_client::types::SubscriptionStatus;
///
/// assert_eq!(SubscriptionStatus::from("active"), SubscriptionStatus::Active);
/// let SubscriptionStatus::Unknown(status) = SubscriptionStatus::from("frozen") else { panic!("a known status") };
/// assert_eq!(status, "frozen");
/// assert_eq!(status.to_uppercase(), "FROZEN");
/// ```
///
/// A known value cannot be wrapped as an unknown one:
///
/// ```compile_fail,E0308
/// polar_client::types::SubscriptionStatus::Unknown("active".to_owned());
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    /// Creates the content of a variant. The value must be none of the known ones.
    #[inline(never)]
    pub(crate) fn new(value: &str) -> Self {
        Self(value.into())
    }

    /// Returns the value as the API sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for UnknownValue {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for UnknownValue {
    fn as_ref(&self) -> &str {
        self
    }
}

impl PartialEq<str> for UnknownValue {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for UnknownValue {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl From<UnknownValue> for String {
    fn from(value: UnknownValue) -> Self {
        value.0.into()
    }
}
