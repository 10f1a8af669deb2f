use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;

use super::Client;
use super::credential::{AccessToken, Kind};
use super::server::Server;
use super::version::Version;
use crate::calls::authorization::{Authorization, ReplacedToken, Token, TokenSource};
use crate::calls::error::Error;
use crate::calls::middleware::Middleware;
use crate::calls::operation::Credential;
use crate::calls::platform;
#[cfg(feature = "rate-limit")]
use crate::calls::rate_limit::RateLimit;
use crate::calls::retry::RetryPolicy;
use crate::calls::scope::ScopeSet;
use crate::calls::transport::{self, OnRetry, Transport};
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
    settings: ClientSettings,
    kind: PhantomData<fn() -> (C, V)>,
}

/// The settings of a client. Not generic, so that they are compiled only once.
#[derive(Clone)]
struct ClientSettings {
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
    on_retry: Option<OnRetry>,
    body_limit: usize,
    scopes: Option<ScopeSet>,
    http: Option<reqwest::Client>,
}

impl<V: Version> Client<AccessToken, V> {
    /// Creates a client from environment variables: the token in `POLAR_ACCESS_TOKEN`, and the server in
    /// `POLAR_SERVER`, which is `production` (the default), `sandbox` or a URL.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if there is no token, or if a variable is invalid.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().token(variable("POLAR_ACCESS_TOKEN")?).server_from_env()?.build()
    }
}

impl<C: Kind, V: Version> Client<C, V> {
    /// Creates a client for the production environment with default settings.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if the token cannot be sent in a header, or if its prefix
    /// belongs to another kind of client.
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        Self::builder().token(token).build()
    }

    /// Returns a builder to configure a client. Without a token, only operations that need none can be called.
    pub fn builder() -> Builder<C, V> {
        Builder { settings: ClientSettings::new(), kind: PhantomData }
    }
}

impl<C, V> Builder<C, V> {
    /// Sets the access token.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.settings.token = Some(token.into());
        self
    }

    /// Sets the server. The default is production.
    pub fn server(mut self, server: Server) -> Self {
        self.settings.server = server;
        self
    }

    /// Sets the server by its base URL, without the `/v1` that paths begin with.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if the scheme is not http or https, or if the URL has more
    /// than a host, a port and a path. [`build`](Self::build) fails if the URL is plain HTTP to another machine.
    pub fn base_url(self, url: &str) -> Result<Self, Error> {
        let server = url.parse()?;
        Ok(self.server(server))
    }

    /// Allows plain HTTP to other machines. By default it is allowed only to `localhost` and loopback addresses, since
    /// the token could be read in transit.
    pub fn allow_plain_http(mut self) -> Self {
        self.settings.allows_plain_http = true;
        self
    }

    /// Sets the server from the environment variable `POLAR_SERVER`, if it is set.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if the value is not `production`, `sandbox` or a URL.
    pub fn server_from_env(self) -> Result<Self, Error> {
        match std::env::var_os("POLAR_SERVER") {
            None => Ok(self),
            Some(_) => {
                let value = variable("POLAR_SERVER")?;
                let server = value.parse().map_err(|error| {
                    // The part before an `@` may be a password.
                    let value = if value.contains('@') { "…".into() } else { for_people(&value) };
                    Error::configuration(format!("the variable POLAR_SERVER is `{value}`: {error}"))
                });
                Ok(self.server(server?))
            }
        }
    }

    /// Sets the `Polar-Version` header of all requests. The default is the version of the client's types, which is
    /// [`API_VERSION`](crate::API_VERSION) for the aliases at the crate root.
    ///
    /// This does not change the types. To decode the responses of another version, use the clients in its module. The
    /// API responds to unknown versions with 404.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.settings.version = Some(version.into());
        self
    }

    /// Restricts all requests to one organization, if the token grants access to several. Sends the header
    /// `Polar-Organization`. An organization's token does not need it.
    /// [`Call::organization`](crate::Call::organization) sets it for a single call.
    pub fn organization(mut self, id: impl fmt::Display) -> Self {
        self.settings.organization = Some(id.to_string());
        self
    }

    /// Sets the `User-Agent` header, such as the name and version of your program.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.settings.user_agent = Some(user_agent.into());
        self
    }

    /// Sets the timeout of each attempt, from the start until the response body has been read. The default is 60
    /// seconds. `None` disables it.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.timeout = timeout.into();
        self
    }

    /// Sets the timeout for connecting. The default is 10 seconds. Has no effect on a custom HTTP client.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// Sets the retry policy. The default is [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// Limits the rate of requests. By default there is no limit.
    #[cfg(feature = "rate-limit")]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.settings.rate_limit = Some(limit);
        self
    }

    /// Adds a middleware that wraps every attempt. The first one added is the outermost.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.settings.middleware.push(Arc::new(middleware));
        self
    }

    /// Sets a function that is called before each retry, with the error of the failed attempt and the delay. Use it to
    /// show why a program is waiting.
    ///
    /// # Examples
    ///
    /// ```
    /// let builder = polar_client::Polar::builder()
    ///     .on_retry(|error, wait| eprintln!("{error}; trying again in {} s", wait.as_secs()));
    /// ```
    pub fn on_retry(mut self, hook: impl Fn(&Error, Duration) + Send + Sync + 'static) -> Self {
        self.settings.on_retry = Some(Arc::new(hook));
        self
    }

    /// Sets the maximum size of response bodies, except for streams. The default is 256 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.body_limit = bytes;
        self
    }

    /// Sets the scopes of the token. Calls that need other scopes then fail with
    /// [`ErrorKind::MissingScope`](crate::error::ErrorKind) without being sent.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.settings.scopes = Some(scopes.into_iter().collect());
        self
    }

    /// Sets a custom HTTP client, with its own connection pool, proxies and TLS settings.
    ///
    /// Build it with [`http_builder`], which configures TLS and disables redirects: the API does not need them, and a
    /// redirect can send a request's body to another server.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.settings.http = Some(http);
        self
    }

    /// Sets or removes a token that is replaced when it expires.
    #[cfg(feature = "sign-in")]
    pub(crate) fn replaced_token(mut self, token: Option<Arc<dyn ReplacedToken>>) -> Self {
        self.settings.replaced_token = token;
        self
    }

    /// Removes the token, whether fixed or replaced.
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

impl<C: Kind, V: Version> Builder<C, V> {
    /// Creates the client.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if the token, the version or the user agent cannot be sent
    /// in a header, if the token's prefix belongs to another kind of client, or if TLS cannot be configured.
    pub fn build(self) -> Result<Client<C, V>, Error> {
        Ok(Client::new_with(self.settings.transport(C::CREDENTIAL, V::VERSION)?))
    }
}

impl ClientSettings {
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
            on_retry: None,
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
            // A custom client may set its own.
            (None, Some(_)) => None,
        };
        let (http, lacks_certificates) = match self.http {
            Some(http) => (http, false),
            None => http(self.connect_timeout)?,
        };
        Ok(Transport::new(
            version,
            transport::TransportSettings {
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
                on_retry: self.on_retry,
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
/// [`RetryPolicy`]. TLS depends on the enabled features of reqwest; certificates, proxies and the like can be set on
/// the builder.
///
/// ```
/// let http = polar_client::client::http_builder()?.pool_max_idle_per_host(4).build().expect("an HTTP client");
/// let polar = polar_client::Polar::builder().token("polar_oat_x").http_client(http).build()?;
/// # Ok::<(), polar_client::Error>(())
/// ```
///
/// If the system has no certificates, only those that are added to the builder are trusted.
///
/// # Errors
/// Currently none.
pub fn http_builder() -> Result<reqwest::ClientBuilder, Error> {
    let builder = platform::client_builder();
    // reqwest fails to build a client if it finds no certificates, even for requests without TLS.
    Ok(if platform::client_builder().build().is_err() { without_certificates(builder) } else { builder })
}

/// Builds a client that trusts no certificates, for machines without any.
#[cfg(all(feature = "rustls", not(target_arch = "wasm32")))]
fn without_certificates(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.tls_certs_only([])
}

/// The system's TLS loads certificates only when it connects.
#[cfg(not(all(feature = "rustls", not(target_arch = "wasm32"))))]
fn without_certificates(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder
}

/// Returns the default HTTP client, and true if it trusts no certificates because the system has none.
fn http(connect_timeout: Duration) -> Result<(reqwest::Client, bool), Error> {
    let builder = || platform::with_connect_timeout(platform::client_builder(), connect_timeout);
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
