//! Runs the passes from a document or a plan to its source.

use crate::load::Document;
use crate::plan::{self, Plan};
use crate::print::{self, Source};
use crate::rewrite::Selection;
use crate::{Error, Result, decorate, divide, parallel, versions};

/// Generates the source of the selected parts of a document.
///
/// # Errors
/// Returns an error if the document cannot be represented. The error has the place in the document.
pub fn source(document: &Document, selection: &Selection) -> Result<Source> {
    plan::plan_of(document, selection).and_then(|plan| emit(plan, selection)).map_err(|error| document.locate(error))
}

/// Generates the source of a plan of the selected parts of a document.
///
/// # Errors
/// Returns an error if typify or progenitor fails, or if their output does not match the plan.
pub fn emit(plan: Plan, selection: &Selection) -> Result<Source> {
    emit_with_all_errors(plan, selection).map_err(first)
}

fn first(mut errors: Vec<Error>) -> Error {
    errors.swap_remove(0)
}

/// Generates the source of several plans of the selected parts of documents: that of the version at the root of the crate, and those
/// of other versions. Also returns the plans.
///
/// # Errors
/// Returns the errors of [`emit`], and an error if two plans have the same version.
pub fn emit_versions(mut root: Plan, others: Vec<Plan>, selection: &Selection) -> Result<(Source, Vec<Plan>)> {
    let mut source = Source::new();
    let mut plans = Vec::new();
    for mut other in others {
        versions::share(&mut root, &mut other)?;
        root.secrets.extend(other.secrets.iter().cloned());
        plans.push(other);
    }
    root.versions.types = plans.iter().flat_map(versions::taken).collect();
    plans.insert(0, root);
    for plan in &plans {
        source.extend(emit_files(plan, selection).map_err(first)?);
    }
    Ok((source, plans))
}

/// Generates the source of a plan of the selected parts of a document, and reports the errors of all files.
///
/// # Errors
/// Returns the errors of [`emit`], up to one for each file.
pub fn emit_with_all_errors(plan: Plan, selection: &Selection) -> Result<Source, Vec<Error>> {
    emit_files(&plan, selection)
}

/// Generates the files of a plan.
fn emit_files(plan: &Plan, selection: &Selection) -> Result<Source, Vec<Error>> {
    let files = divide::divide(plan, selection).map_err(|error| vec![error])?;
    let made = parallel::map(&files, |file| Ok(print::print(plan, decorate::decorate(plan, file)?)));
    let (mut source, mut errors) = (Source::new(), Vec::new());
    for made in made {
        match made {
            Ok(files) => source.extend::<Source>(files),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(source) } else { Err(errors) }
}
