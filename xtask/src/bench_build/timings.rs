//! Cargo's report of a build, the page that `--timings` writes.

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// What was compiled or run, of those fields that matter here.
#[derive(Debug, Deserialize)]
struct Unit {
    name: String,
    /// Empty for a library, else as ` build-script (run)`.
    target: String,
    /// In seconds; 0 if nothing had to be done.
    duration: f64,
}

/// The time in seconds of the only unit that was built, which has to be the library of this package.
pub fn of_library_alone(page: &str, package: &str) -> Result<f64> {
    let units = units(page)?;
    let built: Vec<&Unit> = units.iter().filter(|unit| unit.duration > 0.0).collect();
    match built.as_slice() {
        [unit] if unit.name == package && unit.target.is_empty() => Ok(unit.duration),
        _ => {
            let names: Vec<String> = built.iter().map(|unit| format!("{}{}", unit.name, unit.target)).collect();
            bail!("not the library of {package} alone was built, but [{}]", names.join(", "))
        }
    }
}

/// The page has them as a JavaScript constant, whose value is JSON.
fn units(page: &str) -> Result<Vec<Unit>> {
    let (_, json) = page.split_once("const UNIT_DATA = ").context("no UNIT_DATA")?;
    let mut values = serde_json::Deserializer::from_str(json).into_iter();
    values.next().context("UNIT_DATA is empty")?.context("UNIT_DATA")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(units: &str) -> String {
        format!("<script>\nDURATION = 12;\nconst UNIT_DATA = {units};\nconst CONCURRENCY_DATA = [];\n</script>")
    }

    #[test]
    fn the_library_that_was_built_alone_has_a_time() {
        let page = page(
            r#"[
                {"i": 0, "name": "bytes", "version": "1.0.0", "mode": "todo", "target": "", "duration": 0.0},
                {"i": 1, "name": "gift", "target": " build-script (run)", "duration": 0.0, "sections": null},
                {"i": 2, "name": "gift", "target": "", "start": 0.4, "duration": 3.25}
            ]"#,
        );
        assert_eq!(of_library_alone(&page, "gift").unwrap(), 3.25);
        let error = of_library_alone(&page, "bytes").unwrap_err().to_string();
        assert_eq!(error, "not the library of bytes alone was built, but [gift]");
    }

    #[test]
    fn another_unit_beside_it_is_an_error() {
        let page = page(
            r#"[
                {"name": "gift", "target": " build-script (run)", "duration": 0.5},
                {"name": "gift", "target": "", "duration": 3.25}
            ]"#,
        );
        let error = of_library_alone(&page, "gift").unwrap_err().to_string();
        assert_eq!(error, "not the library of gift alone was built, but [gift build-script (run), gift]");
    }

    #[test]
    fn another_page_is_an_error() {
        assert!(of_library_alone("<html>", "gift").is_err());
        assert!(of_library_alone("const UNIT_DATA = ", "gift").is_err());
        assert!(of_library_alone(&page(r#"[{"name": "gift"}]"#), "gift").is_err());
        assert!(of_library_alone(&page("[]"), "gift").is_err());
    }
}
