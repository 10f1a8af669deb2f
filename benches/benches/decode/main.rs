//! Measures the speed of decoding: with this crate, as `serde_json::Value` (the reference), as the types of polar-sh,
//! as plain structs with serde's derives, and with a SIMD parser's DOM (the upper bound).
//!
//! The sides alternate in turns of a few milliseconds, for many rounds, and a figure is the median over the rounds.
//! Other load on the machine then affects all sides of a round. Criterion measures each side to the end before the next
//! one, so it is not used.
//!
//! A turn includes dropping the decoded value.

#[path = "../recorded/mod.rs"]
mod recorded;
#[path = "../shapes/mod.rs"]
mod shapes;

use std::time::{Duration, Instant};

use anyhow::Result;
use polar_benches::{conditions, median, print_table};
use shapes::{Decode, SIDES, Shape};

/// The duration of a turn.
const TURN: Duration = Duration::from_millis(8);
/// The number of turns per side.
const ROUNDS: usize = 50;

/// The indexes in [`SIDES`] of our side, and of the one that it is compared with.
const OURS: usize = 0;
const REFERENCE: usize = 1;
/// The index of the ratio's column.
const RATIO: usize = 4;

fn main() -> Result<()> {
    println!("\n## Decoding\n\n{}\n", conditions());
    println!("MB/s, and how many times as fast as `Value` ours is.\n");
    let shapes = shapes::shapes()?;
    let rows: Vec<Vec<String>> = shapes.iter().map(row).collect();
    let mut head = [&["shape", "bytes"], &SIDES[..]].concat();
    head.insert(RATIO, "ours / Value");
    print_table(&head, &rows);
    println!();
    for (shape, error) in shapes.iter().flat_map(errors) {
        println!("- {shape}: {error}");
    }
    Ok(())
}

/// Returns the table row of a shape.
fn row(shape: &Shape) -> Vec<String> {
    let counts = shape.sides.map(|side| side(&shape.body).ok().map(|()| calls_in_a_turn(side, &shape.body)));
    // Indexed by round, then by side.
    let rates: Vec<[Option<f64>; SIDES.len()]> = (0..ROUNDS).map(|_| round(shape, &counts)).collect();
    let of_side = |side: usize| {
        let rates: Option<Vec<f64>> = rates.iter().map(|round| round[side]).collect();
        rates.map_or("fails".to_owned(), |rates| format!("{:.0}", median(rates)))
    };
    let ratios: Option<Vec<f64>> = rates.iter().map(|round| Some(round[OURS]? / round[REFERENCE]?)).collect();

    let mut row = vec![shape.name.clone(), shape.body.len().to_string()];
    row.extend((0..SIDES.len()).map(of_side));
    row.insert(RATIO, ratios.map_or("fails".to_owned(), |ratios| format!("{:.2}", median(ratios))));
    row
}

/// Returns the errors of sides that cannot decode a shape.
fn errors(shape: &Shape) -> Vec<(&str, String)> {
    let errors = SIDES.iter().zip(shape.sides).filter_map(|(side, decode)| {
        let error = decode(&shape.body).err()?;
        Some((shape.name.as_str(), format!("{side} fails: {error}")))
    });
    errors.collect()
}

/// Measures one turn of each side that can decode the body, in MB/s.
fn round(shape: &Shape, counts: &[Option<u32>; SIDES.len()]) -> [Option<f64>; SIDES.len()] {
    std::array::from_fn(|side| {
        let count = counts[side]?;
        let took = time(shape.sides[side], &shape.body, count);
        Some(shape.body.len() as f64 * f64::from(count) / took.as_secs_f64() / 1e6)
    })
}

fn calls_in_a_turn(side: Decode, body: &[u8]) -> u32 {
    let mut count = 1;
    loop {
        let took = time(side, body, count);
        if took >= TURN / 4 {
            return (f64::from(count) * TURN.as_secs_f64() / took.as_secs_f64()).ceil() as u32;
        }
        count *= 2;
    }
}

fn time(side: Decode, body: &[u8], count: u32) -> Duration {
    let begin = Instant::now();
    for _ in 0..count {
        // Decoding is known to succeed.
        let _ = side(std::hint::black_box(body));
    }
    begin.elapsed()
}
