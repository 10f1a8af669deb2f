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

use std::collections::BTreeMap;
use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Value, json};

use crate::calls::call::{Call, CallFuture};
use crate::calls::error::{Error, ErrorKind};
use crate::client::{AccessToken, Client, Polar};
use crate::data::value::Scalar;
use crate::resources::customer_portal::license_keys::LicenseKeys as Operations;
use crate::types::{
    BenefitId, CustomerId, LicenseKeyActivate, LicenseKeyActivation, LicenseKeyActivationId, LicenseKeyDeactivate,
    LicenseKeyStatus, LicenseKeyValidate, OrganizationId, ValidatedLicenseKey,
};

/// How far a clock may have been set back since an answer was stored.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The license keys of an organization.
///
/// The API takes three of these calls a second; the default [`RetryPolicy`](crate::RetryPolicy) waits as long as a 429
/// asks for.
#[derive(Clone, Debug)]
pub struct LicenseKeys {
    operations: Operations<AccessToken>,
    organization_id: OrganizationId,
}

impl LicenseKeys {
    /// The license keys of an organization in the production environment.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] if TLS cannot be set up.
    pub fn new(organization_id: OrganizationId) -> Result<Self, Error> {
        Ok(Self::with_client(&Polar::builder().build()?, organization_id))
    }

    /// The license keys of an organization, through a client with settings of its own: the sandbox, time-outs, retries.
    /// If it has a token, the token is not sent.
    pub fn with_client<V>(client: &Client<AccessToken, V>, organization_id: OrganizationId) -> Self {
        Self { operations: client.at_root().customer_portal().license_keys(), organization_id }
    }

    /// Asks whether a key is valid. It is awaited, or sent with `send_blocking`.
    pub fn validate(&self, key: impl Into<String>) -> Validate {
        Validate {
            operations: self.operations.clone(),
            body: LicenseKeyValidate::new(key, self.organization_id),
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
        Activate {
            operations: self.operations.clone(),
            body: LicenseKeyActivate::new(key, label, self.organization_id),
        }
    }

    /// Gives an activation back, so that another machine can have it.
    ///
    /// # Errors
    /// See [`Error`]. [`Error::is_not_found`] if there is no such key or activation.
    pub fn deactivate(&self, key: impl Into<String>, activation_id: LicenseKeyActivationId) -> Call<()> {
        self.operations.deactivate(LicenseKeyDeactivate::new(activation_id, key, self.organization_id))
    }
}

/// A question whether a key is valid.
#[derive(Clone)]
#[must_use = "a request does nothing until it is awaited"]
pub struct Validate {
    operations: Operations<AccessToken>,
    body: LicenseKeyValidate,
    offline: Option<(Option<Validation>, Duration)>,
}

impl Validate {
    /// The activation that must be this key's.
    pub fn activation_id(mut self, id: LicenseKeyActivationId) -> Self {
        self.body = self.body.activation_id(id);
        self
    }

    /// The benefit that the key must be of: which product it unlocks, if you sell several.
    pub fn benefit_id(mut self, id: BenefitId) -> Self {
        self.body = self.body.benefit_id(id);
        self
    }

    /// The customer whom the key must belong to.
    pub fn customer_id(mut self, id: CustomerId) -> Self {
        self.body = self.body.customer_id(id);
        self
    }

    /// A condition that must be as it was when the key was activated, such as the program's major version.
    pub fn condition(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.body.conditions.get_or_insert_with(BTreeMap::new).insert(name.into(), value.into());
        self
    }

    /// Counts this call against the key's usage.
    pub fn increment_usage(mut self, by: u32) -> Self {
        self.body = self.body.increment_usage(by);
        self
    }

    /// What to go by if no answer comes: an earlier answer to the same key, if there is one, for so long after it was
    /// given. Without one the failure itself is returned.
    ///
    /// No answer is: no connection, no answer in time, too many requests (429), or an error of the server (5xx).
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
            let outcome = self.operations.validate(self.body.clone()).await;
            self.judge(outcome, Utc::now())
        })
    }

    /// Sends the request and waits for the answer, for programs without async; see [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// As [`Validate::send`]; [`ErrorKind::Runtime`] within an async runtime.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Validation, Error> {
        let outcome = self.operations.validate(self.body.clone()).send_blocking();
        self.judge(outcome, Utc::now())
    }

    fn judge(self, outcome: Result<ValidatedLicenseKey, Error>, now: DateTime<Utc>) -> Result<Validation, Error> {
        let LicenseKeyValidate { key, organization_id, .. } = self.body;
        let validation = |status, expires_at, details| Validation {
            status,
            answered_at: now,
            expires_at,
            details,
            key: key.clone(),
            organization_id,
        };
        let error = match outcome {
            Ok(answer) => {
                let status = LicenseStatus::of(&answer, now);
                return Ok(validation(status, answer.expires_at, Some(Box::new(answer))));
            }
            Err(error) => error,
        };
        // Other answers of 404 speak of the request, and not of the key.
        if error.is_not_found() && error.api().is_some_and(|error| error.name.as_deref() == Some("ResourceNotFound")) {
            return Ok(validation(LicenseStatus::NotFound, None, None));
        }
        match self.offline {
            Some((Some(stored), grace))
                if is_silence(&error) && stored.key == key && stored.organization_id == organization_id =>
            {
                Ok(stored.offline(grace, now))
            }
            _ => Err(error),
        }
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

/// Whether an error says nothing of the key, because the API could not be asked.
fn is_silence(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout)
        || error.is_rate_limited()
        || error.status().is_some_and(|status| status.is_server_error())
}

/// A request to activate a key.
#[derive(Clone)]
#[must_use = "a request does nothing until it is awaited"]
pub struct Activate {
    operations: Operations<AccessToken>,
    body: LicenseKeyActivate,
}

impl Activate {
    /// A condition that every validation of this activation must repeat.
    pub fn condition(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.body.conditions.get_or_insert_with(BTreeMap::new).insert(name.into(), value.into());
        self
    }

    /// Something to be kept with the activation, for you to read.
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.body.meta.get_or_insert_with(BTreeMap::new).insert(name.into(), value.into());
        self
    }

    /// Sends the request. Awaiting it does the same.
    ///
    /// # Errors
    /// See [`LicenseKeys::activate`].
    pub fn send(self) -> CallFuture<LicenseKeyActivation> {
        self.operations.activate(self.body).send()
    }

    /// Sends the request and waits for the answer, for programs without async; see [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// See [`LicenseKeys::activate`]; [`ErrorKind::Runtime`] within an async runtime.
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<LicenseKeyActivation, Error> {
        self.operations.activate(self.body).send_blocking()
    }
}

impl IntoFuture for Activate {
    type Output = Result<LicenseKeyActivation, Error>;
    type IntoFuture = CallFuture<LicenseKeyActivation>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

/// The key is what the customer paid for, so it does not show.
impl fmt::Debug for Activate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Activate").field("label", &self.body.label).finish_non_exhaustive()
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
    /// The API's answer; `None` if the key was not found, and for a stored answer.
    pub details: Option<Box<ValidatedLicenseKey>>,
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
    fn of(key: &ValidatedLicenseKey, now: DateTime<Utc>) -> Self {
        match &key.status {
            LicenseKeyStatus::Granted if key.expires_at.is_some_and(|end| end <= now) => Self::Expired,
            LicenseKeyStatus::Granted => Self::Valid,
            LicenseKeyStatus::Revoked => Self::Revoked,
            LicenseKeyStatus::Disabled => Self::Disabled,
            other => Self::Unknown(other.as_str().to_owned()),
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
