//! Keys that are derived from secrets.

use polar_client::test_util::{Sample, SignedDelivery};
use polar_client::types::{WebhookOrderPaidPayload, WebhookPayload};
use polar_client::webhook_events::http::HeaderMap;
use polar_client::webhook_events::{self, Error, ID, SIGNATURE, SigningScheme, TIMESTAMP, Verifier};

use super::at;

const SENT: i64 = 1_775_044_800;
const BODY: &[u8] = br#"{"type":"new.event","timestamp":"2026-04-01T12:00:00Z","data":{}}"#;
const PADDED: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const UNPADDED: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
/// Created with another program. The key is the bytes 0 to 31.
const BY_DECODED_KEY: &str = "v1,fP0bEgkIIUhEU8zWNz67LWeHQw3NQ0yzLGaQS7OghFo=";
/// Created with another program. The key is the text of the padded secret.
const BY_WHOLE_SECRET: &str = "v1,dQOmaPUcgivvXUPW1+t1FEUrgdXnZP90cuS3hZyR014=";

fn headers(signatures: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ID, "msg_1".parse().expect("a header"));
    headers.insert(TIMESTAMP, SENT.into());
    headers.insert(SIGNATURE, signatures.parse().expect("a header"));
    headers
}

fn verify(secrets: &[&str], signatures: &str, body: &[u8]) -> Result<(), Error> {
    let verifier = Verifier::new(secrets).expect("a verifier").clock(|| at(SENT));
    verifier.verify(&headers(signatures), body).map(drop)
}

#[test]
fn both_keys_of_a_secret_are_accepted() {
    assert_eq!(UNPADDED.len(), "whsec_".len() + 43);
    for secret in [PADDED, UNPADDED] {
        assert_eq!(verify(&[secret], BY_DECODED_KEY, BODY), Ok(()), "{secret}");
    }
    assert_eq!(verify(&[PADDED], BY_WHOLE_SECRET, BODY), Ok(()));
    // The text of the other secret is another key.
    assert_eq!(verify(&[UNPADDED], BY_WHOLE_SECRET, BODY), Err(Error::SignatureMismatch));
}

#[test]
fn both_keys_are_accepted_while_a_secret_is_replaced() {
    for secrets in [["polar_whs_old", PADDED], [PADDED, "polar_whs_old"]] {
        let old = webhook_events::sign("polar_whs_old", "msg_1", at(SENT), BODY).expect("headers");
        let old = old[SIGNATURE].to_str().expect("text").to_owned();
        for signature in [BY_DECODED_KEY, BY_WHOLE_SECRET, old.as_str()] {
            assert_eq!(verify(&secrets, signature, BODY), Ok(()), "{signature}");
        }
    }
}

#[test]
fn flipped_bits_are_rejected() {
    for signature in [BY_DECODED_KEY, BY_WHOLE_SECRET] {
        for index in 0..BODY.len() * 8 {
            let mut body = BODY.to_vec();
            body[index / 8] ^= 1 << (index % 8);
            assert_eq!(verify(&[PADDED], signature, &body), Err(Error::SignatureMismatch), "bit {index} of the body");
        }
        for index in "v1,".len()..signature.len() {
            for other in ["A", "w", "/", "="] {
                let mut changed = signature.to_owned();
                changed.replace_range(index..=index, other);
                if changed != signature {
                    verify(&[PADDED], &changed, BODY).expect_err("another signature");
                }
            }
        }
    }
}

#[test]
fn a_secret_without_a_key_in_base64_has_one_key() {
    // An empty key is never accepted, and a secret that is not base64 was chosen by the user.
    let by_empty_key = "v1,S0bRwpCevsoTY3E0TZP7Y/cTRhSc99yitB6+cZnPmdA=";
    assert_eq!(verify(&["whsec_"], by_empty_key, BODY), Err(Error::SignatureMismatch));
    for secret in ["whsec_", "whsec_=", "whsec_not base64!", "whsec_äöü", "polar_whs_AAEC", "AAEC"] {
        assert_eq!(SigningScheme::of(secret), SigningScheme::WholeSecret, "{secret}");
        let headers = webhook_events::sign(secret, "msg_1", at(SENT), BODY).expect("headers");
        let signature = headers[SIGNATURE].to_str().expect("text");
        assert_eq!(verify(&[secret], signature, BODY), Ok(()), "{secret}");
    }
}

#[test]
fn signing_scheme_defaults_to_polars() {
    let sign = |scheme, secret| webhook_events::sign_with(scheme, secret, "msg_1", at(SENT), BODY);
    assert_eq!(sign(SigningScheme::Standard, PADDED), Ok(headers(BY_DECODED_KEY)));
    assert_eq!(sign(SigningScheme::Standard, UNPADDED), Ok(headers(BY_DECODED_KEY)));
    assert_eq!(sign(SigningScheme::WholeSecret, PADDED), Ok(headers(BY_WHOLE_SECRET)));
    assert_eq!(webhook_events::sign(PADDED, "msg_1", at(SENT), BODY), Ok(headers(BY_DECODED_KEY)));
    let refusal = sign(SigningScheme::Standard, "polar_whs_x").expect_err("no key in base64");
    assert_eq!(refusal.to_string(), "webhook secret 0 is not `whsec_` followed by base64");

    let paid: WebhookPayload = WebhookOrderPaidPayload::sample().into();
    for scheme in [SigningScheme::Standard, SigningScheme::WholeSecret] {
        let delivery = SignedDelivery::with_scheme(scheme, PADDED, &paid).expect("a delivery");
        let verifier = Verifier::new([PADDED]).expect("a verifier");
        assert_eq!(verifier.verify(&delivery.headers, &delivery.body).expect("a delivery").payload, paid);
    }
}

#[test]
fn keys_and_secrets_are_redacted() {
    let verifier = Verifier::new([PADDED, "polar_whs_old"]).expect("a verifier");
    let shown = format!("{verifier:?}");
    assert!(shown.contains("secrets: 2") && !shown.contains("AAEC") && !shown.contains("polar_whs"), "{shown}");
}
