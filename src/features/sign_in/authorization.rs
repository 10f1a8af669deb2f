use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl};
use reqwest::Url;
use url::form_urlencoded;

use crate::calls::error::{Error, ErrorKind};
use crate::types::{Scope, SubType};

/// An authorization request, from which the URL of the consent page is built.
///
/// See [`OAuth2Client::authorization`](super::OAuth2Client::authorization).
#[derive(Clone, Debug)]
#[must_use = "it is of use as an address"]
pub struct Authorization {
    pub(super) endpoint: AuthUrl,
    pub(super) client_id: ClientId,
    pub(super) redirect_uri: RedirectUrl,
    pub(super) scopes: Vec<Scope>,
    pub(super) parameters: Vec<(&'static str, String)>,
}

impl Authorization {
    /// Sets whether the tokens are issued for the user or for one of their organizations. The default depends on the
    /// client's registration.
    pub fn sub_type(self, sub_type: SubType) -> Self {
        self.parameter("sub_type", sub_type.as_str())
    }

    /// Sets when Polar asks for consent: `none` never asks, so that users who have not consented are redirected with an
    /// error, and `consent` always asks. By default, only users who have not consented to the scopes before are asked.
    pub fn prompt(self, prompt: impl AsRef<str>) -> Self {
        self.parameter("prompt", prompt.as_ref())
    }

    /// Sets a nonce, which is returned in the signed id token and ties it to this request.
    pub fn nonce(self, nonce: impl AsRef<str>) -> Self {
        self.parameter("nonce", nonce.as_ref())
    }

    /// Returns the URL to redirect the user to, and the state to keep until they return.
    pub fn url(self) -> (Url, Pending) {
        let pending = Pending::new();
        (self.url_for(&pending), pending)
    }

    /// Returns the URL to redirect the user to, with an existing state and verifier.
    pub fn url_for(&self, pending: &Pending) -> Url {
        let client = BasicClient::new(self.client_id.clone())
            .set_auth_uri(self.endpoint.clone())
            .set_redirect_uri(self.redirect_uri.clone());
        let mut request = client
            .authorize_url(|| pending.state.clone())
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&pending.verifier))
            .add_scopes(self.scopes.iter().map(|scope| oauth2::Scope::new(scope.to_string())));
        for (name, value) in &self.parameters {
            request = request.add_extra_param(*name, value);
        }
        request.url().0
    }

    fn parameter(mut self, name: &'static str, value: &str) -> Self {
        self.parameters.retain(|(other, _)| *other != name);
        self.parameters.push((name, value.to_owned()));
        self
    }
}

/// The state of an authorization request while the user is at the consent page. Keep it separately for each user. It
/// consists of the `state` parameter, which protects against forged redirects, and the PKCE verifier ([RFC
/// 7636](https://www.rfc-editor.org/rfc/rfc7636)), which proves that the code is exchanged by the program that
/// requested it.
///
/// Can be used for one exchange. Redacted from [`Debug`] output.
#[derive(Debug)]
pub struct Pending {
    state: CsrfToken,
    verifier: PkceCodeVerifier,
}

impl Pending {
    fn new() -> Self {
        let (_, verifier) = PkceCodeChallenge::new_random_sha256();
        Self { state: CsrfToken::new_random(), verifier }
    }

    /// Restores a stored state and verifier.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] if the state is empty, or if the verifier does not consist of 43 to 128 letters,
    /// digits, `-`, `.`, `_` and `~`.
    pub fn from_parts(state: impl Into<String>, pkce_verifier: impl Into<String>) -> Result<Self, Error> {
        let (state, verifier) = (state.into(), pkce_verifier.into());
        if state.is_empty() {
            return Err(Error::configuration("the OAuth 2 state is empty"));
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(allowed) {
            let message = "the PKCE verifier is not of 43 to 128 letters, digits, `-`, `.`, `_` and `~`";
            return Err(Error::configuration(message));
        }
        Ok(Self { state: CsrfToken::new(state), verifier: PkceCodeVerifier::new(verifier) })
    }

    /// Returns the state, to be stored.
    pub fn state(&self) -> &str {
        self.state.secret()
    }

    /// Returns the verifier, to be stored. Keep it secret, even from the user's browser.
    pub fn pkce_verifier(&self) -> &str {
        self.verifier.secret()
    }

    /// Verifies that the returned state matches, in constant time.
    pub(super) fn check(&self, returned_state: &str) -> Result<(), Error> {
        if CsrfToken::new(returned_state.to_owned()) == self.state {
            return Ok(());
        }
        Err(AuthorizationError::StateMismatch.into())
    }

    pub(super) fn into_verifier(self) -> String {
        self.verifier.into_secret()
    }
}

/// The parameters of a redirect from the consent page.
pub(super) struct Redirect {
    pub state: String,
    pub code: String,
}

impl Redirect {
    /// Parses the URL of a redirect, or its query.
    pub fn parse(redirect: &str, pending: &Pending) -> Result<Self, Error> {
        let query = redirect.split_once('?').map_or(redirect, |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
        };
        let state = value("state");
        if let Some(error) = value("error") {
            // Some errors occur before the state is known. They are safe to report without it.
            state.map_or(Ok(()), |state| pending.check(&state))?;
            return Err(AuthorizationError::Refused { error, description: value("error_description") }.into());
        }
        let missing = |parameter| AuthorizationError::Missing { parameter };
        Ok(Self { state: state.ok_or(missing("state"))?, code: value("code").ok_or(missing("code"))? })
    }
}

/// The error of a redirect from the consent page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// The state does not match: the redirect is forged, or belongs to another request.
    #[error("the redirect's state is not that of the request")]
    StateMismatch,
    /// The user denied access, or the request was invalid.
    // Redirects can be forged, so the text must not break the lines of a log.
    #[error(
        "the answer is `{}`{}",
        .error.escape_debug(),
        .description.as_ref().map(|text| format!(": {}", text.escape_debug())).unwrap_or_default()
    )]
    Refused {
        /// The error code, such as `access_denied` or `invalid_scope`.
        error: String,
        /// A description of the error.
        description: Option<String>,
    },
    /// A parameter is missing.
    #[error("the redirect has no `{parameter}`")]
    Missing {
        /// The name of the parameter.
        parameter: &'static str,
    },
}

impl From<AuthorizationError> for Error {
    fn from(error: AuthorizationError) -> Self {
        Self::new(ErrorKind::Authorization, "access was not granted").with_source(error)
    }
}

impl Error {
    /// Returns the error of a redirect from the consent page; `None` unless the kind is [`ErrorKind::Authorization`].
    pub fn authorization(&self) -> Option<&AuthorizationError> {
        self.find_source()
    }
}
