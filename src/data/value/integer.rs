/// An integer in a request, converted from any integer type.
///
/// A value that an `i64` cannot hold becomes its maximum or minimum, which the API refuses as out of range.
///
/// ```
/// use polar_client::value::Integer;
///
/// assert_eq!(i64::from(Integer::from([1, 2, 3].len())), 3);
/// assert_eq!(i64::from(Integer::from(u64::MAX)), i64::MAX);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer(i64);

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Integer {
            #[inline]
            fn from(value: $integer) -> Self {
                // A value out of range is too small only if it is negative.
                #[allow(unused_comparisons, clippy::absurd_extreme_comparisons)]
                let end = if value < 0 { i64::MIN } else { i64::MAX };
                Self(i64::try_from(value).unwrap_or(end))
            }
        }
    )*};
}

from_integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

impl Integer {
    #[inline]
    pub(crate) fn into_i64(self) -> i64 {
        self.0
    }
}

impl From<Integer> for i64 {
    #[inline]
    fn from(value: Integer) -> Self {
        value.0
    }
}
