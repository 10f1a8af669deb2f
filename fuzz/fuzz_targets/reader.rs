//! The JSON reader accepts what serde_json accepts, with the same value, and nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polar_client::codec::{from_slice, to_vec};
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let (theirs, ours) = (serde_json::from_slice::<Value>(data), from_slice::<Value>(data));
    match (theirs, ours) {
        (Ok(theirs), Ok(ours)) => {
            assert_eq!(theirs, ours);
            let written = to_vec(&ours);
            assert_eq!(serde_json::from_slice::<Value>(&written).expect("JSON"), ours);
        }
        (Err(_), Err(error)) => assert!(error.offset() <= data.len()),
        // serde_json's limit is one level stricter.
        (Err(error), Ok(_)) => assert!(error.to_string().contains("recursion limit"), "refused: {error}"),
        // It rounds integers that no number holds.
        (Ok(_), Err(error)) if error.message().starts_with("the integer `") => {}
        (Ok(value), Err(error)) => panic!("refused {value}: {error}"),
    }
});
