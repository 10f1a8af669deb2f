use std::str::FromStr;

use reqwest::Url;

use crate::calls::error::Error;

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
    /// The sandbox, with its own data and tokens.
    Sandbox,
    /// Another base URL, without the `/v1` that paths begin with.
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
}

/// Parses `production`, `sandbox`, or a URL.
impl FromStr for Server {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "production" => return Ok(Self::Production),
            "sandbox" => return Ok(Self::Sandbox),
            _ => {}
        }
        const INVALID: &str = "the server is neither `production` nor `sandbox` nor a URL";
        let fail = |reason: &str| Error::configuration(format!("{INVALID}: {reason}"));
        let url = Url::parse(text).map_err(|error| Error::configuration(INVALID).with_source(error))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(fail("its scheme is not http or https"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(fail("it has more than scheme, host, port and path"));
        }
        Ok(Self::Url(url))
    }
}
