use std::fmt;

/// The kind of an [`Error`](super::Error).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server responded with an error status. See [`Error::api`](super::Error::api).
    Status,
    /// The API does not serve the requested version, because it was removed or never existed. It then responds with 404
    /// to every request of that version, and a newer release of this crate is needed.
    /// [`Error::is_not_found`](super::Error::is_not_found) returns false.
    VersionRemoved,
    /// The body of a successful response does not match the API's document.
    Decode,
    /// The connection failed, or broke before the response was complete.
    Connection,
    /// The request timed out.
    Timeout,
    /// The response body exceeds the client's limit.
    BodyTooLarge,
    /// The operation needs a scope that the token does not have. Nothing was sent.
    MissingScope,
    /// The request is invalid. Nothing was sent.
    InvalidRequest,
    /// The token has expired and could not be refreshed. The call was not sent, or was refused as unauthorized.
    Token,
    /// The user denied access, or the redirect does not match the authorization request.
    Authorization,
    /// A setting is missing or invalid.
    Configuration,
    /// A local file cannot be used.
    File,
    /// The async runtime cannot run the call: none is running, it was shut down, or the call would block it.
    Runtime,
    /// A task panicked, for example in a middleware.
    Panic,
}

impl ErrorKind {
    /// Returns a short description for logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "refused",
            Self::VersionRemoved => "version removed",
            Self::Decode => "unexpected body",
            Self::Connection => "no answer",
            Self::Timeout => "timeout",
            Self::BodyTooLarge => "body too large",
            Self::MissingScope => "missing scope",
            Self::InvalidRequest => "invalid request",
            Self::Token => "no valid token",
            Self::Authorization => "no authorization",
            Self::Configuration => "configuration",
            Self::File => "unusable file",
            Self::Runtime => "runtime",
            Self::Panic => "panic",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
