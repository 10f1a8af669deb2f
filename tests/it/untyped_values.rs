//! Where the public types hold JSON of any kind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use polar_client::codec::{from_slice, to_vec};
use polar_client::types::Event;
use polar_client::{DecimalOrNumber, Scalar, Value};

/// The fields of generated types that hold `serde_json::Value`, as `Type.field`: only where the document itself says
/// that anything goes.
const ANYTHING_GOES: &[&str] = &[
    "CardPayment.processor_metadata",
    "CustomerPaymentMethodGeneric.additional",
    "CustomerSeat.seat_metadata",
    "CustomerSeatAssign.metadata",
    "GenericPayment.additional",
    "GenericPayment.processor_metadata",
    "KrCardPayment.processor_metadata",
    "PaymentMethodGeneric.additional",
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

#[test]
fn an_integer_that_no_number_holds_is_an_error_that_names_its_place() {
    let event = |text: &str| {
        format!(
            r#"{{"id":"0eaa044b-4da8-4737-af3a-aefc02729b2a","timestamp":"2026-04-01T12:30:00Z","source":"robot","name":"dance",
            "organization_id":"6a9f0f57-5d0c-4b0e-9f43-3f3f4f6f0b11","customer_id":null,"external_customer_id":null,
            "metadata":{{"steps":[{text}]}}}}"#
        )
    };
    for text in ["18446744073709551615", "-9223372036854775808", "0", "1.5", "1e300", "-0.0"] {
        let kept: Event = from_slice(event(text).as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
        let written: Value = from_slice(&to_vec(&kept)).expect("JSON");
        assert_eq!(written["metadata"]["steps"][0], serde_json::from_str::<Value>(text).expect("a number"), "{text}");
    }
    for text in ["18446744073709551616", "-9223372036854775809", "123456789012345678901234567890"] {
        let error = from_slice::<Event>(event(text).as_bytes()).expect_err(text);
        assert_eq!(error.path(), "$.metadata.steps[0]");
        assert_eq!(
            error.message(),
            format!("the integer `{text}` is out of range, which is from -2^63 to 2^64 - 1 (in `Unknown`)")
        );
        let error = from_slice::<BTreeMap<String, Scalar>>(format!("{{\"seats\":{text}}}").as_bytes()).expect_err(text);
        assert_eq!(error.path(), "$.seats");
        assert!(from_slice::<DecimalOrNumber>(text.as_bytes()).is_err(), "{text}");
    }
}
