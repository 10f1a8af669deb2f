//! Generates the source of `polar-client` from Polar's OpenAPI documents.
//!
//! The passes run in this order:
//!
//! | step | from | to |
//! | --- | --- | --- |
//! | [`load`](mod@load) | a file | the document |
//! | [`rewrite`](mod@rewrite) | the document | the parts that the enabled features require, as a document that typify and progenitor support |
//! | [`generate`](mod@generate) | the rewritten document | the types by typify, the methods by progenitor |
//! | [`model`](mod@model) | all of the above | a model of types and operations, including discriminators, scopes and pagination |
//! | [`divide`](mod@divide) | the model | its types and operations, distributed over files |
//! | [`decorate`](mod@decorate) | typify's source and the model | the final source, with codecs, constructors, setters and handles |
//! | [`print`](mod@print) | the source | text, formatted by prettyplease |
//!
//! [`vendored`](mod@vendored) reads the folder of documents, which has one for each version of the API.
//! [`versions`](mod@versions) finds the items that a version shares with the one at the root of the crate, so that they
//! are generated once. [`json_schemas`](mod@json_schemas) and [`samples`](mod@samples) generate the JSON Schema and a
//! sample of each type.

pub mod decorate;
pub mod divide;
mod docs;
pub mod generate;
pub mod json;
pub mod json_schemas;
pub mod lifecycle;
pub mod load;
pub mod model;
pub mod names;
pub mod print;
pub mod rewrite;
pub mod samples;
pub mod vendored;
pub mod versions;

mod build_script;
mod error;
mod parallel;
mod source;

pub use build_script::build_script;
pub use error::{Error, Result};
pub use print::Source;
pub use rewrite::Selection;
pub use source::{emit, emit_versions, emit_with_all_errors, source};
pub use vendored::Vendored;
