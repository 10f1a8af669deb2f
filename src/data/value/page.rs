use serde_core::de::DeserializeOwned;
use serde_core::ser::SerializeStruct;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::data::codec::{Decode, DecodeError, Encode, Property, Reader, Writer};

/// A page of a list.
///
/// Pages are numbered from 1. A page has 10 items unless the request sets a limit, and at most 100: the API silently
/// lowers a greater limit.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in the requested order.
    pub items: Vec<T>,
    /// The size of the list.
    pub pagination: Pagination,
}

/// The size of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pagination {
    /// The number of the last page, given the page size of the request.
    pub max_page: i64,
    /// The number of items on all pages.
    pub total_count: i64,
}

/// A page of a list whose items are not counted, which is faster for long lists.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CursorPage<T> {
    /// The items, in the requested order.
    pub items: Vec<T>,
    /// True if there is a next page.
    pub has_next_page: bool,
}

macro_rules! impl_into_iterator {
    ($($page:ident),*) => {$(
        impl<T> IntoIterator for $page<T> {
            type Item = T;
            type IntoIter = std::vec::IntoIter<T>;

            fn into_iter(self) -> Self::IntoIter {
                self.items.into_iter()
            }
        }

        impl<'a, T> IntoIterator for &'a $page<T> {
            type Item = &'a T;
            type IntoIter = std::slice::Iter<'a, T>;

            fn into_iter(self) -> Self::IntoIter {
                self.items.iter()
            }
        }
    )*};
}

impl_into_iterator!(Page, CursorPage);

impl<T> Page<T> {
    const PROPERTIES: &'static [Property] = &[Property::Always("items"), Property::Always("pagination")];
}

impl<T: Decode> Decode for Page<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (items, pagination) = reader.take(Self::PROPERTIES)?;
        Ok(Self { items, pagination })
    }
}

impl<T: Decode> Decode for CursorPage<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (items, HasNextPage(has_next_page)) = reader.take(Page::<T>::PROPERTIES)?;
        Ok(Self { items, has_next_page })
    }
}

/// What the API sends as the `pagination` of a [`CursorPage`].
struct HasNextPage(bool);

impl Decode for HasNextPage {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (has_next_page,) = reader.take(&[Property::Always("has_next_page")])?;
        Ok(Self(has_next_page))
    }
}

impl<T: Encode> Encode for Page<T> {
    fn encode(&self, writer: &mut Writer) {
        writer.object(Self::PROPERTIES, &[&self.items, &self.pagination]);
    }
}

impl<T: Serialize> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut page = serializer.serialize_struct("Page", 2)?;
        page.serialize_field("items", &self.items)?;
        page.serialize_field("pagination", &self.pagination)?;
        page.end()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut page = Map::deserialize(deserializer)?;
        let mut take = |name| page.remove(name).ok_or_else(|| de::Error::missing_field(name));
        Ok(Self { items: read(take("items")?)?, pagination: read(take("pagination")?)? })
    }
}

fn read<T: DeserializeOwned, E: de::Error>(value: Value) -> Result<T, E> {
    serde_json::from_value(value).map_err(E::custom)
}

impl Pagination {
    const PROPERTIES: &'static [Property] = &[Property::Always("total_count"), Property::Always("max_page")];
}

impl Decode for Pagination {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (total_count, max_page) = reader.take(Self::PROPERTIES)?;
        Ok(Self { total_count, max_page })
    }
}

impl Encode for Pagination {
    fn encode(&self, writer: &mut Writer) {
        writer.object(Self::PROPERTIES, &[&self.total_count, &self.max_page]);
    }
}

impl_serde!(Pagination);
