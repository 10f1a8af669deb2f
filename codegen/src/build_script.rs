//! The build script of a client.

use std::path::{Path, PathBuf};

use crate::json_schemas::json_schemas;
use crate::load::Document;
use crate::model::Model;
use crate::names::version_feature;
use crate::print::Source;
use crate::rewrite::Selection;
use crate::samples::samples;
use crate::source::emit_versions;
use crate::vendored::{self, Vendored};
use crate::{Error, Result, load, model};

/// Runs the build script of a client: generates the source for the enabled cargo features into `OUT_DIR`, from the
/// documents in `folder`.
///
/// Each resource of the documents is a feature of the same name. So is each version of the API other than the default,
/// such as `v2026-10`. The features `client`, `webhook-events`, `schemars` and `test-util` are recognized as well.
/// Errors fail the build with a message that has the place in the document.
pub fn build_script(folder: &str) {
    let (out, folder) = (PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()), Path::new(folder));
    println!("cargo::rerun-if-changed={}", folder.join(vendored::DEFAULT).display());
    if let Err(error) = generate(folder, &out) {
        println!("cargo::error={}", error.to_string().replace('\n', " "));
        std::process::exit(1);
    }
}

/// Generates the source from the documents in `folder` into `out`.
fn generate(folder: &Path, out: &Path) -> Result<()> {
    let documents = documents(folder)?;
    let resources = documents.iter().flat_map(|(_, document)| document.resources()).filter(|name| has_feature(name));
    let selection = Selection {
        resources: Some(resources.collect()),
        webhook_events: has_feature("webhook-events"),
        client: has_feature("client"),
        exercises: false,
    };
    let mut models: Vec<Model> = documents.iter().map(|document| read(document, &selection)).collect::<Result<_>>()?;
    let versions = vendored::versions(folder)?;
    for model in &mut models {
        model.versions.known.clone_from(&versions);
    }
    let source = make(&documents, models)?;
    source.iter().try_for_each(|(name, text)| write(&out.join(format!("{name}.rs")), text))
}

/// Documents and the paths of their files.
type Documents = Vec<(PathBuf, Document)>;

/// Loads the document of the version at the root of the crate, and those of the versions whose features are enabled.
fn documents(folder: &Path) -> Result<Documents> {
    let vendored = Vendored::at(folder)?;
    let enabled = vendored.others()?.into_iter().filter(|version| has_feature(&version_feature(version)));
    let paths = [vendored.default_document()].into_iter().chain(enabled.map(|version| vendored.document(&version)));
    paths
        .map(|path| {
            println!("cargo::rerun-if-changed={}", path.display());
            Ok((path.clone(), load::load(&path)?))
        })
        .collect()
}

/// Reads the selected parts of a document.
///
/// # Errors
/// Returns an error if the document cannot be represented.
fn read((path, document): &(PathBuf, Document), selection: &Selection) -> Result<Model> {
    model::model_of(document, selection).map_err(|error| of_file(path, document.locate(error)))
}

/// Adds the path of the file to the place of an error.
fn of_file(path: &Path, error: Error) -> Error {
    Error::new(format!("{}#{}", path.display(), error.place()), error.message())
}

/// Generates the source of all versions, and the tables that require a feature.
fn make(documents: &Documents, mut models: Vec<Model>) -> Result<Source> {
    let others = models.split_off(1);
    let (mut source, models) = emit_versions(models.remove(0), others)?;
    for ((_, document), model) in documents.iter().zip(&models) {
        if has_feature("schemars") {
            source.insert(model.versions.file("json_schemas"), json_schemas(document, model)?);
        }
        if has_feature("test-util") {
            source.insert(model.versions.file("samples"), samples(model)?);
        }
    }
    Ok(source)
}

/// Writes a file unless its content is unchanged, so that cargo does not rebuild the crate.
fn write(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text));
    written.map_err(|error| Error::new(path.display().to_string(), error.to_string()))
}

fn has_feature(name: &str) -> bool {
    let variable = format!("CARGO_FEATURE_{}", name.to_uppercase().replace('-', "_"));
    std::env::var_os(variable).is_some()
}
