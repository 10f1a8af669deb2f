//! Recorded deliveries, and all changes to them that must be rejected.

use super::*;

/// A recorded delivery, as it came.
struct Recorded<'a> {
    webhook: &'a Webhook,
    /// Accepts any time, so that the timestamp is protected only by the signature.
    verifier: Verifier,
}

impl<'a> Recorded<'a> {
    fn all() -> Vec<Self> {
        let webhooks = &recordings::all().webhooks;
        assert!(!webhooks.is_empty(), "no deliveries are recorded");
        let recorded = |webhook: &'a Webhook| {
            let verifier = Verifier::new([&webhook.secret]).expect("a verifier").tolerance(Duration::MAX);
            Self { webhook, verifier }
        };
        webhooks.iter().map(recorded).collect()
    }

    fn header(&self, name: &str) -> &[u8] {
        self.webhook.headers[name].as_bytes()
    }

    fn body(&self) -> &[u8] {
        self.webhook.raw_body.as_bytes()
    }

    /// Returns the headers with one replaced; `None` if the value is not a valid header.
    fn with_header(&self, replaced: &str, value: &[u8]) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        for name in [ID, TIMESTAMP, SIGNATURE] {
            let value = if name == replaced { value } else { self.header(name) };
            headers.insert(name, HeaderValue::from_bytes(value).ok()?);
        }
        Some(headers)
    }

    fn accepts(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        match self.verifier.verify_at(headers, body, at(SENT)) {
            Ok(_) => true,
            // The signature was accepted.
            Err(Error::Decode(_) | Error::NotUtf8 { .. }) => true,
            Err(_) => false,
        }
    }
}

/// Processes all deliveries in parallel, and returns the sum of the results.
fn total(of_one: impl Fn(&Recorded<'_>) -> usize + Sync) -> usize {
    let (next, sum, all) = (AtomicUsize::new(0), AtomicUsize::new(0), Recorded::all());
    let work = || {
        while let Some(recorded) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            sum.fetch_add(of_one(recorded), Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    sum.into_inner()
}

#[test]
fn every_recorded_delivery_is_verified_and_decoded() {
    let verified = total(|recorded| {
        let webhook = recorded.webhook;
        let headers = recorded.with_header("", b"").expect("headers");
        let sent = at(webhook.headers[TIMESTAMP].parse().expect("seconds"));
        let verifier = Verifier::new([&webhook.secret]).expect("a verifier");
        let delivery = verifier.verify_at(&headers, recorded.body(), sent);
        let delivery = delivery.unwrap_or_else(|error| panic!("{}: {error}", webhook.name));
        assert_eq!(delivery.id, webhook.headers[ID]);
        assert_eq!(delivery.timestamp, sent);
        // All recorded events have a type if all features are enabled.
        assert!(!matches!(delivery.payload, WebhookPayload::Unknown(_)), "{}", webhook.name);
        1
    });
    assert_eq!(verified, recordings::all().webhooks.len());
}

/// Flips each relevant bit of each delivery.
#[test]
fn any_flipped_bit_in_body_id_timestamp_or_signature_is_refused() {
    let flips = total(|recorded| {
        let name = &recorded.webhook.name;
        let untouched = recorded.with_header("", b"").expect("headers");
        assert!(recorded.accepts(&untouched, recorded.body()), "{name}: untouched");
        let mut body = recorded.body().to_vec();
        for bit in 0..body.len() * 8 {
            body[bit / 8] ^= 1 << (bit % 8);
            assert!(!recorded.accepts(&untouched, &body), "{name}: bit {bit} of the body");
            body[bit / 8] ^= 1 << (bit % 8);
        }
        let mut flips = body.len() * 8;
        for header in [ID, TIMESTAMP, SIGNATURE] {
            let mut value = recorded.header(header).to_vec();
            for bit in 0..value.len() * 8 {
                value[bit / 8] ^= 1 << (bit % 8);
                let headers = recorded.with_header(header, &value);
                let accepted = headers.is_some_and(|headers| recorded.accepts(&headers, recorded.body()));
                assert!(!accepted, "{name}: bit {bit} of {header}");
                value[bit / 8] ^= 1 << (bit % 8);
            }
            flips += value.len() * 8;
        }
        flips
    });
    eprintln!("{flips} flips of {} deliveries", recordings::all().webhooks.len());
}

/// Includes characters that differ only in unused bits.
#[test]
fn any_other_base64_character_in_a_signature_is_refused() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    total(|recorded| {
        let mut value = recorded.header(SIGNATURE).to_vec();
        for index in "v1,".len()..value.len() {
            let right = value[index];
            for other in ALPHABET.iter().filter(|other| **other != right) {
                value[index] = *other;
                let headers = recorded.with_header(SIGNATURE, &value).expect("headers");
                assert!(!recorded.accepts(&headers, recorded.body()), "{}: {index}", recorded.webhook.name);
            }
            value[index] = right;
        }
        1
    });
}
