//! Where the public types hold JSON of any kind.

use std::collections::BTreeSet;
use std::path::Path;

/// The fields of generated types that hold `serde_json::Value`, as `Type.field`: only where the document itself says
/// that anything goes.
const ANYTHING_GOES: &[&str] = &[
    "CardPayment.processor_metadata",
    "CustomerSeat.seat_metadata",
    "CustomerSeatAssign.metadata",
    "GenericPayment.processor_metadata",
    "KrCardPayment.processor_metadata",
    "SeatAssign.metadata",
];

/// The fields and variants of a generated file that hold a `Value`.
fn untyped(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut item = String::new();
    for line in source.lines() {
        let words: Vec<&str> =
            line.trim().split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            ["pub", "struct" | "enum", name, ..] => item = (*name).to_owned(),
            ["pub", field, ty @ ..]
                if line.starts_with("    pub ") && ty.contains(&"Value") && !line.contains(" fn ") =>
            {
                found.insert(format!("{item}.{field}"));
            }
            [variant, ty @ ..] if line.starts_with("    ") && line.ends_with("),") && ty == ["Value"] => {
                found.insert(format!("{item}::{variant}"));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn json_of_any_kind_stands_only_where_the_document_says_so_and_in_fallbacks() {
    let mut found = BTreeSet::new();
    for entry in Path::new(env!("OUT_DIR")).read_dir().expect("the generated source") {
        let path = entry.expect("a file").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("types_")) {
            found.extend(untyped(&std::fs::read_to_string(path).expect("source")));
        }
    }
    assert!(found.contains("UnknownEvent.raw"), "the fallbacks are found: {found:?}");
    let is_fallback =
        |place: &&str| place.ends_with("::Unknown") || place.starts_with("Unknown") && place.ends_with(".raw");
    let fields: Vec<&str> = found.iter().map(String::as_str).filter(|place| !is_fallback(place)).collect();
    assert_eq!(fields, ANYTHING_GOES);
}
