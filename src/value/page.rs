use crate::codec::{Decode, DecodeError, Encode, Reader, Writer};

/// One page of a list.
///
/// Pages are numbered from 1. A page holds 10 items unless the request sets a limit, and at most 100: the API lowers
/// a greater limit without a word.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in the order asked for.
    pub items: Vec<T>,
    /// How many items and pages there are.
    pub pagination: Pagination,
}

/// How many items and pages a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pagination {
    /// The number of the last page at this page's limit.
    pub max_page: i64,
    /// How many items there are on all pages.
    pub total_count: i64,
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<T: Decode> Decode for Page<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: &[&str] = &["items", "pagination"];
        let mut items = None;
        let mut pagination = None;
        reader.object()?;
        while let Some(index) = reader.field(NAMES)? {
            match index {
                0 => reader.read(&mut items),
                _ => reader.read(&mut pagination),
            }
            .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self { items: reader.required(items, "items")?, pagination: reader.required(pagination, "pagination")? })
    }
}

impl<T: Encode> Encode for Page<T> {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("items", &self.items);
        writer.field("pagination", &self.pagination);
        writer.end_object();
    }
}

impl Decode for Pagination {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const NAMES: &[&str] = &["max_page", "total_count"];
        let mut max_page = None;
        let mut total_count = None;
        reader.object()?;
        while let Some(index) = reader.field(NAMES)? {
            match index {
                0 => reader.read(&mut max_page),
                _ => reader.read(&mut total_count),
            }
            .map_err(|error| error.in_property(NAMES[index]))?;
        }
        Ok(Self {
            max_page: reader.required(max_page, "max_page")?,
            total_count: reader.required(total_count, "total_count")?,
        })
    }
}

impl Encode for Pagination {
    fn encode(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.field("max_page", &self.max_page);
        writer.field("total_count", &self.total_count);
        writer.end_object();
    }
}

impl_serde!(Pagination);
