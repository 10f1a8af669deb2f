//! All passes, from a document or a plan to source.

use crate::load::Document;
use crate::plan::{self, Plan};
use crate::print::{self, Source};
use crate::prune::{self, Selection};
use crate::{Error, Result, decorate, divide, parallel, versions};

/// Makes the source of the selected parts of a document.
///
/// # Errors
/// If no client can be made of the document; the error names the place in it.
pub fn source(document: &Document, selection: &Selection) -> Result<Source> {
    plan::plan(document).and_then(|plan| source_of(plan, selection)).map_err(|error| document.locate(error))
}

/// Makes the source of the selected parts of a plan.
///
/// # Errors
/// If typify or progenitor cannot make what is planned, or make something else.
pub fn source_of(plan: Plan, selection: &Selection) -> Result<Source> {
    sources_of(plan, selection).map_err(first)
}

fn first(mut errors: Vec<Error>) -> Error {
    errors.swap_remove(0)
}

/// Makes the source of the selected parts of the plan of the version at the root of the crate, and of other versions beside
/// it. Returns the plans, too, as far as they were selected.
///
/// # Errors
/// As [`source_of`], and if two plans are of one version.
pub fn source_of_versions(mut root: Plan, others: Vec<Plan>, selection: &Selection) -> Result<(Source, Vec<Plan>)> {
    let mut source = Source::new();
    let mut plans = Vec::new();
    for mut other in others {
        versions::share(&mut root, &mut other)?;
        root.secrets.extend(other.secrets.iter().cloned());
        plans.push(prune::prune(other, selection));
    }
    root.versions.types = plans.iter().flat_map(versions::taken).collect();
    plans.insert(0, prune::prune(root, selection));
    for plan in &plans {
        source.extend(files_of(plan, selection).map_err(first)?);
    }
    Ok((source, plans))
}

/// Makes the source of the selected parts of a plan, or says of all files what is wrong with them.
///
/// # Errors
/// As [`source_of`], with an error for each file.
pub fn sources_of(plan: Plan, selection: &Selection) -> Result<Source, Vec<Error>> {
    files_of(&prune::prune(plan, selection), selection)
}

/// Makes the files of a plan that has been pruned.
fn files_of(plan: &Plan, selection: &Selection) -> Result<Source, Vec<Error>> {
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
