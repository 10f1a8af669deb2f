//! The model of a plan: plain data that all later passes read.

mod operations;
mod plan;
mod types;
mod versions;

pub use operations::{
    Body, Credential, Effects, Encoding, Operation, Pagination, PathParameter, QueryParameter, QueryStyle, Refusal,
    Success,
};
pub use plan::Plan;
pub use types::{Enum, EnumValue, Id, Kind, Presence, Property, Struct, Type, TypeRef, Union, Variant};
pub use versions::Versions;
