//! Makes source that calls every operation and makes every request, and the list of all samples.

use std::error::Error;
use std::path::{Path, PathBuf};

use polar_codegen::plan::plan;
use polar_codegen::{Selection, Vendored, load, samples, source_of, vendored};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("../openapi");
    let document = Vendored::at(folder)?.default_document();
    println!("cargo::rerun-if-changed={}", folder.join(vendored::DEFAULT).display());
    println!("cargo::rerun-if-changed={}", document.display());
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    let plan = plan(&load::load(&document)?)?;
    let samples = samples::samples(&plan)?;
    let mut source = source_of(plan, &Selection::all())?;
    source.insert("samples".to_owned(), samples);
    for (name, text) in source {
        std::fs::write(folder.join(format!("{name}.rs")), text)?;
    }
    Ok(())
}
