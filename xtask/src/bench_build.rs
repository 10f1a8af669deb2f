//! `cargo xtask bench-build`: how long apps take to build with polar-client, beside a peer crate.
//!
//! [`app`] writes throw-away apps, [`measure`] builds them and reads times, and [`table`] prints the medians of all
//! rounds. [`figure`] says what is measured and which value it is to reach, [`environment`] what the commands inherit,
//! [`timings`] reads cargo's report of a build, [`features`] the features of the manifest, and [`machine`] says where
//! all this was measured.
//!
//! The apps depend on the checkout by its path, but users get a crate from the registry, and cargo treats the two
//! differently in two ways. So every build has the settings of a registry crate, on both sides alike: nothing is compiled
//! incrementally but the app that is edited, and lints are off in dependencies (`--cap-lints allow`).

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum as _;

use app::{App, Side};
use figure::{Column, Figure};
use machine::Machine;
use measure::Target;
use table::Table;

mod app;
pub mod environment;
mod features;
mod figure;
pub mod machine;
mod measure;
mod table;
mod timings;

/// Measure how long apps take to build, beside the peer crate polar-sh
///
/// Makes small apps in a temporary folder (TMPDIR), fetches their dependencies, and builds them offline, round after
/// round, the sides in turn. Prints a Markdown table of medians, in brackets the least and the greatest value. Takes many
/// minutes and some gigabytes of disk; nothing else should run beside it. A figure that misses what it is to reach is
/// no failure of the command.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How often everything is measured
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// Measure only these figures
    #[arg(long, value_name = "FIGURES", value_delimiter = ',')]
    only: Vec<Figure>,
}

/// Runs the command: the table goes to standard output, progress to standard error.
///
/// # Errors
/// When an app cannot be written, fetched or built, or when what cargo left behind is not where it is looked for.
pub fn run(args: &Args) -> Result<()> {
    let folder = tempfile::tempdir().context("a temporary folder for the apps")?;
    let machine = Machine::read()?;
    let mut bench = Bench::new(folder.path(), &args.only, &machine)?;
    for round in 1..=args.rounds {
        eprintln!("round {round} of {}", args.rounds);
        bench.round()?;
    }
    let table = &bench.table;
    let versions = format!("polar-client {} beside polar-sh {}", env!("CARGO_PKG_VERSION"), app::PEER_VERSION);
    writeln!(std::io::stdout(), "{table}\n\n{versions}. {machine}, rounds: {}.", args.rounds)
        .context("the table cannot be printed")
}

struct Bench<'f> {
    /// The folder of the apps and their target folders.
    folder: &'f Path,
    /// What is measured.
    figures: Vec<Figure>,
    /// Those that the figures need.
    apps: Vec<App>,
    table: Table,
}

impl<'f> Bench<'f> {
    fn new(folder: &'f Path, only: &[Figure], machine: &Machine) -> Result<Self> {
        let all = Figure::value_variants().iter().copied();
        let figures: Vec<Figure> = all.filter(|it| only.is_empty() || only.contains(it)).collect();
        let mut bench = Self { folder, figures, apps: Vec::new(), table: Table::default() };
        for side in Side::ALL {
            if bench.needs_debug(side) || bench.needs_check(side) || bench.needs_release(side) {
                eprintln!("{side}: fetch");
                let app = App::write(folder, side)?;
                measure::fetch(&app, &machine.host)?;
                bench.apps.push(app);
            }
        }
        Ok(bench)
    }

    fn wants(&self, figure: Figure) -> bool {
        self.figures.contains(&figure)
    }

    /// Whether a figure needs the debug build of this side.
    fn needs_debug(&self, side: Side) -> bool {
        let of_both = [Figure::Debug, Figure::Generated, Figure::Edit];
        match side {
            Side::Ours => of_both.iter().chain(&[Figure::Script]).any(|figure| self.wants(*figure)),
            Side::Peer => of_both.iter().chain(&[Figure::Few]).any(|figure| self.wants(*figure)),
            Side::Few => self.wants(Figure::Few),
            Side::Alike => false,
        }
    }

    fn needs_check(&self, side: Side) -> bool {
        matches!(side, Side::Ours | Side::Peer) && self.wants(Figure::Check)
    }

    fn needs_release(&self, side: Side) -> bool {
        times_and_sizes(side).iter().any(|(time, size)| self.wants(*time) || self.wants(*size))
    }

    /// Measures everything once, of each side after the other.
    fn round(&mut self) -> Result<()> {
        for app in self.apps.clone() {
            if self.needs_debug(app.side) {
                self.debug(&app)?;
            }
        }
        for app in self.apps.clone() {
            if self.needs_check(app.side) {
                let target = self.target(&app, "check")?;
                let seconds = target.check(&app)?;
                self.add(Figure::Check, app.side, seconds);
            }
        }
        for app in self.apps.clone() {
            if self.needs_release(app.side) {
                let target = self.target(&app, "release")?;
                let (seconds, size) = (target.release(&app)?, target.release_size(&app)?);
                for (time_figure, size_figure) in times_and_sizes(app.side) {
                    self.add(*time_figure, app.side, seconds);
                    self.add(*size_figure, app.side, size);
                }
            }
        }
        Ok(())
    }

    /// The debug build, and what can be measured on top of it.
    fn debug(&mut self, app: &App) -> Result<()> {
        app.edit(0)?;
        let target = self.target(app, "debug")?;
        let seconds = target.debug(app)?;
        if app.side != Side::Few {
            self.add(Figure::Debug, app.side, seconds);
        }
        if app.side != Side::Ours {
            self.add(Figure::Few, app.side, seconds);
        }
        if app.side == Side::Few {
            return Ok(());
        }
        if self.wants(Figure::Generated) {
            let seconds = target.generated(app)?;
            self.add(Figure::Generated, app.side, seconds);
        }
        if self.wants(Figure::Script) && app.side == Side::Ours {
            let seconds = target.script(app)?;
            self.add(Figure::Script, app.side, seconds);
        }
        if self.wants(Figure::Edit) {
            let seconds = target.edits(app)?;
            self.add(Figure::Edit, app.side, seconds);
        }
        Ok(())
    }

    /// An empty target folder.
    fn target(&self, app: &App, kind: &str) -> Result<Target> {
        eprintln!("{}: {kind}, from nothing", app.side);
        Target::empty(self.folder.join(format!("target-{}-{kind}", app.side)))
    }

    fn add(&mut self, figure: Figure, side: Side, value: f64) {
        if !self.wants(figure) {
            return;
        }
        let column = if side == Side::Peer { Column::Peer } else { Column::Ours };
        eprintln!("{side}: {figure}: {}", figure.unit().show(value));
        self.table.add(figure, column, value);
    }
}

/// The figures that the release build of a side is for.
fn times_and_sizes(side: Side) -> &'static [(Figure, Figure)] {
    const DEFAULT: (Figure, Figure) = (Figure::Release, Figure::Size);
    const ALIKE: (Figure, Figure) = (Figure::ReleaseAlike, Figure::SizeAlike);
    match side {
        Side::Ours => &[DEFAULT],
        Side::Alike => &[ALIKE],
        Side::Peer => &[DEFAULT, ALIKE],
        Side::Few => &[],
    }
}
