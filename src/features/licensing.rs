//! License keys, for programs that run on users' machines.
//!
//! [`LicenseKeys`] needs the id of your organization, which is not secret, but no token, so it can be part of a program
//! that users can inspect.
//!
//! ```no_run
//! use std::time::Duration;
//! use polar_client::licensing::{LicenseKeys, Validation};
//!
//! # async fn example(organization: polar_client::types::OrganizationId, stored: Option<Validation>) -> Result<(), polar_client::Error> {
//! let licenses = LicenseKeys::new(organization)?;
//!
//! // Once on each machine. The id is kept, for later validations and for giving the activation back.
//! let activation = licenses.activate("KEY", "Jane's laptop").condition("major", 1).await?;
//!
//! // Whenever the program starts.
//! let fortnight = Duration::from_secs(14 * 24 * 60 * 60);
//! let validation =
//!     licenses.validate("KEY").activation_id(activation.id).condition("major", 1).or_stored(stored, fortnight).await?;
//! if !validation.status.is_usable() {
//!     println!("this copy has no license: {}", validation.status);
//! }
//!
//! licenses.deactivate("KEY", activation.id).await?;
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `blocking`, all calls work without async: `licenses.validate("KEY").send_blocking()`.
//!
//! # Without a network
//!
//! A program that must work offline stores each [`Validation`], which implements serde's traits, and passes it to
//! [`Validate::or_stored`]. If the API cannot be reached, the stored one is used for as long as you allow:
//! [`LicenseStatus::Offline`], and after that [`LicenseStatus::OfflineTooLong`]. If the key has expired in the
//! meantime, the status is [`LicenseStatus::Expired`]. A response from the API always takes precedence, and a stored
//! refusal is never overruled.
//!
//! Responses of the API are not signed, so this does not stop anyone who edits the stored file, sets back the clock or
//! redirects requests to another server. It serves honest users.
//!
//! # When the API changes
//!
//! Versions of the API are removed every quarter, but installed programs are not updated. If the API no longer serves
//! the version of this crate, [`LicenseKeys`] sends the request again without a version, and reads only the properties
//! that it needs from the response: `status` and `expires_at` of a key, `id` of an activation. Other failures of the
//! server count as unreachable, so that a stored [`Validation`] is used.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value, json};

use crate::calls::call::{Call, CallFuture};
use crate::calls::error::{Error, ErrorKind};
use crate::calls::operation::Operation;
use crate::calls::request::Request;
use crate::calls::response::RawResponse;
use crate::calls::transport::Transport;
use crate::client::{AccessToken, Client, Polar};
use crate::data::codec::{Decode, DecodeError, from_slice, to_vec};
use crate::data::value::Scalar;
use crate::data::value::UnknownValue;
use crate::operations::{
    CUSTOMER_PORTAL_LICENSE_KEYS_ACTIVATE as ACTIVATE, CUSTOMER_PORTAL_LICENSE_KEYS_DEACTIVATE as DEACTIVATE,
    CUSTOMER_PORTAL_LICENSE_KEYS_VALIDATE as VALIDATE,
};
use crate::types::{BenefitId, CustomerId, LicenseKeyActivationId, OrganizationId};

/// The tolerance for a clock that was set back since a validation was stored.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The license keys of an organization.
///
/// The API allows three of these calls per second. After a 429, the default [`RetryPolicy`](crate::RetryPolicy) waits
/// as long as the API asks for.
#[derive(Clone, Debug)]
pub struct LicenseKeys {
    transport: Transport,
    organization_id: OrganizationId,
}

impl LicenseKeys {
    /// Creates a handle for the license keys of an organization in the production environment.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] if TLS cannot be configured.
    pub fn new(organization_id: OrganizationId) -> Result<Self, Error> {
        Ok(Self::with_client(&Polar::builder().build()?, organization_id))
    }

    /// Creates a handle with the settings of a client, such as its server, timeouts and retries. The client's token is
    /// not sent.
    pub fn with_client<V>(client: &Client<AccessToken, V>, organization_id: OrganizationId) -> Self {
        Self { transport: client.transport().clone(), organization_id }
    }

    /// Validates a key. Await the result, or call `send_blocking`.
    pub fn validate(&self, key: impl Into<String>) -> Validate {
        let key = key.into();
        Validate {
            request: KeyRequest::new(self, &VALIDATE).with("key", key.clone()),
            key,
            organization_id: self.organization_id,
            offline: None,
        }
    }

    /// Activates a key on this machine. The label should be recognizable for the customer. Await the result, or call
    /// `send_blocking`.
    ///
    /// Store the `id` of the activation for [`Validate::activation_id`] and [`LicenseKeys::deactivate`].
    ///
    /// # Errors
    /// See [`Error`]. [`Error::is_forbidden`] returns true if the activation is not permitted, with the reason in
    /// [`Error::api`], and [`Error::is_not_found`] if there is no such key.
    pub fn activate(&self, key: impl Into<String>, label: impl Into<String>) -> Activate {
        Activate { request: KeyRequest::new(self, &ACTIVATE).with("key", key.into()).with("label", label.into()) }
    }

    /// Deactivates a key, so that it can be activated on another machine.
    ///
    /// # Errors
    /// See [`Error`]. [`Error::is_not_found`] returns true if there is no such key or activation.
    pub fn deactivate(&self, key: impl Into<String>, activation_id: LicenseKeyActivationId) -> Call<()> {
        let request = KeyRequest::new(self, &DEACTIVATE).with("key", key.into());
        let request = request.with("activation_id", activation_id.to_string());
        Call::empty(&request.transport, request.to_request()).outlives_version()
    }
}

/// A request about a key. Its body is built as JSON, so that it does not depend on generated types.
#[derive(Clone)]
struct KeyRequest {
    transport: Transport,
    operation: &'static Operation,
    body: Map<String, Value>,
}

impl KeyRequest {
    fn new(keys: &LicenseKeys, operation: &'static Operation) -> Self {
        let request = Self { transport: keys.transport.clone(), operation, body: Map::new() };
        request.with("organization_id", keys.organization_id.to_string())
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.insert(name.to_owned(), value.into());
        self
    }

    /// Adds an entry to an object in the body.
    fn with_entry(mut self, object: &str, name: String, value: Scalar) -> Self {
        let value = from_slice(&to_vec(&value)).unwrap_or_default();
        if let Value::Object(entries) = self.body.entry(object).or_insert_with(|| Map::new().into()) {
            entries.insert(name, value);
        }
        self
    }

    fn to_request(&self) -> Request {
        Request::new(self.operation).body(&Value::Object(self.body.clone()))
    }

    fn call(&self) -> Call<RawResponse> {
        Call::raw(&self.transport, self.to_request()).outlives_version()
    }

    /// Decodes a response.
    fn decode<T: Decode>(&self, raw: &RawResponse) -> Result<T, Error> {
        from_slice(&raw.body).map_err(|error| Error::decode(self.operation, error, raw.clone()))
    }
}

/// A request to validate a key.
#[derive(Clone)]
#[must_use = "a request does nothing until it is awaited"]
pub struct Validate {
    request: KeyRequest,
    key: String,
    organization_id: OrganizationId,
    offline: Option<(Option<Validation>, Duration)>,
}

impl Validate {
    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.request = self.request.with(name, value);
        self
    }

    /// Sets the activation that the key must have.
    pub fn activation_id(self, id: LicenseKeyActivationId) -> Self {
        self.with("activation_id", id.to_string())
    }

    /// Sets the benefit that the key must belong to, which distinguishes your products.
    pub fn benefit_id(self, id: BenefitId) -> Self {
        self.with("benefit_id", id.to_string())
    }

    /// Sets the customer that the key must belong to.
    pub fn customer_id(self, id: CustomerId) -> Self {
        self.with("customer_id", id.to_string())
    }

    /// Adds a condition, which must be the same as when the key was activated. For example, the program's major
    /// version.
    pub fn condition(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.request = self.request.with_entry("conditions", name.into(), value.into());
        self
    }

    /// Increments the usage of the key.
    pub fn increment_usage(self, by: u32) -> Self {
        self.with("increment_usage", by)
    }

    /// Sets the stored validation to use if the API cannot be reached, and how long it remains usable. It must be of
    /// the same key. Without one, the error is returned.
    ///
    /// The API counts as reached if it accepts the key, or refuses it with a reason. It does not count if there is no
    /// connection, a timeout, too many requests (429), a server error (5xx), a removed version of the API, a response
    /// that cannot be decoded, or if the request itself is refused (401, 422).
    pub fn or_stored(mut self, stored: Option<Validation>, grace: Duration) -> Self {
        self.offline = Some((stored, grace));
        self
    }

    /// Sends the request. Equivalent to awaiting it.
    ///
    /// # Errors
    /// See [`Error`]. If the key does not exist, the status is [`LicenseStatus::NotFound`] instead.
    pub fn send(self) -> CallFuture<Validation> {
        Box::pin(async move {
            let outcome = self.request.call().await;
            self.judge(outcome, Utc::now())
        })
    }

    /// Sends the request and blocks until the response arrives; see [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// As for [`Validate::send`]; [`ErrorKind::Runtime`] within an async runtime.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Validation, Error> {
        let outcome = self.request.call().send_blocking();
        self.judge(outcome, Utc::now())
    }

    fn judge(self, outcome: Result<RawResponse, Error>, now: DateTime<Utc>) -> Result<Validation, Error> {
        let validation = |status, expires_at, details| Validation {
            status,
            answered_at: now,
            expires_at,
            details,
            key: self.key.clone(),
            organization_id: self.organization_id,
        };
        let answer = outcome.and_then(|raw| Ok((self.request.decode::<Value>(&raw)?, raw)));
        let answer = answer.and_then(|(json, raw)| match (json["status"].as_str(), expiry(&json)) {
            (Some(status), Ok(expires_at)) => {
                let details = Details { body: raw.body };
                Ok(validation(LicenseStatus::of(status, expires_at, now), expires_at, Some(details)))
            }
            (None, _) => Err(self.unreadable("`status` is not a string", raw)),
            (_, Err(())) => Err(self.unreadable("`expires_at` is not a time", raw)),
        });
        let error = match answer {
            Ok(validation) => return Ok(validation),
            Err(error) => error,
        };
        match &self.offline {
            // Any other 404 is about the request, not the key.
            _ if error.is_not_found() && reason(&error) == Some("ResourceNotFound") => {
                Ok(validation(LicenseStatus::NotFound, None, None))
            }
            Some((Some(stored), grace))
                if is_unrelated_to_key(&error)
                    && stored.key == self.key
                    && stored.organization_id == self.organization_id =>
            {
                Ok(stored.clone().offline(*grace, now))
            }
            _ => Err(error),
        }
    }

    fn unreadable(&self, message: &str, raw: RawResponse) -> Error {
        Error::decode(self.request.operation, DecodeError::at(message.to_owned(), 0), raw)
    }
}

/// Returns when the key expires. Fails if `expires_at` is not a time.
fn expiry(answer: &Value) -> Result<Option<DateTime<Utc>>, ()> {
    match &answer["expires_at"] {
        Value::Null => Ok(None),
        Value::String(time) => DateTime::parse_from_rfc3339(time).map(|time| Some(time.to_utc())).map_err(drop),
        _ => Err(()),
    }
}

impl IntoFuture for Validate {
    type Output = Result<Validation, Error>;
    type IntoFuture = CallFuture<Validation>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

/// The key is a secret, so it is redacted.
impl fmt::Debug for Validate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validate").field("offline", &self.offline).finish_non_exhaustive()
    }
}

/// Returns the API's name of the error.
fn reason(error: &Error) -> Option<&str> {
    error.api()?.name.as_deref()
}

/// Returns true if an error says nothing about the key, because the server was not reached or did not process the
/// request.
fn is_unrelated_to_key(error: &Error) -> bool {
    use ErrorKind::{BodyTooLarge, Connection, Decode, Status, Timeout, VersionRemoved};
    match error.kind() {
        Connection | Timeout | Decode | BodyTooLarge | VersionRemoved => true,
        Status => {
            let status = error.status().map(|status| status.as_u16()).unwrap_or_default();
            // 401 and 422 refuse the request rather than the key. An error without a name comes from a proxy.
            !(400..500).contains(&status) || matches!(status, 401 | 408 | 422 | 429) || reason(error).is_none()
        }
        _ => false,
    }
}

/// A request to activate a key.
#[derive(Clone)]
#[must_use = "a request does nothing until it is awaited"]
pub struct Activate {
    request: KeyRequest,
}

impl Activate {
    /// Adds a condition, which every validation of this activation must repeat.
    pub fn condition(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.request = self.request.with_entry("conditions", name.into(), value.into());
        self
    }

    /// Adds metadata that is stored with the activation.
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.request = self.request.with_entry("meta", name.into(), value.into());
        self
    }

    /// Sends the request. Equivalent to awaiting it.
    ///
    /// # Errors
    /// See [`LicenseKeys::activate`].
    pub fn send(self) -> CallFuture<Activation> {
        Box::pin(async move {
            let raw = self.request.call().await?;
            self.read(raw)
        })
    }

    /// Sends the request and blocks until the response arrives; see [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// See [`LicenseKeys::activate`]; [`ErrorKind::Runtime`] within an async runtime.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Activation, Error> {
        let raw = self.request.call().send_blocking()?;
        self.read(raw)
    }

    fn read(&self, raw: RawResponse) -> Result<Activation, Error> {
        let json: Value = self.request.decode(&raw)?;
        match json["id"].as_str().and_then(|id| id.parse().ok()) {
            Some(id) => Ok(Activation { id, details: Details { body: raw.body } }),
            None => Err(Error::decode(self.request.operation, DecodeError::at("`id` is not an id".to_owned(), 0), raw)),
        }
    }
}

impl IntoFuture for Activate {
    type Output = Result<Activation, Error>;
    type IntoFuture = CallFuture<Activation>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

/// The key is a secret, so it is redacted.
impl fmt::Debug for Activate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Activate").field("label", &self.request.body["label"]).finish_non_exhaustive()
    }
}

/// An activation of a key on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Activation {
    /// The id, for [`Validate::activation_id`] and [`LicenseKeys::deactivate`].
    pub id: LicenseKeyActivationId,
    /// The complete response.
    pub details: Details,
}

/// A response about a key, of which only a few properties have been decoded.
///
/// [`decode`](Self::decode) returns the others. Do not depend on it to check a license: an installed program may
/// receive responses of a later version of the API.
///
/// ```no_run
/// # use polar_client::licensing::LicenseKeys;
/// # async fn example(licenses: LicenseKeys) -> Result<(), polar_client::Error> {
/// use polar_client::types::ValidatedLicenseKey;
///
/// let validation = licenses.validate("KEY").await?;
/// if let Some(Ok(key)) = validation.details.map(|details| details.decode::<ValidatedLicenseKey>()) {
///     println!("used {} times", key.usage);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Details {
    body: Bytes,
}

impl Details {
    /// Decodes the response as a type of the API, or as a [`Value`].
    ///
    /// # Errors
    /// If the response does not match the type.
    pub fn decode<T: Decode>(&self) -> Result<T, DecodeError> {
        from_slice(&self.body)
    }
}

/// The response contains the key and the customer, so only its size is shown.
impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Details({} bytes)", self.body.len())
    }
}

/// The result of validating a key.
///
/// Can be stored with serde for [`Validate::or_stored`]. The stored form contains the status, its time, the expiry, the
/// key and the organization, but no data of the customer.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Validation {
    /// The status of the key.
    pub status: LicenseStatus,
    /// When the API responded, by this machine's clock.
    pub answered_at: DateTime<Utc>,
    /// When the key expires, if it does.
    pub expires_at: Option<DateTime<Utc>>,
    /// The complete response; `None` if the key was not found, and for a stored validation.
    pub details: Option<Details>,
    key: String,
    organization_id: OrganizationId,
}

/// The status of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LicenseStatus {
    /// The key is valid.
    Valid,
    /// The key expired at [`Validation::expires_at`].
    Expired,
    /// The key was revoked.
    Revoked,
    /// The key was disabled.
    Disabled,
    /// The API found no such key. Its document does not say whether it responds the same way if the key exists, but the
    /// activation, benefit, customer or conditions do not match.
    NotFound,
    /// The API could not be reached, and the stored validation is still usable.
    Offline {
        /// When the key was last known to be valid.
        last_valid: DateTime<Utc>,
    },
    /// The API could not be reached, and the stored validation is too old, or is dated in the future.
    OfflineTooLong {
        /// When the key was last known to be valid.
        last_valid: DateTime<Utc>,
    },
    /// An unknown status.
    Unknown(UnknownValue),
}

impl LicenseStatus {
    fn of(status: &str, expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        match status {
            "granted" if expires_at.is_some_and(|end| end <= now) => Self::Expired,
            "granted" => Self::Valid,
            "revoked" => Self::Revoked,
            "disabled" => Self::Disabled,
            other => Self::Unknown(UnknownValue::new(other)),
        }
    }

    /// Returns true if the program may be used: the status is `Valid` or `Offline`.
    pub fn is_usable(&self) -> bool {
        matches!(self, Self::Valid | Self::Offline { .. })
    }

    /// Returns the last status of the API, as it is stored.
    fn stored(&self) -> &str {
        match self {
            Self::Valid | Self::Offline { .. } | Self::OfflineTooLong { .. } => "valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Disabled => "disabled",
            Self::NotFound => "not_found",
            Self::Unknown(status) => status,
        }
    }

    fn restored(word: &str) -> Self {
        match word {
            "valid" => Self::Valid,
            "expired" => Self::Expired,
            "revoked" => Self::Revoked,
            "disabled" => Self::Disabled,
            "not_found" => Self::NotFound,
            other => Self::Unknown(UnknownValue::new(other)),
        }
    }
}

impl fmt::Display for LicenseStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => f.write_str("valid"),
            Self::Expired => f.write_str("expired"),
            Self::Revoked => f.write_str("revoked"),
            Self::Disabled => f.write_str("disabled"),
            Self::NotFound => f.write_str("not found"),
            Self::Offline { last_valid } => write!(f, "offline, valid on {}", last_valid.date_naive()),
            Self::OfflineTooLong { last_valid } => {
                write!(f, "offline for too long, valid on {}", last_valid.date_naive())
            }
            Self::Unknown(status) => write!(f, "unknown status `{status}`"),
        }
    }
}

impl Validation {
    /// Returns the result of a stored validation while the API cannot be reached.
    fn offline(mut self, grace: Duration, now: DateTime<Utc>) -> Self {
        let last_valid = self.answered_at;
        let was_valid = self.status.stored() == LicenseStatus::Valid.stored();
        self.details = None;
        if !was_valid {
            return self;
        }
        let (age, from_the_future) = match (now - last_valid).to_std() {
            Ok(age) => (age, false),
            Err(_) => (Duration::ZERO, (last_valid - now).to_std().is_ok_and(|ahead| ahead > CLOCK_TOLERANCE)),
        };
        self.status = if self.expires_at.is_some_and(|end| end <= now) {
            LicenseStatus::Expired
        } else if from_the_future || age > grace {
            LicenseStatus::OfflineTooLong { last_valid }
        } else {
            LicenseStatus::Offline { last_valid }
        };
        self
    }
}

/// The key is a secret, and the customer's data is private, so both are redacted.
impl fmt::Debug for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validation")
            .field("status", &self.status)
            .field("answered_at", &self.answered_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Serialize for Validation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = json!({
            "status": self.status.stored(),
            "answered_at": self.answered_at.to_rfc3339(),
            "expires_at": self.expires_at.map(|end| end.to_rfc3339()),
            "key": self.key,
            "organization_id": self.organization_id.to_string(),
        });
        json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Validation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Value::deserialize(deserializer)?;
        let text = |name: &'static str| json[name].as_str().ok_or_else(|| de::Error::missing_field(name));
        let time = |name: &'static str| {
            let time = DateTime::parse_from_rfc3339(text(name)?);
            time.map(|time| time.to_utc()).map_err(|error| de::Error::custom(format!("`{name}`: {error}")))
        };
        let organization_id = text("organization_id")?.parse();
        Ok(Self {
            status: LicenseStatus::restored(text("status")?),
            answered_at: time("answered_at")?,
            expires_at: if json["expires_at"].is_null() { None } else { Some(time("expires_at")?) },
            details: None,
            key: text("key")?.to_owned(),
            organization_id: organization_id
                .map_err(|error| de::Error::custom(format!("`organization_id`: {error}")))?,
        })
    }
}
