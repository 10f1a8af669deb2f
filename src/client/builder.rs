use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;

use super::{Client, CustomerPortal, Inner, MemberPortal, Polar, Server, Token, TokenSource, tls};
use crate::error::Error;
use crate::middleware::Middleware;
use crate::operation::Credential;
use crate::retry::RetryPolicy;
use crate::scope::ScopeSet;
use crate::types::Scope;

/// The settings of a client.
///
/// ```
/// use std::time::Duration;
/// use polar_client::{Polar, Server};
///
/// let polar = Polar::builder()
///     .token("polar_oat_x")
///     .server(Server::Sandbox)
///     .user_agent("my-shop/1.0")
///     .timeout(Duration::from_secs(10))
///     .build()?;
/// # Ok::<(), polar_client::Error>(())
/// ```
#[must_use]
pub struct Builder<C> {
    token: Option<String>,
    #[cfg(feature = "oauth2-flows")]
    session: Option<crate::oauth2::Session>,
    server: Server,
    version: String,
    user_agent: Option<String>,
    timeout: Option<Duration>,
    connect_timeout: Duration,
    retry: RetryPolicy,
    #[cfg(feature = "rate-limit")]
    rate_limit: Option<crate::rate_limit::RateLimit>,
    middleware: Vec<Arc<dyn Middleware>>,
    body_limit: usize,
    scopes: Option<ScopeSet>,
    http: Option<reqwest::Client>,
    client: PhantomData<fn() -> C>,
}

impl<C> Builder<C> {
    pub(super) fn new() -> Self {
        Self {
            token: None,
            #[cfg(feature = "oauth2-flows")]
            session: None,
            server: Server::Production,
            version: crate::API_VERSION.to_owned(),
            user_agent: None,
            timeout: Some(Duration::from_secs(60)),
            connect_timeout: Duration::from_secs(10),
            retry: RetryPolicy::default(),
            #[cfg(feature = "rate-limit")]
            rate_limit: None,
            middleware: Vec::new(),
            body_limit: 256 * 1024 * 1024,
            scopes: None,
            http: None,
            client: PhantomData,
        }
    }

    /// The token that authorizes requests.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Where the API is; production unless set.
    pub fn server(mut self, server: Server) -> Self {
        self.server = server;
        self
    }

    /// Where the API is, as a base URL without the `/v1` that paths begin with.
    ///
    /// # Errors
    /// [`Error::Configuration`] if it is no URL of the schemes http or https.
    pub fn base_url(self, url: &str) -> Result<Self, Error> {
        let server = url.parse()?;
        Ok(self.server(server))
    }

    /// Takes the server from the variable `POLAR_SERVER`, if it is set.
    ///
    /// # Errors
    /// [`Error::Configuration`] if it is neither `production` nor `sandbox` nor a URL.
    pub fn server_from_env(self) -> Result<Self, Error> {
        match std::env::var_os("POLAR_SERVER") {
            None => Ok(self),
            Some(_) => {
                let server = variable("POLAR_SERVER")?.parse()?;
                Ok(self.server(server))
            }
        }
    }

    /// The version of the API, sent as `Polar-Version`; [`API_VERSION`](crate::API_VERSION) unless set.
    ///
    /// The types of this crate are made for that version. The API answers an unknown one with 404.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// The header `User-Agent`: the name and version of your program.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// How long an attempt may take, from its beginning to the last byte of its answer; 60 seconds unless set, and any
    /// time if `None`.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// How long it may take to connect; 10 seconds unless set. Has no effect on a client of your own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// When a failed attempt is tried again; [`RetryPolicy::default`] unless set.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many requests are sent at most; as many as there are unless set.
    #[cfg(feature = "rate-limit")]
    pub fn rate_limit(mut self, limit: crate::rate_limit::RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Adds a hook around every attempt. The first that is added is the outermost.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// How many bytes the body of an answer may have, streams apart; 256 MiB unless set.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// What the token may do. Calls that need other scopes are then refused with [`Error::MissingScope`] before they
    /// are sent.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.scopes = Some(scopes.into_iter().collect());
        self
    }

    /// Sends requests through a client of your own, with its connection pool, proxies and TLS settings.
    ///
    /// Begin it with [`http_builder`], which has TLS set up and follows no redirect: the API needs none, and a
    /// redirect can carry a request's body to another server.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    fn inner(self, kind: Credential) -> Result<Client, Error> {
        let token = self.token.as_deref().map(Token::new).transpose()?.map(TokenSource::Fixed);
        #[cfg(feature = "oauth2-flows")]
        let token = match (token, self.session) {
            (Some(_), Some(_)) => {
                return Err(Error::Configuration("there are both a token and an OAuth 2 session".to_owned()));
            }
            (token, session) => token.or(session.map(TokenSource::Session)),
        };
        let header = |name: &str, value: &str| {
            HeaderValue::from_str(value)
                .map_err(|_| Error::Configuration(format!("the {name} cannot stand in a header")))
        };
        let version = header("version", &self.version)?;
        let agent = self.user_agent.as_deref();
        let default_agent = concat!("polar-client/", env!("CARGO_PKG_VERSION"));
        let user_agent = match (agent, &self.http) {
            (Some(agent), _) => Some(header("user agent", agent)?),
            (None, None) => Some(HeaderValue::from_static(default_agent)),
            // A client of one's own may have set one.
            (None, Some(_)) => None,
        };
        let http = match self.http {
            Some(http) => http,
            None => http(self.connect_timeout)?,
        };
        let base_url = self.server.url().to_owned();
        Ok(Client(Arc::new(Inner {
            http,
            base_url,
            version,
            user_agent,
            timeout: self.timeout,
            retry: self.retry,
            #[cfg(feature = "rate-limit")]
            rate_limit: self.rate_limit,
            middleware: self.middleware,
            body_limit: self.body_limit,
            scopes: self.scopes,
            kind,
            token,
        })))
    }
}

#[cfg(feature = "oauth2-flows")]
impl Builder<Polar> {
    /// Authorizes requests with tokens that are refreshed when they expire. The server becomes the session's, and
    /// calls that its scopes do not allow are refused before they are sent, unless [`Builder::scopes`] says otherwise.
    pub fn oauth2(self, session: crate::oauth2::Session) -> Self {
        let server = session.client().server().clone();
        Self { session: Some(session), server, ..self }
    }

    pub(crate) fn chosen_server(&self) -> &Server {
        &self.server
    }

    pub(crate) fn without_token(self) -> Self {
        Self { token: None, session: None, ..self }
    }
}

impl Builder<Polar> {
    /// The client.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the token, the version or the user agent cannot stand in a header, or if TLS
    /// cannot be set up.
    pub fn build(self) -> Result<Polar, Error> {
        Ok(Polar { client: self.inner(Credential::AccessToken)? })
    }
}

impl Builder<CustomerPortal> {
    /// The client.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the token, the version or the user agent cannot stand in a header, or if TLS
    /// cannot be set up.
    #[inline]
    pub fn build(self) -> Result<CustomerPortal, Error> {
        Ok(CustomerPortal { client: self.inner(Credential::PortalSession)? })
    }
}

impl Builder<MemberPortal> {
    /// The client.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the token, the version or the user agent cannot stand in a header, or if TLS
    /// cannot be set up.
    #[inline]
    pub fn build(self) -> Result<MemberPortal, Error> {
        Ok(MemberPortal { client: self.inner(Credential::MemberSession)? })
    }
}

impl<C> fmt::Debug for Builder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("token", &self.token.as_ref().map(|_| format_args!("[hidden]")))
            .field("server", &self.server)
            .field("version", &self.version)
            .field("user_agent", &self.user_agent)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// The beginning of a [`reqwest::Client`] of one's own: TLS is set up as this crate's features say, whether or not
/// the process has installed a crypto provider, no redirect is followed,
/// and requests are sent again by this crate's [`RetryPolicy`] only.
///
/// ```
/// let http = polar_client::client::http_builder()?.pool_max_idle_per_host(4).build().expect("an HTTP client");
/// let polar = polar_client::Polar::builder().token("polar_oat_x").http_client(http).build()?;
/// # Ok::<(), polar_client::Error>(())
/// ```
///
/// # Errors
/// [`Error::Configuration`] if TLS cannot be set up.
pub fn http_builder() -> Result<reqwest::ClientBuilder, Error> {
    // By itself reqwest sends what a server did not take up again, where no policy counts it.
    tls::configure(reqwest::Client::builder().redirect(Policy::none()).retry(reqwest::retry::never()))
}

fn http(connect_timeout: Duration) -> Result<reqwest::Client, Error> {
    let builder = http_builder()?.connect_timeout(connect_timeout);
    builder.build().map_err(|error| Error::Configuration(format!("no HTTP client: {error}")))
}

/// The value of an environment variable.
pub(super) fn variable(name: &str) -> Result<String, Error> {
    std::env::var(name).map_err(|error| match error {
        std::env::VarError::NotPresent => Error::Configuration(format!("the variable {name} is not set")),
        std::env::VarError::NotUnicode(_) => Error::Configuration(format!("the variable {name} is no UTF-8")),
    })
}
