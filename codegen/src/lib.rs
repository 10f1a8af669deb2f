//! Turns Polar's OpenAPI document into the source of `polar-client`.
//!
//! Data flows one way, through passes that are plain functions from one value to the next:
//!
//! | pass | from | to |
//! | --- | --- | --- |
//! | [`load`](mod@load) | a file | the document |
//! | [`plan`](mod@plan) | the document | small tables: operations, types, how unions are told apart |
//! | [`prune`](mod@prune) | the plan | the plan, with what the enabled features need |
//! | [`shape`](mod@shape) | the plan | the source |
//! | [`print`](mod@print) | the source | files |

use std::path::{Path, PathBuf};

pub mod json;
pub mod load;
pub mod names;
pub mod plan;
pub mod print;
pub mod prune;
pub mod shape;

mod error;

pub use error::{Error, Result};
pub use prune::Selection;

/// Makes the source of the selected parts of a document.
pub fn source(document: &load::Document, selection: &Selection) -> Result<shape::Source> {
    shape::shape(&prune::prune(plan::plan(document)?, selection), selection.client)
}

/// The whole of a client's `build.rs`: makes the source for the enabled cargo features in `OUT_DIR`.
///
/// A resource of the document is a feature of the same name; `client` and `webhook-events` are features too. On an
/// error it ends the build with a message that names the place in the document.
pub fn build_script(document: &str) {
    println!("cargo::rerun-if-changed={document}");
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let outcome = load::load(Path::new(document)).and_then(|loaded| {
        // Taking so many values apart takes its time, and the process ends soon.
        let loaded = std::mem::ManuallyDrop::new(loaded);
        let plan = plan::plan(&loaded)?;
        let resources = plan.operations.iter().map(plan::Operation::resource).filter(|resource| has_feature(resource));
        let selection = Selection {
            resources: Some(resources.map(str::to_owned).collect()),
            webhook_events: has_feature("webhook-events"),
            client: has_feature("client"),
        };
        let plan = std::mem::ManuallyDrop::new(prune::prune(plan, &selection));
        print::print(&shape::parts(&plan, selection.client)?, &folder)
    });
    if let Err(error) = outcome {
        println!("cargo::error={}", error.to_string().replace('\n', " "));
        std::process::exit(1);
    }
}

fn has_feature(name: &str) -> bool {
    let variable = format!("CARGO_FEATURE_{}", name.to_uppercase().replace('-', "_"));
    std::env::var_os(variable).is_some()
}
