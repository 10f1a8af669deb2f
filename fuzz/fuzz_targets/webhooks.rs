//! Unsigned deliveries are always rejected; signed ones are accepted or fail to decode.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polar_client::webhook_events::{ID, SIGNATURE, TIMESTAMP, Verifier, sign};
use polar_client::{DateTime, Utc};

const SECRET: &str = "polar_whs_fuzz";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
}

fuzz_target!(|data: &[u8]| {
    let verifier = Verifier::new([SECRET]).expect("a secret").clock(now);

    // The first three lines are the headers, the rest is the body.
    let mut lines = data.splitn(4, |byte| *byte == b'\n');
    let mut header = || std::str::from_utf8(lines.next().unwrap_or_default()).unwrap_or_default().to_owned();
    let (id, timestamp, signature) = (header(), header(), header());
    let body = lines.next().unwrap_or_default();
    let headers = |name: &str| match name {
        ID => Some(id.as_str()),
        TIMESTAMP => Some(timestamp.as_str()),
        SIGNATURE => Some(signature.as_str()),
        _ => None,
    };
    if let Ok(delivery) = verifier.verify_with(headers, body) {
        panic!("accepted without a signature: {:?}", delivery.id);
    }

    // The same body, signed: only its content can be invalid.
    let Ok(signed) = sign(SECRET, &id, now(), body) else { return };
    if let Err(error) = verifier.verify(&signed, body) {
        assert_eq!(error.status().as_u16(), 400, "{error}");
    }
});
