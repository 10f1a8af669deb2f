use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use crate::calls::scope::ScopeSet;
use crate::data::codec::{Decode, DecodeError, Encode, Property, Reader, Writer};
use crate::types::TokenResponse;

/// The tokens of a user who authorized the program.
///
/// They can be stored with serde. Anyone who has them can act for the user, so protect them like passwords. They are
/// redacted from [`Debug`] output.
///
/// ```
/// use polar_client::sign_in::Tokens;
///
/// let expiry = "2026-04-01T12:00:00Z".parse().unwrap();
/// let tokens = Tokens::new("polar_at_u_x", expiry).with_refresh_token("polar_rt_u_x");
/// let stored = serde_json::to_string(&tokens).unwrap();
/// assert_eq!(serde_json::from_str::<Tokens>(&stored).unwrap(), tokens);
/// assert!(!format!("{tokens:?}").contains("polar_at_u_x"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    access_token: String,
    expires_at: DateTime<Utc>,
    refresh_token: Option<String>,
    scopes: Option<ScopeSet>,
    id_token: Option<String>,
}

impl Tokens {
    /// Creates tokens from an access token and its expiry.
    pub fn new(access_token: impl Into<String>, expires_at: DateTime<Utc>) -> Self {
        Self { access_token: access_token.into(), expires_at, refresh_token: None, scopes: None, id_token: None }
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn with_refresh_token(mut self, refresh_token: impl Into<String>) -> Self {
        self.refresh_token = Some(refresh_token.into());
        self
    }

    /// Sets the scopes of the access token.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = crate::types::Scope>) -> Self {
        self.scopes = Some(scopes.into_iter().collect());
        self
    }

    /// Returns the access token.
    pub fn access_token(&self) -> &str {
        &self.access_token
    }

    /// Returns when the access token expires, by the clock of the machine that received it.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    /// Returns the refresh token, which can be used only once.
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh_token.as_deref()
    }

    /// Returns the scopes of the access token, which may be fewer than requested; `None` if the server did not send
    /// them.
    pub fn scopes(&self) -> Option<&ScopeSet> {
        self.scopes.as_ref()
    }

    /// Returns the signed OpenID Connect token that identifies the user, if the scope `openid` was requested. Its
    /// signature has not been verified; it was received directly from the server.
    pub fn id_token(&self) -> Option<&str> {
        self.id_token.as_deref()
    }

    /// Returns true if the access token has expired.
    pub fn is_expired(&self) -> bool {
        self.expires_within(TimeDelta::zero())
    }

    pub(super) fn expires_within(&self, time: TimeDelta) -> bool {
        Utc::now().checked_add_signed(time).is_none_or(|then| then >= self.expires_at)
    }

    /// Creates tokens from a response that was just received.
    pub(super) fn from_answer(answer: TokenResponse) -> Self {
        let lifetime = TimeDelta::try_seconds(answer.expires_in);
        let expires_at = lifetime.and_then(|lifetime| Utc::now().checked_add_signed(lifetime));
        let scopes = scopes_of(&answer.scope);
        Self {
            access_token: answer.access_token,
            // A lifetime that overflows never ends.
            expires_at: expires_at.unwrap_or(DateTime::<Utc>::MAX_UTC),
            refresh_token: answer.refresh_token,
            scopes: (!scopes.is_empty()).then_some(scopes),
            id_token: answer.id_token,
        }
    }

    /// Returns these tokens, with missing fields taken from the ones they replace ([RFC
    /// 6749](https://www.rfc-editor.org/rfc/rfc6749#section-6)).
    pub(super) fn replacing(self, old: &Self) -> Self {
        Self {
            refresh_token: self.refresh_token.or_else(|| old.refresh_token.clone()),
            scopes: self.scopes.or_else(|| old.scopes.clone()),
            id_token: self.id_token.or_else(|| old.id_token.clone()),
            ..self
        }
    }

    /// Returns these tokens with the access token of `old` and its expiry.
    pub(super) fn with_access_of(self, old: &Self) -> Self {
        Self { access_token: old.access_token.clone(), expires_at: old.expires_at, ..self }
    }
}

const PROPERTIES: &[Property] = &[
    Property::Always("access_token"),
    Property::Always("expires_at"),
    Property::Always("id_token"),
    Property::Always("refresh_token"),
    Property::Always("scope"),
];

impl Decode for Tokens {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (access_token, expires_at, id_token, refresh_token, scope) = reader.take(PROPERTIES)?;
        let scopes = Option::map(scope, |scope: String| scopes_of(&scope));
        Ok(Self { access_token, expires_at, refresh_token, scopes, id_token })
    }
}

impl Encode for Tokens {
    fn encode(&self, writer: &mut Writer) {
        let scope = self.scopes.as_ref().map(ToString::to_string);
        writer.object(PROPERTIES, &[&self.access_token, &self.expires_at, &self.id_token, &self.refresh_token, &scope]);
    }
}

impl_serde!(Tokens);

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |token: &Option<String>| token.as_ref().map(|_| format_args!("[hidden]"));
        f.debug_struct("Tokens")
            .field("access_token", &format_args!("[hidden]"))
            .field("expires_at", &self.expires_at)
            .field("refresh_token", &hidden(&self.refresh_token))
            .field("scopes", &self.scopes)
            .field("id_token", &hidden(&self.id_token))
            .finish()
    }
}

/// Parses the scopes of a response.
pub(super) fn scopes_of(text: &str) -> ScopeSet {
    let Ok(scopes) = text.parse();
    scopes
}
