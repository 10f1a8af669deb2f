use std::fs;

use polar_cookbook::DEMO_ORDERS;

use crate::program::{Program, command};

#[test]
fn all_orders_are_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("orders.csv");
    let text = Program::start(command(env!("CARGO_BIN_EXE_export")).arg(&path)).finish();
    assert!(text.contains(&format!("{DEMO_ORDERS} orders are in ")), "{text}");

    let mut file = csv::Reader::from_path(&path).expect("a file");
    assert_eq!(file.headers().expect("a head").iter().next(), Some("id"));
    let rows: Vec<csv::StringRecord> = file.records().collect::<Result<_, _>>().expect("rows");
    assert_eq!(rows.len() as i64, DEMO_ORDERS);
    assert_eq!(&rows[0][1], "2025-12-01T00:00:00+00:00");
    assert_eq!(rows.iter().filter(|row| &row[2] == "refunded").count(), 30);
    let cents: i64 = rows.iter().map(|row| row[3].parse::<i64>().expect("cents")).sum();
    assert_eq!(cents, (0..DEMO_ORDERS).map(|number| 900 + number * 7919 % 4100).sum::<i64>());
    assert!(rows.windows(2).all(|pair| pair[0][1] <= pair[1][1]), "the oldest come first");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "only the whole file is left");
}
