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

/// An OAuth 2 client that is registered with Polar. Cheap to clone.
///
/// Confidential clients, such as servers, have a secret. Public clients, such as desktop programs, do not. PKCE is used
/// for both.
///
/// ```no_run
/// # async fn example() -> Result<(), polar_client::Error> {
/// use polar_client::Server;
/// use polar_client::sign_in::OAuth2Client;
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
    /// Returns a builder for a client id. The redirect URI must be one of those registered for the client.
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

    /// Starts an authorization request for these scopes, or for all scopes registered for the client if there are none.
    pub fn authorization(&self, scopes: impl IntoIterator<Item = Scope>) -> Authorization {
        Authorization {
            endpoint: self.0.endpoint.clone(),
            client_id: ClientId::new(self.0.client_id.clone()),
            redirect_uri: self.0.redirect_uri.clone(),
            scopes: scopes.into_iter().collect(),
            parameters: Vec::new(),
        }
    }

    /// Exchanges the code in a redirect for tokens. `redirect` is the URL or its query.
    ///
    /// # Errors
    /// [`ErrorKind::Authorization`](crate::error::ErrorKind) if the user denied access, or if the redirect does not
    /// match the pending request. Other errors if the exchange fails. A code can be used only once, so a new
    /// authorization is then needed.
    pub async fn exchange(&self, pending: Pending, redirect: &str) -> Result<Tokens, Error> {
        let Redirect { state, code } = Redirect::parse(redirect, &pending)?;
        self.exchange_code(pending, &state, &code).await
    }

    /// Exchanges a code for tokens, given the state that was returned with it.
    ///
    /// # Errors
    /// As for [`OAuth2Client::exchange`].
    pub async fn exchange_code(&self, pending: Pending, returned_state: &str, code: &str) -> Result<Tokens, Error> {
        pending.check(returned_state)?;
        let mut body =
            AuthorizationCodeTokenRequest::new(self.0.client_id.as_str(), code, self.0.redirect_uri.as_str())
                .code_verifier(pending.into_verifier());
        body.client_secret = self.0.client_secret.clone();
        self.request(body.into()).await
    }

    /// Refreshes tokens. The old ones become invalid, including the refresh token. A [`Session`] refreshes tokens
    /// automatically.
    ///
    /// [`Session`]: super::Session
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind) if there is no refresh token. Other errors if the request
    /// fails. It is retried only if the server has certainly not processed it, since a refresh token can be used only
    /// once.
    pub async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, Error> {
        self.refresh_or_keep(tokens).await.map_err(|(error, _)| error)
    }

    /// Refreshes tokens like [`refresh`](Self::refresh). If the response cannot be decoded, but contains a refresh
    /// token, also returns that token, with the old access token.
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

    /// Revokes the refresh token, which also revokes the access token; or the access token, if there is no refresh
    /// token.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind) if the client has no secret. Other errors if the request
    /// fails.
    pub async fn revoke(&self, tokens: &Tokens) -> Result<(), Error> {
        let secret = self.secret(&operations::OAUTH2_REVOKE_TOKEN)?;
        let (token, hint) = match tokens.refresh_token() {
            Some(token) => (token, TokenTypeHint::RefreshToken),
            None => (tokens.access_token(), TokenTypeHint::AccessToken),
        };
        let body = RevokeTokenRequest::new(token, self.0.client_id.as_str(), secret).token_type_hint(hint);
        // Revoking is idempotent.
        self.0.polar.oauth2().revoke_token(body).idempotent().await?;
        Ok(())
    }

    /// Returns the state of an access token or a refresh token of this client.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::error::ErrorKind) if the client has no secret. Other errors if the request
    /// fails.
    pub async fn introspect(&self, token: &str) -> Result<Introspection, Error> {
        let secret = self.secret(&operations::OAUTH2_INTROSPECT_TOKEN)?;
        let body = IntrospectTokenRequest::new(token, self.0.client_id.as_str(), secret);
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
        // A response that cannot be decoded may still contain tokens, and errors are logged.
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

/// The state of a token.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Introspection {
    /// True if the token is active. If not, the other fields are empty.
    pub active: bool,
    /// The token's scopes, for example for [`Builder::scopes`].
    pub scopes: ScopeSet,
    /// When it expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// The id of the user or the organization that the token was issued for.
    pub subject: Option<String>,
    /// Whether the token was issued for a user or an organization.
    pub subject_type: Option<SubType>,
    /// The ids of the organizations that the token is restricted to.
    pub organizations: Vec<String>,
}

/// Builder to configure an [`OAuth2Client`].
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
    /// Sets the client's secret. A client without a secret is public.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Sets the server. The default is that of the [settings](Self::settings), which is production unless set.
    pub fn server(mut self, server: Server) -> Self {
        self.server = Some(server);
        self
    }

    /// Sets the URL of the consent page. The default is `https://polar.sh/oauth2/authorize` for production,
    /// `https://sandbox.polar.sh/oauth2/authorize` for the sandbox, and `/v1/oauth2/authorize` on any other server.
    pub fn authorization_endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Sets how token requests are sent: server, timeouts, retries, middleware, custom HTTP client. A token in the
    /// settings is ignored.
    pub fn settings(mut self, settings: Builder) -> Self {
        self.settings = settings;
        self
    }

    /// Creates the client.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::error::ErrorKind) if the client's id or secret is empty, if a URL is
    /// invalid, or if the settings are.
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

/// Returns the URL of a server's consent page, which is on Polar's website rather than at the API.
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
