//! What a client's `build.rs` does.

use std::path::{Path, PathBuf};

use crate::faults::faults;
use crate::json_schemas::json_schemas;
use crate::load::Document;
use crate::plan::Plan;
use crate::print::Source;
use crate::prune::{self, Selection};
use crate::samples::samples;
use crate::source::source_of;
use crate::{Error, Result, load, needs, plan};

/// The whole of a client's `build.rs`: makes the source for the enabled cargo features in `OUT_DIR`.
///
/// A resource of the document is a feature of the same name; `client`, `webhook-events`, `schemars` and `test-util` are
/// features too. On an error it ends the build with a message for each place of the document of which nothing can be made.
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
        let unmet = needs::unmet(&plan, has_feature);
        if !unmet.is_empty() {
            unmet.into_iter().for_each(|error| complain(document.locate(error).to_string()));
            std::process::exit(1);
        }
        let resources = plan.operations.iter().map(|operation| &operation.resource).filter(|name| has_feature(name));
        let selection = Selection {
            resources: Some(resources.cloned().collect()),
            webhook_events: has_feature("webhook-events"),
            client: has_feature("client"),
            exercises: false,
        };
        let mut source = tables(&document, &plan, &selection)?;
        source.extend(source_of(plan, &selection)?);
        source.iter().try_for_each(|(name, text)| write(&folder.join(format!("{name}.rs")), text))
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

/// What only some features need, beside the source of all.
fn tables(document: &Document, plan: &Plan, selection: &Selection) -> Result<Source> {
    let mut tables = Source::new();
    let (has_schemas, has_samples) = (has_feature("schemars"), has_feature("test-util"));
    if has_schemas || has_samples {
        let plan = prune::prune(plan.clone(), selection);
        if has_schemas {
            tables.insert("json_schemas".to_owned(), json_schemas(document, &plan)?);
        }
        if has_samples {
            tables.insert("samples".to_owned(), samples(&plan)?);
        }
    }
    Ok(tables)
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
