//! `cargo xtask circles`: finds files that depend on each other.

mod graph;
mod modules;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use self::graph::Graph;
use self::modules::Crate;

/// Checks that the files of a crate do not depend on each other in circles, and that each room of the client uses
/// only itself and the rooms below it.
///
/// A file depends on the files that define what it names. Re-exports are followed to the definition, and a file that
/// only declares and re-exports modules depends on none of them. Methods and generated source are not looked at.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The roots of the crates.
    #[arg(default_values = ["src/lib.rs", "codegen/src/lib.rs"])]
    roots: Vec<PathBuf>,
}

/// The rooms of the client, from the bottom to the top.
const ROOMS: [&str; 4] = ["data", "calls", "client", "features"];

pub fn run(args: &Args) -> Result<()> {
    let mut problems = Vec::new();
    for root in &args.roots {
        let graph = Graph::new(&Crate::load(root)?);
        problems.extend(graph.circles().into_iter().map(|circle| format!("a circle: {circle}")));
        problems.extend(graph.edges().filter_map(|(from, to, name)| {
            let is_upwards = room(root, from)? < room(root, to)?;
            is_upwards.then(|| format!("{} is below {} and uses its `{name}`", from.display(), to.display()))
        }));
        println!("{}: {} files, {} dependencies", root.display(), graph.len(), graph.edges().count());
    }
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{}", problems.join("\n"))
}

/// The room of a file, as an index from the bottom.
fn room(root: &Path, file: &Path) -> Option<usize> {
    let inner = file.strip_prefix(root.parent()?).ok()?;
    let first = inner.iter().next()?.to_str()?;
    ROOMS.iter().position(|room| *room == first.trim_end_matches(".rs"))
}
