use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use oauth2::{AuthUrl, ClientId, RedirectUrl};
use serde_json::Value;

use super::authorization::{Authorization, Pending, Redirect};
use super::tokens::{Tokens, scopes_of};
use crate::calls::error::Error;
use crate::calls::operation::Operation;
use crate::calls::scope::ScopeSet;
use crate::client::{Builder, Polar, Server};
use crate::operations;
use crate::types::{
    AuthorizationCodeTokenRequest, IntrospectTokenRequest, RefreshTokenRequest, RevokeTokenRequest, Scope, SubType,
    TokenRequest, TokenTypeHint,
};

/// A program that is registered with Polar for OAuth 2. Cheap to clone.
///
/// A program that can keep a secret has one, such as a server; one that cannot, such as a desktop program, has none.
/// PKCE is used for both.
///
/// ```no_run
/// # async fn example() -> Result<(), polar_client::Error> {
/// use polar_client::Server;
/// use polar_client::oauth2::OAuth2Client;
///
/// let oauth = OAuth2Client::builder("polar_ci_x", "https://my.app/callback")
///     .client_secret("polar_cs_x")
///     .server(Server::Sandbox)
///     .build()?;
/// let known = oauth.introspect("polar_at_u_x").await?;
/// println!("active: {}, for {}", known.active, known.scopes);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct OAuth2Client(Arc<Inner>);

struct Inner {
    client_id: String,
    client_secret: Option<String>,
    redirect_uri: RedirectUrl,
    endpoint: AuthUrl,
    server: Server,
    polar: Polar,
}

impl OAuth2Client {
    /// The client of an id, to which Polar sends people back at this address. The address has to be one of those that
    /// the client is registered with.
    pub fn builder(client_id: impl Into<String>, redirect_uri: impl Into<String>) -> OAuth2ClientBuilder {
        OAuth2ClientBuilder {
            client_id: client_id.into(),
            client_secret: None,
            redirect_uri: redirect_uri.into(),
            endpoint: None,
            server: None,
            settings: Polar::builder(),
        }
    }

    /// Asks for someone's consent to these scopes; to all that the client is registered with if there are none.
    pub fn authorization(&self, scopes: impl IntoIterator<Item = Scope>) -> Authorization {
        Authorization {
            endpoint: self.0.endpoint.clone(),
            client_id: ClientId::new(self.0.client_id.clone()),
            redirect_uri: self.0.redirect_uri.clone(),
            scopes: scopes.into_iter().collect(),
            parameters: Vec::new(),
        }
    }

    /// Exchanges what someone brought back for tokens: the address that Polar sent them to, or its query.
    ///
    /// # Errors
    /// [`ErrorKind::Authorization`](crate::error::ErrorKind) if they did not consent, or if the redirect does not belong to what is pending. Any
    /// other error if the exchange fails; the code is good for one attempt, so then they have to be sent again.
    pub async fn exchange(&self, pending: Pending, redirect: &str) -> Result<Tokens, Error> {
        let Redirect { state, code } = Redirect::parse(redirect, &pending)?;
        self.exchange_code(pending, &state, &code).await
    }

    /// Exchanges a code for tokens, given the state that came with it.
    ///
    /// # Errors
    /// As those of [`OAuth2Client::exchange`].
    pub async fn exchange_code(&self, pending: Pending, returned_state: &str, code: &str) -> Result<Tokens, Error> {
        pending.check(returned_state)?;
        let mut body =
            AuthorizationCodeTokenRequest::new(self.0.client_id.as_str(), code, self.0.redirect_uri.as_str())
                .code_verifier(pending.into_verifier());
        body.client_secret = self.0.client_secret.clone();
        self.request(body.into()).await
    }

    /// Gets new tokens for expired ones. Those given are then void, the refresh token included. A [`Session`] does this
    /// when it is time.
    ///
    /// [`Session`]: super::Session
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind) if there is no refresh token, and any other if the request fails. It is sent again
    /// only if the server provably did not process it, since the refresh token is good for one use.
    pub async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, Error> {
        self.refresh_or_keep(tokens).await.map_err(|(error, _)| error)
    }

    /// Refreshes tokens as [`refresh`](Self::refresh) does. Beside the error of an answer that cannot be decoded comes the refresh
    /// token that it has nevertheless, with the access token as it was.
    pub(super) async fn refresh_or_keep(&self, tokens: &Tokens) -> Result<Tokens, (Error, Option<Tokens>)> {
        let Some(refresh_token) = tokens.refresh_token() else {
            let error = Error::invalid_request(&operations::OAUTH2_REQUEST_TOKEN, "there is no refresh token");
            return Err((error, None));
        };
        let mut body = RefreshTokenRequest::new(self.0.client_id.as_str(), refresh_token);
        body.client_secret = self.0.client_secret.clone();
        match self.0.polar.oauth2().request_token(TokenRequest::from(body)).await {
            Ok(answer) => Ok(Tokens::from_answer(answer).replacing(tokens)),
            Err(error) => {
                let answer = error.response().filter(|_| error.is_decode());
                let answer = answer.and_then(|answer| serde_json::from_slice::<Value>(&answer.body).ok());
                let kept = answer.and_then(|answer| answer["refresh_token"].as_str().map(str::to_owned));
                Err((error.without_body(), kept.map(|token| tokens.clone().with_refresh_token(token))))
            }
        }
    }

    /// Makes the tokens void: the refresh token, and with it the access token, or the latter if it is alone.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind) if the client has no secret, and any other if the request fails.
    pub async fn revoke(&self, tokens: &Tokens) -> Result<(), Error> {
        let secret = self.secret(&operations::OAUTH2_REVOKE_TOKEN)?;
        let (token, hint) = match tokens.refresh_token() {
            Some(token) => (token, TokenTypeHint::RefreshToken),
            None => (tokens.access_token(), TokenTypeHint::AccessToken),
        };
        let body = RevokeTokenRequest::new(self.0.client_id.as_str(), secret, token).token_type_hint(hint);
        // Revoking twice does what revoking once does.
        self.0.polar.oauth2().revoke_token(body).idempotent().await?;
        Ok(())
    }

    /// Asks what an access token or a refresh token of this client is good for.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind) if the client has no secret, and any other if the request fails.
    pub async fn introspect(&self, token: &str) -> Result<Introspection, Error> {
        let secret = self.secret(&operations::OAUTH2_INTROSPECT_TOKEN)?;
        let body = IntrospectTokenRequest::new(self.0.client_id.as_str(), secret, token);
        let answer = self.0.polar.oauth2().introspect_token(body).idempotent().await?;
        Ok(Introspection {
            active: answer.active,
            scopes: scopes_of(answer.scope.as_deref().unwrap_or_default()),
            expires_at: answer.exp.and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
            subject: answer.sub,
            subject_type: answer.sub_type,
            organizations: answer.organizations.unwrap_or_default(),
        })
    }

    pub(super) fn server(&self) -> &Server {
        &self.0.server
    }

    async fn request(&self, body: TokenRequest) -> Result<Tokens, Error> {
        // A success that cannot be decoded may hold tokens all the same, and errors are logged.
        let answer = self.0.polar.oauth2().request_token(body).await.map_err(Error::without_body)?;
        Ok(Tokens::from_answer(answer))
    }

    fn secret(&self, operation: &'static Operation) -> Result<&str, Error> {
        self.0
            .client_secret
            .as_deref()
            .ok_or_else(|| Error::invalid_request(operation, "it needs the client's secret, and this client has none"))
    }
}

impl fmt::Debug for OAuth2Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2Client")
            .field("client_id", &self.0.client_id)
            .field("client_secret", &self.0.client_secret.as_ref().map(|_| format_args!("[hidden]")))
            .field("redirect_uri", &self.0.redirect_uri.as_str())
            .field("server", &self.0.server)
            .finish_non_exhaustive()
    }
}

/// What a token is good for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Introspection {
    /// Whether the token is good for anything. If not, nothing else is known of it.
    pub active: bool,
    /// What it may do. [`Builder::scopes`] takes them.
    pub scopes: ScopeSet,
    /// When it expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// The id of the user or the organization that it stands for.
    pub subject: Option<String>,
    /// Whether it stands for a user or an organization.
    pub subject_type: Option<SubType>,
    /// The ids of the organizations that it is limited to.
    pub organizations: Vec<String>,
}

/// The settings of an [`OAuth2Client`].
#[must_use]
pub struct OAuth2ClientBuilder {
    client_id: String,
    client_secret: Option<String>,
    redirect_uri: String,
    endpoint: Option<String>,
    server: Option<Server>,
    settings: Builder,
}

impl OAuth2ClientBuilder {
    /// The client's secret. Without one it is a public client.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Where the API is; where the [settings](Self::settings) say unless set, which is production.
    pub fn server(mut self, server: Server) -> Self {
        self.server = Some(server);
        self
    }

    /// The address of the consent page. Unless set it is `https://polar.sh/oauth2/authorize` for production,
    /// `https://sandbox.polar.sh/oauth2/authorize` for the sandbox, and `/v1/oauth2/authorize` on any other server.
    pub fn authorization_endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// How requests for tokens are sent: server, timeouts, retries, middleware, an HTTP client of one's own. A token
    /// among them is not used.
    pub fn settings(mut self, settings: Builder) -> Self {
        self.settings = settings;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if the client's id or secret is empty, if an address is none, or if the settings make
    /// no client.
    pub fn build(self) -> Result<OAuth2Client, Error> {
        let fail = |message: &str| Err(Error::configuration(message));
        if self.client_id.is_empty() {
            return fail("the OAuth 2 client's id is empty");
        }
        if self.client_secret.as_deref() == Some("") {
            return fail("the OAuth 2 client's secret is empty");
        }
        let redirect_uri = match RedirectUrl::new(self.redirect_uri) {
            Ok(uri) if uri.url().fragment().is_some() => {
                return fail("the redirect URI has a fragment, which none may have");
            }
            Ok(uri) => uri,
            Err(error) => return Err(Error::configuration("the redirect URI is invalid").with_source(error)),
        };
        let settings = match self.server {
            Some(server) => self.settings.server(server),
            None => self.settings,
        };
        let server = settings.chosen_server().clone();
        let endpoint = self.endpoint.unwrap_or_else(|| authorization_endpoint(&server));
        let endpoint = match AuthUrl::new(endpoint) {
            Ok(endpoint) if !matches!(endpoint.url().scheme(), "http" | "https") => {
                return fail("the address of the consent page is not of the scheme http or https");
            }
            Ok(endpoint) => endpoint,
            Err(error) => {
                return Err(Error::configuration("the address of the consent page is invalid").with_source(error));
            }
        };
        let polar = settings.without_token().build()?;
        let (client_id, client_secret) = (self.client_id, self.client_secret);
        Ok(OAuth2Client(Arc::new(Inner { client_id, client_secret, redirect_uri, endpoint, server, polar })))
    }
}

/// Where a server's people consent: on Polar's site, rather than at the address of the API.
fn authorization_endpoint(server: &Server) -> String {
    match server {
        Server::Production => "https://polar.sh/oauth2/authorize".to_owned(),
        Server::Sandbox => "https://sandbox.polar.sh/oauth2/authorize".to_owned(),
        Server::Url(_) => format!("{}{}", server.url(), operations::OAUTH2_AUTHORIZE.path()),
    }
}

impl fmt::Debug for OAuth2ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2ClientBuilder")
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret.as_ref().map(|_| format_args!("[hidden]")))
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}
