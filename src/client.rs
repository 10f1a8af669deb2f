//! The clients: who calls the API, and where it is.

mod builder;
mod tls;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

pub use builder::{Builder, http_builder};
use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::error::Error;
use crate::middleware::Middleware;
use crate::operation::{Credential, Operation};
use crate::retry::RetryPolicy;
use crate::scope::ScopeSet;

/// A client of the API, for an organization or a user.
///
/// It holds a connection pool, and is cheap to clone: clones share the pool. Each resource has a handle, and each
/// operation a method on it. The future of a request owns what it needs, so it can be spawned.
///
/// ```no_run
/// # async fn example() -> Result<(), polar_client::Error> {
/// let polar = polar_client::Polar::new("polar_oat_x")?;
/// let page = polar.customers().list().query("jane").limit(50).await?;
/// for customer in page {
///     println!("{customer:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Polar {
    client: Client,
}

/// A client of the customer portal, for a customer.
///
/// Its token comes from `customer_sessions().create(…)`. The operations of the portal are here by their ids without
/// `customer_portal`, and so are those that need no token. A member's session belongs to [`MemberPortal`], which has
/// a few more.
///
/// ```no_run
/// # async fn example() -> Result<(), polar_client::Error> {
/// let portal = polar_client::CustomerPortal::new("polar_cst_x")?;
/// let orders = portal.orders().list().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CustomerPortal {
    client: Client,
}

/// A client of the customer portal, for a member of a team customer.
///
/// Its token, which begins with `polar_mst_`, comes from `customer_sessions().create(…)` for such a customer. It has
/// everything that [`CustomerPortal`] has, and the operations that only a member may call.
///
/// ```no_run
/// # async fn example() -> Result<(), polar_client::Error> {
/// let portal = polar_client::MemberPortal::new("polar_mst_x")?;
/// let orders = portal.orders().list().await?;
/// let team = portal.members().list_members().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MemberPortal {
    client: Client,
}

/// Marks what takes an access token.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Core;

/// Marks what takes a session of the customer portal: [`CustomerSession`] and [`MemberSession`].
pub trait Portal: sealed::Sealed {}

/// Marks what takes a customer's session.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CustomerSession;

/// Marks what takes a member's session.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MemberSession;

impl Portal for CustomerSession {}
impl Portal for MemberSession {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::CustomerSession {}
    impl Sealed for super::MemberSession {}
}

/// Where the API is.
///
/// ```
/// use polar_client::Server;
///
/// assert_eq!("sandbox".parse::<Server>()?.url(), "https://sandbox-api.polar.sh");
/// assert!("ftp://localhost".parse::<Server>().is_err());
/// # Ok::<(), polar_client::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Server {
    /// The production environment.
    #[default]
    Production,
    /// The sandbox, with data and tokens of its own.
    Sandbox,
    /// Another base URL, without the `/v1` that paths begin with.
    Url(Url),
}

impl Server {
    /// The base URL.
    pub fn url(&self) -> &str {
        match self {
            Self::Production => crate::PRODUCTION_URL,
            Self::Sandbox => crate::SANDBOX_URL,
            Self::Url(url) => url.as_str().trim_end_matches('/'),
        }
    }
}

/// `production`, `sandbox`, or a URL.
impl FromStr for Server {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "production" => return Ok(Self::Production),
            "sandbox" => return Ok(Self::Sandbox),
            _ => {}
        }
        let fail = |reason: &str| {
            Error::Configuration(format!("the server is neither `production` nor `sandbox` nor a URL: {reason}"))
        };
        let url = Url::parse(text).map_err(|error| fail(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(fail("its scheme is not http or https"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(fail("it has more than scheme, host, port and path"));
        }
        Ok(Self::Url(url))
    }
}

impl Polar {
    /// A client of the production environment, with default settings.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the token cannot stand in a header.
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        Self::builder().token(token).build()
    }

    /// A client with the token in `POLAR_ACCESS_TOKEN`, of the server in `POLAR_SERVER`: `production`, `sandbox`, or
    /// a URL; production if it is not set.
    ///
    /// # Errors
    /// [`Error::Configuration`] if there is no token, or if one of them makes no sense.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().token(builder::variable("POLAR_ACCESS_TOKEN")?).server_from_env()?.build()
    }

    /// A client with settings. Without a token, only operations that need none will do.
    pub fn builder() -> Builder<Self> {
        Builder::new()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

impl CustomerPortal {
    /// A client of the production environment, with default settings.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the token cannot stand in a header.
    #[inline]
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        Self::builder().token(token).build()
    }

    /// A client with settings. Without a token, only operations that need none will do.
    #[inline]
    pub fn builder() -> Builder<Self> {
        Builder::new()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

impl MemberPortal {
    /// A client of the production environment, with default settings.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the token cannot stand in a header.
    #[inline]
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        Self::builder().token(token).build()
    }

    /// A client with settings. Without a token, only operations that need none will do.
    #[inline]
    pub fn builder() -> Builder<Self> {
        Builder::new()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

/// What all clients are within.
#[derive(Clone)]
pub(crate) struct Client(Arc<Inner>);

pub(crate) struct Inner {
    pub http: reqwest::Client,
    pub base_url: String,
    pub version: HeaderValue,
    pub user_agent: Option<HeaderValue>,
    pub timeout: Option<Duration>,
    pub retry: RetryPolicy,
    #[cfg(feature = "rate-limit")]
    pub rate_limit: Option<crate::rate_limit::RateLimit>,
    pub middleware: Vec<Arc<dyn Middleware>>,
    pub body_limit: usize,
    scopes: Option<ScopeSet>,
    kind: Credential,
    token: Option<TokenSource>,
}

/// Where the token of a client comes from.
enum TokenSource {
    Fixed(Token),
    #[cfg(feature = "oauth2-flows")]
    Session(crate::oauth2::Session),
}

/// A token as it is sent. It never shows.
pub(crate) struct Token {
    pub authorization: HeaderValue,
    subject: Option<&'static str>,
}

impl Token {
    pub fn new(token: &str) -> Result<Self, Error> {
        let fail = |reason: &str| Error::Configuration(format!("the token {reason}"));
        if token.is_empty() {
            return Err(fail("is empty"));
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(fail("has a character that no token has, such as a space or a line break"));
        }
        let authorization = HeaderValue::from_str(&format!("Bearer {token}"));
        let mut authorization = authorization.map_err(|_| fail("cannot stand in a header"))?;
        authorization.set_sensitive(true);
        Ok(Self { authorization, subject: subject(token) })
    }
}

/// Whom a token stands for, as its prefix tells.
fn subject(token: &str) -> Option<&'static str> {
    let prefixes = [("polar_oat_", "Organization"), ("polar_pat_", "User"), ("polar_at_", "User")];
    prefixes.into_iter().find(|(prefix, _)| token.starts_with(prefix)).map(|(_, subject)| subject)
}

impl Client {
    /// The header that authorizes an operation, after a refresh if it is time; `None` if it is sent without a token.
    pub async fn authorization(&self, operation: &'static Operation) -> Result<Option<HeaderValue>, Error> {
        if !self.sends_token(operation) {
            return Ok(None);
        }
        match &self.0.token {
            None => Ok(None),
            Some(TokenSource::Fixed(token)) => Ok(Some(token.authorization.clone())),
            #[cfg(feature = "oauth2-flows")]
            Some(TokenSource::Session(session)) => session.authorization(operation).await.map(Some),
        }
    }

    /// Replaces a token that the server refused as expired; whether there is a new one to try.
    pub async fn replace_token(&self, refused: Option<&HeaderValue>, error: &Error) -> Result<bool, Error> {
        match (&self.0.token, refused, error) {
            #[cfg(feature = "oauth2-flows")]
            (Some(TokenSource::Session(session)), Some(refused), Error::Api(refusal))
                if error.is_unauthorized() && refusal.name.as_deref() == Some("invalid_token") =>
            {
                session.replace(refusal.operation, refused).await
            }
            _ => Ok(false),
        }
    }

    /// Whether an operation is sent with a token.
    fn sends_token(&self, operation: &Operation) -> bool {
        let subject = match &self.0.token {
            None => return false,
            Some(TokenSource::Fixed(token)) => token.subject,
            #[cfg(feature = "oauth2-flows")]
            Some(TokenSource::Session(session)) => session.current().token.subject,
        };
        if !operation.credential().is_some_and(|kind| self.has(kind)) {
            return false;
        }
        // An operation that can do without a token refuses the token of a subject it does not know.
        let subjects = operation.allowed_subjects();
        let refuses = subject.is_some_and(|subject| !subjects.contains(&subject));
        !(refuses && subjects.contains(&"Anonymous"))
    }

    /// Refuses an operation that is known to fail for want of scopes.
    pub fn check_scopes(&self, operation: &'static Operation) -> Result<(), Error> {
        let check = |has: &ScopeSet| {
            if !self.sends_token(operation) || has.allows(operation) {
                return Ok(());
            }
            Err(Error::MissingScope { operation, needs: operation.scopes(), has: has.clone() })
        };
        match (&self.0.scopes, &self.0.token) {
            (Some(has), _) => check(has),
            #[cfg(feature = "oauth2-flows")]
            (None, Some(TokenSource::Session(session))) => session.current().tokens.scopes().map_or(Ok(()), check),
            _ => Ok(()),
        }
    }

    /// Whether an operation can be called with this client's kind of token, or without any.
    pub fn can_call(&self, operation: &Operation) -> bool {
        operation.credential().is_none_or(|kind| self.has(kind)) || operation.allowed_subjects().contains(&"Anonymous")
    }

    /// Whether this client's kind of token will do where another is asked for. A member may do what a customer may.
    fn has(&self, kind: Credential) -> bool {
        kind == self.0.kind || (kind, self.0.kind) == (Credential::PortalSession, Credential::MemberSession)
    }
}

impl std::ops::Deref for Client {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("server", &self.0.base_url)
            .field("version", &self.0.version)
            .field("token", &self.0.token.as_ref().map(|_| format_args!("[hidden]")))
            .finish_non_exhaustive()
    }
}
