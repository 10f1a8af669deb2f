//! Turns Polar's OpenAPI document into the source of `polar-client`.
//!
//! Data flows one way, through passes that are plain functions from one value to the next:
//!
//! | pass | from | to |
//! | --- | --- | --- |
//! | [`load`](mod@load) | a file | the document |
//! | [`plan`](mod@plan) | the document | small tables: operations, types, how unions are told apart |
//! | [`prune`](mod@prune) | the plan | the plan, with what the enabled features need |
//! | [`divide`](mod@divide) | the plan | what each file holds |
//! | [`lower`](mod@lower) | the plan of a file | JSON schemas for typify, an OpenAPI 3.0 document for progenitor |
//! | [`generate`](mod@generate) | these | syntax trees: typify's types, progenitor's methods |
//! | [`shape`](mod@shape) | the trees and the plan | the source: what they made, with the client's own codec, setters and handles |
//! | [`print`](mod@print) | the source | text, laid out by prettyplease |
//!
//! [`vendored`](mod@vendored) is the folder of documents, one for each version of the API. [`versions`](mod@versions) finds out what a
//! version has in common with the one at the root of the crate, so that this is generated once. [`needs`](mod@needs) checks that
//! a document has what the client's own code calls. Beside them, [`json_schemas`](mod@json_schemas) makes a table of JSON
//! Schemas of the document and the plan, and [`samples`](mod@samples) one of samples of types.

pub mod divide;
mod docs;
pub mod faults;
pub mod generate;
pub mod json;
pub mod json_schemas;
pub mod lifecycle;
pub mod load;
pub mod lower;
pub mod names;
pub mod needs;
pub mod plan;
pub mod print;
pub mod prune;
pub mod samples;
pub mod shape;
pub mod vendored;
pub mod versions;

mod build_script;
mod error;
mod parallel;
mod source;

pub use build_script::build_script;
pub use error::{Error, Result};
pub use faults::{Fault, faults, mended};
pub use print::Source;
pub use prune::Selection;
pub use source::{source, source_of, source_of_versions};
pub use vendored::Vendored;
