use crate::data::codec::ToText;
use crate::data::value::Scalar;

/// One or more values of a filter, converted from a single value or a list.
///
/// ```
/// use polar_client::OneOrMany;
///
/// let one: OneOrMany<String> = "ada@example.org".into();
/// let many: OneOrMany<String> = ["ada@example.org", "bob@example.org"].into();
/// assert_eq!((one.as_slice().len(), many.as_slice().len()), (1, 2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T>(Vec<T>);

impl<T> OneOrMany<T> {
    /// Returns the values.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    pub(crate) fn to_texts(&self) -> Vec<String>
    where
        T: ToText,
    {
        self.0.iter().map(|value| value.to_text().into_owned()).collect()
    }
}

impl<T> From<T> for OneOrMany<T> {
    fn from(value: T) -> Self {
        Self(vec![value])
    }
}

impl<T> From<Vec<T>> for OneOrMany<T> {
    fn from(values: Vec<T>) -> Self {
        Self(values)
    }
}

impl<T, const N: usize> From<[T; N]> for OneOrMany<T> {
    fn from(values: [T; N]) -> Self {
        Self(values.into())
    }
}

impl<T: Clone> From<&[T]> for OneOrMany<T> {
    fn from(values: &[T]) -> Self {
        Self(values.to_vec())
    }
}

/// Implements conversions from types that are converted to the target type.
macro_rules! from_other {
    ($target:ty: $($other:ty),*) => {$(
        impl From<$other> for OneOrMany<$target> {
            fn from(value: $other) -> Self {
                Self(vec![value.into()])
            }
        }

        impl From<Vec<$other>> for OneOrMany<$target> {
            fn from(values: Vec<$other>) -> Self {
                Self(values.into_iter().map(Into::into).collect())
            }
        }

        impl<const N: usize> From<[$other; N]> for OneOrMany<$target> {
            fn from(values: [$other; N]) -> Self {
                Self(values.into_iter().map(Into::into).collect())
            }
        }
    )*};
}

from_other!(String: &str);
from_other!(Scalar: &str, String, i64, bool);
