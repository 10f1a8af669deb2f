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

use std::path::{Path, PathBuf};

pub mod divide;
mod docs;
pub mod faults;
pub mod generate;
pub mod json;
pub mod load;
pub mod lower;
pub mod names;
pub mod plan;
pub mod print;
pub mod prune;
pub mod shape;

mod error;
mod parallel;

pub use error::{Error, Result};
pub use faults::{Fault, faults};
pub use prune::Selection;

/// The text of each file of source by its name, without `.rs`. `api` includes all others.
pub type Source = std::collections::BTreeMap<String, String>;

/// Makes the source of the selected parts of a document.
///
/// # Errors
/// If no client can be made of the document; the error names the place in it.
pub fn source(document: &load::Document, selection: &Selection) -> Result<Source> {
    source_of(plan::plan(document)?, selection)
}

/// Makes the source of the selected parts of a plan.
///
/// # Errors
/// If typify or progenitor cannot make what is planned, or make something else.
pub fn source_of(plan: plan::Plan, selection: &Selection) -> Result<Source> {
    sources_of(plan, selection).map_err(|mut errors| errors.swap_remove(0))
}

/// Makes the source of the selected parts of a plan, or says of all files what is wrong with them.
fn sources_of(plan: plan::Plan, selection: &Selection) -> Result<Source, Vec<Error>> {
    let plan = prune::prune(plan, selection);
    let files = divide::divide(&plan, selection).map_err(|error| vec![error])?;
    let made = parallel::map(&files, |file| {
        let lowered = lower::lower(&plan, file)?;
        let generated = generate::generate(&lowered)?;
        let shaped = shape::shape(&plan, file, &generated)?;
        Ok(print::print(&shaped))
    });
    let (mut source, mut errors) = (Source::new(), Vec::new());
    for made in made {
        match made {
            Ok(files) => source.extend::<Source>(files),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(source) } else { Err(errors) }
}

/// The whole of a client's `build.rs`: makes the source for the enabled cargo features in `OUT_DIR`.
///
/// A resource of the document is a feature of the same name; `client`, `webhook-events` and the hidden
/// `__exercises` are features too. On an error it ends the build with a message for each place of the document of which nothing can be made.
pub fn build_script(document: &str) {
    println!("cargo::rerun-if-changed={document}");
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let complain = |message: String| println!("cargo::error={}", message.replace('\n', " "));
    let document = match load::load(Path::new(document)) {
        Ok(document) => document,
        Err(error) => {
            complain(error.to_string());
            std::process::exit(1);
        }
    };
    let outcome = plan::plan(&document).and_then(|plan| {
        let resources = plan.operations.iter().map(plan::Operation::resource).filter(|resource| has_feature(resource));
        let selection = Selection {
            resources: Some(resources.map(str::to_owned).collect()),
            webhook_events: has_feature("webhook-events"),
            client: has_feature("client"),
            exercises: has_feature("__exercises"),
        };
        source_of(plan, &selection)?.iter().try_for_each(|(name, text)| write(&folder.join(format!("{name}.rs")), text))
    });
    if let Err(error) = outcome {
        let faults = faults(&document);
        faults.iter().for_each(|fault| complain(fault.error.to_string()));
        if faults.is_empty() {
            complain(error.to_string());
        }
        std::process::exit(1);
    }
}

/// Writes a file unless it holds the same already, so that cargo compiles nothing anew for it.
fn write(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(path, text).map_err(|error| Error::new(path.display().to_string(), error.to_string()))
}

fn has_feature(name: &str) -> bool {
    let variable = format!("CARGO_FEATURE_{}", name.to_uppercase().replace('-', "_"));
    std::env::var_os(variable).is_some()
}
