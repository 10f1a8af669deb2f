use std::fs;

use crate::program::{Program, command};

#[test]
fn twelve_months_are_plotted() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = Program::start(command(env!("CARGO_BIN_EXE_revenue")).arg(folder.path())).finish();
    assert!(text.contains("2025-12       1282.77\n") && text.contains("2026-11       4445.58\n"), "{text}");

    let svg = fs::read_to_string(folder.path().join("revenue.svg")).expect("a picture");
    assert_eq!(svg.matches("#0062FF").count(), 12, "a bar for each month");
    // The guide includes this picture.
    assert_eq!(svg, include_str!("../../../docs/guide/revenue.svg"));
    let png = fs::read(folder.path().join("revenue.png")).expect("a picture");
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    // The width and height.
    assert_eq!(png[16..24], [0, 0, 3, 132, 0, 0, 1, 164]);
}
