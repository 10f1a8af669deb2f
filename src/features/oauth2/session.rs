use std::fmt;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::TimeDelta;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinHandle;

use super::client::OAuth2Client;
use super::tokens::Tokens;
use crate::calls::authorization::{self, ReplacedToken, Token};
use crate::calls::error::{Error, ErrorKind};
use crate::calls::operation::Operation;
use crate::calls::scope::ScopeSet;
use crate::client::Builder;
use crate::operations::OAUTH2_REQUEST_TOKEN;

/// Tokens that are refreshed when they expire, for any number of clients and calls at once.
///
/// Clones share the tokens, and so do the [`Polar`](crate::Polar)s that are
/// [built with it](crate::client::Builder::oauth2). The tokens are refreshed before a call if they are about to expire,
/// and when the server refuses them as expired, after which the call is sent once more. However many calls wait for it,
/// there is one refresh; it goes on even if all of them are dropped, so that the new tokens are not lost. What it gives
/// goes to [`SessionBuilder::on_refresh`].
///
/// Where a refresh fails, calls fail with [`ErrorKind::Token`]. If the server refused the refresh token, it is not
/// tried again: the person has to consent anew. Tokens without a refresh token are used as they are.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    client: OAuth2Client,
    early: TimeDelta,
    on_refresh: Option<Hook>,
    current: RwLock<Arc<Current>>,
    /// Held by the one who refreshes.
    last: Arc<Mutex<Last>>,
    /// How many refreshes have ended.
    ended: AtomicU64,
}

/// The tokens of now, ready to be sent.
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

/// What became of the last refresh.
#[derive(Default)]
struct Last {
    failure: Option<Arc<Error>>,
    is_final: bool,
}

type Hook = Box<dyn Fn(Tokens) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;
type Outcome = Result<Arc<Current>, Arc<Error>>;

impl Session {
    /// The tokens as they are now.
    pub fn tokens(&self) -> Tokens {
        self.current().tokens.clone()
    }

    /// Refreshes the tokens now, whether or not it is time.
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

    /// The header to send, after a refresh if it is time.
    async fn authorization(&self, operation: &'static Operation) -> Result<HeaderValue, Error> {
        let current = self.current();
        let tokens = &current.tokens;
        if tokens.refresh_token().is_none() || !tokens.expires_within(self.0.early) {
            return Ok(current.token.authorization.clone());
        }
        match self.renew(&current).await {
            Ok(fresh) => Ok(fresh.token.authorization.clone()),
            // What was to be replaced early serves until it expires.
            Err(_) if !tokens.is_expired() => Ok(current.token.authorization.clone()),
            Err(source) => Err(no_token(operation, source)),
        }
    }

    /// Refreshes what the server refused, unless somebody has done so; whether there is something new to send.
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

    /// What comes after these tokens: one refresh, for all who ask while it is under way.
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
        match self.spawn_refresh(last).await {
            Ok(outcome) => outcome,
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            Err(_) => Err(Arc::new(Error::new(ErrorKind::Runtime, "the async runtime was shut down"))),
        }
    }

    fn set_current(&self, current: Current) -> Arc<Current> {
        let current = Arc::new(current);
        *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&current);
        current
    }

    /// Refreshes apart from the call that asks for it: were it dropped with that, the server would have new tokens and
    /// we would not.
    fn spawn_refresh(&self, last: OwnedMutexGuard<Last>) -> JoinHandle<Outcome> {
        let session = self.clone();
        let refresh: Pin<Box<dyn Future<Output = Outcome> + Send>> =
            Box::pin(async move { session.refresh_holding(last).await });
        tokio::spawn(refresh)
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
        // The old refresh token is void even if the new access token cannot be used, so the next refresh needs the new one.
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

/// The error of a call that has no valid token. Several calls share its source.
fn no_token(operation: &'static Operation, source: Arc<Error>) -> Error {
    Error::of(operation, ErrorKind::Token, "has no valid token, and it could not be refreshed")
        .with_shared_source(source)
}

/// Whether asking again would be in vain: the server has understood, and refused.
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

    fn subject(&self) -> Option<&'static str> {
        self.current().token.subject
    }

    fn scopes(&self) -> Option<ScopeSet> {
        self.current().tokens.scopes().cloned()
    }
}

impl Builder {
    /// Authorizes requests with tokens that are refreshed when they expire. The server is set to the session's, and
    /// calls that its scopes do not allow fail before they are sent, unless [`Builder::scopes`] says otherwise.
    pub fn oauth2(self, session: Session) -> Self {
        let server = session.client().server().clone();
        self.server(server).replaced_token(Some(Arc::new(session)))
    }
}

impl OAuth2Client {
    /// Keeps tokens fresh for a [`Polar`](crate::Polar).
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

/// The settings of a [`Session`].
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

    /// How long before they expire tokens are refreshed; 60 seconds unless set.
    pub fn refresh_early(mut self, time: Duration) -> Self {
        self.early = time;
        self
    }

    /// What is done with new tokens: store them, since those before them are void.
    ///
    /// The call that asked for the refresh waits for it. It is not called where a refresh fails, unless the answer has a new refresh
    /// token beside an access token that cannot be used: then it gets the new one, with the access token as it was.
    pub fn on_refresh<F>(mut self, hook: impl Fn(Tokens) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.on_refresh = Some(Box::new(move |tokens| Box::pin(hook(tokens))));
        self
    }

    /// The session.
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
