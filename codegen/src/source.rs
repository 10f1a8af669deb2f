//! Runs the passes from a document or a model to its source.

use crate::load::Document;
use crate::model::{self, Model};
use crate::print::{self, Source};
use crate::rewrite::Selection;
use crate::{Error, Result, decorate, divide, parallel, versions};

/// Generates the source of the selected parts of a document.
///
/// # Errors
/// Returns an error if the document cannot be represented. The error has the place in the document.
pub fn source(document: &Document, selection: &Selection) -> Result<Source> {
    model::model_of(document, selection).and_then(emit).map_err(|error| document.locate(error))
}

/// Generates the source of a model.
///
/// # Errors
/// Returns an error if typify or progenitor fails, or if their output does not match the model.
pub fn emit(model: Model) -> Result<Source> {
    emit_with_all_errors(model).map_err(first)
}

fn first(mut errors: Vec<Error>) -> Error {
    errors.swap_remove(0)
}

/// Generates the source of several models: that of the version at the root of the crate, and those of other versions.
/// Also returns the models.
///
/// # Errors
/// Returns the errors of [`emit`], and an error if two models have the same version.
pub fn emit_versions(mut root: Model, others: Vec<Model>) -> Result<(Source, Vec<Model>)> {
    let mut source = Source::new();
    let mut models = Vec::new();
    for mut other in others {
        versions::share(&mut root, &mut other)?;
        root.secrets.extend(other.secrets.iter().cloned());
        models.push(other);
    }
    root.versions.types = models.iter().flat_map(versions::taken).collect();
    models.insert(0, root);
    for model in &models {
        source.extend(emit_files(model).map_err(first)?);
    }
    Ok((source, models))
}

/// Generates the source of a model, and reports the errors of all files.
///
/// # Errors
/// Returns the errors of [`emit`], up to one for each file.
pub fn emit_with_all_errors(model: Model) -> Result<Source, Vec<Error>> {
    emit_files(&model)
}

/// Generates the files of a model.
fn emit_files(model: &Model) -> Result<Source, Vec<Error>> {
    let files = divide::divide(model).map_err(|error| vec![error])?;
    let made = parallel::map(&files, |file| Ok(print::print(model, decorate::decorate(model, file)?)));
    let (mut source, mut errors) = (Source::new(), Vec::new());
    for made in made {
        match made {
            Ok(files) => source.extend::<Source>(files),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(source) } else { Err(errors) }
}
