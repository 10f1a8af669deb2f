use std::collections::{BTreeMap, HashMap};

/// The entries of a map in a request, such as metadata, converted from a map, or from an array or `Vec` of pairs.
///
/// ```
/// use polar_client::{Scalar, value::Entries};
///
/// let entries: Entries<Scalar> = [("plan", "pro")].into();
/// assert_eq!(entries, Entries::from(vec![("plan".to_owned(), Scalar::from("pro"))]));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Entries<T>(BTreeMap<String, T>);

impl<T> Entries<T> {
    #[inline]
    pub(crate) fn into_map(self) -> BTreeMap<String, T> {
        self.0
    }

    fn of<K: Into<String>, V: Into<T>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<T, K: Into<String>, V: Into<T>, const N: usize> From<[(K, V); N]> for Entries<T> {
    fn from(entries: [(K, V); N]) -> Self {
        Self::of(entries)
    }
}

impl<T, K: Into<String>, V: Into<T>> From<Vec<(K, V)>> for Entries<T> {
    fn from(entries: Vec<(K, V)>) -> Self {
        Self::of(entries)
    }
}

impl<T, K: Into<String>, V: Into<T>> From<BTreeMap<K, V>> for Entries<T> {
    fn from(entries: BTreeMap<K, V>) -> Self {
        Self::of(entries)
    }
}

impl<T, K: Into<String>, V: Into<T>, S> From<HashMap<K, V, S>> for Entries<T> {
    fn from(entries: HashMap<K, V, S>) -> Self {
        Self::of(entries)
    }
}
