use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl};
use reqwest::Url;
use url::form_urlencoded;

use crate::calls::error::{Error, ErrorKind};
use crate::types::{Scope, SubType};

/// A request for someone's consent, to be made into the address of a page of Polar's.
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
    /// Whether the tokens will stand for the person or for one of their organizations; as the client is registered
    /// unless set.
    pub fn sub_type(self, sub_type: SubType) -> Self {
        self.parameter("sub_type", sub_type.as_str())
    }

    /// When Polar asks the person: `none` never, so that those who have not consented come back with an error,
    /// `consent` always. Unless set it asks those who have not consented to these scopes before.
    pub fn prompt(self, prompt: impl AsRef<str>) -> Self {
        self.parameter("prompt", prompt.as_ref())
    }

    /// A value that comes back in the signed id token, which ties it to this request.
    pub fn nonce(self, nonce: impl AsRef<str>) -> Self {
        self.parameter("nonce", nonce.as_ref())
    }

    /// The address to send the person to, and what has to be kept until they come back.
    pub fn url(self) -> (Url, Pending) {
        let pending = Pending::new();
        (self.url_for(&pending), pending)
    }

    /// The address to send the person to, with a state and a verifier that are there already.
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

/// What has to be kept from the moment someone is sent away until they come back, for each of them apart: the state
/// that tells their redirect from a forged one, and the verifier of PKCE
/// ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)) that proves that whoever exchanges the code asked for it.
///
/// It is good for one exchange. [`Debug`] does not show it.
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

    /// A state and a verifier that were stored.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] if the state is empty, or if the verifier is not of 43 to 128 letters, digits, `-`,
    /// `.`, `_` and `~`.
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

    /// The state, to be stored.
    pub fn state(&self) -> &str {
        self.state.secret()
    }

    /// The verifier, to be stored. It must stay secret, also from the person's browser.
    pub fn pkce_verifier(&self) -> &str {
        self.verifier.secret()
    }

    /// Requires that a state that came back is this one, in a time that does not tell how much of it is right.
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

/// What someone brought back from the consent page.
pub(super) struct Redirect {
    pub state: String,
    pub code: String,
}

impl Redirect {
    /// Reads the address of a redirect, or its query.
    pub fn parse(redirect: &str, pending: &Pending) -> Result<Self, Error> {
        let query = redirect.split_once('?').map_or(redirect, |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
        };
        let state = value("state");
        if let Some(error) = value("error") {
            // Some refusals come too early to know the state; they give nothing away.
            state.map_or(Ok(()), |state| pending.check(&state))?;
            return Err(AuthorizationError::Refused { error, description: value("error_description") }.into());
        }
        let missing = |parameter| AuthorizationError::Missing { parameter };
        Ok(Self { state: state.ok_or(missing("state"))?, code: value("code").ok_or(missing("code"))? })
    }
}

/// Why a redirect from the consent page gives no tokens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// The state is not that of the request: the redirect is forged, or belongs to another request.
    #[error("the redirect's state is not that of the request")]
    StateMismatch,
    /// The person did not consent, or the request was wrong.
    // Anyone can write such a redirect, so its text must not break lines of a log.
    #[error(
        "the answer is `{}`{}",
        .error.escape_debug(),
        .description.as_ref().map(|text| format!(": {}", text.escape_debug())).unwrap_or_default()
    )]
    Refused {
        /// The kind of refusal, such as `access_denied` or `invalid_scope`.
        error: String,
        /// What Polar says about it.
        description: Option<String>,
    },
    /// The redirect lacks a parameter.
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
    /// Returns why a redirect from the consent page gives no tokens; `None` unless the kind is
    /// [`ErrorKind::Authorization`].
    pub fn authorization(&self) -> Option<&AuthorizationError> {
        self.find_source()
    }
}
