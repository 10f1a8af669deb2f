//! Unions decode or fail; decoded values survive encoding and decoding.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polar_client::codec::{Decode, Encode, from_slice, to_vec};
use polar_client::types::{Discount, Event, WebhookPayload};
use serde_json::Value;

fn round_trip<T: Decode + Encode>(json: &[u8]) {
    if let Ok(value) = from_slice::<T>(json) {
        serde_json::from_slice::<Value>(&to_vec(&value)).expect("what is written is JSON");
    }
    // Removes repeated properties, which are not preserved.
    let Ok(value) = serde_json::from_slice::<Value>(json) else { return };
    let Ok(value) = from_slice::<T>(value.to_string().as_bytes()) else { return };
    let written = to_vec(&value);
    match from_slice::<T>(&written) {
        Ok(again) => assert_eq!(to_vec(&again), written),
        Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&written)),
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((selector, json)) = data.split_first() else { return };
    match selector % 3 {
        0 => round_trip::<WebhookPayload>(json),
        1 => round_trip::<Event>(json),
        _ => round_trip::<Discount>(json),
    }
});
