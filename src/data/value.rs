//! Types for values that the API uses in many places.

mod decimal_or_number;
mod entries;
mod integer;
mod into_option;
mod list;
mod money;
mod null;
mod page;
mod patch;
mod scalar;
mod unknown_value;

pub use decimal_or_number::DecimalOrNumber;
pub use entries::Entries;
pub use integer::Integer;
pub use into_option::{Given, IntoOption, Optional};
pub use list::List;
pub use money::Money;
pub use null::Null;
pub use page::{CursorPage, Page, Pagination};
pub use patch::Patch;
pub use scalar::Scalar;
pub use unknown_value::UnknownValue;
