//! Makes a constructor call for each type of requests, for the test `every_request`.

use std::path::{Path, PathBuf};

use polar_codegen::{Result, load, plan, print, shape};

const DOCUMENT: &str = "../openapi/polar.json";

fn main() {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    match source() {
        Ok(source) => {
            let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
            std::fs::write(folder.join("every_request.rs"), source).expect("OUT_DIR can be written");
        }
        Err(error) => println!("cargo::error={}", error.to_string().replace('\n', " ")),
    }
}

fn source() -> Result<String> {
    let plan = plan::plan(&load::load(Path::new(DOCUMENT))?)?;
    Ok(print::text(shape::every_request(&plan)))
}
