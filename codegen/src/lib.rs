//! Turns Polar's OpenAPI document into the source of `polar-client`.
//!
//! Data flows one way:
//!
//! | step | from | to |
//! | --- | --- | --- |
//! | [`load`](mod@load) | a file | the document |
//! | [`rewrite`](mod@rewrite) | the document | the same in words that typify and progenitor read |
//! | [`generate`](mod@generate) | the rewritten document | typify's types, progenitor's methods |
//! | [`plan`](mod@plan) | all of these | what they are, with what the two cannot know: how unions are told apart, scopes, paging |
//! | [`prune`](mod@prune), [`divide`](mod@divide) | the plan | what the enabled features need; what each file holds |
//! | [`decorate`](mod@decorate) | typify's source and the plan | the source: beside each type its codec, constructors and setters; handles |
//! | [`print`](mod@print) | the source | text, laid out by prettyplease |
//!
//! [`vendored`](mod@vendored) is the folder of documents, one for each version of the API. [`versions`](mod@versions) finds out
//! what a version has in common with the one at the root of the crate, so that this is generated once. Beside them,
//! [`json_schemas`](mod@json_schemas) makes a table of JSON Schemas, and [`samples`](mod@samples) one of samples of types.

pub mod decorate;
pub mod divide;
mod docs;
pub mod generate;
pub mod json;
pub mod json_schemas;
pub mod lifecycle;
pub mod load;
pub mod names;
pub mod plan;
pub mod print;
pub mod prune;
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
pub use prune::Selection;
pub use source::{source, source_of, source_of_versions, sources_of};
pub use vendored::Vendored;
