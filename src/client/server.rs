use std::fmt;
use std::str::FromStr;

use reqwest::Url;
use url::Host;

use crate::calls::error::Error;

/// The server to send requests to.
///
/// ```
/// use polar_client::Server;
///
/// assert_eq!("sandbox".parse::<Server>()?.url(), "https://sandbox-api.polar.sh");
/// assert!("ftp://localhost".parse::<Server>().is_err());
/// # Ok::<(), polar_client::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Server {
    /// The production environment.
    #[default]
    Production,
    /// The sandbox, with its own data and tokens.
    Sandbox,
    /// A custom base URL, without the `/v1` that paths begin with. It consists of a scheme, a host, a port and a path,
    /// and is checked when the client is built.
    Url(Url),
}

impl Server {
    /// Returns the base URL.
    pub fn url(&self) -> &str {
        match self {
            Self::Production => crate::PRODUCTION_URL,
            Self::Sandbox => crate::SANDBOX_URL,
            Self::Url(url) => url.as_str().trim_end_matches('/'),
        }
    }

    /// Returns an error if the URL cannot be used, or if requests would expose the token in transit.
    ///
    /// The error does not quote the URL, which may contain a password.
    pub(super) fn check(&self, allows_plain_http: bool) -> Result<(), Error> {
        let Self::Url(url) = self else { return Ok(()) };
        check_parts(url)?;
        if url.scheme() == "http" && !allows_plain_http && !is_loopback(url) {
            return Err(Error::configuration(
                "the server is on another machine and its scheme is http, so that everybody on the way could read the token: use \
                 https, or `allow_plain_http` in a network that you trust",
            ));
        }
        Ok(())
    }
}

const INVALID: &str = "the server is neither `production` nor `sandbox` nor a URL";

fn check_parts(url: &Url) -> Result<(), Error> {
    let fail = |reason: &str| Err(Error::configuration(format!("{INVALID}: {reason}")));
    if !matches!(url.scheme(), "http" | "https") {
        return fail("its scheme is not http or https");
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return fail("it has more than scheme, host, port and path");
    }
    Ok(())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Parses `production`, `sandbox` or a URL.
impl FromStr for Server {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "production" => return Ok(Self::Production),
            "sandbox" => return Ok(Self::Sandbox),
            _ => {}
        }
        let url = Url::parse(text).map_err(|error| Error::configuration(INVALID).with_source(error))?;
        check_parts(&url)?;
        Ok(Self::Url(url))
    }
}

/// An invalid URL may contain a password, so only the scheme, host and port are shown.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Production => f.write_str("Production"),
            Self::Sandbox => f.write_str("Sandbox"),
            Self::Url(url) => {
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                write!(f, "Url({}://{}{port})", url.scheme(), url.host_str().unwrap_or_default())
            }
        }
    }
}
