//! Generates code that makes every request and calls every operation, the list of all samples, and names for the
//! versions other than the default one, so that a rotation does not change any test.

use std::error::Error;
use std::path::{Path, PathBuf};

use polar_codegen::model::model;
use polar_codegen::names::version_module;
use polar_codegen::{Vendored, emit, load, samples, vendored};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("../openapi");
    let vendored = Vendored::at(folder)?;
    let document = vendored.default_document();
    println!("cargo::rerun-if-changed={}", folder.join(vendored::DEFAULT).display());
    println!("cargo::rerun-if-changed={}", document.display());
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    let model = model(&load::load(&document)?)?;
    let samples = samples::samples(&model)?;
    let mut source = emit(model)?;
    source.insert("samples".to_owned(), samples);
    source.insert("versions".to_owned(), versions(&vendored)?);
    for (name, text) in source {
        std::fs::write(folder.join(format!("{name}.rs")), text)?;
    }
    Ok(())
}

/// Returns aliases of the modules and marker types of the previous and the next version.
fn versions(vendored: &Vendored) -> Result<String, Box<dyn Error>> {
    println!("cargo::rustc-check-cfg=cfg(has_next_version)");
    let (root, others) = (vendored.default_version(), vendored.others()?);
    let name = |version: &str, name: &str| {
        let module = version_module(version);
        format!(
            "pub use polar_client::{module} as {};\npub use polar_client::versions::{} as {name};\n",
            name.to_lowercase(),
            module.to_uppercase()
        )
    };
    let previous =
        others.iter().rfind(|version| version.as_str() < root).ok_or("no version before the one at the root")?;
    let mut source = name(previous, "Previous");
    if let Some(next) = others.iter().find(|version| version.as_str() > root) {
        println!("cargo::rustc-cfg=has_next_version");
        source += &name(next, "Next");
    }
    Ok(source)
}
