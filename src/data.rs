//! The API's data: how it is read and written, and the types that many of its values share.

#[macro_use]
pub mod codec;
pub(crate) mod redact;
pub mod value;
