//! Standard Webhooks signatures.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD as BASE64};
use chrono::{DateTime, Utc};
use hmac_sha256::HMAC;
use http::{HeaderMap, HeaderValue};

use super::error::Error;
use super::headers::{ID, SIGNATURE, TIMESTAMP};

/// The length of a signature in bytes.
const LENGTH: usize = 32;

/// The prefix of a base64 key in Standard Webhooks.
const PREFIX: &str = "whsec_";

/// Decodes keys like Polar: padding is optional, and trailing bits are ignored.
const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// How the signing key is derived from a secret.
///
/// Polar changed this in September 2026. [`Verifier`](super::Verifier) accepts both schemes for every secret, so the
/// scheme matters only for [`sign_with`] and for code in other languages. The API reports it as
/// `WebhookEndpoint::uses_standard_webhook_signature`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SigningScheme {
    /// The key is the part after `whsec_`, decoded from base64, as [Standard
    /// Webhooks](https://www.standardwebhooks.com) specifies. Polar uses it for secrets that it generated on or after 8
    /// September 2026.
    Standard,
    /// The key is the UTF-8 bytes of the whole secret, including its prefix. Polar uses it for older secrets and for
    /// those chosen by the user.
    WholeSecret,
}

impl SigningScheme {
    /// Returns the scheme that Polar uses for a secret, based on its form: [`Standard`](Self::Standard) if it is
    /// `whsec_` followed by base64, otherwise [`WholeSecret`](Self::WholeSecret).
    ///
    /// ```
    /// use polar_client::webhook_events::SigningScheme;
    ///
    /// assert_eq!(SigningScheme::of("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), SigningScheme::Standard);
    /// assert_eq!(SigningScheme::of("polar_whs_old"), SigningScheme::WholeSecret);
    /// ```
    pub fn of(secret: &str) -> Self {
        if decoded(secret).is_some() { Self::Standard } else { Self::WholeSecret }
    }
}

/// Decodes the base64 key in a secret. An empty key is rejected, since anyone could sign with it.
fn decoded(secret: &str) -> Option<Vec<u8>> {
    let key = LENIENT_BASE64.decode(secret.strip_prefix(PREFIX)?).ok()?;
    (!key.is_empty()).then_some(key)
}

/// A signing key.
pub(super) struct Key(Box<[u8]>);

impl Key {
    /// Returns the possible keys of a secret. `index` is used for errors.
    pub(super) fn all(secret: &str, index: usize) -> Result<Vec<Self>, Error> {
        let whole = Self::new(secret, SigningScheme::WholeSecret, index)?;
        Ok([decoded(secret).map(|key| Self(key.into())), Some(whole)].into_iter().flatten().collect())
    }

    /// Returns the key of a secret for one scheme.
    fn new(secret: &str, scheme: SigningScheme, index: usize) -> Result<Self, Error> {
        let unusable = |reason| Error::UnusableSecret { index, reason };
        if secret.is_empty() {
            return Err(unusable("is empty"));
        }
        if secret.trim() != secret {
            return Err(unusable("starts or ends with white space"));
        }
        match scheme {
            SigningScheme::Standard => {
                let key = decoded(secret).ok_or_else(|| unusable("is not `whsec_` followed by base64"))?;
                Ok(Self(key.into()))
            }
            SigningScheme::WholeSecret => Ok(Self(secret.as_bytes().into())),
        }
    }

    /// Returns the MAC state of a delivery.
    pub(super) fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> HMAC {
        let mut mac = HMAC::new(&self.0);
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }
}

/// Signs a delivery like Polar does with this secret, to test programs that receive webhooks.
///
/// Returns the headers [`ID`], [`TIMESTAMP`] and [`SIGNATURE`]. The scheme is [`SigningScheme::of`] the secret; use
/// [`sign_with`] for another one.
///
/// # Errors
/// [`Error::UnusableSecret`], [`Error::InvalidId`], or [`Error::InvalidTimestamp`] for times before 1970.
pub fn sign(secret: &str, id: &str, timestamp: DateTime<Utc>, body: &[u8]) -> Result<HeaderMap, Error> {
    sign_with(SigningScheme::of(secret), secret, id, timestamp, body)
}

/// Signs a delivery with a given scheme; see [`sign`].
///
/// # Errors
/// As for [`sign`], and [`Error::UnusableSecret`] if the scheme is [`SigningScheme::Standard`] and the secret is not
/// `whsec_` followed by base64.
pub fn sign_with(
    scheme: SigningScheme,
    secret: &str,
    id: &str,
    timestamp: DateTime<Utc>,
    body: &[u8],
) -> Result<HeaderMap, Error> {
    let key = Key::new(secret, scheme, 0)?;
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

/// Verifies that one of the signatures matches one of the keys. `mac` returns the state of the delivery for a key.
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
        // Hash the body only once per key, since the sender chooses the number of signatures.
        let mac = mac(key);
        // `finalize_verify` compares in constant time.
        candidates.iter().any(|signature| mac.clone().finalize_verify(signature))
    };
    if keys.iter().any(fits) { Ok(()) } else { Err(Error::SignatureMismatch) }
}

/// Decodes a signature strictly, so that it has a single encoding.
fn decode(text: &str) -> Option<[u8; LENGTH]> {
    BASE64.decode(text).ok()?.try_into().ok()
}

/// Returns true for a valid id. A full stop would make the signed text ambiguous.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}

/// Parses a timestamp. Only digits are allowed, so that each time has a single text, except for leading zeros, which
/// the signature covers.
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
    fn body_is_hashed_once_per_key() {
        // The first secret has one key, the second has two.
        let secrets = ["polar_whs_a", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="];
        let keys: Vec<Key> = secrets.iter().flat_map(|secret| Key::all(secret, 0).expect("keys")).collect();
        let signatures = vec![format!("v1,{}", BASE64.encode([7; LENGTH])); 1000].join(" ");
        let hashed = Cell::new(0);
        let mac = |key: &Key| {
            hashed.set(hashed.get() + 1);
            key.mac("msg_1", "0", b"body")
        };
        assert_eq!(verify(&keys, &signatures, mac), Err(Error::SignatureMismatch));
        assert_eq!(hashed.get(), 3);
    }
}
