//! Measures how many events are pushed per second: to the spool, into memory, and into SQLite with the same durability.
//!
//! Each side runs in a process of its own. Sides alternate for many rounds, in varying order; a figure is the median
//! over the rounds, and a ratio the median of the rounds' ratios. The server is unreachable, so that only pushing is
//! measured. Every push waits until its event is stored.

mod sides;

use std::env;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use polar_benches::{conditions, median, print_table};

const ROUNDS: usize = 9;

/// The sides; the first one is ours.
const SIDES: [(&str, &str); 3] = [
    ("spool", "pushed to the disk"),
    ("sqlite", "inserted into SQLite (WAL, `synchronous = FULL`, grouped likewise)"),
    ("memory", "pushed into memory"),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["side", name, pushers] => sides::run(name, pushers.parse().context("the number of pushers")?),
        // Arguments from cargo, and a filter, which is ignored.
        _ => report(),
    }
}

fn report() -> Result<()> {
    println!("\n## Spool\n\n{}\n", conditions());
    let mut rows = Vec::new();
    for pushers in [1, 64, 512] {
        let mut figures = vec![Vec::new(); SIDES.len()];
        for round in 0..ROUNDS {
            for turn in 0..SIDES.len() {
                let side = (round + turn) % SIDES.len();
                figures[side].push(measure(SIDES[side].0, pushers)?);
            }
        }
        for (index, (_, name)) in SIDES.iter().enumerate() {
            let ratios = figures[0].iter().zip(&figures[index]).map(|(ours, other)| ours / other);
            rows.push(vec![
                format!("events {name}"),
                pushers.to_string(),
                format!("{:.0} 1/s", median(figures[index].clone())),
                if index == 0 { "–".to_owned() } else { format!("{:.3}", median(ratios.collect())) },
            ]);
        }
    }
    print_table(&["figure", "tasks that push", "a second", "the spool beside it"], &rows);
    Ok(())
}

/// Measures a side in a process of its own, and returns its figure.
fn measure(side: &str, pushers: usize) -> Result<f64> {
    let program = env::current_exe().context("this program's path")?;
    let output = Command::new(program)
        .args(["side", side, &pushers.to_string()])
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("the process of `{side}`"))?;
    ensure!(output.status.success(), "`{side}` failed: {}", output.status);
    let figure = String::from_utf8_lossy(&output.stdout);
    figure.trim().parse().with_context(|| format!("`{side}` says {figure:?}"))
}
