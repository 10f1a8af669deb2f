//! Measures the client over HTTP on loopback: its overhead compared to bare reqwest, the gains of prefetching and
//! batches, and the memory for a long list.
//!
//! The server and each side run in processes of their own, so that they do not affect each other's figures. Sides
//! alternate for many rounds, in varying order. A figure is the median over the rounds, and a ratio the median of the
//! rounds' ratios, which makes it robust against other load on the machine.

#[path = "../recorded/mod.rs"]
mod recorded;

mod process;
mod server;
mod sides;

use std::env;
use std::time::Duration;

use anyhow::{Result, bail};
use polar_benches::{conditions, median, print_table};
use process::measure;
use server::Setting;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve", pages, delay] => server::serve(&Setting::from_arguments(pages, delay)?),
        ["side", name, url] => sides::run(name, url),
        // Arguments from cargo, and a filter, which is ignored.
        _ if !arguments.contains(&"serve") && !arguments.contains(&"side") => report(),
        _ => bail!("{arguments:?} makes no sense"),
    }
}

/// The goal for a ratio.
enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

/// Two sides that are measured alternately; the first one is ours.
struct Figure {
    name: &'static str,
    unit: &'static str,
    /// Each side, and the server that it runs against.
    sides: [(&'static str, Setting); 2],
    rounds: usize,
    /// Computes the ratio from the figures of the first and the second side.
    ratio: fn(f64, f64) -> f64,
    goal: Goal,
}

fn report() -> Result<()> {
    const AT_ONCE: Setting = Setting { pages: 1, delay: Duration::ZERO };
    const SLOW: Setting = Setting { pages: 50, delay: Duration::from_millis(20) };
    const LONG: Setting = Setting { pages: 10_000, delay: Duration::ZERO };
    const TENTH: Setting = Setting { pages: 1000, delay: Duration::ZERO };
    let figures = [
        Figure {
            name: "CPU time of a GET, beside reqwest and serde_json",
            unit: "µs",
            sides: [("get", AT_ONCE), ("get-with-serde", AT_ONCE)],
            rounds: 30,
            ratio: |ours, other| ours / other,
            goal: Goal::AtMost(1.05),
        },
        Figure {
            name: "CPU time of a GET, beside reqwest and our codec",
            unit: "µs",
            sides: [("get", AT_ONCE), ("get-with-codec", AT_ONCE)],
            rounds: 30,
            ratio: |ours, other| ours / other,
            goal: Goal::AtMost(1.05),
        },
        Figure {
            name: "50 pages of 20 ms, 8 read ahead, beside page by page",
            unit: "s",
            sides: [("pages-ahead", SLOW), ("pages", SLOW)],
            rounds: 3,
            ratio: |ours, other| other / ours,
            goal: Goal::AtLeast(4.0),
        },
        Figure {
            name: "events ingested, beside one request for each",
            unit: "1/s",
            sides: [("ingestor", AT_ONCE), ("ingest", AT_ONCE)],
            rounds: 15,
            ratio: |ours, other| ours / other,
            goal: Goal::AtLeast(50.0),
        },
        Figure {
            name: "peak memory of 1,000,000 items, beside 100,000",
            unit: "MB",
            sides: [("stream", LONG), ("stream", TENTH)],
            rounds: 3,
            ratio: |ours, other| ours / other,
            goal: Goal::AtMost(1.1),
        },
    ];
    println!("\n## Client\n\n{}\n", conditions());
    let rows = figures.iter().map(row).collect::<Result<Vec<_>>>()?;
    print_table(&["figure", "ours", "other", "ratio", "to reach", "reached"], &rows);
    Ok(())
}

fn row(figure: &Figure) -> Result<Vec<String>> {
    let rounds = (0..figure.rounds).map(|number| round(figure, number)).collect::<Result<Vec<_>>>()?;
    let ratio = median(rounds.iter().map(|(ours, other)| (figure.ratio)(*ours, *other)).collect());
    let (goal, is_reached) = match figure.goal {
        Goal::AtMost(most) => (format!("≤ {most}"), ratio <= most),
        Goal::AtLeast(least) => (format!("≥ {least}"), ratio >= least),
    };
    let (ours, other) = rounds.into_iter().unzip();
    Ok(vec![
        figure.name.to_owned(),
        with_unit(median(ours), figure.unit),
        with_unit(median(other), figure.unit),
        format!("{ratio:.3}"),
        goal,
        if is_reached { "yes" } else { "no" }.to_owned(),
    ])
}

/// Measures both sides in the given round.
fn round(figure: &Figure, number: usize) -> Result<(f64, f64)> {
    let [ours, other] = figure.sides.each_ref().map(|(side, setting)| || measure(side, setting));
    if number.is_multiple_of(2) {
        return Ok((ours()?, other()?));
    }
    let other = other()?;
    Ok((ours()?, other))
}

/// Formats a figure with three digits, or all digits before the point.
fn with_unit(figure: f64, unit: &str) -> String {
    let digits = if figure < 10.0 { 2 } else { usize::from(figure < 100.0) };
    format!("{figure:.digits$} {unit}")
}
