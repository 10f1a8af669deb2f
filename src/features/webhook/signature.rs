//! Signatures as Standard Webhooks has them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use hmac_sha256::HMAC;
use http::{HeaderMap, HeaderValue};

use super::error::Error;
use super::headers::{ID, SIGNATURE, TIMESTAMP};

/// How many bytes a signature has.
const LENGTH: usize = 32;

/// A secret, ready to sign with.
pub(super) struct Key(Box<[u8]>);

impl Key {
    /// `index` is the secret's place among all, for the error.
    pub(super) fn new(secret: &str, index: usize) -> Result<Self, Error> {
        let unusable = |reason| Err(Error::UnusableSecret { index, reason });
        if secret.is_empty() {
            return unusable("is empty");
        }
        if secret.trim() != secret {
            return unusable("starts or ends with white space");
        }
        // The prefix belongs to the key, and the rest is not decoded.
        Ok(Self(secret.as_bytes().into()))
    }

    /// A delivery, ready to be signed or verified.
    pub(super) fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> HMAC {
        let mut mac = HMAC::new(&self.0);
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }
}

/// Signs a delivery as Polar does, for tests of a program that receives webhooks.
///
/// Returns the headers [`ID`], [`TIMESTAMP`] and [`SIGNATURE`].
///
/// # Errors
/// [`Error::UnusableSecret`], [`Error::InvalidId`], or [`Error::InvalidTimestamp`] before 1970.
pub fn sign(secret: &str, id: &str, timestamp: DateTime<Utc>, body: &[u8]) -> Result<HeaderMap, Error> {
    let key = Key::new(secret, 0)?;
    let id_value = HeaderValue::from_str(id).ok().filter(|_| is_id(id)).ok_or(Error::InvalidId)?;
    let seconds = u64::try_from(timestamp.timestamp()).map_err(|_| Error::InvalidTimestamp)?;
    let signature = key.mac(id, &seconds.to_string(), body).finalize();
    let signature = format!("v1,{}", BASE64.encode(signature));
    let signature = HeaderValue::try_from(signature).map_err(|_| Error::InvalidHeader(SIGNATURE))?;
    Ok(HeaderMap::from_iter([
        (http::HeaderName::from_static(ID), id_value),
        (http::HeaderName::from_static(TIMESTAMP), HeaderValue::from(seconds)),
        (http::HeaderName::from_static(SIGNATURE), signature),
    ]))
}

/// Whether any of the signatures is made with any of the keys, given the delivery to be verified with a key.
pub(super) fn verify(keys: &[Key], signatures: &str, mac: impl Fn(&Key) -> HMAC) -> Result<(), Error> {
    let mut entries = signatures.split(' ').filter_map(|entry| entry.strip_prefix("v1,")).peekable();
    if entries.peek().is_none() {
        return Err(Error::UnknownVersion);
    }
    let candidates: Vec<[u8; LENGTH]> = entries.filter_map(decode).collect();
    if candidates.is_empty() {
        return Err(Error::InvalidSignature);
    }
    let fits = |key: &Key| {
        // The body is hashed once for a key: whoever sends may claim any number of signatures.
        let mac = mac(key);
        // `finalize_verify` compares in constant time.
        candidates.iter().any(|signature| mac.clone().finalize_verify(signature))
    };
    if keys.iter().any(fits) { Ok(()) } else { Err(Error::SignatureMismatch) }
}

/// Strict: one text for one signature, so that not even the bits that base64 leaves over can be changed.
fn decode(text: &str) -> Option<[u8; LENGTH]> {
    BASE64.decode(text).ok()?.try_into().ok()
}

/// Whether this can be an id: a full stop would blur where the id ends in what is signed.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}

/// The time in a header: digits only, so that one time has one text, apart from zeros in front, which the signature
/// covers.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    DateTime::from_timestamp(text.parse().ok()?, 0)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_delivery_is_hashed_once_for_a_key_however_many_signatures_are_claimed() {
        let keys = ["polar_whs_a", "polar_whs_b"].map(|secret| Key::new(secret, 0).expect("a key"));
        let signatures = vec![format!("v1,{}", BASE64.encode([7; LENGTH])); 1000].join(" ");
        let hashed = Cell::new(0);
        let mac = |key: &Key| {
            hashed.set(hashed.get() + 1);
            key.mac("msg_1", "0", b"body")
        };
        assert_eq!(verify(&keys, &signatures, mac), Err(Error::SignatureMismatch));
        assert_eq!(hashed.get(), 2);
    }
}
