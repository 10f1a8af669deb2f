//! `client-names`: the table of what each client calls an operation, in the guide.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use polar_codegen::load::load;
use polar_codegen::names::other_clients::{OtherNames, PYTHON_VERSION, TYPESCRIPT_VERSION};
use polar_codegen::plan::{Operation, plan};

use crate::checkout::vendored;

/// The table.
const TABLE: &str = "docs/guide/client-names.md";

/// Prints the names of all operations in this and other clients, as in the guide.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Writes the table of the guide.
    #[arg(long, conflicts_with = "check")]
    write: bool,
    /// Fails if the guide's table is not current.
    #[arg(long)]
    check: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let table = table(&vendored()?.default_document())?;
    if args.write {
        return std::fs::write(TABLE, table).with_context(|| format!("cannot write {TABLE}"));
    }
    if !args.check {
        print!("{table}");
        return Ok(());
    }
    let old = std::fs::read_to_string(TABLE).with_context(|| format!("cannot read {TABLE}"))?;
    if old != table {
        bail!("{TABLE} is not current; write it with `cargo xtask client-names --write`");
    }
    println!("{TABLE} is current");
    Ok(())
}

/// The table of all operations of a document, a section for each resource.
pub fn table(document: &Path) -> Result<String> {
    let plan = plan(&load(document)?)?;
    let mut text = String::new();
    writeln!(
        text,
        "Each row has the operation's id and the names of its method here, in TypeScript (`@polar-sh/sdk` \
         {TYPESCRIPT_VERSION}), in Python (`polar-sdk` {PYTHON_VERSION}) and in Elixir (Polarex). An empty cell means \
         that the client does not have the operation."
    )?;
    let mut resource = "";
    for operation in &plan.operations {
        if operation.resource != resource {
            resource = &operation.resource;
            writeln!(
                text,
                "\n## {resource}\n\n| id | here | TypeScript | Python | Elixir |\n| --- | --- | --- | --- | --- |"
            )?;
        }
        writeln!(text, "{}", row(operation))?;
    }
    Ok(text)
}

fn row(operation: &Operation) -> String {
    let OtherNames { typescript, typescript_function, python, elixir, .. } = OtherNames::of(&operation.id);
    let code = |name: &str| format!("`{name}`");
    let typescript = typescript.zip(typescript_function);
    let typescript = typescript.map(|(method, function)| format!("`{method}`, `{function}`")).unwrap_or_default();
    format!(
        "| `{}` | [`{}`]({}) | {typescript} | {} | `{elixir}` |",
        operation.id,
        method(operation),
        link(operation),
        python.as_deref().map(code).unwrap_or_default(),
    )
}

/// `customers().members().create`
fn method(operation: &Operation) -> String {
    let handles: String = operation.groups.iter().map(|group| format!("{group}().")).collect();
    handles + &operation.name
}

/// `crate::resources::customers::members::Members::create`
fn link(operation: &Operation) -> String {
    let handle = operation.groups.last().map(|group| polar_codegen::names::type_name(group)).unwrap_or_default();
    format!("crate::resources::{}::{handle}::{}", operation.groups.join("::"), operation.name)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn the_table_of_the_guide_is_current() {
        let table = table(&vendored().expect("a default document").default_document()).expect("a table");
        let old = std::fs::read_to_string(root().join(TABLE)).expect("the guide's table");
        assert!(old == table, "{TABLE} is not current; write it with `cargo xtask client-names --write`");
    }

    #[test]
    fn every_operation_has_a_row() {
        let plan = plan(&load(&vendored().expect("a default document").default_document()).expect("a document"))
            .expect("a plan");
        let table = table(&vendored().expect("a default document").default_document()).expect("a table");
        for operation in &plan.operations {
            let begin = format!("| `{}` | ", operation.id);
            assert_eq!(table.lines().filter(|line| line.starts_with(&begin)).count(), 1, "{}", operation.id);
        }
    }
}
