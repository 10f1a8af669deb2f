//! Signatures as Standard Webhooks has them.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD as BASE64};
use chrono::{DateTime, Utc};
use hmac_sha256::HMAC;
use http::{HeaderMap, HeaderValue};

use super::error::Error;
use super::headers::{ID, SIGNATURE, TIMESTAMP};

/// How many bytes a signature has.
const LENGTH: usize = 32;

/// What Standard Webhooks puts in front of a key in base64.
const PREFIX: &str = "whsec_";

/// Reads keys as Polar does: padding is optional, and bits beyond the last byte are ignored.
const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Which key a secret stands for.
///
/// Polar changed this in September 2026. [`Verifier`](super::Verifier) accepts both for every secret, so the scheme matters
/// only for [`sign_with`] and for code in other languages. The API reports it as
/// `WebhookEndpoint::uses_standard_webhook_signature`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SigningScheme {
    /// The key is what follows `whsec_`, decoded from base64, as
    /// [Standard Webhooks](https://www.standardwebhooks.com) specifies. Polar signs with it for the secrets that it has
    /// generated since 8 September 2026.
    Standard,
    /// The key is the UTF-8 bytes of the whole secret, prefix included. Polar signs with it for older secrets and for those
    /// that were chosen by the user.
    WholeSecret,
}

impl SigningScheme {
    /// Returns the scheme that Polar uses for a secret, judging by its form: [`Standard`](Self::Standard) if it is `whsec_`
    /// followed by base64, [`WholeSecret`](Self::WholeSecret) otherwise.
    ///
    /// ```
    /// use polar_client::webhook::SigningScheme;
    ///
    /// assert_eq!(SigningScheme::of("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), SigningScheme::Standard);
    /// assert_eq!(SigningScheme::of("polar_whs_old"), SigningScheme::WholeSecret);
    /// ```
    pub fn of(secret: &str) -> Self {
        if decoded(secret).is_some() { Self::Standard } else { Self::WholeSecret }
    }
}

/// Returns the key that a secret contains in base64, if it does. An empty key is none: anybody could sign with it.
fn decoded(secret: &str) -> Option<Vec<u8>> {
    let key = LENIENT_BASE64.decode(secret.strip_prefix(PREFIX)?).ok()?;
    (!key.is_empty()).then_some(key)
}

/// A key to sign and verify with.
pub(super) struct Key(Box<[u8]>);

impl Key {
    /// Returns the keys that a secret may stand for. `index` is the secret's place among all, for the error.
    pub(super) fn all(secret: &str, index: usize) -> Result<Vec<Self>, Error> {
        let whole = Self::new(secret, SigningScheme::WholeSecret, index)?;
        Ok([decoded(secret).map(|key| Self(key.into())), Some(whole)].into_iter().flatten().collect())
    }

    /// Returns the key of a secret in one scheme.
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

    /// A delivery, ready to be signed or verified.
    pub(super) fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> HMAC {
        let mut mac = HMAC::new(&self.0);
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }
}

/// Signs a delivery as Polar does for this secret, for tests of a program that receives webhooks.
///
/// Returns the headers [`ID`], [`TIMESTAMP`] and [`SIGNATURE`]. The scheme is [`SigningScheme::of`] the secret;
/// [`sign_with`] takes another.
///
/// # Errors
/// [`Error::UnusableSecret`], [`Error::InvalidId`], or [`Error::InvalidTimestamp`] before 1970.
pub fn sign(secret: &str, id: &str, timestamp: DateTime<Utc>, body: &[u8]) -> Result<HeaderMap, Error> {
    sign_with(SigningScheme::of(secret), secret, id, timestamp, body)
}

/// Signs a delivery by a scheme of your choice; see [`sign`].
///
/// # Errors
/// As [`sign`]; also [`Error::UnusableSecret`] if the scheme is [`SigningScheme::Standard`] and the secret is not `whsec_`
/// followed by base64.
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
        // One key of the first secret, two of the second.
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
