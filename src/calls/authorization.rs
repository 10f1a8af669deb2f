use std::fmt;
use std::sync::Arc;

use reqwest::header::HeaderValue;

use super::error::{Error, names};
use super::operation::{Credential, Operation, Subject};
use super::platform::BoxFuture;
use super::scope::ScopeSet;

/// The token of a client and the operations that it permits.
#[derive(Clone)]
pub(crate) struct Authorization {
    pub kind: Credential,
    pub token: Option<TokenSource>,
    /// The token's scopes, if they are configured.
    pub scopes: Option<ScopeSet>,
}

/// The source of a client's token.
#[derive(Clone)]
pub(crate) enum TokenSource {
    /// A token that never changes.
    Fixed(Token),
    /// A token that is replaced when it expires.
    Replaced(Arc<dyn ReplacedToken>),
}

/// A token that is replaced when it expires.
pub(crate) trait ReplacedToken: Send + Sync {
    /// Returns the header to send, replacing the token first if it is about to expire.
    fn authorization(&self, operation: &'static Operation) -> Pending<'_, HeaderValue>;

    /// Replaces a token that the server refused, unless another call already did. Returns true if there is a new one.
    fn replace<'a>(&'a self, operation: &'static Operation, refused: &'a HeaderValue) -> Pending<'a, bool>;

    /// Returns the subject of the token, as [`Token::subject`].
    fn subject(&self) -> Option<Subject>;

    /// Returns the token's scopes, if they are known.
    fn scopes(&self) -> Option<ScopeSet>;
}

/// A boxed future with a fallible result.
pub(crate) type Pending<'a, T> = BoxFuture<'a, Result<T, Error>>;

/// An access token and what its prefix tells about it.
#[derive(Clone)]
pub(crate) struct Token {
    pub authorization: HeaderValue,
    /// The kind of credential, if the prefix identifies it.
    kind: Option<Credential>,
    /// The subject, as named by [`Operation::allowed_subjects`], if the prefix identifies it.
    pub subject: Option<Subject>,
}

/// The known token prefixes, each with its kind of credential and its subject.
const PREFIXES: [(&str, Credential, Option<Subject>); 5] = [
    ("polar_oat_", Credential::AccessToken, Some(Subject::ORGANIZATION)),
    ("polar_pat_", Credential::AccessToken, Some(Subject::USER)),
    ("polar_at_", Credential::AccessToken, Some(Subject::USER)),
    ("polar_cst_", Credential::CustomerSession, None),
    ("polar_mst_", Credential::MemberSession, None),
];

fn description(kind: Credential) -> &'static str {
    match kind {
        Credential::AccessToken => "an access token",
        Credential::CustomerSession => "a customer's session",
        Credential::MemberSession => "a member's session",
    }
}

/// Returns the name of the client for a kind of credential.
fn client(kind: Credential) -> &'static str {
    match kind {
        Credential::AccessToken => "Polar",
        Credential::CustomerSession => "CustomerPortal",
        Credential::MemberSession => "MemberPortal",
    }
}

impl Token {
    pub fn new(token: &str) -> Result<Self, Error> {
        let fail = |reason: &str| Error::configuration(format!("the token {reason}"));
        if token.is_empty() {
            return Err(fail("is empty"));
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(fail("has a character that no token has, such as a space or a line break"));
        }
        let authorization = HeaderValue::from_str(&format!("Bearer {token}"));
        let mut authorization = authorization.map_err(|_| fail("cannot be sent in a header"))?;
        authorization.set_sensitive(true);
        let known = PREFIXES.into_iter().find(|(prefix, ..)| token.starts_with(prefix));
        let (kind, subject) = known.map(|(_, kind, subject)| (kind, subject)).unzip();
        Ok(Self { authorization, kind, subject: subject.flatten() })
    }
}

impl Authorization {
    /// # Errors
    /// If the token's prefix belongs to another kind of credential.
    pub fn new(kind: Credential, token: Option<TokenSource>, scopes: Option<ScopeSet>) -> Result<Self, Error> {
        let found = match &token {
            Some(TokenSource::Fixed(token)) => token.kind.unwrap_or(kind),
            _ => kind,
        };
        // The API creates member sessions for individual customers, too, so a customer's client may have one.
        if found != kind && (kind, found) != (Credential::CustomerSession, Credential::MemberSession) {
            return Err(Error::configuration(format!(
                "the token is {}, for which the client is `{}`, not `{}`",
                description(found),
                client(found),
                client(kind)
            )));
        }
        Ok(Self { kind: found, token, scopes })
    }

    /// Returns the `Authorization` header for an operation; `None` if it is sent without a token. `own` is the call's
    /// own token, which takes precedence.
    pub async fn header(
        &self,
        operation: &'static Operation,
        own: Option<&HeaderValue>,
    ) -> Result<Option<HeaderValue>, Error> {
        if let Some(own) = own {
            return Ok(operation.credential().map(|_| own.clone()));
        }
        if !self.sends_token(operation) {
            return Ok(None);
        }
        match &self.token {
            None => Ok(None),
            Some(TokenSource::Fixed(token)) => Ok(Some(token.authorization.clone())),
            Some(TokenSource::Replaced(token)) => token.authorization(operation).await.map(Some),
        }
    }

    /// Replaces a token that the server refused as expired. Returns true if there is a new one.
    pub async fn replace(&self, refused: Option<&HeaderValue>, error: &Error) -> Result<bool, Error> {
        let is_expired = error.is_unauthorized() && error.name() == Some(names::INVALID_TOKEN);
        match (&self.token, refused, error.operation()) {
            (Some(TokenSource::Replaced(token)), Some(refused), Some(operation)) if is_expired => {
                token.replace(operation, refused).await
            }
            _ => Ok(false),
        }
    }

    /// Returns an error if the token's scopes do not permit the operation.
    pub fn check_scopes(&self, operation: &'static Operation) -> Result<(), Error> {
        let check = |has: &ScopeSet| {
            if !self.sends_token(operation) || has.allows(operation) {
                return Ok(());
            }
            Err(Error::missing_scope(operation, has))
        };
        match (&self.scopes, &self.token) {
            (Some(has), _) => check(has),
            (None, Some(TokenSource::Replaced(token))) => token.scopes().as_ref().map_or(Ok(()), check),
            _ => Ok(()),
        }
    }

    /// Returns true if the operation accepts this kind of token, or needs none.
    pub fn allows(&self, operation: &Operation) -> bool {
        operation.credential().is_none_or(|kind| self.has(kind))
            || operation.allowed_subjects().contains(&Subject::ANONYMOUS)
    }

    /// Returns true if the operation is sent with a token.
    fn sends_token(&self, operation: &Operation) -> bool {
        let subject = match &self.token {
            None => return false,
            Some(TokenSource::Fixed(token)) => token.subject,
            Some(TokenSource::Replaced(token)) => token.subject(),
        };
        if !operation.credential().is_some_and(|kind| self.has(kind)) {
            return false;
        }
        // Operations that accept anonymous requests refuse tokens of subjects that they do not list.
        let subjects = operation.allowed_subjects();
        let refuses = subject.is_some_and(|subject| !subjects.contains(&subject));
        !(refuses && subjects.contains(&Subject::ANONYMOUS))
    }

    /// Returns true if this kind of token is accepted for an operation that takes `kind`. A member may do everything
    /// that a customer may.
    fn has(&self, kind: Credential) -> bool {
        kind == self.kind || (kind, self.kind) == (Credential::CustomerSession, Credential::MemberSession)
    }
}

/// The token is redacted.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("kind", &self.kind)
            .field("token", &self.token.as_ref().map(|_| format_args!("[hidden]")))
            .field("scopes", &self.scopes)
            .finish()
    }
}
