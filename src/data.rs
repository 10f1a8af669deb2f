//! Encoding and decoding of data, and types shared by many values.

#[macro_use]
pub mod codec;
pub(crate) mod redact;
pub mod value;
