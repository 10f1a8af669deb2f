use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;

use super::Client;
use super::credential::{AccessToken, CredentialType};
use super::server::Server;
use super::version::Version;
use crate::calls::authorization::{Authorization, ReplacedToken, Token, TokenSource};
use crate::calls::connecting::ConnectingLayer;
use crate::calls::error::Error;
use crate::calls::middleware::Middleware;
use crate::calls::operation::Credential;
#[cfg(feature = "rate-limit")]
use crate::calls::rate_limit::RateLimit;
use crate::calls::retry::RetryPolicy;
use crate::calls::scope::ScopeSet;
use crate::calls::transport::{self, Transport};
use crate::data::redact::for_people;
use crate::types::Scope;
use crate::versions::Current;

/// Builder to configure a client.
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
pub struct Builder<C = AccessToken, V = Current> {
    settings: Settings,
    kind: PhantomData<fn() -> (C, V)>,
}

/// The settings of a client, whatever its kind of credential. Not generic, so that it is compiled once.
#[derive(Clone)]
struct Settings {
    token: Option<String>,
    replaced_token: Option<Arc<dyn ReplacedToken>>,
    server: Server,
    allows_plain_http: bool,
    version: Option<String>,
    organization: Option<String>,
    user_agent: Option<String>,
    timeout: Option<Duration>,
    connect_timeout: Duration,
    retry: RetryPolicy,
    #[cfg(feature = "rate-limit")]
    rate_limit: Option<RateLimit>,
    middleware: Vec<Arc<dyn Middleware>>,
    body_limit: usize,
    scopes: Option<ScopeSet>,
    http: Option<reqwest::Client>,
}

impl<V: Version> Client<AccessToken, V> {
    /// Creates a client with the token in `POLAR_ACCESS_TOKEN`. The server is taken from `POLAR_SERVER`, which is
    /// `production`, `sandbox`, or a URL; the default is production.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if there is no token, or if one of them is invalid.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().token(variable("POLAR_ACCESS_TOKEN")?).server_from_env()?.build()
    }
}

impl<C: CredentialType, V: Version> Client<C, V> {
    /// Creates a client of the production environment with default settings.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if the token cannot be sent in a header, or if its prefix says that it
    /// belongs to a client of another kind.
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        Self::builder().token(token).build()
    }

    /// Returns a builder to configure a client. Without a token, only operations that need none can be called.
    pub fn builder() -> Builder<C, V> {
        Builder { settings: Settings::new(), kind: PhantomData }
    }
}

impl<C, V> Builder<C, V> {
    /// Sets the token that authorizes requests.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.settings.token = Some(token.into());
        self
    }

    /// Sets where the API is. The default is production.
    pub fn server(mut self, server: Server) -> Self {
        self.settings.server = server;
        self
    }

    /// Sets where the API is, as a base URL without the `/v1` that paths begin with.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if it is not a URL of the schemes http or https, or if it has more
    /// than a host, a port and a path. [`build`](Self::build) refuses plain HTTP to another machine.
    pub fn base_url(self, url: &str) -> Result<Self, Error> {
        let server = url.parse()?;
        Ok(self.server(server))
    }

    /// Allows plain HTTP to another machine. By default it is allowed to `localhost` and loopback addresses alone, since
    /// everybody on the way can read the token.
    pub fn allow_plain_http(mut self) -> Self {
        self.settings.allows_plain_http = true;
        self
    }

    /// Sets the server from the environment variable `POLAR_SERVER`, if it exists.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if it is neither `production` nor `sandbox` nor a URL.
    pub fn server_from_env(self) -> Result<Self, Error> {
        match std::env::var_os("POLAR_SERVER") {
            None => Ok(self),
            Some(_) => {
                let value = variable("POLAR_SERVER")?;
                let server = value.parse().map_err(|error| {
                    // What comes before an `@` may be a password.
                    let value = if value.contains('@') { "…".into() } else { for_people(&value) };
                    Error::configuration(format!("the variable POLAR_SERVER is `{value}`: {error}"))
                });
                Ok(self.server(server?))
            }
        }
    }

    /// Sets the value of the `Polar-Version` header for all requests. The default is the version of the client, which is
    /// [`API_VERSION`](crate::API_VERSION) unless it comes from the module of another version.
    ///
    /// This does not change any types: use the clients of a version's module to decode what that version returns. The API
    /// answers 404 to a version it does not know.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.settings.version = Some(version.into());
        self
    }

    /// Limits all requests to one of the organizations that a personal or OAuth token reaches, in the header
    /// `Polar-Organization`. An organization's token needs none. [`Call::organization`](crate::Call::organization) sets it for
    /// one call.
    pub fn organization(mut self, id: impl fmt::Display) -> Self {
        self.settings.organization = Some(id.to_string());
        self
    }

    /// Sets the header `User-Agent`: the name and version of your program.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.settings.user_agent = Some(user_agent.into());
        self
    }

    /// Sets how long an attempt may take, from its beginning to the last byte of its answer. The default is 60
    /// seconds; `None` means any time.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.timeout = timeout.into();
        self
    }

    /// Sets how long it may take to connect. The default is 10 seconds. Has no effect on a custom HTTP client.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// Sets when a failed attempt is retried. The default is [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// Limits how many requests are sent. By default there is no limit.
    #[cfg(feature = "rate-limit")]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.settings.rate_limit = Some(limit);
        self
    }

    /// Adds a hook around every attempt. The first one is the outermost.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.settings.middleware.push(Arc::new(middleware));
        self
    }

    /// Sets how many bytes the body of an answer may have, except for streams. The default is 256 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.body_limit = bytes;
        self
    }

    /// Sets what the token may do. Calls that need other scopes then fail with [`ErrorKind::MissingScope`](crate::error::ErrorKind) before they are
    /// sent.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.settings.scopes = Some(scopes.into_iter().collect());
        self
    }

    /// Sends requests through a custom HTTP client, with its connection pool, proxies and TLS settings.
    ///
    /// Start from [`http_builder`], which configures TLS and follows no redirects: the API needs none, and a redirect
    /// can carry a request's body to another server.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.settings.http = Some(http);
        self
    }

    /// Sets a token that is replaced when it expires, or removes it.
    #[cfg(feature = "sign-in")]
    pub(crate) fn replaced_token(mut self, token: Option<Arc<dyn ReplacedToken>>) -> Self {
        self.settings.replaced_token = token;
        self
    }

    /// Removes the token, whatever kind it is.
    #[cfg(feature = "sign-in")]
    pub(crate) fn without_token(mut self) -> Self {
        self.settings.token = None;
        self.replaced_token(None)
    }

    #[cfg(feature = "sign-in")]
    pub(crate) fn chosen_server(&self) -> &Server {
        &self.settings.server
    }
}

impl<C: CredentialType, V: Version> Builder<C, V> {
    /// Creates the client.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if the token, the version or the user agent cannot be sent in a header, if
    /// the token's prefix says that it belongs to a client of another kind, or if TLS cannot be configured.
    pub fn build(self) -> Result<Client<C, V>, Error> {
        Ok(Client::new_with(self.settings.transport(C::CREDENTIAL, V::VERSION)?))
    }
}

impl Settings {
    fn new() -> Self {
        Self {
            token: None,
            replaced_token: None,
            server: Server::Production,
            allows_plain_http: false,
            version: None,
            organization: None,
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
        }
    }

    fn transport(self, kind: Credential, version: &'static str) -> Result<Transport, Error> {
        let token = match (self.token, self.replaced_token) {
            (Some(_), Some(_)) => {
                return Err(Error::configuration(
                    "there are two tokens: a fixed one, and one that is replaced when it expires",
                ));
            }
            (Some(token), None) => Some(TokenSource::Fixed(Token::new(&token)?)),
            (None, token) => token.map(TokenSource::Replaced),
        };
        let header = |name: &str, value: &str| {
            HeaderValue::from_str(value)
                .map_err(|_| Error::configuration(format!("the {name} cannot be sent in a header")))
        };
        self.server.check(self.allows_plain_http)?;
        let set_version = self.version.map(|version| header("version", &version)).transpose()?;
        let organization = self.organization.map(|id| header("organization", &id)).transpose()?;
        let default_agent = concat!("polar-client/", env!("CARGO_PKG_VERSION"));
        let user_agent = match (self.user_agent.as_deref(), &self.http) {
            (Some(agent), _) => Some(header("user agent", agent)?),
            (None, None) => Some(HeaderValue::from_static(default_agent)),
            // A custom client may have set one.
            (None, Some(_)) => None,
        };
        let (http, lacks_certificates) = match self.http {
            Some(http) => (http, false),
            None => http(self.connect_timeout)?,
        };
        Ok(Transport::new(
            version,
            transport::Settings {
                http,
                lacks_certificates,
                base_url: self.server.url().to_owned(),
                set_version,
                user_agent,
                organization,
                timeout: self.timeout,
                retry: self.retry,
                #[cfg(feature = "rate-limit")]
                rate_limit: self.rate_limit,
                middleware: self.middleware,
                body_limit: self.body_limit,
                authorization: Authorization::new(kind, token, self.scopes)?,
                #[cfg(feature = "blocking")]
                process: std::process::id(),
            },
        ))
    }
}

impl<C, V> Clone for Builder<C, V> {
    fn clone(&self) -> Self {
        Self { settings: self.settings.clone(), kind: PhantomData }
    }
}

impl<C, V: Version> fmt::Debug for Builder<C, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        f.debug_struct("Builder")
            .field("token", &settings.token.as_ref().map(|_| format_args!("[hidden]")))
            .field("server", &settings.server)
            .field("version", &settings.version.as_deref().unwrap_or(V::VERSION))
            .field("organization", &settings.organization)
            .field("user_agent", &settings.user_agent)
            .field("timeout", &settings.timeout)
            .field("retry", &settings.retry)
            .field("scopes", &settings.scopes)
            .finish_non_exhaustive()
    }
}

/// Returns a builder for a custom [`reqwest::Client`] that follows no redirects and leaves retries to this crate's
/// [`RetryPolicy`]. TLS is what reqwest has by the enabled features; certificates, proxies and the like are set as with any
/// other builder.
///
/// ```
/// let http = polar_client::client::http_builder()?.pool_max_idle_per_host(4).build().expect("an HTTP client");
/// let polar = polar_client::Polar::builder().token("polar_oat_x").http_client(http).build()?;
/// # Ok::<(), polar_client::Error>(())
/// ```
///
/// If the system has no certificates, the builder trusts only those that are added to it.
///
/// # Errors
/// Currently none.
pub fn http_builder() -> Result<reqwest::ClientBuilder, Error> {
    let builder = plain_builder();
    // reqwest does not build a client if it finds no certificates, even for requests without TLS.
    Ok(if plain_builder().build().is_err() { without_certificates(builder) } else { builder })
}

fn plain_builder() -> reqwest::ClientBuilder {
    // By default reqwest sends requests again that an HTTP/2 server did not accept, which no policy would count.
    let builder = reqwest::Client::builder().redirect(Policy::none()).retry(reqwest::retry::never());
    builder.connector_layer(ConnectingLayer)
}

/// Makes a client that trusts nobody, on a machine without certificates.
#[cfg(feature = "rustls")]
fn without_certificates(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.tls_certs_only([])
}

/// The system's TLS needs no certificates before there is a connection.
#[cfg(not(feature = "rustls"))]
fn without_certificates(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder
}

/// Returns the default HTTP client, and whether it trusts no certificates because the system has none.
fn http(connect_timeout: Duration) -> Result<(reqwest::Client, bool), Error> {
    let builder = || plain_builder().connect_timeout(connect_timeout);
    let fail = |error| Error::configuration("the HTTP client cannot be created").with_source(error);
    match builder().build() {
        Ok(http) => Ok((http, false)),
        Err(error) => match without_certificates(builder()).build() {
            Ok(http) => Ok((http, true)),
            Err(_) => Err(fail(error)),
        },
    }
}

/// Returns the value of an environment variable.
fn variable(name: &str) -> Result<String, Error> {
    std::env::var(name).map_err(|error| match error {
        std::env::VarError::NotPresent => Error::configuration(format!("the variable {name} is not set")),
        std::env::VarError::NotUnicode(_) => Error::configuration(format!("the variable {name} is not UTF-8")),
    })
}
