//! Counts the allocations for decoding a response. Each growth of a buffer counts.
//!
//! A separate program, since the counting allocator would slow down the other benches.

#[path = "../recorded/mod.rs"]
mod recorded;
#[path = "../shapes/mod.rs"]
mod shapes;

use anyhow::Result;
use polar_benches::{conditions, print_table};
use shapes::{SIDES, Shape};

fn main() -> Result<()> {
    println!("\n## Allocations\n\n{}\n", conditions());
    let rows: Vec<Vec<String>> = shapes::shapes()?.iter().map(row).collect();
    print_table(&[&["shape", "bytes"], &SIDES[..]].concat(), &rows);
    Ok(())
}

fn row(shape: &Shape) -> Vec<String> {
    let mut row = vec![shape.name.clone(), shape.body.len().to_string()];
    row.extend(shape.sides.map(|side| {
        let mut decoded = false;
        let allocations = allocation_counter::measure(|| decoded = side(&shape.body).is_ok());
        if decoded { allocations.count_total.to_string() } else { "fails".to_owned() }
    }));
    row
}
