use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::TimeDelta;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::client::OAuth2Client;
use super::tokens::Tokens;
use crate::calls::authorization::{self, ReplacedToken, Token};
use crate::calls::error::{Error, ErrorKind};
use crate::calls::operation::{Operation, Subject};
use crate::calls::platform;
use crate::calls::scope::ScopeSet;
use crate::client::Builder;
use crate::operations::OAUTH2_REQUEST_TOKEN;

/// Tokens that are refreshed when they expire. A session can be used by several clients and calls at once.
///
/// Clones share the tokens, and so do the [`Polar`](crate::Polar) clients that are [built with
/// it](crate::client::Builder::oauth2). Tokens are refreshed before a call if they are about to expire, and if the
/// server rejects them as expired, after which the call is sent again. Concurrent calls share one refresh. It completes
/// even if all of them are dropped, so that the new tokens are not lost. They are passed to
/// [`SessionBuilder::on_refresh`].
///
/// If a refresh fails, calls fail with [`ErrorKind::Token`]. If the server rejected the refresh token, no further
/// refresh is attempted: the user has to authorize the program again. Tokens without a refresh token are used as they
/// are.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    client: OAuth2Client,
    early: TimeDelta,
    on_refresh: Option<Hook>,
    current: RwLock<Arc<Current>>,
    /// Locked during a refresh.
    last: Arc<Mutex<Last>>,
    /// The number of refreshes that have finished.
    ended: AtomicU64,
}

/// The current tokens and their header.
struct Current {
    tokens: Tokens,
    token: Token,
}

impl Current {
    fn new(tokens: Tokens) -> Result<Self, Error> {
        let token = Token::new(tokens.access_token())?;
        Ok(Self { tokens, token })
    }
}

/// The outcome of the last refresh.
#[derive(Default)]
struct Last {
    failure: Option<Arc<Error>>,
    is_final: bool,
}

type Hook = Box<dyn Fn(Tokens) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;
type Outcome = Result<Arc<Current>, Arc<Error>>;

impl Session {
    /// Returns the current tokens.
    pub fn tokens(&self) -> Tokens {
        self.current().tokens.clone()
    }

    /// Refreshes the tokens immediately.
    ///
    /// # Errors
    /// [`ErrorKind::Token`], with the error of [`OAuth2Client::refresh`] as its source.
    pub async fn refresh(&self) -> Result<Tokens, Error> {
        let current = self.current();
        let renewed = self.renew(&current).await;
        renewed.map(|current| current.tokens.clone()).map_err(|source| no_token(&OAUTH2_REQUEST_TOKEN, source))
    }

    fn client(&self) -> &OAuth2Client {
        &self.0.client
    }

    fn current(&self) -> Arc<Current> {
        Arc::clone(&self.0.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the header to send, refreshing the tokens first if they are about to expire.
    async fn authorization(&self, operation: &'static Operation) -> Result<HeaderValue, Error> {
        let current = self.current();
        let tokens = &current.tokens;
        if tokens.refresh_token().is_none() || !tokens.expires_within(self.0.early) {
            return Ok(current.token.authorization.clone());
        }
        match self.renew(&current).await {
            Ok(fresh) => Ok(fresh.token.authorization.clone()),
            // A token that is about to expire can still be used.
            Err(_) if !tokens.is_expired() => Ok(current.token.authorization.clone()),
            Err(source) => Err(no_token(operation, source)),
        }
    }

    /// Refreshes tokens that the server refused, unless that has been done. Returns true if there are new ones.
    async fn replace_refused(&self, operation: &'static Operation, refused: &HeaderValue) -> Result<bool, Error> {
        let current = self.current();
        if current.token.authorization != *refused {
            return Ok(true);
        }
        if current.tokens.refresh_token().is_none() {
            return Ok(false);
        }
        self.renew(&current).await.map(|_| true).map_err(|source| no_token(operation, source))
    }

    /// Returns the tokens that replace `seen`. Concurrent callers share one refresh.
    async fn renew(&self, seen: &Arc<Current>) -> Outcome {
        let ended = self.0.ended.load(Ordering::SeqCst);
        let last = Arc::clone(&self.0.last).lock_owned().await;
        if let Some(failure) = &last.failure {
            let ended_meanwhile = self.0.ended.load(Ordering::SeqCst) != ended;
            if last.is_final || ended_meanwhile {
                return Err(Arc::clone(failure));
            }
        }
        let current = self.current();
        if last.failure.is_none() && !Arc::ptr_eq(&current, seen) {
            return Ok(current);
        }
        // In a task of its own: if the refresh were cancelled together with the call, the new tokens could be lost.
        let session = self.clone();
        let outcome = platform::detach(Box::pin(async move { session.refresh_holding(last).await })).await;
        outcome.unwrap_or_else(|| Err(Arc::new(Error::new(ErrorKind::Runtime, "the async runtime was shut down"))))
    }

    fn set_current(&self, current: Current) -> Arc<Current> {
        let current = Arc::new(current);
        *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&current);
        current
    }

    async fn refresh_holding(&self, mut last: OwnedMutexGuard<Last>) -> Outcome {
        let current = self.current();
        let (refreshed, tokens) = match self.0.client.refresh_or_keep(&current.tokens).await {
            Ok(tokens) => (Current::new(tokens.clone()), Some(tokens)),
            Err((error, kept)) => (Err(error), kept),
        };
        let outcome = match refreshed {
            Ok(fresh) => {
                *last = Last::default();
                Ok(self.set_current(fresh))
            }
            Err(error) => {
                let is_final = is_final(&error);
                let failure = Arc::new(error);
                *last = Last { failure: Some(Arc::clone(&failure)), is_final };
                Err(failure)
            }
        };
        // The old refresh token is invalid even if the new access token cannot be used, so keep the new one.
        let tokens = match (&outcome, tokens) {
            (Ok(fresh), _) => Some(fresh.tokens.clone()),
            (Err(_), Some(unusable)) if unusable.refresh_token() != current.tokens.refresh_token() => {
                let tokens = unusable.with_access_of(&current.tokens);
                self.set_current(Current { tokens: tokens.clone(), token: current.token.clone() });
                Some(tokens)
            }
            (Err(_), _) => None,
        };
        self.0.ended.fetch_add(1, Ordering::SeqCst);
        if let (Some(tokens), Some(hook)) = (tokens, &self.0.on_refresh) {
            hook(tokens).await;
        }
        outcome
    }
}

/// Creates the error of a call without a valid token. Several calls may share its source.
fn no_token(operation: &'static Operation, source: Arc<Error>) -> Error {
    Error::of(operation, ErrorKind::Token, "has no valid token, and it could not be refreshed")
        .with_shared_source(source)
}

/// Returns true if retrying is pointless, because the server understood the request and rejected it.
fn is_final(error: &Error) -> bool {
    let transient = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    error.status().is_some_and(|status| status.is_client_error() && !transient.contains(&status))
        || error.kind() == ErrorKind::InvalidRequest
}

impl ReplacedToken for Session {
    fn authorization(&self, operation: &'static Operation) -> authorization::Pending<'_, HeaderValue> {
        Box::pin(self.authorization(operation))
    }

    fn replace<'a>(
        &'a self,
        operation: &'static Operation,
        refused: &'a HeaderValue,
    ) -> authorization::Pending<'a, bool> {
        Box::pin(self.replace_refused(operation, refused))
    }

    fn subject(&self) -> Option<Subject> {
        self.current().token.subject
    }

    fn scopes(&self) -> Option<ScopeSet> {
        self.current().tokens.scopes().cloned()
    }
}

impl Builder {
    /// Authorizes requests with tokens that are refreshed when they expire. Sets the server to the session's. Calls
    /// that the session's scopes do not allow fail without being sent, unless [`Builder::scopes`] overrides them.
    pub fn oauth2(self, session: Session) -> Self {
        let server = session.client().server().clone();
        self.server(server).replaced_token(Some(Arc::new(session)))
    }
}

impl OAuth2Client {
    /// Creates a session from tokens, for a [`Polar`](crate::Polar) client.
    pub fn session(&self, tokens: Tokens) -> SessionBuilder {
        SessionBuilder::new(self.clone(), tokens)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("client", &self.0.client)
            .field("tokens", &self.current().tokens)
            .finish_non_exhaustive()
    }
}

/// Builder to configure a [`Session`].
#[must_use]
pub struct SessionBuilder {
    client: OAuth2Client,
    tokens: Tokens,
    early: Duration,
    on_refresh: Option<Hook>,
}

impl SessionBuilder {
    fn new(client: OAuth2Client, tokens: Tokens) -> Self {
        Self { client, tokens, early: Duration::from_secs(60), on_refresh: None }
    }

    /// Sets how long before their expiry tokens are refreshed. The default is 60 seconds.
    pub fn refresh_early(mut self, time: Duration) -> Self {
        self.early = time;
        self
    }

    /// Sets a function that is called with new tokens. Use it to store them, since the previous ones become invalid.
    ///
    /// The call that triggered the refresh waits for it. It is not called if a refresh fails, unless the response
    /// contains a new refresh token and an unusable access token: then it is called with the new refresh token and the
    /// old access token.
    pub fn on_refresh<F>(mut self, hook: impl Fn(Tokens) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.on_refresh = Some(Box::new(move |tokens| Box::pin(hook(tokens))));
        self
    }

    /// Creates the session.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] if the access token cannot be sent in a header.
    pub fn build(self) -> Result<Session, Error> {
        Ok(Session(Arc::new(Inner {
            client: self.client,
            early: TimeDelta::from_std(self.early).unwrap_or(TimeDelta::MAX),
            on_refresh: self.on_refresh,
            current: RwLock::new(Arc::new(Current::new(self.tokens)?)),
            last: Arc::default(),
            ended: AtomicU64::new(0),
        })))
    }
}

impl fmt::Debug for SessionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionBuilder")
            .field("client", &self.client)
            .field("tokens", &self.tokens)
            .field("early", &self.early)
            .finish_non_exhaustive()
    }
}
