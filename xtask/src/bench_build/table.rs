//! What was measured, as a Markdown table of medians.

use std::collections::BTreeMap;
use std::fmt;

use super::figure::{Column, Figure, Goal, Unit};

/// The values of all rounds.
#[derive(Debug, Default)]
pub struct Table {
    values: BTreeMap<Figure, BTreeMap<Column, Vec<f64>>>,
}

impl Table {
    /// Notes the value of a round.
    pub fn add(&mut self, figure: Figure, column: Column, value: f64) {
        self.values.entry(figure).or_default().entry(column).or_default().push(value);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| figure | ours | peer | ratio | to reach | reached |")?;
        write!(f, "| --- | --- | --- | --- | --- | --- |")?;
        for (figure, columns) in &self.values {
            let of = |column| columns.get(&column).map_or(&[][..], Vec::as_slice);
            write!(f, "\n{}", line(*figure, of(Column::Ours), of(Column::Peer)))?;
        }
        Ok(())
    }
}

/// The middle value, of an even number the mean of the two in the middle; nothing of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let above = *sorted.get(middle)?;
    Some(if sorted.len() % 2 == 1 { above } else { (sorted[middle - 1] + above) / 2.0 })
}

fn line(figure: Figure, ours: &[f64], peer: &[f64]) -> String {
    let unit = figure.unit();
    let ratio = median(ours).zip(median(peer)).map(|(ours, peer)| ours / peer);
    // Compared as measured, not as shown.
    let reached = match figure.goal() {
        Goal::Ratio(most) => ratio.map(|ratio| ratio <= most),
        Goal::Value(most) => median(ours).map(|value| value <= most),
    };
    let ratio = ratio.map_or_else(nothing, |ratio| format!("{ratio:.2}"));
    let reached = reached.map_or_else(nothing, |reached| if reached { "yes" } else { "no" }.to_owned());
    let (ours, peer, goal) = (cell(unit, ours), cell(unit, peer), figure.goal().show(unit));
    format!("| {figure} | {ours} | {peer} | {ratio} | {goal} | {reached} |")
}

/// The median, with the least and the greatest value if there are several.
fn cell(unit: Unit, values: &[f64]) -> String {
    let Some(median) = median(values) else {
        return nothing();
    };
    let least = unit.number(values.iter().copied().fold(f64::INFINITY, f64::min));
    let greatest = unit.number(values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    match values.len() {
        1 => unit.show(median),
        _ => format!("{} ({least}–{greatest})", unit.show(median)),
    }
}

fn nothing() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_value_whatever_the_order() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[4.0]), Some(4.0));
        assert_eq!(median(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 3.0, 100.0]), Some(3.5));
    }

    #[test]
    fn a_line_has_medians_spread_and_ratio() {
        assert_eq!(
            line(Figure::Debug, &[61.0, 57.9, 58.7], &[70.0, 80.04, 72.0]),
            "| debug build | 58.7 s (57.9–61.0) | 72.0 s (70.0–80.0) | 0.82 | ≤ 1.0 | yes |"
        );
        assert_eq!(
            line(Figure::Edit, &[1.5, 2.5], &[1.0, 1.0]),
            "| debug build after an edit in the app | 2.00 s (1.50–2.50) | 1.00 s (1.00–1.00) | 2.00 | ≤ 1.2 | no |"
        );
    }

    #[test]
    fn what_is_reached_is_decided_before_rounding() {
        assert!(line(Figure::Debug, &[100.1], &[100.0]).ends_with("| 1.00 | ≤ 1.0 | no |"));
        assert!(line(Figure::Debug, &[100.0], &[100.0]).ends_with("| 1.00 | ≤ 1.0 | yes |"));
    }

    #[test]
    fn a_figure_without_a_peer_has_a_goal_of_its_own() {
        assert_eq!(
            line(Figure::Script, &[0.6], &[]),
            "| one run of `build.rs`, not optimized | 0.60 s | – | – | ≤ 0.67 s | yes |"
        );
        assert!(line(Figure::Script, &[1.1], &[]).ends_with("| – | – | ≤ 0.67 s | no |"));
    }

    #[test]
    fn sizes_are_in_kib() {
        assert_eq!(
            line(Figure::Size, &[2048.0], &[4096.0]),
            "| stripped release binary | 2 KiB | 4 KiB | 0.50 | ≤ 1.0 | yes |"
        );
    }

    #[test]
    fn lines_come_in_the_order_of_the_figures_and_only_those_measured() {
        let mut table = Table::default();
        table.add(Figure::Size, Column::Ours, 1024.0);
        table.add(Figure::Check, Column::Ours, 5.0);
        table.add(Figure::Check, Column::Peer, 5.0);
        let expected = "\
            | figure | ours | peer | ratio | to reach | reached |\n\
            | --- | --- | --- | --- | --- | --- |\n\
            | `cargo check` | 5.00 s | 5.00 s | 1.00 | ≤ 1.3 | yes |\n\
            | stripped release binary | 1 KiB | – | – | ≤ 1.0 | – |";
        assert_eq!(table.to_string(), expected);
    }
}
