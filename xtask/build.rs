//! Lists the API versions that the client supports.

use std::error::Error;
use std::path::{Path, PathBuf};

use polar_codegen::names::version_module;
use polar_codegen::vendored;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("../openapi");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut source = "&[\n".to_owned();
    for version in vendored::versions(folder)? {
        let module = version_module(&version);
        source += &format!("    types_of!({module}, {}),\n", module.to_uppercase());
    }
    source += "]\n";
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    std::fs::write(out.join("versions.rs"), source)?;
    Ok(())
}
