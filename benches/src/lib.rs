//! Output of the benches, which are in `benches/` and run by `cargo bench`.

use std::process::Command;
use std::{fs, thread};

/// Returns the date, the processor and the compiler on one line.
pub fn conditions() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    format!("{}; {cores} cores of {model}; {}", output("date", "+%F"), output("rustc", "--version"))
}

fn output(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let text = output.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    text.map_or_else(|| format!("no `{program}`"), |text| text.trim().to_owned())
}

/// Prints a Markdown table. The first column is left-aligned, the others right-aligned.
pub fn print_table(head: &[&str], rows: &[Vec<String>]) {
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&head]).map(|row| row[column].chars().count());
        cells.max().unwrap_or_default().max(2)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |row: &[String]| {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            line += &if column == 0 { format!("| {cell:<width$} |") } else { format!(" {cell:>width$} |") };
        }
        line
    };
    let rule = |column: usize| if column == 0 { "-".repeat(widths[0]) } else { "-".repeat(widths[column] - 1) + ":" };
    let rule: Vec<String> = (0..head.len()).map(rule).collect();
    for row in [&head, &rule].into_iter().chain(rows) {
        println!("{}", line(row));
    }
}

/// Returns the median.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
