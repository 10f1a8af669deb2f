//! License keys, for programs that run on their users' machines.
//!
//! [`LicenseKeys`] needs the id of your organization, which is no secret, and no token: it can be part of a program
//! that anybody may take apart.
//!
//! ```no_run
//! use std::time::Duration;
//! use polar_client::license::{LicenseKeys, Validation};
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
//! With the feature `blocking` all of it works without async: `licenses.validate("KEY").send_blocking()`.
//!
//! # Without a network
//!
//! A program that must work offline stores each [`Validation`] (it implements serde's traits) and hands it to
//! [`Validate::or_stored`]. If then no answer comes, the stored one counts for as long as you allow:
//! [`LicenseStatus::Offline`], and after that [`LicenseStatus::OfflineTooLong`]. A key that expires meanwhile is
//! [`LicenseStatus::Expired`]. An answer that does come always counts, and a stored refusal is never overruled.
//!
//! The API does not sign its answers, so this keeps honest users working, and nobody else out: who can edit the stored
//! file, set the clock back or answer in the API's place gets on without a license.
//!
//! # When the API changes
//!
//! A program on somebody else's machine is not updated when a version of the API is removed, which happens every quarter. If
//! the API no longer serves the version that this crate was made for, [`LicenseKeys`] sends the request once more without a
//! version, and of any answer it reads only what it needs: `status` and `expires_at` of a key, `id` of an activation.
//! Whatever else goes wrong with the server counts as no answer, so that a stored [`Validation`] bridges it.

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
use crate::operations::{
    CUSTOMER_PORTAL_LICENSE_KEYS_ACTIVATE as ACTIVATE, CUSTOMER_PORTAL_LICENSE_KEYS_DEACTIVATE as DEACTIVATE,
    CUSTOMER_PORTAL_LICENSE_KEYS_VALIDATE as VALIDATE,
};
use crate::types::{BenefitId, CustomerId, LicenseKeyActivationId, OrganizationId};

/// How far a clock may have been set back since an answer was stored.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The license keys of an organization.
///
/// The API takes three of these calls a second; the default [`RetryPolicy`](crate::RetryPolicy) waits as long as a 429
/// asks for.
#[derive(Clone, Debug)]
pub struct LicenseKeys {
    transport: Transport,
    organization_id: OrganizationId,
}

impl LicenseKeys {
    /// Creates a handle for the license keys of an organization in the production environment.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] if TLS cannot be set up.
    pub fn new(organization_id: OrganizationId) -> Result<Self, Error> {
        Ok(Self::with_client(&Polar::builder().build()?, organization_id))
    }

    /// Creates a handle for the license keys of an organization that uses the settings of a client: the sandbox, timeouts,
    /// retries. If the client has a token, it is not sent.
    pub fn with_client<V>(client: &Client<AccessToken, V>, organization_id: OrganizationId) -> Self {
        Self { transport: client.transport().clone(), organization_id }
    }

    /// Asks whether a key is valid. It is awaited, or sent with `send_blocking`.
    pub fn validate(&self, key: impl Into<String>) -> Validate {
        let key = key.into();
        Validate {
            question: Question::new(self, &VALIDATE).with("key", key.clone()),
            key,
            organization_id: self.organization_id,
            offline: None,
        }
    }

    /// Activates a key on this machine, under a label that the customer will recognize. It is awaited, or sent with
    /// `send_blocking`.
    ///
    /// The answer's `id` is the activation's, for [`Validate::activation_id`] and [`LicenseKeys::deactivate`].
    ///
    /// # Errors
    /// See [`Error`]. [`Error::is_forbidden`] if the API does not permit it, whose reason [`Error::api`] has, and
    /// [`Error::is_not_found`] if there is no such key.
    pub fn activate(&self, key: impl Into<String>, label: impl Into<String>) -> Activate {
        Activate { question: Question::new(self, &ACTIVATE).with("key", key.into()).with("label", label.into()) }
    }

    /// Gives an activation back, so that another machine can have it.
    ///
    /// # Errors
    /// See [`Error`]. [`Error::is_not_found`] if there is no such key or activation.
    pub fn deactivate(&self, key: impl Into<String>, activation_id: LicenseKeyActivationId) -> Call<()> {
        let question = Question::new(self, &DEACTIVATE).with("key", key.into());
        let question = question.with("activation_id", activation_id.to_string());
        Call::empty(&question.transport, question.request()).outlives_version()
    }
}

/// A request about a key. Its body is built as JSON, so that it does not depend on generated types.
#[derive(Clone)]
struct Question {
    transport: Transport,
    operation: &'static Operation,
    body: Map<String, Value>,
}

impl Question {
    fn new(keys: &LicenseKeys, operation: &'static Operation) -> Self {
        let question = Self { transport: keys.transport.clone(), operation, body: Map::new() };
        question.with("organization_id", keys.organization_id.to_string())
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.insert(name.to_owned(), value.into());
        self
    }

    /// Adds an entry to an object of the body.
    fn with_entry(mut self, object: &str, name: String, value: Scalar) -> Self {
        let value = from_slice(&to_vec(&value)).unwrap_or_default();
        if let Value::Object(entries) = self.body.entry(object).or_insert_with(|| Map::new().into()) {
            entries.insert(name, value);
        }
        self
    }

    fn request(&self) -> Request {
        Request::new(self.operation).body(&Value::Object(self.body.clone()))
    }

    fn call(&self) -> Call<RawResponse> {
        Call::raw(&self.transport, self.request()).outlives_version()
    }

    /// Decodes an answer.
    fn decode<T: Decode>(&self, raw: &RawResponse) -> Result<T, Error> {
        from_slice(&raw.body).map_err(|error| Error::decode(self.operation, error, raw.clone()))
    }
}

/// A question whether a key is valid.
#[derive(Clone)]
#[must_use = "a request does nothing until it is awaited"]
pub struct Validate {
    question: Question,
    key: String,
    organization_id: OrganizationId,
    offline: Option<(Option<Validation>, Duration)>,
}

impl Validate {
    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.question = self.question.with(name, value);
        self
    }

    /// Sets the activation that must be this key's.
    pub fn activation_id(self, id: LicenseKeyActivationId) -> Self {
        self.with("activation_id", id.to_string())
    }

    /// Sets the benefit that the key must be of: which product it unlocks, if you sell several.
    pub fn benefit_id(self, id: BenefitId) -> Self {
        self.with("benefit_id", id.to_string())
    }

    /// Sets the customer whom the key must belong to.
    pub fn customer_id(self, id: CustomerId) -> Self {
        self.with("customer_id", id.to_string())
    }

    /// Adds a condition that must be as it was when the key was activated, such as the program's major version.
    pub fn condition(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.question = self.question.with_entry("conditions", name.into(), value.into());
        self
    }

    /// Counts this call against the key's usage.
    pub fn increment_usage(self, by: u32) -> Self {
        self.with("increment_usage", by)
    }

    /// Sets the stored answer that counts if no answer comes, and for how long after it was given. It must be about the same
    /// key. Without one, the failure is returned.
    ///
    /// An answer is what the API says about the key: a success, or a refusal with a reason. All else is no answer: no
    /// connection, a timeout, too many requests (429), an error of the server (5xx), a removed version of the API, an answer
    /// that cannot be read, and a refusal of the request itself (401, 422).
    pub fn or_stored(mut self, stored: Option<Validation>, grace: Duration) -> Self {
        self.offline = Some((stored, grace));
        self
    }

    /// Sends the request. Awaiting it does the same.
    ///
    /// # Errors
    /// See [`Error`]. A key that does not exist is not an error, but [`LicenseStatus::NotFound`].
    pub fn send(self) -> CallFuture<Validation> {
        Box::pin(async move {
            let outcome = self.question.call().await;
            self.judge(outcome, Utc::now())
        })
    }

    /// Sends the request and waits for the answer, for programs without async; see [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// As [`Validate::send`]; [`ErrorKind::Runtime`] within an async runtime.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Validation, Error> {
        let outcome = self.question.call().send_blocking();
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
        let answer = outcome.and_then(|raw| Ok((self.question.decode::<Value>(&raw)?, raw)));
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
                if is_silence(&error) && stored.key == self.key && stored.organization_id == self.organization_id =>
            {
                Ok(stored.clone().offline(*grace, now))
            }
            _ => Err(error),
        }
    }

    fn unreadable(&self, message: &str, raw: RawResponse) -> Error {
        Error::decode(self.question.operation, DecodeError::at(message.to_owned(), 0), raw)
    }
}

/// Returns when a key expires, or an error if `expires_at` is not a time.
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

/// The key is what the customer paid for, so it does not show.
impl fmt::Debug for Validate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validate").field("offline", &self.offline).finish_non_exhaustive()
    }
}

/// Returns the name of the reason for which the API refused a request.
fn reason(error: &Error) -> Option<&str> {
    error.api()?.name.as_deref()
}

/// Returns true if an error says nothing about the key: the server was not reached, or did not understand the request.
fn is_silence(error: &Error) -> bool {
    use ErrorKind::{BodyTooLarge, Connection, Decode, Status, Timeout, VersionRemoved};
    match error.kind() {
        Connection | Timeout | Decode | BodyTooLarge | VersionRemoved => true,
        Status => {
            let status = error.status().map(|status| status.as_u16()).unwrap_or_default();
            // 401 and 422 refuse the request rather than the key. A refusal without a name comes from a proxy.
            !(400..500).contains(&status) || matches!(status, 401 | 408 | 422 | 429) || reason(error).is_none()
        }
        _ => false,
    }
}

/// A request to activate a key.
#[derive(Clone)]
#[must_use = "a request does nothing until it is awaited"]
pub struct Activate {
    question: Question,
}

impl Activate {
    /// Adds a condition that every validation of this activation must repeat.
    pub fn condition(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.question = self.question.with_entry("conditions", name.into(), value.into());
        self
    }

    /// Adds metadata that is stored with the activation.
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.question = self.question.with_entry("meta", name.into(), value.into());
        self
    }

    /// Sends the request. Awaiting it does the same.
    ///
    /// # Errors
    /// See [`LicenseKeys::activate`].
    pub fn send(self) -> CallFuture<Activation> {
        Box::pin(async move {
            let raw = self.question.call().await?;
            self.read(raw)
        })
    }

    /// Sends the request and waits for the answer, for programs without async; see [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// See [`LicenseKeys::activate`]; [`ErrorKind::Runtime`] within an async runtime.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Activation, Error> {
        let raw = self.question.call().send_blocking()?;
        self.read(raw)
    }

    fn read(&self, raw: RawResponse) -> Result<Activation, Error> {
        let json: Value = self.question.decode(&raw)?;
        match json["id"].as_str().and_then(|id| id.parse().ok()) {
            Some(id) => Ok(Activation { id, details: Details { body: raw.body } }),
            None => {
                Err(Error::decode(self.question.operation, DecodeError::at("`id` is not an id".to_owned(), 0), raw))
            }
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

/// The key is what the customer paid for, so it does not show.
impl fmt::Debug for Activate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Activate").field("label", &self.question.body["label"]).finish_non_exhaustive()
    }
}

/// An activation of a key on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Activation {
    /// The id, for [`Validate::activation_id`] and [`LicenseKeys::deactivate`].
    pub id: LicenseKeyActivationId,
    /// The whole answer.
    pub details: Details,
}

/// An answer of the API about a key, from which only what a check needs has been read.
///
/// [`decode`](Self::decode) reads the rest. Do not let a check depend on it: a program that has been distributed may get the
/// answers of a later version of the API.
///
/// ```no_run
/// # use polar_client::license::LicenseKeys;
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
    /// Decodes the answer as a type of the API, or as a [`Value`].
    ///
    /// # Errors
    /// If the answer is not of this type.
    pub fn decode<T: Decode>(&self) -> Result<T, DecodeError> {
        from_slice(&self.body)
    }
}

/// The answer holds the key and the customer, so only its size is shown.
impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Details({} bytes)", self.body.len())
    }
}

/// What is known of a key.
///
/// It can be stored with serde, for [`Validate::or_stored`]. What is stored is the last answer: its status and time,
/// when the key expires, the key, and the organization; none of the customer's data.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Validation {
    /// Whether the key is valid.
    pub status: LicenseStatus,
    /// When the API said so, by this machine's clock.
    pub answered_at: DateTime<Utc>,
    /// When the key expires, if it does.
    pub expires_at: Option<DateTime<Utc>>,
    /// The whole answer; `None` if the key was not found, and for a stored answer.
    pub details: Option<Details>,
    key: String,
    organization_id: OrganizationId,
}

/// Whether a key is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LicenseStatus {
    /// It is.
    Valid,
    /// It was, until the time in [`Validation::expires_at`].
    Expired,
    /// It was taken back.
    Revoked,
    /// It was switched off.
    Disabled,
    /// The API answers that it finds no such key. Its document does not say how it answers where the key is there and
    /// the request's activation, benefit, customer or conditions do not fit.
    NotFound,
    /// No answer came, and a stored one counts.
    Offline {
        /// When the key was valid, by the last answer.
        last_valid: DateTime<Utc>,
    },
    /// No answer came, and the stored one is too old, or of a time that is yet to come.
    OfflineTooLong {
        /// When the key was valid, by the last answer.
        last_valid: DateTime<Utc>,
    },
    /// A status that this version does not know.
    Unknown(String),
}

impl LicenseStatus {
    fn of(status: &str, expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        match status {
            "granted" if expires_at.is_some_and(|end| end <= now) => Self::Expired,
            "granted" => Self::Valid,
            "revoked" => Self::Revoked,
            "disabled" => Self::Disabled,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// Whether the program may go on: the key is valid, or was and there is no network.
    pub fn is_usable(&self) -> bool {
        matches!(self, Self::Valid | Self::Offline { .. })
    }

    /// The last answer in a word, as it is stored.
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
            other => Self::Unknown(other.to_owned()),
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
    /// What a stored answer is worth now that none can be had.
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

/// The key is what the customer paid for, so it does not show; nor does the customer.
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
