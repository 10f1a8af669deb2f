/// The items of a list in a request, converted from an array, a `Vec` or a slice.
///
/// ```
/// use polar_client::value::List;
///
/// let list: List<String> = ["one", "two"].into();
/// assert_eq!(list, List::from(vec!["one".to_owned(), "two".to_owned()]));
/// assert_eq!(Vec::from(list), ["one", "two"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T>(Vec<T>);

impl<T> List<T> {
    #[inline]
    pub(crate) fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T, U: Into<T>> From<Vec<U>> for List<T> {
    fn from(items: Vec<U>) -> Self {
        Self(items.into_iter().map(Into::into).collect())
    }
}

impl<T, U: Into<T>, const N: usize> From<[U; N]> for List<T> {
    fn from(items: [U; N]) -> Self {
        Self(items.into_iter().map(Into::into).collect())
    }
}

impl<T, U: Into<T> + Clone> From<&[U]> for List<T> {
    fn from(items: &[U]) -> Self {
        Self(items.iter().cloned().map(Into::into).collect())
    }
}

impl<T> From<List<T>> for Vec<T> {
    fn from(list: List<T>) -> Self {
        list.into_vec()
    }
}
